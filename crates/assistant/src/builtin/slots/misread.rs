//! Questions whose rows could be summed, though it is no sum that is asked for: what is missing is named instead.

use jiff::civil::Date;

use super::{Slots, qualifiers::Asked};
use crate::{
    builtin::{decline::Missing, intent::Intent},
    toolbox::Grouping,
    when::{Mention, Reach, days_between},
    words::Token,
};

/// Units that are asked for by an amount: "which months did I spend over 4,000".
const UNITS_BY_AMOUNT: &str = "which months|what months|which weeks|what weeks|which days|what days|months where|weeks where|days where|\
    months i|weeks i|days i|months with|weeks with|days with|how many days|how many weeks|how many months|number of days|number of weeks|\
    number of months|days in";
/// Days on which nothing was spent.
const NOTHING_SPENT: &str = "no spend|zero spend|zero spending|nospend|spent nothing|spend nothing|without spending|without any spending";
/// Each time, where a sum is given.
const EACH_TIME: &str =
    "per visit|each visit|per trip|each trip|each time|every time|one trip|one visit|a visit|per go";
/// Money that moves to an account or from it, which is no spending on it.
const MOVES: &str = "pay the|pay my|paid to|paid the|paid my|payments to|payments made to|paid in total to|deposits into|deposit into|withdrawals from|withdrawal from|\
    take money out of|took money out of|withdraw from|withdrew from|put in|put into|putting in|putting into|moved to|moved into|move to|\
    move into|added to|add to|transferred to|paid into|pay into|came into|deposited into|card payment|card payments|card bill|card bills";
/// The same, said of purchases with a card: "only card payments".
const BY_CARD: &str = "only card payments|just card payments|all card payments";
/// A stage of a period that no dates say.
const STAGES: &str = "same days|this stage|that stage|same stage|same point|on track";

/// What is missing of what is asked for, beyond the rows that count.
pub(super) fn missing(intent: Intent, asked: &Asked<'_>) -> Option<Missing> {
    let (words, slots) = (asked.words, asked.slots);
    let is_sum = matches!(intent, Intent::Flow { .. } | Intent::Named);
    let is_pair = matches!(intent, Intent::Compare { .. } | Intent::CompareThings { .. });
    let has_amount = slots.is_bounded() || slots.is_threshold;
    if has_amount && leaves_amounts_out(asked.tokens) {
        return Some(Missing::Remainder);
    }
    if has_amount && words.says(UNITS_BY_AMOUNT) || words.says(NOTHING_SPENT) {
        return Some(Missing::Statistics);
    }
    if (is_sum || is_pair) && words.says(STAGES) {
        return Some(Missing::OtherPeriod);
    }
    let is_listed = matches!(intent, Intent::List { .. } | Intent::Largest { .. });
    let is_of_account = slots.account.is_some() && slots.categories.is_empty() && slots.payee.is_none();
    let is_mean = matches!(intent, Intent::Average { .. });
    if (is_sum || is_listed || is_mean) && is_of_account && words.says(MOVES) && !words.says(BY_CARD) {
        return Some(Missing::Direction);
    }
    let asks_when = words.opens("when|what date|what day|which day|how long");
    if is_sum && (asks_when || words.says(EACH_TIME)) {
        return Some(Missing::Statistics);
    }
    // One December is no usual one.
    let is_usual = words.has("usual usually typical typically normal normally");
    let is_short = |(from, to): (Date, Date)| from.until(to).is_ok_and(|span| span.get_days() < 31);
    let is_once = slots.periods.len() == 1
        && slots.periods[0].period.from.zip(slots.periods[0].period.to).is_some_and(is_short)
        && !words.has("day daily week weekly transaction");
    if is_usual && is_once && !is_pair && !matches!(intent, Intent::Usual { .. }) {
        return Some(Missing::Statistics);
    }
    if let Intent::Average { per, .. } = intent
        && is_shorter(slots, per)
    {
        return Some(Missing::Statistics);
    }
    // "The total, and the biggest one": two figures, of which one would be told.
    if matches!(intent, Intent::Largest { .. }) && words.has("total altogether overall sum") {
        return Some(Missing::Statistics);
    }
    let changes = words.has(
        "change changed drop dropped fall fell grow grew increase increased decrease decreased rise rose",
    );
    (matches!(intent, Intent::Top { .. }) && changes).then_some(Missing::OtherPeriod)
}

/// A mean by a unit of time over days that are no such unit: "the first week of the month usually".
fn is_shorter(slots: &Slots, per: Grouping) -> bool {
    let least = match per {
        Grouping::Week => 7,
        Grouping::Month => 14,
        Grouping::Quarter => 45,
        Grouping::Year => 90,
        _ => return false,
    };
    let days = |mention: &Mention| mention.period.bounds().map(|(from, to)| days_between(from, to));
    slots
        .periods
        .iter()
        .any(|mention| mention.reach == Reach::Whole && days(mention).is_some_and(|days| days < least))
}

/// "Not counting purchases over 1000": the rows that the amount picks are those to leave out.
fn leaves_amounts_out(tokens: &[Token]) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    (0..tokens.len()).any(|at| {
        let excludes = matches!(
            word(at),
            "without" | "excluding" | "except" | "ignoring" | "skipping" | "minus" | "besides" | "omitting"
        ) || matches!(word(at), "counting" | "including")
            && at.checked_sub(1).is_some_and(|before| word(before) == "not");
        let is_thing = |word: &str| {
            matches!(
                word,
                "purchases"
                    | "transactions"
                    | "expenses"
                    | "payments"
                    | "anything"
                    | "items"
                    | "things"
                    | "any"
                    | "all"
                    | "amounts"
                    | "charges"
                    | "everything"
                    | "ones"
            )
        };
        let next = (at + 1..at + 4).find(|at| !is_thing(word(*at)));
        excludes
            && next.is_some_and(|next| {
                matches!(word(next), "over" | "above" | "under" | "below" | "more" | "less" | "exceeding")
            })
    })
}
