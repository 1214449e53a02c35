//! Reads of accounts and transactions.

use std::sync::Arc;

use domain::{
    Account, Ledger, Side, Transaction, TransactionDetails, TransactionFilter, TransactionId, UserId,
};
use jiff_sqlx::{Date, ToSqlx};
use sqlx::{Connection, PgConnection, types::Json};
use storage::{Page, PageRequest, StoreError, TransactionCount, cursor::TransactionCursor};

use super::{PgStore, all, bounded, cut, fetch_limit, one, read};
use crate::{
    PgError, ledger_copy,
    rows::{AccountRow, TransactionRow, currency},
};

/// A filter's conditions as the queries below take them.
struct Conditions {
    from: Option<Date>,
    to: Option<Date>,
    account: Option<uuid::Uuid>,
    import: Option<uuid::Uuid>,
    category: Option<String>,
    payee_lower: Option<String>,
    text_lower: Option<String>,
    income: Option<bool>,
    currency: Option<&'static str>,
}

impl Conditions {
    /// None when no row can meet them: text in the database holds no `U+0000`.
    fn of(filter: &TransactionFilter) -> Option<Self> {
        let lower = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
        let category = filter.category.as_ref().map(|category| category.path().to_owned());
        if [&filter.payee, &filter.text, &category].into_iter().flatten().any(|text| text.contains('\0')) {
            return None;
        }
        Some(Self {
            from: filter.from.map(ToSqlx::to_sqlx),
            to: filter.to.map(ToSqlx::to_sqlx),
            account: filter.account.map(domain::AccountId::as_uuid),
            import: filter.import.map(domain::ImportId::as_uuid),
            category,
            payee_lower: lower(&filter.payee),
            text_lower: lower(&filter.text),
            income: filter.side.map(|side| match side {
                Side::Income => true,
                Side::Spending => false,
            }),
            currency: filter.currency.map(domain::Currency::code),
        })
    }
}

impl PgStore {
    pub(super) async fn select_transactions(
        &self,
        user: &UserId,
        filter: &TransactionFilter,
        page: &PageRequest,
    ) -> Result<Page<Transaction>, StoreError> {
        let after = page.cursor.as_deref().map(TransactionCursor::decode).transpose()?;
        let Some(conditions) = Conditions::of(filter) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        let query = sqlx::query_as!(
            TransactionRow,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id,
                found.account_id,
                found.import_id,
                found.date as "date: Date",
                found.amount,
                found.currency,
                found.payee,
                found.description,
                found.category,
                found.category_source,
                found.external_id,
                found.line,
                found.details as "details: Json<TransactionDetails>"
            from me cross join lateral (
                select
                    id, account_id, import_id, date, amount, currency, payee, description, category,
                    category_source, external_id, line, details
                from transaction
                where user_id = me.user_id
                    and ($2::date is null or date >= $2)
                    and ($3::date is null or date <= $3)
                    and ($4::uuid is null or account_id = $4)
                    and ($5::uuid is null or import_id = $5)
                    and ($6::text is null or category = $6 or split_part(category, ':', 1) = $6)
                    and ($7::text is null or payee_lower = $7)
                    and ($8::text is null
                        or strpos(payee_lower, $8) > 0 or strpos(description_lower, $8) > 0)
                    and ($9::boolean is null or case when $9
                        then split_part(category, ':', 1) = 'Income'
                        else split_part(category, ':', 1) not in ('Income', 'Transfer') end)
                    and ($10::text is null or currency = $10)
                    and ($11::date is null or (date, id) < ($11, $12::uuid))
                order by date desc, id desc
                limit $13
            ) as found
            order by found.date desc, found.id desc
            "#,
            user.as_str(),
            conditions.from as _,
            conditions.to as _,
            conditions.account as _,
            conditions.import as _,
            conditions.category as _,
            conditions.payee_lower as _,
            conditions.text_lower as _,
            conditions.income as _,
            conditions.currency as _,
            after.map(|after| after.date.to_sqlx()) as _,
            after.map(|after| after.id.as_uuid()),
            fetch_limit(page)
        );
        let rows: Vec<Transaction> = all(read!(self, query, fetch_all))?;
        Ok(cut(rows, page.limit, |row| TransactionCursor::after(row).encode()))
    }

    pub(super) async fn select_transaction_count(
        &self,
        user: &UserId,
        filter: &TransactionFilter,
    ) -> Result<TransactionCount, PgError> {
        let Some(conditions) = Conditions::of(filter) else {
            return Ok(TransactionCount::default());
        };
        let query = sqlx::query!(
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select found.currency, found.rows as "rows!", found.total as "total!"
            from me cross join lateral (
                select currency, count(*) as rows, sum(amount) as total
                from transaction
                where user_id = me.user_id
                    and ($2::date is null or date >= $2)
                    and ($3::date is null or date <= $3)
                    and ($4::uuid is null or account_id = $4)
                    and ($5::uuid is null or import_id = $5)
                    and ($6::text is null or category = $6 or split_part(category, ':', 1) = $6)
                    and ($7::text is null or payee_lower = $7)
                    and ($8::text is null
                        or strpos(payee_lower, $8) > 0 or strpos(description_lower, $8) > 0)
                    and ($9::boolean is null or case when $9
                        then split_part(category, ':', 1) = 'Income'
                        else split_part(category, ':', 1) not in ('Income', 'Transfer') end)
                    and ($10::text is null or currency = $10)
                group by currency
            ) as found
            order by found.currency collate "C"
            "#,
            user.as_str(),
            conditions.from as _,
            conditions.to as _,
            conditions.account as _,
            conditions.import as _,
            conditions.category as _,
            conditions.payee_lower as _,
            conditions.text_lower as _,
            conditions.income as _,
            conditions.currency as _
        );
        let mut count = TransactionCount::default();
        for row in read!(self, query, fetch_all) {
            let code = currency(&row.currency)
                .ok_or(PgError::RowMalformed { table: "transaction", column: "currency" })?;
            count.count += u64::try_from(row.rows).unwrap_or_default();
            count.sums.push((code, row.total));
        }
        Ok(count)
    }

    pub(super) async fn select_transaction(
        &self,
        user: &UserId,
        id: TransactionId,
    ) -> Result<Option<Transaction>, PgError> {
        let query = sqlx::query_as!(
            TransactionRow,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id,
                found.account_id,
                found.import_id,
                found.date as "date: Date",
                found.amount,
                found.currency,
                found.payee,
                found.description,
                found.category,
                found.category_source,
                found.external_id,
                found.line,
                found.details as "details: Json<TransactionDetails>"
            from me cross join lateral (
                select
                    id, account_id, import_id, date, amount, currency, payee, description, category,
                    category_source, external_id, line, details
                from transaction
                where user_id = me.user_id and id = $2
                limit 1
            ) as found
            "#,
            user.as_str(),
            id.as_uuid()
        );
        one(read!(self, query, fetch_optional))
    }

    pub(super) async fn select_accounts(&self, user: &UserId) -> Result<Vec<Account>, PgError> {
        bounded!(self, self.config.statement_timeout, connection => accounts(connection, user).await)
    }

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
        // Read after the version: a change in between makes this newer than its version says, and
        // it is read again next time. Accounts and transactions are of one moment.
        let limit = self.config.import_timeout;
        let limit_ms = limit.as_millis().to_string();
        let ledger = bounded!(self, limit, connection => {
            let mut snapshot =
                connection.begin_with("begin isolation level repeatable read read only").await?;
            // The session's own is for pages of rows; all of them may take longer to be taken off.
            sqlx::query!(
                r#"select set_config('statement_timeout', $1, true) as "statement_timeout!""#,
                limit_ms
            )
            .fetch_one(&mut *snapshot)
            .await?;
            // Sets the user, for the transaction.
            let accounts = accounts(&mut snapshot, user).await?;
            let transactions = ledger_copy::transactions(&mut snapshot, user).await?;
            snapshot.commit().await?;
            Ok::<_, PgError>(Arc::new(Ledger { accounts, transactions: transactions.into() }))
        })?;
        self.ledgers.keep(user, version, &ledger);
        Ok(ledger)
    }
}

async fn accounts(connection: &mut PgConnection, user: &UserId) -> Result<Vec<Account>, PgError> {
    let query = sqlx::query_as!(
        AccountRow,
        r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id,
                found.name,
                found.kind,
                found.currency,
                found.number,
                found.anchor_date as "anchor_date: Date",
                found.anchor_balance,
                found.anchor_currency,
                found.import_id
            from me cross join lateral (
                select
                    id, name, kind, currency, number, anchor_date, anchor_balance, anchor_currency,
                    import_id
                from account
                where user_id = me.user_id
                offset 0
            ) as found
            order by found.name collate "C", found.id
            "#,
        user.as_str()
    );
    all(query.fetch_all(connection).await?)
}
