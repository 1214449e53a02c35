//! Writes of imports and their undoing.

use std::collections::BTreeSet;

use domain::{Account, Import, ImportId, Transaction, TransactionDetails};
use jiff_sqlx::{Date, ToSqlx};
use rust_decimal::Decimal;
use sqlx::{Postgres, Transaction as Work, types::Json};
use storage::{Applied, Change, ConfirmedRow, ImportsSeen, StoreError, storable, storable_details};
use uuid::Uuid;

use super::{Outcome, Touched, anchors, count_ledger_up};
use crate::{
    PgError,
    error::WriteError,
    words::{json, word},
};

pub(super) async fn commit(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    import: &Import,
    (accounts, transactions, confirms): (&[Account], &[Transaction], &[ConfirmedRow]),
    planned_on: Option<ImportsSeen>,
) -> Outcome {
    let account_ids: Vec<Uuid> = import.account_ids.iter().map(|id| id.as_uuid()).collect();
    let confirmed_ids: Vec<Uuid> = confirms.iter().map(|row| row.transaction_id.as_uuid()).collect();
    let confirmed_lines: Vec<i64> = confirms.iter().map(|row| i64::from(row.line)).collect();
    hold_imports(work, change).await?;
    let listed = sqlx::query!(
        r#"
        insert into import (
            user_id, id, source, file_name, format, account_ids, imported, duplicates, skipped,
            skipped_rows, created_at, undone_at, confirmed_ids, confirmed_lines
        )
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::json, $11, $12, $13, $14)
        on conflict do nothing
        "#,
        change.user.as_str(),
        import.id.as_uuid(),
        word(import.source)?,
        storable(import.file_name.clone()),
        import.format,
        &account_ids,
        i64::from(import.imported),
        i64::from(import.duplicates),
        i64::from(import.skipped),
        json(&import.skipped_rows)?,
        import.created_at.to_sqlx() as _,
        import.undone_at.map(ToSqlx::to_sqlx) as _,
        &confirmed_ids,
        &confirmed_lines
    )
    .execute(&mut **work)
    .await?;
    if listed.rows_affected() == 0 {
        return Ok(Applied::Before);
    }
    if !accounts.is_empty() {
        put_accounts(work, change, import.id, accounts).await?;
    }
    if !transactions.is_empty() {
        check_accounts(work, change, transactions).await?;
        insert_transactions(work, change, transactions).await?;
    }
    let applied = count_ledger_up(work, change, Touched::Import(import.id, transactions.len())).await?;
    // Whoever counts a ledger up holds it until the end: an import that another instance wrote meanwhile can
    // be seen by now, and one that comes later will see this one.
    if let Some(seen) = planned_on
        && seen != imports_seen(work, change, import.id).await?
    {
        return Err(StoreError::Outdated.into());
    }
    Ok(applied)
}

/// The person's imports without this one.
async fn imports_seen(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    import_id: ImportId,
) -> Result<ImportsSeen, WriteError> {
    let seen = sqlx::query!(
        r#"
        select count(*) as "committed!", count(undone_at) as "undone!"
        from import
        where user_id = $1 and id <> $2
        "#,
        change.user.as_str(),
        import_id.as_uuid()
    )
    .fetch_one(&mut **work)
    .await?;
    Ok(ImportsSeen { committed: seen.committed.unsigned_abs(), undone: seen.undone.unsigned_abs() })
}

/// Notes the anchors that are replaced, then puts the accounts given.
async fn put_accounts(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    import_id: ImportId,
    accounts: &[Account],
) -> Result<(), WriteError> {
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.id.as_uuid()).collect();
    let names: Vec<String> = accounts.iter().map(|account| storable(account.name.clone())).collect();
    let kinds = accounts.iter().map(|account| word(account.kind)).collect::<Result<Vec<_>, _>>()?;
    let currencies: Vec<&str> = accounts.iter().map(|account| account.currency.code()).collect();
    let numbers: Vec<Option<String>> =
        accounts.iter().map(|account| account.number.clone().map(storable)).collect();
    let import_ids: Vec<Uuid> = accounts.iter().map(|account| account.import_id.as_uuid()).collect();

    let anchor_dates: Vec<Option<Date>> =
        accounts.iter().map(|a| a.anchor.map(|a| a.date.to_sqlx())).collect();
    let balances = || accounts.iter().map(|a| a.anchor.map(|a| a.balance));
    let anchor_balances: Vec<Option<Decimal>> = balances().map(|b| b.map(domain::Money::amount)).collect();
    let anchor_currencies: Vec<Option<&str>> = balances().map(|b| b.map(|b| b.currency().code())).collect();
    sqlx::query!(
        r#"
        with given as (
            select * from unnest(
                $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[], $9::numeric[],
                $10::text[], $11::uuid[]
            ) as given (
                id, name, kind, currency, number, anchor_date, anchor_balance, anchor_currency, import_id
            )
        ), noted as (
            insert into import_account (
                user_id, import_id, account_id, given_date, given_balance, given_currency, before_date,
                before_balance, before_currency
            )
            select
                $1, $2, given.id, given.anchor_date, given.anchor_balance, given.anchor_currency,
                known.anchor_date, known.anchor_balance, known.anchor_currency
            from given left join account as known on known.user_id = $1 and known.id = given.id
        )
        insert into account (
            user_id, id, name, kind, currency, number, anchor_date, anchor_balance, anchor_currency,
            import_id
        )
        select
            $1, id, name, kind, currency, number, anchor_date, anchor_balance, anchor_currency, import_id
        from given
        on conflict (user_id, id) do update set
            name = excluded.name,
            kind = excluded.kind,
            currency = excluded.currency,
            number = excluded.number,
            anchor_date = excluded.anchor_date,
            anchor_balance = excluded.anchor_balance,
            anchor_currency = excluded.anchor_currency,
            import_id = excluded.import_id
        "#,
        change.user.as_str(),
        import_id.as_uuid(),
        &ids,
        &names,
        &kinds,
        &currencies as _,
        &numbers as _,
        &anchor_dates as _,
        &anchor_balances as _,
        &anchor_currencies as _,
        &import_ids
    )
    .execute(&mut **work)
    .await?;
    Ok(())
}

/// Refuses transactions of an account that is not there, and holds those accounts until the end of
/// the transaction.
async fn check_accounts(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    transactions: &[Transaction],
) -> Result<(), WriteError> {
    let ids: BTreeSet<Uuid> = transactions.iter().map(|row| row.account_id.as_uuid()).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let there = sqlx::query!(
        "select id from account where user_id = $1 and id = any($2) for share",
        change.user.as_str(),
        &ids
    )
    .fetch_all(&mut **work)
    .await?;
    if there.len() == ids.len() { Ok(()) } else { Err(StoreError::RowMissing.into()) }
}

/// Rows in one statement: more would not be faster, and each holds a copy of its rows as arrays.
const CHUNK: usize = 10_000;

async fn insert_transactions(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    transactions: &[Transaction],
) -> Result<(), WriteError> {
    for rows in transactions.chunks(CHUNK) {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id.as_uuid()).collect();
        let account_ids: Vec<Uuid> = rows.iter().map(|row| row.account_id.as_uuid()).collect();
        let import_ids: Vec<Uuid> = rows.iter().map(|row| row.import_id.as_uuid()).collect();
        let dates: Vec<Date> = rows.iter().map(|row| row.date.to_sqlx()).collect();
        let amounts: Vec<Decimal> = rows.iter().map(|row| row.amount.amount()).collect();
        let currencies: Vec<&str> = rows.iter().map(|row| row.amount.currency().code()).collect();
        let payees: Vec<String> = rows.iter().map(|row| storable(row.payee.to_string())).collect();
        let descriptions: Vec<String> =
            rows.iter().map(|row| storable(row.description.to_string())).collect();
        let payees_lower: Vec<String> = payees.iter().map(|text| text.to_lowercase()).collect();
        let descriptions_lower: Vec<String> = descriptions.iter().map(|text| text.to_lowercase()).collect();
        let categories: Vec<&str> = rows.iter().map(|row| row.category.path()).collect();
        let sources =
            rows.iter().map(|row| word(row.category_source)).collect::<Result<Vec<String>, PgError>>()?;
        let external_ids: Vec<Option<String>> =
            rows.iter().map(|row| row.external_id.clone().map(storable)).collect();
        let lines: Vec<i64> = rows.iter().map(|row| i64::from(row.line)).collect();
        let details: Vec<Option<Json<TransactionDetails>>> = rows
            .iter()
            .map(|row| row.details.as_ref().map(|details| Json(storable_details((**details).clone()))))
            .collect();
        sqlx::query!(
            r#"
            insert into transaction (
                user_id, id, account_id, import_id, date, amount, currency, payee, payee_lower,
                description, description_lower, category, category_source, external_id, line,
                details
            )
            select $1, new.*
            from unnest(
                $2::uuid[], $3::uuid[], $4::uuid[], $5::date[], $6::numeric[], $7::text[], $8::text[],
                $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
                $15::bigint[], $16::jsonb[]
            ) as new
            on conflict do nothing
            "#,
            change.user.as_str(),
            &ids,
            &account_ids,
            &import_ids,
            &dates as _,
            &amounts,
            &currencies as _,
            &payees,
            &payees_lower,
            &descriptions,
            &descriptions_lower,
            &categories as _,
            &sources,
            &external_ids as _,
            &lines,
            &details as _
        )
        .execute(&mut **work)
        .await?;
    }
    Ok(())
}

/// Waits for the person's other import or undo. An undo hands rows on to the imports that it sees: one that
/// is written at the same time would lose the rows that it confirms.
async fn hold_imports(work: &mut Work<'_, Postgres>, change: &Change) -> Result<(), WriteError> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended(current_schema() || ':import:' || $1, 0))",
        change.user.as_str()
    )
    .execute(&mut **work)
    .await?;
    Ok(())
}

pub(super) async fn undo(work: &mut Work<'_, Postgres>, change: &Change, id: ImportId) -> Outcome {
    hold_imports(work, change).await?;
    let undone = sqlx::query!(
        "update import set undone_at = $3 where user_id = $1 and id = $2 and undone_at is null",
        change.user.as_str(),
        id.as_uuid(),
        change.at.to_sqlx() as _
    )
    .execute(&mut **work)
    .await?;
    if undone.rows_affected() == 0 {
        let there = sqlx::query_scalar!(
            r#"select count(*) as "count!" from import where user_id = $1 and id = $2"#,
            change.user.as_str(),
            id.as_uuid()
        )
        .fetch_one(&mut **work)
        .await?;
        return if there == 0 { Err(StoreError::RowMissing.into()) } else { Ok(Applied::Before) };
    }
    let kept = hand_rows_on(work, change, id).await?;
    sqlx::query!(
        "delete from transaction where user_id = $1 and import_id = $2",
        change.user.as_str(),
        id.as_uuid()
    )
    .execute(&mut **work)
    .await?;
    sqlx::query!(
        r#"
        delete from account
        where user_id = $1
            and id in (
                select account_id from import_account where user_id = $1 and import_id = $2
                union
                select unnest(account_ids) from import where user_id = $1 and id = $2
            )
            and not exists (
                select from transaction
                where transaction.user_id = $1 and transaction.account_id = account.id
            )
        "#,
        change.user.as_str(),
        id.as_uuid()
    )
    .execute(&mut **work)
    .await?;
    anchors::give_back(work, change, id).await?;
    // Those that are gone are not read again.
    count_ledger_up(work, change, Touched::Undone(id, &kept)).await
}

/// Rows that standing imports confirm become the oldest one's. Gives their ids.
async fn hand_rows_on(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: ImportId,
) -> Result<Vec<Uuid>, WriteError> {
    let kept = sqlx::query_scalar!(
        r#"
        with heir as (
            select distinct on (held.id) held.id, import.id as import_id, confirmed.line
            from import
            cross join lateral unnest(import.confirmed_ids, import.confirmed_lines) with ordinality
                as confirmed (transaction_id, line, place)
            join transaction as held on held.user_id = $1 and held.id = confirmed.transaction_id
            where import.user_id = $1
                and import.undone_at is null
                and held.import_id = $2
            order by held.id, import.created_at, import.id, confirmed.place
        )
        update transaction
        set import_id = heir.import_id, line = heir.line
        from heir
        where transaction.user_id = $1 and transaction.id = heir.id
        returning transaction.id as "id!"
        "#,
        change.user.as_str(),
        id.as_uuid()
    )
    .fetch_all(&mut **work)
    .await?;
    Ok(kept)
}
