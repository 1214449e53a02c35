//! Which rows a call is about: names and periods of its input, resolved against the ledger.

use std::fmt::Write;

use domain::{AccountId, Category, Currency, Ledger, Profile, Side, Transaction, TransactionFilter};
use finance::CurrencyTotal;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Input, ToolError, Toolbox, names};
use crate::{when, when::Period};

/// Which rows a figure is about, in words that a model writes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Described {
    /// The category's name; `Food` for a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payee: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the rows are narrowed to: ` without Rent`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub narrowed: String,
    /// First day; the first with data where none was asked for.
    pub from: Option<Date>,
    /// Last day; the last with data where none was asked for.
    pub to: Option<Date>,
    /// No period was asked for: the figures cover all there is.
    pub covers_all: bool,
    /// The first day with data.
    pub first: Option<Date>,
    /// The last day with data.
    pub last: Option<Date>,
}

impl Described {
    pub fn period(&self) -> Period {
        Period { from: self.from, to: self.to }
    }

    /// The period in words: `in March 2014`; for all there is, from when to when.
    pub fn phrase(&self) -> String {
        self.period().phrase()
    }

    /// What the rows have in common, as words: ` on Groceries at Kin Soy`.
    pub fn about(&self) -> String {
        let mut words = String::new();
        for (joint, name) in [("on", &self.category), ("at", &self.payee), ("from", &self.account)] {
            if let Some(name) = name {
                write!(words, " {joint} {name}").expect("a string takes it");
            }
        }
        if let Some(text) = &self.text {
            write!(words, " mentioning “{text}”").expect("a string takes it");
        }
        words.push_str(&self.narrowed);
        words
    }

    /// The same as a title's end: `Groceries, March 2014`.
    pub fn label(&self) -> String {
        let names = [&self.category, &self.payee, &self.account, &self.text];
        let mut parts: Vec<String> = names.into_iter().flatten().cloned().collect();
        if !self.narrowed.is_empty() {
            parts.push(self.narrowed.trim().to_owned());
        }
        parts.push(if self.covers_all { "all time".to_owned() } else { self.period().label() });
        parts.join(", ")
    }
}

/// Rows and the words for them.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub filter: TransactionFilter,
    pub described: Described,
}

impl Scope {
    pub fn on(&self, side: Side) -> Self {
        let filter = TransactionFilter { side: Some(side), ..self.filter.clone() };
        Self { filter, described: self.described.clone() }
    }

    pub fn within(&self, period: Period) -> Self {
        let filter = TransactionFilter { from: period.from, to: period.to, ..self.filter.clone() };
        let described =
            Described { from: period.from, to: period.to, covers_all: false, ..self.described.clone() };
        Self { filter, described }
    }
}

impl Toolbox {
    /// Resolves the names and the period of an input.
    pub(crate) fn scope(&self, input: &Input) -> Result<Scope, ToolError> {
        let category = input.category.as_deref().map(|words| self.category(words)).transpose()?;
        let payee = input.payee.as_deref().map(|name| self.payee(name)).transpose()?;
        let asked = self.period(input.period.as_deref(), input.from, input.to)?;
        let (first, last) = self.coverage().unzip();
        let covers_all = asked.is_none();
        let asked = asked.unwrap_or_default();
        // Rows after today are no answer to "how much have I spent".
        let until_today = last.filter(|last| *last > self.as_of && covers_all).map(|_| self.as_of);
        let filter = TransactionFilter {
            from: asked.from,
            to: asked.to.or(until_today),
            category: category.clone(),
            payee: payee.clone(),
            text: input.text.clone(),
            ..TransactionFilter::default()
        };
        let mut filter = self.on_account(input.account.as_deref(), filter)?;
        let narrowed = self.narrow(input, &mut filter)?;
        let account = filter.account.and_then(|id| self.ledger.account(id));
        let described = Described {
            category: category.map(|category| category.name().to_owned()),
            payee,
            account: account.map(|account| account.name.clone()),
            text: input.text.clone(),
            narrowed,
            from: if covers_all { first } else { asked.from },
            to: if covers_all { last.map(|last| last.min(self.as_of)) } else { asked.to },
            covers_all,
            first,
            last,
        };
        Ok(Scope { filter, described })
    }

    /// The days with data.
    pub(crate) fn coverage(&self) -> Option<(Date, Date)> {
        let rows = &self.ledger.transactions;
        Some((rows.first()?.date, rows.last()?.date))
    }

    /// The period of an input; none without one.
    pub(crate) fn period(
        &self,
        words: Option<&str>,
        from: Option<Date>,
        to: Option<Date>,
    ) -> Result<Option<Period>, ToolError> {
        if let Some(words) = words {
            let invalid = || ToolError::InvalidInput { message: format!("{words:?} is no period") };
            return when::read(words, self.as_of, self.day_order()).map(Some).ok_or_else(invalid);
        }
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(ToolError::InvalidInput { message: "from lies after to".to_owned() });
        }
        Ok((from.is_some() || to.is_some()).then_some(Period { from, to }))
    }

    fn category(&self, words: &str) -> Result<Category, ToolError> {
        let exact = Category::new(words).ok().filter(|category| self.names().has_category(category));
        let unknown = || ToolError::UnknownName { what: "category", name: words.to_owned() };
        exact.or_else(|| self.names().category(words)).ok_or_else(unknown)
    }

    pub(crate) fn payee(&self, name: &str) -> Result<String, ToolError> {
        let payees = || self.names().payees.iter().map(|(row, _)| &*self.ledger.transactions[*row].payee);
        if let Some(payee) = payees().find(|payee| *payee == name) {
            return Ok(payee.to_owned());
        }
        let lower = name.to_lowercase();
        let unknown = || ToolError::UnknownName { what: "payee", name: name.to_owned() };
        payees().find(|payee| payee.to_lowercase() == lower).map(str::to_owned).ok_or_else(unknown)
    }

    pub(crate) fn account(&self, name: &str) -> Result<AccountId, ToolError> {
        let accounts = &self.ledger.accounts;
        let lower = name.trim().to_lowercase();
        let exact = accounts
            .iter()
            .find(|account| account.id.to_string() == lower || account.name.to_lowercase() == lower);
        if let Some(account) = exact {
            return Ok(account.id);
        }
        let kind = names::account_kind(&lower);
        let of_kind: Vec<_> = accounts.iter().filter(|account| Some(account.kind) == kind).collect();
        match of_kind.as_slice() {
            [only] => Ok(only.id),
            [] => Err(ToolError::UnknownName { what: "account", name: name.to_owned() }),
            several => {
                let choices =
                    several.iter().map(|account| account.name.as_str()).collect::<Vec<_>>().join(", ");
                Err(ToolError::Ambiguous { name: name.to_owned(), choices })
            }
        }
    }

    /// The filter's rows, in the ledger's order.
    pub(crate) fn matching<'a>(
        &'a self,
        filter: &TransactionFilter,
    ) -> impl Iterator<Item = &'a Transaction> + use<'a> {
        finance::matching(&self.ledger, filter)
    }

    /// Totals by currency, the base currency first.
    pub(crate) fn totals(&self, filter: &TransactionFilter) -> Vec<CurrencyTotal> {
        let mut totals = finance::total(&self.ledger, filter);
        totals.sort_by_key(|total| self.base_first(total.currency));
        totals
    }

    /// The currencies of some scopes' rows, the person's own first; of no rows, the main one.
    pub(crate) fn currencies_of<'s>(&self, scopes: impl IntoIterator<Item = &'s Scope>) -> Vec<Currency> {
        let mut currencies: Vec<Currency> = Vec::new();
        for total in scopes.into_iter().flat_map(|scope| self.totals(&scope.filter)) {
            if !currencies.contains(&total.currency) {
                currencies.push(total.currency);
            }
        }
        if currencies.is_empty() {
            currencies.push(self.main_currency());
        }
        currencies.sort_by_key(|currency| self.base_first(*currency));
        currencies
    }

    /// The currency that figures of nothing are in.
    pub(crate) fn main_currency(&self) -> Currency {
        main_currency(&self.ledger, &self.profile)
    }

    /// Why there is nothing to count, as details; none when there are rows in the period.
    pub(crate) fn nothing(&self, scope: &Scope) -> Option<Value> {
        let described = &scope.described;
        let because = |reason: &str| Some(json!({ "nothing": reason, "scope": described }));
        if self.ledger.transactions.is_empty() {
            return because("no_data");
        }
        let days = TransactionFilter {
            from: scope.filter.from,
            to: scope.filter.to,
            account: scope.filter.account,
            account_kind: scope.filter.account_kind,
            ..TransactionFilter::default()
        };
        if !finance::any_matching(&self.ledger, &days) && !self.reaches(&days) {
            return because("no_rows_in_period");
        }
        if let Some(category) = &scope.filter.category
            && !self.names().has_category(category)
        {
            let beside = self.names().categories.iter().filter(|own| own.group() == category.group());
            let mut beside: Vec<&str> = beside.map(Category::name).collect();
            beside.dedup();
            let mut details = because("empty_category")?;
            details["group"] = json!(category.group());
            details["beside"] = json!(beside);
            return Some(details);
        }
        if let Some(text) = &scope.filter.text {
            let anywhere = TransactionFilter { text: Some(text.clone()), ..TransactionFilter::default() };
            let begins =
                |row: &Transaction| begins_word(&row.payee, text) || begins_word(&row.description, text);
            let mut rows = self.matching(&anywhere).peekable();
            if rows.peek().is_none() {
                return because("unknown_text");
            }
            // "Art" is no part of a Pennymart.
            let (own, other): (Vec<&Transaction>, Vec<&Transaction>) = rows.partition(|row| begins(row));
            if own.is_empty() {
                return because("unknown_text");
            }
            if !other.is_empty() {
                return because("text_in_words");
            }
        }
        None
    }

    /// Whether the data goes on before and after the days: then there was nothing on them.
    fn reaches(&self, days: &TransactionFilter) -> bool {
        let around = TransactionFilter { from: None, to: None, ..days.clone() };
        let mut dates = finance::matching(&self.ledger, &around).map(|row| row.date);
        let first = dates.next();
        let last = dates.last().or(first);
        let (Some(first), Some(last)) = (first, last) else { return false };
        days.from.is_some_and(|from| first <= from) && days.to.is_some_and(|to| to <= last)
    }

    /// Whether the scope has rows at all once its side is left off, and how many.
    pub(crate) fn count_without_side(&self, scope: &Scope) -> u64 {
        let filter = TransactionFilter { side: None, ..scope.filter.clone() };
        self.matching(&filter).count() as u64
    }
}

/// Whether a text stands in another where a word begins, whatever its case.
fn begins_word(text: &str, part: &str) -> bool {
    let (text, part) = (text.to_lowercase(), part.trim().to_lowercase());
    let before = |at: usize| text[..at].chars().next_back();
    text.match_indices(&part).any(|(at, _)| before(at).is_none_or(|c| !c.is_alphanumeric()))
}

/// The base currency, where an account has it, else the first account's.
pub(crate) fn main_currency(ledger: &Ledger, profile: &Profile) -> Currency {
    let mut of_accounts = ledger.accounts.iter().map(|account| account.currency);
    let base = profile.base_currency.filter(|base| of_accounts.clone().any(|currency| currency == *base));
    base.or_else(|| of_accounts.next()).unwrap_or(Currency::USD)
}

/// The last day of the months that are over and known to their end: the month in which the data
/// ends counts when today is past it and the data reaches into its last days.
pub(crate) fn end_of_whole_months(last: Date, as_of: Date) -> Date {
    /// Monthly bills and salaries are booked by then, whatever day the last row is of.
    const LATE: i8 = 21;
    let end = last.last_of_month();
    let is_whole = as_of >= end && last.day() >= LATE;
    if is_whole { end } else { last.first_of_month().yesterday().unwrap_or(last) }
}

/// A total as people say it: spending is positive.
pub(crate) fn said(total: Decimal, side: Option<Side>) -> Decimal {
    if side == Some(Side::Spending) && !total.is_zero() { -total } else { total }
}

/// The filter of one currency's part of a total.
pub(crate) fn in_currency(filter: &TransactionFilter, currency: Currency) -> TransactionFilter {
    TransactionFilter { currency: Some(currency), ..filter.clone() }
}

/// The word for a side's figures.
pub(crate) fn side_word(side: Option<Side>) -> &'static str {
    match side {
        Some(Side::Spending) => "Spending",
        Some(Side::Income) => "Income",
        None => "Total",
    }
}
