//! What a question names: periods, categories, payees, accounts, numbers, and what is left over.

mod against;
mod amounts;
mod claim;
mod covered;
mod follow;
mod left_out;
mod misread;
mod numbers;
mod payday;
mod qualifiers;
mod refunds;
mod several;
mod shares;

use domain::{Category, CategoryKind};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    calculate::{self, Calculation},
    decline::Missing,
    intent::{self, Intent, Words},
    odd,
};
use crate::{
    toolbox::{Certainty, Match, Order},
    vocabulary,
    when::{self, DayOrder, Mention, Reach},
    words::{Token, tokens},
};
use left_out::Sort;
use shares::{Named, Spoken};

pub(super) use shares::PARTS;

pub(super) use against::Against;
pub(super) use amounts::{Quantity, Unit};
pub(super) use follow::{
    Hints, asks_of_ledger, asks_what_about, follow, leans_on_earlier, take_names, take_over,
};
pub(super) use payday::Paydays;

const WEEKEND: [&str; 2] = ["saturday", "sunday"];
const WORKDAYS: [&str; 5] = ["monday", "tuesday", "wednesday", "thursday", "friday"];

/// A question, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Parsed {
    pub intent: Option<Intent>,
    pub slots: Slots,
    /// How it goes on from the question before.
    pub hints: Hints,
    /// Its words, as they were read.
    pub words: Vec<Token>,
    pub as_of: Date,
}

/// What the question names.
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that the words say or not")]
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Slots {
    pub periods: Vec<Mention>,
    /// Paths.
    pub categories: Vec<String>,
    /// The first payee.
    pub payee: Option<String>,
    /// The payees after it.
    pub more_payees: Vec<String>,
    /// An id, or a kind.
    pub account: Option<String>,
    /// Other accounts beside it: "checking and savings".
    pub more_accounts: Vec<String>,
    /// Text that payees have in common, or words that nothing is known of.
    pub text: Option<String>,
    /// More unknown words than one text.
    pub unknown: Vec<String>,
    pub n: Option<u32>,
    /// The place of a rank: 2 of "the second largest".
    pub place: Option<u32>,
    pub min: Option<Decimal>,
    pub max: Option<Decimal>,
    pub above: Option<Decimal>,
    pub below: Option<Decimal>,
    /// An amount that bounds nothing: "did I get charged $64.99".
    pub loose: Option<Decimal>,
    /// What is left out: paths, payees, ids, texts.
    pub without: Vec<String>,
    /// The category that something is a part of, in a question for a share.
    pub whole: Option<String>,
    pub weekdays: Vec<String>,
    /// A second group of them: weekends or weekdays.
    pub other_weekdays: Vec<String>,
    /// Amounts, rates and spans of time, as calculators need them.
    pub quantities: Vec<Quantity>,
    /// What a calculator is asked.
    pub calculation: Option<Calculation>,
    /// Words that were read as others: as typed, as read.
    pub corrections: Vec<(String, String)>,
    /// A category and a payee are two things: "coffee and Moviebarn", and not "coffee at Moviebarn".
    pub is_side_by_side: bool,
    /// What several names come to together is wanted.
    pub is_together: bool,
    /// A chart is wanted.
    pub chart: bool,
    /// An amount is one to compare a sum with.
    pub is_threshold: bool,
    /// A payday is named, and the data has none.
    pub lacks_payday: bool,
    /// What the words as typed ask for that cannot be told.
    pub odd: Option<Missing>,
    /// What the one period is compared with.
    pub against: Option<Against>,
    /// Nothing but names, dates and the words that join them.
    pub is_bare: bool,
}

impl Slots {
    fn has_kind(&self, wanted: CategoryKind) -> bool {
        let kind = |path: &String| Category::new(path).map(|category| category.kind());
        self.categories.iter().any(|path| kind(path) == Ok(wanted))
    }

    /// Whether a category of the income side is named.
    pub fn names_income(&self) -> bool {
        self.has_kind(CategoryKind::Income)
    }

    pub fn names_transfer(&self) -> bool {
        self.has_kind(CategoryKind::Transfer)
    }

    /// Something of the ledger is named.
    pub fn has_name(&self) -> bool {
        !self.categories.is_empty() || self.payee.is_some() || self.account.is_some() || self.text.is_some()
    }

    /// Only rows of some size are meant.
    pub fn is_bounded(&self) -> bool {
        self.min.or(self.max).or(self.above).or(self.below).is_some()
    }
}

/// What a ledger tells of a text.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub matches: Vec<Match>,
    pub paydays: Paydays,
}

/// Reads a question with the names that were found in it.
pub(super) fn parse(text: &str, found: &Found, as_of: Date, order: DayOrder) -> Parsed {
    let mut words = tokens(text);
    words.truncate(400);
    read_percent_signs(text, &mut words);
    let odd = odd::as_typed(text, &words);
    let place = numbers::take_place(&mut words);
    let mut corrections = Vec::new();
    let mut before = String::new();
    for word in &mut words {
        // What stands after "at" is a name, however it is spelled.
        let is_placed = before == "at";
        before.clone_from(&word.text);
        let is_name = found.matches.iter().any(|it| {
            it.certainty == Certainty::Exact && it.start <= word.span.start && word.span.end <= it.end
        });
        if !is_name
            && !is_placed
            && let Some(mended) = vocabulary::mend(&word.text)
        {
            corrections.push((text[word.span.clone()].to_owned(), mended.to_owned()));
            mended.clone_into(&mut word.text);
        }
    }
    let mut reading = Reading {
        text,
        words: &words,
        taken: vec![false; words.len()],
        named: Vec::new(),
        names: Vec::new(),
        has_refund: false,
        slots: Slots::default(),
    };
    reading.slots.odd = odd;
    reading.slots.place = place;
    reading.slots.corrections = corrections;
    reading.slots.periods = when::find_in(&words, as_of, order);
    reading.slots.periods.retain(|mention| !ends_day_of_the_week(&words[..mention.tokens.end]));
    reading.slots.periods.retain(|mention| !is_in_name(&words[mention.tokens.clone()], &found.matches));
    reading.periods_before();
    reading.payday(&found.paydays, as_of);
    // "Recently, like last week" means last week.
    if reading.slots.periods.iter().any(|mention| mention.reach != Reach::Vague) {
        reading.slots.periods.retain(|mention| mention.reach != Reach::Vague);
    }
    reading.slots.against = against::read(&words, &reading.slots.periods, as_of);
    for mention in &reading.slots.periods {
        reading.taken[mention.tokens.clone()].fill(true);
    }
    reading.charts();
    reading.years();
    reading.claim(&found.matches);
    reading.refunds();
    reading.weekdays();
    reading.numbers();
    reading.leftovers();
    reading.slots.quantities = amounts::quantities(&words, text);
    reading.slots.is_bare =
        words.iter().zip(&reading.taken).all(|(word, is_taken)| *is_taken || is_joint(&word.text));
    let Reading { taken, named, names, has_refund, mut slots, .. } = reading;
    let all = Words::without(&words, &named);
    slots.chart = all.has("chart charts charted graph graphs plot plotted diagram visualise visualize visualisation graphically draw");
    if all.says("eat out|ate out|eaten out|eats out|dine out|dined out|eating out|dining out|go out to eat|went out to eat|gone out to eat|going out to eat")
        && !slots.has_name()
    {
        slots.categories.push("Food:Restaurants".to_owned());
    }
    if all.says("in cash|with cash|by cash|paying cash|paid cash")
        && slots.account.is_none()
        && all.has("pay paid paying spend spent spending payments")
    {
        slots.account = Some("cash account".to_owned());
    }
    reads_threshold(&all, &mut slots);
    names_cash(&all, &mut slots);
    slots.is_side_by_side = several::are_side_by_side(&words, &names);
    slots.is_together = several::are_together(&all, &slots);
    slots.calculation = calculate::read(&Words::new(&words), &words, &slots, (as_of, order));
    let hints = Hints::of(&all, &slots);
    let mut intent = intent::read(&all, &slots, as_of);
    if intent.is_none_or(qualifiers::counts) {
        let spoken = Spoken { words: &words, names: &names };
        intent = shares::read(&all, &spoken, &mut slots).or(intent);
    }
    if let (Some(amount), Some(list)) = (slots.loose, intent.and_then(|intent| rows_of_amount(intent, &all)))
    {
        (slots.min, slots.max, slots.loose) = (Some(amount), Some(amount), None);
        intent = Some(list);
    }
    let asked = qualifiers::Asked {
        tokens: &words,
        taken: &taken,
        words: &all,
        names: &names,
        slots: &slots,
        hints,
        has_refund,
    };
    let intent = qualifiers::checked(intent, &asked);
    Parsed { intent, slots, hints, words, as_of }
}

/// "Did I spend over 500 on food?" asks for the whole, not for single rows.
fn reads_threshold(words: &Words, slots: &mut Slots) {
    let is_threshold = words.says(
        "spend over|spent over|spend more than|spent more than|spend under|spent under|spend less than|spent less than|spend at least|spent at least|\
         earn more than|earned more than|earn less than|earned less than|earn over|earned over|pay more than|paid more than|spend up to|make more than|made more than",
    ) && !words.has("purchase purchases transaction transactions expense expenses payment payments item items things times times on something anything once") || words.says("did i spend over|did i spend more than|have i spent more than|have i spent over|did we spend over|did we spend more than|did i spend less than|did i spend under|have i spent less than|have i spent under|did we spend less than|did i earn more than|have i earned more than")
        && !words.has("purchase purchases transaction transactions payment payments item items anything once");
    // "How many times did I spend more than 100" asks for rows, though.
    let is_of_rows = words.says("how many times|how often|last time|first time|in one go|at once|did i ever");
    if is_threshold && !is_of_rows && slots.is_bounded() {
        (slots.min, slots.max, slots.above, slots.below) = (None, None, None, None);
        slots.is_threshold = true;
    }
}

/// "How much did I withdraw", "cash I got out": withdrawals of cash.
fn names_cash(words: &Words, slots: &mut Slots) {
    let takes = words.has("withdraw withdrew withdrawn") && words.has("cash money atm")
        || words.says("get out|got out|take out|took out|taken out|pull out|pulled out|drew out")
            && words.has("cash atm");
    if takes && slots.categories.is_empty() {
        slots.categories.push("Cash withdrawals".to_owned());
    }
}

/// "Did I get charged $64.99", "what was that $504.95 charge": the rows of that size are meant.
fn rows_of_amount(intent: Intent, words: &Words) -> Option<Intent> {
    let is_of_rows =
        matches!(intent, Intent::Flow { .. } | Intent::Named | Intent::List { .. } | Intent::Count { .. });
    let asks = words.opens("did|was|were|have|has|what was|what is|whats|which|when|find|show|list|where|who")
        && words.has("charge charged charges payment payments paid pay transaction transactions purchase purchases debit withdrawal deposit");
    let is_supposed = words.has("if would could should every each per");
    (is_of_rows && asks && !is_supposed).then_some(Intent::List {
        side: None,
        order: Order::Latest,
        is_one: false,
    })
}

/// `%` is read as a word where it belongs to no number: "what % of my income".
fn read_percent_signs(text: &str, words: &mut Vec<Token>) {
    for (start, _) in text.match_indices('%') {
        let at = words.iter().take_while(|word| word.span.end <= start).count();
        let before = at.checked_sub(1).map(|at| &words[at]);
        let gap = text[before.map_or(0, |word| word.span.end)..start].to_owned();
        let is_number = before.is_some_and(|word| word.text.ends_with(|c: char| c.is_ascii_digit()));
        if !(is_number && gap.trim().is_empty()) && words.len() < 400 {
            words.insert(at, Token { text: "percent".to_owned(), span: start..start + 1, gap });
        }
    }
}

/// A day of the week in a name of several words: "Ruby Tuesday".
fn is_in_name(mention: &[Token], matches: &[Match]) -> bool {
    let [day] = mention else { return false };
    when::weekday(&day.text).is_some()
        && matches.iter().any(|found| {
            let is_longer = found.end - found.start > day.text.len();
            found.certainty == Certainty::Exact
                && is_longer
                && found.start <= day.span.start
                && day.span.end <= found.end
        })
}

/// "On which day of the week" names no week.
fn ends_day_of_the_week(words: &[Token]) -> bool {
    let ends_with = |end: &str| {
        let end: Vec<&str> = end.split(' ').collect();
        words.len() >= end.len() && words[words.len() - end.len()..].iter().map(|it| it.text.as_str()).eq(end)
    };
    ["day of the week", "days of the week", "day of week", "days of week"].into_iter().any(ends_with)
}

/// Whether a word is in a list of words.
fn is_one(word: &str, any: &str) -> bool {
    any.split_whitespace().any(|it| it == word)
}

/// Words that only join names and dates.
fn is_joint(word: &str) -> bool {
    const JOINTS: [&str; 74] = [
        "a",
        "about",
        "account",
        "aint",
        "all",
        "also",
        "altogether",
        "and",
        "anything",
        "apart",
        "are",
        "aside",
        "at",
        "balance",
        "besides",
        "bill",
        "bills",
        "but",
        "by",
        "combined",
        "counting",
        "during",
        "everything",
        "except",
        "excluding",
        "for",
        "from",
        "how",
        "in",
        "including",
        "instead",
        "is",
        "it",
        "just",
        "leaving",
        "me",
        "minus",
        "month",
        "months",
        "my",
        "no",
        "not",
        "now",
        "of",
        "ok",
        "okay",
        "on",
        "only",
        "or",
        "other",
        "out",
        "please",
        "plus",
        "same",
        "show",
        "spending",
        "sum",
        "tell",
        "than",
        "that",
        "the",
        "then",
        "there",
        "to",
        "together",
        "total",
        "versus",
        "vs",
        "was",
        "were",
        "what",
        "whats",
        "with",
        "without",
    ];
    JOINTS.binary_search(&word).is_ok()
}

struct Reading<'a> {
    text: &'a str,
    words: &'a [Token],
    /// Words that a date, a name or a number has taken.
    taken: Vec<bool>,
    /// Where names of several words stand.
    named: Vec<std::ops::Range<usize>>,
    /// The names that are taken, those left out not among them.
    names: Vec<Named>,
    /// Money that came back is spoken of, other than to leave it out or to take it off.
    has_refund: bool,
    slots: Slots,
}

impl Reading<'_> {
    fn word(&self, at: Option<usize>) -> &str {
        at.and_then(|at| self.words.get(at)).map_or("", |word| word.text.as_str())
    }

    /// A "bar chart" is of no bars.
    fn charts(&mut self) {
        for at in 1..self.words.len() {
            let is_chart = self.words[at].is(&["chart", "charts", "graph", "graphs", "plot", "diagram"]);
            if is_chart && self.words[at - 1].is(&["bar", "bars", "pie", "line", "column"]) {
                self.taken[at - 1] = true;
            }
        }
    }

    /// The word before, articles and possessives skipped.
    fn before(&self, at: usize) -> &str {
        let mut at = at.checked_sub(1);
        while matches!(self.word(at), "my" | "the" | "our" | "a" | "all") {
            at = at.and_then(|at| at.checked_sub(1));
        }
        self.word(at)
    }

    fn payday(&mut self, paydays: &Paydays, as_of: Date) {
        match payday::read(self.words, paydays, as_of) {
            payday::Read::None => {}
            payday::Read::Unknown => self.slots.lacks_payday = true,
            payday::Read::Found(mention) => {
                self.slots.periods.retain(|other| {
                    other.tokens.end <= mention.tokens.start || other.tokens.start >= mention.tokens.end
                });
                self.slots.periods.push(mention);
            }
        }
    }

    /// "Christmas spending 2025": the year of a date that stands apart from it.
    fn years(&mut self) {
        let of = |year: i16| {
            let begins = |mention: &Mention| mention.period.from.is_some_and(|from| from.year() == year);
            self.slots.periods.iter().any(begins)
        };
        let is_named = |word: &Token| when::year_token(word).is_some_and(of);
        let named: Vec<usize> = (0..self.words.len()).filter(|at| is_named(&self.words[*at])).collect();
        for at in named {
            self.taken[at] = true;
        }
    }

    /// `on Mondays`, `at weekends`, `every Friday`.
    fn weekdays(&mut self) {
        for at in 0..self.words.len() {
            if self.taken[at] {
                continue;
            }
            let word = self.words[at].text.as_str();
            let repeats = matches!(self.word(at.checked_sub(1)), "every" | "each");
            let days: &[&str] = match word {
                "weekends" => &WEEKEND,
                "weekdays" | "workdays" => &WORKDAYS,
                "weekend" if repeats || self.is_adjective(at) || self.is_usual_one(at) => &WEEKEND,
                "weekday" | "workday" if repeats || self.is_adjective(at) => &WORKDAYS,
                _ => &[],
            };
            let is_ago = self.word(Some(at + 1)) == "ago";
            let one = when::weekday(word).filter(|_| !is_ago && (repeats || word.ends_with('s')));
            if !days.is_empty() || one.is_some() {
                self.taken[at] = true;
                let named = word.strip_suffix('s').unwrap_or(word).to_owned();
                let days = days.iter().map(|day| (*day).to_owned());
                let is_other = !self.slots.weekdays.is_empty()
                    && matches!(
                        self.before(at),
                        "or" | "and" | "than" | "vs" | "versus" | "to" | "with" | "on" | "at"
                    )
                    && Words::new(self.words).has("or than vs versus compare compared");
                let list = if is_other { &mut self.slots.other_weekdays } else { &mut self.slots.weekdays };
                list.extend(days.chain(one.map(|_| named)));
            }
        }
        self.slots.weekdays.truncate(7);
    }

    /// "The last 3 months against the previous 3 months": the ones before them.
    fn periods_before(&mut self) {
        let [first, second] = self.slots.periods.as_slice() else { return };
        let opens = self.word(Some(second.tokens.start));
        let is_before = matches!(opens, "previous" | "prior" | "preceding")
            || opens == "the"
                && matches!(self.word(Some(second.tokens.start + 1)), "previous" | "prior" | "preceding");
        let before = first.period.previous().filter(|_| is_before && first.period == second.period);
        if let Some(before) = before {
            self.slots.periods[1].period = before;
        }
    }

    /// "A typical weekend", "per weekend".
    fn is_usual_one(&self, at: usize) -> bool {
        matches!(
            self.word(at.checked_sub(1)),
            "typical" | "average" | "usual" | "normal" | "ordinary" | "per"
        )
    }

    /// "Weekend spending", "weekday fuel": what stands behind a word is spent on such days.
    fn is_adjective(&self, at: usize) -> bool {
        let is_name = self.names.iter().any(|name| name.place.start == at + 1);
        is_name
            || matches!(
                self.word(Some(at + 1)),
                "spending" | "spend" | "spends" | "expenses" | "purchases" | "costs"
            )
    }

    /// Words that nothing is known of: one run of them is a text to look for.
    fn leftovers(&mut self) {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for at in 0..self.words.len() {
            let word = &self.words[at];
            // "Shell out" is said of money, "Shell" of a shop.
            let is_phrase = word.text == "shell" && self.word(Some(at + 1)) == "out";
            if self.taken[at] || vocabulary::is_known(&word.text) || word.text.len() < 2 || is_phrase {
                continue;
            }
            match runs.last_mut() {
                Some((_, end)) if *end == at => *end = at + 1,
                _ => runs.push((at, at + 1)),
            }
        }
        let mut texts = Vec::new();
        for (start, end) in runs {
            let text = self.text[self.words[start].span.start..self.words[end - 1].span.end].to_lowercase();
            if let Some(said) = self.left_out(&(start..end), Sort::Other) {
                for at in said.words {
                    self.taken[at] = true;
                }
                self.slots.without.push(text);
            } else {
                texts.push(text);
            }
        }
        let mut texts = texts.into_iter();
        if self.slots.text.is_none() && self.slots.payee.is_none() {
            self.slots.text = texts.next();
        }
        self.slots.unknown = texts.take(5).collect();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_joints_are_in_order() {
        for word in ["a", "without", "on", "what", "spending", "the"] {
            assert!(super::is_joint(word), "{word}");
        }
    }
}
