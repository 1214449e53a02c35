//! What of a statement's texts is booked: a payee to show, and the bank's own text beside it.

use crate::{clean_payee, statement::StatementRow};

/// The payee, cleaned for display, and the description: the bank's text as it stands, wherever
/// cleaning or merging would lose something of it.
pub fn booked_text(row: &StatementRow) -> (String, String) {
    let raw = if row.payee.is_empty() { &row.description } else { &row.payee };
    let payee = clean_payee(raw);
    let mut texts = Vec::new();
    if *raw != payee {
        texts.push(raw.as_str());
    }
    if !row.description.is_empty() && row.description != *raw && row.description != payee {
        texts.push(row.description.as_str());
    }
    (payee, texts.join(" · "))
}
