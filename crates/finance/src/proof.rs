//! How a figure can be reproduced with hledger from the exported journal.

use domain::{AccountId, CategoryKind, Currency, Ledger, Side, TransactionFilter};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::export::{Names, Style, payee};

/// How a figure was computed, and a command that reproduces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// In words.
    pub formula: String,
    /// An hledger command line on the exported journal; its total is the figure.
    pub command: String,
}

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    /// The sum of the rows: spending and income both positive, all rows together signed.
    Sum,
    /// How many rows.
    Count,
}

/// Proves a sum or a count of the rows of a filter. None where hledger has no words for the
/// filter: rows of one import, a text that the journal writes otherwise, one category of transfers.
pub fn prove_rows(ledger: &Ledger, filter: &TransactionFilter, kind: FigureKind) -> Option<Proof> {
    let names = Names::of(ledger, Style::Hledger);
    let side = side(filter)?;
    let mut query: Vec<String> = Vec::new();
    match (side, &filter.category) {
        (Some(_), Some(category)) => {
            query.push(quoted(&format!("^{}(:|$)", escaped(names.category_or_group(category)?))));
        }
        (Some(Side::Spending), None) => query.push("^expenses".to_owned()),
        (Some(Side::Income), None) => query.push("^income".to_owned()),
        (None, _) => match filter.account {
            Some(account) => query.push(quoted(&format!("^{}$", escaped(names.account(account))))),
            None => query.extend(["^assets".to_owned(), "^liabilities".to_owned()]),
        },
    }
    if let (Some(_), Some(account)) = (side, filter.account) {
        query.push(quoted(&format!("code:^{}$", escaped(names.account_leaf(account)))));
    }
    if let Some(name) = &filter.payee {
        // The two rows of a transfer have one payee in the journal.
        side?;
        query.push(quoted(&format!("payee:^{}$", escaped(&payee(name)))));
    }
    if let Some(text) = &filter.text {
        side?;
        let is_kept = payee(text) == *text && text.chars().all(|c| c.is_alphanumeric() || c == ' ');
        query.push(quoted(&format!("desc:{}", is_kept.then_some(text)?)));
    }
    if side.is_none() {
        query.push("not:code:^opening$".to_owned());
    }
    query.extend(filter.currency.map(|currency| format!("cur:^{currency}$")));
    query.extend(days(filter));
    let query = query.join(" ");
    let invert = if side == Some(Side::Income) { " --invert" } else { "" };
    let command = match (kind, side) {
        (FigureKind::Sum, _) => format!("{HLEDGER} balance {query}{invert}"),
        (FigureKind::Count, Some(_)) => format!("{HLEDGER} print {query} | grep -c '^[0-9]'"),
        (FigureKind::Count, None) => format!("{HLEDGER} register {query} | wc -l"),
    };
    Some(Proof { formula: formula(kind, side), command })
}

/// Proves the balance of an account at the end of a day, or of all accounts of a currency.
pub fn prove_balance(
    ledger: &Ledger,
    account: Option<AccountId>,
    currency: Currency,
    day: Date,
) -> Option<Proof> {
    let names = Names::of(ledger, Style::Hledger);
    let accounts = match account {
        Some(account) => quoted(&format!("^{}$", escaped(names.account(account)))),
        None => "^assets ^liabilities".to_owned(),
    };
    // Before the first row stands the opening balance, which the journal dates the day before.
    let first = ledger.transactions.first()?.date;
    let end = day.max(first).tomorrow().ok()?;
    Some(Proof {
        formula: "the opening balance plus every row up to and with the day".to_owned(),
        command: format!("{HLEDGER} balance {accounts} cur:^{currency}$ -e {end}"),
    })
}

const HLEDGER: &str = "hledger -f lakeledger.journal";

/// The side that the filter's rows stand on; outer none where its category is one of transfers.
#[expect(clippy::option_option, reason = "no side is an answer too")]
fn side(filter: &TransactionFilter) -> Option<Option<Side>> {
    if filter.import.is_some() {
        return None;
    }
    let of_category = filter.category.as_ref().map(|category| match category.kind() {
        CategoryKind::Spending => Some(Side::Spending),
        CategoryKind::Income => Some(Side::Income),
        CategoryKind::Transfer => None,
    });
    match (filter.side, of_category) {
        (side, None) => Some(side),
        (None, Some(side)) => side.map(Some),
        (Some(asked), Some(side)) => (side == Some(asked)).then_some(side),
    }
}

fn days(filter: &TransactionFilter) -> Vec<String> {
    let from = filter.from.map(|from| format!("-b {from}"));
    let to = filter.to.and_then(|to| to.tomorrow().ok()).map(|end| format!("-e {end}"));
    from.into_iter().chain(to).collect()
}

fn formula(kind: FigureKind, side: Option<Side>) -> String {
    let rows = match side {
        Some(Side::Spending) => "what was spent, less refunds; transfers between own accounts do not count",
        Some(Side::Income) => "what was earned; transfers between own accounts do not count",
        None => "money in less money out",
    };
    match kind {
        FigureKind::Sum => format!("the sum of the rows: {rows}"),
        FigureKind::Count => "how many rows there are".to_owned(),
    }
}

/// A regular expression that finds the text.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| [(r"\.+*?()[]{}^$|".contains(c)).then_some('\\'), Some(c)]).flatten().collect()
}

/// One word for a shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
