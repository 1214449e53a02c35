//! Reads of whole ledgers: one that was read before, in memory or packed, and what changed since.

use std::{collections::HashSet, sync::Arc, time::Duration};

use domain::{Ledger, Transaction, TransactionDetails, UserId};
use futures::TryStreamExt;
use jiff_sqlx::Date;
use sqlx::{Connection, PgConnection, types::Json};
use storage::ChangeKind;
use uuid::Uuid;

use super::{PgStore, all, bounded, read, transactions::accounts};
use crate::{PgError, ledger_copy, ledger_pack, rows::TransactionRow};

/// So many changes are remembered. More make what is read of them longer; fewer make a pack of no use
/// sooner.
pub(super) const CHANGES_MAX: i64 = 100;

/// Most rows that are read one by one; all of them are read faster together.
pub(super) const TOUCHED_MAX: usize = 10_000;

/// Fewer rows are read from their table as fast as from a pack.
const PACKED_MIN: usize = 5_000;

/// Rows of a part: one of a million rows would be in memory three times while it is read.
const PART_ROWS: usize = 50_000;

/// How long a change that is written already may wait until it can be read fast. Longer makes its sender
/// think that it was lost.
const PREPARE_TIMEOUT: Duration = Duration::from_secs(5);

/// Whether a change writes so many rows that the next read is one of all.
pub(super) fn is_large(kind: &ChangeKind) -> bool {
    let rows = match kind {
        ChangeKind::ImportCommitted { transactions, .. } => transactions.len(),
        ChangeKind::TransactionsCategorised { transaction_ids, .. } => transaction_ids.len(),
        ChangeKind::RulesApplied { results } => {
            results.iter().map(|result| result.transaction_ids.len()).sum()
        }
        _ => 0,
    };
    rows > TOUCHED_MAX
}

/// Transactions as they were at a version, by date, then id.
struct Base {
    version: i64,
    rows: Vec<Transaction>,
}

/// What was read, and whether from the rows' own table.
struct Found {
    version: i64,
    ledger: Arc<Ledger>,
    is_whole: bool,
}

impl PgStore {
    pub(super) async fn select_ledger(&self, user: &UserId) -> Result<Arc<Ledger>, PgError> {
        let query = sqlx::query_scalar!(
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select found.version
            from me cross join lateral (
                select version from ledger_version where user_id = me.user_id limit 1
            ) as found
            "#,
            user.as_str()
        );
        let Some(version) = read!(self, query, fetch_optional) else {
            return Ok(Arc::default());
        };
        if let Some(ledger) = self.ledgers.find(user, version) {
            return Ok(ledger);
        }
        let known = self.ledgers.take(user);
        let limit = self.config.import_timeout;
        let Found { version, ledger, is_whole } = bounded!(self, limit, connection => {
            select_ledger(connection, user, known, limit).await
        })?;
        self.ledgers.keep(user, version, &ledger);
        if is_whole
            && ledger.transactions.len() >= PACKED_MIN
            && let Err(error) = self.pack_ledger(user, version, &ledger.transactions).await
        {
            tracing::warn!(error = %storage::causes(&error), "a ledger was not packed");
        }
        Ok(ledger)
    }

    /// Whoever asks first after a large change is to wait for a pack at most.
    pub(super) async fn prepare_ledger(&self, user: &UserId) {
        let packed = tokio::time::timeout(PREPARE_TIMEOUT, self.select_ledger(user)).await;
        let packed = packed.unwrap_or(Err(PgError::TimedOut { waited: PREPARE_TIMEOUT }));
        if let Err(error) = packed {
            tracing::warn!(error = %storage::causes(&error), "a ledger is not packed yet");
        }
    }

    /// Keeps a ledger for those who have nothing of it in memory.
    async fn pack_ledger(&self, user: &UserId, version: i64, rows: &[Transaction]) -> Result<(), PgError> {
        let limit = self.config.import_timeout;
        bounded!(self, limit, connection => {
            let mut work = connection.begin().await?;
            begin(&mut work, user, limit).await?;
            sqlx::query!(
                "delete from ledger_pack where user_id = $1 and version < $2",
                user.as_str(),
                version
            )
            .execute(&mut *work)
            .await?;
            for (part, rows) in (0i32..).zip(rows.chunks(PART_ROWS)) {
                // Not of somebody who was erased since.
                sqlx::query!(
                    r#"
                    insert into ledger_pack (user_id, version, part, rows)
                    select user_id, $2, $3, $4
                    from ledger_version
                    where user_id = $1
                        and version >= $2
                        and not exists (select from erased_user where erased_user.version >= $2)
                    on conflict do nothing
                    "#,
                    user.as_str(),
                    version,
                    part,
                    ledger_pack::pack(rows)?
                )
                .execute(&mut *work)
                .await?;
            }
            work.commit().await.map_err(PgError::from)
        })
    }
}

/// Sets the user and the time that is allowed, for the transaction. The session's own is for pages of
/// rows; all of them may take longer to be taken off.
async fn begin(work: &mut PgConnection, user: &UserId, limit: Duration) -> Result<(), PgError> {
    sqlx::query!(
        r#"
        select
            set_config('app.user_id', $1, true) as "user_id!",
            set_config('statement_timeout', $2, true) as "statement_timeout!"
        "#,
        user.as_str(),
        limit.as_millis().to_string()
    )
    .fetch_one(work)
    .await?;
    Ok(())
}

/// Everything is of one moment.
async fn select_ledger(
    connection: &mut PgConnection,
    user: &UserId,
    known: Option<(i64, Arc<Ledger>)>,
    limit: Duration,
) -> Result<Found, PgError> {
    let mut snapshot = connection.begin_with("begin isolation level repeatable read read only").await?;
    begin(&mut snapshot, user, limit).await?;
    let accounts = accounts(&mut snapshot, user).await?;
    let version = sqlx::query_scalar!("select version from ledger_version where user_id = $1", user.as_str())
        .fetch_optional(&mut *snapshot)
        .await?
        .unwrap_or_default();
    let known = known.map(|(version, ledger)| Base { version, rows: rows_of(ledger) });
    let mut current = match known {
        Some(base) => brought_up(&mut snapshot, user, base, version).await?,
        None => None,
    };
    if current.is_none()
        && let Some(base) = unpack(&mut snapshot, user).await?
    {
        current = brought_up(&mut snapshot, user, base, version).await?;
    }
    let is_whole = current.is_none();
    let transactions = match current {
        Some(rows) => rows,
        None => ledger_copy::transactions(&mut snapshot, user).await?,
    };
    snapshot.commit().await?;
    Ok(Found { version, ledger: Arc::new(Ledger { accounts, transactions: transactions.into() }), is_whole })
}

fn rows_of(ledger: Arc<Ledger>) -> Vec<Transaction> {
    let transactions = match Arc::try_unwrap(ledger) {
        Ok(ledger) => ledger.transactions,
        Err(shared) => shared.transactions.clone(),
    };
    transactions.into()
}

/// The newest pack. None where there is none, and where another version of the program made it.
async fn unpack(snapshot: &mut PgConnection, user: &UserId) -> Result<Option<Base>, PgError> {
    let mut parts = sqlx::query!(
        r#"
        select version, rows, count(*) over () as "parts!"
        from ledger_pack
        where user_id = $1 and version = (select max(version) from ledger_pack where user_id = $1)
        order by part
        "#,
        user.as_str()
    )
    .fetch(snapshot);
    let mut base = None;
    while let Some(part) = parts.try_next().await? {
        // A vector that grew with the parts would copy the rows, all in all, more often than once.
        let base = base.get_or_insert_with(|| {
            let parts = usize::try_from(part.parts).unwrap_or_default();
            let most = if parts > 1 { parts.saturating_mul(PART_ROWS) } else { 0 };
            Base { version: part.version, rows: Vec::with_capacity(most) }
        });
        if ledger_pack::unpack(&part.rows, &mut base.rows).is_none() {
            tracing::warn!(version = part.version, "a packed ledger is not understood");
            return Ok(None);
        }
    }
    Ok(base)
}

/// The rows of a later version. None where it isn't known what changed, or too much did.
async fn brought_up(
    snapshot: &mut PgConnection,
    user: &UserId,
    base: Base,
    version: i64,
) -> Result<Option<Vec<Transaction>>, PgError> {
    let changes = sqlx::query!(
        r#"
        select count(*) as "count!", coalesce(sum(touched), 0)::bigint as "touched!"
        from ledger_change
        where user_id = $1 and version > $2 and version <= $3
        "#,
        user.as_str(),
        base.version,
        version
    )
    .fetch_one(&mut *snapshot)
    .await?;
    // A change without its row was written by an earlier version of the program.
    let are_all_known = changes.count == version - base.version;
    if !are_all_known || changes.touched > TOUCHED_MAX as i64 {
        return Ok(None);
    }
    if changes.count == 0 {
        return Ok(Some(base.rows));
    }
    Ok(Some(patched(snapshot, user, base).await?))
}

/// The rows with those that changed since read again.
async fn patched(
    snapshot: &mut PgConnection,
    user: &UserId,
    Base { version, mut rows }: Base,
) -> Result<Vec<Transaction>, PgError> {
    let changes = sqlx::query!(
        "select transaction_ids, import_id from ledger_change where user_id = $1 and version > $2",
        user.as_str(),
        version
    )
    .fetch_all(&mut *snapshot)
    .await?;
    let imports: HashSet<Uuid> = changes.iter().filter_map(|change| change.import_id).collect();
    let ids: HashSet<Uuid> = changes.into_iter().flat_map(|change| change.transaction_ids).collect();
    let fresh = sqlx::query_as!(
        TransactionRow,
        r#"
        select
            id,
            account_id,
            import_id,
            date as "date: Date",
            amount,
            currency,
            payee,
            description,
            category,
            category_source,
            external_id,
            line,
            details as "details: Json<TransactionDetails>"
        from transaction
        where user_id = $1 and (id = any($2) or import_id = any($3))
        "#,
        user.as_str(),
        &ids.iter().copied().collect::<Vec<_>>(),
        &imports.iter().copied().collect::<Vec<_>>()
    )
    .fetch_all(snapshot)
    .await?;
    rows.retain(|row| !ids.contains(&row.id.as_uuid()) && !imports.contains(&row.import_id.as_uuid()));
    rows.extend(all::<_, Transaction>(fresh)?);
    // What was there is in order already.
    rows.sort_by_key(|row| (row.date, row.id));
    Ok(rows)
}
