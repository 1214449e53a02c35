//! The rates of a loan that changes its rate: "4 % for the first 5 years, then 5 %", "4 %, and 5 % after
//! 5 years". Two rates that no words tie together are two questions.

use rust_decimal::Decimal;

use super::read::word;
use crate::{
    builtin::slots::{Quantity, Slots, Unit},
    words::Token,
};

/// Words between "after 5 years" and the rate from then on, at most.
const GAP_MAX: usize = 4;

/// A rate, and what it changes to.
#[derive(Debug)]
pub(super) struct Changing {
    /// The first one.
    pub rate: Decimal,
    /// Months after which it changes, and what it is from then on, in their order.
    pub changes: Vec<(i64, Decimal)>,
    /// Where the spans stand that say when; they are no term.
    pub spans: Vec<usize>,
}

/// A time that a rate holds for at first, or after which another does.
struct Span {
    /// Its first token: the number, or "first" where there is none.
    start: usize,
    end: usize,
    months: i64,
    is_first: bool,
}

/// The months of a span; none where it is none.
pub(super) fn months(quantity: &Quantity) -> Option<i64> {
    let factor = match quantity.unit {
        Unit::Years => 12,
        Unit::Months => 1,
        _ => return None,
    };
    i64::try_from((quantity.value * Decimal::from(factor)).round()).ok()
}

/// Whether a percentage is what is paid at once of a price.
pub(super) fn is_down_payment(tokens: &[Token], quantity: &Quantity) -> bool {
    quantity.unit == Unit::Percent && matches!(word(tokens, quantity.end), "down" | "deposit")
}

/// Reads them; none where the rate stays, or where it is not said which rate holds when.
pub(super) fn read(tokens: &[Token], slots: &Slots) -> Option<Changing> {
    let rates: Vec<&Quantity> = slots
        .quantities
        .iter()
        .filter(|it| it.unit == Unit::Percent && !is_down_payment(tokens, it))
        .collect();
    let (first, last) = (rates.first()?, rates.last()?);
    if rates.len() < 2 || tokens[first.start..last.end].iter().any(|token| token.is(&["or"])) {
        return None;
    }
    let mut changes: Vec<(i64, usize)> = Vec::new();
    let spans = spans(tokens, slots);
    for span in &spans {
        let rate = if span.is_first {
            // "R for the first N": the next rate follows.
            rates.iter().find(|rate| rate.end + 2 == first_word(span, tokens))?;
            rates.iter().position(|rate| rate.start >= span.end)?
        } else {
            let before = rates.iter().position(|rate| rate.end + 1 == span.start);
            let behind = || {
                let near = span.end..=span.end + GAP_MAX;
                rates.iter().position(|rate| near.contains(&rate.start))
            };
            before.or_else(behind)?
        };
        changes.push((span.months, rate));
    }
    changes.sort_unstable();
    let is_each_once = changes.windows(2).all(|pair| pair[0].0 < pair[1].0)
        && changes.iter().all(|(_, rate)| changes.iter().filter(|(_, other)| other == rate).count() == 1);
    let mut others = (0..rates.len()).filter(|at| changes.iter().all(|(_, rate)| rate != at));
    let (base, None) = (others.next()?, others.next()) else { return None };
    let fraction = |at: usize| rates[at].value / Decimal::ONE_HUNDRED;
    (is_each_once && !changes.is_empty()).then(|| Changing {
        rate: fraction(base),
        changes: changes.iter().map(|(months, rate)| (*months, fraction(*rate))).collect(),
        spans: spans.iter().map(|span| span.start).collect(),
    })
}

/// Where "first" stands.
fn first_word(span: &Span, tokens: &[Token]) -> usize {
    if word(tokens, span.start) == "first" { span.start } else { span.start - 1 }
}

/// "after 5 years", "for the first 5 years", "for the first year".
fn spans(tokens: &[Token], slots: &Slots) -> Vec<Span> {
    let is_for_the =
        |first: usize| first >= 2 && word(tokens, first - 2) == "for" && word(tokens, first - 1) == "the";
    let counted = slots.quantities.iter().filter_map(|quantity| {
        let (months, before) = (months(quantity)?, quantity.start.checked_sub(1)?);
        let is_first = word(tokens, before) == "first" && is_for_the(before);
        let is_meant = is_first || word(tokens, before) == "after";
        is_meant.then_some(Span { start: quantity.start, end: quantity.end, months, is_first })
    });
    let single = (0..tokens.len()).filter(|at| word(tokens, *at) == "first" && is_for_the(*at));
    let single = single.filter_map(|start| {
        let months = match word(tokens, start + 1) {
            "year" => 12,
            "month" => 1,
            _ => return None,
        };
        Some(Span { start, end: start + 2, months, is_first: true })
    });
    counted.chain(single).collect()
}
