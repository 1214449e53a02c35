//! Questions for single transactions: lists, the latest, how many.

use domain::Side;

use super::{
    intent::{Intent, ROWS, Words, side},
    slots::Slots,
};
use crate::toolbox::Order;

/// Reads a question for a list or a count.
pub(super) fn read(words: &Words, slots: &Slots) -> Option<Intent> {
    let is_in = words.has("deposits deposit paychecks paycheck credits incoming");
    let is_out = words.has("purchases purchase expenses purchased buy bought spend spent");
    let one_side = match (is_in, is_out) {
        (true, _) => Some(Side::Income),
        (false, true) => Some(Side::Spending),
        (false, false) => None,
    };
    let counts = words.says("how many times|how often|number of transactions|number of purchases|number of times|number of payments")
        || words.says("how many") && words.has(ROWS)
        || words.has("count");
    if counts {
        return Some(Intent::Count { side: one_side });
    }
    let is_one = words.says(
        "last transaction|latest transaction|most recent transaction|last purchase|latest purchase|last thing|most recent purchase|\
         last payment|latest payment|most recent payment|buy last|recent transaction looked|last charge|last visit|did i last|\
         last time i|last paycheck|last deposit|latest deposit|last withdrawal|first transaction",
    );
    let is_one = is_one
        || words.near(
            "last latest",
            "bill payment purchase visit transaction order charge invoice paycheck deposit",
            3,
        ) && !words.says("last month|last year|last week|last quarter");
    let order = if words.says("first transaction") { Order::Earliest } else { Order::Latest };
    // "Spending since my last paycheck" asks for a sum.
    let is_sum = words.has("spend spent spending")
        && slots.periods.iter().any(|period| period.reach == crate::when::Reach::Since);
    if is_one && !is_sum {
        let side = if side(words, slots) == Side::Income { Some(Side::Income) } else { one_side };
        return Some(Intent::List { side, order, is_one: true });
    }
    let sums = words.says(
        "how much|what amount|dollar amount|total amount|was the amount|did i spend|i spent|i spend|have i spent|total i|total of|sum of",
    );
    let is_bounded = slots.is_bounded();
    let names_rows = words.has("transaction transactions purchases charges entries activity items withdrawals deposits purchased debits credits")
        || words.says("did i buy|i bought|have i bought|my payments|payments to|recently charged|transaction statement|current statement")
        || words.has("payments") && !words.has("what how");
    let shows = words.has(
        "show list see view display find get give which what any all look pull bring read check retrieve open let recent latest \
         last tell search hear need access help may put my",
    );
    let is_asked = shows || is_bounded || !slots.periods.is_empty() || slots.has_name();
    let is_any = is_bounded
        && (words.has("anything something everything expenses")
            || words.opens("over|above|under|more than|less than|between|show|list|find|any"))
        && !words.has("total sum");
    if (names_rows || is_any || is_bounded && words.has(ROWS)) && !sums && is_asked {
        let side = if words.has("transaction transactions") { None } else { one_side };
        return Some(Intent::List { side, order, is_one: false });
    }
    None
}
