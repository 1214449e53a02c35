//! Money back from a payee: the purchase that it gives back tells its category.

use std::borrow::Cow;

use domain::{AccountId, Category, CategoryKind, CategorySource, Transaction};
use foldhash::HashMap;
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use super::{
    index::{Verdict, verdict},
    is_refund_word,
};
use crate::fold::fold;

/// Days between a purchase and the money back. Fewer would miss what shops take back for a season; more
/// would give a purchase back to whoever happens to pay later.
const DAYS_MAX: i32 = 120;

/// So many earlier rows of money in make a payee one who pays, not one who gives back.
const PAYING_ROWS: usize = 2;

/// Rows of a payee that are looked back at. All of them would take the square of a file's rows, where it
/// has one payee only.
const LOOK_BACK: usize = 64;

/// Words of banks for a booking, in the place of a payee: they name nobody.
const BOOKINGS: &[&str] = &[
    "account",
    "auszahlung",
    "bank",
    "cash",
    "credit",
    "dauerauftrag",
    "debit",
    "deposit",
    "einzahlung",
    "from",
    "gutschrift",
    "incoming",
    "lastschrift",
    "online",
    "outgoing",
    "payment",
    "received",
    "sepa",
    "to",
    "transaction",
    "transfer",
    "uberweisung",
    "virement",
    "withdrawal",
];

/// Gives money in the category of the purchase that it gives back, so that it reduces what was spent.
///
/// `held` are the ledger's rows; `added` are new ones as they are booked, in any order, none of them held.
/// Changed is only what the built-in rules took for other income or for spending. The purchase is the newest
/// of up to 120 days before from the same payee on the same account of which as much is still to come back,
/// one of the very amount before others. Two earlier rows of money in from the payee that were income, or
/// of the same amount, make it income again; so does a payee that is a payment service or no name.
pub fn net_refunds(held: &[Transaction], added: &mut [&mut Transaction]) {
    for (place, category) in refunds(held, added) {
        added[place].category = category;
    }
}

/// A row beside others of its payee and account.
struct Row<'a> {
    row: &'a Transaction,
    /// Where it is among those to be added; none where it is held.
    place: Option<u32>,
}

impl<'a> Row<'a> {
    /// By day; money out first, as its amount is negative. The rest makes the order of a file indifferent.
    fn key(&self) -> (Date, Decimal, bool, &'a Category, &'a str) {
        let Self { row, place } = *self;
        (row.date, row.amount.amount(), place.is_some(), &row.category, &*row.description)
    }
}

/// The places of rows to be added, and the category that each gets.
fn refunds(held: &[Transaction], added: &[&mut Transaction]) -> Vec<(usize, Category)> {
    let mut payees: HashMap<(AccountId, Cow<'_, str>), Vec<Row<'_>>> = HashMap::default();
    for row in added {
        if is_open(row) {
            payees.entry((row.account_id, payee(row))).or_default();
        }
    }
    payees.retain(|(_, payee), _| names_somebody(payee));
    if payees.is_empty() {
        return Vec::new();
    }
    let held = held.iter().map(|row| Row { row, place: None });
    let new = added.iter().zip(0..).map(|(row, place)| Row { row, place: Some(place) });
    for it in held.chain(new) {
        if let Some(rows) = payees.get_mut(&(it.row.account_id, payee(it.row))) {
            rows.push(it);
        }
    }
    payees.into_values().flat_map(of_payee).collect()
}

/// The built-in rules alone decided, and knew no income.
fn is_open(row: &Transaction) -> bool {
    row.amount.amount() > Decimal::ZERO
        && row.category_source == CategorySource::Rule
        && (row.category == Category::OTHER_INCOME || row.category.kind() == CategoryKind::Spending)
        && !row.is_split()
}

/// Whom a row names: of money back without the words that say so.
fn payee(row: &Transaction) -> Cow<'_, str> {
    let payee = row.booked_payee();
    let is_named = |word: &&str| !is_refund_word(&fold(word));
    if row.amount.is_outflow()
        || row.category.kind() != CategoryKind::Spending
        || payee.split(' ').all(|word| is_named(&word))
    {
        return Cow::Borrowed(payee);
    }
    let words: Vec<&str> = payee.split(' ').filter(is_named).collect();
    Cow::Owned(words.join(" ").trim_matches([' ', '-', ':', '/']).to_owned())
}

/// A payment service pays for others, and so does a booking that names nobody.
fn names_somebody(payee: &str) -> bool {
    let words = fold(payee);
    let is_name = |word: &str| word.chars().any(char::is_alphabetic) && !BOOKINGS.contains(&word);
    words.split(' ').any(is_name) && verdict(&words, true) != Some(Verdict::Nothing)
}

fn of_payee(mut rows: Vec<Row<'_>>) -> Vec<(usize, Category)> {
    rows.sort_by(|a, b| a.key().cmp(&b.key()));
    let mut past = Past::default();
    let mut found = Vec::new();
    for Row { row, place } in rows {
        let new = place.filter(|_| is_open(row));
        if let (Some(category), Some(place)) = (past.add(row, new.is_some()), new) {
            found.push((place as usize, category.clone()));
        }
    }
    found
}

/// What went to and came from one payee so far.
#[derive(Default)]
struct Past<'a> {
    purchases: Vec<Purchase<'a>>,
    /// Amounts of money in, and whether they were income.
    received: Vec<(Decimal, bool)>,
}

struct Purchase<'a> {
    date: Date,
    /// What of it was not given back yet.
    left: Decimal,
    category: &'a Category,
}

impl<'a> Past<'a> {
    /// Takes the next row, and tells the category of the purchase that it gives back. Of a row that is not
    /// open the category stays; what it gave back is no more to come.
    fn add(&mut self, row: &'a Transaction, is_open: bool) -> Option<&'a Category> {
        let amount = row.amount.amount();
        let kind = row.category.kind();
        // Comes again once it is booked.
        let is_pending = row.details.as_ref().is_some_and(|details| details.is_pending);
        if row.amount.is_outflow() {
            if kind == CategoryKind::Spending && !is_pending {
                self.purchases.push(Purchase { date: row.date, left: -amount, category: &row.category });
            }
            return None;
        }
        let may_be_refund = kind == CategoryKind::Spending || (is_open && !self.is_paid_by(amount));
        let purchase = if may_be_refund { self.purchase(row.date, amount) } else { None };
        let category = purchase.as_ref().map(|purchase| purchase.category);
        if !is_pending {
            if let Some(purchase) = purchase {
                purchase.left -= amount;
            }
            self.received.push((amount, kind == CategoryKind::Income && category.is_none()));
        }
        category
    }

    /// Whether money like this came often enough before to be income.
    fn is_paid_by(&self, amount: Decimal) -> bool {
        let recent = self.received.iter().rev().take(LOOK_BACK);
        let mut alike = recent.filter(|(earlier, is_income)| *is_income || *earlier == amount);
        alike.nth(PAYING_ROWS - 1).is_some()
    }

    fn purchase(&mut self, day: Date, amount: Decimal) -> Option<&mut Purchase<'a>> {
        let first = day.saturating_sub(DAYS_MAX.days());
        let recent = self.purchases.iter_mut().rev().take(LOOK_BACK);
        let fitting = recent.filter(|it| it.date >= first && it.left >= amount);
        fitting.min_by_key(|it| it.left != amount)
    }
}
