//! Writes of runs: who owns one, its events, its end.

use domain::{Aside, MessageId, MessageStatus, Part, RunEvent, RunId, RunRecord, RunStatus};
use jiff_sqlx::ToSqlx;
use sqlx::{Postgres, Transaction as Work};
use storage::{Applied, Change, StoreError, storable};

use super::{Outcome, WriteError};
use crate::words::{json, word};

pub(super) async fn claim(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: RunId,
    owner: &str,
    epoch: u32,
) -> Outcome {
    let claimed = sqlx::query!(
        r#"
        update run set owner = $3, epoch = $4::bigint, heartbeat_at = $5
        where user_id = $1 and id = $2 and status <> $6 and epoch = $4::bigint - 1
        "#,
        change.user.as_str(),
        id.as_uuid(),
        storable(owner.to_owned()),
        i64::from(epoch),
        change.at.to_sqlx() as _,
        word(RunStatus::Ended)?
    )
    .execute(&mut **work)
    .await?;
    if claimed.rows_affected() == 0 { before_if_there(work, change, id).await } else { Ok(Applied::Now) }
}

pub(super) async fn release(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: RunId,
    epoch: u32,
) -> Outcome {
    let released = sqlx::query!(
        r#"
        update run set heartbeat_at = 'epoch'
        where user_id = $1 and id = $2 and status <> $4 and epoch = $3 and heartbeat_at <> 'epoch'
        "#,
        change.user.as_str(),
        id.as_uuid(),
        i64::from(epoch),
        word(RunStatus::Ended)?
    )
    .execute(&mut **work)
    .await?;
    if released.rows_affected() == 0 { before_if_there(work, change, id).await } else { Ok(Applied::Now) }
}

async fn before_if_there(work: &mut Work<'_, Postgres>, change: &Change, id: RunId) -> Outcome {
    let there = sqlx::query_scalar!(
        r#"select count(*) as "count!" from run where user_id = $1 and id = $2"#,
        change.user.as_str(),
        id.as_uuid()
    )
    .fetch_one(&mut **work)
    .await?;
    if there == 0 { Err(StoreError::RowMissing.into()) } else { Ok(Applied::Before) }
}

pub(super) async fn append_events(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: RunId,
    epoch: u32,
    events: &[RunEvent],
) -> Outcome {
    // Two that append to one run follow each other, so that the second sees the first's numbers.
    let owned = sqlx::query!(
        "update run set heartbeat_at = $4 where user_id = $1 and id = $2 and epoch = $3",
        change.user.as_str(),
        id.as_uuid(),
        i64::from(epoch),
        change.at.to_sqlx() as _
    )
    .execute(&mut **work)
    .await?;
    if owned.rows_affected() == 0 {
        return before_if_there(work, change, id).await;
    }
    if events.is_empty() {
        return Ok(Applied::Now);
    }

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
    (parts, status): (&[Part], MessageStatus),
    epoch: u32,
    record: Option<&RunRecord>,
) -> Outcome {
    let sealed = sqlx::query!(
        r#"
        with ended as (
            update run set status = $4
            where user_id = $1 and id = $2 and message_id = $3 and status <> $4 and epoch = $8
            returning chat_id
        ), answered as (
            update message set parts = $5::text::json, status = $6
            from ended
            where message.user_id = $1 and message.id = $3
        )
        update chat set updated_at = greatest(updated_at, $7)
        from ended
        where chat.user_id = $1 and chat.id = ended.chat_id
        "#,
        change.user.as_str(),
        run_id.as_uuid(),
        message_id.as_uuid(),
        word(RunStatus::Ended)?,
        json(parts)?,
        word(status)?,
        change.at.to_sqlx() as _,
        i64::from(epoch)
    )
    .execute(&mut **work)
    .await?;
    if sealed.rows_affected() > 0 {
        return match record {
            Some(record) => keep_record(work, change, run_id, record).await,
            None => Ok(Applied::Now),
        };
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

async fn keep_record(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: RunId,
    record: &RunRecord,
) -> Outcome {
    sqlx::query!(
        r#"
        insert into run_record (
            user_id, run_id, model, input_tokens, output_tokens, steps, is_cut, created_at
        )
        values ($1, $2, $3, $4, $5, $6::text::json, $7, $8)
        on conflict do nothing
        "#,
        change.user.as_str(),
        id.as_uuid(),
        storable(record.model.clone()),
        record.input_tokens.cast_signed(),
        record.output_tokens.cast_signed(),
        json(&record.steps)?,
        record.is_cut,
        change.at.to_sqlx() as _
    )
    .execute(&mut **work)
    .await?;
    Ok(Applied::Now)
}

/// Adds to a run's record, which must be there: what a purge took does not come back.
pub(super) async fn keep_aside(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: RunId,
    aside: &Aside,
) -> Result<(), WriteError> {
    let kept = sqlx::query!(
        r#"
        update run_record set asides = array_append(asides, $3::text::json)
        where user_id = $1 and run_id = $2
        "#,
        change.user.as_str(),
        id.as_uuid(),
        json(aside)?
    )
    .execute(&mut **work)
    .await?;
    if kept.rows_affected() == 0 { Err(StoreError::RowMissing.into()) } else { Ok(()) }
}
