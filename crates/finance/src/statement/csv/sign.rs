//! Whether a single amount column lists money out as positive, as some card exports do.

use std::collections::HashSet;

use rust_decimal::Decimal;

use domain::CategoryKind;

use super::{
    super::amount::{self, Mark},
    sample::{Column, SampleRecord, is_date_like},
};
use crate::categorise::known_kind;

/// Columns that only exports with positive charges have, by their folded headers.
const POSITIVE_CHARGES: &[&[&str]] = &[
    // Plaid documents positive as money out.
    &["personal finance category primary"],
    &["pending transaction id"],
    // Discover and American Express list charges as positive.
    &["trans date", "post date", "category"],
    &["card member", "account"],
    // A card's own words for what was used or charged.
    &["charge amount"],
    &["利用金額"],
    &["ご利用金額"],
    &["이용금액"],
    &["סכום חיוב"],
];
/// Columns that the ledger's own export has together: its signs are the ledger's, whatever the words say.
const OWN_EXPORT: [&str; 6] = ["account", "payee", "category", "note", "pending", "id"];
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

/// Whether a text says that money came back.
fn is_refund(text: &str) -> bool {
    const REFUNDS: [&str; 6] =
        ["refund", "erstattung", "remboursement", "reembolso", "rimborso", "terugbetaling"];
    let text = text.to_lowercase();
    REFUNDS.iter().any(|refund| text.starts_with(refund))
}

/// Which way the money of a row surely went, by its words: a shop is paid, a salary comes in.
pub(super) fn told_by_words(row: &SampleRecord) -> Option<Mark> {
    if is_thanks(row) || row.fields.iter().any(|field| is_refund(field)) {
        return Some(Mark::Credit);
    }
    let is_words = |field: &&String| {
        field.len() <= 200 && field.chars().any(char::is_alphabetic) && !is_date_like(field)
    };
    let kinds = row.fields.iter().filter(is_words).filter_map(|field| known_kind(field));
    let (mut spent, mut earned) = (false, false);
    for kind in kinds {
        spent |= kind == CategoryKind::Spending;
        earned |= kind == CategoryKind::Income;
    }
    match (spent, earned) {
        (true, false) => Some(Mark::Debit),
        (false, true) => Some(Mark::Credit),
        _ => None,
    }
}

/// How many texts say that the signs are the other way round, and how many that they are right. Each text counts
/// once, whatever numbers are in it; rows that thank for a payment are not among them.
fn told_by_texts(column: usize, decimal_mark: char, bookings: &[&SampleRecord]) -> (usize, usize) {
    let (mut against, mut with): (HashSet<String>, HashSet<String>) = Default::default();
    for row in bookings.iter().filter(|row| !is_thanks(row)) {
        let (Some(told), Ok(amount)) = (told_by_words(row), amount::parse(row.field(column), decimal_mark))
        else {
            continue;
        };
        if amount.value.is_zero() || amount.mark.is_some() {
            continue;
        }
        let is_against = amount.value.is_sign_positive() == (told == Mark::Debit);
        let texts = row.fields.iter().flat_map(|field| field.chars()).filter(|c| c.is_alphabetic());
        if is_against { &mut against } else { &mut with }.insert(texts.collect());
    }
    (against.len(), with.len())
}

/// What the signs of rows say that are of a known kind: how many are listed as a card lists what was charged to it,
/// and how many as money goes.
#[derive(Default)]
struct Kinds {
    charged: usize,
    kept: usize,
}

impl Kinds {
    fn of(column: usize, decimal_mark: char, bookings: &[&SampleRecord]) -> Self {
        let mut kinds = Self::default();
        for row in bookings {
            let Ok(amount) = amount::parse(row.field(column), decimal_mark) else { continue };
            if amount.value.is_zero() || amount.mark.is_some() {
                continue;
            }
            let is_positive = amount.value.is_sign_positive();
            if row.fields.iter().any(|field| CHARGES.contains(&field.to_lowercase().as_str())) {
                if is_positive { kinds.charged += 1 } else { kinds.kept += 1 }
            } else if is_thanks(row) {
                if is_positive { kinds.kept += 1 } else { kinds.charged += 1 }
            }
        }
        kinds
    }
}

/// Decides from what the rows say of themselves; where they say nothing, signs stay as they are.
pub(super) fn positive_is_out(
    column: usize,
    balance: Option<usize>,
    decimal_mark: char,
    columns: &[Column],
    bookings: &[&SampleRecord],
) -> bool {
    let has = |header: &&str| columns.iter().any(|column| column.header == *header);
    // Whoever writes a plus means the sign. A shop's own list of what it took in has what was paid out, too.
    let says_plus = |row: &&&SampleRecord| row.field(column).starts_with('+');
    let is_payout = |row: &&&SampleRecord| row.fields.iter().any(|it| it.eq_ignore_ascii_case("payout"));
    if OWN_EXPORT.iter().all(has) || bookings.iter().any(|row| says_plus(&row) || is_payout(&row)) {
        return false;
    }
    let kinds = Kinds::of(column, decimal_mark, bookings);
    let (against, with) = told_by_texts(column, decimal_mark, bookings);
    let negative = columns[column].negative;
    let by_balance = balance.and_then(|it| contradicts_balance(column, it, decimal_mark, bookings));
    match by_balance {
        Some(true) => return true,
        // A card's balance rises by what was charged to it: it is what is owed.
        Some(false) => return against >= 3 && against >= 4 * with && kinds.charged > kinds.kept,
        None => {}
    }
    let is_known = POSITIVE_CHARGES.iter().any(|headers| headers.iter().all(has));
    if is_known && kinds.charged > kinds.kept {
        return true;
    }
    // An account pays its card by "autopay", too: then nearly all other amounts have a minus.
    let is_mostly_out = negative * 2 > columns[column].nonzero;
    if is_mostly_out || with > against && kinds.kept == 0 && kinds.charged <= with {
        return false;
    }
    if kinds.charged != kinds.kept {
        return kinds.charged > kinds.kept;
    }
    let unsigned = negative * 2 < columns[column].nonzero;
    if unsigned && against >= 3 && against >= 4 * with {
        return true;
    }
    let only_credits_marked = bookings.iter().any(|row| row.field(column).to_uppercase().ends_with("CR"));
    unsigned && (only_credits_marked || is_known)
}

/// Whether the balance falls by each amount; none where it neither falls nor rises by them.
fn contradicts_balance(
    column: usize,
    balance: usize,
    decimal_mark: char,
    bookings: &[&SampleRecord],
) -> Option<bool> {
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
    let (with, against) = (count(Decimal::ONE), count(Decimal::NEGATIVE_ONE));
    let steps = rows.len().saturating_sub(1);
    let proves = |count: usize| count >= 2 && count * 10 >= steps * 8;
    if against > with && proves(against) {
        Some(true)
    } else {
        (with > against && proves(with)).then_some(false)
    }
}
