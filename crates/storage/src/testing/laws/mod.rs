//! The laws. Each panics where a store breaks it.
#![expect(missing_docs, reason = "each law's name is its sentence")]
#![expect(clippy::missing_panics_doc, reason = "a law panics where it is broken; that is its use")]
#![expect(clippy::unwrap_used, reason = "these are tests, run by the crates that have a store")]

mod branches;
mod changes;
mod chats;
mod edits;
mod imports;
mod isolation;
mod purge;
mod runs;
mod search;
mod settings;
mod tool_writes;
mod transactions;
mod usage;

pub use branches::*;
pub use changes::*;
pub use chats::*;
pub use edits::*;
pub use imports::*;
pub use isolation::*;
pub use purge::*;
pub use runs::*;
pub use search::*;
pub use settings::*;
pub use tool_writes::*;
pub use transactions::*;
pub use usage::*;
