//! What a user of Lakeledger can do: authorise, validate, one change.
//!
//! Pages, the HTTP API, the command line and the assistant's tools all call these operations, so
//! a rule stands in one place. Not here: how data is kept (`storage`), what a file says
//! (`finance`), words of an answer (`assistant`). `assistant`, `app` and `server` may depend on it.

mod accounts;
mod booked;
mod chats;
mod csv_mappings;
mod error;
mod feedback;
mod goals;
mod import_account;
mod import_turns;
mod imports;
mod insights;
mod json;
mod memories;
mod messages;
mod person;
mod privacy;
mod profile;
mod runs;
mod sample;
mod schema;
mod search;
mod settings;
mod tool_writes;
mod transaction_range;
mod transactions;
mod transfer_choice;
mod uploads;
mod usage;
mod whole_chats;

use std::sync::Arc;

use domain::{ChangeId, Clock, UserId};
use storage::{Applied, Change, ChangeKind, StorageMode, Store};

pub use accounts::AccountOverview;
pub use error::{OperationError, if_known};
pub use feedback::HearsFeedback;
pub use import_account::AccountOptions;
pub use imports::{ImportPreview, PreviewAccount, PreviewRow, UnsurePreview};
pub use messages::{Branch, BranchMessage, CONTINUE, QUESTION_MAX_BYTES, Sent};
pub use person::Person;
pub use privacy::ERASE_WORDS;
pub use runs::Written;
pub use schema::input_schema;
pub use search::SearchResults;
pub use settings::{BudgetDraft, ExchangeRateDraft, RuleDraft};
pub use tool_writes::{RemoteWrites, WRITING_TOOLS, WritingTool};
pub use transaction_range::TransactionRange;
pub use transactions::{
    EditPlan, ListedTransaction, PlannedEdit, Selection, TransactionCount, TransactionPatch,
};
pub use transfer_choice::TransferState;
pub use uploads::{AccountChoice, Upload};
pub use usage::MonthlyUsage;

use import_turns::ImportTurns;
use privacy::LookedThrough;
use uploads::Uploads;

/// Everything a user can do. The first argument of each operation is the user on whose behalf it
/// runs: rows of another user are as if they were not there.
pub struct Operations {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    uploads: Uploads,
    instance: String,
    looked_through: LookedThrough,
    import_turns: ImportTurns,
    remote_writes: Option<Arc<dyn RemoteWrites>>,
    hears_feedback: Option<Arc<dyn HearsFeedback>>,
}

impl Operations {
    /// Operations on a store, at a clock's time.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        let instance = ChangeId::generate(clock.as_ref()).to_string();
        Self {
            store,
            clock,
            uploads: Uploads::default(),
            instance,
            looked_through: LookedThrough::default(),
            import_turns: ImportTurns::default(),
            remote_writes: None,
            hears_feedback: None,
        }
    }

    /// The same, with tools of remote servers that change something there.
    #[must_use]
    pub fn with_remote_writes(mut self, remote: Arc<dyn RemoteWrites>) -> Self {
        self.remote_writes = Some(remote);
        self
    }

    /// The same, with somebody who hears what people say of answers.
    #[must_use]
    pub fn with_feedback_heard_by(mut self, listener: Arc<dyn HearsFeedback>) -> Self {
        self.hears_feedback = Some(listener);
        self
    }

    /// What this instance calls itself where it owns a run.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// The clock that changes are dated by.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Whether no other process can write to the store: true of the embedded one. What stands in for
    /// a database that is away is shared with others, who may reach it.
    pub fn store_is_own(&self) -> bool {
        let status = self.store.status();
        status.mode == StorageMode::Memory && !status.degraded
    }

    /// Whether the store cannot tell what other instances do at the moment.
    pub fn store_is_degraded(&self) -> bool {
        self.store.status().degraded
    }

    /// Writes one change under a new id.
    async fn write(&self, user: &UserId, kind: ChangeKind) -> Result<(), OperationError> {
        let id = ChangeId::generate(self.clock.as_ref());
        self.write_once(user, id, kind).await.map(|_| ())
    }

    /// Writes one change under an id that the caller chose, so that a repeat is recognised.
    async fn write_once(
        &self,
        user: &UserId,
        id: ChangeId,
        kind: ChangeKind,
    ) -> Result<Applied, OperationError> {
        let change = Change { id, user: user.clone(), at: self.clock.now(), kind };
        Ok(self.store.apply(&change).await?)
    }
}
