//! Which of the names that a text could hold are meant.

use std::ops::Range;

use super::{Named, Reading, is_one, shares::is_spent_on};
use crate::{
    builtin::intent::{EARNED, SPENT, Words},
    toolbox::{Certainty, Match, MatchKind},
    vocabulary,
};

/// Phrases that leave out the name behind them, prepositions between them: "not on the Visa".
const OPENERS: &str = "without counting|without including|without|with the exception of|excluding from|excluding|except|excepting|exclude|excludes|\
    excl|minus|besides|ignoring|ignore|omitting|omit|barring|sans|wo|w o|w out|but not|but no|not including|not counting|not incl|not from|\
    not|apart from|aside from|other than|outside of|leaving out|leave out|left out|leaving aside|leave aside|leaving off|everything but|\
    anything but|anywhere but|everywhere but|all but|with no|disregarding";
/// The same with nothing but articles between: "take out of savings" leaves nothing out.
const CLOSE_OPENERS: &str =
    "ex|non|skip|skipping|taking out|take out|spending but|spent but|expenses but|costs but|subtracting";
/// Phrases that leave out the name before them.
const CLOSERS: &str =
    "excluded|omitted|excepted|left out|left aside|taken out|taken off|not included|not counted";
const ARTICLES: &str = "my the our any all";
const PREPOSITIONS: &str = "for on from at of";

/// The words that leave a name out.
pub(super) struct LeftOut {
    /// Where they stand.
    pub words: Vec<usize>,
    /// They stand behind the name, and those joined before it are left out as well.
    is_behind: bool,
}

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
            let is_refund = found.kind != MatchKind::Category && place.clone().all(|at| self.is_refund(at));
            let is_free = place.clone().all(|at| !self.taken[at]);
            if is_free && !is_paying_card && !is_refund && self.is_meant(&place, found) {
                self.taken[place.clone()].fill(true);
                meant.push((place, found));
            }
        }
        let (left_out, said) = self.left_out_names(&meant);
        for at in said {
            self.taken[at] = true;
        }
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
            if !left_out.contains(&place.start) {
                let (place, kind, value) = (place.clone(), found.kind, found.value.clone());
                self.names.push(Named { place, kind, value });
            }
            // Words of a longer name ask for nothing: "foreign transaction fees".
            if place.len() > 1 && matches!(found.kind, MatchKind::Category | MatchKind::Payee) {
                self.named.push(place);
            }
        }
        self.names.sort_by_key(|name| name.place.start);
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

    /// Where the names start that the question leaves out, those joined to them as well; and the words
    /// that say so.
    fn left_out_names(&self, meant: &[(Range<usize>, &Match)]) -> (Vec<usize>, Vec<usize>) {
        let mut places: Vec<(&Range<usize>, bool)> = meant
            .iter()
            .map(|(place, found)| (place, found.kind == MatchKind::Category && is_spent_on(&found.value)))
            .collect();
        places.sort_by_key(|(place, _)| place.start);
        let found: Vec<Option<LeftOut>> =
            places.iter().map(|(place, is_cost)| self.left_out(place, *is_cost)).collect();
        let between = |at: usize| places[at - 1].0.end..places[at].0.start;
        let joined =
            |at: usize| between(at).all(|at| is_one(&self.words[at].text, "and or nor my the for on"));
        let mut is_out: Vec<bool> = found.iter().map(Option::is_some).collect();
        let is_behind = |at: usize| found[at].as_ref().is_some_and(|it| it.is_behind);
        for at in 1..places.len() {
            is_out[at] |= is_out[at - 1] && !is_behind(at - 1) && joined(at);
        }
        // "Rent and daycare excluded".
        for at in (1..places.len()).rev() {
            let is_and = between(at).any(|at| is_one(&self.words[at].text, "and or nor"));
            is_out[at - 1] |= is_out[at] && is_and && joined(at) && (at..places.len()).any(is_behind);
        }
        let starts = (0..places.len()).filter(|at| is_out[*at]).map(|at| places[at].0.start).collect();
        (starts, found.into_iter().flatten().flat_map(|it| it.words).collect())
    }

    /// Where one of the phrases stands that ends before a word.
    fn phrase_before(&self, end: usize, phrases: &str) -> Option<Range<usize>> {
        phrases.split('|').find_map(|phrase| {
            let start = end.checked_sub(phrase.split_whitespace().count())?;
            let words = self.words[start..end].iter().map(|word| word.text.as_str());
            phrase.split_whitespace().eq(words).then_some(start..end)
        })
    }

    /// Where one of the phrases stands that begins at a word.
    fn phrase_at(&self, start: usize, phrases: &str) -> Option<Range<usize>> {
        phrases.split('|').find_map(|phrase| {
            let end = start + phrase.split_whitespace().count();
            let words = self.words.get(start..end)?.iter().map(|word| word.text.as_str());
            phrase.split_whitespace().eq(words).then_some(start..end)
        })
    }

    /// The words that leave out what stands there: `without …`, `… excluded`, `leaving … out`.
    pub(super) fn left_out(&self, place: &Range<usize>, is_cost: bool) -> Option<LeftOut> {
        let mut at = place.start;
        while at > 0 && is_one(&self.words[at - 1].text, ARTICLES) {
            at -= 1;
        }
        let close =
            self.phrase_before(at, CLOSE_OPENERS).or_else(|| self.doubtful_before(at, place, is_cost));
        let mut open = self.phrase_before(at, OPENERS);
        while open.is_none() && at > 0 && is_one(&self.words[at - 1].text, PREPOSITIONS) {
            at -= 1;
            while at > 0 && is_one(&self.words[at - 1].text, ARTICLES) {
                at -= 1;
            }
            open = self.phrase_before(at, OPENERS);
        }
        if let Some(words) = open.or(close) {
            return Some(LeftOut { words: words.collect(), is_behind: false });
        }
        if let Some(words) = self.around(place) {
            return Some(LeftOut { words, is_behind: false });
        }
        let behind = self.phrase_at(place.end, CLOSERS).or_else(|| {
            // "Food aside from coffee" leaves out the coffee.
            let is_last = self.word(Some(place.end + 1)) != "from";
            self.phrase_at(place.end, "aside|apart").filter(|_| is_last)
        });
        behind.map(|words| LeftOut { words: words.collect(), is_behind: true })
    }

    /// Words that leave out what is spent, and mean something else elsewhere: "spending less rent",
    /// "spending before rent", "that wasn't rent".
    fn doubtful_before(&self, at: usize, place: &Range<usize>, is_cost: bool) -> Option<Range<usize>> {
        let words = Words::new(self.words);
        let word = self.word(at.checked_sub(1));
        let before = self.word(at.checked_sub(2));
        let of_spending = is_cost && words.has(SPENT) && !words.has(EARNED);
        let is_out = match word {
            "less" => {
                let compares = "how much or no spend spent pay paid is was are were cost costs";
                is_cost && !words.has("than vs versus compared") && !is_one(before, compares) && at > 1
            }
            "before" => {
                let is_told =
                    is_one(self.word(Some(place.end)), "went goes rose was is came got increased i we");
                of_spending && !is_told
            }
            "of" if before == "net" => return of_spending.then(|| at - 2..at),
            "wasnt" | "isnt" | "werent" | "arent" => at > 1 && !is_one(before, "why how what so"),
            _ => false,
        };
        is_out.then(|| at - 1..at)
    }

    /// "Leaving rent out": a word before the name, and one behind it.
    fn around(&self, place: &Range<usize>) -> Option<Vec<usize>> {
        let mut at = place.start;
        while at > 0 && is_one(&self.words[at - 1].text, ARTICLES) {
            at -= 1;
        }
        let opener = self.phrase_before(at, "leaving|leave|left|taking|take|keeping|keep")?;
        let mut end = place.end;
        while end < self.words.len() && (self.taken[end] || is_one(self.word(Some(end)), "and or my the our"))
        {
            end += 1;
        }
        is_one(self.word(Some(end)), "out aside off").then(|| opener.chain([end]).collect())
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
                    return matches!(first, "salary" | "payroll" | "wage" | "wages")
                        && found.certainty == Certainty::Exact;
                }
                let is_total = matches!(
                    first,
                    "cash" | "money" | "savings" | "saving" | "transaction" | "transactions" | "balance"
                );
                let is_asked = matches!(
                    before,
                    "on" | "for"
                        | "towards"
                        | "toward"
                        | "without"
                        | "except"
                        | "excluding"
                        | "minus"
                        | "besides"
                ) || matches!(after, "spending" | "expenses" | "costs" | "purchases");
                // "Shopping in December" opens with what it is about.
                let is_first = place.start == 0
                    && !is_total
                    && first.starts_with("shop")
                    && matches!(after, "" | "in" | "last" | "this" | "since" | "for" | "during");
                is_first
                    || !is_total && is_asked
                    || matches!(first, "transfers" | "transfer")
                        && matches!(after, "" | "transactions" | "in" | "last" | "this" | "since" | "during")
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
