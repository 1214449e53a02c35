//! Search: what is not cut into words yet is, then the database finds them.

use std::collections::BTreeSet;

use domain::{ChatId, MessageId, MessageStatus, Part, Title, UserId};
use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::{Connection, PgConnection, types::Json};
use storage::{
    Indexed, Page, PageRequest, SearchHit, SearchQuery, StoreError, Terms, cursor::SearchCursor,
    searchable_text, snippet, word_key,
};
use uuid::Uuid;

use super::{PgStore, bounded, cut, fetch_limit, read};
use crate::{
    PgError,
    words::{from_word, word},
};

/// Messages and titles that are cut into words at once.
const BATCH: i64 = 500;

struct HitRow {
    rank: i32,
    created_at: Timestamp,
    chat_id: Uuid,
    chat_title: String,
    message_id: Option<Uuid>,
    role: Option<String>,
    parts: Option<Json<Vec<Part>>>,
}

impl HitRow {
    fn hit(self, terms: &Terms) -> Result<SearchHit, PgError> {
        let chat_title = Title::try_from(self.chat_title)
            .map_err(|_| PgError::RowMalformed { table: "chat", column: "title" })?;
        Ok(SearchHit {
            chat_id: ChatId::from(self.chat_id),
            message_id: self.message_id.map(MessageId::from),
            role: self.role.map(|role| from_word(&role, "message", "role")).transpose()?,
            created_at: self.created_at.to_jiff(),
            snippet: match self.parts {
                Some(parts) => snippet(&searchable_text(&parts.0), terms),
                None => snippet(chat_title.as_str(), terms),
            },
            chat_title,
            rank: u8::try_from(self.rank).unwrap_or_default(),
        })
    }
}

impl PgStore {
    pub(super) async fn select_hits(
        &self,
        user: &UserId,
        query: &SearchQuery,
        page: &PageRequest,
    ) -> Result<Page<SearchHit>, StoreError> {
        let after = page.cursor.as_deref().map(SearchCursor::decode).transpose()?;
        let terms = Terms::of(&query.text);
        if terms.is_empty() {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        }
        self.cut_all(user).await?;
        let hits = self.select_found(user, query, &terms, after, fetch_limit(page)).await?;
        Ok(cut(hits, page.limit, |hit| hit.place().encode()))
    }

    async fn select_found(
        &self,
        user: &UserId,
        query: &SearchQuery,
        terms: &Terms,
        after: Option<SearchCursor>,
        limit: i64,
    ) -> Result<Vec<SearchHit>, PgError> {
        let [fits, in_order, whole] = terms.as_tsqueries(&word_key(user));
        let (from, before) = query.bounds();
        let query = sqlx::query_as!(
            HitRow,
            r#"
            with me as materialized (
                select
                    set_config('app.user_id', $1, true) as user_id,
                    set_config('app.search', $2, true) as search
            )
            select
                found.rank as "rank!",
                found.created_at as "created_at!: Timestamp",
                found.chat_id as "chat_id!",
                found.chat_title as "chat_title!",
                found.message_id,
                found.role as "role?",
                found.parts as "parts?: Json<Vec<Part>>"
            from me cross join lateral (
                select
                    best.rank,
                    best.created_at,
                    best.chat_id,
                    best.message_id,
                    best.place_id,
                    chat.title as chat_title,
                    message.role,
                    message.parts
                from (
                    select hit.rank, hit.created_at, hit.chat_id, hit.message_id, hit.place_id
                    from (
                        select
                            words.chat_id,
                            words.message_id,
                            words.message_id as place_id,
                            words.created_at,
                            case when words.words @@ $3::text::tsquery then 2 else 0 end
                                + case when words.words @@ $4::text::tsquery then 1 else 0 end as rank
                        from message_words as words
                        join chat as in_chat
                            on in_chat.user_id = me.user_id
                            and in_chat.id = words.chat_id
                            and in_chat.deleted_at is null
                        where me.search is not null
                            and words.user_id = me.user_id
                            and ($5::text is null or words.role = $5)
                            and ($6::uuid is null or words.chat_id = $6)
                            and ($7::timestamptz is null or words.created_at >= $7)
                            and ($8::timestamptz is null or words.created_at < $8)
                        union all
                        select
                            titled.id,
                            null,
                            titled.id,
                            titled.created_at,
                            4 + case when titled.title_words @@ $3::text::tsquery then 2 else 0 end
                                + case when titled.title_words @@ $4::text::tsquery then 1 else 0 end
                        from chat as titled
                        where titled.user_id = me.user_id
                            and titled.deleted_at is null
                            and titled.title_words @@ $2::text::tsquery
                            and $5 is null
                            and ($6::uuid is null or titled.id = $6)
                            and ($7::timestamptz is null or titled.created_at >= $7)
                            and ($8::timestamptz is null or titled.created_at < $8)
                    ) as hit
                    where $9::int is null or (hit.rank, hit.created_at, hit.place_id) < ($9, $10, $11::uuid)
                    order by hit.rank desc, hit.created_at desc, hit.place_id desc
                    limit $12
                ) as best
                join chat on chat.user_id = me.user_id and chat.id = best.chat_id
                left join message on message.user_id = me.user_id and message.id = best.message_id
                offset 0
            ) as found
            order by found.rank desc, found.created_at desc, found.place_id desc
            "#,
            user.as_str(),
            fits,
            in_order,
            whole,
            query.role.map(word).transpose()? as _,
            query.chat_id.map(ChatId::as_uuid) as _,
            from.map(ToSqlx::to_sqlx) as _,
            before.map(ToSqlx::to_sqlx) as _,
            after.map(|after| i32::from(after.rank)) as _,
            after.map(|after| after.created_at.to_sqlx()) as _,
            after.map(|after| after.id) as _,
            limit
        );
        let rows = read!(self, query, fetch_all);
        rows.into_iter().map(|row| row.hit(terms)).collect()
    }

    /// Cuts everything of a user's into words that is not yet.
    async fn cut_all(&self, user: &UserId) -> Result<(), PgError> {
        while self.cut_some(user).await? {}
        Ok(())
    }

    /// Cuts some messages and titles into words; whether there may be more.
    pub(super) async fn cut_some(&self, user: &UserId) -> Result<bool, PgError> {
        let key = word_key(user);
        let waiting = self.select_without_words(user).await?;
        if waiting.is_empty() {
            return Ok(false);
        }
        let count = waiting.len();
        let mut cut = Cut::default();
        for row in waiting {
            cut.add(&key, row);
        }
        let limit = self.config.import_timeout;
        bounded!(self, limit, connection => write(connection, user, &cut).await)?;
        Ok(count as i64 >= BATCH)
    }

    async fn select_without_words(&self, user: &UserId) -> Result<Vec<Waiting>, PgError> {
        let query = sqlx::query_as!(
            Waiting,
            r#"
            with me as materialized (select set_config('app.user_id', $1, true) as user_id)
            select
                found.id as "id!",
                found.chat_id as "chat_id!",
                found.title as "title?",
                found.parts as "parts?: Json<Vec<Part>>"
            from me cross join lateral (
                (
                    select id, chat_id, null as title, parts
                    from message
                    where user_id = me.user_id and not has_words and status <> $2
                    order by id
                    limit $3
                )
                union all
                (
                    select id, id, title, null
                    from chat
                    where user_id = me.user_id and title_words is null
                    limit $3
                )
            ) as found
            "#,
            user.as_str(),
            word(MessageStatus::Streaming)?,
            BATCH
        );
        Ok(read!(self, query, fetch_all))
    }
}

/// A message, or the title of a chat, that is not cut into words yet.
struct Waiting {
    id: Uuid,
    chat_id: Uuid,
    title: Option<String>,
    parts: Option<Json<Vec<Part>>>,
}

/// What is written about some of them.
#[derive(Default)]
struct Cut {
    messages: Vec<Uuid>,
    words: Vec<String>,
    chats: Vec<Uuid>,
    titles: Vec<String>,
    title_words: Vec<String>,
    of_chats: BTreeSet<String>,
}

impl Cut {
    fn add(&mut self, key: &str, row: Waiting) {
        if let Some(title) = row.title {
            self.chats.push(row.id);
            self.title_words.push(Indexed::of(&title).as_tsvector(key));
            self.titles.push(title);
            return;
        }
        let text = row.parts.map(|parts| searchable_text(&parts.0)).unwrap_or_default();
        let indexed = Indexed::of(&text);
        let of_chat = chat_word(key, row.chat_id);
        let words =
            if indexed.is_empty() { String::new() } else { indexed.as_tsvector(key) + " " + &of_chat };
        self.messages.push(row.id);
        self.words.push(words);
        self.of_chats.insert(of_chat);
    }
}

/// The word by which all words of a chat are found.
fn chat_word(key: &str, chat: Uuid) -> String {
    format!("'{key}#{}'", chat.simple())
}

/// One transaction: a title that was changed meanwhile, and a message that another instance has cut, are
/// left as they are.
async fn write(connection: &mut PgConnection, user: &UserId, cut: &Cut) -> Result<(), PgError> {
    let mut work = connection.begin().await?;
    // What a message said before it was continued is seen, and taken out, by the word of its chat.
    let chats = cut.of_chats.iter().cloned().collect::<Vec<_>>().join(" | ");
    sqlx::query!(
        "select set_config('app.user_id', $1, true) as user_id, set_config('app.search', $2, true) as search",
        user.as_str(),
        chats
    )
    .fetch_one(&mut *work)
    .await?;
    let claimed = sqlx::query_scalar!(
        r#"
        update message set has_words = true
        where user_id = $1 and id = any($2) and not has_words
        returning id
        "#,
        user.as_str(),
        &cut.messages
    )
    .fetch_all(&mut *work)
    .await?;
    sqlx::query!(
        "delete from message_words where user_id = $1 and message_id = any($2)",
        user.as_str(),
        &claimed
    )
    .execute(&mut *work)
    .await?;
    sqlx::query!(
        r#"
        insert into message_words (user_id, message_id, chat_id, role, created_at, words)
        select $1, message.id, message.chat_id, message.role, message.created_at, given.words::tsvector
        from unnest($2::uuid[], $3::text[]) as given (id, words)
        join message on message.user_id = $1 and message.id = given.id
        where given.words <> '' and given.id = any($4)
        "#,
        user.as_str(),
        &cut.messages,
        &cut.words,
        &claimed
    )
    .execute(&mut *work)
    .await?;
    sqlx::query!(
        r#"
        update chat set title_words = given.words::tsvector
        from unnest($2::uuid[], $3::text[], $4::text[]) as given (id, title, words)
        where chat.user_id = $1 and chat.id = given.id and chat.title = given.title
        "#,
        user.as_str(),
        &cut.chats,
        &cut.titles,
        &cut.title_words
    )
    .execute(&mut *work)
    .await?;
    work.commit().await?;
    Ok(())
}
