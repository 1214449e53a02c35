//! Reads of profiles, chats, messages and runs.

use domain::{
    Aside, Chat, ChatId, ChatSummary, Feedback, Message, MessageId, Part, Profile, Run, RunEvent, RunId,
    RunRecord, SeenStep, UserId,
};
use jiff_sqlx::{Date, Timestamp, ToSqlx};
use sqlx::types::Json;
use storage::{ChatFilter, Page, PageRequest, StoreError, cursor::ChatCursor};

use super::{PgStore, all, cut, fetch_limit, one, read};
use crate::{
    PgError,
    rows::{ChatRow, MessageRow, RunRecordRow, RunRow},
};

impl PgStore {
    pub(super) async fn select_profile(&self, user: &UserId) -> Result<Option<Profile>, PgError> {
        let query = sqlx::query_scalar!(
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select found.profile as "profile!: Json<Profile>"
            from me cross join lateral (
                select profile from profile where user_id = me.user_id limit 1
            ) as found
            "#,
            user.as_str()
        );
        Ok(read!(self, query, fetch_optional).map(|Json(profile)| profile))
    }

    pub(super) async fn select_chats(
        &self,
        user: &UserId,
        filter: &ChatFilter,
        page: &PageRequest,
    ) -> Result<Page<Chat>, StoreError> {
        let after = page.cursor.as_deref().map(ChatCursor::decode).transpose()?;
        let search = filter.search.as_ref().map(|text| text.to_lowercase());
        if search.as_ref().is_some_and(|text| text.contains('\0')) {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        }
        let query = sqlx::query_as!(
            ChatRow,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id,
                found.title,
                found.created_at as "created_at: Timestamp",
                found.updated_at as "updated_at: Timestamp",
                found.deleted_at as "deleted_at: Timestamp",
                found.head_id,
                found.persona,
                found.titled_by_person,
                found.summary as "summary: Json<ChatSummary>"
            from me cross join lateral (
                select
                    id, title, created_at, updated_at, deleted_at, head_id, persona, titled_by_person,
                    summary
                from chat
                where user_id = me.user_id
                    and (deleted_at is not null) = $2
                    and ($3::text is null or strpos(title_lower, $3) > 0)
                    and ($4::timestamptz is null or (updated_at, id) < ($4, $5::uuid))
                    and (summary is not null or not $7)
                order by updated_at desc, id desc
                limit $6
            ) as found
            order by found.updated_at desc, found.id desc
            "#,
            user.as_str(),
            filter.deleted,
            search as _,
            after.map(|after| after.updated_at.to_sqlx()) as _,
            after.map(|after| after.id.as_uuid()),
            fetch_limit(page),
            filter.summarised
        );
        let chats: Vec<Chat> = all(read!(self, query, fetch_all))?;
        Ok(cut(chats, page.limit, |chat| ChatCursor::after(chat).encode()))
    }

    pub(super) async fn select_chat(&self, user: &UserId, id: ChatId) -> Result<Option<Chat>, PgError> {
        let query = sqlx::query_as!(
            ChatRow,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id,
                found.title,
                found.created_at as "created_at: Timestamp",
                found.updated_at as "updated_at: Timestamp",
                found.deleted_at as "deleted_at: Timestamp",
                found.head_id,
                found.persona,
                found.titled_by_person,
                found.summary as "summary: Json<ChatSummary>"
            from me cross join lateral (
                select
                    id, title, created_at, updated_at, deleted_at, head_id, persona, titled_by_person,
                    summary
                from chat
                where user_id = me.user_id and id = $2
                limit 1
            ) as found
            "#,
            user.as_str(),
            id.as_uuid()
        );
        one(read!(self, query, fetch_optional))
    }

    pub(super) async fn select_message(
        &self,
        user: &UserId,
        id: MessageId,
    ) -> Result<Option<Message>, PgError> {
        let query = sqlx::query_as!(
            MessageRow,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id,
                found.chat_id,
                found.parent_id,
                found.role,
                found.parts as "parts: Json<Vec<Part>>",
                found.status,
                found.run_id,
                found.created_at as "created_at: Timestamp",
                found.feedback as "feedback: Json<Feedback>"
            from me cross join lateral (
                select id, chat_id, parent_id, role, parts, status, run_id, created_at, feedback
                from message
                where user_id = me.user_id and id = $2
                limit 1
            ) as found
            "#,
            user.as_str(),
            id.as_uuid()
        );
        one(read!(self, query, fetch_optional))
    }

    pub(super) async fn select_run(&self, user: &UserId, id: RunId) -> Result<Option<Run>, PgError> {
        let query = sqlx::query_as!(
            RunRow,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id,
                found.chat_id,
                found.message_id,
                found.status,
                found.started_at as "started_at: Timestamp",
                found.owner,
                found.epoch,
                found.heartbeat_at as "heartbeat_at: Timestamp",
                found.today as "today: Date"
            from me cross join lateral (
                select id, chat_id, message_id, status, started_at, owner, epoch, heartbeat_at, today
                from run
                where user_id = me.user_id and id = $2
                limit 1
            ) as found
            "#,
            user.as_str(),
            id.as_uuid()
        );
        one(read!(self, query, fetch_optional))
    }

    pub(super) async fn select_run_record(
        &self,
        user: &UserId,
        id: RunId,
    ) -> Result<Option<RunRecord>, PgError> {
        let query = sqlx::query_as!(
            RunRecordRow,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.model,
                found.input_tokens,
                found.output_tokens,
                found.steps as "steps: Json<Vec<SeenStep>>",
                found.is_cut,
                array_to_json(found.asides) as "asides!: Json<Vec<Aside>>"
            from me cross join lateral (
                select model, input_tokens, output_tokens, steps, is_cut, asides
                from run_record
                where user_id = me.user_id and run_id = $2
                limit 1
            ) as found
            "#,
            user.as_str(),
            id.as_uuid()
        );
        one(read!(self, query, fetch_optional))
    }

    pub(super) async fn select_run_events(
        &self,
        user: &UserId,
        id: RunId,
        after: u64,
    ) -> Result<Vec<RunEvent>, PgError> {
        let query = sqlx::query_scalar!(
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select found.event as "event: Json<RunEvent>"
            from me cross join lateral (
                select number, event
                from run_event
                where user_id = me.user_id and run_id = $2 and number > $3
                offset 0
            ) as found
            order by found.number
            "#,
            user.as_str(),
            id.as_uuid(),
            i64::try_from(after).unwrap_or(i64::MAX)
        );
        Ok(read!(self, query, fetch_all).into_iter().map(|Json(event)| event).collect())
    }
}
