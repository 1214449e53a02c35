//! Questions that set two periods or two things beside each other.

use domain::Side;

use super::{
    amounts::is_balance,
    decline::Missing,
    intent::{EARNED, Intent, PAID, ROWS, SPENT, Words, side},
    slots::{Against, Slots},
};
use crate::when::Period;

/// Phrases for a change over time.
pub(super) const RISES: &str =
    "go up|goes up|went up|gone up|going up|go down|goes down|went down|gone down|going down";

/// Two periods side by side.
pub(super) fn comparison(words: &Words, slots: &Slots) -> Option<Intent> {
    let is_money = words.has(SPENT)
        || words.has(PAID)
        || words.has(EARNED)
        || slots.has_name()
        || slots.periods.len() > 1
        || words.has("compare comparison versus vs");
    if words.has("balance balances worth") || !is_money || slots.is_threshold {
        return None;
    }
    // What was there on two days is told for each.
    let is_held =
        words.says("do i have|did i have|do we have|did we have|i had|is in my|was in my|i have in");
    if is_held && is_balance(words, slots, words.has(SPENT)) {
        return None;
    }
    let is_less = words.says("how much less|much less|how much fewer");
    let is_things = slots.categories.len() == 2 && words.has("than vs versus");
    match slots.against {
        Some(_) if words.says("how many|how often|number of") => {
            return Some(Intent::Declined(Missing::Frequency));
        }
        // Without a date it is what changed lately, of all or of what is named. "More on weekends" is more than on
        // other days.
        Some(_) if slots.periods.is_empty() && (slots.is_bounded() || !slots.weekdays.is_empty()) => {
            return Some(Intent::Declined(Missing::OtherPeriod));
        }
        Some(Against::Now { .. })
            if slots.periods.is_empty()
                && !slots.has_name()
                && slots.without.is_empty()
                && side(words, slots) == Side::Spending =>
        {
            return Some(Intent::Changes);
        }
        Some(Against::Now { .. }) if !is_things && slots.categories.len() < 2 => {
            return Some(Intent::Compare { side: side(words, slots), is_less });
        }
        Some(_) if !is_things => return Some(Intent::Declined(Missing::OtherPeriod)),
        _ => {}
    }
    let compares = words.has(
        "compare compared comparing comparison versus vs difference differ differs increase increased decrease decreased than rise \
         rose fell grow grew change changed",
    );
    let is_more = words.says(
        "how much more|how much less|spend more|spent more|spend less|spent less|earn more|earned more|earn less|earned less|spending more|spending less|earning more|earning less|paying more|paying less|\
         more or less",
    );
    let before = words.says(
        "month before|year before|week before|quarter before|previous month|previous year|previous quarter|previous period|\
         year earlier|month earlier|than before|to before|year over year|year on year|month over month",
    );
    let has_two = slots.periods.len() > 1 || slots.periods.iter().any(|mention| mention.ends.is_some());
    // "More on groceries than on restaurants" compares two things of one time, which may be said with each.
    let is_one_time = slots.periods.windows(2).all(|pair| pair[0].period == pair[1].period);
    let is_things = slots.categories.len() == 2 && is_one_time && slots.more_payees.is_empty();
    if is_things
        && (compares || is_more)
        && words.has("than vs versus compare compared comparison difference or with")
    {
        let is_less = words.says("how much less|much less|how much fewer|spend less|spent less");
        return Some(Intent::CompareThings { side: side(words, slots), is_less });
    }
    // Two things of two times differ by both, and a time beside itself by nothing.
    if slots.periods.len() > 1 && (is_one_time || slots.categories.len() > 1) && !words.has(ROWS) {
        return Some(Intent::Declined(Missing::OtherPeriod));
    }
    // "Compared to last year" leaves open what is compared.
    let is_open = words.says("compared to|compared with|in comparison|versus|vs")
        && slots.periods.len() == 1
        && !has_two;
    let is_alone = !before || slots.periods.is_empty();
    if is_open && is_alone && words.has(SPENT) {
        return Some(Intent::Declined(Missing::OtherPeriod));
    }
    // What rose is told by two periods, not by a sum.
    let rises = words.says(RISES) || words.has("increase increased increasing decrease decreased decreasing");
    if rises && !has_two && is_alone {
        let is_plain = slots.periods.is_empty() && !slots.has_name() && side(words, slots) == Side::Spending;
        return Some(if is_plain { Intent::Changes } else { Intent::Declined(Missing::OtherPeriod) });
    }
    if (compares || is_more || rises) && (has_two || before && !slots.periods.is_empty()) {
        return Some(Intent::Compare { side: side(words, slots), is_less });
    }
    // "In December on Christmas", "on the 1st this year": neither a comparison nor the longer one.
    let holds = |outer: Period, inner: Period| {
        outer
            .bounds()
            .zip(inner.bounds())
            .is_some_and(|(outer, inner)| outer.0 <= inner.0 && inner.1 <= outer.1)
    };
    if let [first, second] = slots.periods.as_slice()
        && (holds(first.period, second.period) || holds(second.period, first.period))
    {
        return Some(Intent::Declined(Missing::WhichTime));
    }
    // Two periods that do not touch cannot be one sum.
    (slots.periods.len() > 1 && !words.has(ROWS))
        .then(|| Intent::Compare { side: side(words, slots), is_less: false })
}
