//! Grouping rows, each group with the filter that finds exactly its rows.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap, HashSet},
};

use domain::{AccountId, Category, Currency, Ledger, Money, Transaction, TransactionFilter};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{matching, period::Period};

/// What the rows of one group have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupBy {
    /// The category. Where rows have a group itself as their category (`Food` beside
    /// `Food:Groceries`), the whole group is one, because a filter cannot part them.
    Category,
    /// The category's first level.
    CategoryGroup,
    /// The payee, whatever its case.
    Payee,
    /// The account.
    Account,
    /// The booking day.
    Day,
    /// The week, Monday to Sunday.
    Week,
    /// The month.
    Month,
    /// The quarter.
    Quarter,
    /// The year.
    Year,
}

impl GroupBy {
    fn period(self) -> Option<Period> {
        match self {
            Self::Category | Self::CategoryGroup | Self::Payee | Self::Account => None,
            Self::Day => Some(Period::Day),
            Self::Week => Some(Period::Week),
            Self::Month => Some(Period::Month),
            Self::Quarter => Some(Period::Quarter),
            Self::Year => Some(Period::Year),
        }
    }
}

/// The sum of rows that have something in common, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What they have in common: a category's name (its path where two share a name), a payee
    /// (empty where the bank names none), an account's name, or a period such as `2024-03-05`,
    /// `2024-W10`, `2024-03`, `2024-Q1`, `2024`.
    pub label: String,
    /// Their currency.
    pub currency: Currency,
    /// Signed sum; money out is negative.
    pub total: Decimal,
    /// How many rows.
    pub count: u64,
    /// Finds exactly these rows.
    pub filter: TransactionFilter,
}

/// Empty periods are filled in while a list stays at most this long; a longer one no page shows.
const FILLED_MAX: usize = 1_200;

#[derive(Default, Clone, Copy)]
struct Sum {
    total: Decimal,
    count: u64,
}

impl Sum {
    fn add(&mut self, amount: Money) {
        self.total += amount.amount();
        self.count += 1;
    }

    fn merge(&mut self, other: Self) {
        self.total += other.total;
        self.count += other.count;
    }
}

/// The matching rows in groups. Groups of time come in time's order, with empty periods between
/// the first and the last filled in as zero; others by magnitude, largest first.
pub fn group(ledger: &Ledger, filter: &TransactionFilter, by: GroupBy) -> Vec<Group> {
    if let Some(period) = by.period() {
        return by_period(ledger, filter, period);
    }
    let mut groups = match by {
        GroupBy::Category => by_category(ledger, filter),
        GroupBy::CategoryGroup => by_category_group(ledger, filter),
        GroupBy::Payee => by_payee(ledger, filter),
        _ => by_account(ledger, filter),
    };
    groups.sort_by(|a, b| larger_first((a.total, &a.label, a.currency), (b.total, &b.label, b.currency)));
    groups
}

fn larger_first(a: (Decimal, &str, Currency), b: (Decimal, &str, Currency)) -> Ordering {
    b.0.abs().cmp(&a.0.abs()).then_with(|| (a.1, a.2).cmp(&(b.1, b.2)))
}

/// Sums by a key; a run of equal keys is looked up once.
fn sums<'a, K: Eq + std::hash::Hash + Copy>(
    rows: impl Iterator<Item = &'a Transaction>,
    key: impl Fn(&'a Transaction) -> K,
) -> HashMap<(K, Currency), Sum> {
    let mut sums: HashMap<(K, Currency), Sum> = HashMap::new();
    let mut run: Option<((K, Currency), Sum)> = None;
    for row in rows {
        let at = (key(row), row.amount.currency());
        match &mut run {
            Some((current, sum)) if *current == at => sum.add(row.amount),
            _ => {
                if let Some((done, sum)) = run.take() {
                    sums.entry(done).or_default().merge(sum);
                }
                let mut sum = Sum::default();
                sum.add(row.amount);
                run = Some((at, sum));
            }
        }
    }
    if let Some((done, sum)) = run {
        sums.entry(done).or_default().merge(sum);
    }
    sums
}

fn made(label: String, currency: Currency, sum: Sum, filter: TransactionFilter) -> Group {
    let filter = TransactionFilter { currency: Some(currency), ..filter };
    Group { label, currency, total: sum.total, count: sum.count, filter }
}

fn with_category(filter: &TransactionFilter, category: Category) -> TransactionFilter {
    TransactionFilter { category: Some(category), ..filter.clone() }
}

fn owned_category(path: &str) -> Category {
    Category::new(path).unwrap_or(Category::UNCATEGORISED)
}

fn by_category(ledger: &Ledger, filter: &TransactionFilter) -> Vec<Group> {
    let by_path = sums(matching(ledger, filter), |row| row.category.path());
    let bare: HashSet<&str> =
        by_path.keys().map(|(path, _)| *path).filter(|path| !path.contains(':')).collect();
    let mut merged: HashMap<(&str, Currency), Sum> = HashMap::new();
    for ((path, currency), sum) in by_path {
        let group = path.split_once(':').map_or(path, |(group, _)| group);
        let path = if bare.contains(group) { group } else { path };
        merged.entry((path, currency)).or_default().merge(sum);
    }
    let mut by_name: HashMap<&str, HashSet<&str>> = HashMap::new();
    for (path, _) in merged.keys() {
        by_name.entry(last_level(path)).or_default().insert(path);
    }
    merged
        .iter()
        .map(|(&(path, currency), &sum)| {
            let name = last_level(path);
            let label = if by_name[name].len() == 1 { name } else { path };
            made(label.to_owned(), currency, sum, with_category(filter, owned_category(path)))
        })
        .collect()
}

fn last_level(path: &str) -> &str {
    path.rsplit_once(':').map_or(path, |(_, name)| name)
}

fn by_category_group(ledger: &Ledger, filter: &TransactionFilter) -> Vec<Group> {
    // A filter by `Food:Groceries` stays that narrow: its group would find more rows.
    let narrow = filter.category.as_ref().filter(|category| category.path().contains(':'));
    sums(matching(ledger, filter), |row| row.category.group())
        .into_iter()
        .map(|((group, currency), sum)| {
            let category = narrow.cloned().unwrap_or_else(|| owned_category(group));
            made(group.to_owned(), currency, sum, with_category(filter, category))
        })
        .collect()
}

fn by_payee(ledger: &Ledger, filter: &TransactionFilter) -> Vec<Group> {
    let mut folded: HashMap<(String, Currency), (&str, u64, Sum)> = HashMap::new();
    for ((payee, currency), sum) in sums(matching(ledger, filter), |row| row.payee.as_str()) {
        let entry = folded.entry((payee.to_lowercase(), currency)).or_insert((payee, 0, Sum::default()));
        // The spelling of most rows is the label.
        if (sum.count, payee) > (entry.1, entry.0) {
            (entry.0, entry.1) = (payee, sum.count);
        }
        entry.2.merge(sum);
    }
    let mut found: Vec<(&str, Currency, Sum)> =
        folded.into_iter().map(|((_, currency), (payee, _, sum))| (payee, currency, sum)).collect();
    // Sorted while small: thousands of payees are not rare, and a group is large to move.
    found.sort_unstable_by(|a, b| larger_first((a.2.total, a.0, a.1), (b.2.total, b.0, b.1)));
    found
        .into_iter()
        .map(|(payee, currency, sum)| {
            let filter = TransactionFilter { payee: Some(payee.to_owned()), ..filter.clone() };
            made(payee.to_owned(), currency, sum, filter)
        })
        .collect()
}

fn by_account(ledger: &Ledger, filter: &TransactionFilter) -> Vec<Group> {
    let name =
        |id: AccountId| ledger.account(id).map_or_else(|| id.to_string(), |account| account.name.clone());
    sums(matching(ledger, filter), |row| row.account_id)
        .into_iter()
        .map(|((account, currency), sum)| {
            let filter = TransactionFilter { account: Some(account), ..filter.clone() };
            made(name(account), currency, sum, filter)
        })
        .collect()
}

fn by_period(ledger: &Ledger, filter: &TransactionFilter, period: Period) -> Vec<Group> {
    // Rows come by date, so a day's period is worked out once a day, not once a row.
    let by_day = sums(matching(ledger, filter), |row| row.date);
    let mut periods: BTreeMap<(Date, Currency), Sum> = BTreeMap::new();
    for ((day, currency), sum) in by_day {
        periods.entry((period.start(day), currency)).or_default().merge(sum);
    }
    fill(&mut periods, period);
    periods
        .into_iter()
        .map(|((start, currency), sum)| {
            let end = period.end(start);
            let filter = TransactionFilter {
                from: Some(filter.from.map_or(start, |from| from.max(start))),
                to: Some(filter.to.map_or(end, |to| to.min(end))),
                ..filter.clone()
            };
            made(period.label(start), currency, sum, filter)
        })
        .collect()
}

fn fill(periods: &mut BTreeMap<(Date, Currency), Sum>, period: Period) {
    let (Some((&(first, _), _)), Some((&(last, _), _))) =
        (periods.first_key_value(), periods.last_key_value())
    else {
        return;
    };
    let currencies: HashSet<Currency> = periods.keys().map(|(_, currency)| *currency).collect();
    let starts: Vec<Date> = std::iter::successors(Some(first), |start| period.next(*start))
        .take_while(|start| *start <= last)
        .take(FILLED_MAX + 1)
        .collect();
    if starts.len() * currencies.len() > FILLED_MAX {
        return;
    }
    for start in starts {
        for currency in &currencies {
            periods.entry((start, *currency)).or_default();
        }
    }
}
