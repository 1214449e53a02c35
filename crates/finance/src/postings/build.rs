//! Making the index: one pass over the rows.

use std::collections::HashMap;

use domain::{AccountId, Category, CategoryKind, Currency, Ledger, Transaction};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{LedgerIndex, Posting, WIDE, pending};
use crate::transfers::{self, Transfers};

/// Numbers values in the order in which they are met.
struct Numbers<K> {
    known: HashMap<K, u32>,
    /// Rows of a ledger repeat what the row before them has.
    last: Option<(K, u32)>,
}

impl<K: Eq + std::hash::Hash + Copy> Numbers<K> {
    fn new() -> Self {
        Self { known: HashMap::new(), last: None }
    }

    /// The value's number; `added` is called where it is a new one.
    fn number(&mut self, value: K, added: impl FnOnce()) -> u32 {
        if let Some((last, number)) = self.last
            && last == value
        {
            return number;
        }
        let next = self.known.len() as u32;
        let number = *self.known.entry(value).or_insert(next);
        if number == next {
            added();
        }
        self.last = Some((value, number));
        number
    }
}

pub(super) fn index(ledger: &Ledger) -> LedgerIndex {
    let replaced = pending::replaced(ledger);
    let transfers = transfers::pair(ledger, &replaced);
    let mut index = LedgerIndex {
        accounts: ledger.accounts.clone(),
        postings: Vec::with_capacity(ledger.transactions.len()),
        days: Vec::new(),
        wide: HashMap::new(),
        categories: Vec::new(),
        payees: Vec::new(),
        texts: Vec::new(),
        account_ids: Vec::new(),
        currencies: currencies(ledger),
        moved: Vec::new(),
        transfers,
        replaced,
    };
    fill(&mut index, ledger);
    index
}

/// The currencies and the most decimal places that an amount of each has.
fn currencies(ledger: &Ledger) -> Vec<(Currency, u32)> {
    let mut found: Vec<(Currency, u32)> = Vec::new();
    for row in &ledger.transactions {
        let parts = row.details.iter().flat_map(|details| &details.splits).map(|split| split.amount);
        for amount in std::iter::once(row.amount).chain(parts) {
            let (currency, scale) = (amount.currency(), amount.amount().scale());
            match found.iter_mut().find(|(it, _)| *it == currency) {
                Some((_, most)) => *most = scale.max(*most),
                None => found.push((currency, scale)),
            }
        }
    }
    found
}

fn fill(index: &mut LedgerIndex, ledger: &Ledger) {
    let (mut payees, mut texts) = (Numbers::<&str>::new(), Numbers::<&str>::new());
    let (mut categories, mut accounts) = (Numbers::<&str>::new(), Numbers::<AccountId>::new());
    // The empty text has a number even where no row has it.
    texts.number("", || index.texts.push(u32::MAX));
    let halves = halves(ledger, &index.transfers);
    for (at, row) in ledger.transactions.iter().enumerate() {
        if index.replaced.binary_search(&row.id).is_ok() {
            continue;
        }
        let at = at as u32;
        if index.days.last().is_none_or(|(day, _)| *day != row.date) {
            index.days.push((row.date, index.postings.len() as u32));
        }
        let payee = payees.number(&row.payee, || index.payees.push(at));
        let text = texts.number(&row.description, || index.texts.push(at));
        let account = accounts.number(row.account_id, || {
            index.account_ids.push(row.account_id);
            index.moved.push(Vec::new());
        });
        add_to_day(&mut index.moved[account as usize], row.date, row.amount.amount());
        let half = halves.get(&at).copied();
        for (category, amount, _) in parts(row, half) {
            let category = categories.number(category.path(), || index.categories.push(category.clone()));
            let currency = index.currencies.iter().position(|(it, _)| *it == row.amount.currency());
            let currency = currency.unwrap_or_default() as u16;
            let units = units(amount, index.currencies[usize::from(currency)].1);
            let number = index.postings.len() as u32;
            let amount = i64::try_from(units).ok().filter(|units| *units != WIDE).unwrap_or_else(|| {
                index.wide.insert(number, units);
                WIDE
            });
            index.postings.push(Posting { amount, row: at, category, payee, text, account, currency });
        }
    }
}

/// The category that each half of a transfer counts in, by its place in the ledger.
pub(crate) fn halves<'a>(ledger: &'a Ledger, transfers: &Transfers) -> HashMap<u32, &'a Category> {
    let mut halves: HashMap<u32, &Category> = HashMap::new();
    for (from, to) in &transfers.rows {
        let rows = (&ledger.transactions[*from as usize], &ledger.transactions[*to as usize]);
        let category = pair_category(rows.0, rows.1);
        halves.insert(*from, transfer_category(rows.0, category));
        halves.insert(*to, transfer_category(rows.1, category));
    }
    halves
}

/// The parts of a row, each with the category that it counts in and its note. `half` is what the
/// row counts in as half of a transfer.
pub(crate) fn parts<'a>(
    row: &'a Transaction,
    half: Option<&'a Category>,
) -> impl Iterator<Item = (&'a Category, Decimal, &'a str)> {
    let splits = row.details.as_ref().map(|details| details.splits.as_slice()).unwrap_or_default();
    let sum: Decimal = splits.iter().map(|split| split.amount.amount()).sum();
    // Parts that do not add up to the row would make money of nothing.
    let is_split = half.is_none() && !splits.is_empty() && sum == row.amount.amount();
    let splits = if is_split { splits } else { &[] };
    let whole = (!is_split).then(|| (half.unwrap_or_else(|| own_category(row)), row.amount.amount(), ""));
    let parts = splits.iter().map(|split| (&split.category, split.amount.amount(), split.note.as_str()));
    whole.into_iter().chain(parts)
}

/// The row's category. Where the person said that it is no transfer, a rule's word for it does not count.
fn own_category(row: &Transaction) -> &Category {
    const NO_INCOME: &Category = &Category::OTHER_INCOME;
    const NO_SPENDING: &Category = &Category::UNCATEGORISED;
    let says_no =
        row.details.as_ref().is_some_and(|details| details.transfer == Some(domain::TransferChoice::No));
    let by_person = matches!(row.category_source, domain::CategorySource::Person);
    match row.category.kind() {
        CategoryKind::Transfer if says_no && !by_person => {
            if row.amount.is_outflow() {
                NO_SPENDING
            } else {
                NO_INCOME
            }
        }
        _ => &row.category,
    }
}

/// A half keeps its own word for a transfer.
fn transfer_category<'a>(row: &'a Transaction, pair: &'a Category) -> &'a Category {
    if row.category.kind() == CategoryKind::Transfer { &row.category } else { pair }
}

/// What a half counts in that has no word of its own for a transfer: the other half's.
fn pair_category<'a>(one: &'a Transaction, other: &'a Transaction) -> &'a Category {
    const TRANSFER: &Category = &Category::TRANSFER;
    [one, other]
        .into_iter()
        .map(|row| &row.category)
        .find(|category| category.kind() == CategoryKind::Transfer && **category != Category::OPENING_BALANCE)
        .unwrap_or(TRANSFER)
}

fn add_to_day(days: &mut Vec<(Date, Decimal)>, day: Date, amount: Decimal) {
    match days.last_mut() {
        Some((last, sum)) if *last == day => *sum += amount,
        last => {
            let before = last.map_or(Decimal::ZERO, |(_, sum)| *sum);
            days.push((day, before + amount));
        }
    }
}

/// The amount in units of 10^-scale; the amount has no more decimal places than that.
fn units(amount: Decimal, scale: u32) -> i128 {
    amount.mantissa() * 10i128.pow(scale.saturating_sub(amount.scale()))
}
