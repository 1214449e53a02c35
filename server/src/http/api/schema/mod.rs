//! The shapes of the domain's types as the API describes them. `domain` knows nothing of OpenAPI,
//! so they are written here a second time; a test holds every response of the router against them.

#![expect(dead_code, reason = "read by the OpenAPI derive only")]

mod chat;
mod import;
mod insight;
mod money;
mod profile;
mod settings;
mod tool;
mod tool_write;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

pub use chat::{
    ChatListSchema, ChatSchema, MessageListSchema, MessageSchema, PersonaSchema, RatingSchema, RoleSchema,
    RunEventSchema, RunRecordSchema, RunSchema, SearchHitSchema,
};
pub use import::{CsvLayoutSchema, ImportListSchema, ImportSchema, SkippedRowSchema, UploadSchema};
pub use insight::{
    AnomalyListSchema, CashFlowListSchema, ForecastSchema, GoalProgressListSchema, IncomeStreamListSchema,
    NetWorthListSchema, RecurringListSchema, SafeToSpendSchema,
};
pub use money::{
    AccountListSchema, AccountSchema, MoneySchema, TransactionChangesSchema, TransactionFilterSchema,
    TransactionListSchema, TransactionParams, TransactionSchema,
};
pub use profile::{FinancialGoalSchema, ProfileSchema};
pub use settings::{
    BudgetDraftSchema, ExchangeRateDraftSchema, ExchangeRateListSchema, ExchangeRateSchema, FileSchema,
    GoalListSchema, MemoryListSchema, MemorySchema, NameParam, RememberedMappingListSchema,
    RuleConditionSchema, RuleDraftSchema, RuleListSchema, RuleSchema, SettingsSchema,
};
pub use tool::{ToolListSchema, ToolNameParam, ToolSchema};
pub use tool_write::{ToolWriteListSchema, ToolWriteSchema, ToolWriteStatusSchema};

/// The id in the path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct IdParam {
    /// Its id.
    id: Uuid,
}

/// Which part of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// Most items wanted, 1 to 500; 50 when left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
    /// Where to go on: `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The caller's own id of a request.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IdempotencyKeyParam {
    /// A UUID of the caller's own; a repeat with the same one is a 409 and does nothing.
    #[param(rename = "Idempotency-Key")]
    idempotency_key: Option<Uuid>,
}

/// What went wrong (RFC 9457), as `application/problem+json`.
#[derive(ToSchema)]
#[schema(as = Problem)]
pub struct ProblemSchema {
    /// `about:blank`: the title is the status code's own.
    r#type: String,
    /// The status code's name.
    title: String,
    /// The status code.
    status: u16,
    /// What went wrong, in words for a person.
    detail: String,
    /// What went wrong, for a program; these never change.
    error_code: String,
    /// The request's id, which the log knows too.
    request_id: String,
    /// More for whoever looks into it.
    technical_details: TechnicalDetailsSchema,
    /// The fields that were refused.
    errors: Option<Vec<FieldErrorSchema>>,
    /// The line of the file that could not be read, from 1.
    line: Option<u32>,
    /// Where in the line, from 1.
    column: Option<u32>,
}

/// More for whoever looks into an error.
#[derive(ToSchema)]
#[schema(as = TechnicalDetails)]
pub struct TechnicalDetailsSchema {
    /// `client` when the request is at fault, `server` when the app is, `ConfigurationError` when it lacks
    /// something that has to be configured.
    error_type: String,
    /// What to do about it.
    suggestion: String,
}

/// A field that was refused, and why.
#[derive(ToSchema)]
#[schema(as = FieldError)]
pub struct FieldErrorSchema {
    /// The field's name.
    field: String,
    /// Why, in words for a person.
    message: String,
}

/// Where data is kept.
#[derive(ToSchema)]
#[schema(as = StorageStatus)]
pub struct StorageStatusSchema {
    /// `postgres`, `memory`, `recovering` or `unavailable`.
    mode: StorageModeSchema,
    /// PostgreSQL is configured but not in use.
    degraded: bool,
    /// Changes that wait for PostgreSQL.
    pending_changes: u64,
    /// Since when.
    since: Timestamp,
    /// Why, in words for a person.
    reason: String,
}

/// The pool that leads to the database, without secrets.
#[derive(ToSchema)]
#[schema(as = DatabaseStatus)]
pub struct DatabaseStatusSchema {
    /// How the connection was chosen, in one line.
    connection: String,
    /// Where it leads, once known.
    host: Option<String>,
    /// Most connections.
    connections_max: u64,
    /// Open connections.
    connections: u64,
    /// Those that nobody uses.
    idle: u64,
    /// Requests that wait for one.
    waiting: u64,
    /// What keeps new connections back; null while nothing does.
    failure: Option<String>,
    /// The credential that is minted for the login; null where the password is configured.
    credential: Option<CredentialStatusSchema>,
}

/// The credential that is minted for the login to the database.
#[derive(ToSchema)]
#[schema(as = CredentialStatus)]
pub struct CredentialStatusSchema {
    /// Seconds since it was received; null before the first.
    age_s: Option<u64>,
    /// Seconds until it expires.
    expires_in_s: Option<u64>,
    /// How many were minted.
    mints: u64,
    /// How many attempts failed.
    failed_mints: u64,
    /// Why the last attempt failed; null when it did not.
    last_failure: Option<String>,
}

/// Where data is kept.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = StorageMode)]
#[serde(rename_all = "snake_case")]
pub enum StorageModeSchema {
    /// In PostgreSQL.
    Postgres,
    /// In memory and a journal.
    Memory,
    /// PostgreSQL takes the changes that waited.
    Recovering,
    /// Nowhere: changes are refused.
    Unavailable,
}

/// A list of questions.
#[derive(ToSchema)]
#[schema(as = SuggestionList)]
pub struct SuggestionListSchema {
    /// The questions.
    items: Vec<String>,
    /// Always null: the list is whole.
    #[schema(required)]
    next_cursor: Option<String>,
}
