//! Words of time that belong to no date that was read.

use super::{Mention, relative::unit, weekday};
use crate::words::Token;

/// What the words are called.
const DAYS: [(&str, &str); 7] = [
    ("monday", "Monday"),
    ("tuesday", "Tuesday"),
    ("wednesday", "Wednesday"),
    ("thursday", "Thursday"),
    ("friday", "Friday"),
    ("saturday", "Saturday"),
    ("sunday", "Sunday"),
];
/// Parts of a day: rows have no time.
const HOURS: [&str; 12] = [
    "morning",
    "mornings",
    "noon",
    "afternoon",
    "afternoons",
    "evening",
    "evenings",
    "night",
    "nights",
    "midnight",
    "lunchtime",
    "oclock",
];

/// A word of time that no date, name or number has taken, so that a figure would be given without it.
///
/// `taken` says of each token whether anything has read it, `mentions` are the dates among that.
pub(crate) fn unread(tokens: &[Token], taken: &[bool], mentions: &[Mention]) -> Option<&'static str> {
    let left = Left { tokens, taken, mentions };
    (0..tokens.len()).filter(|at| !taken.get(*at).copied().unwrap_or_default()).find_map(|at| left.at(at))
}

struct Left<'a> {
    tokens: &'a [Token],
    taken: &'a [bool],
    mentions: &'a [Mention],
}

impl Left<'_> {
    fn word(&self, at: Option<usize>) -> &str {
        at.and_then(|at| self.tokens.get(at)).map_or("", |token| token.text.as_str())
    }

    /// The word before, articles and possessives skipped.
    fn before(&self, at: usize) -> &str {
        let mut at = at.checked_sub(1);
        while matches!(self.word(at), "my" | "the" | "our" | "last") {
            at = at.and_then(|at| at.checked_sub(1));
        }
        self.word(at)
    }

    fn is_date(&self, at: usize) -> bool {
        self.mentions.iter().any(|mention| mention.tokens.contains(&at))
    }

    /// Whether a date stands behind a word, prepositions between them.
    fn leads_to_date(&self, at: usize) -> bool {
        let mut next = at + 1;
        while next < at + 3
            && matches!(self.word(Some(next)), "of" | "in" | "the" | "on")
            && !self.is_date(next)
        {
            next += 1;
        }
        self.is_date(next)
    }

    fn follows_date(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|at| self.is_date(at))
    }

    fn at(&self, at: usize) -> Option<&'static str> {
        let (before, word, next) =
            (self.word(at.checked_sub(1)), self.word(Some(at)), self.word(Some(at + 1)));
        let found = |name: &'static str, is_found: bool| is_found.then_some(name);
        match word {
            "ago" => Some("ago"),
            "early" => found("early", self.leads_to_date(at)),
            "late" => found("late", self.leads_to_date(at)),
            "mid" => found("mid", self.leads_to_date(at)),
            "middle" => found("middle", next == "of" && self.leads_to_date(at)),
            "half" => found("half", next == "of" && self.leads_to_date(at) || self.follows_date(at)),
            "between" => found("between", self.is_half_dated(at)),
            "odd" => found("odd", unit(next).is_some()),
            "even" => found("even", unit(next).is_some()),
            "alternate" => found("alternate", unit(next).is_some()),
            "other" | "second" | "2nd" | "third" | "3rd" => {
                found("every other", matches!(before, "every" | "each") && unit(next).is_some())
            }
            "time" | "point" | "stage" => {
                found("this time", !self.mentions.is_empty() && self.is_pointed_at(at))
            }
            "day" | "date" if self.is_pointed_at(at) => Some("this day"),
            "now" => found("now", self.is_end(at) || self.is_beside_date(at)),
            "payday" | "paydays" => found("payday", is_opener(self.before(at))),
            "year" | "years" if before == "new" => Some("New Year"),
            "weekend" | "weekends" => found("weekend", self.leads_to_date(at)),
            // "The 1st of every month" is many days.
            "every" | "each" => found("every month", next == "month" && self.is_day_of(at)),
            "first" => found("the first", before == "the" && next == "of" && self.is_every(at + 2)),
            "day" | "week" | "month" | "quarter" | "year" => self.unit_of(at),
            _ => self.day_or_hour(at),
        }
    }

    fn is_every(&self, at: usize) -> bool {
        matches!(self.word(Some(at)), "every" | "each") && self.word(Some(at + 1)) == "month"
    }

    /// Whether "of" and a single day stand before a word.
    fn is_day_of(&self, at: usize) -> bool {
        let end = if self.word(at.checked_sub(1)) == "of" { at - 1 } else { at };
        let is_day =
            |mention: &Mention| mention.tokens.end == end && mention.period.from == mention.period.to;
        self.mentions.iter().any(is_day)
    }

    /// Of "between … and …" one is a date and the other is none.
    fn is_half_dated(&self, at: usize) -> bool {
        let end = self.tokens.len().min(at + 9);
        (at + 1..end).find(|at| self.word(Some(*at)) == "and" && !self.is_date(*at)).is_some_and(|joint| {
            self.is_date(joint - 1) != (self.is_date(joint + 1) || self.leads_to_date(joint))
        })
    }

    /// `this time`, `by that day`: a day that is meant, beside a date or behind a word such as "by".
    fn is_pointed_at(&self, at: usize) -> bool {
        let Some(start) =
            at.checked_sub(1).filter(|at| matches!(self.word(Some(*at)), "this" | "that" | "same"))
        else {
            return false;
        };
        let opener = start.checked_sub(1).filter(|at| self.word(Some(*at)) == "the").unwrap_or(start);
        is_opener(self.word(opener.checked_sub(1))) || self.leads_to_date(at) || self.follows_date(opener)
    }

    /// `until now` beside a date that it does not end.
    fn is_end(&self, at: usize) -> bool {
        let opener = self.word(at.checked_sub(1));
        !self.mentions.is_empty() && matches!(opener, "by" | "until" | "till" | "to")
    }

    /// `more now than in 2025`, `than now`.
    fn is_beside_date(&self, at: usize) -> bool {
        let compares = |token: &Token| token.is(&["than", "vs", "versus", "compared"]);
        at > 0 && !self.mentions.is_empty() && self.tokens.iter().any(compares)
    }

    /// `in the month of my bonus`, `the week when I moved`.
    fn unit_of(&self, at: usize) -> Option<&'static str> {
        let (the, opener) = (self.word(at.checked_sub(1)), self.word(at.checked_sub(2)));
        let is_placed = the == "the"
            && matches!(
                opener,
                "in" | "during"
                    | "for"
                    | "on"
                    | "over"
                    | "since"
                    | "from"
                    | "spend"
                    | "spent"
                    | "earn"
                    | "earned"
            );
        let next = (self.word(Some(at + 1)), self.word(Some(at + 2)));
        let is_told = match next {
            ("when" | "that" | "where" | "we" | "i", _) => true,
            ("of", "my" | "our" | "the" | "a" | "his" | "her" | "their") => {
                !self.leads_to_date(at + 1) && unit(self.word(Some(at + 3))).is_none()
            }
            ("of", _) => self.taken.get(at + 2) == Some(&true) && !self.is_date(at + 2),
            _ => false,
        };
        let names = [
            ("day", "the day of"),
            ("week", "the week of"),
            ("month", "the month of"),
            ("quarter", "the quarter of"),
            ("year", "the year of"),
        ];
        let name = names.into_iter().find(|(name, _)| *name == self.word(Some(at)))?.1;
        (is_placed && is_told).then_some(name)
    }

    /// A day of the week that is none of a date, or a time of day.
    fn day_or_hour(&self, at: usize) -> Option<&'static str> {
        let word = self.word(Some(at));
        let hour = HOURS.into_iter().find(|hour| *hour == word);
        let is_placed = matches!(
            self.before(at),
            "in" | "on"
                | "at"
                | "before"
                | "after"
                | "until"
                | "by"
                | "every"
                | "each"
                | "this"
                | "per"
                | "during"
        );
        let day = weekday(word).and(DAYS.into_iter().find(|(day, _)| *day == word)).map(|(_, name)| name);
        // "Good morning" is none.
        hour.filter(|_| is_placed || self.follows_date(at)).or(day)
    }
}

/// Words that open a span of days.
fn is_opener(word: &str) -> bool {
    matches!(
        word,
        "by" | "at"
            | "until"
            | "till"
            | "to"
            | "around"
            | "about"
            | "on"
            | "from"
            | "since"
            | "before"
            | "after"
            | "between"
            | "and"
    )
}
