//! A filter in hledger's words.

use std::collections::HashSet;

use domain::{
    AccountId, Category, CategoryKind, Ledger, LeftOut, LeftOuts, Side, Transaction, TransactionFilter,
    TransactionId, Weekdays,
};
use rust_decimal::Decimal;

use super::ROWS_MAX;
use crate::{
    export::{Names, Style, payee},
    insight::id_ends,
    matching,
    postings::{LedgerIndex, Selection},
};

/// A filter as hledger's query.
pub(super) struct Query {
    /// The side that the rows stand on; none where both may.
    pub(super) side: Option<Side>,
    /// Words on whole entries, which are asked for before the others.
    pub(super) first: Vec<String>,
    /// Words on postings.
    pub(super) words: Vec<String>,
    /// Days of the week that postings are of, of which hledger knows nothing; all where empty.
    pub(super) weekdays: Weekdays,
}

impl Query {
    /// None where hledger has no words for the filter: rows of one import, a text that the journal writes
    /// otherwise, one category of transfers.
    pub(super) fn of(ledger: &Ledger, filter: &TransactionFilter) -> Option<Self> {
        if filter.import.is_some() {
            return None;
        }
        if filter.side.is_none() && filter.category.as_ref() == Some(&Category::TRANSFER) {
            return Self::of_transfers(ledger, filter);
        }
        let names = Names::of(ledger, Style::Hledger);
        let mut query =
            Self { side: side(filter)?, first: Vec::new(), words: Vec::new(), weekdays: filter.weekdays };
        query.names(ledger, &names, filter)?;
        query.texts(ledger, filter)?;
        query.left_out(&names, filter)?;
        query.sizes(ledger, filter)?;
        query.on_rows(filter.transaction.map(|id| format!("tag:id=^{id}$")));
        if query.side.is_none() {
            query.words.push("not:code:^opening$".to_owned());
        }
        query.words.extend(filter.currency.map(|currency| format!("cur:^{currency}$")));
        query.words.extend(filter.from.map(|from| format!("-b {from}")));
        query.words.extend(filter.to.and_then(|to| to.tomorrow().ok()).map(|end| format!("-e {end}")));
        Some(query)
    }

    /// All transfers: entries that are neither spending nor income. None where one is so in part.
    fn of_transfers(ledger: &Ledger, filter: &TransactionFilter) -> Option<Self> {
        if matching(ledger, filter).any(Transaction::is_split) {
            return None;
        }
        let mut query = Self::of(ledger, &TransactionFilter { category: None, ..filter.clone() })?;
        query.first.extend(["not:^expenses", "not:^income"].map(str::to_owned));
        Some(query)
    }

    /// Words that find exactly these rows: one payee's of some days. None where they would find others.
    pub(super) fn of_exactly(ledger: &Ledger, rows: &[TransactionId]) -> Option<Self> {
        let asked: HashSet<TransactionId> = rows.iter().copied().collect();
        let mut own = ledger.transactions.iter().filter(|row| asked.contains(&row.id));
        let first = own.next()?;
        let last = own.next_back().unwrap_or(first);
        if !is_kept(&first.payee) {
            return None;
        }
        let of_payee = TransactionFilter {
            from: Some(first.date),
            to: Some(last.date),
            payee: Some(first.payee.to_string()),
            currency: Some(first.amount.currency()),
            ..TransactionFilter::default()
        };
        let on_account = TransactionFilter { account: Some(first.account_id), ..of_payee.clone() };
        let is_it = |filter: &TransactionFilter| {
            let found: HashSet<TransactionId> = matching(ledger, filter).map(|row| row.id).collect();
            found == asked
        };
        [on_account, of_payee].iter().find(|filter| is_it(filter)).and_then(|filter| Self::of(ledger, filter))
    }

    /// The same for what hledger has no words for, by the rows' ids, or by those of the others where they are
    /// fewer: an import, texts that the journal writes otherwise. None of too many rows, and where parts of a row
    /// decide.
    pub(super) fn of_rows(ledger: &Ledger, filter: &TransactionFilter) -> Option<Self> {
        let rows: Vec<&Transaction> = matching(ledger, filter).collect();
        if rows.is_empty() {
            return None;
        }
        let is_part = |left_out: &LeftOut| matches!(left_out, LeftOut::Category(_) | LeftOut::Refunds);
        let of_rows = TransactionFilter {
            from: filter.from,
            to: filter.to,
            account: filter.account,
            account_kind: filter.account_kind,
            currency: filter.currency,
            ..TransactionFilter::default()
        };
        let around = if let Some(Some(of)) = side(filter) {
            // The sides of the books are postings beside the rows' own, of parts perhaps.
            let parts = filter.without.0.iter().filter(|it| is_part(it)).cloned().collect();
            let category = filter.category.clone();
            let without = LeftOuts(parts);
            TransactionFilter { side: Some(of), category, without, ..of_rows }
        } else {
            let by_parts = filter.category.is_some() || filter.without.0.iter().any(is_part);
            if by_parts && rows.iter().any(|row| row.is_split()) {
                return None;
            }
            of_rows
        };
        let mut query = Self::of(ledger, &around)?;
        let own: HashSet<TransactionId> = rows.iter().map(|row| row.id).collect();
        let others = matching(ledger, &around).map(|row| row.id).filter(|id| !own.contains(id));
        let others: Vec<TransactionId> = others.collect();
        if rows.len().min(others.len()) > ROWS_MAX {
            return None;
        }
        if rows.len() <= others.len() {
            let rows: Vec<TransactionId> = rows.iter().map(|row| row.id).collect();
            query.on_rows([format!("'{}'", by_id(ledger, &rows))]);
        } else if !others.is_empty() {
            query.on_rows([format!("'not:{}'", by_id(ledger, &others))]);
        }
        Some(query)
    }

    /// Words on a row's own posting: on a side, the entries that have such a posting come first.
    fn on_rows(&mut self, words: impl IntoIterator<Item = String>) {
        if self.side.is_some() { self.first.extend(words) } else { self.words.extend(words) }
    }

    fn names(&mut self, ledger: &Ledger, names: &Names, filter: &TransactionFilter) -> Option<()> {
        let accounts: Option<Vec<AccountId>> = match (filter.account, filter.account_kind) {
            (None, None) => None,
            (account, kind) => {
                let asked = ledger.accounts.iter().filter(|it| {
                    account.is_none_or(|id| it.id == id) && kind.is_none_or(|kind| it.kind == kind)
                });
                Some(asked.map(|account| account.id).collect())
            }
        };
        match (self.side, &filter.category) {
            (Some(_), Some(category)) => self.words.push(category_word(names, category)?),
            (Some(Side::Spending), None) => self.words.push("^expenses".to_owned()),
            (Some(Side::Income), None) => self.words.push("^income".to_owned()),
            (None, _) => match &accounts {
                Some(accounts) => self.words.push(own_accounts(ledger, accounts)?),
                None => self.words.extend(["^assets".to_owned(), "^liabilities".to_owned()]),
            },
        }
        if let (Some(_), Some(accounts)) = (self.side, &accounts) {
            let leaves = accounts.iter().map(|id| escaped(names.account_leaf(*id)));
            let leaves = leaves.collect::<Vec<_>>().join("|");
            self.words.push(quoted(&format!("code:^({leaves})$")));
        }
        Some(())
    }

    fn texts(&mut self, ledger: &Ledger, filter: &TransactionFilter) -> Option<()> {
        if self.side.is_none() && (filter.payee.is_some() || filter.text.is_some()) {
            no_transfer_has(ledger, filter)?;
        }
        if let Some(name) = &filter.payee {
            self.words.push(payee_word(name));
        }
        if let Some(text) = &filter.text {
            self.words.push(text_word(text)?);
        }
        Some(())
    }

    fn left_out(&mut self, names: &Names, filter: &TransactionFilter) -> Option<()> {
        for left_out in &filter.without.0 {
            // What is left out of a transfer's category is no word on its two accounts.
            self.side?;
            match left_out {
                LeftOut::Category(category) => {
                    if let Some(word) = category_word(names, category) {
                        self.words.push(format!("not:{word}"));
                    }
                }
                LeftOut::Payee(name) => self.words.push(format!("not:{}", payee_word(name))),
                LeftOut::Account(id) => {
                    let leaf = escaped(names.account_leaf(*id));
                    self.words.push(format!("not:{}", quoted(&format!("code:^{leaf}$"))));
                }
                LeftOut::Text(text) => self.words.push(format!("not:{}", text_word(text)?)),
                // Postings of expenses below zero came back.
                LeftOut::Refunds => {
                    self.words.extend((self.side == Some(Side::Spending)).then(|| "'amt:>0'".to_owned()));
                }
                LeftOut::MoneyIn | LeftOut::MoneyOut => return None,
            }
        }
        Some(())
    }

    fn sizes(&mut self, ledger: &Ledger, filter: &TransactionFilter) -> Option<()> {
        let bounds = [
            // No size is below zero.
            (filter.min.filter(|min| *min > Decimal::ZERO), "", ">="),
            (filter.above, "", ">"),
            (filter.max, "not:", ">"),
            (filter.below, "not:", ">="),
        ];
        let words: Vec<String> = bounds
            .into_iter()
            .filter_map(|(bound, not, sign)| Some((bound?, not, sign)))
            // Compared with zero, amounts would keep their signs.
            .map(|(bound, not, sign)| {
                (bound > Decimal::ZERO).then(|| format!("{not}'amt:{sign}{}'", bound.normalize()))
            })
            .collect::<Option<_>>()?;
        if !words.is_empty() {
            no_part_is_larger(ledger)?;
            self.on_rows(words);
        }
        Some(())
    }
}

/// The side that the filter's rows stand on; outer none where its category is one of transfers.
#[expect(clippy::option_option, reason = "no side is an answer too")]
fn side(filter: &TransactionFilter) -> Option<Option<Side>> {
    let of_category = filter.category.as_ref().map(|category| match category.kind() {
        CategoryKind::Spending => Some(Side::Spending),
        CategoryKind::Income => Some(Side::Income),
        CategoryKind::Transfer => None,
    });
    match (filter.side, of_category) {
        (side, None) => Some(side),
        (None, Some(side)) => side.map(Some),
        (Some(asked), Some(side)) => (side == Some(asked)).then_some(side),
    }
}

/// The two rows of a transfer are one entry with one payee: where one of them has what is asked for, the
/// journal cannot tell which.
fn no_transfer_has(ledger: &Ledger, filter: &TransactionFilter) -> Option<()> {
    let index = LedgerIndex::of(ledger);
    let asked = TransactionFilter {
        payee: filter.payee.clone(),
        text: filter.text.clone(),
        ..TransactionFilter::default()
    };
    let mut halves: Vec<u32> = index.transfers.rows.iter().flat_map(|(from, to)| [*from, *to]).collect();
    halves.sort_unstable();
    let selection = Selection::new(ledger, &index, &asked);
    let is_half = |at: usize| halves.binary_search(&index.postings[at].row).is_ok();
    (!selection.iter().any(is_half)).then_some(())
}

/// hledger compares any posting of an entry: a part above the whole would be taken for it.
fn no_part_is_larger(ledger: &Ledger) -> Option<()> {
    let is_larger = |row: &domain::Transaction| {
        let parts = row.details.iter().flat_map(|details| &details.splits);
        parts.into_iter().any(|part| part.amount.amount().abs() > row.amount.amount().abs())
    };
    (!ledger.transactions.iter().any(is_larger)).then_some(())
}

/// Accounts by their whole names; none of none.
pub(super) fn own_accounts(ledger: &Ledger, accounts: &[AccountId]) -> Option<String> {
    let names = Names::of(ledger, Style::Hledger);
    let names: Vec<String> = accounts.iter().map(|id| escaped(names.account(*id))).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(quoted(&format!("^{one}$"))),
        several => Some(quoted(&format!("^({})$", several.join("|")))),
    }
}

fn category_word(names: &Names, category: &Category) -> Option<String> {
    Some(quoted(&format!("^{}(:|$)", escaped(names.category_or_group(category)?))))
}

fn payee_word(name: &str) -> String {
    quoted(&format!("payee:^{}$", escaped(&payee(name))))
}

/// None where the journal may write the text otherwise, or another text as this one.
fn text_word(text: &str) -> Option<String> {
    is_kept(text).then(|| quoted(&format!("desc:{}", escaped(text))))
}

/// The journal has the text as it is, and no other text so.
fn is_kept(text: &str) -> bool {
    payee(text) == *text && !text.is_empty() && !text.contains([',', '/', '"', '\\'])
}

/// A regular expression that finds the text.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| [(r"\.+*?()[]{}^$|".contains(c)).then_some('\\'), Some(c)]).flatten().collect()
}

/// One word for a shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A word that finds rows: by the ends of their ids where no two of the ledger's end alike.
pub(super) fn by_id(ledger: &Ledger, rows: &[TransactionId]) -> String {
    id_ends(ledger, rows).map_or_else(
        || format!("tag:id=^({})$", rows.iter().map(ToString::to_string).collect::<Vec<_>>().join("|")),
        |ends| format!("tag:id=({})$", ends.join("|")),
    )
}
