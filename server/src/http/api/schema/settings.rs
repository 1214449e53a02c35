//! What a person sets beside the profile.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    import::CsvMappingSchema,
    money::{MoneySchema, SideSchema},
    profile::FinancialGoalSchema,
};

/// The name in the path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct NameParam {
    /// Its name, whatever its case.
    name: String,
}

/// A budget to make, or what is to change of one.
#[derive(ToSchema)]
#[schema(as = BudgetDraft)]
pub struct BudgetDraftSchema {
    /// A category of spending, or a group such as `Food`.
    category: Option<String>,
    /// What may be spent in a month; above zero.
    amount: Option<Decimal>,
    /// Its ISO 4217 code; the profile's, else the first account's, when a new budget names none.
    currency: Option<String>,
    /// The first month, `2024-03` or a day in it; this month when a new budget names none.
    from: Option<String>,
    /// The last month; null while it goes on.
    until: Option<String>,
    /// What is left, or was spent too much, is carried into the next month.
    rollover: Option<bool>,
}

/// Every goal.
#[derive(ToSchema)]
#[schema(as = GoalList)]
pub struct GoalListSchema {
    items: Vec<FinancialGoalSchema>,
    /// Always null: the list is whole.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// What must be true of a transaction. Texts are compared whatever their case, amounts without sign.
#[derive(ToSchema, Serialize)]
#[schema(as = RuleCondition)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RuleConditionSchema {
    /// The payee is this.
    PayeeIs { text: String },
    /// The payee contains this.
    PayeeContains { text: String },
    /// The payee or the description contains this.
    TextContains { text: String },
    /// At least this much.
    AmountAtLeast { amount: Decimal },
    /// At most this much.
    AmountAtMost { amount: Decimal },
    /// Money out (`spending`), or money in (`income`).
    SideIs { side: SideSchema },
    /// Booked on this account.
    AccountIs { account_id: Uuid },
    /// The merchant's category code (ISO 18245).
    MccIs { code: u16 },
}

/// A person's rule: transactions of which every condition is true get its category.
#[derive(ToSchema)]
#[schema(as = Rule)]
pub struct RuleSchema {
    id: Uuid,
    /// Its place; smaller ones are tried first.
    position: u32,
    /// All must be true.
    conditions: Vec<RuleConditionSchema>,
    category: String,
    /// The payee's name that it gives.
    #[schema(required)]
    payee: Option<String>,
}

/// Every rule.
#[derive(ToSchema)]
#[schema(as = RuleList)]
pub struct RuleListSchema {
    items: Vec<RuleSchema>,
    /// Always null: the list is whole.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A rule to make, or what is to change of one.
#[derive(ToSchema)]
#[schema(as = RuleDraft)]
pub struct RuleDraftSchema {
    /// All must be true; at least one.
    conditions: Option<Vec<RuleConditionSchema>>,
    /// The category that it gives.
    category: Option<String>,
    /// The payee's name that it gives; null gives none.
    payee: Option<String>,
    /// Its place among the rules, from 1; a new one comes last when it names none.
    position: Option<u32>,
}

/// What one unit of a currency was worth in another on a day.
#[derive(ToSchema)]
#[schema(as = ExchangeRate)]
pub struct ExchangeRateSchema {
    id: Uuid,
    date: Date,
    /// ISO 4217.
    from: String,
    /// ISO 4217.
    to: String,
    /// Units of `to` for one of `from`.
    rate: Decimal,
}

/// Every rate.
#[derive(ToSchema)]
#[schema(as = ExchangeRateList)]
pub struct ExchangeRateListSchema {
    items: Vec<ExchangeRateSchema>,
    /// Always null: the list is whole.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Remembered columns.
#[derive(ToSchema)]
#[schema(as = RememberedMappingList)]
pub struct RememberedMappingListSchema {
    items: Vec<RememberedMappingSchema>,
    /// Always null: the list is whole.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A rate to save.
#[derive(ToSchema)]
#[schema(as = ExchangeRateDraft)]
pub struct ExchangeRateDraftSchema {
    date: Date,
    /// ISO 4217.
    from: String,
    /// ISO 4217.
    to: String,
    /// Units of `to` for one of `from`; above zero.
    rate: Decimal,
}

/// A file.
#[derive(ToSchema)]
#[schema(as = File)]
pub struct FileSchema {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Everything that a person has set beside the profile.
#[derive(ToSchema)]
#[schema(as = Settings)]
pub struct SettingsSchema {
    /// In the order in which they are tried.
    rules: Vec<RuleSchema>,
    budgets: Vec<SetBudgetSchema>,
    csv_mappings: Vec<RememberedMappingSchema>,
    exchange_rates: Vec<ExchangeRateSchema>,
    /// What the assistant remembers, oldest first.
    remembered: Vec<MemorySchema>,
    tool_switches: Vec<ToolSwitchSchema>,
    /// How long data stays.
    #[schema(required)]
    privacy: Option<PrivacySchema>,
}

/// Something that the assistant remembers.
#[derive(ToSchema)]
#[schema(as = Memory)]
pub struct MemorySchema {
    id: Uuid,
    /// At most 500 characters.
    text: String,
    /// The answer that it was remembered for; null when the person wrote it down.
    #[schema(required)]
    source: Option<MemorySourceSchema>,
    at: Timestamp,
}

/// Everything that is remembered.
#[derive(ToSchema)]
#[schema(as = MemoryList)]
pub struct MemoryListSchema {
    items: Vec<MemorySchema>,
    /// Always null: the list is whole.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// The answer that something was remembered for.
#[derive(ToSchema)]
#[schema(as = MemorySource)]
pub struct MemorySourceSchema {
    chat_id: Uuid,
    message_id: Uuid,
}

/// Whether the assistant may call a tool.
#[derive(ToSchema)]
#[schema(as = ToolSwitch)]
pub struct ToolSwitchSchema {
    id: Uuid,
    tool: String,
    enabled: bool,
}

/// How long data stays.
#[derive(ToSchema)]
#[schema(as = Privacy)]
pub struct PrivacySchema {
    id: Uuid,
    /// Days after its last message that a chat is deleted for good; null keeps chats.
    #[schema(required)]
    retention_days: Option<u32>,
}

/// A budget as it is kept.
#[derive(ToSchema)]
#[schema(as = SetBudget)]
pub struct SetBudgetSchema {
    id: Uuid,
    category: String,
    amount: MoneySchema,
    from: Date,
    #[schema(required)]
    until: Option<Date>,
    rollover: bool,
}

/// How a bank's CSV files are read.
#[derive(ToSchema)]
#[schema(as = RememberedMapping)]
pub struct RememberedMappingSchema {
    id: Uuid,
    /// The header's column names, lower case, joined by `|`.
    header: String,
    mapping: CsvMappingSchema,
}
