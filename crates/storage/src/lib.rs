//! Where Lakeledger's data is kept: the change log, the store contract, and the embedded store
//! (memory with a journal).
//!
//! Not here: PostgreSQL (`storage-pg`), authorisation and validation (`operations`).
//! `operations`, `storage-pg` and `server` may depend on it.

mod change;
mod store;

pub use change::{Change, ChangeKind};
pub use store::{
    Applied, ChatFilter, Page, PageRequest, StorageMode, StorageStatus, Store, StoreError, TransactionCount,
};
