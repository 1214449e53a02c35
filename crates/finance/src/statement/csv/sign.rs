//! Whether a single amount column lists money out as positive, as some card exports do.

use rust_decimal::Decimal;

use super::{
    super::amount,
    sample::{Column, SampleRecord},
};

/// Columns that only exports with positive charges have, by their folded headers.
const POSITIVE_CHARGES: &[&[&str]] = &[
    // Plaid documents positive as money out.
    &["personal finance category primary"],
    &["pending transaction id"],
    // Discover and American Express list charges as positive.
    &["trans date", "post date", "category"],
    &["card member", "account"],
];
/// What a card's own bookings are called in the column of their kind.
const CHARGES: [&str; 8] = ["sale", "purchase", "charge", "card purchase", "fee", "achat", "kauf", "compra"];
/// How cards thank for a payment.
const THANKS: [&str; 12] = [
    "thank you",
    "payment - thank",
    "autopay",
    "automatic payment",
    "payment received",
    "paiement recu",
    "paiement reçu",
    "pagamento recebido",
    "zahlung erhalten",
    "überweisung erhalten",
    "bedankt voor uw betaling",
    "pago recibido",
];

/// Whether a row thanks for a payment.
pub(super) fn is_thanks(row: &SampleRecord) -> bool {
    row.fields.iter().any(|field| {
        let text = field.to_lowercase();
        THANKS.iter().any(|thanks| text.contains(thanks))
    })
}

/// Decides from what the rows say of themselves; where they say nothing, signs stay as they are.
pub(super) fn positive_is_out(
    column: usize,
    balance: Option<usize>,
    decimal_mark: char,
    columns: &[Column],
    bookings: &[&SampleRecord],
) -> bool {
    let (mut charged, mut kept) = (0usize, 0usize);
    for row in bookings {
        let Ok(amount) = amount::parse(row.field(column), decimal_mark) else { continue };
        if amount.value.is_zero() || amount.mark.is_some() {
            continue;
        }
        let is_positive = amount.value.is_sign_positive();
        if row.fields.iter().any(|field| CHARGES.contains(&field.to_lowercase().as_str())) {
            if is_positive { charged += 1 } else { kept += 1 }
        } else if is_thanks(row) {
            if is_positive { kept += 1 } else { charged += 1 }
        }
    }
    if charged != kept {
        return charged > kept;
    }
    if balance.is_some_and(|balance| contradicts_balance(column, balance, decimal_mark, bookings)) {
        return true;
    }
    let has = |header: &&str| columns.iter().any(|column| column.header == *header);
    let unsigned = columns[column].negative * 2 < columns[column].nonzero;
    let only_credits_marked = bookings.iter().any(|row| row.field(column).to_uppercase().ends_with("CR"));
    unsigned && (only_credits_marked || POSITIVE_CHARGES.iter().any(|headers| headers.iter().all(has)))
}

/// The balance falls by each amount.
fn contradicts_balance(
    column: usize,
    balance: usize,
    decimal_mark: char,
    bookings: &[&SampleRecord],
) -> bool {
    let read = |row: &SampleRecord, column: usize| {
        amount::parse(row.field(column), decimal_mark).ok().map(|amount| amount.value)
    };
    let rows: Vec<(Decimal, Decimal)> =
        bookings.iter().filter_map(|row| read(row, column).zip(read(row, balance))).collect();
    let count = |sign: Decimal| {
        let older = rows.windows(2).filter(|pair| pair[1].1 - pair[0].1 == sign * pair[1].0).count();
        let newer = rows.windows(2).filter(|pair| pair[0].1 - pair[1].1 == sign * pair[0].0).count();
        older.max(newer)
    };
    let against = count(Decimal::NEGATIVE_ONE);
    against >= 2 && against > count(Decimal::ONE) && against * 10 >= (rows.len() - 1) * 8
}
