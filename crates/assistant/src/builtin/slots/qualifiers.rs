//! Words that change what a figure is: what no rule has used of them is not answered past.

use domain::Side;

use super::{
    Slots, covered,
    follow::Hints,
    is_one, misread,
    shares::{Named, is_spent_on},
};
use crate::{
    builtin::{
        decline::Missing,
        intent::{Intent, Words},
    },
    toolbox::MatchKind,
    when,
    words::Token,
};

/// Words that leave something out.
const EXCLUDES: &str = "without except excepting excluding exclude excludes excl excluded minus besides ignoring ignore omitting omit omitted \
    barring sans skip skipping aside apart disregarding subtracting";
/// Words that no rule reads of rows that are counted.
const UNREAD: [&str; 6] = ["half", "debt", "debts", "double", "triple", "odd"];
/// Words of a rank.
const LEAST: [&str; 6] = ["least", "smallest", "lowest", "cheapest", "fewest", "minimum"];
const MOST: [&str; 5] = ["largest", "biggest", "highest", "priciest", "greatest"];

/// A question as it was read.
pub(super) struct Asked<'a> {
    pub tokens: &'a [Token],
    /// Words that a date, a name or a number has taken.
    pub taken: &'a [bool],
    /// The words without those of names.
    pub words: &'a Words<'a>,
    pub names: &'a [Named],
    pub slots: &'a Slots,
    pub hints: Hints,
    /// Money that came back is spoken of, and nothing of it was used.
    pub has_refund: bool,
}

/// The intent, unless words qualify it that it does not know.
pub(super) fn checked(intent: Option<Intent>, asked: &Asked) -> Option<Intent> {
    let declined = |missing| Some(Intent::Declined(missing));
    let is_open = intent.is_none_or(counts);
    if asked.has_refund && (is_open || intent == Some(Intent::Balance)) {
        return declined(Missing::Refunds);
    }
    let mut intent = intent?;
    // "Will I have enough on October 1": a balance is told of days that have been.
    if intent == Intent::Balance && asked.words.has("will") && !asked.slots.periods.is_empty() {
        return declined(Missing::Ahead);
    }
    if !is_open {
        let is_dated = matches!(
            intent,
            Intent::Saved { .. }
                | Intent::Overview
                | Intent::Changes
                | Intent::Balance
                | Intent::NetWorth { .. }
        );
        let unread =
            asked.unread_date(intent).filter(|_| is_dated).or_else(|| covered::missing(intent, asked));
        return unread.map_or_else(|| Some(leaves_none_out(intent, asked.slots)), declined);
    }
    if asked.names_both_sides()
        && !matches!(
            intent,
            Intent::Share { .. } | Intent::List { .. } | Intent::Count { .. } | Intent::Frequency { .. }
        )
    {
        return declined(Missing::Sides);
    }
    if let Some(missing) = asked.unused(intent).or_else(|| misread::missing(intent, asked)) {
        return declined(missing);
    }
    let is_pair = matches!(intent, Intent::Compare { .. } | Intent::CompareThings { .. });
    if asked.slots.against.is_some() && !is_pair {
        return declined(Missing::OtherPeriod);
    }
    if !is_pair && asked.is_around_then() {
        return declined(Missing::AroundThen);
    }
    if asked.leaves_unknown_out() {
        return Some(Intent::Without);
    }
    if let Some(missing) = covered::missing(intent, asked) {
        return declined(missing);
    }
    if is_of_income(intent) && asked.is_about_payee_paid() {
        set_side(&mut intent, Side::Spending);
    }
    if is_of_income(intent) && asked.names_spending() {
        if asked.says_income() {
            return declined(Missing::Sides);
        }
        set_side(&mut intent, Side::Spending);
    }
    let is_difference = is_of_income(intent) && asked.slots.without.iter().any(|name| is_spent_path(name));
    if is_difference { declined(Missing::Sides) } else { Some(intent) }
}

/// Whether rows are counted, so that each word of the question says which.
pub(super) fn counts(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::Flow { .. }
            | Intent::Named
            | Intent::Average { .. }
            | Intent::Compare { .. }
            | Intent::Usual { .. }
            | Intent::CompareThings { .. }
            | Intent::Top { .. }
            | Intent::Often { .. }
            | Intent::Kinds { .. }
            | Intent::Extreme { .. }
            | Intent::Largest { .. }
            | Intent::List { .. }
            | Intent::Count { .. }
            | Intent::Frequency { .. }
            | Intent::Moved { .. }
            | Intent::Share { .. }
    )
}

/// What is saved, owned or to come is told of all; a part of it left out would be passed over.
fn leaves_none_out(intent: Intent, slots: &Slots) -> Intent {
    let is_of_all = matches!(
        intent,
        Intent::Balance
            | Intent::NetWorth { .. }
            | Intent::Saved { .. }
            | Intent::Overview
            | Intent::Changes
            | Intent::Insight(_)
    );
    if is_of_all && !slots.without.is_empty() { Intent::Declined(Missing::Remainder) } else { intent }
}

fn is_of_income(intent: Intent) -> bool {
    match intent {
        Intent::Flow { side, .. }
        | Intent::Average { side, .. }
        | Intent::Compare { side, .. }
        | Intent::Usual { side }
        | Intent::CompareThings { side, .. }
        | Intent::Top { side, .. }
        | Intent::Often { side, .. }
        | Intent::Kinds { side, .. }
        | Intent::Extreme { side, .. } => side == Side::Income,
        Intent::Largest { side, .. }
        | Intent::List { side, .. }
        | Intent::Count { side, .. }
        | Intent::Frequency { side, .. } => side == Some(Side::Income),
        _ => false,
    }
}

fn set_side(intent: &mut Intent, to: Side) {
    match intent {
        Intent::Flow { side, .. }
        | Intent::Average { side, .. }
        | Intent::Compare { side, .. }
        | Intent::Usual { side }
        | Intent::CompareThings { side, .. }
        | Intent::Top { side, .. }
        | Intent::Often { side, .. }
        | Intent::Kinds { side, .. }
        | Intent::Extreme { side, .. } => *side = to,
        Intent::Largest { side, .. }
        | Intent::List { side, .. }
        | Intent::Count { side, .. }
        | Intent::Frequency { side, .. } => {
            *side = Some(to);
        }
        _ => {}
    }
}

/// A category's path of the spending side; payees, accounts and texts are none.
fn is_spent_path(name: &str) -> bool {
    name.contains(':') && is_spent_on(name)
}

/// Whether a name is one that money goes to: a salary is not.
fn is_payable(name: &Named) -> bool {
    name.kind != MatchKind::Category || is_spent_on(&name.value)
}

impl Asked<'_> {
    fn word(&self, at: Option<usize>) -> &str {
        at.and_then(|at| self.tokens.get(at)).map_or("", |token| token.text.as_str())
    }

    /// Whether a name stands behind a word, articles between them.
    fn leads_to_name(&self, at: usize) -> bool {
        let mut next = at + 1;
        while is_one(self.word(Some(next)), "my our the any a all") {
            next += 1;
        }
        self.names.iter().any(|name| name.place.start == next)
    }

    /// Whether the question ends with one of these behind a word: "since the beginning".
    fn ends_with(&self, at: usize, any: &str) -> bool {
        let mut next = at + 1;
        while is_one(self.word(Some(next)), "the my very") {
            next += 1;
        }
        next + 1 == self.tokens.len() && is_one(self.word(Some(next)), any)
    }

    /// Whether a date stands behind a word, articles between them.
    pub(super) fn leads_to_date(&self, at: usize) -> bool {
        let is_date = |at: usize| self.slots.periods.iter().any(|mention| mention.tokens.contains(&at));
        let mut next = at + 1;
        while is_one(self.word(Some(next)), "my our the all of") && !is_date(next) {
            next += 1;
        }
        is_date(next)
    }

    /// A word that changes the figure and that nothing has used.
    fn unused(&self, intent: Intent) -> Option<Missing> {
        let word = (0..self.tokens.len()).filter(|at| !self.taken[*at]);
        word.into_iter().find_map(|at| self.unused_at(at, intent)).or_else(|| self.unread_date(intent))
    }

    /// A word of time that no date was read from.
    fn unread_date(&self, intent: Intent) -> Option<Missing> {
        let is_answered =
            matches!(intent, Intent::List { is_one: true, .. }) && self.words.says("long ago|days ago");
        when::unread(self.tokens, self.taken, &self.slots.periods)
            .filter(|word| !(is_answered && *word == "ago"))
            .map(Missing::Qualifier)
    }

    fn unused_at(&self, at: usize, intent: Intent) -> Option<Missing> {
        let word = self.tokens[at].text.as_str();
        let (before, next) = (self.word(at.checked_sub(1)), self.word(Some(at + 1)));
        let is_pair = matches!(intent, Intent::Compare { .. } | Intent::CompareThings { .. });
        let is_ranked = matches!(intent, Intent::Extreme { .. } | Intent::Largest { .. });
        let named = |word: &'static str, is_used: bool| (!is_used).then_some(Missing::Qualifier(word));
        match word {
            "before" | "after" => {
                // "Before I pay the bill" is now; before I moved is a day that nobody knows.
                let is_ahead = is_one(next, "i we")
                    && is_one(
                        self.word(Some(at + 2)),
                        "pay make do go buy spend start order book decide leave",
                    );
                let is_clause = next.is_empty() || word == "before" && is_ahead;
                let word = if word == "before" { "before" } else { "after" };
                named(word, is_clause || self.hints.shift.is_some())
            }
            "less" => {
                let is_used = is_pair
                    || matches!(intent, Intent::Usual { .. })
                    || self.slots.is_bounded()
                    || self.slots.is_threshold
                    || self.words.has("than")
                    || is_one(before, "or no");
                named("less", is_used)
            }
            // A time that nobody knows: "since my holiday".
            "since" => {
                // "How many days since I bought fuel" is told by the latest row.
                let is_ago = matches!(intent, Intent::List { is_one: true, .. })
                    && is_one(before, "days weeks long been time it");
                named("since", is_ago || self.ends_with(at, "start beginning forever ever"))
            }
            "first" => {
                let is_sum = matches!(intent, Intent::Flow { .. } | Intent::Named | Intent::Average { .. });
                named("first", !(is_sum && self.leads_to_name(at)))
            }
            "until" | "till" => named("until", next == "now"),
            "during" => named("during", self.leads_to_date(at) || !self.slots.weekdays.is_empty()),
            "extra" => named("extra", is_pair),
            "than" => {
                let is_used = matches!(intent, Intent::Usual { .. })
                    || is_pair
                    || self.slots.is_bounded()
                    || self.slots.is_threshold;
                named("than", is_used || !matches!(intent, Intent::Flow { .. }))
            }
            "gross" => Some(Missing::Gross),
            "net" => {
                let is_plain = is_one(
                    next,
                    "worth income pay salary wage wages earnings savings spending spend spent cost costs expenses total amount",
                );
                named("net", is_plain)
            }
            "no" => named("no", !self.leads_to_name(at)),
            "percentage" | "percent" | "proportion" | "fraction" | "portion" => {
                let is_used = is_pair || matches!(intent, Intent::Share { .. });
                (!is_used).then_some(Missing::Whole)
            }
            _ => {
                let is_bound = before == "at" || word == "minimum" && self.slots.is_bounded();
                let least = LEAST.into_iter().find(|it| *it == word && !is_bound);
                let tops = matches!(intent, Intent::Top { .. } | Intent::Often { .. } | Intent::List { .. });
                let most = MOST.into_iter().find(|it| *it == word && !tops);
                let rank = least.or(most).filter(|_| !is_ranked);
                let unread = UNREAD.into_iter().find(|it| *it == word);
                unread.or(rank).map(Missing::Qualifier)
            }
        }
    }

    /// "This time last year" of a sum, where no word says that all days up to it are meant.
    fn is_around_then(&self) -> bool {
        const UP_TO: [&str; 4] = ["by", "until", "till", "to"];
        let is_open = |mention: &&when::Mention| {
            let words = &self.tokens[mention.tokens.clone()];
            let is_time = |pair: &[Token]| pair[0].is(&["this", "that", "same"]) && pair[1].text == "time";
            words.windows(2).any(is_time) && !words.iter().any(|token| token.is(&UP_TO))
        };
        let mut then = self.slots.periods.iter().filter(|mention| mention.ends.is_some());
        // "What had I spent this time last year" counts up to it.
        !self.words.has("had already") && then.any(|mention| is_open(&mention))
    }

    /// Words that leave something out, and no name that they belong to.
    fn leaves_unknown_out(&self) -> bool {
        (0..self.tokens.len()).any(|at| !self.taken[at] && is_one(&self.tokens[at].text, EXCLUDES))
    }

    /// Only categories of the spending side are named.
    fn names_spending(&self) -> bool {
        let categories = &self.slots.categories;
        !categories.is_empty() && categories.iter().all(|path| is_spent_on(path))
    }

    /// Categories of both sides are named: one tool counts one of them.
    fn names_both_sides(&self) -> bool {
        self.slots.names_income() && self.slots.categories.iter().any(|path| is_spent_on(path))
    }

    /// What comes in is asked for in so many words.
    fn says_income(&self) -> bool {
        self.words.has(
            "income salary wage wages earnings revenue paycheck paychecks payroll inflow inflows incomings",
        ) || self.words.pairs(
            "i we",
            "make made making earn earned earning receive received receiving got get getting bring brought",
        ) || self.words.says("paid me|pays me|pay me|paying me|was i paid|am i paid|paid us|pay us")
    }

    /// "Did my landlord get paid": the one named was paid, not the one who asks.
    fn is_about_payee_paid(&self) -> bool {
        let is_paid = |at: usize| self.tokens[at].text == "paid";
        (1..self.tokens.len()).filter(|at| is_paid(*at)).any(|at| {
            let mut start = at;
            while start > 0
                && is_one(
                    &self.tokens[start - 1].text,
                    "get got gets getting been be being was is were already",
                )
            {
                start -= 1;
            }
            start < at && self.names.iter().any(|name| name.place.end == start && is_payable(name))
        })
    }
}
