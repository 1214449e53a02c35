//! The tools as a model is told about them.

use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{calculators, insights};

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
        "average",
        "Average spending or income per day, week, month, quarter, year or transaction.",
        SCOPE,
        &["side", "per"],
    ),
    (
        "share",
        "What part of all spending or of income something is, in percent; headline income means of \
         income.",
        SCOPE,
        &["side", "headline"],
    ),
    (
        "compare_periods",
        "Spending or income of two periods and the difference, first less second.",
        SCOPE,
        &["side", "other_period", "other_from", "other_to", "other_category"],
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
        "The payees with the most spending, or those that paid the most; headline count ranks by how often.",
        SCOPE,
        &["side", "n", "headline"],
    ),
    (
        "top_categories",
        "The categories with the most spending or income; headline count ranks by how often.",
        SCOPE,
        &["side", "n", "headline"],
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
        &["side", "order", "n"],
    ),
    (
        "list_transactions",
        "Transactions, latest first, with how many there are and what they add up to.",
        SCOPE,
        &["side", "order", "n", "headline"],
    ),
    (
        "balance",
        "The balance of one account, or of each account and in total, at the end of a day.",
        &[],
        &["account", "date"],
    ),
    (
        "net_worth",
        "What is owned less what is owed, over all accounts, at the end of a day, and how it \
         developed.",
        PERIOD,
        &["date", "headline"],
    ),
    ("savings_rate", "Income less spending of a period, and its share of income.", PERIOD, &["headline"]),
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
    // Only a look-up has nothing to do without input.
    let required: &[&str] = if name == LOOK_UP { &["text"] } else { &[] };
    let properties: Map<String, Value> =
        shared.iter().chain(own).map(|name| ((*name).to_owned(), property(name))).collect();
    let input_schema = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    ToolDefinition::reading(name, description, input_schema)
}

fn property(name: &str) -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let date = |description: &str| json!({ "type": "string", "format": "date", "description": description });
    let choice = |choices: &[&str], description: &str| json!({ "type": "string", "enum": choices, "description": description });
    match name {
        "period" => text(
            "A period in words: last month, Q1 2024, March 2024, 2024-03-01 to 2024-03-31. Or give from and to.",
        ),
        "from" => date("First day."),
        "to" => date("Last day."),
        "other_period" => text("The second period, in words."),
        "other_from" => date("First day of the second period."),
        "other_to" => date("Last day of the second period."),
        "other_category" => text("A second category, compared with the first in the same period."),
        "date" => date("At the end of this day; today without it."),
        "category" => text("A category or group: Food:Groceries, groceries, food."),
        "payee" => text("A payee of the ledger."),
        "account" => text("An account's name or id, or a kind: checking, savings, credit card."),
        "text" => text("Text in payee or description."),
        "side" => choice(&["spending", "income"], "Which side of the books."),
        "group_by" => choice(
            &["category", "group", "payee", "account", "day", "week", "month", "quarter", "year"],
            "What the breakdown is by.",
        ),
        "per" => choice(
            &["day", "weekday", "week", "month", "quarter", "year", "transaction"],
            "Per what; weekday ranks the days of the week.",
        ),
        "order" => choice(&["latest", "earliest", "largest", "smallest"], "The order."),
        "kind" => choice(&["income", "bill", "subscription", "transfer"], "Only of this kind."),
        "days" => {
            json!({ "type": "integer", "minimum": 1, "maximum": 366, "description": "Days ahead; 90 without it." })
        }
        "cushion" => {
            json!({ "type": ["string", "number"], "description": "What to keep for surprises; a week of ordinary spending without it." })
        }
        "min" => json!({ "type": ["string", "number"], "description": "Smallest amount, sign left off." }),
        "max" => json!({ "type": ["string", "number"], "description": "Largest amount, sign left off." }),
        "above" => {
            json!({ "type": ["string", "number"], "description": "Only amounts above this, sign left off." })
        }
        "below" => {
            json!({ "type": ["string", "number"], "description": "Only amounts below this, sign left off." })
        }
        "without" => json!({
            "type": "array",
            "items": { "type": "string", "maxLength": 200 },
            "maxItems": 20,
            "description": "Categories, payees, accounts or texts to leave out; refunds leaves out money that came back.",
        }),
        "amount" => {
            json!({ "type": ["string", "number"], "description": "The price of what is to be afforded." })
        }
        "weekdays" => json!({
            "type": "array",
            "items": { "type": "string", "enum": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] },
            "maxItems": 7,
            "description": "Only these days of the week.",
        }),
        "n" => json!({ "type": "integer", "minimum": 1, "maximum": 100, "description": "How many." }),
        _ => text("Which figure comes first."),
    }
}
