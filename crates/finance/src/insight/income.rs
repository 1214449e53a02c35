//! Which money in comes again, which of it is pay, and when the next is due.

use domain::{Category, CategoryKind, Ledger, Profile};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::recurring::{Cadence, Recurring, RecurringKind, recurring};
use crate::fold::fold;

/// Money in that comes again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomeStream {
    /// It is pay: what a household lives from.
    pub is_pay: bool,
    /// Why it is taken for pay, or why not.
    pub reason: String,
    /// Who pays, how often, how much, when next; with its rows.
    #[serde(flatten)]
    pub recurring: Recurring,
}

/// The streams of income up to a day: pay first, then the largest a month.
///
/// Pay is what the category says (salary, pension, benefits), what comes from the profile's employer, or
/// else, where nothing says so, the largest stream of at least every month if it is more than all the
/// others together.
pub fn income_streams(ledger: &Ledger, profile: &Profile, day: Date) -> Vec<IncomeStream> {
    streams_of(recurring(ledger, day), profile)
}

/// The streams of income among what comes again.
pub fn streams_of(all: Vec<Recurring>, profile: &Profile) -> Vec<IncomeStream> {
    let employer = profile.employer_name.as_deref().map(fold).filter(|name| !name.is_empty());
    let mut streams: Vec<IncomeStream> = all
        .into_iter()
        .filter(|it| it.kind == RecurringKind::Income)
        .map(|recurring| {
            let reason = pay_reason(&recurring, employer.as_deref());
            IncomeStream {
                is_pay: reason.is_some(),
                reason: reason.unwrap_or_else(|| "nothing says that it is pay".to_owned()),
                recurring,
            }
        })
        .collect();
    if !streams.iter().any(|stream| stream.is_pay) {
        mark_largest(&mut streams);
    }
    streams.sort_by_key(|stream| (!stream.recurring.is_active(), !stream.is_pay));
    streams
}

fn pay_reason(stream: &Recurring, employer: Option<&str>) -> Option<String> {
    let category = &stream.category;
    if matches!(category.name(), "Salary" | "Pension" | "Benefits") && category.kind() == CategoryKind::Income
    {
        return Some(format!("its category is {}", category.name()));
    }
    let payee = fold(&stream.payee);
    let is_often = stream.cadence <= Cadence::Monthly;
    employer
        .filter(|name| is_often && payee.contains(name))
        .map(|_| "the profile names the employer".to_owned())
}

fn mark_largest(streams: &mut [IncomeStream]) {
    let a_month = |stream: &IncomeStream| stream.recurring.a_month.amount();
    let is_open = |stream: &IncomeStream| {
        let category = &stream.recurring.category;
        *category == Category::OTHER_INCOME || category.kind() != CategoryKind::Income
    };
    let active = || streams.iter().filter(|stream| stream.recurring.is_active());
    let all: Decimal = active().map(a_month).sum();
    let largest = streams.iter().position(|stream| {
        let recurring = &stream.recurring;
        recurring.is_active()
            && recurring.cadence <= Cadence::Monthly
            && is_open(stream)
            && a_month(stream) * Decimal::TWO > all
    });
    if let Some(at) = largest {
        streams[at].is_pay = true;
        "it is more than all other income together".clone_into(&mut streams[at].reason);
    }
}

/// The next day with pay after a day, and the stream that pays.
pub fn next_pay_day(streams: &[IncomeStream], day: Date) -> Option<(Date, &IncomeStream)> {
    let next = |stream: &IncomeStream| {
        let until = stream.recurring.cadence.later(day, 2)?;
        stream.recurring.due_between(day.tomorrow().ok()?, until).first().copied()
    };
    let due = streams.iter().filter(|stream| stream.is_pay);
    due.filter_map(|stream| Some((next(stream)?, stream))).min_by_key(|(due, _)| *due)
}
