//! The islands' work on the page. Plain DOM: an answer is appended to, never compared with what
//! was there, so that one more word costs the same at any length.

mod answer;
pub(super) mod conversation;
mod dom;
mod json;
pub(super) mod list;
pub(super) mod shortcuts;
pub(super) mod upload;
