//! Dates of one question that would be the same: "this August than last August".

use jiff::{ToSpan, civil::Date};

use super::{
    Period,
    atoms::{Atom, Raw},
    relative,
};
use crate::words::Token;

/// Words that turn back to an earlier one.
const TURNS: [&str; 4] = ["last", "previous", "prior", "past"];

/// Sets what is "last" before what is named beside it, where both were read as the same.
pub(super) fn set_apart(tokens: &[Token], atoms: &mut [Atom], as_of: Date) {
    let starts: Vec<Option<Date>> =
        atoms.iter().map(|atom| atom.raw.period(as_of).and_then(|period| period.from)).collect();
    let turned: Vec<bool> = atoms.iter().map(|atom| is_turned(tokens, atom)).collect();
    let last_words: Vec<String> = atoms.iter().map(|atom| last_word(tokens, atom).to_owned()).collect();
    let is_current = |atom: &Atom| tokens[atom.tokens.start].is(&["this", "current"]);
    let current: Vec<bool> = atoms.iter().map(is_current).collect();
    for at in (0..atoms.len()).filter(|at| turned[*at]) {
        let is_twin = |other: &usize| !turned[*other] && starts[at].is_some() && starts[*other] == starts[at];
        let has_twin = (0..atoms.len()).any(|other| is_twin(&other));
        // "The last month" beside "this month" is the one before it, not the days back to it.
        let is_beside = (0..atoms.len()).any(|other| current[other] && last_words[other] == last_words[at]);
        if let (Raw::Fixed(_), true) = (atoms[at].raw, is_beside && atoms[at].tokens.len() == 2)
            && let Some(period) = relative::unit_before(&last_words[at], as_of)
        {
            atoms[at].raw = Raw::Fixed(period);
        } else if has_twin && let Some(raw) = one_before(atoms[at].raw) {
            atoms[at].raw = raw;
        }
    }
}

/// Whether it is said to be the last one; "last" stands before the day of a week.
fn is_turned(tokens: &[Token], atom: &Atom) -> bool {
    let before = atom.tokens.start.checked_sub(1).map(|at| &tokens[at]);
    let is_weekday = atom.tokens.len() == 1 && super::weekday(last_word(tokens, atom)).is_some();
    tokens[atom.tokens.start].is(&TURNS) || is_weekday && before.is_some_and(|token| token.is(&TURNS))
}

fn last_word<'a>(tokens: &'a [Token], atom: &Atom) -> &'a str {
    atom.tokens.clone().next_back().map_or("", |at| tokens[at].text.as_str())
}

/// The same a year earlier; of days of the week and weekends, a week.
fn one_before(raw: Raw) -> Option<Raw> {
    match raw {
        Raw::Month { year: Some(year), month } => Some(Raw::Month { year: Some(year - 1), month }),
        Raw::Yearly { year: Some(year), what, is_day } => {
            Some(Raw::Yearly { year: Some(year - 1), what, is_day })
        }
        Raw::Fixed(period) => {
            let (from, to) = period.bounds()?;
            let is_short = super::days_between(from, to) <= 2;
            let back = |day: Date| day.checked_sub(1.week()).ok();
            // A weekend that has just begun is whole a week before.
            let end =
                if from.weekday() == jiff::civil::Weekday::Saturday { from.tomorrow().ok()? } else { to };
            if is_short { Some(Raw::Fixed(Period::between(back(from)?, back(end)?))) } else { None }
        }
        _ => None,
    }
}
