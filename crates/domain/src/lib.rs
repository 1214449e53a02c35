//! The entities of Lakeledger: values that are valid once they exist.
//!
//! Not here: storage, text formatting for a page, any I/O, any clock (time is a parameter).
//! Every other crate may depend on this one; it depends on none of them. It compiles for the
//! server and for the browser.

mod account;
mod category;
mod chat;
mod clock;
mod computation;
mod feedback;
mod filter;
mod id;
mod import;
mod ledger;
mod message;
mod money;
mod profile;
mod run;
mod settings;
mod text;
mod tool_title;
mod tool_write;
mod transaction;
mod typed_number;
mod usage;

pub use account::{Account, AccountKind, BalanceAnchor};
pub use category::{Category, CategoryKind, InvalidCategory};
pub use chat::{Chat, ChatSummary, Persona};
#[cfg(feature = "generate")]
pub use clock::SystemClock;
pub use clock::{Clock, FixedClock};
pub use computation::{Computation, ComputedFigure};
pub use feedback::{Feedback, Rating};
pub use filter::{LeftOut, LeftOuts, Side, TransactionFilter, Weekdays};
pub use id::{
    AccountId, ChangeId, ChatId, ImportId, InvalidId, MessageId, RunId, SettingId, ToolWriteId,
    TransactionId, UserId,
};
pub use import::{Import, ImportSource, SkippedRow};
pub use ledger::{Ledger, Transactions};
pub use message::{
    Align, Cell, Chart, ChartKind, ChartPoint, Confirmation, Message, MessageStatus, Notice, NoticeLevel,
    Part, Role, Table, TableColumn, ToolCall,
};
pub use money::{Currency, InvalidCurrency, Money, MoneyError};
pub use profile::{
    EmploymentStatus, FieldError, FinancialGoal, GoalDraft, InvestmentExperience, MaritalStatus, Profile,
    ProfileDraft, RiskTolerance, TaxFilingStatus,
};
pub use run::{
    Aside, AsidePurpose, Run, RunEvent, RunEventKind, RunRecord, RunStatus, SeenMessage, SeenStep,
};
pub use settings::{
    AmountColumns, Budget, CsvMapping, DateOrder, ExchangeRate, InvalidBudget, InvalidRate, InvalidRule,
    Privacy, Remembered, RememberedMapping, RememberedSource, Rule, RuleCondition, Setting, Settings,
    ToolSwitch,
};
pub use text::{InvalidText, Title};
pub use tool_title::tool_title;
pub use tool_write::{ToolWrite, ToolWriteOrigin, ToolWriteStatus};
pub use transaction::{
    CategoryChoice, CategorySource, InvalidSplits, PastEdit, Split, Transaction, TransactionDetails,
    TransactionEdit, TransferChoice,
};
pub use typed_number::{InvalidNumber, NumberMarks, NumberReader};
pub use usage::{DailyUsage, Usage};
