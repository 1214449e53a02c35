//! The change log: every write is one [`Change`].

use domain::{
    Account, AccountId, Aside, Category, ChangeId, Chat, ChatId, ChatSummary, Feedback, Import, ImportId,
    Message, MessageId, MessageStatus, Part, Persona, Profile, Run, RunEvent, RunId, RunRecord, Setting,
    SettingId, Title, ToolWrite, ToolWriteId, ToolWriteStatus, Transaction, TransactionEdit, TransactionId,
    Usage, UserId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// One write by one user. Applying it again changes nothing: stores know it by its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// Whose data it writes; a change can touch no other user's rows.
    pub user: UserId,
    /// When it was made.
    pub at: Timestamp,
    /// What it writes.
    pub kind: ChangeKind,
}

impl Change {
    /// What stands in a journal in the place of this change, whose words `by` makes go for good. Its id
    /// stays known, so that a repeat does not bring them back; of an erased user not even whose it was.
    /// What an answer of a purged chat took stays counted.
    pub(crate) fn removed(&self, by: &Self) -> Self {
        let kind = match (&by.kind, &self.kind) {
            (
                ChangeKind::ChatPurged { chat_id } | ChangeKind::ChatExpired { chat_id, .. },
                ChangeKind::AnswerSealed { record: Some(record), .. },
            ) => ChangeKind::UsageCounted { chat_id: *chat_id, usage: record.usage() },
            (
                ChangeKind::ChatPurged { .. } | ChangeKind::ChatExpired { .. },
                ChangeKind::AsideRecorded { chat_id, aside, .. },
            ) => ChangeKind::UsageCounted { chat_id: *chat_id, usage: aside.usage() },
            _ => ChangeKind::Removed,
        };
        if by.kind == ChangeKind::UserErased {
            Self { id: self.id, user: nobody(), at: Timestamp::UNIX_EPOCH, kind }
        } else {
            Self { kind, ..self.clone() }
        }
    }

    /// Whether it stands where a change of an erased user stood: there is nothing to write.
    pub fn is_nobodys(&self) -> bool {
        self.kind == ChangeKind::Removed && self.user == nobody()
    }

    /// Whether it makes what older changes say go for good.
    pub fn expunges(&self) -> bool {
        matches!(
            self.kind,
            ChangeKind::ChatPurged { .. } | ChangeKind::ChatExpired { .. } | ChangeKind::UserErased
        )
    }

    /// Refuses a change whose own parts do not name each other: a question, answer and run of
    /// different chats, a transaction of another import. No store can tell these from its rows.
    pub fn check_links(&self) -> Result<(), StoreError> {
        let linked = match &self.kind {
            ChangeKind::MessageSent { chat, question, answer, run } => {
                chat.as_ref().is_none_or(|chat| chat.id == question.chat_id)
                    && answer.chat_id == question.chat_id
                    && run.chat_id == question.chat_id
                    && run.message_id == answer.id
                    && answer.parent_id.is_none_or(|parent| parent == question.id)
            }
            ChangeKind::AnswerStarted { answer, run } => {
                run.chat_id == answer.chat_id && run.message_id == answer.id && answer.parent_id.is_some()
            }
            ChangeKind::ImportCommitted { import, transactions, .. } => {
                transactions.iter().all(|row| row.import_id == import.id)
            }
            ChangeKind::ProfileSaved { .. }
            | ChangeKind::ChatCreated { .. }
            | ChangeKind::ChatRenamed { .. }
            | ChangeKind::ChatDeleted { .. }
            | ChangeKind::ChatRestored { .. }
            | ChangeKind::ChatTitled { .. }
            | ChangeKind::ChatPersonaChosen { .. }
            | ChangeKind::ChatSummarised { .. }
            | ChangeKind::BranchChosen { .. }
            | ChangeKind::RunClaimed { .. }
            | ChangeKind::RunReleased { .. }
            | ChangeKind::RunEventsAppended { .. }
            | ChangeKind::AnswerSealed { .. }
            | ChangeKind::ImportUndone { .. }
            | ChangeKind::TransactionsCategorised { .. }
            | ChangeKind::TransactionEdited { .. }
            | ChangeKind::RulesApplied { .. }
            | ChangeKind::AccountRenamed { .. }
            | ChangeKind::SettingsSaved { .. }
            | ChangeKind::SettingDeleted { .. }
            | ChangeKind::FeedbackGiven { .. }
            | ChangeKind::ToolWriteProposed { .. }
            | ChangeKind::ToolWriteDecided { .. }
            | ChangeKind::UsageCounted { .. }
            | ChangeKind::AsideRecorded { .. }
            | ChangeKind::ChatPurged { .. }
            | ChangeKind::ChatExpired { .. }
            | ChangeKind::UserErased
            | ChangeKind::Removed => true,
        };
        if linked { Ok(()) } else { Err(StoreError::RowMissing) }
    }
}

/// The key of no user.
fn nobody() -> UserId {
    UserId::try_from("removed".to_owned()).expect("a word is a key")
}

/// What a change writes. A change that names a row which is not there (or is another user's)
/// is refused with [`StoreError::RowMissing`](crate::StoreError::RowMissing) and writes nothing.
/// One that makes a row whose id is taken, or ends what has ended (a sealed answer, an undone
/// import), writes nothing either and is [`Applied::Before`](crate::Applied::Before).
///
/// Tagged from outside: an import of 100,000 rows is then read back without a buffer between.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "the large ones are the usual ones, and a change is moved seldom"
)]
pub enum ChangeKind {
    /// The profile as the person saved it, merged into what is there: see
    /// [`StoredProfile::merge`](crate::StoredProfile::merge).
    ProfileSaved {
        /// The whole profile.
        profile: Box<Profile>,
        /// The profile that the person edited: only what differs from it is set. Without it the
        /// profile is replaced whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        based_on: Option<Box<Profile>>,
    },
    /// A new, empty chat.
    ChatCreated {
        /// The chat.
        chat: Chat,
    },
    /// A new title, by the person.
    ChatRenamed {
        /// Which chat.
        chat_id: ChatId,
        /// Its title.
        title: Title,
    },
    /// The chat goes to the trash.
    ChatDeleted {
        /// Which chat.
        chat_id: ChatId,
    },
    /// The chat comes back from the trash.
    ChatRestored {
        /// Which chat.
        chat_id: ChatId,
    },
    /// A title that was made for the person. Once they have chosen one themselves it changes nothing.
    ChatTitled {
        /// Which chat.
        chat_id: ChatId,
        /// Its title.
        title: Title,
    },
    /// How answers of a chat sound from now on.
    ChatPersonaChosen {
        /// Which chat.
        chat_id: ChatId,
        /// How.
        persona: Persona,
    },
    /// What a chat's messages say in short.
    ChatSummarised {
        /// Which chat.
        chat_id: ChatId,
        /// The summary, in place of the one before; none forgets that.
        summary: Option<ChatSummary>,
    },
    /// Another branch of a chat is shown.
    BranchChosen {
        /// Which chat.
        chat_id: ChatId,
        /// The branch's last message.
        head_id: MessageId,
    },
    /// A question, the empty answer to it, and the run that will write it. Creates `chat` first
    /// when it is given (the first message of a new chat); else the chat must be there.
    ///
    /// An answer whose `parent_id` names the question puts the question where its own `parent_id`
    /// says: behind that message, or at the chat's beginning. An answer without one puts both behind
    /// the branch that is shown, wherever that ends by then. The answer is shown afterwards.
    MessageSent {
        /// The chat, when this message starts it.
        chat: Option<Chat>,
        /// The question.
        question: Message,
        /// The empty answer, streaming.
        answer: Message,
        /// The run.
        run: Run,
    },
    /// Another answer to a question, empty, and the run that will write it. It is shown afterwards.
    AnswerStarted {
        /// The empty answer, streaming; its `parent_id` is the question.
        answer: Message,
        /// The run.
        run: Run,
    },
    /// An instance takes a run on. Only one that is running, and whose epoch is the one before:
    /// of two that try at once, one does.
    RunClaimed {
        /// Which run.
        run_id: RunId,
        /// The instance.
        owner: String,
        /// The epoch that begins.
        epoch: u32,
    },
    /// Its owner lets go of a run, so that another instance can take it on at once. Passed over
    /// when the run has ended or the epoch is another.
    RunReleased {
        /// Which run.
        run_id: RunId,
        /// The owner's epoch.
        epoch: u32,
    },
    /// A batch of a run's events, or none: its owner lives. Numbers that are there already are kept
    /// as they are; a batch that would leave a gap is refused. Of another epoch than the run's it is
    /// passed over: the writer is no longer the run's owner.
    RunEventsAppended {
        /// Which run.
        run_id: RunId,
        /// The writer's epoch.
        #[serde(default)]
        epoch: u32,
        /// The events, in order.
        events: Vec<RunEvent>,
    },
    /// The answer is whole: its parts and status are final and its run ends. The run's stored
    /// events stay until the chat goes. Of another epoch than the run's it is passed over.
    AnswerSealed {
        /// Which run.
        run_id: RunId,
        /// Which answer.
        message_id: MessageId,
        /// What it says.
        parts: Vec<Part>,
        /// How it ended; not `Streaming`.
        status: MessageStatus,
        /// The writer's epoch.
        #[serde(default)]
        epoch: u32,
        /// What the model saw and cost.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        record: Option<Box<RunRecord>>,
    },
    /// A file's accounts and transactions. Accounts that are there already are replaced by the
    /// ones given (a newer balance anchor). Each transaction's account must be there or given.
    ///
    /// Refused with [`StoreError::Outdated`](crate::StoreError::Outdated) where other imports are there than
    /// those that it was planned on.
    ImportCommitted {
        /// The import.
        import: Import,
        /// New and updated accounts.
        accounts: Vec<Account>,
        /// New transactions.
        transactions: Vec<Transaction>,
        /// Rows of the file that the ledger holds already. Those that are not there are passed over.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        confirms: Vec<ConfirmedRow>,
        /// What its rows were compared with; none where nothing is to be compared. It stands in no
        /// journal: what was taken there once is taken, whatever other instances have added since.
        #[serde(skip)]
        planned_on: Option<ImportsSeen>,
    },
    /// The import's transactions, and those of its accounts left without any, go; the import
    /// stays listed as undone. Other accounts get back the anchor that the import replaced, where
    /// nothing newer has replaced it since.
    ///
    /// A transaction that standing imports confirm does not go: it becomes the oldest one's, with its line
    /// there. With it stays the account's anchor, where that import gave the same one.
    ImportUndone {
        /// Which import.
        import_id: ImportId,
    },
    /// A person's category for some transactions; each keeps the one before on its history.
    TransactionsCategorised {
        /// Which transactions; those that are not there are passed over.
        transaction_ids: Vec<TransactionId>,
        /// The category.
        category: Category,
    },
    /// What a person set on a transaction, which keeps what was there before on its history.
    TransactionEdited {
        /// Which transaction.
        transaction_id: TransactionId,
        /// What is set.
        edit: Box<TransactionEdit>,
    },
    /// What a person's rules say about some transactions. Those whose category the person chose, and
    /// those that are not there, are passed over.
    RulesApplied {
        /// What each rule that decided something says; no transaction comes twice.
        results: Vec<RuleResult>,
    },
    /// A new name for an account.
    AccountRenamed {
        /// Which account.
        account_id: AccountId,
        /// Its name.
        name: String,
    },
    /// What a person set; settings whose ids are there already are replaced.
    SettingsSaved {
        /// The settings, each id once.
        settings: Vec<Setting>,
    },
    /// A setting goes.
    SettingDeleted {
        /// Which setting.
        setting_id: SettingId,
    },
    /// What the person says of an answer.
    FeedbackGiven {
        /// Which answer.
        message_id: MessageId,
        /// What they say; none takes back what they said.
        feedback: Option<Feedback>,
    },
    /// A change that a tool wants to make, for the person to decide.
    ToolWriteProposed {
        /// What is wanted.
        write: Box<ToolWrite>,
    },
    /// A tool's write goes on to another status. Where that may not follow the one it has
    /// ([`ToolWriteStatus::may_become`]), nothing is written.
    ToolWriteDecided {
        /// Which write.
        tool_write_id: ToolWriteId,
        /// Its status.
        status: ToolWriteStatus,
        /// What came of it, plain text; none keeps what is there.
        outcome: Option<String>,
    },
    /// What models took beside what is recorded: an answer that is handed over. The chat need not be there any more.
    UsageCounted {
        /// For which chat.
        chat_id: ChatId,
        /// What it was.
        usage: Usage,
    },
    /// A model was asked for something beside an answer. It counts, and joins the answer's record; where
    /// that is not there, it has gone with its chat and nothing is written.
    AsideRecorded {
        /// The answer's run.
        run_id: RunId,
        /// Its chat.
        chat_id: ChatId,
        /// What was asked.
        aside: Box<Aside>,
    },
    /// A chat goes for good with everything in it, from the trash or not. One that is not there has gone
    /// already; that is no refusal.
    ChatPurged {
        /// Which chat.
        chat_id: ChatId,
    },
    /// A chat goes for good with everything in it, unless something was said in it since. One that is not
    /// there has gone already.
    ChatExpired {
        /// Which chat.
        chat_id: ChatId,
        /// It goes if its last message is older.
        until: Timestamp,
    },
    /// Everything of the user goes for good. Changes of theirs that were made before it and come later,
    /// from another instance's journal, are [`Applied::Before`](crate::Applied::Before) and write nothing.
    UserErased,
    /// Stands in a journal where a change stood whose words have gone for good. Its id counts as written.
    Removed,
}

/// A row of an import's file in whose place the ledger held a transaction already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmedRow {
    /// The transaction.
    pub transaction_id: TransactionId,
    /// Where the row stands in the file: see [`Transaction::line`].
    pub line: u32,
}

/// A person's imports as somebody saw them. Imports come and are undone, nothing else: where both numbers
/// are the same, so are the imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportsSeen {
    /// How many there were.
    pub committed: u64,
    /// How many of them had been undone.
    pub undone: u64,
}

impl ImportsSeen {
    /// Those given.
    pub fn of<'a>(imports: impl IntoIterator<Item = &'a Import>) -> Self {
        imports.into_iter().fold(Self { committed: 0, undone: 0 }, |seen, import| Self {
            committed: seen.committed + 1,
            undone: seen.undone + u64::from(import.undone_at.is_some()),
        })
    }
}

/// What one rule says about some transactions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleResult {
    /// Which transactions.
    pub transaction_ids: Vec<TransactionId>,
    /// Their category.
    pub category: Category,
    /// Their payee's name, if the rule gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payee: Option<String>,
}
