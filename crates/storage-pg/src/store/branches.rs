//! Reads of a chat's branches.

use domain::{ChatId, Feedback, Message, MessageId, Part, UserId};
use jiff_sqlx::Timestamp;
use sqlx::types::Json;
use storage::{Fork, Page, PageRequest, StoreError, cursor::MessageCursor};

use super::{PgStore, all, cut, fetch_limit, read};
use crate::{PgError, rows::MessageRow};

impl PgStore {
    /// The branch is walked from its end, or from the message before the cursor's.
    pub(super) async fn select_messages(
        &self,
        user: &UserId,
        chat: ChatId,
        page: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        let before = page.cursor.as_deref().map(MessageCursor::decode).transpose()?;
        let query = sqlx::query_as!(
            MessageRow,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id as "id!",
                found.chat_id as "chat_id!",
                found.parent_id,
                found.role as "role!",
                found.parts as "parts!: Json<Vec<Part>>",
                found.status as "status!",
                found.run_id,
                found.created_at as "created_at!: Timestamp",
                found.feedback as "feedback: Json<Feedback>"
            from me cross join lateral (
                with recursive branch (id, parent_id, depth) as (
                    select id, parent_id, 1 from message
                    where user_id = me.user_id and chat_id = $2 and id = case
                        when $3::uuid is null
                            then (select head_id from chat where user_id = me.user_id and id = $2)
                        else (select parent_id from message where user_id = me.user_id and id = $3)
                    end
                    union all
                    select message.id, message.parent_id, branch.depth + 1
                    from branch join message on message.id = branch.parent_id
                    where message.user_id = me.user_id and message.chat_id = $2 and branch.depth < $4
                )
                select message.*, branch.depth
                from branch join message on message.user_id = me.user_id and message.id = branch.id
                offset 0
            ) as found
            order by found.depth
            "#,
            user.as_str(),
            chat.as_uuid(),
            before.map(|MessageCursor(id)| id.as_uuid()) as _,
            fetch_limit(page) as i32
        );
        let last_first: Vec<Message> = all(read!(self, query, fetch_all))?;
        let mut page = cut(last_first, page.limit, |message| MessageCursor(message.id).encode());
        page.items.reverse();
        Ok(page)
    }

    pub(super) async fn select_forks(&self, user: &UserId, chat: ChatId) -> Result<Vec<Fork>, PgError> {
        let query = sqlx::query_scalar!(
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select found.ids as "ids!"
            from me cross join lateral (
                select array_agg(id order by id) as ids
                from message
                where user_id = me.user_id and chat_id = $2
                group by parent_id
                having count(*) > 1
            ) as found
            order by found.ids[1]
            "#,
            user.as_str(),
            chat.as_uuid()
        );
        let forks = read!(self, query, fetch_all).into_iter();
        Ok(forks.map(|ids| Fork { ids: ids.into_iter().map(MessageId::from).collect() }).collect())
    }

    pub(super) async fn select_leaf(
        &self,
        user: &UserId,
        message: MessageId,
    ) -> Result<Option<MessageId>, PgError> {
        let query = sqlx::query_scalar!(
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select found.id as "id!"
            from me cross join lateral (
                with recursive path (id, chat_id, depth) as (
                    select id, chat_id, 1 from message where user_id = me.user_id and id = $2
                    union all
                    select follower.id, path.chat_id, path.depth + 1
                    from path cross join lateral (
                        select id from message
                        where user_id = me.user_id and chat_id = path.chat_id and parent_id = path.id
                        order by id desc
                        limit 1
                    ) as follower
                )
                select id from path order by depth desc limit 1
            ) as found
            "#,
            user.as_str(),
            message.as_uuid()
        );
        Ok(read!(self, query, fetch_optional).map(MessageId::from))
    }
}
