//! The postings of a filter, found fast.

use std::ops::Range;

use domain::{CategoryKind, ImportId, Ledger, LeftOut, Side, TransactionFilter, TransactionId};
use jiff::civil::Date;

use super::{LedgerIndex, Posting, sizes::Sizes, texts::Texts};
use crate::totals::Needle;

/// A filter's conditions on an index's numbers.
pub(crate) struct Selection<'a> {
    ledger: &'a Ledger,
    index: &'a LedgerIndex,
    /// The postings of the days asked for.
    ranges: Vec<Range<usize>>,
    account: Option<u32>,
    currency: Option<u16>,
    import: Option<ImportId>,
    transaction: Option<TransactionId>,
    /// By number: whether it is asked for; none where any is.
    accounts: Option<Vec<bool>>,
    categories: Option<Vec<bool>>,
    payees: Option<Asked<'a>>,
    /// In the payee, in the description.
    texts: Option<(Asked<'a>, Asked<'a>)>,
    left_out: Vec<(Asked<'a>, Asked<'a>)>,
    /// By category: whether money in is a refund, which is left out.
    refunds: Option<Vec<bool>>,
    /// Money in is left out, money out is.
    directions: [bool; 2],
    sizes: Option<Sizes>,
}

/// The rows with texts that are asked for.
struct Asked<'a> {
    texts: &'a Texts,
    /// By the texts' numbers.
    numbers: Vec<bool>,
}

impl Asked<'_> {
    fn has(&self, row: u32) -> bool {
        self.numbers[self.texts.of_row[row as usize] as usize]
    }
}

impl<'a> Selection<'a> {
    pub(crate) fn new(ledger: &'a Ledger, index: &'a LedgerIndex, filter: &TransactionFilter) -> Self {
        let account = filter.account.map(|id| index.account_ids.iter().position(|it| *it == id));
        let currency = filter.currency.map(|it| index.currencies.iter().position(|(known, _)| *known == it));
        let is_empty = account == Some(None) || currency == Some(None);
        let is_refund = |left_out: &LeftOut| *left_out == LeftOut::Refunds;
        let leaves_out = |direction| filter.without.0.contains(&direction);
        let spending = || index.categories.iter().map(|it| it.kind() == CategoryKind::Spending).collect();
        let left_out = filter.without.0.iter().filter_map(|left_out| match left_out {
            LeftOut::Text(text) => Some(texts(ledger, index, text)),
            _ => None,
        });
        Self {
            ledger,
            index,
            ranges: if is_empty { Vec::new() } else { ranges(index, filter) },
            account: account.flatten().map(|at| at as u32),
            currency: currency.flatten().map(|at| at as u16),
            import: filter.import,
            transaction: filter.transaction,
            accounts: accounts(ledger, index, filter),
            categories: categories(index, filter),
            payees: asked_payees(ledger, index, filter),
            texts: filter.text.as_deref().map(|text| texts(ledger, index, text)),
            left_out: left_out.collect(),
            refunds: filter.without.0.iter().any(is_refund).then(spending),
            directions: [leaves_out(LeftOut::MoneyIn), leaves_out(LeftOut::MoneyOut)],
            sizes: Sizes::of(index, filter),
        }
    }

    /// The numbers of the postings that meet the filter, by day.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.ranges.iter().cloned().flatten().filter(|at| self.keeps(*at, &self.index.postings[*at]))
    }

    /// The same of the rows before one, by its place in the ledger.
    pub(crate) fn before(mut self, row: u32) -> Self {
        let end = self.index.postings.partition_point(|posting| posting.row < row);
        for range in &mut self.ranges {
            range.end = range.end.min(end).max(range.start);
        }
        self
    }

    fn keeps(&self, at: usize, posting: &Posting) -> bool {
        let of = |asked: Option<&Vec<bool>>, number: u32| asked.is_none_or(|asked| asked[number as usize]);
        self.account.is_none_or(|account| posting.account == account)
            && self.currency.is_none_or(|currency| posting.currency == currency)
            && of(self.categories.as_ref(), posting.category)
            && of(self.accounts.as_ref(), posting.account)
            && self.payees.as_ref().is_none_or(|asked| asked.has(posting.row))
            && self
                .texts
                .as_ref()
                .is_none_or(|(payees, texts)| payees.has(posting.row) || texts.has(posting.row))
            && !self.left_out.iter().any(|(payees, texts)| payees.has(posting.row) || texts.has(posting.row))
            && self
                .refunds
                .as_ref()
                .is_none_or(|spending| !spending[posting.category as usize] || self.index.units(at) < 0)
            && (self.directions == [false; 2] || self.goes_right(self.index.units(at)))
            && self.sizes.as_ref().is_none_or(|sizes| {
                sizes.keep(posting.currency, self.index.row_units(self.ledger, at).unsigned_abs())
            })
            && self
                .import
                .is_none_or(|import| self.ledger.transactions[posting.row as usize].import_id == import)
            && self.transaction.is_none_or(|id| self.ledger.transactions[posting.row as usize].id == id)
    }

    fn goes_right(&self, units: i128) -> bool {
        let [without_in, without_out] = self.directions;
        !(without_in && units > 0 || without_out && units < 0)
    }
}

/// The postings of the days that the filter asks for.
fn ranges(index: &LedgerIndex, filter: &TransactionFilter) -> Vec<Range<usize>> {
    let first_of = |at: usize| index.days.get(at).map_or(index.postings.len(), |(_, first)| *first as usize);
    let start = filter.from.map_or(0, |from| index.days.partition_point(|(day, _)| *day < from));
    let end = filter.to.map_or(index.days.len(), |to| index.days.partition_point(|(day, _)| *day <= to));
    if filter.weekdays.is_empty() {
        return (start < end).then(|| first_of(start)..first_of(end)).into_iter().collect();
    }
    let is_asked = |day: Date| filter.weekdays.contains(day.weekday());
    let days = (start..end).filter(|at| is_asked(index.days[*at].0));
    days.map(|at| first_of(at)..first_of(at + 1)).collect()
}

fn accounts(ledger: &Ledger, index: &LedgerIndex, filter: &TransactionFilter) -> Option<Vec<bool>> {
    let left_out = |id| filter.without.0.contains(&LeftOut::Account(id));
    let is_asked = filter.account_kind.is_some()
        || filter.without.0.iter().any(|left_out| matches!(left_out, LeftOut::Account(_)));
    let kind = |id| ledger.account(id).map(|account| account.kind);
    let of_kind = |id| filter.account_kind.is_none_or(|asked| kind(id) == Some(asked));
    is_asked.then(|| index.account_ids.iter().map(|id| of_kind(*id) && !left_out(*id)).collect())
}

fn categories(index: &LedgerIndex, filter: &TransactionFilter) -> Option<Vec<bool>> {
    let left_out = || {
        filter.without.0.iter().filter_map(|left_out| match left_out {
            LeftOut::Category(category) => Some(category),
            _ => None,
        })
    };
    if filter.category.is_none() && filter.side.is_none() && left_out().next().is_none() {
        return None;
    }
    let asked = index.categories.iter().map(|known| {
        let side = filter.side.is_none_or(|side| match side {
            Side::Spending => known.kind() == CategoryKind::Spending,
            Side::Income => known.kind() == CategoryKind::Income,
        });
        let is_in = |it: &domain::Category| known == it || known.group() == it.path();
        side && filter.category.as_ref().is_none_or(is_in) && !left_out().any(is_in)
    });
    Some(asked.collect())
}

/// The payees that the filter asks for, those that it leaves out taken off; none where any is asked for.
fn asked_payees<'a>(
    ledger: &Ledger,
    index: &'a LedgerIndex,
    filter: &TransactionFilter,
) -> Option<Asked<'a>> {
    let asked = filter.payee.as_deref().map(Needle::new);
    let left_out = filter.without.0.iter().filter_map(|left_out| match left_out {
        LeftOut::Payee(payee) => Some(Needle::new(payee)),
        _ => None,
    });
    let left_out: Vec<Needle> = left_out.collect();
    if asked.is_none() && left_out.is_empty() {
        return None;
    }
    Some(payees(ledger, index, |payee| {
        asked.as_ref().is_none_or(|needle| needle.is(payee)) && !left_out.iter().any(|it| it.is(payee))
    }))
}

fn payees<'a>(ledger: &Ledger, index: &'a LedgerIndex, is_asked: impl Fn(&str) -> bool) -> Asked<'a> {
    let texts = index.payees(ledger);
    Asked { texts, numbers: texts.asked(ledger, |row| &row.payee, is_asked) }
}

fn texts<'a>(ledger: &Ledger, index: &'a LedgerIndex, text: &str) -> (Asked<'a>, Asked<'a>) {
    let needle = Needle::new(text);
    let texts = index.descriptions(ledger);
    let in_text = texts.asked(ledger, |row| &row.description, |text| needle.is_in(text));
    (payees(ledger, index, |text| needle.is_in(text)), Asked { texts, numbers: in_text })
}
