//! The tools as a model is told about them.

use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
};

use operations::input_schema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{calculators, input::Input, insights};

/// A tool: its name, what it is for, and the JSON schema of its input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToolDefinition {
    /// Its name.
    pub name: Cow<'static, str>,
    /// What it does and when to call it.
    pub description: Cow<'static, str>,
    /// JSON Schema of its input; every answer in the making has its list of tools.
    pub input_schema: Arc<Value>,
    /// It changes something: nothing happens before the person has said yes.
    pub writes: bool,
    /// Whose it is.
    pub source: ToolSource,
}

/// Whose a tool is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToolSource {
    /// Ours.
    Own,
    /// A remote MCP server's.
    Remote {
        /// The server's name in the configuration.
        server: String,
    },
}

impl ToolDefinition {
    /// A tool of ours that reads.
    pub fn reading(name: &'static str, description: &'static str, input_schema: Value) -> Self {
        Self {
            name: Cow::Borrowed(name),
            description: Cow::Borrowed(description),
            input_schema: Arc::new(input_schema),
            writes: false,
            source: ToolSource::Own,
        }
    }

    /// A tool of ours that changes something, after the person's yes.
    pub fn writing(name: &'static str, description: &'static str, input_schema: Value) -> Self {
        Self { writes: true, ..Self::reading(name, description, input_schema) }
    }
}

/// The tool that finds the names of a text in the ledger.
pub(crate) const LOOK_UP: &str = "look_up";

const PERIOD: &[&str] = &["period", "from", "to"];
const SCOPE: &[&str] = &[
    "period", "from", "to", "category", "payee", "account", "text", "without", "weekdays", "min", "max",
    "above", "below",
];

/// Every tool: its name, what it is for, the inputs that it shares with others, and its own.
pub(super) type Row = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

/// The tools in the order a list shows.
const TOOLS: &[Row] = &[
    (
        LOOK_UP,
        "Finds the categories, payees and accounts of the ledger that a text names, with where in \
         the text. Call it first when a question names something.",
        &[],
        &["text"],
    ),
    (
        "spending",
        "Money spent, refunds taken off, in a period, by category, payee, account or text; with a \
         breakdown.",
        SCOPE,
        &["group_by", "n"],
    ),
    (
        "income",
        "Money earned in a period, by category, payee or account; with a breakdown.",
        SCOPE,
        &["group_by", "n"],
    ),
    (
        "together",
        "What several categories or payees come to together, with each one's sum.",
        &["period", "from", "to", "account", "without", "weekdays", "min", "max", "above", "below"],
        &["side", "categories", "payees"],
    ),
    (
        "average",
        "Average spending or income per day, week, month, quarter, year or transaction.",
        SCOPE,
        &["side", "per"],
    ),
    (
        "frequency",
        "How many transactions there are per day, week, month, quarter or year, on average.",
        SCOPE,
        &["side", "per"],
    ),
    (
        "share",
        "What part of all spending, of income (headline income) or of another category (other_category) \
         something is, in percent.",
        SCOPE,
        &["side", "headline", "other_category"],
    ),
    (
        "compare_periods",
        "Spending or income of two periods and the difference, first less second.",
        SCOPE,
        &["side", "other_period", "other_from", "other_to", "other_category"],
    ),
    (
        "usual",
        "Spending or income of a period beside what is usual: the mean of the same days of up to 12 such periods \
         before it; without a period, of this month so far.",
        SCOPE,
        &["side"],
    ),
    (
        "changes",
        "What changed in income and spending between a period and the one before it; without a \
         period, this month against the same days of last month.",
        PERIOD,
        &[],
    ),
    (
        "top_payees",
        "The payees with the most spending, or those that paid the most; headline count ranks by how often, \
         headline number tells how many there are.",
        SCOPE,
        &["side", "n", "place", "headline"],
    ),
    (
        "top_categories",
        "The categories with the most spending or income; headline count ranks by how often, headline number \
         tells how many there are.",
        SCOPE,
        &["side", "n", "place", "headline"],
    ),
    (
        "extreme_period",
        "The day, weekday, week, month, quarter or year with the most or least spending or income.",
        SCOPE,
        &["side", "per", "order"],
    ),
    (
        "largest_transactions",
        "The largest (or smallest) single transactions; transfers between own accounts left out.",
        SCOPE,
        &["side", "order", "n", "place"],
    ),
    (
        "list_transactions",
        "Transactions, latest first, with how many there are and what they add up to.",
        SCOPE,
        &["side", "order", "n", "headline"],
    ),
    (
        "transfers",
        "What was moved into an account, or out of it, from and to own accounts: savings put aside, a card \
         paid. It is neither spent nor earned.",
        PERIOD,
        &["account", "direction"],
    ),
    (
        "balance",
        "The balance of one account, of several together, or of each account and in total, at the end of a day.",
        &[],
        &["account", "accounts", "date"],
    ),
    (
        "net_worth",
        "What is owned less what is owed, over all accounts, at the end of a day, and how it \
         developed.",
        PERIOD,
        &["date", "headline"],
    ),
    (
        "savings_rate",
        "Income less spending of a period, and its share of income; with per, what is saved in each on average.",
        PERIOD,
        &["headline", "per"],
    ),
    (
        "runway",
        "How many months the money in checking, savings and cash accounts would last at the usual \
         spending.",
        &[],
        &["date"],
    ),
    (
        "income_check",
        "The profile's annual income beside the income that the transactions show.",
        PERIOD,
        &[],
    ),
    ("profile", "What the person's profile says.", &[], &[]),
    (
        "accounts",
        "The accounts with kind, balance, number of transactions and the days they cover.",
        &[],
        &[],
    ),
    ("categories", "The categories that the transactions have, with how often and how much.", PERIOD, &[]),
    ("suggestions", "Questions that this ledger can answer.", &[], &["n"]),
];

/// Every tool, with its schema.
pub(super) fn all() -> &'static Arc<[ToolDefinition]> {
    static ALL: LazyLock<Arc<[ToolDefinition]>> = LazyLock::new(|| {
        let own = TOOLS.iter().chain(insights::TOOLS).map(|row| tool(*row));
        own.chain(calculators::definitions()).collect()
    });
    &ALL
}

fn tool((name, description, shared, own): Row) -> ToolDefinition {
    static INPUT: LazyLock<Value> = LazyLock::new(input_schema::<Input>);
    // What has nothing to do without it.
    let required: &[&str] = match name {
        LOOK_UP => &["text"],
        "transfers" => &["account"],
        _ => &[],
    };
    let property = |name: &&str| ((*name).to_owned(), INPUT["properties"][name].clone());
    let properties: Map<String, Value> = shared.iter().chain(own).map(property).collect();
    let input_schema = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    ToolDefinition::reading(name, description, input_schema)
}
