//! What goes for good.

use domain::ChatId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{Postgres, Transaction as Work};
use storage::{Applied, Change};

use super::Outcome;

/// With the chat go its messages, their words, runs and events.
pub(super) async fn purge_chat(work: &mut Work<'_, Postgres>, change: &Change, id: ChatId) -> Outcome {
    sqlx::query!("delete from chat where user_id = $1 and id = $2", change.user.as_str(), id.as_uuid())
        .execute(&mut **work)
        .await?;
    forget_tool_writes(work, change, id).await?;
    Ok(Applied::Now)
}

/// The same with a chat in which nothing was said since.
pub(super) async fn expire_chat(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: ChatId,
    until: Timestamp,
) -> Outcome {
    let deleted = sqlx::query!(
        "delete from chat where user_id = $1 and id = $2 and updated_at < $3",
        change.user.as_str(),
        id.as_uuid(),
        until.to_sqlx() as _
    )
    .execute(&mut **work)
    .await?;
    if deleted.rows_affected() == 0 {
        return Ok(Applied::Before);
    }
    forget_tool_writes(work, change, id).await?;
    Ok(Applied::Now)
}

async fn forget_tool_writes(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: ChatId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from tool_write where user_id = $1 and chat_id = $2",
        change.user.as_str(),
        id.as_uuid()
    )
    .execute(&mut **work)
    .await?;
    Ok(())
}

/// Rows of every table; what is left tells that this key's user was erased, and not who that was.
pub(super) async fn erase(work: &mut Work<'_, Postgres>, change: &Change) -> Outcome {
    sqlx::query!("select erase_user($1)", change.at.to_sqlx() as _).fetch_one(&mut **work).await?;
    Ok(Applied::Now)
}
