//! What a person says of an answer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whether an answer was good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// It was.
    Up,
    /// It was not.
    Down,
}

/// What a person says of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Whether it was good.
    pub rating: Rating,
    /// Why, in their words; at most [`Feedback::REASON_MAX_CHARS`] characters.
    pub reason: Option<String>,
    /// When they said so.
    pub at: Timestamp,
}

impl Feedback {
    /// The longest reason, in characters.
    pub const REASON_MAX_CHARS: usize = 2_000;
}
