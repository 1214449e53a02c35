//! Single dates made into periods: ranges, open ends, missing years.

use jiff::{ToSpan, civil::Date};

use super::{
    Mention, Period, Reach,
    apart::set_apart,
    atoms::{Atom, Raw, Within, month_number, year_token},
    nest::nest,
    parts::{part_of, third_of},
    weekdays,
};
use crate::words::{Token, number_word};

/// The periods that a question's dates make.
pub(super) fn mentions(tokens: &[Token], mut atoms: Vec<Atom>, as_of: Date) -> Vec<Mention> {
    weekdays::settle(tokens, &mut atoms, as_of);
    add_short_days(tokens, &mut atoms);
    nest(tokens, &mut atoms, as_of);
    fill_years(tokens, &mut atoms, as_of);
    set_apart(tokens, &mut atoms, as_of);
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
    let limits: Vec<(usize, Period)> = atoms
        .iter()
        .filter_map(|atom| Some((atom.tokens.end, limit(atom.within?, atom.raw.period(as_of)?)?)))
        .collect();
    let leads: Vec<(usize, usize)> =
        atoms.iter().filter_map(|atom| Some((atom.tokens.end, atom.lead?))).collect();
    for at in 0..atoms.len() {
        let Some(mut mention) = single(&atoms[at], as_of) else { continue };
        if matches!(atoms[at].raw, Raw::Same(_)) {
            mention.period = beside(&atoms, at, as_of).unwrap_or(mention.period);
        }
        let mention = part_of(tokens, mention, &mut found);
        let mention = third_before(tokens, mention);
        match found.last().and_then(|last| join(tokens, last, &mention)) {
            Some(joined) => {
                found.pop();
                found.push(joined);
            }
            None => found.push(mention),
        }
    }
    let mut read = Vec::new();
    for mention in found {
        let limit = limits.iter().find(|(end, _)| *end == mention.tokens.end).map(|(_, limit)| *limit);
        let lead = leads.iter().find(|(end, _)| mention.tokens.contains(&(end - 1))).map(|(_, lead)| *lead);
        let mut mention = bounded(open_ends(tokens, mention, as_of), limit);
        mention.tokens.start = lead.unwrap_or(mention.tokens.start).min(mention.tokens.start);
        read.push(led_in(tokens, mention));
    }
    read
}

/// `early March`, `mid-March`; at the ends of a range "mid" is the 15th.
fn third_before(tokens: &[Token], mut mention: Mention) -> Mention {
    let Some(at) = mention.tokens.start.checked_sub(1).filter(|_| mention.ends.is_none()) else {
        return mention;
    };
    let word = tokens[at].text.as_str();
    if matches!(word, "early" | "mid" | "middle" | "late")
        && let Some(third) = third_of(mention.period, word)
    {
        mention.period = third;
        mention.tokens.start = at;
    }
    mention
}

/// The days that an open end is bounded by.
fn limit(within: Within, period: Period) -> Option<Period> {
    match within {
        Within::Days(days) => Some(days),
        Within::Month => period.from.and_then(|day| Period::month(day.year(), day.month())),
    }
}

/// The same days a year earlier than the period beside it: `March than in the same month last year`.
fn beside(atoms: &[Atom], at: usize, as_of: Date) -> Option<Period> {
    let other = at.checked_sub(1).map(|before| &atoms[before]).or_else(|| atoms.get(at + 1))?;
    other.raw.period(as_of)?.year_earlier()
}

/// An open end within a year or month that is named with it: `before the 10th of August this year`.
fn bounded(mut mention: Mention, limit: Option<Period>) -> Mention {
    let Some(limit) = limit.filter(|_| matches!(mention.reach, Reach::Since | Reach::Until)) else {
        return mention;
    };
    let later = |a: Option<Date>, b: Option<Date>| a.max(b);
    let sooner = |a: Option<Date>, b: Option<Date>| a.into_iter().chain(b).min();
    let period =
        Period { from: later(mention.period.from, limit.from), to: sooner(mention.period.to, limit.to) };
    if period.from.is_some() && period.to.is_some() {
        mention.reach = Reach::Whole;
    }
    mention.period = period;
    mention
}

/// `over the last 8 weeks`, `in the course of 2025`: what leads to a period says nothing else.
fn led_in(tokens: &[Token], mut mention: Mention) -> Mention {
    if mention.reach == Reach::Future {
        return mention;
    }
    let word = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |token| token.text.as_str());
    let skip_the = |end: usize| if end > 0 && word(end.checked_sub(1)) == "the" { end - 1 } else { end };
    let mut end = skip_the(mention.tokens.start);
    if end > 1 && word(end.checked_sub(1)) == "of" && word(end.checked_sub(2)) == "course" {
        end = skip_the(end - 2);
    }
    if let Some(at) = end.checked_sub(1)
        && tokens[at].is(&["over", "across", "throughout", "within"])
    {
        mention.tokens.start = at;
    }
    mention
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
        Raw::Then { point, .. } => point,
        _ => None,
    };
    let ends = match atom.raw {
        Raw::Then { period, now, .. } => Some((period, now)),
        _ => None,
    };
    Some(Mention { tokens: atom.tokens.clone(), period, ends, point, reach })
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
                atoms.insert(at, Atom::new(place..place + 1, raw));
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
                let within = atoms[at].within;
                atoms.insert(at + 1, Atom { tokens, raw, within, lead: None });
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
    let spans = |from: usize, to: usize| {
        let between = tokens.get(from..to).unwrap_or_default();
        between.iter().any(|token| token.is(&["to", "until", "till", "through", "thru"]))
            || from == to && tokens.get(to).is_some_and(is_dash)
    };
    // "Last December" says no year of its own: "February than last December" is two of them.
    let is_counted =
        |atom: &Atom| tokens[atom.tokens.start].is(&["last", "previous", "prior", "past", "this", "current"]);
    let explicit = |atom: &Atom, beside: &Atom| match atom.raw {
        Raw::Fixed(_) => None,
        _ if is_counted(atom)
            && !spans(beside.tokens.end, atom.tokens.start)
            && !spans(atom.tokens.end, beside.tokens.start) =>
        {
            None
        }
        raw => raw.year(),
    };
    if !atoms.iter().any(|atom| atom.raw.lacks_year()) {
        return;
    }
    let joins =
        |from: usize, to: usize| spans(from, to) || tokens.iter().any(|token| token.text == "between");
    let mut used_years = Vec::new();
    let mut limits = Vec::new();
    for at in (0..atoms.len()).rev() {
        if !atoms[at].raw.lacks_year() {
            continue;
        }
        let raw = atoms[at].raw;
        let own = &atoms[at];
        let after = atoms[at + 1..].iter().find(|atom| explicit(atom, own).is_some());
        let before = atoms[..at].iter().rev().find(|atom| explicit(atom, own).is_some());
        let Some(other) = after.or(before) else { continue };
        let Some(year) = explicit(other, own) else { continue };
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
        if let (Raw::Year(_), Some(all), None) = (other.raw, Period::year(year), atoms[at].within) {
            let is_led = other.tokens.start < atoms[at].tokens.start;
            let days = if is_led { all } else { Period { to: None, ..all } };
            limits.push((at, days));
        }
        // "From November 2025 to March" runs into the next year.
        let runs_on = after.is_none()
            && tokens.get(other.tokens.end..atoms[at].tokens.start).is_some_and(|it| !it.is_empty())
            && spans(other.tokens.end, atoms[at].tokens.start)
            && starts(&filled) < starts(&other.raw);
        atoms[at].raw = match (is_year, runs_backwards, runs_on) {
            (false, true, _) => raw.in_year(year - 1),
            (false, false, true) => raw.in_year(year + 1),
            _ => filled,
        };
    }
    for (at, days) in limits {
        atoms[at].within = Some(Within::Days(days));
    }
    atoms.retain(|atom| !used_years.contains(&atom.tokens.start));
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
    let (mut from, mut end) = (first.period.from?, second.period.to?);
    let is_neighbour = first.period.to?.tomorrow().ok() == second.period.from;
    let is_range = match between.as_slice() {
        ["to" | "through" | "thru" | "until" | "till" | "up" | "til"]
        | ["up" | "through", "to" | "until" | "till"]
        | ["to" | "through" | "until", "the"]
        | ["to" | "until" | "through", "the", "end", "of"]
        | ["to" | "until" | "through", "end", "of"] => true,
        [] => {
            is_dash(&tokens[second.tokens.start])
                || is_neighbour && tokens[second.tokens.start].gap.contains([',', '&', '+'])
                || is_neighbour && are_months(tokens, first, second)
        }
        ["and"] | ["and", "in" | "the"] => is_between || is_neighbour,
        _ => false,
    };
    let is_forward = from <= end && first.period.from <= second.period.from;
    if !is_range || !is_forward {
        return None;
    }
    let is_mid = |mention: &Mention| tokens[mention.tokens.start].is(&["mid", "middle"]);
    let fifteenth = |day: Date| Date::new(day.year(), day.month(), 15).unwrap_or(day);
    if is_mid(first) {
        from = fifteenth(from);
    }
    if is_mid(second) {
        end = fifteenth(end);
    }
    let first_end = first.ends.map_or(first.period, |ends| ends.0);
    let opener = if is_between && before(1) == "the" { 2 } else { 1 };
    let start = first.tokens.start - if is_between || before(1) == "from" { opener } else { 0 };
    // "To now" is no period of its own to compare with.
    let is_open = tokens[second.tokens.end - 1].is(&["now", "date", "present"]);
    Some(Mention {
        tokens: start..second.tokens.end,
        period: Period::between(from, end),
        ends: (!is_open).then_some((first_end, second.period)),
        point: None,
        reach: Reach::Whole,
    })
}

/// `June July`: months by their names, one behind the other.
fn are_months(tokens: &[Token], first: &Mention, second: &Mention) -> bool {
    let is_month = |at: usize| tokens.get(at).is_some_and(|token| month_number(&token.text).is_some());
    is_month(first.tokens.end - 1) && is_month(second.tokens.start)
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
    // "This month before the 10th" is of this month.
    if count_at.is_some_and(|at| tokens[at].is(&["this", "last", "current", "previous", "past", "same"])) {
        return None;
    }
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
            "end" | "close" | "ending" => mention.ends.map_or(mention.period.to, |(first, _)| first.to),
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
            match mention.ends {
                // "From the start of May to the end of July" is one range, which the edge only opens.
                Some((first, last)) => {
                    if word(at) == "end" {
                        mention.period = Period { from: first.to, to: last.to };
                    }
                    mention.point = None;
                    start = if opens { start - 1 } else { start };
                }
                None if opens => mention.period = Period::day(edge),
                None => {}
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
    // "Since last Friday": a day of the week is the last one anyway.
    let is_weekday = mention.tokens.len() == 1 && super::weekday(word(mention.tokens.start)).is_some();
    let opener_at = skip_the(start);
    let opener_at =
        if is_weekday && opener_at > 0 && word(opener_at - 1) == "last" { opener_at - 1 } else { opener_at };
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
            // A day for a balance, and all up to it for a sum; what is ahead is a day only.
            mention.point.filter(|day| *day <= as_of).map(|day| Period { from: None, to: Some(day) })
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
