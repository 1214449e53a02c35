//! What of a statement's texts is booked: a payee to show, and the bank's own text beside it.

use crate::{clean_payee, statement::StatementRow};

/// The payee, cleaned for display, and the description: the bank's text as it stands, wherever
/// cleaning or merging would lose something of it.
pub fn booked_text(row: &StatementRow) -> (String, String) {
    booked_texts(&row.payee, &row.description)
}

pub(crate) fn booked_texts(payee: &str, description: &str) -> (String, String) {
    let raw = if payee.is_empty() { description } else { payee };
    let payee = clean_payee(raw);
    let mut texts = Vec::new();
    if raw != payee {
        texts.push(raw);
    }
    if !description.is_empty() && description != raw && description != payee {
        texts.push(description);
    }
    (payee, texts.join(" · "))
}
