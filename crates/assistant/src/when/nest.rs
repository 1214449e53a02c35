//! Dates inside a period that is named before them: "last year in August", "last month until the 10th".

use jiff::civil::Date;

use super::{
    Period,
    atoms::{Atom, Raw, Within},
};
use crate::words::Token;

/// Words between a period and a date in it.
const JOINTS: [&str; 26] = [
    "after",
    "at",
    "before",
    "beginning",
    "between",
    "by",
    "during",
    "early",
    "end",
    "for",
    "from",
    "in",
    "late",
    "mid",
    "of",
    "on",
    "over",
    "since",
    "start",
    "starting",
    "the",
    "through",
    "till",
    "to",
    "until",
    "up",
];

/// Gives dates the year or month that stands before them.
pub(super) fn nest(tokens: &[Token], atoms: &mut Vec<Atom>, as_of: Date) {
    let mut at = 0;
    while at + 1 < atoms.len() {
        if in_month(tokens, atoms, at, as_of) || in_year(tokens, atoms, at) {
            let outer = atoms.remove(at);
            atoms[at].lead = Some(outer.lead.unwrap_or(outer.tokens.start));
        } else {
            from_day(tokens, atoms, at, as_of);
            at += 1;
        }
    }
}

fn joints<'a>(tokens: &'a [Token], first: &Atom, second: &Atom) -> Vec<&'a str> {
    let between = tokens.get(first.tokens.end..second.tokens.start).unwrap_or_default();
    between.iter().map(|token| token.text.as_str()).collect()
}

/// Whether a date stands in the period before it: nothing is compared, and no range ends in it.
fn is_inside(tokens: &[Token], first: &Atom, second: &Atom) -> bool {
    let joints = joints(tokens, first, second);
    let ends_range = joints.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).map_or("", |at| joints[at]);
        let is_up = before == "up";
        *word == "to" && !is_up
    });
    let opens_range = first.tokens.start.checked_sub(1).is_some_and(|at| {
        tokens[at].is(&["between", "from", "than", "versus", "vs", "to", "with", "since", "until", "till"])
    });
    let leads_back = joints.iter().any(|word| matches!(*word, "until" | "till" | "through"));
    joints.iter().all(|word| JOINTS.binary_search(word).is_ok())
        && !ends_range
        && !(opens_range && leads_back)
        && tokens.get(second.tokens.start).is_some_and(|token| token.gap.trim() != "-")
}

/// `last year in August`, `in 2025 before June`; whether the year has been given away.
fn in_year(tokens: &[Token], atoms: &mut [Atom], at: usize) -> bool {
    let Some(period) = year(tokens, &atoms[at]) else { return false };
    let Some(year) = period.from.map(Date::year) else { return false };
    if !atoms[at + 1].raw.lacks_year() || !is_inside(tokens, &atoms[at], &atoms[at + 1]) {
        return false;
    }
    let mut next = at + 1;
    while atoms.get(next).is_some_and(|atom| atom.raw.lacks_year()) {
        let is_joined = next == at + 1
            || joints(tokens, &atoms[next - 1], &atoms[next]).iter().all(|word| {
                matches!(*word, "and" | "to" | "until" | "through" | "the" | "of" | "end" | "or")
            });
        if !is_joined {
            break;
        }
        atoms[next].raw = atoms[next].raw.in_year(year);
        atoms[next].within = Some(Within::Days(period));
        next += 1;
    }
    true
}

/// The calendar year that a date names, by its number or as this or the last.
fn year(tokens: &[Token], atom: &Atom) -> Option<Period> {
    match atom.raw {
        Raw::Year(year) => Period::year(year),
        Raw::Fixed(period) => {
            let last = atom.tokens.clone().next_back()?;
            let from = period.from.filter(|from| from.day() == 1 && from.month() == 1)?;
            let is_one = tokens[last].text == "year"
                && tokens[atom.tokens.start].is(&["this", "current", "last", "previous", "prior"])
                && period.to.is_some_and(|to| to.year() == from.year());
            is_one.then(|| Period::year(from.year()))?
        }
        _ => None,
    }
}

/// `last month until the 10th`, `in August on the 3rd`.
fn in_month(tokens: &[Token], atoms: &mut [Atom], at: usize, as_of: Date) -> bool {
    let Raw::DayOfMonth { day } = atoms[at + 1].raw else { return false };
    if !is_inside(tokens, &atoms[at], &atoms[at + 1]) {
        return false;
    }
    let (year, month) = match atoms[at].raw {
        Raw::Month { year, month } => (year, month),
        Raw::Fixed(period) => {
            let is_month = tokens[atoms[at].tokens.end - 1].text == "month";
            match period.from.filter(|from| from.day() == 1 && is_month && period.from <= Some(as_of)) {
                Some(from) => (Some(from.year()), from.month()),
                None => return false,
            }
        }
        _ => return false,
    };
    if Date::new(year.unwrap_or(2024), month, day).is_err() {
        return false;
    }
    atoms[at + 1].raw = Raw::Day { year, month, day };
    atoms[at + 1].within = Some(Within::Month);
    true
}

/// `from the 5th to the 10th of August`: the first day takes the month of the second.
fn from_day(tokens: &[Token], atoms: &mut [Atom], at: usize, as_of: Date) {
    let Raw::DayOfMonth { day } = atoms[at].raw else { return };
    let joints = joints(tokens, &atoms[at], &atoms[at + 1]);
    let is_range =
        joints.iter().all(|word| matches!(*word, "to" | "and" | "until" | "till" | "through" | "the"));
    if joints.is_empty() || !is_range {
        return;
    }
    match atoms[at + 1].raw {
        Raw::Day { year, month, day: last } if day < last => {
            atoms[at].raw = Raw::Day { year, month, day };
        }
        // "From the 10th to the 20th", of which the second is still to come.
        Raw::DayOfMonth { day: last } if day < last => {
            let first = atoms[at].raw.period(as_of).and_then(|period| period.from);
            let end = first.and_then(|first| Date::new(first.year(), first.month(), last).ok());
            if let Some(end) = end {
                atoms[at + 1].raw = Raw::Day { year: Some(end.year()), month: end.month(), day: end.day() };
            }
        }
        _ => {}
    }
}
