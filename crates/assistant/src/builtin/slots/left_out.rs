//! Which of the names a question leaves out: "without rent", "rent excluded", "spending before rent".

use std::ops::Range;

use super::{Reading, is_one, shares::is_spent_on};
use crate::{
    builtin::intent::{EARNED, SPENT, Words},
    toolbox::{Match, MatchKind},
};

/// Phrases that leave out the name behind them, prepositions between them: "not on the Visa".
const OPENERS: &str = "without counting|without including|without|with the exception of|excluding from|excluding|except|excepting|exclude|excludes|\
    excl|minus|besides|ignoring|ignore|omitting|omit|barring|sans|wo|w o|w out|but not|but no|not including|not counting|not incl|not from|\
    not|apart from|aside from|other than|outside of|leaving out|leave out|left out|leaving aside|leave aside|leaving off|everything but|\
    take away|taking away|took away|subtract|deduct|deducting|anything but|anywhere but|everywhere but|all but|with no|disregarding";
/// The same with nothing but articles between: "take out of savings" leaves nothing out.
const CLOSE_OPENERS: &str =
    "ex|non|skip|skipping|taking out|take out|spending but|spent but|expenses but|costs but|subtracting";
/// Phrases that leave out the name before them.
const CLOSERS: &str =
    "excluded|omitted|excepted|left out|left aside|taken out|taken off|not included|not counted";
/// What is paid whatever happens, so that "spending before rent" is spending without it. Before anything else is a
/// time: "spending before my holiday".
const FIXED_COSTS: [&str; 7] =
    ["Housing:Rent", "Housing:Mortgage", "Utilities", "Insurance", "Subscriptions", "Debt", "Taxes"];
const ARTICLES: &str = "my the our any all";
const PREPOSITIONS: &str = "for on from at of";

/// What a name that may be left out is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A category of spending that is paid whatever happens; refunds, which are taken off so.
    FixedCost,
    /// Another category of spending.
    Cost,
    /// A payee, an account, income, a word.
    Other,
}

impl Sort {
    fn of(found: &Match) -> Self {
        let is_in = |group: &str| {
            found.value.strip_prefix(group).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        match found.kind {
            MatchKind::Category if FIXED_COSTS.iter().any(|group| is_in(group)) => Self::FixedCost,
            MatchKind::Category if is_spent_on(&found.value) => Self::Cost,
            _ => Self::Other,
        }
    }
}

/// The words that leave a name out.
pub(super) struct LeftOut {
    /// Where they stand.
    pub words: Vec<usize>,
    /// They stand behind the name, and those joined before it are left out as well.
    is_behind: bool,
}

impl Reading<'_> {
    /// Where the names start that the question leaves out, those joined to them as well; and the words
    /// that say so.
    pub(super) fn left_out_names(&self, meant: &[(Range<usize>, &Match)]) -> (Vec<usize>, Vec<usize>) {
        let mut places: Vec<(&Range<usize>, Sort)> =
            meant.iter().map(|(place, found)| (place, Sort::of(found))).collect();
        places.sort_by_key(|(place, _)| place.start);
        let found: Vec<Option<LeftOut>> =
            places.iter().map(|(place, sort)| self.left_out(place, *sort)).collect();
        let between = |at: usize| places[at - 1].0.end..places[at].0.start;
        // "Except groceries, restaurants and coffee"; "other than Starbucks on coffee" is on coffee.
        let joined = |at: usize| {
            between(at).all(|at| is_one(&self.words[at].text, "and or nor my the for on"))
                && (between(at).is_empty()
                    || between(at).any(|at| is_one(&self.words[at].text, "and or nor")))
        };
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
    pub(super) fn left_out(&self, place: &Range<usize>, sort: Sort) -> Option<LeftOut> {
        let mut at = place.start;
        while at > 0 && is_one(&self.words[at - 1].text, ARTICLES) {
            at -= 1;
        }
        let close = self.phrase_before(at, CLOSE_OPENERS).or_else(|| self.doubtful_before(at, place, sort));
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
    fn doubtful_before(&self, at: usize, place: &Range<usize>, sort: Sort) -> Option<Range<usize>> {
        let words = Words::new(self.words);
        let word = self.word(at.checked_sub(1));
        let before = self.word(at.checked_sub(2));
        let is_cost = sort != Sort::Other;
        let of_spending = is_cost && words.has(SPENT) && !words.has(EARNED);
        let is_out = match word {
            "less" => {
                let compares = "how much or no spend spent pay paid is was are were cost costs";
                is_cost && !words.has("than vs versus compared") && !is_one(before, compares) && at > 1
            }
            "before" => {
                let is_told =
                    is_one(self.word(Some(place.end)), "went goes rose was is came got increased i we");
                of_spending && sort == Sort::FixedCost && !is_told
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
}
