//! Single dates made into periods: ranges, open ends, missing years.

use jiff::{ToSpan, civil::Date};

use super::{
    Mention, Period, Reach,
    atoms::{Atom, Raw, year_token},
};
use crate::words::{Token, number_word};

/// The periods that a question's dates make.
pub(super) fn mentions(tokens: &[Token], mut atoms: Vec<Atom>, as_of: Date) -> Vec<Mention> {
    add_short_days(tokens, &mut atoms);
    fill_years(tokens, &mut atoms, as_of);
    let mut found: Vec<Mention> = Vec::new();
    // In "Friday the 15th" the date says it all.
    let is_weekday =
        |atom: &Atom| atom.tokens.len() == 1 && super::weekday(&tokens[atom.tokens.start].text).is_some();
    let mut at = 1;
    while at < atoms.len() {
        let gap = atoms[at - 1].tokens.end..atoms[at].tokens.start;
        let is_day = matches!(atoms[at].raw, Raw::Day { .. } | Raw::DayOfMonth { .. });
        if is_day
            && is_weekday(&atoms[at - 1])
            && gap.len() < 2
            && gap.clone().all(|at| tokens[at].text == "the")
        {
            atoms[at].tokens.start = atoms[at - 1].tokens.start;
            atoms.remove(at - 1);
        } else {
            at += 1;
        }
    }
    for atom in atoms {
        let Some(mention) = single(&atom, as_of) else { continue };
        let mention = part_of(tokens, mention, &mut found);
        match found.last().and_then(|last| join(tokens, last, &mention)) {
            Some(joined) => {
                found.pop();
                found.push(joined);
            }
            None => found.push(mention),
        }
    }
    found.into_iter().map(|mention| open_ends(tokens, mention, as_of)).collect()
}

fn single(atom: &Atom, as_of: Date) -> Option<Mention> {
    let reach = match atom.raw {
        Raw::Future => Reach::Future,
        Raw::Vague(_) => Reach::Vague,
        _ => Reach::Whole,
    };
    let period = if reach == Reach::Future { Period::ALL } else { atom.raw.period(as_of)? };
    let point = match atom.raw {
        Raw::Ago { point, .. } => Some(point),
        _ => None,
    };
    Some(Mention { tokens: atom.tokens.clone(), period, ends: None, point, reach })
}

/// `1 to 15 March`, `March 1-15 2014`: a bare day number takes the month beside it.
fn add_short_days(tokens: &[Token], atoms: &mut Vec<Atom>) {
    let bare_day = |at: usize| {
        let token = tokens.get(at)?;
        let number = token.ordinal().or_else(|| token.number().filter(|_| token.text.len() <= 2))?;
        i8::try_from(number).ok().filter(|day| (1..=31).contains(day))
    };
    let mut at = 0;
    while at < atoms.len() {
        if let Raw::Day { year, month, .. } = atoms[at].raw {
            let start = atoms[at].tokens.start;
            let is_free = |place: usize| !atoms.iter().any(|atom| atom.tokens.contains(&place));
            let connector = usize::from(start > 0 && !is_dash(&tokens[start]));
            if start > connector
                && (connector == 0 || tokens[start - 1].is(&["to", "and", "through", "until", "till"]))
                && let Some(day) = bare_day(start - connector - 1)
                && is_free(start - connector - 1)
            {
                let place = start - connector - 1;
                let raw = Raw::Day { year, month, day };
                atoms.insert(at, Atom { tokens: place..place + 1, raw });
                at += 2;
                continue;
            }
            let end = atoms[at].tokens.end;
            let connector =
                usize::from(tokens.get(end).is_some_and(|t| t.is(&["to", "and", "through", "until"])));
            if (connector == 1 || tokens.get(end).is_some_and(is_dash))
                && let Some(day) = bare_day(end + connector)
                && is_free(end + connector)
            {
                let after = end + connector + 1;
                let year = year.or_else(|| tokens.get(after).and_then(year_token));
                let is_year_taken = tokens.get(after).is_some_and(|t| year_token(t).is_some());
                atoms[at].raw = atoms[at].raw.in_year(year.unwrap_or_default());
                if year.is_none() {
                    atoms[at].raw = Raw::Day { year: None, month, day: day_of(&atoms[at].raw) };
                }
                let raw = Raw::Day { year, month, day };
                let tokens = end + connector..after + usize::from(is_year_taken);
                atoms.retain(|atom| {
                    !(matches!(atom.raw, Raw::Year(_)) && tokens.contains(&atom.tokens.start))
                });
                atoms.insert(at + 1, Atom { tokens, raw });
                at += 2;
                continue;
            }
        }
        at += 1;
    }
}

fn day_of(raw: &Raw) -> i8 {
    match raw {
        Raw::Day { day, .. } => *day,
        _ => 1,
    }
}

fn is_dash(token: &Token) -> bool {
    matches!(token.gap.trim(), "-" | "–" | "—" | "..")
}

/// Years that are left out: the year of the date after, else of the date before, else a year
/// that stands by itself.
fn fill_years(tokens: &[Token], atoms: &mut Vec<Atom>, as_of: Date) {
    let explicit = |raw: &Raw| match raw {
        Raw::Fixed(_) => None,
        other => other.year(),
    };
    if !atoms.iter().any(|atom| atom.raw.lacks_year()) {
        return;
    }
    let joins = |from: usize, to: usize| {
        tokens
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .any(|token| token.is(&["to", "until", "till", "through", "thru"]))
            || from == to && tokens.get(to).is_some_and(is_dash)
            || tokens.iter().any(|token| token.text == "between")
    };
    let mut used_years = Vec::new();
    for at in (0..atoms.len()).rev() {
        if !atoms[at].raw.lacks_year() {
            continue;
        }
        let raw = atoms[at].raw;
        let after = atoms[at + 1..].iter().find(|atom| explicit(&atom.raw).is_some());
        let before = atoms[..at].iter().rev().find(|atom| explicit(&atom.raw).is_some());
        let Some(other) = after.or(before) else { continue };
        let Some(year) = explicit(&other.raw) else { continue };
        if matches!(other.raw, Raw::Year(_)) {
            used_years.push(other.tokens.start);
        }
        let filled = raw.in_year(year);
        let starts = |raw: &Raw| raw.period(as_of).and_then(|period| period.from);
        let is_same = starts(&filled) == starts(&other.raw) && !matches!(other.raw, Raw::Year(_));
        // "July vs June 2025" names two months of one year, "November to March 2025" runs on.
        let is_range = joins(atoms[at].tokens.end, other.tokens.start);
        let is_ahead = starts(&filled).is_some_and(|from| from > as_of);
        let runs_backwards =
            after.is_some() && starts(&filled) > starts(&other.raw) && (is_range || is_ahead);
        if is_same {
            continue;
        }
        let is_year = matches!(other.raw, Raw::Year(_));
        atoms[at].raw = if runs_backwards && !is_year { raw.in_year(year - 1) } else { filled };
    }
    atoms.retain(|atom| !used_years.contains(&atom.tokens.start));
}

/// `the first week of March`, `last 3 months of 2014`.
fn part_of(tokens: &[Token], mut mention: Mention, found: &mut Vec<Mention>) -> Mention {
    let word = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |token| token.text.as_str());
    let mut at = mention.tokens.start.checked_sub(1);
    if word(at) == "the" {
        at = at.and_then(|at| at.checked_sub(1));
    }
    let is_up_to = matches!(word(at), "to" | "ending" | "until");
    if !is_up_to && !matches!(word(at), "of" | "in") {
        return mention;
    }
    let unit_at = at.and_then(|at| at.checked_sub(1));
    let unit = word(unit_at);
    if !matches!(unit, "day" | "days" | "week" | "weeks" | "month" | "months") {
        return mention;
    }
    let mut side_at = unit_at.and_then(|at| at.checked_sub(1));
    let mut count = 1;
    if let Some(number) = number_word(word(side_at)).filter(|_| !word(side_at).is_empty()) {
        count = i32::try_from(number).unwrap_or(1).clamp(1, 1000);
        side_at = side_at.and_then(|at| at.checked_sub(1));
    }
    let (Some(start), Some((from, to))) = (side_at, mention.period.bounds()) else { return mention };
    let span = match unit {
        "day" | "days" => count.days(),
        "week" | "weeks" => (count * 7).days(),
        _ => count.months(),
    };
    let part = match word(side_at) {
        "first" => from
            .checked_add(span)
            .and_then(Date::yesterday)
            .ok()
            .map(|end| Period::between(from, end.min(to))),
        "last" | "final" => to
            .tomorrow()
            .and_then(|day| day.checked_sub(span))
            .ok()
            .map(|start| Period::between(start.max(from), to)),
        _ => None,
    };
    let part = if is_up_to && part.is_none() && count > 1 {
        let start = to.tomorrow().and_then(|day| day.checked_sub(span)).ok();
        start.map(|start| Period::between(start, to))
    } else {
        part
    };
    let part = part.or_else(|| {
        let nth = ordinal_at(tokens, side_at).filter(|_| matches!(unit, "week" | "month"))?;
        nth_part(mention.period, unit, nth)
    });
    // "the week of 4 March" is the one that holds the day.
    let of_day = part.is_none() && unit == "week" && from == to && count == 1;
    if of_day && ordinal_at(tokens, side_at).is_none() {
        let monday = from.checked_sub(from.weekday().to_monday_zero_offset().days()).ok();
        let week =
            monday.and_then(|monday| Some(Period::between(monday, monday.checked_add(6.days()).ok()?)));
        if let (Some(week), Some(at)) = (week, unit_at) {
            mention.tokens.start = at;
            mention.period = week;
        }
        return mention;
    }
    let Some(part) = part else { return mention };
    // "last week" was read as counted from today.
    found.retain(|other| other.tokens.end <= start);
    mention.tokens.start = start;
    mention.period = part;
    mention
}

/// The number that an ordinal stands for: `second`, `3rd`.
fn ordinal_at(tokens: &[Token], at: Option<usize>) -> Option<i32> {
    const WORDS: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];
    let token = tokens.get(at?)?;
    let word = WORDS.iter().position(|word| *word == token.text).and_then(|at| i32::try_from(at + 1).ok());
    word.or_else(|| token.ordinal().and_then(|number| i32::try_from(number).ok()))
}

/// The nth seven days, or the nth month, of a period.
fn nth_part(period: Period, unit: &str, nth: i32) -> Option<Period> {
    let (from, to) = period.bounds()?;
    if !(1..=60).contains(&nth) {
        return None;
    }
    let (start, end) = if unit == "week" {
        let start = from.checked_add(((nth - 1) * 7).days()).ok()?;
        (start, start.checked_add(6.days()).ok()?)
    } else {
        let start = from.checked_add((nth - 1).months()).ok()?;
        (start, start.last_of_month())
    };
    (start <= to).then(|| Period::between(start, end.min(to)))
}

/// `early March`, `mid-March`, `the beginning of March`, `the end of March`: about a third of it.
fn third_of(period: Period, word: &str) -> Option<Period> {
    let (from, to) = period.bounds()?;
    let is_month = from.day() == 1 && to == from.last_of_month();
    if !is_month {
        return None;
    }
    let day = |day: i8| Date::new(from.year(), from.month(), day).ok();
    match word {
        "early" | "beginning" | "start" => Some(Period::between(from, day(10)?)),
        "mid" | "middle" => Some(Period::between(day(11)?, day(20)?)),
        "late" | "end" => Some(Period::between(day(21)?, to)),
        _ => None,
    }
}

/// Two dates as one range: `A to B`, `between A and B`, or neighbours joined by "and".
fn join(tokens: &[Token], first: &Mention, second: &Mention) -> Option<Mention> {
    if first.reach != Reach::Whole || second.reach != Reach::Whole {
        return None;
    }
    let between: Vec<&str> =
        tokens[first.tokens.end..second.tokens.start].iter().map(|token| token.text.as_str()).collect();
    let before = |offset: usize| {
        first.tokens.start.checked_sub(offset).and_then(|at| tokens.get(at)).map_or("", |t| t.text.as_str())
    };
    let is_between = before(1) == "between" || before(1) == "the" && before(2) == "between";
    let (from, end) = (first.period.from?, second.period.to?);
    let is_neighbour = first.period.to?.tomorrow().ok() == second.period.from;
    let is_range = match between.as_slice() {
        ["to" | "through" | "thru" | "until" | "till" | "up" | "til"]
        | ["up" | "through", "to" | "until"]
        | ["to" | "through" | "until", "the"]
        | ["to" | "until" | "through", "the", "end", "of"]
        | ["to" | "until" | "through", "end", "of"] => true,
        [] => {
            is_dash(&tokens[second.tokens.start])
                || is_neighbour && tokens[second.tokens.start].gap.contains([',', '&', '+'])
        }
        ["and"] | ["and", "in" | "the"] => is_between || is_neighbour,
        _ => false,
    };
    let is_forward = from <= end && first.period.from <= second.period.from;
    if !is_range || !is_forward {
        return None;
    }
    let first_end = first.ends.map_or(first.period, |ends| ends.0);
    let start = first.tokens.start - usize::from(is_between || before(1) == "from");
    Some(Mention {
        tokens: start..second.tokens.end,
        period: Period::between(from, end),
        ends: Some((first_end, second.period)),
        point: None,
        reach: Reach::Whole,
    })
}

/// The days beside a day or period: `4 weeks before …`, `the week after …`, and where that starts.
fn spans_beside(
    tokens: &[Token],
    opener_at: Option<usize>,
    opener: &str,
    mention: &Mention,
) -> Option<(Period, usize)> {
    if !matches!(opener, "before" | "after") {
        return None;
    }
    let unit_at = opener_at?.checked_sub(1)?;
    let unit = tokens.get(unit_at)?.text.as_str();
    let count_at = unit_at.checked_sub(1);
    let counted =
        count_at.and_then(|at| number_word(&tokens[at].text)).filter(|count| (1..=400).contains(count));
    let count = i32::try_from(counted.unwrap_or(1)).ok()?;
    let span = match unit {
        "day" | "days" => count.days(),
        "week" | "weeks" => (count * 7).days(),
        "month" | "months" => count.months(),
        _ => return None,
    };
    let (from, to) = mention.period.bounds()?;
    let period = if opener == "before" {
        Period::between(from.checked_sub(span).ok()?, from.yesterday().ok()?)
    } else {
        Period::between(to.tomorrow().ok()?, to.checked_add(span).ok()?)
    };
    Some((period, if counted.is_some() { unit_at - 1 } else { unit_at }))
}

/// `since A`, `until A`, `before A`, `end of A`, `start of A`.
fn open_ends(tokens: &[Token], mut mention: Mention, as_of: Date) -> Mention {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut start = mention.tokens.start;
    let skip_the = |start: usize| if start > 0 && word(start - 1) == "the" { start - 1 } else { start };
    let edge_at = skip_the(start);
    if edge_at > 1 && word(edge_at - 1) == "of" || edge_at > 0 && matches!(word(edge_at - 1), "end" | "late")
    {
        let at = if word(edge_at - 1) == "of" { edge_at - 2 } else { edge_at - 1 };
        let edge = match word(at) {
            "end" | "close" | "ending" => mention.period.to,
            "start" | "beginning" | "begin" => mention.period.from,
            _ => None,
        };
        if let Some(edge) = edge {
            let is_start = mention.period.from == Some(edge) && word(at) != "end";
            mention.point = if is_start { edge.yesterday().ok() } else { Some(edge) };
            start = skip_the(at);
            let opens = start > 0
                && matches!(
                    word(start - 1),
                    "since" | "after" | "from" | "until" | "till" | "to" | "before" | "through"
                );
            if opens {
                mention.period = Period::day(edge);
            }
        }
    }
    // "Early March" is a part of it, unless something opens there.
    let name_at = skip_the(mention.tokens.start);
    let is_of = name_at > 1 && word(name_at - 1) == "of";
    let third_at = if is_of { name_at.checked_sub(2) } else { name_at.checked_sub(1) };
    if let Some(at) = third_at
        && mention.ends.is_none()
        && let Some(third) = third_of(mention.period, word(at))
    {
        mention.period = third;
        start = start.min(at);
    }
    let opener_at = skip_the(start);
    let after = word(mention.tokens.end);
    let opener = if opener_at > 0 { word(opener_at - 1) } else { "" };
    let opener_before = if opener_at > 1 { word(opener_at - 2) } else { "" };
    let to_now = |from: Option<Date>| Period { from, to: from.filter(|from| *from <= as_of).map(|_| as_of) };
    let onwards = matches!(after, "on" | "onward" | "onwards" | "forward") && opener != "on"
        || after == "and" && matches!(word(mention.tokens.end + 1), "later" | "after");
    let from = mention.point.filter(|_| mention.period.from != mention.period.to).or(mention.period.from);
    let new = match (opener_before, opener) {
        (_, "since" | "starting") | ("starting" | "beginning", "in" | "from" | "on" | "with") => {
            Some(to_now(from))
        }
        (_, "from") if onwards => Some(to_now(from)),
        (_, "after") => Some(to_now(mention.period.to.and_then(|to| to.tomorrow().ok()))),
        (_, "before") | ("prior", "to") => {
            Some(Period { from: None, to: mention.period.from.and_then(|from| from.yesterday().ok()) })
        }
        (_, "until" | "till" | "through" | "thru") | ("up", "to") => {
            Some(Period { from: None, to: mention.period.to })
        }
        ("as", "of") | (_, "by") if mention.ends.is_none() => {
            mention.point = mention.point.or(mention.period.to);
            start = opener_at - 1;
            None
        }
        _ => None,
    };
    // "The 4 weeks before Christmas", "the day after": as many days beside it.
    let beside = spans_beside(tokens, opener_at.checked_sub(1), opener, &mention);
    if let Some((period, at)) = beside {
        mention.reach = Reach::Whole;
        mention.point = None;
        mention.ends = None;
        mention.period = period;
        mention.tokens.start = at.min(mention.tokens.start);
        return mention;
    }
    if let Some(period) = new {
        mention.reach = if period.from.is_none() { Reach::Until } else { Reach::Since };
        mention.point = if mention.reach == Reach::Until { period.to } else { None };
        mention.period = period;
        mention.ends = None;
        start = opener_at - 1;
    }
    mention.tokens.start = start.min(mention.tokens.start);
    mention
}
