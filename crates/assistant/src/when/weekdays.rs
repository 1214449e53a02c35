//! Days of the week that are named by themselves: "how much did I spend Monday", "Monday to Friday".

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

use super::{
    Period,
    atoms::{Atom, Raw},
    weekday,
};
use crate::{vocabulary, words::Token};

/// Words before a day that make it another than the last one, or a name: "every Monday", "Ruby Tuesday".
const BEFORE: &str = "a an the every each per next coming following any some which what other second third fourth good black cyber \
    my our at is are was were like no not or one until till by before after upcoming mad first";
/// Words of a question for what is usual, or still to come.
const USUAL: &str = "will would can could should do does usually usual typically typical average normally most least which per every each \
    enough afford tomorrow next going tend";
/// Parts of a day: rows have no time.
const HOURS: &str =
    "morning mornings noon afternoon afternoons evening evenings night nights lunch lunchtime";
/// Words of a range between two days.
const RANGES: [&str; 7] = ["to", "through", "thru", "until", "till", "and", "the"];

fn is_one(word: &str, any: &str) -> bool {
    any.split_whitespace().any(|it| it == word)
}

/// Whether a day of the week that stands there by itself is the last one: the words around it ask for what was.
pub(super) fn stands_alone(tokens: &[Token], at: usize) -> bool {
    let word = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |token| token.text.as_str());
    let before = at.checked_sub(1);
    let ends_range = before.is_some_and(|before| {
        is_one(&tokens[before].text, "to through thru until till and")
            && before.checked_sub(1).is_some_and(|day| weekday(&tokens[day].text).is_some())
    });
    let is_led = match before {
        None => true,
        Some(_) if ends_range => true,
        Some(before) if weekday(&tokens[before].text).is_some() => tokens[at].gap.trim() == "-",
        Some(before) => is_led(tokens, before),
    };
    is_led && !is_one(word(Some(at + 1)), HOURS) && !tokens.iter().any(|token| is_one(&token.text, USUAL))
}

/// Whether the words before leave the day by itself: "on food Monday", but not "at Ruby Tuesday".
fn is_led(tokens: &[Token], before: usize) -> bool {
    let is_name = |at: &usize| !vocabulary::is_known(&tokens[*at].text);
    let names = (0..=before).rev().take_while(is_name).count();
    let leads = (before + 1).checked_sub(names + 1).map_or("", |at| tokens[at].text.as_str());
    let is_placed = names > 0 && is_one(leads, "at to from with by");
    !is_placed && !is_one(&tokens[before].text, BEFORE) && !is_one(&tokens[before].text, "to through thru")
}

fn is_day(tokens: &[Token], atom: &Atom) -> bool {
    atom.tokens.len() == 1 && weekday(&tokens[atom.tokens.start].text).is_some()
}

/// Whether nothing but the day says which one it is.
fn is_bare(tokens: &[Token], atom: &Atom) -> bool {
    let before = atom.tokens.start.checked_sub(1).map(|at| &tokens[at]);
    let is_placed =
        before.is_some_and(|token| token.is(&["on", "last", "this", "since", "past", "from", "of"]));
    is_day(tokens, atom) && !is_placed
}

/// `Monday last week`, `last week on Monday`: the day of that week.
fn in_week(tokens: &[Token], atoms: &mut Vec<Atom>, as_of: Date) {
    let mut at = 1;
    while at < atoms.len() {
        let (first, second) = (&atoms[at - 1], &atoms[at]);
        let joints = &tokens[first.tokens.end..second.tokens.start];
        let is_joined = joints.iter().all(|token| token.is(&["of", "in", "the", "on"]));
        let (day, week) = if is_day(tokens, first) { (first, second) } else { (second, first) };
        let is_week = tokens[week.tokens.end - 1].text == "week" && week.tokens.len() == 2;
        let from = week.raw.period(as_of).and_then(|period| period.from);
        let named = weekday(&tokens[day.tokens.start].text).filter(|_| is_day(tokens, day));
        let monday = from.filter(|from| from.weekday() == Weekday::Monday);
        if let (true, true, Some(named), Some(monday)) = (is_joined, is_week, named, monday)
            && let Ok(found) = monday.checked_add(i64::from(named.to_monday_zero_offset()).days())
        {
            let place = first.tokens.start..second.tokens.end;
            // A day that is still to come has no rows.
            let raw = if found > as_of { Raw::Future } else { Raw::Fixed(Period::day(found)) };
            atoms.splice(at - 1..=at, [Atom::new(place, raw)]);
        } else {
            at += 1;
        }
    }
}

/// Leaves out days that stand beside another period, of which they would be a part: "Monday to Friday in March"; and
/// begins a range before it ends.
pub(super) fn settle(tokens: &[Token], atoms: &mut Vec<Atom>, as_of: Date) {
    in_week(tokens, atoms, as_of);
    let is_dated = |day: &Atom, other: &Atom| {
        day.tokens.end <= other.tokens.start
            && matches!(other.raw, Raw::Day { .. } | Raw::DayOfMonth { .. })
            && tokens[day.tokens.end..other.tokens.start].iter().all(|token| token.text == "the")
    };
    let others: Vec<Atom> = atoms.iter().filter(|atom| !is_day(tokens, atom)).cloned().collect();
    // "Friday the 15th" is one day.
    atoms.retain(|atom| {
        !is_bare(tokens, atom) || others.is_empty() || others.iter().any(|other| is_dated(atom, other))
    });
    for at in 1..atoms.len() {
        let (first, second) = (&atoms[at - 1], &atoms[at]);
        let between = &tokens[first.tokens.end..second.tokens.start];
        let is_range = is_day(tokens, first)
            && is_day(tokens, second)
            && between.iter().all(|token| token.is(&RANGES))
            && (!between.is_empty() || tokens[second.tokens.start].gap.trim() == "-");
        let from = |atom: &Atom| atom.raw.period(as_of).and_then(|period| period.from);
        let (Some(start), Some(end)) = (from(first), from(second)) else { continue };
        if is_range
            && start > end
            && let Ok(earlier) = start.checked_sub(1.week())
        {
            atoms[at - 1].raw = Raw::Fixed(Period::day(earlier));
        }
    }
}
