//! One statement's bookings and balances by currency, until it ends.

use domain::Currency;
use rust_decimal::Decimal;

use super::{
    super::{
        StatementRow,
        joined::{Balance, Sheet},
    },
    entry::Booked,
    head::{BalanceKind, BookedBalance},
    place::Place,
};

/// A statement in one currency.
#[derive(Default)]
struct Page {
    sheet: Sheet,
    interim: Vec<Balance>,
    /// Which rows are of reversals.
    reversed: Vec<usize>,
    /// Where its first balance stands.
    place: Place,
}

/// A statement, one page a currency; no more than ISO 4217 has.
#[derive(Default)]
pub(super) struct Sheets {
    pages: Vec<Page>,
    /// A row is missing, so that sums prove nothing.
    pub(super) is_incomplete: bool,
}

impl Sheets {
    fn page(&mut self, currency: Option<Currency>) -> &mut Page {
        let found = self.pages.iter().position(|page| page.sheet.currency == currency);
        let index = found.unwrap_or_else(|| {
            self.pages.push(Page { sheet: Sheet { currency, ..Sheet::default() }, ..Page::default() });
            self.pages.len() - 1
        });
        &mut self.pages[index]
    }

    pub(super) fn book(&mut self, booked: Booked) {
        let page = self.page(booked.currency);
        if booked.is_reversal {
            let first = page.sheet.rows.len();
            page.reversed.extend(first..first + booked.rows.len());
        }
        page.sheet.rows.extend(booked.rows);
    }

    pub(super) fn balance(&mut self, balance: &BookedBalance, place: Place) {
        let page = self.page(balance.currency);
        if page.is_blank() {
            page.place = place;
        }
        match balance.kind {
            BalanceKind::Opening => page.sheet.opening = Some(balance.value),
            BalanceKind::Closing => page.sheet.closing = Some(balance.value),
            BalanceKind::Interim => page.interim.push(balance.value),
        }
    }

    /// The statement's sheets, one without rows where nothing was said, and the balances that
    /// belong to none: a statement with rows has no account in a currency without.
    pub(super) fn finish(mut self, account: Option<Currency>) -> (Vec<Sheet>, Vec<(Place, String)>) {
        if self.pages.is_empty() {
            self.page(account);
        }
        let is_complete = !self.is_incomplete;
        let has_rows = self.pages.iter().any(|page| !page.sheet.rows.is_empty());
        let (kept, left): (Vec<Page>, Vec<Page>) =
            self.pages.into_iter().partition(|page| !has_rows || !page.sheet.rows.is_empty());
        let code = |page: &Page| page.sheet.currency.map_or("no currency", Currency::code);
        let of_rows = kept.iter().map(code).collect::<Vec<_>>().join(", ");
        let reasons = left
            .iter()
            .map(|page| (page.place, format!("the balance is in {}, the entries in {of_rows}", code(page))))
            .collect();
        (kept.into_iter().map(|page| page.finish(is_complete)).collect(), reasons)
    }
}

impl Page {
    fn is_blank(&self) -> bool {
        self.sheet.opening.is_none() && self.sheet.closing.is_none() && self.interim.is_empty()
    }

    fn finish(mut self, is_complete: bool) -> Sheet {
        // The first of two interim balances opens a page, the last closes it.
        if self.sheet.opening.is_none() && self.interim.len() + usize::from(self.sheet.closing.is_some()) > 1
        {
            self.sheet.opening = self.interim.first().copied();
        }
        self.sheet.closing = self.sheet.closing.or(self.interim.last().copied());
        if is_complete {
            self.settle_reversals();
        }
        self.sheet
    }

    /// By ISO 20022 a reversal's direction is its own: `CRDT` gives a debit back. Some banks write
    /// the direction of what is reversed; their balances tell, and only then the signs change.
    fn settle_reversals(&mut self) {
        let (Some((_, opening)), Some((_, closing))) = (self.sheet.opening, self.sheet.closing) else {
            return;
        };
        let is_pending = |row: &StatementRow| row.details.as_ref().is_some_and(|details| details.is_pending);
        let booked = |row: &&StatementRow| !is_pending(row);
        let rows = &self.sheet.rows;
        let moved: Decimal = rows.iter().filter(booked).map(|row| row.amount).sum();
        let reversed: Decimal =
            self.reversed.iter().map(|index| &rows[*index]).filter(booked).map(|row| row.amount).sum();
        let missing = closing - opening - moved;
        if !missing.is_zero() && missing == reversed * Decimal::from(-2) {
            for index in &self.reversed {
                let row = &mut self.sheet.rows[*index];
                row.amount = -row.amount;
            }
        }
    }
}
