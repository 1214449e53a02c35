//! Money between the household's own accounts, and the interest on what it put aside.

use jiff::{ToSpan, civil::Date};

use super::{
    book::{Book, Entry, Ledgered},
    months::Month,
};

/// Put aside on the 2nd of each month, in cents.
const MONTHLY: i64 = 500_00;
/// What checking holds back for the coming weeks before more is put aside, in cents.
const CUSHION: i64 = 4_500_00;
/// Below this, in cents, money comes back from savings.
const FLOOR: i64 = 1_200_00;
/// Interest a year on savings, in hundredths of a percent.
const RATE: i64 = 310;

/// Pays the card off on the 12th of each month: what was owed at the end of the month before.
pub(super) fn pay_card(book: &mut Book) {
    for month in Month::between(book.from, book.until) {
        let closed = month.first.saturating_sub(1.day());
        let paid_since = 0.max(-book.balance_cents(Ledgered::Card, closed));
        let texts = ("Harbor Card", "Card payment", "Transfer:Card payment");
        transfer(book, Ledgered::Checking, Ledgered::Card, month.working_day(12), paid_since, texts);
    }
}

/// Puts money aside each month, fetches some back when checking runs low, and earns interest.
pub(super) fn put_aside(book: &mut Book) {
    for month in Month::between(book.from, book.until) {
        let texts = ("Rainy Day Savings", "Monthly savings", "Transfer:Savings");
        transfer(book, Ledgered::Checking, Ledgered::Savings, month.day(2), MONTHLY, texts);
        // On the 24th the month's large bills are paid and the second pay is still to come.
        let day = month.day(24);
        let low = month_low(book, month);
        let spare = book.balance_cents(Ledgered::Checking, day) - CUSHION;
        if low < FLOOR {
            let back = (FLOOR - low).div_euclid(100_00) * 100_00 + 100_00;
            let texts = ("Rainy Day Savings", "From savings", "Transfer:Savings");
            transfer(book, Ledgered::Savings, Ledgered::Checking, month.day(2), back, texts);
        } else if spare > 500_00 {
            let extra = spare.div_euclid(100_00) * 100_00;
            let texts = ("Rainy Day Savings", "Extra savings", "Transfer:Savings");
            transfer(book, Ledgered::Checking, Ledgered::Savings, day, extra, texts);
        }
        let end = month.first.last_of_month();
        let interest = book.balance_cents(Ledgered::Savings, end) * RATE / (12 * 100 * 100);
        book.enter(Entry {
            account: Ledgered::Savings,
            date: end,
            cents: interest,
            payee: "Lakeside Bank",
            description: "Interest",
            category: "Income:Interest",
        });
    }
}

/// The lowest that checking stands at the end of a day of the month.
fn month_low(book: &Book, month: Month) -> i64 {
    (1..=month.first.days_in_month())
        .map(|day| book.balance_cents(Ledgered::Checking, month.day(day)))
        .min()
        .unwrap_or_default()
}

fn transfer(
    book: &mut Book,
    from: Ledgered,
    to: Ledgered,
    date: Date,
    cents: i64,
    (payee, description, category): (&'static str, &'static str, &'static str),
) {
    for (account, cents) in [(from, -cents), (to, cents)] {
        book.enter(Entry { account, date, cents, payee, description, category });
    }
}
