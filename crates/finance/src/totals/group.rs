//! Grouping rows, each group with the filter that finds exactly its rows.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap, HashSet},
};

use domain::{AccountId, Category, Currency, Ledger, TransactionFilter};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::period::Period;
use crate::postings::{LedgerIndex, Selection};

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

/// The matching rows in groups. Groups of time come in time's order, with empty periods between
/// the first and the last filled in as zero; others by magnitude, largest first.
pub fn group(ledger: &Ledger, filter: &TransactionFilter, by: GroupBy) -> Vec<Group> {
    let index = LedgerIndex::of(ledger);
    let selection = Selection::new(ledger, &index, filter);
    let question = Question { ledger, index: &index, filter, selection };
    if let Some(period) = by.period() {
        return question.by_period(period);
    }
    let mut groups = match by {
        GroupBy::Category => question.by_category(),
        GroupBy::CategoryGroup => question.by_category_group(),
        GroupBy::Payee => question.by_payee(),
        _ => question.by_account(),
    };
    groups.sort_by(|a, b| larger_first((a.total, &a.label, a.currency), (b.total, &b.label, b.currency)));
    groups
}

fn larger_first(a: (Decimal, &str, Currency), b: (Decimal, &str, Currency)) -> Ordering {
    b.0.abs().cmp(&a.0.abs()).then_with(|| (a.1, a.2).cmp(&(b.1, b.2)))
}

/// A ledger's question, and what it is answered from.
struct Question<'a> {
    ledger: &'a Ledger,
    index: &'a LedgerIndex,
    filter: &'a TransactionFilter,
    selection: Selection<'a>,
}

impl Question<'_> {
    fn made(
        &self,
        label: String,
        currency: u16,
        units: i128,
        count: u64,
        filter: TransactionFilter,
    ) -> Group {
        let (total, currency) =
            (self.index.decimal(currency, units), self.index.currencies[usize::from(currency)].0);
        let filter = TransactionFilter { currency: Some(currency), ..filter };
        Group { label, currency, total, count, filter }
    }

    fn with_category(&self, category: Category) -> TransactionFilter {
        TransactionFilter { category: Some(category), ..self.filter.clone() }
    }

    fn by_category(&self) -> Vec<Group> {
        let categories = &self.index.categories;
        let mut found = self.index.sums(&self.selection, categories.len(), |_, posting| posting.category);
        // A filter cannot part `Food` from `Food:Groceries`: both count as the group.
        let bare: HashMap<&str, u32> = found
            .iter()
            .map(|(category, ..)| (categories[*category as usize].path(), *category))
            .filter(|(path, _)| !path.contains(':'))
            .collect();
        if found.iter().any(|(it, ..)| {
            let category = &categories[*it as usize];
            category.path().contains(':') && bare.contains_key(category.group())
        }) {
            let numbers: Vec<u32> = (0..)
                .zip(categories)
                .map(|(own, category)| bare.get(category.group()).copied().unwrap_or(own))
                .collect();
            found = self
                .index
                .sums(&self.selection, categories.len(), |_, posting| numbers[posting.category as usize]);
        }
        let mut by_name: HashMap<&str, HashSet<u32>> = HashMap::new();
        for (category, ..) in &found {
            by_name.entry(categories[*category as usize].name()).or_default().insert(*category);
        }
        found
            .iter()
            .map(|&(category, currency, sum)| {
                let category = &categories[category as usize];
                let is_only = by_name[category.name()].len() == 1;
                let label = if is_only { category.name() } else { category.path() };
                let filter = self.with_category(category.clone());
                self.made(label.to_owned(), currency, sum.units, sum.count, filter)
            })
            .collect()
    }

    fn by_category_group(&self) -> Vec<Group> {
        // A filter by `Food:Groceries` stays that narrow: its group would find more rows.
        let narrow = self.filter.category.as_ref().filter(|category| category.path().contains(':'));
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut names: Vec<&str> = Vec::new();
        let numbers: Vec<u32> = self
            .index
            .categories
            .iter()
            .map(|category| {
                *known.entry(category.group()).or_insert_with(|| {
                    names.push(category.group());
                    names.len() as u32 - 1
                })
            })
            .collect();
        let sums =
            self.index.sums(&self.selection, names.len(), |_, posting| numbers[posting.category as usize]);
        sums.into_iter()
            .map(|(group, currency, sum)| {
                let group = names[group as usize];
                let whole = || Category::new(group).unwrap_or(Category::UNCATEGORISED);
                let filter = self.with_category(narrow.cloned().unwrap_or_else(whole));
                self.made(group.to_owned(), currency, sum.units, sum.count, filter)
            })
            .collect()
    }

    fn by_payee(&self) -> Vec<Group> {
        let payees = self.index.payees(self.ledger);
        let spelling =
            |payee: u32| &*self.ledger.transactions[payees.first_row[payee as usize] as usize].payee;
        let mut folded: HashMap<(String, u16), (&str, u64, i128, u64)> = HashMap::new();
        let number = |row: u32| payees.of_row[row as usize];
        let sums = self.index.sums(&self.selection, payees.first_row.len(), |_, posting| number(posting.row));
        for (payee, currency, sum) in sums {
            let payee = spelling(payee);
            let entry = folded.entry((payee.to_lowercase(), currency)).or_insert((payee, 0, 0, 0));
            // The spelling of most rows is the label.
            if (sum.count, payee) > (entry.1, entry.0) {
                (entry.0, entry.1) = (payee, sum.count);
            }
            entry.2 += sum.units;
            entry.3 += sum.count;
        }
        let groups = folded.into_iter().map(|((_, currency), (payee, _, units, count))| {
            let filter = TransactionFilter { payee: Some(payee.to_owned()), ..self.filter.clone() };
            self.made(payee.to_owned(), currency, units, count, filter)
        });
        groups.collect()
    }

    fn by_account(&self) -> Vec<Group> {
        let accounts = &self.index.account_ids;
        let name = |id: AccountId| {
            self.ledger.account(id).map_or_else(|| id.to_string(), |account| account.name.clone())
        };
        let sums = self.index.sums(&self.selection, accounts.len(), |_, posting| posting.account);
        sums.into_iter()
            .map(|(account, currency, sum)| {
                let account = accounts[account as usize];
                let filter = TransactionFilter { account: Some(account), ..self.filter.clone() };
                self.made(name(account), currency, sum.units, sum.count, filter)
            })
            .collect()
    }

    fn by_period(&self, period: Period) -> Vec<Group> {
        // Postings come by day, so a day's period is worked out once a day.
        let days = &self.index.days;
        let mut starts: Vec<Date> = Vec::new();
        let of_day: Vec<u32> = days
            .iter()
            .map(|(day, _)| {
                let start = period.start(*day);
                if starts.last() != Some(&start) {
                    starts.push(start);
                }
                starts.len() as u32 - 1
            })
            .collect();
        let mut day = 0;
        let sums = self.index.sums(&self.selection, starts.len(), |at, _| {
            while days.get(day + 1).is_some_and(|(_, first)| *first as usize <= at) {
                day += 1;
            }
            of_day[day]
        });
        let mut periods: BTreeMap<(Date, Currency), (u16, i128, u64)> = sums
            .into_iter()
            .map(|(start, currency, sum)| {
                let code = self.index.currencies[usize::from(currency)].0;
                ((starts[start as usize], code), (currency, sum.units, sum.count))
            })
            .collect();
        fill(&mut periods, period);
        let groups = periods.into_iter().map(|((start, _), (currency, units, count))| {
            let end = period.end(start);
            let filter = TransactionFilter {
                from: Some(self.filter.from.map_or(start, |from| from.max(start))),
                to: Some(self.filter.to.map_or(end, |to| to.min(end))),
                ..self.filter.clone()
            };
            self.made(period.label(start), currency, units, count, filter)
        });
        groups.collect()
    }
}

fn fill(periods: &mut BTreeMap<(Date, Currency), (u16, i128, u64)>, period: Period) {
    let (Some((&(first, _), _)), Some((&(last, _), _))) =
        (periods.first_key_value(), periods.last_key_value())
    else {
        return;
    };
    let currencies: HashMap<Currency, u16> =
        periods.iter().map(|((_, code), (currency, ..))| (*code, *currency)).collect();
    let starts: Vec<Date> = std::iter::successors(Some(first), |start| period.next(*start))
        .take_while(|start| *start <= last)
        .take(FILLED_MAX + 1)
        .collect();
    if starts.len() * currencies.len() > FILLED_MAX {
        return;
    }
    for start in starts {
        for (code, currency) in &currencies {
            periods.entry((start, *code)).or_insert((*currency, 0, 0));
        }
    }
}
