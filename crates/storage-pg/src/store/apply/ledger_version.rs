//! What every change of a ledger leaves: its number, and which rows have to be read again.

use domain::ImportId;
use sqlx::{Postgres, Transaction as Work};
use storage::{Applied, Change};
use uuid::Uuid;

use super::Outcome;
use crate::store::ledger::{CHANGES_MAX, TOUCHED_MAX};

/// The rows that a change wrote.
#[derive(Debug, Clone, Copy)]
pub(super) enum Touched<'t> {
    /// None of the transactions.
    NoRow,
    /// These.
    Rows(&'t [Uuid]),
    /// All of an import, so many.
    Import(ImportId, usize),
    /// All of an import, which are gone but for these.
    Undone(ImportId, &'t [Uuid]),
}

/// Tells every instance that a ledger it holds is no longer whole, and what it lacks.
pub(super) async fn count_ledger_up(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    touched: Touched<'_>,
) -> Outcome {
    let (count, ids, import_id) = match touched {
        Touched::NoRow => (0, &[][..], None),
        // Too many are read again with all others.
        Touched::Rows(ids) if ids.len() > TOUCHED_MAX => (ids.len(), &[][..], None),
        Touched::Rows(ids) => (ids.len(), ids, None),
        Touched::Import(id, rows) => (rows, &[][..], Some(id.as_uuid())),
        Touched::Undone(id, kept) if kept.len() > TOUCHED_MAX => (kept.len(), &[][..], Some(id.as_uuid())),
        Touched::Undone(id, kept) => (kept.len(), kept, Some(id.as_uuid())),
    };
    sqlx::query!(
        r#"
        with counted as (
            insert into ledger_version (user_id, version)
            select $1, 1 + coalesce((select max(version) from erased_user), 0)
            on conflict (user_id) do update set version = ledger_version.version + 1
            returning version
        ), forgotten as (
            delete from ledger_change
            using counted
            where ledger_change.user_id = $1 and ledger_change.version <= counted.version - $5
        )
        insert into ledger_change (user_id, version, touched, transaction_ids, import_id)
        select $1, counted.version, $2, $3, $4 from counted
        "#,
        change.user.as_str(),
        count as i64,
        ids,
        import_id,
        CHANGES_MAX
    )
    .execute(&mut **work)
    .await?;
    Ok(Applied::Now)
}
