//! Making the index: one pass over the rows to see what there is, one to put it into columns.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use domain::{AccountId, Category, CategoryKind, Currency, Ledger, Money, Transaction};
use foldhash::HashMapExt;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{LedgerIndex, Posting, WIDE, pending};
use crate::{
    insight::Known,
    transfers::{self, Transfers},
};

/// Numbers values in the order in which they are met.
struct Numbers<K> {
    known: foldhash::HashMap<K, u32>,
    /// Rows of a ledger repeat what the row before them has.
    last: Option<(K, u32)>,
}

impl<K: Eq + std::hash::Hash + Copy> Numbers<K> {
    fn new() -> Self {
        Self { known: foldhash::HashMap::new(), last: None }
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
    let (currencies, detailed) = survey(ledger);
    let replaced = pending::replaced(ledger, &detailed);
    let is_pending = |at: &u32| {
        let row = &ledger.transactions[*at as usize];
        pending::is_pending(row) && replaced.binary_search(&row.id).is_err()
    };
    let mut index = LedgerIndex {
        accounts: ledger.accounts.clone(),
        postings: Vec::with_capacity(ledger.transactions.len()),
        days: Vec::new(),
        wide: HashMap::new(),
        categories: Vec::new(),
        payees: OnceLock::new(),
        descriptions: OnceLock::new(),
        account_ids: Vec::new(),
        currencies,
        moved: OnceLock::new(),
        transfers: Transfers::chosen(ledger, &detailed),
        known: Known::default(),
        pending: detailed.iter().copied().filter(is_pending).collect(),
        replaced,
    };
    let mut categories = fill(&mut index, ledger);
    transfers::pair(ledger, &mut index);
    for (from, to) in &index.transfers.rows {
        for (row, category) in half_categories(ledger, *from, *to) {
            let Ok(at) = index.postings.binary_search_by_key(&row, |posting| posting.row) else { continue };
            let number = categories.number(category.path(), || index.categories.push(category.clone()));
            index.postings[at].category = number;
        }
    }
    index
}

/// The currencies, with the most decimal places that an amount of each has, and the places of the
/// rows that have details.
fn survey(ledger: &Ledger) -> (Vec<(Currency, u32)>, Vec<u32>) {
    let mut found: Vec<(Currency, u32)> = Vec::new();
    let mut detailed = Vec::new();
    let mut see = |amount: Money| {
        let (currency, scale) = (amount.currency(), amount.amount().scale());
        match found.iter_mut().find(|(it, _)| *it == currency) {
            Some((_, most)) => *most = scale.max(*most),
            None => found.push((currency, scale)),
        }
    };
    for (at, row) in (0u32..).zip(&ledger.transactions) {
        see(row.amount);
        if let Some(details) = &row.details {
            detailed.push(at);
            details.splits.iter().for_each(|split| see(split.amount));
        }
    }
    (found, detailed)
}

/// Puts the rows into columns, as if no row but those that the person named were half of a
/// transfer; gives the categories' numbers.
fn fill<'l>(index: &mut LedgerIndex, ledger: &'l Ledger) -> Numbers<&'l str> {
    let (mut categories, mut accounts) = (Numbers::<&str>::new(), Numbers::<AccountId>::new());
    // Most rows share their category's text: where it lies tells its number, before it is read.
    let mut lies: foldhash::HashMap<(*const u8, usize), u32> = foldhash::HashMap::new();
    let chosen: HashSet<u32> = index.transfers.rows.iter().flat_map(|(from, to)| [*from, *to]).collect();
    for (at, row) in (0u32..).zip(&ledger.transactions) {
        if !index.replaced.is_empty() && index.is_replaced(row.id) {
            continue;
        }
        if index.days.last().is_none_or(|(day, _)| *day != row.date) {
            index.days.push((row.date, index.postings.len() as u32));
        }
        let account = accounts.number(row.account_id, || index.account_ids.push(row.account_id));
        let currency = index.currencies.iter().position(|(it, _)| *it == row.amount.currency());
        let currency = currency.unwrap_or_default() as u16;
        let mut push = |category: &'l Category, amount: Decimal| {
            let path = category.path();
            let category = *lies
                .entry((path.as_ptr(), path.len()))
                .or_insert_with(|| categories.number(path, || index.categories.push(category.clone())));
            let units = units(amount, index.currencies[usize::from(currency)].1);
            let number = index.postings.len() as u32;
            let amount = i64::try_from(units).ok().filter(|units| *units != WIDE).unwrap_or_else(|| {
                index.wide.insert(number, units);
                WIDE
            });
            index.postings.push(Posting { amount, row: at, category, account, currency });
        };
        if row.details.is_none() {
            push(&row.category, row.amount.amount());
            continue;
        }
        let half = chosen.contains(&at).then_some(&row.category);
        parts(row, half).for_each(|(category, amount, _)| push(category, amount));
    }
    categories
}

/// By account: the sum of its rows up to each day that has one.
pub(super) fn moved(index: &LedgerIndex, ledger: &Ledger) -> Vec<Vec<(Date, Decimal)>> {
    let mut moved: Vec<Vec<(Date, Decimal)>> = vec![Vec::new(); index.account_ids.len()];
    let mut last = None;
    for posting in &index.postings {
        // Parts of a row add up to it.
        if last.replace(posting.row) != Some(posting.row) {
            let row = &ledger.transactions[posting.row as usize];
            add_to_day(&mut moved[posting.account as usize], row.date, row.amount.amount());
        }
    }
    moved
}

/// The category that each half of a transfer counts in, by its place in the ledger.
pub(crate) fn halves<'a>(ledger: &'a Ledger, transfers: &Transfers) -> HashMap<u32, &'a Category> {
    let mut halves: HashMap<u32, &Category> = HashMap::new();
    for (from, to) in &transfers.rows {
        halves.extend(half_categories(ledger, *from, *to));
    }
    halves
}

fn half_categories(ledger: &Ledger, from: u32, to: u32) -> [(u32, &Category); 2] {
    let rows = (&ledger.transactions[from as usize], &ledger.transactions[to as usize]);
    let category = pair_category(rows.0, rows.1);
    [(from, transfer_category(rows.0, category)), (to, transfer_category(rows.1, category))]
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
pub(super) fn units(amount: Decimal, scale: u32) -> i128 {
    match scale.saturating_sub(amount.scale()) {
        0 => amount.mantissa(),
        missing => amount.mantissa() * 10i128.pow(missing),
    }
}
