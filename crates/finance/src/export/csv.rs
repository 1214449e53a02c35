//! The ledger as CSV (RFC 4180) in which no cell is a formula.

use std::fmt;

use domain::{Ledger, TransactionFilter};

use super::decimal;
use crate::{matching, postings::is_pending};

const HEADER: &str = "Date,Account,Payee,Description,Category,Amount,Currency,Note,Pending,Id";

pub(super) fn write(ledger: &Ledger, filter: &TransactionFilter, out: &mut dyn fmt::Write) -> fmt::Result {
    write!(out, "{HEADER}\r\n")?;
    for row in matching(ledger, filter) {
        let account = ledger.account(row.account_id).map_or("", |account| account.name.as_str());
        let note = row.details.as_deref().map_or("", |details| details.note.as_str());
        write!(out, "{},", row.date)?;
        for text in [account, &row.payee, &row.description, row.category.path()] {
            write!(out, "{},", cell(text))?;
        }
        let currency = row.amount.currency();
        let pending = if is_pending(row) { "yes" } else { "" };
        let amount = decimal(row.amount.amount(), currency);
        write!(out, "{amount},{currency},{},{pending},{}\r\n", cell(note), row.id)?;
    }
    Ok(())
}

/// A cell of text. What spreadsheets would take for a formula gets an apostrophe before it, which
/// they hide (OWASP, CSV injection).
pub(crate) fn cell(text: &str) -> String {
    let start = text.trim_start_matches([' ', '\u{a0}', '\u{feff}', '\u{200b}']).chars().next();
    let is_formula = start.is_some_and(|c| "=+-@\t\r\n＝＋－＠|%".contains(c));
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n', ';', '\t']) || text != text.trim() {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
