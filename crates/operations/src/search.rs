//! Search over a person's chats.

use domain::UserId;
use storage::{PageRequest, SearchHit, SearchQuery};

use crate::{OperationError, Operations};

/// Longest query, in characters.
const QUERY_MAX_CHARS: usize = 500;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchResults {
    /// The hits, the best first.
    pub items: Vec<SearchHit>,
    /// Where the next hits start; none at the end.
    pub next_cursor: Option<String>,
    /// The database is away: only what is remembered here was searched.
    pub is_partial: bool,
}

impl Operations {
    /// Searches titles and messages; chats in the trash are left out.
    pub async fn search(
        &self,
        user: &UserId,
        query: &SearchQuery,
        page: &PageRequest,
    ) -> Result<SearchResults, OperationError> {
        if query.text.chars().count() > QUERY_MAX_CHARS {
            return Err(OperationError::field("q", format!("must be at most {QUERY_MAX_CHARS} characters")));
        }
        if let (Some(from), Some(to)) = (query.from, query.to)
            && from > to
        {
            return Err(OperationError::field("from", "must not be after to"));
        }
        let found = self.store.search(user, query, page).await?;
        let is_partial = self.store.status().degraded;
        Ok(SearchResults { items: found.items, next_cursor: found.next_cursor, is_partial })
    }
}
