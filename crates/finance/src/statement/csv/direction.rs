//! Words that tell money in from money out.

use std::{collections::HashMap, sync::LazyLock};

use super::super::amount::Mark;
use crate::fold::fold;

const OUT: &str = "debit|d|dr|debet|af|s|soll|out|withdrawal|debito|dare|cargo|expense|outgoing|sent|paid|spend|支出|uscita|sortie|\
    ausgabe|belastung|lastschrift|χρέωση|χ|borç|b|db|dbit|débit|débito|расход|gasto|money out|paid out|db it|outflow|purchase|sale|saída";
const IN: &str = "credit|c|cr|k|bij|h|haben|in|deposit|credito|avere|abono|income|incoming|received|收入|entrata|entrée|\
    einnahme|gutschrift|πίστωση|π|alacak|a|cred|kredit|crdt|crédit|crédito|приход|ingreso|money in|paid in|inflow|refund|payment|return|entrada";

/// The words, folded.
static WORDS: LazyLock<HashMap<String, Mark>> = LazyLock::new(|| {
    let of = |list: &'static str, mark| list.split('|').map(move |word| (fold(word), mark));
    // Of a word in both lists the last one stays.
    of(IN, Mark::Credit).chain(of(OUT, Mark::Debit)).collect()
});

/// The direction that a cell names, if it names one.
pub(super) fn direction(text: &str) -> Option<Mark> {
    match text.trim() {
        "" => return None,
        "-" | "\u{2212}" => return Some(Mark::Debit),
        "+" => return Some(Mark::Credit),
        _ => {}
    }
    // One comparison without allocation for the words that files of 100,000 rows repeat.
    if text.eq_ignore_ascii_case("debit") {
        return Some(Mark::Debit);
    }
    if text.eq_ignore_ascii_case("credit") {
        return Some(Mark::Credit);
    }
    if text.len() > 32 {
        return None;
    }
    WORDS.get(fold(text).as_str()).copied()
}

/// The direction that the kind of a booking alone tells, where amounts have no sign of their own.
pub(super) fn of_kind(text: &str) -> Option<Mark> {
    const OUT: [&str; 14] = [
        "withdrawal",
        "withdrawals",
        "debit",
        "purchase",
        "fee",
        "transfer out",
        "money out",
        "outgoing",
        "atm",
        "card payment",
        "direct debit",
        "standing order",
        "bill payment",
        "check",
    ];
    const IN: [&str; 10] = [
        "deposit",
        "deposits",
        "credit",
        "transfer in",
        "money in",
        "incoming",
        "interest",
        "refund",
        "direct deposit",
        "salary",
    ];
    let is_in = |list: &[&str]| list.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
    match (is_in(&OUT), is_in(&IN)) {
        (true, _) => Some(Mark::Debit),
        (_, true) => Some(Mark::Credit),
        _ => None,
    }
}

/// True for the words that stand in a column made for the direction, and not for kinds of
/// bookings (`Sale`, `Payment`), whose amounts carry their own sign.
pub(super) fn is_pure(text: &str) -> bool {
    let kinds = [
        "purchase",
        "sale",
        "refund",
        "payment",
        "return",
        "paid",
        "sent",
        "received",
        "deposit",
        "withdrawal",
    ];
    direction(text).is_some() && !kinds.contains(&text.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_of_many_languages_are_known() {
        for word in ["Debit", "DR", "Af", "S", "-", "Soll", "支出", "D"] {
            assert_eq!(direction(word), Some(Mark::Debit), "{word}");
        }
        for word in ["credit", "Cr", "Bij", "H", "+", "Haben", "收入", "K"] {
            assert_eq!(direction(word), Some(Mark::Credit), "{word}");
        }
        for word in ["", "Card payment", "POS", "12"] {
            assert_eq!(direction(word), None, "{word}");
        }
    }
}
