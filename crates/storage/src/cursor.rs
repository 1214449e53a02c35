//! Where a list goes on: the sort key of the last item, as text that every store reads alike.

use std::str::FromStr;

use domain::{Chat, ChatId, MessageId, ToolWriteId, Transaction, TransactionId};
use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use crate::StoreError;

/// The place after a chat in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatCursor {
    /// Its [`Chat::updated_at`].
    pub updated_at: Timestamp,
    /// Its id.
    pub id: ChatId,
}

impl ChatCursor {
    /// The place after `chat`.
    pub fn after(chat: &Chat) -> Self {
        Self { updated_at: chat.updated_at, id: chat.id }
    }

    /// As text for `next_cursor`.
    pub fn encode(self) -> String {
        format!("{}.{}", self.updated_at.as_microsecond(), self.id)
    }

    /// Reads what [`ChatCursor::encode`] wrote.
    pub fn decode(text: &str) -> Result<Self, StoreError> {
        let (updated_at, id) = text.split_once('.').ok_or(StoreError::CursorMalformed)?;
        let updated_at = parse(updated_at).and_then(|micros| {
            Timestamp::from_microsecond(micros).map_err(|_| StoreError::CursorMalformed)
        })?;
        Ok(Self { updated_at, id: parse(id)? })
    }
}

/// The place before a message, towards older ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageCursor(pub MessageId);

impl MessageCursor {
    /// As text for `next_cursor`.
    pub fn encode(self) -> String {
        self.0.to_string()
    }

    /// Reads what [`MessageCursor::encode`] wrote.
    pub fn decode(text: &str) -> Result<Self, StoreError> {
        parse(text).map(Self)
    }
}

/// The place after a tool's write, towards older ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToolWriteCursor(pub ToolWriteId);

impl ToolWriteCursor {
    /// As text for `next_cursor`.
    pub fn encode(self) -> String {
        self.0.to_string()
    }

    /// Reads what [`ToolWriteCursor::encode`] wrote.
    pub fn decode(text: &str) -> Result<Self, StoreError> {
        parse(text).map(Self)
    }
}

/// The place after a transaction, towards older ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionCursor {
    /// Its day.
    pub date: Date,
    /// Its id.
    pub id: TransactionId,
}

impl TransactionCursor {
    /// The place after `transaction`.
    pub fn after(transaction: &Transaction) -> Self {
        Self { date: transaction.date, id: transaction.id }
    }

    /// As text for `next_cursor`.
    pub fn encode(self) -> String {
        format!("{}.{}", self.date, self.id)
    }

    /// Reads what [`TransactionCursor::encode`] wrote.
    pub fn decode(text: &str) -> Result<Self, StoreError> {
        let (date, id) = text.split_once('.').ok_or(StoreError::CursorMalformed)?;
        Ok(Self { date: parse(date)?, id: parse(id)? })
    }
}

/// The place after something that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SearchCursor {
    /// How well it fits.
    pub rank: u8,
    /// When it was written.
    pub created_at: Timestamp,
    /// The message's id, or the chat's of a title.
    pub id: Uuid,
}

impl SearchCursor {
    /// As text for `next_cursor`.
    pub fn encode(self) -> String {
        format!("{}.{}.{}", self.rank, self.created_at.as_microsecond(), self.id)
    }

    /// Reads what [`SearchCursor::encode`] wrote.
    pub fn decode(text: &str) -> Result<Self, StoreError> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(StoreError::CursorMalformed);
        let rank = parse(part()?)?;
        let created_at =
            Timestamp::from_microsecond(parse(part()?)?).map_err(|_| StoreError::CursorMalformed)?;
        Ok(Self { rank, created_at, id: parse(part()?)? })
    }
}

fn parse<T: FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::CursorMalformed)
}
