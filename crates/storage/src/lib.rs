//! Where Lakeledger's data is kept: the change log, the store contract, and the embedded store
//! (memory with a journal).
//!
//! Not here: PostgreSQL (`storage-pg`), authorisation and validation (`operations`).
//! `operations`, `storage-pg` and `server` may depend on it.

mod change;
pub mod cursor;
mod embedded;
mod journal;
mod memory;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod text;

pub use change::{Change, ChangeKind};
pub use embedded::{EmbeddedStore, Standing};
pub use journal::{Journal, JournalError};
pub use memory::{MemoryLimits, MemoryStore};
pub use store::{
    Applied, ChatFilter, Page, PageRequest, StorageMode, StorageStatus, Store, StoreError, TransactionCount,
};
pub use text::storable;
