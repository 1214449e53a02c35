//! Entries, while their elements are read.

use domain::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    super::{
        RowDetails, StatementRow,
        date::DateProblem,
        text::{is_reference, plain_text},
    },
    detail::{Detail, append, mcc},
    head::{currency, day, directed, magnitude},
    party::Own,
    place::Place,
};

/// One `Ntry`.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) place: Place,
    amount: String,
    amount_place: Place,
    currency: String,
    direction: String,
    direction_place: Place,
    is_reversal: bool,
    status: String,
    booked: String,
    booked_place: Place,
    valued: String,
    valued_place: Place,
    service_reference: String,
    reference: String,
    info: String,
    mcc: Option<u16>,
    details: Vec<Detail>,
}

/// An entry, read.
pub(super) struct Booked {
    pub(super) currency: Option<Currency>,
    pub(super) is_reversal: bool,
    pub(super) rows: Vec<StatementRow>,
}

/// Why an entry gives no row.
pub(super) enum NoRow {
    /// It is no booking.
    Information,
    /// It can't be read, for what stands in a place.
    Unreadable(Place, String),
}

impl Entry {
    pub(super) fn new(place: Place) -> Self {
        Self { place, ..Self::default() }
    }

    /// A transaction of the entry begins.
    pub(super) fn begin_detail(&mut self, line: u32) {
        self.details.push(Detail::new(line));
    }

    /// How many rows it could become.
    pub(super) fn rows_max(&self) -> usize {
        self.details.len().max(1)
    }

    /// Takes an element inside of `Ntry`.
    pub(super) fn leaf(&mut self, path: &[&str], place: Place, value: &str, currency: &str) {
        match path {
            ["NtryDtls", "TxDtls", rest @ ..] | ["TxDtls", rest @ ..] => {
                if let Some(detail) = self.details.last_mut() {
                    detail.leaf(rest, value, currency);
                }
            }
            ["Amt"] => {
                value.clone_into(&mut self.amount);
                currency.clone_into(&mut self.currency);
                self.amount_place = place;
            }
            ["CdtDbtInd"] => {
                value.trim().clone_into(&mut self.direction);
                self.direction_place = place;
            }
            ["RvslInd"] => self.is_reversal = matches!(value.trim(), "true" | "1"),
            ["Sts"] | ["Sts", "Cd"] => value.trim().clone_into(&mut self.status),
            ["BookgDt", "Dt" | "DtTm"] => {
                value.clone_into(&mut self.booked);
                self.booked_place = place;
            }
            ["ValDt", "Dt" | "DtTm"] => {
                value.clone_into(&mut self.valued);
                self.valued_place = place;
            }
            ["AcctSvcrRef"] => self.service_reference = plain_text(value),
            ["NtryRef"] => self.reference = plain_text(value),
            ["AddtlNtryInf"] => append(&mut self.info, value),
            ["CardTx", .., "MrchntCtgyCd"] => self.mcc = mcc(value),
            _ => {}
        }
    }

    /// One row for each transaction where they add up to the entry, else one row.
    pub(super) fn read(&self, own: &Own, account: Option<Currency>) -> Result<Booked, NoRow> {
        if self.status == "INFO" {
            return Err(NoRow::Information);
        }
        let at = |place: Place| {
            // What is missing has no place but the entry's.
            let place = if place.line == 0 { self.place } else { place };
            move |reason| NoRow::Unreadable(place, reason)
        };
        let currency = currency(&self.currency, account).map_err(at(self.amount_place))?;
        let magnitude = magnitude(&self.amount).map_err(at(self.amount_place))?;
        let amount = directed(magnitude, &self.direction).map_err(at(self.direction_place))?;
        let (text, place) = if self.booked.trim().is_empty() {
            (&self.valued, self.valued_place)
        } else {
            (&self.booked, self.booked_place)
        };
        let date = day(text).map_err(|problem| day_problem(problem, text)).map_err(at(place))?;
        let rows = match self.parts(amount, currency) {
            Some(parts) => self
                .details
                .iter()
                .zip(parts)
                .map(|(detail, amount)| self.detail_row(detail, amount, date, own))
                .collect(),
            None => vec![self.row(amount, date, own)],
        };
        Ok(Booked { currency, is_reversal: self.is_reversal, rows })
    }

    /// The signed amounts of two or more transactions that add up to the entry. Some banks give
    /// each of them a direction of its own, others the opposite one: then the entry's counts.
    fn parts(&self, amount: Decimal, currency: Option<Currency>) -> Option<Vec<Decimal>> {
        if self.details.len() < 2 {
            return None;
        }
        let magnitudes: Vec<Decimal> =
            self.details.iter().map(|detail| detail.amount(currency)).collect::<Option<_>>()?;
        let directed: Vec<Decimal> = magnitudes
            .iter()
            .zip(&self.details)
            .map(|(part, detail)| {
                let is_out = match detail.direction.as_str() {
                    "CRDT" => false,
                    "DBIT" => true,
                    _ => amount.is_sign_negative(),
                };
                if is_out { -part } else { *part }
            })
            .collect();
        let alike = || magnitudes.iter().map(|part| if amount.is_sign_negative() { -part } else { *part });
        if sum(directed.iter().copied()) == Some(amount) {
            Some(directed)
        } else if sum(alike()) == Some(amount) {
            Some(alike().collect())
        } else {
            None
        }
    }

    fn row(&self, amount: Decimal, date: Date, own: &Own) -> StatementRow {
        if let [detail] = self.details.as_slice() {
            return StatementRow { line: self.place.line, ..self.detail_row(detail, amount, date, own) };
        }
        let mut row = StatementRow {
            line: self.place.line,
            date,
            amount,
            payee: String::new(),
            description: plain_text(&self.info),
            category: None,
            external_id: self.id(None),
            balance: None,
            details: self.row_details(self.mcc, None),
        };
        let other = |detail: &Detail| detail.parties.other(is_out(amount), self.is_reversal, own).name;
        if let Some((first, rest)) = self.details.split_first() {
            row.payee = Some(other(first))
                .filter(|name| rest.iter().all(|detail| other(detail) == *name))
                .unwrap_or_default();
        }
        if row.description.is_empty() {
            let mut texts = String::new();
            for detail in &self.details {
                append(&mut texts, &detail.remittance);
            }
            row.description = plain_text(&texts);
        }
        row
    }

    fn detail_row(&self, detail: &Detail, amount: Decimal, date: Date, own: &Own) -> StatementRow {
        let other = detail.parties.other(is_out(amount), self.is_reversal, own);
        let mut description = detail.remittance.clone();
        if description.is_empty() {
            append(&mut description, if detail.info.is_empty() { &self.info } else { &detail.info });
        }
        if !other.ultimate.is_empty() && !description.contains(&other.ultimate) {
            append(&mut description, &other.ultimate);
        }
        StatementRow {
            line: detail.line,
            date,
            amount,
            payee: other.name,
            description: plain_text(&description),
            category: None,
            external_id: self.id(Some(detail)),
            balance: None,
            details: self.row_details(detail.mcc.or(self.mcc), other.own_account),
        }
    }

    /// The bank's reference: of the transaction, else of the entry. A number that only counts the
    /// entries of a file says nothing across files.
    fn id(&self, detail: Option<&Detail>) -> Option<String> {
        let is_alone = self.details.len() < 2;
        let of_detail = detail.map(|detail| [&detail.service_reference, &detail.transaction_id]);
        let [detail_reference, transaction] = of_detail.unwrap_or([&self.service_reference; 2]);
        let order = if is_alone {
            [&self.service_reference, detail_reference, transaction]
        } else {
            [detail_reference, transaction, &self.service_reference]
        };
        let is_counter = self.reference.len() < 6 && self.reference.bytes().all(|byte| byte.is_ascii_digit());
        let reference = Some(&self.reference).filter(|_| !is_counter);
        order.into_iter().chain(reference).find(|id| is_reference(id)).cloned()
    }

    fn row_details(&self, mcc: Option<u16>, transfer_account: Option<String>) -> Option<Box<RowDetails>> {
        // PDNG is not booked yet, FUTR will be.
        let is_pending = matches!(self.status.as_str(), "PDNG" | "FUTR");
        (is_pending || mcc.is_some() || transfer_account.is_some())
            .then(|| Box::new(RowDetails { is_pending, mcc, transfer_account, splits: Vec::new() }))
    }
}

fn day_problem(problem: DateProblem, text: &str) -> String {
    match problem {
        DateProblem::Empty => "the booking date is missing".to_owned(),
        other => other.reason(text),
    }
}

fn is_out(amount: Decimal) -> bool {
    amount.is_sign_negative()
}

fn sum(parts: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let mut total = Decimal::ZERO;
    for part in parts {
        total = total.checked_add(part)?;
    }
    Some(total)
}
