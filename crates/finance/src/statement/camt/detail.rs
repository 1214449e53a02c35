//! Transactions that make up an entry, while their elements are read.

use domain::Currency;
use rust_decimal::Decimal;

use super::{super::text::plain_text, head::magnitude, party::Parties};

/// Texts longer than this are cut; a row keeps less.
const TEXT_BYTES_MAX: usize = 4_000;

/// One `TxDtls`.
#[derive(Default)]
pub(super) struct Detail {
    pub(super) line: u32,
    /// Rank from nearest to the booking, text, currency.
    amounts: Vec<(u8, String, String)>,
    pub(super) direction: String,
    pub(super) service_reference: String,
    pub(super) transaction_id: String,
    pub(super) parties: Parties,
    pub(super) remittance: String,
    pub(super) info: String,
    pub(super) mcc: Option<u16>,
}

impl Detail {
    pub(super) fn new(line: u32) -> Self {
        Self { line, ..Self::default() }
    }

    /// Takes an element inside of `TxDtls`.
    pub(super) fn leaf(&mut self, path: &[&str], value: &str, currency: &str) {
        let mut amount = |rank| self.amounts.push((rank, value.to_owned(), currency.to_owned()));
        match path {
            ["Amt"] => amount(0),
            ["AmtDtls", "TxAmt", "Amt"] => amount(1),
            ["AmtDtls", "CntrValAmt", "Amt"] => amount(2),
            ["AmtDtls", "InstdAmt", "Amt"] => amount(3),
            ["CdtDbtInd"] => value.trim().clone_into(&mut self.direction),
            ["Refs", "AcctSvcrRef"] => self.service_reference = plain_text(value),
            ["Refs", "TxId"] => self.transaction_id = plain_text(value),
            ["RltdPties", rest @ ..] => self.parties.leaf(rest, value),
            ["RmtInf", "Ustrd"]
            | ["RmtInf", "Strd", "AddtlRmtInf"]
            | ["RmtInf", "Strd", "CdtrRefInf", "Ref" | "CdtrRef"]
            | ["RmtInf", "Strd", "RfrdDocInf", "Nb" | "RfrdDocNb"] => append(&mut self.remittance, value),
            ["AddtlTxInf"] => append(&mut self.info, value),
            ["CardTx", .., "MrchntCtgyCd"] => self.mcc = mcc(value),
            _ => {}
        }
    }

    /// What it moved on the account: in the entry's currency, the amount nearest to the booking.
    pub(super) fn amount(&self, currency: Option<Currency>) -> Option<Decimal> {
        let fits = |code: &str| currency.is_none_or(|currency| code.parse() == Ok(currency));
        let nearest = self.amounts.iter().filter(|(_, _, code)| fits(code)).min_by_key(|(rank, ..)| *rank)?;
        magnitude(&nearest.1).ok()
    }
}

/// A merchant category code.
pub(super) fn mcc(value: &str) -> Option<u16> {
    value.trim().parse().ok().filter(|code| *code > 0 && *code < 10_000)
}

/// Adds a text after a space.
pub(super) fn append(text: &mut String, more: &str) {
    let more = more.trim();
    if more.is_empty() || text.len() > TEXT_BYTES_MAX {
        return;
    }
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(more);
}
