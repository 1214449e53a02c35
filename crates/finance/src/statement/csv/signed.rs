//! A row's amount with its sign, as the mapping understands it.

use rust_decimal::Decimal;

use super::{
    super::{
        AmountColumns,
        amount::{self, Amount, AmountProblem, Mark},
    },
    batch::Record,
    detect::{Detected, Minus},
    direction,
    skip::Skip,
};

/// The row's amount.
pub(super) fn signed(record: &Record<'_>, detected: &Detected) -> Result<Amount, Skip> {
    let (mapping, [debit_minus, credit_minus]) = (&detected.layout.mapping, detected.minus);
    let parse = |column: usize| {
        let text = record.field(column);
        amount::parse(text, mapping.decimal_mark)
            .map_err(|problem| Skip::Amount(problem, text.to_owned(), column))
    };
    match mapping.amount {
        AmountColumns::Signed { column, positive_is_out } => {
            let is_filled = |column: usize| !record.field(column).is_empty();
            let mut others = detected.other_currencies.iter().filter(|_| !is_filled(column));
            let other = others.find(|(other, _)| is_filled(*other));
            let amount = parse(other.map_or(column, |(other, _)| *other))?;
            let value =
                if positive_is_out && amount.mark.is_none() { negated(amount.value) } else { amount.value };
            let currency = other.map_or(amount.currency, |(_, currency)| Some(*currency));
            Ok(Amount { value, currency, ..amount })
        }
        AmountColumns::DebitCredit { debit, credit } => {
            let side = |column| match record.field(column) {
                "" => Ok(None),
                _ => match parse(column) {
                    Err(Skip::Amount(AmountProblem::Empty, ..)) => Ok(None),
                    other => other.map(Some),
                },
            };
            let (out, into) = (side(debit)?, side(credit)?);
            let filled = |side: &Option<Amount>| side.is_some_and(|amount| !amount.value.is_zero());
            match (out, into) {
                (None, None) => Err(Skip::Amount(AmountProblem::Empty, String::new(), debit)),
                (Some(_), Some(_)) if filled(&out) && filled(&into) => Err(Skip::BothSides(credit)),
                (Some(out), _) if !out.value.is_zero() => {
                    let value = match debit_minus {
                        Minus::Nothing => -out.value.abs(),
                        Minus::Turns => -out.value,
                        Minus::IsOut => out.value,
                    };
                    Ok(Amount { value, ..out })
                }
                (_, Some(into)) => {
                    let value = match credit_minus {
                        Minus::Turns => into.value,
                        Minus::Nothing | Minus::IsOut => into.value.abs(),
                    };
                    Ok(Amount { value, ..into })
                }
                (Some(out), None) => Ok(out),
            }
        }
        AmountColumns::Directed { column, direction } => {
            let amount = parse(column)?;
            let text = record.field(direction);
            let value = match direction::direction(text).or_else(|| direction::of_kind(text)) {
                Some(Mark::Debit) => negated(amount.value.abs()),
                Some(Mark::Credit) => amount.value.abs(),
                None if amount.value.is_sign_negative() => amount.value,
                None => return Err(Skip::Direction(text.to_owned(), direction)),
            };
            Ok(Amount { value, ..amount })
        }
    }
}

fn negated(value: Decimal) -> Decimal {
    if value.is_zero() { value } else { -value }
}
