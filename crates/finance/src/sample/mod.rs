//! A made-up household: two years of three accounts and a profile that fits them.
//!
//! The same seed and day give the same rows on every machine. No merchant exists.

#![expect(clippy::inconsistent_digit_grouping, reason = "amounts are cents, the last two digits set apart")]

mod book;
mod card;
mod checking;
mod months;
mod profile;
mod savings;

use domain::{AccountKind, Currency, Profile};
use jiff::{ToSpan, civil::Date};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::statement::{Statement, StatementAccount};
use book::{Book, Draws, Ledgered};
use months::Month;

/// What the sample household is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleHousehold {
    /// Checking, savings and credit card, each with its closing balance on the last day.
    pub statement: Statement,
    /// The profile of the person whose accounts they are.
    pub profile: Profile,
}

/// Months of history.
const MONTHS: i32 = 24;

/// Two years of a household, up to and with `until`. Every row names its category.
pub fn sample_household(seed: u64, until: Date) -> SampleHousehold {
    let from = until.saturating_sub(MONTHS.months()).saturating_add(1.day());
    let mut draws = Draws(ChaCha8Rng::seed_from_u64(seed));
    let mut book = Book::new(from, until);
    for month in Month::between(from, until) {
        checking::enter(&mut book, &mut draws, month);
        card::enter(&mut book, &mut draws, month);
    }
    card::refund(&mut book, &mut draws);
    savings::pay_card(&mut book);
    savings::put_aside(&mut book);
    let accounts = vec![
        account(&book, Ledgered::Checking, "Everyday Checking", "SAMPLE-CHECKING", AccountKind::Checking),
        account(&book, Ledgered::Savings, "Rainy Day Savings", "SAMPLE-SAVINGS", AccountKind::Savings),
        account(&book, Ledgered::Card, "Harbor Card", "SAMPLE-CARD", AccountKind::CreditCard),
    ];
    let statement = Statement {
        format: "sample".to_owned(),
        encoding: "UTF-8".to_owned(),
        accounts,
        skipped: Vec::new(),
        csv: None,
    };
    SampleHousehold { statement, profile: profile::profile(until) }
}

fn account(book: &Book, which: Ledgered, name: &str, number: &str, kind: AccountKind) -> StatementAccount {
    let rows = book.rows(which);
    let opening = which.opening();
    StatementAccount {
        number: Some(number.to_owned()),
        name: name.to_owned(),
        kind,
        currency: Some(Currency::USD),
        opening_balance: Some(opening),
        closing_balance: Some(rows.last().and_then(|row| row.balance).unwrap_or(opening)),
        closing_date: Some(book.until),
        rows,
    }
}
