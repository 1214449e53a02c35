//! Which of the names that a text could hold are meant.

use std::ops::Range;

use super::{Named, Reading};
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
        // "Grocery trip" is no travel.
        let is_errand = |place: &Range<usize>, found: &Match| {
            self.words[place.start].is(&["trip", "trips"])
                && place.len() == 1
                && ranked.iter().any(|(before, other)| {
                    before.end == place.start
                        && other.value != found.value
                        && matches!(other.kind, MatchKind::Category | MatchKind::Payee)
                })
        };
        let errands: Vec<usize> = ranked
            .iter()
            .filter(|(place, found)| is_errand(place, found))
            .map(|(place, _)| place.start)
            .collect();
        ranked.retain(|(place, _)| !errands.contains(&place.start));
        for at in errands {
            self.taken[at] = true;
        }
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
            let says_way = found.value.starts_with("Transfer:");
            if place.len() > 1 && matches!(found.kind, MatchKind::Category | MatchKind::Payee) && !says_way {
                self.named.push(place);
            }
        }
        self.names.sort_by_key(|name| name.place.start);
        self.several_accounts();
        without.sort();
        self.slots.without.extend(without.into_iter().map(|(_, value)| value));
        // As the question names them.
        categories.sort();
        let order = |path: &String| categories.iter().position(|(_, own)| own == path);
        self.slots.categories.sort_by_key(order);
    }

    /// "Checking and savings": each of them, where nothing moves between them.
    fn several_accounts(&mut self) {
        if Words::new(self.words).has("between from to into transfer transfers transferred move moved") {
            return;
        }
        let is_account = |name: &&Named| matches!(name.kind, MatchKind::Account | MatchKind::AccountKind);
        let named: Vec<&Named> = self.names.iter().filter(is_account).collect();
        let mut all: Vec<String> = Vec::new();
        for pair in named.windows(2) {
            let mut between = pair[0].place.end..pair[1].place.start;
            if between.any(|at| self.words[at].is(&["and", "plus"])) {
                for name in pair {
                    if !all.contains(&name.value) {
                        all.push(name.value.clone());
                    }
                }
            }
        }
        if all.len() > 1 {
            self.slots.account = Some(all.remove(0));
            self.slots.more_accounts = all;
        }
    }

    /// Notes that a name was typed differently.
    fn correct(&mut self, place: &Range<usize>, found: &Match) {
        if found.certainty == Certainty::Near {
            let typed = &self.text[self.words[place.start].span.start..self.words[place.end - 1].span.end];
            self.slots.corrections.push((typed.to_owned(), found.name.clone()));
        }
    }

    /// Whether words that are everyday words too are meant as a name here.
    fn is_meant(&self, place: &Range<usize>, found: &Match) -> bool {
        let before = self.before(place.start);
        let after = self.word(Some(place.end));
        if place.len() == 1 && self.words[place.start].is(&["shell"]) && after == "out" {
            return false;
        }
        let is_account = matches!(found.kind, MatchKind::Account | MatchKind::AccountKind);
        let first = self.word(Some(place.start));
        if is_account && (found.name.eq_ignore_ascii_case("savings") || first.starts_with("saving")) {
            let is_all = self.words.len() <= 3 && place.end == self.words.len();
            // "Will my savings last", not "into savings last month".
            let lasts = after == "last"
                && !matches!(
                    self.word(Some(place.end + 1)),
                    "month" | "week" | "quarter" | "year" | "weekend" | "summer" | "winter"
                );
            let is_other = lasts || matches!(after, "rate" | "goal" | "goals" | "ratio");
            return is_all
                || !is_other
                    && (matches!(after, "account" | "accounts" | "balance")
                        || matches!(before, "and" | "plus")
                            && matches!(
                                self.word(place.start.checked_sub(2)),
                                "checking" | "chequing" | "current" | "card" | "account" | "cash"
                            )
                        || matches!(before, "in" | "from" | "into" | "of" | "on" | "bank")
                        || before == "to"
                            && Words::new(self.words)
                                .has("move moved transfer transfers transferred add added send sent"))
                || !is_other
                    && place.end == self.words.len()
                    && Words::new(self.words).has("balance left available");
        }
        let all_known = place.clone().all(|at| vocabulary::is_known(&self.words[at].text));
        if !all_known {
            return true;
        }
        match found.kind {
            MatchKind::Category
                if found.value.ends_with("Cash withdrawals") && matches!(before, "cash" | "atm") =>
            {
                true
            }
            MatchKind::Category => {
                let first = self.words[place.start].text.as_str();
                let is_income_word = matches!(
                    first,
                    "income"
                        | "salary"
                        | "payroll"
                        | "wage"
                        | "wages"
                        | "pay"
                        | "paycheck"
                        | "paychecks"
                        | "earnings"
                );
                if is_income_word {
                    return matches!(
                        first,
                        "salary" | "payroll" | "wage" | "wages" | "paycheck" | "paychecks"
                    ) && found.certainty == Certainty::Exact;
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
                    || first == "transfers"
                        && matches!(
                            after,
                            "did" | "have" | "i" | "we" | "were" | "from" | "between" | "over" | "made"
                        )
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
