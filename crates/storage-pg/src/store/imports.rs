//! Reads of imports.

use domain::{Import, ImportId, SkippedRow, UserId};
use jiff_sqlx::Timestamp;
use sqlx::types::Json;

use super::{PgStore, all, one, read};
use crate::{PgError, rows::ImportRow};

impl PgStore {
    pub(super) async fn select_imports(&self, user: &UserId) -> Result<Vec<Import>, PgError> {
        let query = sqlx::query_as!(
            ImportRow,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id,
                found.source,
                found.file_name,
                found.format,
                found.account_ids,
                found.imported,
                found.duplicates,
                found.skipped,
                found.skipped_rows as "skipped_rows: Json<Vec<SkippedRow>>",
                found.created_at as "created_at: Timestamp",
                found.undone_at as "undone_at: Timestamp"
            from me cross join lateral (
                select
                    id, source, file_name, format, account_ids, imported, duplicates, skipped,
                    skipped_rows, created_at, undone_at
                from import
                where user_id = me.user_id
                offset 0
            ) as found
            order by found.created_at desc, found.id desc
            "#,
            user.as_str()
        );
        all(read!(self, query, fetch_all))
    }

    pub(super) async fn select_import(&self, user: &UserId, id: ImportId) -> Result<Option<Import>, PgError> {
        let query = sqlx::query_as!(
            ImportRow,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id,
                found.source,
                found.file_name,
                found.format,
                found.account_ids,
                found.imported,
                found.duplicates,
                found.skipped,
                found.skipped_rows as "skipped_rows: Json<Vec<SkippedRow>>",
                found.created_at as "created_at: Timestamp",
                found.undone_at as "undone_at: Timestamp"
            from me cross join lateral (
                select
                    id, source, file_name, format, account_ids, imported, duplicates, skipped,
                    skipped_rows, created_at, undone_at
                from import
                where user_id = me.user_id and id = $2
                limit 1
            ) as found
            "#,
            user.as_str(),
            id.as_uuid()
        );
        one(read!(self, query, fetch_optional))
    }
}
