//! What moves while a page is open. An island wraps a part of the page that works without it, and
//! takes over what it can do better; it renders nothing of its own, so the page's HTML is the
//! whole truth and the bundle stays small.

mod conversation;
mod drop_zone;
mod shortcuts;
mod transaction_list;

#[cfg(any(feature = "hydrate", test))]
mod list_window;
#[cfg(feature = "hydrate")]
mod live;

pub use conversation::Conversation;
pub use drop_zone::DropZone;
pub use shortcuts::Shortcuts;
pub use transaction_list::TransactionList;
