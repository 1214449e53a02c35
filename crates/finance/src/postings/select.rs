//! The postings of a filter, found fast.

use domain::{CategoryKind, ImportId, Ledger, Side, TransactionFilter};

use super::{LedgerIndex, Posting, texts::Texts};
use crate::totals::Needle;

/// A filter's conditions on an index's numbers.
pub(crate) struct Selection<'a> {
    ledger: &'a Ledger,
    index: &'a LedgerIndex,
    start: usize,
    end: usize,
    account: Option<u32>,
    currency: Option<u16>,
    import: Option<ImportId>,
    /// By number: whether it is asked for; none where any is.
    categories: Option<Vec<bool>>,
    payees: Option<Asked<'a>>,
    /// In the payee, in the description.
    texts: Option<(Asked<'a>, Asked<'a>)>,
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
        let first_of =
            |at: usize| index.days.get(at).map_or(index.postings.len(), |(_, first)| *first as usize);
        let start =
            filter.from.map_or(0, |from| first_of(index.days.partition_point(|(day, _)| *day < from)));
        let end = filter
            .to
            .map_or(index.postings.len(), |to| first_of(index.days.partition_point(|(day, _)| *day <= to)));
        let account = filter.account.map(|id| index.account_ids.iter().position(|it| *it == id));
        let currency = filter.currency.map(|it| index.currencies.iter().position(|(known, _)| *known == it));
        let is_empty = account == Some(None) || currency == Some(None) || start >= end;
        Self {
            ledger,
            index,
            start,
            end: if is_empty { start } else { end },
            account: account.flatten().map(|at| at as u32),
            currency: currency.flatten().map(|at| at as u16),
            import: filter.import,
            categories: categories(index, filter),
            payees: filter.payee.as_deref().map(|payee| {
                let needle = Needle::new(payee);
                payees(ledger, index, |text| needle.is(text))
            }),
            texts: filter.text.as_deref().map(|text| texts(ledger, index, text)),
        }
    }

    /// The numbers of the postings that meet the filter, by day.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let postings = self.index.postings[self.start..self.end].iter();
        postings.enumerate().filter(|(_, posting)| self.keeps(posting)).map(|(at, _)| self.start + at)
    }

    fn keeps(&self, posting: &Posting) -> bool {
        self.account.is_none_or(|account| posting.account == account)
            && self.currency.is_none_or(|currency| posting.currency == currency)
            && self.categories.as_ref().is_none_or(|asked| asked[posting.category as usize])
            && self.payees.as_ref().is_none_or(|asked| asked.has(posting.row))
            && self
                .texts
                .as_ref()
                .is_none_or(|(payees, texts)| payees.has(posting.row) || texts.has(posting.row))
            && self
                .import
                .is_none_or(|import| self.ledger.transactions[posting.row as usize].import_id == import)
    }
}

fn categories(index: &LedgerIndex, filter: &TransactionFilter) -> Option<Vec<bool>> {
    if filter.category.is_none() && filter.side.is_none() {
        return None;
    }
    let asked = index.categories.iter().map(|known| {
        let side = filter.side.is_none_or(|side| match side {
            Side::Spending => known.kind() == CategoryKind::Spending,
            Side::Income => known.kind() == CategoryKind::Income,
        });
        side && filter.category.as_ref().is_none_or(|it| known == it || known.group() == it.path())
    });
    Some(asked.collect())
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
