//! Where Lakeledger's data is kept: the change log, the store contract, the embedded store (memory
//! with a journal), and the failover store (a database with those two behind it).
//!
//! Not here: PostgreSQL (`storage-pg`), authorisation and validation (`operations`).
//! `operations`, `storage-pg` and `server` may depend on it.

mod anchors;
mod causes;
mod change;
pub mod cursor;
mod embedded;
mod failover;
mod journal;
mod memory;
mod profile;
mod search;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
mod writer;

pub use anchors::ReplacedAnchor;
pub use causes::causes;
pub use change::{Change, ChangeKind, ConfirmedRow, ImportsSeen, RuleResult};
pub use embedded::{EmbeddedStore, Standing};
pub use failover::{FailoverOptions, FailoverStore, Outage, PingProbe, Probe, persistently};
pub use journal::{Journal, JournalError, RefusedChange};
pub use memory::{MemoryLimits, MemoryStore};
pub use profile::{FieldTimes, StoredProfile};
pub use search::{Indexed, SearchHit, SearchQuery, SnippetPiece, Terms, searchable_text, snippet, word_key};
pub use store::{
    Applied, BatchApplied, ChatFilter, Fork, Page, PageRequest, StorageMode, StorageStatus, Store,
    StoreError, ToolWriteFilter, apply_one_by_one,
};
pub use text::{storable, storable_details, storable_edit, storable_tool_write};
