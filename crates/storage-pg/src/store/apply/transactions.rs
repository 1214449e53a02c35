//! Writes of what a person, or a rule of theirs, changes on transactions that are there.

use domain::{Category, CategorySource, Transaction, TransactionDetails, TransactionEdit, TransactionId};
use jiff_sqlx::Date;
use sqlx::{Postgres, Transaction as Work, types::Json};
use storage::{Change, RuleResult, StoreError, storable, storable_edit};
use uuid::Uuid;

use super::{Outcome, Touched, count_ledger_up};
use crate::{rows::TransactionRow, words::word};

/// Sets one transaction; who edits the same one at the same time waits.
pub(super) async fn edit(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: TransactionId,
    edit: &TransactionEdit,
) -> Outcome {
    let row = sqlx::query_as!(
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
        where user_id = $1 and id = $2
        for update
        "#,
        change.user.as_str(),
        id.as_uuid()
    )
    .fetch_optional(&mut **work)
    .await?;
    let mut row = Transaction::try_from(row.ok_or(StoreError::RowMissing)?)?;
    row.apply_edit(&storable_edit(edit.clone()), change.at);
    sqlx::query!(
        r#"
        update transaction
        set payee = $3, payee_lower = $4, category = $5, category_source = $6, details = $7
        where user_id = $1 and id = $2
        "#,
        change.user.as_str(),
        id.as_uuid(),
        &*row.payee,
        row.payee.to_lowercase(),
        row.category.path(),
        word(row.category_source)?,
        row.details.map(|details| Json(*details)) as _
    )
    .execute(&mut **work)
    .await?;
    count_ledger_up(work, change, Touched::Rows(&[id.as_uuid()])).await
}

pub(super) async fn categorise(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    ids: &[TransactionId],
    category: &Category,
) -> Outcome {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    sqlx::query!(
        r#"
        update transaction
        set
            category = $3,
            category_source = $4,
            details = jsonb_set(
                coalesce(details, '{}'),
                '{history}',
                coalesce(details -> 'history', '[]') || jsonb_build_array(jsonb_build_object(
                    'at', $5::text,
                    'category', jsonb_build_object('category', category, 'source', category_source)
                ))
            )
        where user_id = $1 and id = any($2) and (category, category_source) is distinct from ($3, $4)
        "#,
        change.user.as_str(),
        &ids,
        category.path(),
        word(CategorySource::Person)?,
        change.at.to_string()
    )
    .execute(&mut **work)
    .await?;
    count_ledger_up(work, change, Touched::Rows(&ids)).await
}

/// One statement for all rules: it writes what [`Transaction::apply_rule`] would.
pub(super) async fn apply_rules(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    results: &[RuleResult],
) -> Outcome {
    let mut ids: Vec<Uuid> = Vec::new();
    let mut categories: Vec<&str> = Vec::new();
    let mut payees: Vec<Option<String>> = Vec::new();
    for result in results {
        let payee = result.payee.clone().map(storable);
        ids.extend(result.transaction_ids.iter().map(|id| id.as_uuid()));
        categories.resize(ids.len(), result.category.path());
        payees.resize(ids.len(), payee);
    }
    let payees_lower: Vec<Option<String>> =
        payees.iter().map(|payee| payee.as_ref().map(|payee| payee.to_lowercase())).collect();
    sqlx::query!(
        r#"
        update transaction
        set
            payee = coalesce(given.payee, transaction.payee),
            payee_lower = coalesce(given.payee_lower, transaction.payee_lower),
            category = given.category,
            category_source = $6,
            details = jsonb_set(
                coalesce(details, '{}'),
                '{history}',
                coalesce(details -> 'history', '[]') || jsonb_build_array(jsonb_strip_nulls(
                    jsonb_build_object(
                        'at', $8::text,
                        'payee', case
                            when given.payee <> transaction.payee then transaction.payee
                        end,
                        'category', case
                            when (transaction.category, category_source) is distinct from (given.category, $6)
                            then jsonb_build_object(
                                'category', transaction.category, 'source', category_source
                            )
                        end
                    )
                ))
            )
        from unnest($2::uuid[], $3::text[], $4::text[], $5::text[])
            as given (id, category, payee, payee_lower)
        where transaction.user_id = $1
            and transaction.id = given.id
            and category_source <> $7
            and (
                (transaction.category, category_source) is distinct from (given.category, $6)
                or given.payee <> transaction.payee
            )
        "#,
        change.user.as_str(),
        &ids,
        &categories as _,
        &payees as _,
        &payees_lower as _,
        word(CategorySource::PersonRule)?,
        word(CategorySource::Person)?,
        change.at.to_string()
    )
    .execute(&mut **work)
    .await?;
    count_ledger_up(work, change, Touched::Rows(&ids)).await
}
