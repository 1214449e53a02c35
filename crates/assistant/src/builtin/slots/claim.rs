//! Which of the names that a text could hold are meant.

use std::ops::Range;

use super::Reading;
use crate::{
    builtin::intent::Words,
    toolbox::{Certainty, Match, MatchKind},
    vocabulary,
};

impl Reading<'_> {
    /// Takes the names, longest first; of two as long the surer one, then by what the word before
    /// asks for.
    pub(super) fn claim(&mut self, matches: &[Match]) {
        let mut ranked: Vec<(Range<usize>, &Match)> = matches
            .iter()
            .filter_map(|found| {
                let start = self.words.iter().position(|word| word.span.start == found.start)?;
                let end = self.words.iter().position(|word| word.span.end == found.end)? + 1;
                (start < end).then_some((start..end, found))
            })
            .collect();
        ranked.sort_by_key(|(place, found)| {
            let asks_payee = matches!(self.before(place.start), "at" | "to" | "from" | "with" | "by");
            let by_kind = match found.kind {
                MatchKind::Account | MatchKind::AccountKind => 0,
                MatchKind::Payee if asks_payee && found.certainty == Certainty::Exact => 1,
                MatchKind::Category => 2,
                MatchKind::Payee => 3,
                MatchKind::Text => 4,
            };
            // A payee's whole name after "at" beats the category that its words name.
            let is_sure = found.certainty == Certainty::Exact;
            (std::cmp::Reverse(place.len()), !(is_sure && by_kind <= 1), by_kind, found.certainty)
        });
        let is_spent = Words::new(self.words).has("spend spent spending only just");
        let mut meant: Vec<(Range<usize>, &Match)> = Vec::new();
        for (place, found) in ranked {
            // "Only card payments" are those by card, not those to the card.
            let is_paying_card = is_spent && found.value == "Transfer:Card payment";
            if place.clone().all(|at| !self.taken[at]) && !is_paying_card && self.is_meant(&place, found) {
                self.taken[place.clone()].fill(true);
                meant.push((place, found));
            }
        }
        let left_out = self.left_out_names(&meant);
        let mut categories: Vec<(usize, String)> = Vec::new();
        let mut without: Vec<(usize, String)> = Vec::new();
        for (place, found) in meant {
            if left_out.contains(&place.start) {
                without.push((place.start, found.value.clone()));
            } else if self.take(found) {
                if found.kind == MatchKind::Category {
                    categories.push((place.start, found.value.clone()));
                }
            } else {
                self.taken[place].fill(false);
                continue;
            }
            self.correct(&place, found);
            // Words of a longer name ask for nothing: "foreign transaction fees".
            if place.len() > 1 && matches!(found.kind, MatchKind::Category | MatchKind::Payee) {
                self.named.push(place);
            }
        }
        without.sort();
        self.slots.without.extend(without.into_iter().map(|(_, value)| value));
        // As the question names them.
        categories.sort();
        let order = |path: &String| categories.iter().position(|(_, own)| own == path);
        self.slots.categories.sort_by_key(order);
    }

    /// Notes that a name was typed differently.
    fn correct(&mut self, place: &Range<usize>, found: &Match) {
        if found.certainty == Certainty::Near {
            let typed = &self.text[self.words[place.start].span.start..self.words[place.end - 1].span.end];
            self.slots.corrections.push((typed.to_owned(), found.name.clone()));
        }
    }

    /// Where the names start that the question leaves out: after `without`, and those that
    /// follow with "and".
    fn left_out_names(&self, meant: &[(Range<usize>, &Match)]) -> Vec<usize> {
        let mut places: Vec<&Range<usize>> = meant.iter().map(|(place, _)| place).collect();
        places.sort_by_key(|place| place.start);
        let mut left_out = Vec::new();
        let mut before: Option<(usize, bool)> = None;
        for place in places {
            let goes_on = before.is_some_and(|(end, is_out)| {
                is_out
                    && (end..place.start).all(|at| {
                        matches!(
                            self.words[at].text.as_str(),
                            "and" | "or" | "nor" | "my" | "the" | "for" | "on"
                        )
                    })
            });
            let is_out = goes_on || self.is_left_out(place.start, place.end);
            if is_out {
                left_out.push(place.start);
            }
            before = Some((place.end, is_out));
        }
        left_out
    }

    /// Whether words leave out what stands there: `without …`, `… excluded`.
    pub(super) fn is_left_out(&self, start: usize, end: usize) -> bool {
        let mut at = start;
        while at > 0
            && matches!(
                self.words[at - 1].text.as_str(),
                "my" | "the"
                    | "our"
                    | "any"
                    | "all"
                    | "for"
                    | "on"
                    | "from"
                    | "at"
                    | "of"
                    | "including"
                    | "counting"
            )
        {
            at -= 1;
            // The last two belong to "not counting".
            if matches!(self.words[at].text.as_str(), "from" | "including" | "counting") {
                let opener = self.word(at.checked_sub(1));
                return matches!(opener, "not" | "without" | "apart" | "aside" | "besides" | "never")
                    || at > 0 && opener == "excluding";
            }
        }
        let last = self.word(at.checked_sub(1));
        let last_two = (self.word(at.checked_sub(2)), last);
        matches!(
            last,
            "without"
                | "except"
                | "excepting"
                | "excluding"
                | "exclude"
                | "excl"
                | "minus"
                | "besides"
                | "ignoring"
                | "ignore"
                | "omitting"
                | "omit"
                | "barring"
                | "not"
                | "sans"
                | "wo"
        ) || matches!(
            last_two,
            ("other", "than")
                | ("leaving" | "leave" | "left" | "taking" | "take", "out")
                | ("everything" | "all" | "anything", "but")
                | ("with" | "but", "no")
        ) || matches!(self.word(Some(end)), "excluded" | "aside" | "omitted")
            || matches!(
                (self.word(Some(end)), self.word(Some(end + 1))),
                ("left" | "taken", "out") | ("not", "included")
            )
    }

    /// Whether words that are everyday words too are meant as a name here.
    fn is_meant(&self, place: &Range<usize>, found: &Match) -> bool {
        let before = self.before(place.start);
        let after = self.word(Some(place.end));
        let is_account = matches!(found.kind, MatchKind::Account | MatchKind::AccountKind);
        let first = self.word(Some(place.start));
        if is_account && (found.name.eq_ignore_ascii_case("savings") || first.starts_with("saving")) {
            let is_all = self.words.len() <= 3 && place.end == self.words.len();
            let is_other = matches!(after, "rate" | "last" | "goal" | "goals" | "ratio");
            return is_all
                || !is_other
                    && (matches!(after, "account" | "accounts" | "balance")
                        || matches!(before, "in" | "from" | "into" | "of" | "on" | "bank"))
                || !is_other
                    && place.end == self.words.len()
                    && Words::new(self.words).has("balance left available");
        }
        let all_known = place.clone().all(|at| vocabulary::is_known(&self.words[at].text));
        if !all_known {
            return true;
        }
        match found.kind {
            MatchKind::Category => {
                let first = self.words[place.start].text.as_str();
                let is_income_word = matches!(
                    first,
                    "income" | "salary" | "payroll" | "wage" | "wages" | "pay" | "paycheck" | "earnings"
                );
                if is_income_word {
                    return matches!(first, "salary" | "payroll") && found.certainty == Certainty::Exact;
                }
                let is_total = matches!(
                    first,
                    "cash" | "money" | "savings" | "saving" | "transaction" | "transactions" | "balance"
                );
                let is_asked = matches!(before, "on" | "for" | "without" | "except" | "excluding")
                    || matches!(after, "spending" | "expenses" | "costs" | "purchases");
                // "Shopping in December" opens with what it is about.
                let is_first = place.start == 0
                    && !is_total
                    && first.starts_with("shop")
                    && matches!(after, "" | "in" | "last" | "this" | "since" | "for" | "during");
                is_first
                    || !is_total && is_asked
                    || matches!(first, "transfers" | "transfer") && matches!(after, "" | "transactions")
            }
            MatchKind::Payee => found.certainty == Certainty::Exact && matches!(before, "at" | "to" | "from"),
            MatchKind::Account => {
                found.certainty == Certainty::Exact && matches!(after, "account" | "card" | "balance")
            }
            MatchKind::AccountKind | MatchKind::Text => false,
        }
    }

    fn take(&mut self, found: &Match) -> bool {
        let slots = &mut self.slots;
        match found.kind {
            MatchKind::Category if slots.categories.len() < 3 => {
                // "groceries" inside "food and groceries" narrows it.
                if !slots.categories.contains(&found.value) {
                    slots.categories.push(found.value.clone());
                }
                true
            }
            MatchKind::Payee if slots.payee.is_none() => {
                slots.payee = Some(found.value.clone());
                true
            }
            MatchKind::Account | MatchKind::AccountKind => {
                // "card" after "checking" says nothing more.
                slots.account.get_or_insert_with(|| found.value.clone());
                true
            }
            MatchKind::Text if slots.text.is_none() && slots.payee.is_none() => {
                slots.text = Some(found.value.clone());
                true
            }
            MatchKind::Payee if slots.payee.as_ref() != Some(&found.value) && slots.more_payees.len() < 3 => {
                if !slots.more_payees.contains(&found.value) {
                    slots.more_payees.push(found.value.clone());
                }
                true
            }
            _ => false,
        }
    }
}
