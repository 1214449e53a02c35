//! What the ledger tells beyond its sums.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    money::{MoneySchema, TransactionFilterSchema},
    profile::FinancialGoalSchema,
};

/// A list that is always whole.
macro_rules! list {
    ($(#[$doc:meta])* $name:ident as $shown:ident of $item:ty) => {
        $(#[$doc])*
        #[derive(ToSchema)]
        #[schema(as = $shown)]
        pub struct $name {
            items: Vec<$item>,
            /// Always null: the list is whole.
            #[schema(required)]
            next_cursor: Option<String>,
        }
    };
}

/// Words that a field takes.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident as $shown:ident { $($(#[$about:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[derive(ToSchema, Serialize)]
        #[schema(as = $shown)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$about])* $variant,)+ }
    };
}

/// How a figure came about.
#[derive(ToSchema, Serialize)]
#[schema(as = Proof)]
pub struct ProofSchema {
    /// The formula in words.
    formula: String,
    /// The transactions, where no filter finds exactly them.
    rows: Option<Vec<Uuid>>,
    /// Finds the transactions.
    filter: Option<TransactionFilterSchema>,
}

choice!(
    /// What sort of thing comes again.
    RecurringKindSchema as RecurringKind { Income, Bill, Subscription, Transfer, }
);
choice!(
    /// How often.
    CadenceSchema as Cadence {
        Weekly, Fortnightly, FourWeekly, Monthly, Bimonthly, Quarterly, HalfYearly, Yearly,
    }
);

/// A price that changed for good.
#[derive(ToSchema, Serialize)]
#[schema(as = PriceChange)]
pub struct PriceChangeSchema {
    old: MoneySchema,
    new: MoneySchema,
    /// The first day of the new amount.
    since: Date,
}

/// Something that comes again.
#[derive(ToSchema, Serialize)]
#[schema(as = Recurring)]
pub struct RecurringSchema {
    payee: String,
    kind: RecurringKindSchema,
    cadence: CadenceSchema,
    /// The account of the newest transaction.
    account_id: Uuid,
    /// `Food:Groceries`.
    category: String,
    /// The usual amount, signed.
    usual: MoneySchema,
    /// The nearest to zero.
    least: MoneySchema,
    /// The furthest from zero.
    most: MoneySchema,
    /// The amount stays the same, but for changes of price.
    is_steady: bool,
    /// What it comes to a month.
    a_month: MoneySchema,
    first: Date,
    last: Date,
    count: u64,
    /// The last one's day on the schedule.
    anchor: Date,
    /// When the next is due; null once it has ended.
    #[schema(required)]
    next: Option<Date>,
    /// The day on which one was due that has not come.
    #[schema(required)]
    overdue_since: Option<Date>,
    price_changes: Vec<PriceChangeSchema>,
    proof: ProofSchema,
}

list!(
    /// Everything that comes again.
    RecurringListSchema as RecurringList of RecurringSchema
);

/// Money in that comes again.
#[derive(ToSchema, Serialize)]
#[schema(as = IncomeStream)]
pub struct IncomeStreamSchema {
    /// It is pay: what a household lives from.
    is_pay: bool,
    /// Why it is taken for pay, or why not.
    reason: String,
    #[serde(flatten)]
    #[schema(inline = false)]
    recurring: RecurringSchema,
}

list!(
    /// Every stream of income.
    IncomeStreamListSchema as IncomeStreamList of IncomeStreamSchema
);

/// What flowed in one period.
#[derive(ToSchema)]
#[schema(as = CashFlow)]
pub struct CashFlowSchema {
    /// `2024-W10`, `2024-03`, `2024-Q1`, `2024`.
    label: String,
    from: Date,
    to: Date,
    /// The period is not over yet.
    is_partial: bool,
    income: MoneySchema,
    /// Positive; refunds are taken off.
    spending: MoneySchema,
    net: MoneySchema,
    /// Net in percent of income; null without income.
    #[schema(required)]
    savings_rate: Option<Decimal>,
    income_rows: TransactionFilterSchema,
    spending_rows: TransactionFilterSchema,
    proof: ProofSchema,
}

list!(
    /// Cash flow by period.
    CashFlowListSchema as CashFlowList of CashFlowSchema
);

/// What is owned and owed at the end of a day.
#[derive(ToSchema)]
#[schema(as = NetWorth)]
pub struct NetWorthSchema {
    date: Date,
    assets: MoneySchema,
    /// Positive.
    debts: MoneySchema,
    net: MoneySchema,
    /// Since the point before; null for the first.
    #[schema(required)]
    change: Option<MoneySchema>,
    proof: ProofSchema,
}

list!(
    /// Net worth by month end.
    NetWorthListSchema as NetWorthList of NetWorthSchema
);

choice!(
    /// What is out of the ordinary.
    AnomalyKindSchema as AnomalyKind {
        DoubleCharge, MissingIncome, HighBill, PriceRise, HighSpending, NewSubscription, BankFee,
    }
);
choice!(
    /// How much it matters.
    SeveritySchema as Severity { Info, Warning, Alert, }
);

/// Something out of the ordinary.
#[derive(ToSchema)]
#[schema(as = Anomaly)]
pub struct AnomalySchema {
    kind: AnomalyKindSchema,
    severity: SeveritySchema,
    date: Date,
    /// The payee or category.
    subject: String,
    amount: MoneySchema,
    /// What would have been usual.
    #[schema(required)]
    usual: Option<MoneySchema>,
    /// Why it is told.
    reason: String,
    proof: ProofSchema,
}

list!(
    /// What is out of the ordinary, the gravest first.
    AnomalyListSchema as AnomalyList of AnomalySchema
);

/// The balance to be expected at the end of a day, with the bands of 50, 80 and 95 %.
#[derive(ToSchema)]
#[schema(as = ForecastDay)]
pub struct ForecastDaySchema {
    date: Date,
    expected: MoneySchema,
    low_50: MoneySchema,
    high_50: MoneySchema,
    low_80: MoneySchema,
    high_80: MoneySchema,
    low_95: MoneySchema,
    high_95: MoneySchema,
}

/// A recurring item that falls into the forecast.
#[derive(ToSchema)]
#[schema(as = ForecastItem)]
pub struct ForecastItemSchema {
    date: Date,
    payee: String,
    kind: RecurringKindSchema,
    amount: MoneySchema,
    /// Its place in `recurring`.
    recurring: u64,
}

/// What an ordinary day of the week moves beside recurring items.
#[derive(ToSchema)]
#[schema(as = OrdinaryDay)]
pub struct OrdinaryDaySchema {
    /// 1 is Monday.
    weekday: i8,
    mean: MoneySchema,
    /// The standard deviation.
    spread: MoneySchema,
}

/// How often the band of 80 % would have held in the past.
#[derive(ToSchema)]
#[schema(as = BackTest)]
pub struct BackTestSchema {
    forecasts: u64,
    days: u64,
    held: u64,
    percent: Decimal,
    formula: String,
}

/// What balances are to be expected.
#[derive(ToSchema)]
#[schema(as = Forecast)]
pub struct ForecastSchema {
    accounts: Vec<Uuid>,
    /// The balance today.
    start: MoneySchema,
    days: Vec<ForecastDaySchema>,
    lowest: ForecastDaySchema,
    items: Vec<ForecastItemSchema>,
    recurring: Vec<RecurringSchema>,
    /// Monday first.
    ordinary: Vec<OrdinaryDaySchema>,
    /// Null where the past is too short.
    #[schema(required)]
    back_test: Option<BackTestSchema>,
    proof: ProofSchema,
}

choice!(
    /// What a part of the figure is.
    SafePartKindSchema as SafePartKind { Balance, Owed, Bill, PutAside, Goals, Cushion, }
);

/// A part of the figure; the parts add up to it.
#[derive(ToSchema)]
#[schema(as = SafePart)]
pub struct SafePartSchema {
    kind: SafePartKindSchema,
    label: String,
    /// When it is due.
    #[schema(required)]
    date: Option<Date>,
    /// Signed.
    amount: MoneySchema,
    proof: ProofSchema,
}

/// What can be spent until the next pay.
#[derive(ToSchema)]
#[schema(as = SafeToSpend)]
pub struct SafeToSpendSchema {
    amount: MoneySchema,
    a_day: MoneySchema,
    /// The next pay day, else the first day of the next month.
    until: Date,
    /// Who pays then; null where no pay is known.
    #[schema(required)]
    payer: Option<String>,
    days: i32,
    parts: Vec<SafePartSchema>,
    proof: ProofSchema,
}

choice!(
    /// Whether a goal will be reached in time.
    GoalStandingSchema as GoalStanding { Reached, OnTrack, Behind, Overdue, Open, }
);

/// How far a goal has come.
#[derive(ToSchema)]
#[schema(as = GoalProgress)]
pub struct GoalProgressSchema {
    goal: FinancialGoalSchema,
    target: MoneySchema,
    /// Null where neither an amount nor an account tells.
    #[schema(required)]
    saved: Option<MoneySchema>,
    percent: Decimal,
    missing: MoneySchema,
    #[schema(required)]
    months_left: Option<i64>,
    #[schema(required)]
    needed_a_month: Option<MoneySchema>,
    #[schema(required)]
    available_a_month: Option<MoneySchema>,
    standing: GoalStandingSchema,
    #[schema(required)]
    expected: Option<Date>,
    proof: ProofSchema,
}

list!(
    /// The profile's goals, the most urgent first.
    GoalProgressListSchema as GoalProgressList of GoalProgressSchema
);
