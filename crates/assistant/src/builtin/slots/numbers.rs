//! The numbers of a question: how many rows, and how large.

use super::{Reading, amounts::amount_at};
use crate::words::{Token, number_word};

/// How an amount bounds the rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    Above,
    Below,
    Least,
    Most,
}

/// Takes the place of a rank out of the words: `second largest`, `3rd most expensive`. What is left asks for the first.
pub(super) fn take_place(words: &mut Vec<Token>) -> Option<u32> {
    const PLACES: [[&str; 2]; 9] = [
        ["second", "2nd"],
        ["third", "3rd"],
        ["fourth", "4th"],
        ["fifth", "5th"],
        ["sixth", "6th"],
        ["seventh", "7th"],
        ["eighth", "8th"],
        ["ninth", "9th"],
        ["tenth", "10th"],
    ];
    const RANKS: [&str; 10] = [
        "biggest", "cheapest", "greatest", "highest", "largest", "least", "lowest", "most", "priciest",
        "smallest",
    ];
    let at = (1..words.len())
        .find(|at| words[*at].is(&RANKS) && PLACES.iter().any(|names| words[*at - 1].is(names)))?;
    let place = words.remove(at - 1);
    PLACES.iter().zip(2..).find(|(names, _)| place.is(*names)).map(|(_, place)| place)
}

impl Reading<'_> {
    /// `top 5`, `over $100`, `between 50 and 100`.
    pub(super) fn numbers(&mut self) {
        let mut at = 0;
        while at < self.words.len() {
            at += self.number_at(at).max(1);
        }
    }

    /// Reads the number at a word; how many words it has.
    fn number_at(&mut self, at: usize) -> usize {
        if self.taken[at] {
            return 1;
        }
        if let Some(length) = self.between(at) {
            return length;
        }
        if let Some(amount) = amount_at(self.words, at) {
            // "Over 30 years" and "above 5 %" bound no amount.
            let is_span = matches!(
                self.word(Some(at + amount.length)),
                "years" | "year" | "months" | "month" | "days" | "weeks" | "percent" | "times" | "yrs"
            );
            let bound = self.bound(at, at + amount.length).filter(|_| !is_span);
            if bound.is_some() || amount.is_money {
                let end = at + amount.length;
                self.taken[at..end].fill(true);
                match bound {
                    Some(Bound::Above) => self.slots.above = Some(amount.value),
                    Some(Bound::Below) => self.slots.below = Some(amount.value),
                    Some(Bound::Least) => self.slots.min = Some(amount.value),
                    Some(Bound::Most) => self.slots.max = Some(amount.value),
                    None => self.slots.loose = Some(amount.value),
                }
                return amount.length;
            }
        }
        self.count_at(at);
        1
    }

    /// `between 50 and 100`, `from $50 to $100`.
    fn between(&mut self, at: usize) -> Option<usize> {
        let opener = self.word(at.checked_sub(1));
        if !matches!(opener, "between" | "from") {
            return None;
        }
        let first = amount_at(self.words, at)?;
        let joint = at + first.length;
        if !matches!(self.word(Some(joint)), "and" | "to") {
            return None;
        }
        let second = amount_at(self.words, joint + 1)?;
        let end = joint + 1 + second.length;
        let is_free = self.taken[at..end].iter().all(|taken| !taken);
        if !is_free || opener == "from" && !(first.is_money || second.is_money) || first.value > second.value
        {
            return None;
        }
        self.taken[at..end].fill(true);
        (self.slots.min, self.slots.max) = (Some(first.value), Some(second.value));
        Some(end - at)
    }

    fn bound(&self, at: usize, end: usize) -> Option<Bound> {
        let back = |offset: usize| self.word(at.checked_sub(offset));
        let after = (self.word(Some(end)), self.word(Some(end + 1)));
        match after {
            ("or", "more" | "above" | "over" | "up" | "higher") | ("and", "up" | "above" | "over") => {
                return Some(Bound::Least);
            }
            ("or", "less" | "below" | "under" | "lower" | "fewer") => return Some(Bound::Most),
            _ => {}
        }
        // "Not over 50", "no more than 20".
        let is_turned = |offset: usize| matches!(back(offset), "not" | "no");
        match back(1) {
            "over" | "above" | "exceeding" | "beyond" if is_turned(2) => Some(Bound::Most),
            "under" | "below" if is_turned(2) => Some(Bound::Least),
            "than" if is_turned(3) => match back(2) {
                "more" | "greater" | "larger" | "bigger" | "higher" => Some(Bound::Most),
                "less" | "fewer" | "smaller" | "lower" | "cheaper" => Some(Bound::Least),
                _ => None,
            },
            "over" | "above" | "exceeding" | "beyond" => Some(Bound::Above),
            "under" | "below" => Some(Bound::Below),
            "least" | "minimum" => Some(Bound::Least),
            "most" | "maximum" if back(2) == "at" => Some(Bound::Most),
            "to" if back(2) == "up" => Some(Bound::Most),
            "than" => match back(2) {
                "more" | "greater" | "larger" | "bigger" | "higher" => Some(Bound::Above),
                "less" | "fewer" | "smaller" | "lower" | "cheaper" => Some(Bound::Below),
                _ => None,
            },
            _ => None,
        }
    }

    fn count_at(&mut self, at: usize) {
        let token = &self.words[at];
        let counts = matches!(
            self.word(at.checked_sub(1)),
            "top"
                | "last"
                | "largest"
                | "biggest"
                | "latest"
                | "recent"
                | "first"
                | "highest"
                | "smallest"
                | "my"
                | "the"
                | "me"
                | "list"
                | "show"
                | "past"
                | "cheapest"
                | "priciest"
                | "lowest"
                | "what"
                | "which"
        );
        let is_ranked = matches!(
            self.word(Some(at + 1)),
            "largest"
                | "biggest"
                | "most"
                | "latest"
                | "highest"
                | "smallest"
                | "top"
                | "cheapest"
                | "priciest"
                | "lowest"
        );
        let is_number = token.number().is_some()
            || !matches!(token.text.as_str(), "a" | "an" | "one" | "single" | "few" | "couple");
        let number = number_word(&token.text);
        if let Some(n) = number.filter(|n| (1..=100).contains(n) && (counts || is_ranked) && is_number) {
            self.taken[at] = true;
            self.slots.n = Some(n);
        } else if number.is_some() && token.number().is_none() {
            self.taken[at] = true;
        }
    }
}
