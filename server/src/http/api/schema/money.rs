//! Money, accounts, transactions.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// An exact amount in one currency; negative is money out.
#[derive(ToSchema, Serialize)]
#[schema(as = Money)]
pub struct MoneySchema {
    amount: Decimal,
    /// ISO 4217.
    currency: String,
}

/// A bank, card or cash account.
#[derive(ToSchema)]
#[schema(as = Account)]
pub struct AccountSchema {
    id: Uuid,
    name: String,
    kind: AccountKindSchema,
    /// ISO 4217.
    currency: String,
    /// The bank's own key for it.
    #[schema(required)]
    number: Option<String>,
    /// A balance that a statement named.
    #[schema(required)]
    anchor: Option<BalanceAnchorSchema>,
    /// The import that brought it.
    import_id: Uuid,
}

/// What sort of account it is.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = AccountKind)]
#[serde(rename_all = "snake_case")]
pub enum AccountKindSchema {
    Checking,
    Savings,
    CreditCard,
    Loan,
    Investment,
    Cash,
    Other,
}

/// A balance that a statement names, at the end of a day.
#[derive(ToSchema)]
#[schema(as = BalanceAnchor)]
pub struct BalanceAnchorSchema {
    date: Date,
    balance: MoneySchema,
}

/// An account with its balance today.
#[derive(ToSchema)]
#[schema(as = AccountOverview)]
pub struct AccountOverviewSchema {
    account: AccountSchema,
    balance: MoneySchema,
    transaction_count: u64,
}

/// Every account.
#[derive(ToSchema)]
#[schema(as = AccountList)]
pub struct AccountListSchema {
    items: Vec<AccountOverviewSchema>,
    /// Always null: the list is whole.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// One booked row of an account.
#[derive(ToSchema)]
#[schema(as = Transaction)]
pub struct TransactionSchema {
    id: Uuid,
    account_id: Uuid,
    import_id: Uuid,
    date: Date,
    amount: MoneySchema,
    payee: String,
    description: String,
    /// `Food:Groceries`.
    category: String,
    category_source: CategorySourceSchema,
    /// The bank's own id of the row.
    #[schema(required)]
    external_id: Option<String>,
    /// The line of the file that it was read from, from 1.
    line: u32,
    /// What few transactions have.
    details: Option<TransactionDetailsSchema>,
    /// In a list: what of the amount meets its conditions, where only parts of it do.
    counted: Option<MoneySchema>,
}

/// What few transactions have beside the rest.
#[derive(ToSchema)]
#[schema(as = TransactionDetails)]
pub struct TransactionDetailsSchema {
    /// The bank has not booked it yet.
    is_pending: bool,
    /// The merchant's category code (ISO 18245).
    #[schema(required)]
    mcc: Option<u16>,
    /// The parts of the amount; empty when it is whole.
    splits: Vec<SplitSchema>,
    /// The person's note; may be empty.
    note: String,
    /// What the person says about a transfer between own accounts.
    #[schema(required)]
    transfer: Option<TransferChoiceSchema>,
    /// What the person changed, the oldest first.
    history: Vec<PastEditSchema>,
}

/// A part of a transaction's amount.
#[derive(ToSchema)]
#[schema(as = Split)]
pub struct SplitSchema {
    /// Signed as the transaction's amount, in its currency.
    amount: MoneySchema,
    category: String,
    note: String,
}

/// What the person says about a transfer between own accounts.
#[derive(ToSchema, Serialize)]
#[schema(as = TransferChoice)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TransferChoiceSchema {
    /// It is the other half of this transaction.
    With { transaction_id: Uuid },
    /// It is no transfer.
    No,
}

/// What stood on a transaction before a change; fields that did not change are left out.
#[derive(ToSchema)]
#[schema(as = PastEdit)]
pub struct PastEditSchema {
    /// When it was changed.
    at: jiff::Timestamp,
    payee: Option<String>,
    category: Option<CategoryChoiceSchema>,
    note: Option<String>,
    splits: Option<Vec<SplitSchema>>,
    transfer: Option<TransferChoiceSchema>,
}

/// A category, and who chose it.
#[derive(ToSchema)]
#[schema(as = CategoryChoice)]
pub struct CategoryChoiceSchema {
    category: String,
    source: CategorySourceSchema,
}

/// Who chose a transaction's category.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = CategorySource)]
#[serde(rename_all = "snake_case")]
pub enum CategorySourceSchema {
    Rule,
    Statement,
    Person,
    /// A rule that the person wrote.
    PersonRule,
}

/// What is to change of a transaction; what is left out stays.
#[derive(ToSchema)]
#[schema(as = TransactionChanges)]
pub struct TransactionChangesSchema {
    /// `Food:Groceries`.
    category: Option<String>,
    /// 1 to 120 characters.
    payee: Option<String>,
    /// At most 500 characters; null takes it away.
    note: Option<String>,
    /// At least two parts that add up to the amount; null or none makes it whole.
    splits: Option<Vec<SplitChangeSchema>>,
    /// What it says about a transfer between own accounts; null leaves that to the engine.
    transfer: Option<TransferChoiceSchema>,
}

/// A part of a transaction's amount, as sent.
#[derive(ToSchema)]
#[schema(as = SplitChange)]
pub struct SplitChangeSchema {
    amount: SplitAmountSchema,
    category: String,
    /// At most 500 characters.
    note: Option<String>,
}

/// A signed amount with its currency, or in the transaction's.
#[derive(ToSchema, Serialize)]
#[schema(as = SplitAmount)]
#[serde(untagged)]
pub enum SplitAmountSchema {
    Money(MoneySchema),
    Decimal(Decimal),
}

/// One part of the transactions.
#[derive(ToSchema)]
#[schema(as = TransactionList)]
pub struct TransactionListSchema {
    items: Vec<TransactionSchema>,
    /// Where the next part starts.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// One side of the household's books.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = Side)]
#[serde(rename_all = "snake_case")]
pub enum SideSchema {
    Spending,
    Income,
}

/// Which transactions; every condition given must hold. As a query it leads to their rows.
#[derive(ToSchema, Serialize, IntoParams)]
#[schema(as = TransactionFilter)]
#[into_params(parameter_in = Query)]
pub struct TransactionFilterSchema {
    /// First day.
    from: Option<Date>,
    /// Last day.
    to: Option<Date>,
    /// One account.
    account: Option<Uuid>,
    /// A category, or a group with everything in it.
    category: Option<String>,
    /// Exactly this payee, whatever its case.
    payee: Option<String>,
    /// Text in the payee or description, whatever its case.
    text: Option<String>,
    /// One side of the books.
    #[param(inline)]
    side: Option<SideSchema>,
    /// One currency.
    currency: Option<String>,
    /// Rows of one import.
    import: Option<Uuid>,
    /// One transaction.
    transaction: Option<Uuid>,
    /// Accounts of one kind: `credit_card`.
    account_kind: Option<String>,
    /// Rows of at least this size, sign left off; a split transaction's size is the whole's.
    min: Option<String>,
    /// Rows of at most this size.
    max: Option<String>,
    /// Rows above this size.
    above: Option<String>,
    /// Rows below this size.
    below: Option<String>,
    /// Rows of these days of the week: `saturday,sunday`.
    weekdays: Option<String>,
    /// What is left out: `category:Food;payee:Kin Soy;account:…;text:…;refunds`, a backslash before a
    /// semicolon of a name.
    without: Option<String>,
}

/// The filter as query parameters.
pub type TransactionParams = TransactionFilterSchema;
