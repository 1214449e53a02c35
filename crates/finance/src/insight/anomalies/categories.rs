//! Months in which far more than usual was spent on a category.

use domain::{Category, Side, TransactionFilter};
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use super::{Anomaly, AnomalyKind, Known, Severity};
use crate::{
    Group, GroupBy, group,
    insight::{
        Proof,
        proof::{median, money},
    },
};

/// Months that "usual" is taken of: a year, so that seasons are in it.
const MONTHS: usize = 12;
/// Fewer tell nothing of a category's months.
const MONTHS_MIN: usize = 6;

pub(super) fn find(known: &Known<'_>) -> Vec<Anomaly> {
    let Some(first) = known.ledger.transactions.first().map(|row| row.date) else { return Vec::new() };
    let filter = TransactionFilter {
        from: Some(known.from.first_of_month().saturating_sub((MONTHS as i64).months()).max(first)),
        to: Some(known.day),
        side: Some(Side::Spending),
        ..TransactionFilter::default()
    };
    let categories = group(known.ledger, &filter, GroupBy::Category);
    categories.into_iter().flat_map(|category| of_category(known, &category)).collect()
}

fn of_category(known: &Known<'_>, category: &Group) -> Vec<Anomaly> {
    let is_named = category.filter.category.as_ref().is_some_and(|it| *it != Category::UNCATEGORISED);
    let from = category.filter.from;
    let (true, Some(from)) = (is_named, from) else { return Vec::new() };
    let months = group(known.ledger, &category.filter, GroupBy::Month);
    let spent = |first: Date| {
        let month =
            months.iter().find(|it| it.filter.from.is_some_and(|from| from.first_of_month() == first));
        month.map_or(Decimal::ZERO, |it| Decimal::ZERO - it.total)
    };
    let firsts =
        std::iter::successors(Some(from.first_of_month()), |month| month.checked_add(1.month()).ok());
    let firsts: Vec<Date> = firsts.take_while(|month| *month <= known.day).collect();
    let all: Vec<Decimal> = firsts.iter().map(|first| spent(*first)).collect();
    let mut found = Vec::new();
    // The month that the data begins in is rarely whole.
    for at in 1 + MONTHS_MIN..firsts.len() {
        let last = firsts[at].last_of_month().min(known.day);
        let before = &all[at.saturating_sub(MONTHS).max(1)..at];
        if known.is_in_window(last)
            && let Some(usual) = is_spike(known, all[at], before, category)
        {
            found.push(spike(category, (firsts[at], last), all[at], usual, before.len()));
        }
    }
    found
}

/// The usual month where this one is far above it, and above all others.
fn is_spike(known: &Known<'_>, spent: Decimal, before: &[Decimal], category: &Group) -> Option<Decimal> {
    let usual = median(before.iter().copied())?;
    let most = before.iter().max()?;
    let often = before.iter().filter(|spent| **spent > Decimal::ZERO).count() * 3 >= before.len() * 2;
    let is_far = spent >= usual * Decimal::TWO && spent * Decimal::from(10) >= *most * Decimal::from(13);
    (often && is_far && known.matters(spent - usual, category.currency, 30)).then_some(usual)
}

fn spike(
    category: &Group,
    (first, last): (Date, Date),
    spent: Decimal,
    usual: Decimal,
    months: usize,
) -> Anomaly {
    let amount = money(spent, category.currency);
    let usual = money(usual, category.currency);
    let rows = TransactionFilter { from: Some(first), to: Some(last), ..category.filter.clone() };
    Anomaly {
        kind: AnomalyKind::HighSpending,
        severity: Severity::Warning,
        date: last,
        subject: category.label.clone(),
        amount,
        usual: Some(usual),
        reason: format!("{amount} in the month, against a median of {usual} in the {months} before"),
        proof: Proof::of_filter("the month against the median of the months before", rows),
    }
}
