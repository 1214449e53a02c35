//! Writes of what tools want to change, and of what the person says to it and to answers.

use domain::{Feedback, MessageId, ToolWrite, ToolWriteId, ToolWriteOrigin, ToolWriteStatus};
use jiff_sqlx::ToSqlx;
use sqlx::{Postgres, Transaction as Work};
use storage::{Applied, Change, StoreError, storable, storable_tool_write};
use uuid::Uuid;

use super::{Outcome, found};
use crate::words::{json, word};

pub(super) async fn propose(work: &mut Work<'_, Postgres>, change: &Change, write: &ToolWrite) -> Outcome {
    let write = storable_tool_write(write.clone());
    let proposed = sqlx::query!(
        r#"
        insert into tool_write
            (user_id, id, tool, input, preview, origin, chat_id, status, outcome, created_at, decided_at)
        values ($1, $2, $3, $4, $5, $6::text::json, $7, $8, $9, $10, $11)
        on conflict do nothing
        "#,
        change.user.as_str(),
        write.id.as_uuid(),
        write.tool,
        write.input,
        write.preview,
        json(&write.origin)?,
        chat_of(&write.origin),
        word(write.status)?,
        write.outcome,
        write.created_at.to_sqlx() as _,
        write.decided_at.map(ToSqlx::to_sqlx) as _
    )
    .execute(&mut **work)
    .await?;
    Ok(if proposed.rows_affected() == 0 { Applied::Before } else { Applied::Now })
}

fn chat_of(origin: &ToolWriteOrigin) -> Option<Uuid> {
    match origin {
        ToolWriteOrigin::Chat { chat_id, .. } => Some(chat_id.as_uuid()),
        ToolWriteOrigin::Mcp { .. } => None,
    }
}

pub(super) async fn decide(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: ToolWriteId,
    status: ToolWriteStatus,
    outcome: Option<&str>,
) -> Outcome {
    let decided = sqlx::query!(
        r#"
        update tool_write set status = $3, outcome = coalesce($4, outcome), decided_at = $5
        where user_id = $1 and id = $2 and status = $6
        "#,
        change.user.as_str(),
        id.as_uuid(),
        word(status)?,
        outcome.map(|text| storable(text.to_owned())),
        change.at.to_sqlx() as _,
        status.before().map(word).transpose()?
    )
    .execute(&mut **work)
    .await?;
    if decided.rows_affected() > 0 {
        return Ok(Applied::Now);
    }
    let there = sqlx::query_scalar!(
        r#"select count(*) as "count!" from tool_write where user_id = $1 and id = $2"#,
        change.user.as_str(),
        id.as_uuid()
    )
    .fetch_one(&mut **work)
    .await?;
    if there == 0 { Err(StoreError::RowMissing.into()) } else { Ok(Applied::Before) }
}

pub(super) async fn give_feedback(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: MessageId,
    feedback: Option<&Feedback>,
) -> Outcome {
    let given = sqlx::query!(
        "update message set feedback = $3::text::json where user_id = $1 and id = $2",
        change.user.as_str(),
        id.as_uuid(),
        feedback.map(json).transpose()?
    )
    .execute(&mut **work)
    .await?;
    found(given.rows_affected())
}
