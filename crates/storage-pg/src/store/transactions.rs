//! Reads of accounts and transactions.

use domain::{Account, Transaction, TransactionDetails, TransactionId, UserId};
use jiff_sqlx::Date;
use sqlx::{PgConnection, types::Json};

use super::{PgStore, all, bounded, one, read};
use crate::{
    PgError,
    rows::{AccountRow, TransactionRow},
};

impl PgStore {
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
}

pub(super) async fn accounts(connection: &mut PgConnection, user: &UserId) -> Result<Vec<Account>, PgError> {
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
