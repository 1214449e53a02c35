//! Writes of chats, messages and runs.

use domain::{Chat, ChatId, Message, MessageId, MessageStatus, Part, Run, RunEvent, RunId, RunStatus, Title};
use jiff_sqlx::ToSqlx;
use sqlx::{Postgres, Transaction as Work};
use storage::{Applied, Change, StoreError};

use super::{Outcome, found};
use crate::words::{json, word};

pub(super) async fn create(work: &mut Work<'_, Postgres>, change: &Change, chat: &Chat) -> Outcome {
    let created = sqlx::query!(
        r#"
        insert into chat (user_id, id, title, title_lower, created_at, updated_at, deleted_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict do nothing
        "#,
        change.user.as_str(),
        chat.id.as_uuid(),
        chat.title.as_str(),
        chat.title.as_str().to_lowercase(),
        chat.created_at.to_sqlx() as _,
        chat.updated_at.to_sqlx() as _,
        chat.deleted_at.map(ToSqlx::to_sqlx) as _
    )
    .execute(&mut **work)
    .await?;
    Ok(if created.rows_affected() == 0 { Applied::Before } else { Applied::Now })
}

pub(super) async fn rename(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: ChatId,
    title: &Title,
) -> Outcome {
    let renamed = sqlx::query!(
        r#"
        update chat set title = $3, title_lower = $4, updated_at = $5
        where user_id = $1 and id = $2
        "#,
        change.user.as_str(),
        id.as_uuid(),
        title.as_str(),
        title.as_str().to_lowercase(),
        change.at.to_sqlx() as _
    )
    .execute(&mut **work)
    .await?;
    found(renamed.rows_affected())
}

pub(super) async fn delete(work: &mut Work<'_, Postgres>, change: &Change, id: ChatId) -> Outcome {
    let deleted = sqlx::query!(
        "update chat set deleted_at = $3 where user_id = $1 and id = $2 and deleted_at is null",
        change.user.as_str(),
        id.as_uuid(),
        change.at.to_sqlx() as _
    )
    .execute(&mut **work)
    .await?;
    if deleted.rows_affected() == 0 { before_if_there(work, change, id).await } else { Ok(Applied::Now) }
}

pub(super) async fn restore(work: &mut Work<'_, Postgres>, change: &Change, id: ChatId) -> Outcome {
    let restored = sqlx::query!(
        "update chat set deleted_at = null where user_id = $1 and id = $2 and deleted_at is not null",
        change.user.as_str(),
        id.as_uuid()
    )
    .execute(&mut **work)
    .await?;
    if restored.rows_affected() == 0 { before_if_there(work, change, id).await } else { Ok(Applied::Now) }
}

async fn before_if_there(work: &mut Work<'_, Postgres>, change: &Change, id: ChatId) -> Outcome {
    let there = sqlx::query_scalar!(
        r#"select count(*) as "count!" from chat where user_id = $1 and id = $2"#,
        change.user.as_str(),
        id.as_uuid()
    )
    .fetch_one(&mut **work)
    .await?;
    if there == 0 { Err(StoreError::RowMissing.into()) } else { Ok(Applied::Before) }
}

pub(super) async fn send(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    chat: Option<&Chat>,
    messages: [&Message; 2],
    run: &Run,
) -> Outcome {
    if let Some(chat) = chat {
        create(work, change, chat).await?;
    }
    let touched = sqlx::query!(
        "update chat set updated_at = $3 where user_id = $1 and id = $2",
        change.user.as_str(),
        run.chat_id.as_uuid(),
        change.at.to_sqlx() as _
    )
    .execute(&mut **work)
    .await?;
    found(touched.rows_affected())?;

    let [question, answer] = messages;
    let sent = sqlx::query_scalar!(
        r#"
        with message_sent as (
            insert into message (user_id, id, chat_id, role, parts, status, run_id, created_at)
            values
                ($1, $2, $3, $4, $5::text::json, $6, $7, $8),
                ($1, $9, $3, $10, $11::text::json, $12, $13, $14)
            on conflict do nothing
            returning id
        ), run_started as (
            insert into run (user_id, id, chat_id, message_id, status, started_at)
            values ($1, $13, $3, $9, $15, $16)
            on conflict do nothing
            returning id
        )
        select (select count(*) from message_sent) + (select count(*) from run_started) as "rows!"
        "#,
        change.user.as_str(),
        question.id.as_uuid(),
        run.chat_id.as_uuid(),
        word(question.role)?,
        json(&question.parts)?,
        word(question.status)?,
        question.run_id.map(RunId::as_uuid),
        question.created_at.to_sqlx() as _,
        answer.id.as_uuid(),
        word(answer.role)?,
        json(&answer.parts)?,
        word(answer.status)?,
        run.id.as_uuid(),
        answer.created_at.to_sqlx() as _,
        word(run.status)?,
        run.started_at.to_sqlx() as _
    )
    .fetch_one(&mut **work)
    .await?;
    Ok(if sent == 3 { Applied::Now } else { Applied::Before })
}

pub(super) async fn append_events(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: RunId,
    events: &[RunEvent],
) -> Outcome {
    // Two that append to one run follow each other, so that the second sees the first's numbers.
    let locked = sqlx::query!(
        "select id from run where user_id = $1 and id = $2 for update",
        change.user.as_str(),
        id.as_uuid()
    )
    .fetch_optional(&mut **work)
    .await?;
    found(locked.iter().len() as u64)?;

    let numbers: Vec<i64> = events.iter().map(|event| event.number.cast_signed()).collect();
    let documents = events.iter().map(json).collect::<Result<Vec<String>, _>>()?;
    let last = sqlx::query_scalar!(
        r#"
        with last as (
            select coalesce(max(number), 0) as number from run_event where user_id = $1 and run_id = $2
        ), appended as (
            insert into run_event (user_id, run_id, number, event)
            select $1, $2, new.number, new.event::json
            from unnest($3::bigint[], $4::text[]) as new (number, event), last
            where new.number > last.number
            on conflict do nothing
        )
        select number as "number!" from last
        "#,
        change.user.as_str(),
        id.as_uuid(),
        &numbers,
        &documents
    )
    .fetch_one(&mut **work)
    .await?;
    let mut new = numbers.into_iter().filter(|number| *number > last);
    let gapless = (last + 1..).zip(&mut new).all(|(expected, number)| expected == number);
    if gapless { Ok(Applied::Now) } else { Err(StoreError::RowMissing.into()) }
}

pub(super) async fn seal(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    (run_id, message_id): (RunId, MessageId),
    parts: &[Part],
    status: MessageStatus,
) -> Outcome {
    let sealed = sqlx::query!(
        r#"
        with ended as (
            update run set status = $4
            where user_id = $1 and id = $2 and message_id = $3 and status <> $4
            returning chat_id
        ), answered as (
            update message set parts = $5::text::json, status = $6
            from ended
            where message.user_id = $1 and message.id = $3
        )
        update chat set updated_at = $7
        from ended
        where chat.user_id = $1 and chat.id = ended.chat_id
        "#,
        change.user.as_str(),
        run_id.as_uuid(),
        message_id.as_uuid(),
        word(RunStatus::Ended)?,
        json(parts)?,
        word(status)?,
        change.at.to_sqlx() as _
    )
    .execute(&mut **work)
    .await?;
    if sealed.rows_affected() > 0 {
        return Ok(Applied::Now);
    }
    let there = sqlx::query_scalar!(
        r#"
        select count(*) as "count!" from run where user_id = $1 and id = $2 and message_id = $3
        "#,
        change.user.as_str(),
        run_id.as_uuid(),
        message_id.as_uuid()
    )
    .fetch_one(&mut **work)
    .await?;
    if there == 0 { Err(StoreError::RowMissing.into()) } else { Ok(Applied::Before) }
}
