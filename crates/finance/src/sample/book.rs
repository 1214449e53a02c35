//! The rows of the sample as they are drawn, and the statement's rows made of them.

use jiff::civil::Date;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rust_decimal::Decimal;

use crate::statement::StatementRow;

/// One of the household's accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ledgered {
    Checking,
    Savings,
    Card,
}

impl Ledgered {
    /// The balance before the first row, in cents.
    pub(super) const fn opening_cents(self) -> i64 {
        match self {
            Self::Checking => 4_812_37,
            Self::Savings => 6_250_00,
            Self::Card => -1_146_52,
        }
    }

    /// The balance before the first row.
    pub(super) fn opening(self) -> Decimal {
        Decimal::new(self.opening_cents(), 2)
    }
}

/// One row as drawn.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) account: Ledgered,
    pub(super) date: Date,
    /// Signed; negative is money out.
    pub(super) cents: i64,
    pub(super) payee: &'static str,
    pub(super) description: &'static str,
    pub(super) category: &'static str,
}

/// The rows drawn so far.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) from: Date,
    pub(super) until: Date,
    pub(super) entries: Vec<Entry>,
}

impl Book {
    pub(super) fn new(from: Date, until: Date) -> Self {
        Self { from, until, entries: Vec::new() }
    }

    /// Enters a row, if its day lies in the two years.
    pub(super) fn enter(&mut self, entry: Entry) {
        if (self.from..=self.until).contains(&entry.date) && entry.cents != 0 {
            self.entries.push(entry);
        }
    }

    /// The account's balance at the end of a day, in cents.
    pub(super) fn balance_cents(&self, account: Ledgered, date: Date) -> i64 {
        let rows = self.entries.iter().filter(|entry| entry.account == account && entry.date <= date);
        account.opening_cents() + rows.map(|entry| entry.cents).sum::<i64>()
    }

    /// The account's rows by date, with the balance after each.
    pub(super) fn rows(&self, account: Ledgered) -> Vec<StatementRow> {
        let mut entries: Vec<&Entry> = self.entries.iter().filter(|entry| entry.account == account).collect();
        entries.sort_by_key(|entry| entry.date);
        let mut balance = account.opening_cents();
        let numbered = entries.into_iter().zip(1..);
        numbered
            .map(|(entry, line)| {
                balance += entry.cents;
                StatementRow {
                    line,
                    date: entry.date,
                    amount: Decimal::new(entry.cents, 2),
                    payee: entry.payee.to_owned(),
                    description: entry.description.to_owned(),
                    category: Some(entry.category.to_owned()),
                    external_id: None,
                    balance: Some(Decimal::new(balance, 2)),
                    details: None,
                }
            })
            .collect()
    }
}

/// The sample's source of chance. Draws from integers only, so that every machine draws the same.
pub(super) struct Draws(pub(super) ChaCha8Rng);

impl Draws {
    /// A whole number from `low` to `high`, both possible.
    pub(super) fn whole(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// A day of the month.
    pub(super) fn day(&mut self) -> i8 {
        self.0.random_range(1i8..=31)
    }

    /// True in `percent` of a hundred draws.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.0.random_range(0u32..100) < percent
    }

    /// One of several.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let last = u32::try_from(of.len()).expect("a list of merchants is short") - 1;
        of[self.0.random_range(0..=last) as usize]
    }

    /// A price: lower ones are likelier, as in shops.
    pub(super) fn price(&mut self, low: i64, high: i64) -> i64 {
        self.whole(low, high).min(self.whole(low, high))
    }
}
