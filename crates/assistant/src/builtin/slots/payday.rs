//! Periods counted from the days on which the salary came in.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    when::{Mention, Period, Reach},
    words::Token,
};

/// The days of the latest salaries up to today, the latest first; none when nobody asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::builtin) struct Paydays(pub Vec<Date>);

/// What a text says of a payday.
pub(super) enum Read {
    None,
    /// It names one, and there is none.
    Unknown,
    Found(Mention),
}

/// `since payday`, `between payday and now`, `on payday`, `since I got paid`, `last pay period`.
pub(super) fn read(words: &[Token], paydays: &Paydays, as_of: Date) -> Read {
    let word = |at: Option<usize>| at.and_then(|at| words.get(at)).map_or("", |word| word.text.as_str());
    for at in 0..words.len() {
        let next = word(Some(at + 1));
        let (end, is_period) = match words[at].text.as_str() {
            "payday" | "paydays" | "paycheck" | "paycheque" | "payslip" | "salary" => (at + 1, false),
            "pay" if matches!(next, "day" | "check" | "cheque") => (at + 2, false),
            "pay" if matches!(next, "period" | "cycle") => (at + 2, true),
            "paid" if matches!(word(at.checked_sub(1)), "got" | "get" | "was" | "been" | "were" | "last") => {
                (at + 1, false)
            }
            _ => continue,
        };
        let mut start = at;
        let mut is_last = false;
        while start > 0
            && matches!(
                words[start - 1].text.as_str(),
                "my" | "the"
                    | "our"
                    | "last"
                    | "latest"
                    | "most"
                    | "recent"
                    | "i"
                    | "we"
                    | "got"
                    | "was"
                    | "get"
                    | "been"
                    | "previous"
                    | "this"
                    | "current"
                    | "were"
            )
        {
            start -= 1;
            is_last |= matches!(words[start].text.as_str(), "last" | "previous");
        }
        let opener = word(start.checked_sub(1));
        let dates = &paydays.0;
        let span = |from: usize| from..end;
        if is_period {
            let period = match (dates.as_slice(), is_last) {
                ([latest, ..], false) => Period::between(*latest, as_of),
                ([latest, before, ..], true) => {
                    Period::between(*before, latest.yesterday().unwrap_or(*latest))
                }
                _ => return Read::Unknown,
            };
            return found(span(start), period, Reach::Whole);
        }
        match opener {
            "since" | "after" => {
                let Some(latest) = dates.first() else { return Read::Unknown };
                return found(span(start - 1), Period::between(*latest, as_of), Reach::Since);
            }
            "between" | "from" => {
                let Some(length) = to_now(words, end) else { continue };
                let Some(latest) = dates.first() else { return Read::Unknown };
                return found(start - 1..end + length, Period::between(*latest, as_of), Reach::Since);
            }
            "on" if words[end - 1].is(&["payday", "day"]) => {
                let Some(latest) = dates.first() else { return Read::Unknown };
                return found(span(start - 1), Period::day(*latest), Reach::Whole);
            }
            "until" | "till" | "before" | "by" if !is_last => {
                return found(span(start - 1), Period::ALL, Reach::Future);
            }
            _ => {}
        }
    }
    Read::None
}

/// How many words lead on to today: `and now`, `to today`, `onwards`.
fn to_now(words: &[Token], at: usize) -> Option<usize> {
    let word = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    match (word(at), word(at + 1)) {
        ("and" | "to" | "until" | "till", "now" | "today") => Some(2),
        ("on" | "onward" | "onwards", _) => Some(1),
        _ => None,
    }
}

fn found(tokens: std::ops::Range<usize>, period: Period, reach: Reach) -> Read {
    Read::Found(Mention { tokens, period, ends: None, point: None, reach })
}
