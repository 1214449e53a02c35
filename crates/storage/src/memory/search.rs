//! Search in memory: every message is looked at.

use domain::{Chat, Message, MessageStatus, UserId};

use super::{MemoryStore, read::cut, user::UserState};
use crate::{
    Page, PageRequest, StoreError,
    cursor::SearchCursor,
    search::{Indexed, SearchHit, SearchQuery, TITLE, Terms, searchable_text, snippet},
};

/// Something that fits; its snippet is made once it is known to be on the page.
struct Found<'a> {
    place: SearchCursor,
    chat: &'a Chat,
    message: Option<&'a Message>,
}

impl Found<'_> {
    fn hit(&self, terms: &Terms) -> SearchHit {
        SearchHit {
            chat_id: self.chat.id,
            chat_title: self.chat.title.clone(),
            message_id: self.message.map(|message| message.id),
            role: self.message.map(|message| message.role),
            created_at: self.place.created_at,
            snippet: match self.message {
                Some(message) => snippet(&searchable_text(&message.parts), terms),
                None => snippet(self.chat.title.as_str(), terms),
            },
            rank: self.place.rank,
        }
    }
}

impl MemoryStore {
    pub(super) fn find_hits(
        &self,
        user: &UserId,
        query: &SearchQuery,
        page: &PageRequest,
    ) -> Result<Page<SearchHit>, StoreError> {
        let after = page.cursor.as_deref().map(SearchCursor::decode).transpose()?;
        let terms = Terms::of(&query.text);
        let hits = self.with(user, |state| {
            let mut found = state.found(query, &terms);
            found.retain(|it| after.is_none_or(|after| it.place < after));
            found.sort_unstable_by_key(|it| std::cmp::Reverse(it.place));
            let shown = found.iter().take(usize::from(page.limit.max(1)) + 1);
            shown.map(|it| it.hit(&terms)).collect::<Vec<_>>()
        });
        Ok(cut(hits, page.limit, |hit| hit.place().encode()))
    }
}

impl UserState {
    fn found(&self, query: &SearchQuery, terms: &Terms) -> Vec<Found<'_>> {
        if terms.is_empty() {
            return Vec::new();
        }
        let titles = self.chats.values().filter(|_| query.role.is_none()).filter_map(|chat| {
            let covered = chat.deleted_at.is_none() && query.covers(chat.id, chat.created_at);
            let fit = covered.then(|| terms.rank(&Indexed::of(chat.title.as_str()))).flatten();
            let place = |rank| SearchCursor {
                rank: rank + TITLE,
                created_at: chat.created_at,
                id: chat.id.as_uuid(),
            };
            fit.map(|rank| Found { place: place(rank), chat, message: None })
        });
        let messages = self.messages.values().filter_map(|message| {
            let covered = message.status != MessageStatus::Streaming
                && query.role.is_none_or(|role| message.role == role)
                && query.covers(message.chat_id, message.created_at);
            if !covered {
                return None;
            }
            let chat = self.chats.get(&message.chat_id).filter(|chat| chat.deleted_at.is_none())?;
            let text = searchable_text(&message.parts);
            let rank = terms.may_fit(&text).then(|| terms.rank(&Indexed::of(&text))).flatten()?;
            let place = SearchCursor { rank, created_at: message.created_at, id: message.id.as_uuid() };
            Some(Found { place, chat, message: Some(message) })
        });
        titles.chain(messages).collect()
    }
}
