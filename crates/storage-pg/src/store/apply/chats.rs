//! Writes of chats and messages.

use domain::{Chat, ChatId, ChatSummary, Message, MessageId, Persona, Run, RunId, Title};
use jiff_sqlx::ToSqlx;
use sqlx::{Postgres, Transaction as Work};
use storage::{Applied, Change, StoreError, storable};

use super::{Outcome, found};
use crate::words::{json, word};

pub(super) async fn create(work: &mut Work<'_, Postgres>, change: &Change, chat: &Chat) -> Outcome {
    let created = sqlx::query!(
        r#"
        insert into chat (
            user_id, id, title, title_lower, created_at, updated_at, deleted_at, persona, titled_by_person,
            summary
        )
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::json)
        on conflict do nothing
        "#,
        change.user.as_str(),
        chat.id.as_uuid(),
        chat.title.as_str(),
        chat.title.as_str().to_lowercase(),
        chat.created_at.to_sqlx() as _,
        chat.updated_at.to_sqlx() as _,
        chat.deleted_at.map(ToSqlx::to_sqlx) as _,
        word(chat.persona)?,
        chat.titled_by_person,
        chat.summary.as_ref().map(json).transpose()? as _
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
        update chat set title = $3, title_lower = $4, titled_by_person = true,
            updated_at = greatest(updated_at, $5)
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

pub(super) async fn title(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: ChatId,
    title: &Title,
) -> Outcome {
    let titled = sqlx::query!(
        r#"
        update chat set title = $3, title_lower = $4
        where user_id = $1 and id = $2 and not titled_by_person
        "#,
        change.user.as_str(),
        id.as_uuid(),
        title.as_str(),
        title.as_str().to_lowercase()
    )
    .execute(&mut **work)
    .await?;
    if titled.rows_affected() == 0 { before_if_there(work, change, id).await } else { Ok(Applied::Now) }
}

pub(super) async fn choose_persona(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: ChatId,
    persona: Persona,
) -> Outcome {
    let chosen = sqlx::query!(
        "update chat set persona = $3 where user_id = $1 and id = $2",
        change.user.as_str(),
        id.as_uuid(),
        word(persona)?
    )
    .execute(&mut **work)
    .await?;
    found(chosen.rows_affected())
}

pub(super) async fn summarise(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: ChatId,
    summary: Option<&ChatSummary>,
) -> Outcome {
    let summary =
        summary.map(|summary| ChatSummary { text: storable(summary.text.clone()), ..summary.clone() });
    let summarised = sqlx::query!(
        "update chat set summary = $3::text::json where user_id = $1 and id = $2",
        change.user.as_str(),
        id.as_uuid(),
        summary.as_ref().map(json).transpose()?
    )
    .execute(&mut **work)
    .await?;
    found(summarised.rows_affected())
}

pub(super) async fn choose_branch(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: ChatId,
    head: MessageId,
) -> Outcome {
    check_message(work, change, id, head).await?;
    let chosen = sqlx::query!(
        "update chat set head_id = $3 where user_id = $1 and id = $2 and head_id is distinct from $3",
        change.user.as_str(),
        id.as_uuid(),
        head.as_uuid()
    )
    .execute(&mut **work)
    .await?;
    if chosen.rows_affected() == 0 { before_if_there(work, change, id).await } else { Ok(Applied::Now) }
}

/// The message is one of the chat; else the change is refused.
async fn check_message(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    chat: ChatId,
    message: MessageId,
) -> Outcome {
    let there = sqlx::query_scalar!(
        r#"select count(*) as "count!" from message where user_id = $1 and chat_id = $2 and id = $3"#,
        change.user.as_str(),
        chat.as_uuid(),
        message.as_uuid()
    )
    .fetch_one(&mut **work)
    .await?;
    found(there.cast_unsigned())
}

/// Moves a chat to the top; it is locked until the change is written, so that of two messages the
/// second follows the first.
async fn touch(work: &mut Work<'_, Postgres>, change: &Change, id: ChatId) -> Outcome {
    let touched = sqlx::query!(
        "update chat set updated_at = greatest(updated_at, $3) where user_id = $1 and id = $2",
        change.user.as_str(),
        id.as_uuid(),
        change.at.to_sqlx() as _
    )
    .execute(&mut **work)
    .await?;
    found(touched.rows_affected())
}

/// Where the database is told to put a message: see `link_message` in the migrations. One without a
/// parent that begins the chat is its own.
fn link(message: &Message) -> MessageId {
    message.parent_id.unwrap_or(message.id)
}

pub(super) async fn send(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    chat: Option<&Chat>,
    [question, answer]: [&Message; 2],
    run: &Run,
) -> Outcome {
    if let Some(chat) = chat {
        create(work, change, chat).await?;
    }
    touch(work, change, run.chat_id).await?;
    let is_placed = answer.parent_id.is_some();
    if let Some(parent) = question.parent_id.filter(|_| is_placed) {
        check_message(work, change, run.chat_id, parent).await?;
    }
    let asked = sqlx::query!(
        r#"
        insert into message (user_id, id, chat_id, parent_id, role, parts, status, run_id, created_at)
        values ($1, $2, $3, $4, $5, $6::text::json, $7, $8, $9)
        on conflict do nothing
        "#,
        change.user.as_str(),
        question.id.as_uuid(),
        run.chat_id.as_uuid(),
        is_placed.then(|| link(question).as_uuid()) as _,
        word(question.role)?,
        json(&question.parts)?,
        word(question.status)?,
        question.run_id.map(RunId::as_uuid),
        question.created_at.to_sqlx() as _
    )
    .execute(&mut **work)
    .await?;
    if asked.rows_affected() == 0 {
        return Ok(Applied::Before);
    }
    answer_with(work, change, answer, question.id, run).await
}

pub(super) async fn start_answer(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    answer: &Message,
    run: &Run,
) -> Outcome {
    touch(work, change, run.chat_id).await?;
    let question = link(answer);
    check_message(work, change, run.chat_id, question).await?;
    answer_with(work, change, answer, question, run).await
}

async fn answer_with(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    answer: &Message,
    question: MessageId,
    run: &Run,
) -> Outcome {
    let started = sqlx::query_scalar!(
        r#"
        with answered as (
            insert into message (user_id, id, chat_id, parent_id, role, parts, status, run_id, created_at)
            values ($1, $2, $3, $4, $5, $6::text::json, $7, $8, $9)
            on conflict do nothing
            returning id
        ), run_started as (
            insert into run (user_id, id, chat_id, message_id, status, started_at, owner, epoch, heartbeat_at, today)
            values ($1, $8, $3, $2, $10, $11, $12, $13, $14, $15)
            on conflict do nothing
            returning id
        )
        select (select count(*) from answered) + (select count(*) from run_started) as "rows!"
        "#,
        change.user.as_str(),
        answer.id.as_uuid(),
        run.chat_id.as_uuid(),
        question.as_uuid(),
        word(answer.role)?,
        json(&answer.parts)?,
        word(answer.status)?,
        run.id.as_uuid(),
        answer.created_at.to_sqlx() as _,
        word(run.status)?,
        run.started_at.to_sqlx() as _,
        storable(run.owner.clone()),
        i64::from(run.epoch),
        run.heartbeat_at.to_sqlx() as _,
        run.today.map(ToSqlx::to_sqlx) as _
    )
    .fetch_one(&mut **work)
    .await?;
    Ok(if started == 2 { Applied::Now } else { Applied::Before })
}
