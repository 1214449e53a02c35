//! What a question names: periods, categories, payees, accounts, numbers, and what is left over.

use domain::{Category, CategoryKind};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::intent::{self, Intent, Words};
use crate::{
    model::ModelContext,
    toolbox::{Certainty, Match, MatchKind, day_order},
    vocabulary,
    when::{self, DayOrder, Mention},
    words::{Token, number_word, tokens},
};

/// A question, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Parsed {
    pub intent: Option<Intent>,
    pub slots: Slots,
}

/// What the question names.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Slots {
    pub periods: Vec<Mention>,
    /// Paths.
    pub categories: Vec<String>,
    pub payee: Option<String>,
    /// An id, or a kind.
    pub account: Option<String>,
    /// Text that payees have in common, or words that nothing is known of.
    pub text: Option<String>,
    /// More unknown words than one text.
    pub unknown: Vec<String>,
    pub n: Option<u32>,
    pub min: Option<Decimal>,
    pub max: Option<Decimal>,
    /// Nothing but names, dates and the words that join them.
    pub is_bare: bool,
}

impl Slots {
    /// Whether a category of the income side is named.
    pub fn names_income(&self) -> bool {
        let kind = |path: &String| Category::new(path).map(|category| category.kind());
        self.categories.iter().any(|path| kind(path) == Ok(CategoryKind::Income))
    }

    pub fn names_transfer(&self) -> bool {
        let kind = |path: &String| Category::new(path).map(|category| category.kind());
        self.categories.iter().any(|path| kind(path) == Ok(CategoryKind::Transfer))
    }

    /// Something of the ledger is named.
    pub fn has_name(&self) -> bool {
        !self.categories.is_empty() || self.payee.is_some() || self.account.is_some() || self.text.is_some()
    }
}

/// Openings of a question that goes on from the last one.
const OPENINGS: [&str; 12] = [
    "and ",
    "what about",
    "how about",
    "same ",
    "also ",
    "now ",
    "or ",
    "then ",
    "but ",
    "ok ",
    "okay ",
    "only ",
];

/// Whether a question only makes sense after another.
pub(super) fn leans_on_earlier(text: &str, context: &ModelContext) -> bool {
    let lower = text.trim().to_lowercase();
    let words = tokens(&lower);
    if words.is_empty() || words.len() > 12 {
        return false;
    }
    if OPENINGS.iter().any(|opening| lower.starts_with(opening)) {
        let opening_asks = Words::new(&words).says("how much|how many");
        return !opening_asks || lower.starts_with("what about") || lower.starts_with("how about");
    }
    // "in April?", "last month"
    let mentions = when::find_in(&words, context.as_of, day_order(context.locale.as_deref()));
    let is_dated = |at: usize| mentions.iter().any(|mention| mention.tokens.contains(&at));
    let joints = ["in", "on", "for", "the", "during", "of", "at", "from", "please"];
    !mentions.is_empty() && words.iter().enumerate().all(|(at, word)| is_dated(at) || word.is(&joints))
}

/// A follow-up on top of the question before: what it names replaces what was named.
pub(super) fn follow(before: Parsed, next: Parsed) -> Parsed {
    let mut slots = before.slots;
    let new = next.slots;
    if !new.periods.is_empty() {
        slots.periods = new.periods;
    }
    let has_what = !new.categories.is_empty() || new.payee.is_some() || new.text.is_some();
    if has_what {
        (slots.categories, slots.payee, slots.text) = (new.categories, new.payee, new.text);
    }
    slots.account = new.account.or(slots.account);
    slots.n = new.n.or(slots.n);
    slots.unknown = new.unknown;
    // A bare name is read as a question for spending; after another question it is not.
    let intent = match next.intent {
        Some(Intent::Named) | None => before.intent,
        Some(intent) => Some(intent),
    };
    Parsed { intent, slots }
}

/// Reads a question with the names that were found in it.
pub(super) fn parse(text: &str, matches: &[Match], as_of: Date, order: DayOrder) -> Parsed {
    let mut words = tokens(text);
    words.truncate(400);
    let mut before = String::new();
    for word in &mut words {
        // What stands after "at" is a name, however it is spelled.
        let is_placed = before == "at";
        before.clone_from(&word.text);
        let is_name = matches.iter().any(|it| {
            it.certainty == Certainty::Exact && it.start <= word.span.start && word.span.end <= it.end
        });
        if !is_name
            && !is_placed
            && let Some(mended) = vocabulary::mend(&word.text)
        {
            mended.clone_into(&mut word.text);
        }
    }
    let periods = when::find_in(&words, as_of, order);
    let mut reading =
        Reading { text, words: &words, taken: vec![false; words.len()], slots: Slots::default() };
    reading.slots.periods = periods;
    for mention in &reading.slots.periods {
        reading.taken[mention.tokens.clone()].fill(true);
    }
    reading.claim(matches);
    reading.numbers();
    reading.leftovers();
    let joints = [
        "on", "in", "at", "for", "of", "the", "my", "total", "sum", "please", "and", "from", "during",
        "with", "vs", "versus", "bill", "bills", "to", "a", "what", "about", "how", "or", "also", "then",
        "only", "now", "ok", "okay", "but", "same", "just", "account", "balance", "is", "whats", "by", "it",
        "was", "were", "are", "show", "me", "tell", "spending",
    ];
    reading.slots.is_bare = words
        .iter()
        .zip(&reading.taken)
        .all(|(word, is_taken)| *is_taken || joints.contains(&word.text.as_str()));
    let slots = reading.slots;
    Parsed { intent: intent::read(&Words::new(&words), &slots), slots }
}

struct Reading<'a> {
    text: &'a str,
    words: &'a [Token],
    /// Words that a date, a name or a number has taken.
    taken: Vec<bool>,
    slots: Slots,
}

impl Reading<'_> {
    fn word(&self, at: Option<usize>) -> &str {
        at.and_then(|at| self.words.get(at)).map_or("", |word| word.text.as_str())
    }

    /// The word before, articles and possessives skipped.
    fn before(&self, at: usize) -> &str {
        let mut at = at.checked_sub(1);
        while matches!(self.word(at), "my" | "the" | "our" | "a" | "all") {
            at = at.and_then(|at| at.checked_sub(1));
        }
        self.word(at)
    }

    /// Takes the names, longest first; of two as long the surer one, then by what the word before
    /// asks for.
    fn claim(&mut self, matches: &[Match]) {
        let mut ranked: Vec<(std::ops::Range<usize>, &Match)> = matches
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
                MatchKind::Payee if asks_payee => 1,
                MatchKind::Category => 2,
                MatchKind::Payee => 3,
                MatchKind::Text => 4,
            };
            // A payee's whole name after "at" beats the category that its words name.
            let is_sure = found.certainty == Certainty::Exact;
            (std::cmp::Reverse(place.len()), !(is_sure && by_kind <= 1), by_kind, found.certainty)
        });
        let mut categories: Vec<(usize, String)> = Vec::new();
        for (place, found) in ranked {
            let is_free = place.clone().all(|at| !self.taken[at]);
            if is_free && self.is_meant(&place, found) && self.take(found) {
                if found.kind == MatchKind::Category {
                    categories.push((place.start, found.value.clone()));
                }
                self.taken[place].fill(true);
            }
        }
        // As the question names them.
        categories.sort();
        let order = |path: &String| categories.iter().position(|(_, own)| own == path);
        self.slots.categories.sort_by_key(order);
    }

    /// Whether words that are everyday words too are meant as a name here.
    fn is_meant(&self, place: &std::ops::Range<usize>, found: &Match) -> bool {
        let before = self.before(place.start);
        let after = self.word(Some(place.end));
        let is_account = matches!(found.kind, MatchKind::Account | MatchKind::AccountKind);
        let first = self.word(Some(place.start));
        if is_account && (found.name.eq_ignore_ascii_case("savings") || first.starts_with("saving")) {
            let is_other = matches!(after, "rate" | "last" | "goal" | "goals" | "ratio");
            return !is_other
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
                let is_asked = matches!(before, "on" | "for")
                    || matches!(after, "spending" | "expenses" | "costs" | "purchases");
                !is_total && is_asked
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
            _ => false,
        }
    }

    /// `top 5`, `over $100`, `between 50 and 100`.
    fn numbers(&mut self) {
        for at in 0..self.words.len() {
            if self.taken[at] {
                continue;
            }
            let token = &self.words[at];
            let before = at.checked_sub(1);
            let is_amount = token.gap.ends_with(['$', '€', '£', '¥'])
                || matches!(
                    self.word(Some(at + 1)),
                    "dollars" | "euros" | "pounds" | "bucks" | "usd" | "eur" | "gbp"
                );
            let amount = amount_at(self.words, at);
            let limit = match self.word(before) {
                "over" | "above" | "exceeding" | "least" => Some(true),
                "under" | "below" | "most" => Some(false),
                "than" => Some(matches!(
                    self.word(before.and_then(|at| at.checked_sub(1))),
                    "more" | "greater" | "larger" | "bigger" | "higher"
                )),
                _ => None,
            };
            if let (Some((value, length)), true) = (amount, limit.is_some() || is_amount) {
                self.taken[at..at + length].fill(true);
                match limit {
                    Some(true) => self.slots.min = Some(value),
                    Some(false) => self.slots.max = Some(value),
                    None => {}
                }
                continue;
            }
            let counts = matches!(
                self.word(before),
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
            );
            let is_number = token.number().is_some()
                || !matches!(token.text.as_str(), "a" | "an" | "one" | "single" | "few" | "couple");
            if let Some(n) = number_word(&token.text).filter(|n| (1..=100).contains(n) && counts && is_number)
            {
                self.taken[at] = true;
                self.slots.n = Some(n);
            } else if number_word(&token.text).is_some() && token.number().is_none() {
                self.taken[at] = true;
            }
        }
    }

    /// Words that nothing is known of: one run of them is a text to look for.
    fn leftovers(&mut self) {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for at in 0..self.words.len() {
            let word = &self.words[at];
            if self.taken[at] || vocabulary::is_known(&word.text) || word.text.len() < 2 {
                continue;
            }
            match runs.last_mut() {
                Some((_, end)) if *end == at => *end = at + 1,
                _ => runs.push((at, at + 1)),
            }
        }
        let mut texts = runs.into_iter().map(|(start, end)| {
            self.text[self.words[start].span.start..self.words[end - 1].span.end].to_lowercase()
        });
        if self.slots.text.is_none() && self.slots.payee.is_none() {
            self.slots.text = texts.next();
        }
        self.slots.unknown = texts.take(5).collect();
    }
}

/// An amount in one or more tokens: `1,000.50`.
fn amount_at(words: &[Token], at: usize) -> Option<(Decimal, usize)> {
    let mut digits = words[at].text.clone();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let k = digits.strip_suffix('k')?.parse::<u32>().ok()?;
        return Some((Decimal::from(k) * Decimal::ONE_THOUSAND, 1));
    }
    let mut length = 1;
    while let Some(next) = words.get(at + length) {
        let is_digits = next.text.bytes().all(|byte| byte.is_ascii_digit());
        match next.gap.as_str() {
            "," if is_digits && next.text.len() == 3 => digits.push_str(&next.text),
            "." if is_digits => {
                digits.push('.');
                digits.push_str(&next.text);
                length += 1;
                break;
            }
            _ => break,
        }
        length += 1;
    }
    digits.parse().ok().map(|value| (value, length))
}
