//! Full-text search over chats, the same in memory and in a database: this crate cuts and folds words,
//! and a store only compares them.
//!
//! Better hits come first: a title, then a message with the words in their order, then one whose last
//! word is whole; among equals the newest.

mod index;
mod plain;
mod query;
mod snippet;
mod words;

use domain::{ChatId, MessageId, Role, Title};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

pub(crate) use self::query::TITLE;
pub use self::{
    index::Indexed,
    plain::searchable_text,
    query::{SearchQuery, Terms},
    snippet::{SnippetPiece, snippet},
};
use crate::cursor::SearchCursor;

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchHit {
    /// In which chat.
    pub chat_id: ChatId,
    /// The chat's title.
    pub chat_title: Title,
    /// Which message; none when the title was found.
    pub message_id: Option<MessageId>,
    /// Who wrote it; none of a title.
    pub role: Option<Role>,
    /// When it was written; of a title, when its chat was begun.
    pub created_at: Timestamp,
    /// What it says around the words.
    pub snippet: Vec<SnippetPiece>,
    /// How well it fits, greater is better.
    pub rank: u8,
}

impl SearchHit {
    /// Its place among hits.
    pub fn place(&self) -> SearchCursor {
        let id = self.message_id.map_or_else(|| self.chat_id.as_uuid(), MessageId::as_uuid);
        SearchCursor { rank: self.rank, created_at: self.created_at, id }
    }
}

impl SearchQuery {
    /// The first moment that is searched, and the first that is not any more.
    pub fn bounds(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let start = |day: Date| day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
        let after = self.to.and_then(|to| to.tomorrow().ok());
        (self.from.and_then(start), after.and_then(start))
    }

    /// Whether something of this chat and moment is searched.
    pub(crate) fn covers(&self, chat: ChatId, at: Timestamp) -> bool {
        let (from, before) = self.bounds();
        self.chat_id.is_none_or(|only| only == chat)
            && from.is_none_or(|from| at >= from)
            && before.is_none_or(|before| at < before)
    }
}

/// What stands before each word of a user in a database's index, so that what others wrote makes nobody's
/// search slower. Two users may share one: rows are kept apart by their user all the same.
pub fn word_key(user: &domain::UserId) -> String {
    format!("{:08x}:", crc32fast::hash(user.as_str().as_bytes()))
}
