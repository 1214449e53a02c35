//! A conversation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ChatId, Title};

/// A conversation; its messages are stored beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// Its id.
    pub id: ChatId,
    /// What the history shows.
    pub title: Title,
    /// When it was started.
    pub created_at: Timestamp,
    /// When its last message was written or its title changed; the history is sorted by it.
    pub updated_at: Timestamp,
    /// Set while it lies in the trash; deleting can be undone.
    pub deleted_at: Option<Timestamp>,
}
