//! Questions worth asking of a ledger: each one can be answered from it.

use domain::{AccountKind, Category, Ledger, Profile, Side, TransactionFilter};
use finance::GroupBy;
use jiff::{ToSpan, civil::Date};

use crate::{
    toolbox::{main_currency, usual_spending},
    when::Period,
};

/// Up to `n` questions that the built-in model answers with a figure on this very data.
pub fn suggestions(ledger: &Ledger, profile: &Profile, as_of: Date, n: usize) -> Vec<String> {
    let rows = &ledger.transactions;
    let until_today = &rows[..rows.partition_point(|row| row.date <= as_of)];
    let (Some(first), Some(last)) = (until_today.first(), until_today.last()) else { return Vec::new() };
    // The latest month that has ended and has data, else the one in which the data ends.
    let ended = as_of.first_of_month().yesterday().unwrap_or(as_of);
    let day = if last.date < ended || first.date > ended { last.date } else { ended };
    let Some(month) = Period::month(day.year(), day.month()) else { return Vec::new() };
    let in_month = |side| TransactionFilter {
        from: month.from,
        to: month.to,
        side: Some(side),
        ..TransactionFilter::default()
    };
    let spent = finance::group(ledger, &in_month(Side::Spending), GroupBy::Category);
    let name = month.label();
    let mut asked: Vec<String> = Vec::new();
    let categories: Vec<&str> = spent
        .iter()
        .filter_map(|group| group.filter.category.as_ref())
        .filter(|category| **category != Category::UNCATEGORISED && is_askable(category))
        .map(Category::name)
        .collect();
    if let Some(category) = categories.first() {
        asked.push(format!("How much did I spend on {} in {name}?", category.to_lowercase()));
    } else if !spent.is_empty() {
        asked.push(format!("How much did I spend in {name}?"));
    }
    let before = month.previous().and_then(|before| before.from);
    let has_before =
        before.is_some_and(|before| first.date < before.last_of_month().tomorrow().unwrap_or(before));
    if day == ended && has_before && !spent.is_empty() {
        asked.push(format!("What changed in {name}?"));
    }
    if let Some(account) = ledger.accounts.iter().find(|account| account.kind == AccountKind::Checking) {
        let is_only = ledger.accounts.iter().filter(|it| it.kind == account.kind).count() == 1;
        asked.push(if is_only {
            "What is my checking balance?".to_owned()
        } else {
            "What is the balance of all my accounts?".to_owned()
        });
    } else {
        asked.push("What is the balance of all my accounts?".to_owned());
    }
    if spent.len() > 1 {
        asked.push(format!("Who were my top 5 payees in {name}?"));
        asked.push(format!("What was my largest expense in {name}?"));
    }
    let earned = finance::total(ledger, &in_month(Side::Income));
    if !earned.is_empty() {
        asked.push(format!("What was my income in {name}?"));
        asked.push(format!("What was my savings rate in {name}?"));
    }
    // The money at hand is counted in one currency.
    let currency = main_currency(ledger, profile);
    let has_savings = ledger.accounts.iter().any(|account| {
        matches!(account.kind, AccountKind::Savings | AccountKind::Checking) && account.currency == currency
    });
    let half_year = as_of.checked_sub(6.months()).unwrap_or(first.date);
    if has_savings && first.date <= half_year && usual_spending(ledger, profile, as_of).is_some() {
        asked.insert(2.min(asked.len()), "How many months would my savings last?".to_owned());
    }
    if let Some(category) = categories.get(1) {
        asked.push(format!("What is my average monthly spending on {}?", category.to_lowercase()));
    }
    // The profile's income is compared with that of the year up to today.
    let is_recent = as_of.checked_sub(1.year()).is_ok_and(|year_ago| last.date > year_ago);
    if profile.annual_income.is_some() && !earned.is_empty() && is_recent {
        asked.push("How does my income compare with my profile?".to_owned());
    }
    asked.push("Which accounts do I have?".to_owned());
    asked.truncate(n);
    asked
}

/// The words of a category lead back to it.
fn is_askable(category: &Category) -> bool {
    finance::find_category(category.name()).is_some_and(|found| found == *category)
}
