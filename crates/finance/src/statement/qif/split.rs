//! The parts of a booking: `S` opens one, `E`, `$` and `%` tell of it.

use domain::{Money, Split};
use rust_decimal::Decimal;

use super::{
    super::{
        RowSplit, amount,
        text::{plain_text, quoted},
    },
    category::Named,
    record::{Field, Record},
    survey::Survey,
};

/// The most parts that a transaction holds.
const PARTS_MAX: usize = Split::MAX_PARTS;

/// One part as written.
#[derive(Default)]
struct Written<'t> {
    named: &'t str,
    note: &'t str,
    amount: Field<'t>,
    percent: Field<'t>,
}

/// A part whose amount cannot be read.
pub(super) struct UnreadablePart {
    pub(super) line: u32,
    pub(super) reason: String,
}

/// A booking's parts.
#[derive(Default)]
pub(super) struct Splits {
    /// They add up to the booking's amount; at least two, or none.
    pub(super) parts: Vec<RowSplit>,
    /// What the only part names, where there is one.
    pub(super) only: Option<(Named, String)>,
}

/// Reads a record's parts. What they leave of the `total` becomes a part without a category.
pub(super) fn splits(
    record: &Record<'_>,
    total: Decimal,
    survey: &Survey<'_>,
) -> Result<Splits, UnreadablePart> {
    let written = written(record);
    let mut splits = Splits::default();
    if written.is_empty() {
        return Ok(splits);
    }
    let mut rest = total;
    for part in &written {
        let amount = part_amount(part, total, survey)?;
        rest -= amount;
        let named = survey.lists.named(part.named);
        let account = named.transfer_account.map(|account| format!("[{account}]"));
        let category = named.category.or(account);
        splits.parts.push(RowSplit { amount, category, note: note(part.note) });
    }
    let in_percent = |part: &Written<'_>| part.amount.value.is_empty() && !part.percent.value.is_empty();
    let by_percent = written.iter().all(in_percent);
    if let [only] = written.as_slice()
        && (rest.is_zero() || only.amount.value.is_empty() && only.percent.value.is_empty())
    {
        let note = splits.parts.pop().map(|part| part.note).unwrap_or_default();
        splits.only = Some((survey.lists.named(only.named), note));
        return Ok(splits);
    }
    settle(&mut splits.parts, rest, by_percent);
    splits.parts.retain(|part| !part.amount.is_zero());
    if let [only] = splits.parts.as_slice() {
        splits.only =
            Some((survey.lists.named(only.category.as_deref().unwrap_or_default()), only.note.clone()));
    }
    // One part alone is the whole; more than a transaction holds are left out.
    if !(2..=PARTS_MAX).contains(&splits.parts.len()) {
        splits.parts.clear();
    }
    Ok(splits)
}

/// Cents that rounding left go to the last part; anything else is a part of its own.
fn settle(parts: &mut Vec<RowSplit>, rest: Decimal, by_percent: bool) {
    if rest.is_zero() {
        return;
    }
    let cents = Decimal::new(parts.len() as i64, 2);
    match parts.last_mut() {
        Some(last) if by_percent && rest.abs() <= cents => last.amount += rest,
        _ => parts.push(RowSplit { amount: rest, category: None, note: String::new() }),
    }
}

fn note(text: &str) -> String {
    plain_text(text).chars().take(Split::NOTE_MAX).collect()
}

fn part_amount(part: &Written<'_>, total: Decimal, survey: &Survey<'_>) -> Result<Decimal, UnreadablePart> {
    let parse = |field: Field<'_>| {
        let number = field.value.trim_end_matches('%');
        amount::parse(number, survey.decimal_mark).map(|amount| amount.value).map_err(|problem| {
            UnreadablePart {
                line: field.line,
                reason: format!("a part's amount: {}", problem.reason(field.value)),
            }
        })
    };
    if !part.amount.value.is_empty() {
        return parse(part.amount);
    }
    if part.percent.value.is_empty() {
        return Ok(Decimal::ZERO);
    }
    let out_of_range = || UnreadablePart {
        line: part.percent.line,
        reason: format!("the percentage {} is out of range", quoted(part.percent.value)),
    };
    let hundreds = total.checked_mul(parse(part.percent)?).ok_or_else(out_of_range)?;
    let amount = (hundreds / Decimal::ONE_HUNDRED).round_dp(total.scale().max(2));
    if amount.abs() > Money::MAX { Err(out_of_range()) } else { Ok(amount) }
}

fn written<'t>(record: &Record<'t>) -> Vec<Written<'t>> {
    let mut parts: Vec<Written<'t>> = Vec::new();
    for field in &record.fields {
        // Some programs leave out the `S` of a part without a category.
        let opens = match (field.code, parts.last()) {
            ('S', _) => true,
            ('$', Some(last)) => !last.amount.value.is_empty(),
            _ => false,
        };
        if opens {
            parts.push(Written::default());
        }
        let Some(part) = parts.last_mut() else { continue };
        match field.code {
            'S' => part.named = field.value,
            'E' => part.note = field.value,
            '$' => part.amount = *field,
            '%' => part.percent = *field,
            _ => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::qif::{
        record::{Entries, Entry},
        survey::survey,
    };

    fn parts(text: &str) -> Vec<(String, String, String)> {
        let text = format!("!Type:Bank\nD1/2/24\n{text}\n^\n");
        let survey = survey(&text);
        let record = Entries::new(&text).find_map(|entry| match entry {
            Entry::Record(_, record) => Some(record),
            _ => None,
        });
        let record = record.unwrap();
        let total = amount::parse(record.value('T'), '.').unwrap().value;
        let splits = splits(&record, total, &survey).map_err(|part| part.reason).unwrap();
        assert!(
            splits.parts.is_empty() || splits.parts.iter().map(|part| part.amount).sum::<Decimal>() == total
        );
        splits
            .parts
            .into_iter()
            .map(|part| (part.amount.to_string(), part.category.unwrap_or_default(), part.note))
            .collect()
    }

    fn part(amount: &str, category: &str, note: &str) -> (String, String, String) {
        (amount.to_owned(), category.to_owned(), note.to_owned())
    }

    #[test]
    fn parts_add_up_and_the_rest_is_a_part_of_its_own() {
        assert_eq!(
            parts("T-10.00\nSFood\nEapples\n$-6.00\nS[Wallet]\n$-4.00"),
            [part("-6.00", "Food", "apples"), part("-4.00", "[Wallet]", "")]
        );
        assert_eq!(
            parts("T-10.00\nSFood\n$-6.00\nSFun\n$-3.00"),
            [part("-6.00", "Food", ""), part("-3.00", "Fun", ""), part("-1.00", "", "")]
        );
        assert_eq!(
            parts("T-10.00\nSFood\n%33.33\nSFun\n%66.67%"),
            [part("-3.33", "Food", ""), part("-6.67", "Fun", "")]
        );
        assert_eq!(parts("T-0.05\nSA\n%50\nSB\n%50"), [part("-0.02", "A", ""), part("-0.03", "B", "")]);
        assert_eq!(parts("T-10.00\nSFood\n$-10.00\nSFun\n$0"), []);
        assert_eq!(parts(&format!("T-1.01{}", "\nSFood\n$-0.01".repeat(101))), []);
        assert_eq!(parts("T-10.00\nSFood\n$-10.00"), []);
        assert_eq!(parts("T-10.00\nSFood"), []);
        assert_eq!(parts("T-10.00"), []);
    }
}
