//! Counts of what models took.

use domain::{ChatId, Usage};
use jiff_sqlx::ToSqlx;
use sqlx::{Postgres, Transaction as Work};
use storage::{Applied, Change};

use super::Outcome;

/// Adds to what is counted for the change's day; a run's record counts by itself.
pub(super) async fn count(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    chat: ChatId,
    usage: &Usage,
) -> Outcome {
    sqlx::query!(
        "select count_usage($1, $2, $3, $4, $5, $6)",
        change.user.as_str(),
        change.at.to_sqlx() as _,
        chat.as_uuid(),
        usage.answers.cast_signed(),
        usage.input_tokens.cast_signed(),
        usage.output_tokens.cast_signed()
    )
    .fetch_one(&mut **work)
    .await?;
    Ok(Applied::Now)
}
