//! What rows must have beyond names and days: not those, of some weekdays, of some size, of a kind
//! of accounts.

use std::fmt::Write;

use domain::{Category, LeftOut, LeftOuts, TransactionFilter};
use jiff::civil::Weekday;

use super::{Input, ToolError, Toolbox, names};

impl Toolbox {
    /// Adds what an input narrows to, and tells it in words: ` without Rent`.
    pub(super) fn narrow(&self, input: &Input, filter: &mut TransactionFilter) -> Result<String, ToolError> {
        let mut words = String::new();
        if let Some(kind) = filter.account_kind {
            write!(words, " from {} accounts", names::kind_word(kind)).expect("a string takes it");
        }
        let left_out: Vec<(LeftOut, String)> =
            input.without.iter().map(|name| self.left_out(name)).collect::<Result<_, _>>()?;
        let (parts, names): (Vec<LeftOut>, Vec<String>) = left_out.into_iter().unzip();
        if !names.is_empty() {
            write!(words, " without {}", joined(&names)).expect("a string takes it");
        }
        filter.without = LeftOuts(parts);
        let mut weekdays: Vec<Weekday> = Vec::new();
        for name in &input.weekdays {
            let day = crate::when::weekday(name)
                .ok_or_else(|| ToolError::InvalidInput { message: format!("{name:?} is no weekday") })?;
            if !weekdays.contains(&day) {
                weekdays.push(day);
            }
        }
        if !weekdays.is_empty() {
            write!(words, " on {}", weekday_words(&weekdays)).expect("a string takes it");
        }
        filter.weekdays = weekdays.into_iter().collect();
        (filter.min, filter.max, filter.above, filter.below) =
            (input.min, input.max, input.above, input.below);
        if let (Some(min), true) = (input.min, input.min == input.max) {
            write!(words, " of {}", min.normalize()).expect("a string takes it");
            return Ok(words);
        }
        let sizes = [
            (input.above, "over"),
            (input.min, "of at least"),
            (input.below, "under"),
            (input.max, "of at most"),
        ];
        for (bound, word) in sizes {
            if let Some(bound) = bound {
                write!(words, " {word} {}", bound.normalize()).expect("a string takes it");
            }
        }
        Ok(words)
    }

    /// The account of a name, or the kind that it means where there are several of it.
    pub(super) fn on_account(
        &self,
        name: Option<&str>,
        filter: TransactionFilter,
    ) -> Result<TransactionFilter, ToolError> {
        let Some(name) = name else { return Ok(filter) };
        match (self.account(name), names::account_kind(name)) {
            (Err(ToolError::Ambiguous { .. }), Some(kind)) => {
                Ok(TransactionFilter { account_kind: Some(kind), ..filter })
            }
            (found, _) => Ok(TransactionFilter { account: Some(found?), ..filter }),
        }
    }

    /// What a name leaves out, and what it is called.
    fn left_out(&self, name: &str) -> Result<(LeftOut, String), ToolError> {
        if name == "refunds" {
            return Ok((LeftOut::Refunds, name.to_owned()));
        }
        if let Ok(id) = self.account(name) {
            let words =
                self.ledger.account(id).map_or_else(|| name.to_owned(), |account| account.name.clone());
            return Ok((LeftOut::Account(id), words));
        }
        let exact = Category::new(name).ok().filter(|category| self.names().has_category(category));
        let category = |category: Category| {
            let words = category.name().to_owned();
            (LeftOut::Category(category), words)
        };
        if let Some(exact) = exact {
            return Ok(category(exact));
        }
        if let Ok(payee) = self.payee(name) {
            return Ok((LeftOut::Payee(payee.clone()), payee));
        }
        if let Some(found) = self.names().category(name) {
            return Ok(category(found));
        }
        let filter = TransactionFilter { text: Some(name.to_owned()), ..TransactionFilter::default() };
        if !finance::any_matching(&self.ledger, &filter) {
            return Err(ToolError::UnknownName { what: "category, payee or account", name: name.to_owned() });
        }
        Ok((LeftOut::Text(name.to_owned()), format!("“{name}”")))
    }
}

/// `weekends`, `weekdays`, `Mondays and Fridays`.
fn weekday_words(days: &[Weekday]) -> String {
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    let are = |all: &[Weekday]| days.len() == all.len() && all.iter().all(|day| days.contains(day));
    if are(&[Saturday, Sunday]) {
        return "weekends".to_owned();
    }
    if are(&[Monday, Tuesday, Wednesday, Thursday, Friday]) {
        return "weekdays".to_owned();
    }
    let names: Vec<String> = days.iter().map(|day| format!("{day:?}s")).collect();
    joined(&names)
}

/// Parts of a list as a sentence has them.
pub(super) fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
