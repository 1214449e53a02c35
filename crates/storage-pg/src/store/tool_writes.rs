//! Reads of what tools want to change.

use domain::{ToolWrite, ToolWriteId, ToolWriteOrigin, UserId};
use jiff_sqlx::Timestamp;
use sqlx::types::Json;
use storage::{Page, PageRequest, StoreError, ToolWriteFilter, cursor::ToolWriteCursor};

use super::{PgStore, all, cut, fetch_limit, one, read};
use crate::{PgError, rows::ToolWriteRow, words::word};

impl PgStore {
    pub(super) async fn select_tool_write(
        &self,
        user: &UserId,
        id: ToolWriteId,
    ) -> Result<Option<ToolWrite>, PgError> {
        let query = sqlx::query_as!(
            ToolWriteRow,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id,
                found.tool,
                found.input,
                found.preview,
                found.origin as "origin: Json<ToolWriteOrigin>",
                found.status,
                found.outcome,
                found.created_at as "created_at: Timestamp",
                found.decided_at as "decided_at: Timestamp"
            from me cross join lateral (
                select id, tool, input, preview, origin, status, outcome, created_at, decided_at
                from tool_write
                where user_id = me.user_id and id = $2
                limit 1
            ) as found
            "#,
            user.as_str(),
            id.as_uuid()
        );
        one(read!(self, query, fetch_optional))
    }

    pub(super) async fn select_tool_writes(
        &self,
        user: &UserId,
        filter: &ToolWriteFilter,
        page: &PageRequest,
    ) -> Result<Page<ToolWrite>, StoreError> {
        let before = page.cursor.as_deref().map(ToolWriteCursor::decode).transpose()?;
        let query = sqlx::query_as!(
            ToolWriteRow,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id,
                found.tool,
                found.input,
                found.preview,
                found.origin as "origin: Json<ToolWriteOrigin>",
                found.status,
                found.outcome,
                found.created_at as "created_at: Timestamp",
                found.decided_at as "decided_at: Timestamp"
            from me cross join lateral (
                select id, tool, input, preview, origin, status, outcome, created_at, decided_at
                from tool_write
                where user_id = me.user_id
                    and ($2::text is null or status = $2)
                    and ($3::uuid is null or chat_id = $3)
                    and ($4::uuid is null or id < $4)
                order by id desc
                limit $5
            ) as found
            order by found.id desc
            "#,
            user.as_str(),
            filter.status.map(word).transpose()? as _,
            filter.chat_id.map(domain::ChatId::as_uuid) as _,
            before.map(|ToolWriteCursor(id)| id.as_uuid()) as _,
            fetch_limit(page)
        );
        let writes: Vec<ToolWrite> = all(read!(self, query, fetch_all))?;
        Ok(cut(writes, page.limit, |write| ToolWriteCursor(write.id).encode()))
    }
}
