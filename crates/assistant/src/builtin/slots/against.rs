//! What is compared with a time when only one of the two is named: "did I spend more than last month".

use std::ops::Range;

use jiff::civil::Date;

use super::is_one;
use crate::{
    builtin::intent::{EARNED, SPENT},
    when::{self, Mention, Period, Reach},
    words::Token,
};

/// Words that compare, with "than" or a date behind them.
const MORE: &str = "more less higher lower greater bigger smaller fewer larger better worse cheaper pricier";
/// Words between those that compare and the date.
const FILLERS: &str = "in on during for over the i we did do was were is are have had my our it spending spent spend earned earn \
    what that of all so far by";
/// Verbs and nouns that "more" belongs to.
const FLOWS: &str = "make made making pay paid paying save saved saving savings bill bills";

/// The period that a question compares the one it names with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::builtin) enum Against {
    /// The current days, and as many of the unit before.
    Now { now: Period, then: Period },
    /// Something, and it is not said what.
    Open,
}

/// Reads what the one named period is compared with; none where nothing is compared.
pub(super) fn read(words: &[Token], mentions: &[Mention], as_of: Date) -> Option<Against> {
    let [mention] = mentions else {
        // "Is my spending up?", "did I spend more?"
        let is_asked = mentions.is_empty() && opens_with(words, "is are am was were has have did do how");
        let reading = Reading { words, dated: 0..0 };
        let is_more = is_asked && (reading.is_of_level() || reading.is_more());
        let lately = when::lately(as_of).filter(|_| is_more);
        return lately.map(|it| Against::Now { now: it.now, then: it.then });
    };
    if mention.ends.is_some() || mention.reach == Reach::Future {
        return None;
    }
    let reading = Reading { words, dated: mention.tokens.clone() };
    let beside = when::beside(words, mention, as_of);
    if reading.leads_up_to() {
        // "More this month than before" is set beside it as well.
        return Some(beside.map_or(Against::Open, |it| Against::Now { now: it.now, then: it.then }));
    }
    let current = beside.filter(|it| it.is_current);
    let rises = current.is_some() && reading.rises();
    if !(reading.is_more() || rises) || mention.reach != Reach::Whole {
        return None;
    }
    Some(current.map_or(Against::Open, |it| Against::Now { now: it.now, then: it.then }))
}

struct Reading<'a> {
    words: &'a [Token],
    /// Where the date stands.
    dated: Range<usize>,
}

/// Whether a question begins with one of the words.
fn opens_with(words: &[Token], any: &str) -> bool {
    words.first().is_some_and(|word| is_one(&word.text, any))
}

/// Whether money that goes in or out is spoken of.
fn is_of_flow(words: &[Token]) -> bool {
    words.iter().any(|word| [SPENT, EARNED, FLOWS].iter().any(|any| is_one(&word.text, any)))
}

impl Reading<'_> {
    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.text.as_str())
    }

    fn has(&self, any: &str) -> bool {
        self.words.iter().any(|word| is_one(&word.text, any))
    }

    fn is_dated(&self, at: usize) -> bool {
        self.dated.contains(&at)
    }

    /// Whether only small words stand from there to the date.
    fn leads_to_date(&self, from: usize) -> bool {
        from <= self.dated.start && (from..self.dated.start).all(|at| is_one(self.word(at), FILLERS))
    }

    /// "Higher than last month", "compare … with last month", "up from last month".
    fn leads_up_to(&self) -> bool {
        let before = |at: usize, words: &str| self.words[..at].iter().any(|word| is_one(&word.text, words));
        (0..self.dated.start).any(|at| {
            let is_joint = match self.word(at) {
                "than" => (at < 2 || before(at, MORE)) && !self.turns_side(at),
                "with" | "to" | "against" => {
                    before(at, "compare compares compared comparing comparison beside")
                }
                "vs" | "versus" => true,
                "from" | "on" | "over" => at > 0 && is_one(self.word(at - 1), "up down"),
                "up" | "down" => self.is_level(at),
                _ => false,
            };
            is_joint && self.leads_to_date(at + 1)
        })
    }

    /// "More than I earned last month" compares two sides of one time.
    fn turns_side(&self, at: usize) -> bool {
        let is_in = |words: &[Token], any: &str| words.iter().any(|word| is_one(&word.text, any));
        let (first, second) = (&self.words[..at], &self.words[at..self.dated.start]);
        let earns = |words: &[Token]| is_in(words, EARNED) || is_in(words, "make made making");
        is_in(first, SPENT) && earns(second) || earns(first) && is_in(second, SPENT)
    }

    /// "Is my spending up", not "add up".
    fn is_level(&self, at: usize) -> bool {
        let mut before = self.words[..at].iter().rev().take(4).map(|word| word.text.as_str());
        before.any(|word| is_one(word, "is are was were gone went go going goes"))
    }

    /// "Did I spend more this month", "is my spending higher in March", and nothing that it is more than.
    fn is_more(&self) -> bool {
        if self.has("than vs versus compare compared comparison usual usually normal average budget budgeted left can could \
            should would will no any or")
        {
            return false;
        }
        // "Did I pay more rent this month": a question for yes or no says of what behind it.
        let is_yes_or_no = opens_with(self.words, "did do have has am are is was were");
        let is_much = |at: usize| {
            let next = self.word(at + 1);
            let is_object = is_one(next, "on at for to in with from money") || next.is_empty();
            let behind = at > 0 && is_one(self.word(at - 1), "much lot bit little");
            is_of_flow(&self.words[at.saturating_sub(4)..at])
                && (is_yes_or_no || is_object || self.is_dated(at + 1))
                || (behind || is_yes_or_no && is_of_flow(&self.words[at + 1..self.words.len().min(at + 2)]))
                    && is_of_flow(&self.words[at + 1..])
        };
        let is_compared = |at: usize| is_one(self.word(at), "more less") && is_much(at);
        (0..self.words.len()).any(|at| !self.is_dated(at) && is_compared(at)) || self.is_of_level()
    }

    /// "Is my spending higher", "is my income down".
    fn is_of_level(&self) -> bool {
        (0..self.words.len()).filter(|at| !self.is_dated(*at)).any(|at| match self.word(at) {
            "higher" | "lower" => is_of_flow(self.words),
            "up" | "down" => {
                let is_end = self.is_dated(at + 1) || at + 1 == self.words.len();
                self.is_level(at) && is_of_flow(&self.words[..at]) && is_end
            }
            _ => false,
        })
    }

    /// "Did my groceries go up this month", and nothing that they are set beside.
    fn rises(&self) -> bool {
        const RISES: &str = "rise rises rose risen increase increased grow grew grown drop dropped fall fell fallen decrease decreased";
        let is_rise = |at: usize| match self.word(at) {
            "up" | "down" => at > 0 && is_one(self.word(at - 1), "go goes went gone going"),
            word => is_one(word, RISES),
        };
        !self.has("than vs versus compare compared most which what since")
            && opens_with(self.words, "did do does have has is are was were")
            && (0..self.words.len()).any(is_rise)
    }
}
