//! Writes an answer from the outputs of tools. Every figure is one of an output's.

mod calculators;
mod insights;
mod rows;
mod standing;
mod sums;

use domain::{Currency, Side};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    Done,
    decline::{Reason, plain},
};
use crate::{
    format::NumberFormat,
    model::ModelContext,
    toolbox::{Described, ToolFigure, ToolOutput},
    when::Period,
};

/// An answer's text, or why there is none.
pub(super) enum Written {
    Text(String),
    Stuck(Reason),
}

/// Writes the answer to a question from what its tools gave back.
pub(super) fn answer(intent: &str, results: &[&Done], context: &ModelContext) -> Written {
    let format = NumberFormat::of(context.locale.as_deref());
    let mut texts = Vec::new();
    for done in results.iter().filter(|done| done.call.name != "suggestions") {
        if let Some(error) = done.output["error"].as_str() {
            return Written::Stuck(Reason::Told(failure(error)));
        }
        let Ok(output) = serde_json::from_value::<ToolOutput>(done.output.clone()) else {
            return Written::Stuck(Reason::NotUnderstood);
        };
        let page = Page {
            format,
            output: &output,
            input: &done.call.input,
            scope: scope_of(&output.details["scope"]),
        };
        match page.write(&done.call.name, intent) {
            Ok(text) => texts.push(text),
            Err(reason) => return Written::Stuck(reason),
        }
    }
    if texts.is_empty() { Written::Stuck(Reason::NotUnderstood) } else { Written::Text(texts.join("\n\n")) }
}

fn failure(error: &str) -> String {
    let mut text = plain(error);
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    format!("{text}.")
}

fn scope_of(value: &Value) -> Described {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

struct Page<'a> {
    format: NumberFormat,
    output: &'a ToolOutput,
    /// What the tool was called with.
    input: &'a Value,
    scope: Described,
}

impl Page<'_> {
    fn write(&self, tool: &str, intent: &str) -> Result<String, Reason> {
        if let Some(reason) = self.output.details["nothing"].as_str() {
            return Err(Reason::Told(self.nothing(reason)));
        }
        Ok(match tool {
            "spending" | "income" => self.flow(),
            "average" => self.average(),
            "frequency" => self.frequency(),
            "share" => self.share(),
            "compare_periods" => self.comparison(self.side()),
            "usual" => self.usual(),
            "changes" => self.changes(),
            "top_payees" | "top_categories" => self.top(),
            "extreme_period" => self.extreme(),
            "largest_transactions" => self.largest(),
            "list_transactions" => self.list(intent),
            "together" => self.together(),
            "transfers" => self.transfers(),
            "balance" => self.balance(),
            "net_worth" => self.net_worth(),
            "savings_rate" => self.saved(),
            "runway" => self.runway(),
            "income_check" => self.income_check(),
            "profile" => self.profile(),
            "accounts" => self.accounts(),
            "categories" => {
                format!("Your transactions have **{}** categories {}.", self.count("categories"), self.when())
            }
            _ => {
                let told = self.calculated(tool).or_else(|| self.told_insight(tool));
                return told.ok_or(Reason::NotUnderstood);
            }
        })
    }

    fn details(&self, name: &str) -> &Value {
        &self.output.details[name]
    }

    fn side(&self) -> Side {
        serde_json::from_value(self.details("side").clone()).unwrap_or(Side::Spending)
    }

    fn figure(&self, name: &str) -> Option<&ToolFigure> {
        self.output.figures.iter().find(|figure| figure.name == name)
    }

    fn figures(&self, name: &str) -> impl Iterator<Item = &ToolFigure> {
        self.output.figures.iter().filter(move |figure| figure.name == name)
    }

    /// A figure's value in the person's writing.
    fn value(&self, figure: &ToolFigure) -> String {
        match figure.currency {
            Some(currency) => self.format.money(figure.value, currency),
            None => self.format.number(figure.value, figure.value.normalize().scale()),
        }
    }

    /// A figure with the link to its rows.
    fn linked(&self, figure: &ToolFigure) -> String {
        link(&self.value(figure), figure)
    }

    /// The headline: bold, linked, one for each currency.
    fn bold(&self, name: &str) -> String {
        let all: Vec<String> =
            self.figures(name).map(|figure| format!("**{}**", self.linked(figure))).collect();
        joined(&all)
    }

    fn count(&self, name: &str) -> String {
        self.figure(name).map_or_else(|| "0".to_owned(), |figure| self.value(figure))
    }

    fn money(&self, value: Decimal, currency: Currency) -> String {
        self.format.money(value, currency)
    }

    /// The period in words.
    fn when(&self) -> String {
        let phrase = self.scope.phrase();
        if self.scope.covers_all { format!("{phrase} (all your data)") } else { phrase }
    }

    fn about(&self) -> String {
        plain(&self.scope.about())
    }

    fn transactions(&self, count: u64) -> String {
        let number = self.format.number(Decimal::from(count), 0);
        if count == 1 { format!("{number} transaction") } else { format!("{number} transactions") }
    }

    /// The data does not reach as far as the question.
    fn reach(&self) -> String {
        self.reach_of(&self.scope)
    }

    /// The same of another scope; of two the earlier and the later days count.
    fn reach_of(&self, other: &Described) -> String {
        let (Some(first), Some(last)) = (self.scope.first, self.scope.last) else { return String::new() };
        let (from, to) = (self.scope.from.min(other.from), self.scope.to.max(other.to));
        let is_far = |a: Date, b: Date| crate::when::days_between(a, b) > 8;
        if let Some(to) = to
            && to > last
            && is_far(last, to)
        {
            return format!(" Your data ends on {}.", day(last));
        }
        if let Some(from) = from
            && from < first
            && is_far(from, first)
        {
            return format!(" Your data begins on {}.", day(first));
        }
        String::new()
    }

    fn nothing(&self, reason: &str) -> String {
        let range = match (self.scope.first, self.scope.last) {
            (Some(first), Some(last)) => format!("Your data covers {} to {}.", day(first), day(last)),
            _ => String::new(),
        };
        match reason {
            "no_data" => "There are no transactions to count yet.".to_owned(),
            "no_rows_in_period" => {
                let account = self
                    .scope
                    .account
                    .as_ref()
                    .map_or_else(String::new, |name| format!(" on {}", plain(name)));
                format!("There are no transactions{account} {}. {range}", self.scope.phrase())
            }
            "ahead" => format!(
                "{} is still ahead, and what will be there then is not known. Ask for a forecast: it goes 90 days ahead. {range}",
                self.scope.to.map_or_else(|| "That day".to_owned(), day)
            ),
            "unknown_text" => {
                let text = plain(self.scope.text.as_deref().unwrap_or_default());
                format!(
                    "I find no category, payee, account or description called “{text}” in your transactions, so there is nothing to count. {range}"
                )
            }
            "text_in_words" => {
                let text = plain(self.scope.text.as_deref().unwrap_or_default());
                format!(
                    "“{text}” stands in your transactions by itself and inside of other words, so a sum of it would be of other things too: which are meant is missing. Ask for a payee by its whole name."
                )
            }
            "empty_category" => {
                let category = plain(self.scope.category.as_deref().unwrap_or_default());
                let beside: Vec<String> = self
                    .details("beside")
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .map(plain)
                    .collect();
                let group = plain(self.details("group").as_str().unwrap_or_default());
                let hint = if beside.is_empty() {
                    String::new()
                } else {
                    format!(" Under {group} there is {}: ask for one of them.", joined(&beside))
                };
                format!(
                    "None of your transactions is in the category {category}, so there is nothing to count.{hint} {range}"
                )
            }
            "no_transfers" => {
                let account = self
                    .scope
                    .account
                    .as_deref()
                    .map_or_else(|| " of such accounts".to_owned(), |name| format!(" of {}", plain(name)));
                format!(
                    "None of the transactions{account} is a transfer between your own accounts, so what was moved is missing. {range}"
                )
            }
            "no_profile_income" => {
                "Your profile does not say what you earn. Add your annual income there and ask again."
                    .to_owned()
            }
            "no_savings" => {
                format!("There is no checking, savings or cash account in your data to count on. {range}")
            }
            "no_recurring" => {
                "Nothing like that comes again in your transactions, so I can't tell when it is next."
                    .to_owned()
            }
            "no_subscriptions" => "There are no subscriptions in your transactions.".to_owned(),
            "no_recurring_income" => {
                "There is no regular income in your transactions, so a next pay day is missing.".to_owned()
            }
            "no_budgets" => {
                "A budget for that is missing: you have set none. Set one on the budgets page and ask again."
                    .to_owned()
            }
            "no_goals" => "Goals are missing in your profile. Add one there and ask again.".to_owned(),
            "no_everyday_account" => {
                "There is no checking or cash account in your data to spend from.".to_owned()
            }
            "no_income" => format!("There is no income in your data to count with. {range}"),
            "no_spending" => format!("There is no spending in your data to count with. {range}"),
            _ => format!("There is nothing to count. {range}"),
        }
    }
}

fn link(text: &str, figure: &ToolFigure) -> String {
    match &figure.link {
        Some(link) => format!("[{text}]({link})"),
        None => text.to_owned(),
    }
}

fn day(date: Date) -> String {
    Period::day(date).label()
}

/// `second ` of 2; nothing of 1.
fn ordinal(place: u64) -> &'static str {
    const PLACES: [&str; 9] =
        ["second ", "third ", "fourth ", "fifth ", "sixth ", "seventh ", "eighth ", "ninth ", "tenth "];
    let at = usize::try_from(place).ok().and_then(|place| place.checked_sub(2));
    at.and_then(|at| PLACES.get(at)).copied().unwrap_or_default()
}

fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
