//! Questions for single transactions: lists, the latest, how many.

use domain::Side;

use super::{
    intent::{Intent, Words, names_rows, side},
    slots::Slots,
};
use crate::toolbox::Order;

/// Reads a question for a list or a count.
pub(super) fn read(words: &Words, slots: &Slots) -> Option<Intent> {
    let deposits = words.has(&["deposits", "paychecks", "credits", "incoming"]);
    let listed_side = if deposits {
        Some(Side::Income)
    } else if words.has(&[
        "purchases",
        "purchase",
        "expenses",
        "purchased",
        "buy",
        "bought",
        "spend",
        "spent",
    ]) {
        Some(Side::Spending)
    } else {
        None
    };
    let counts = words.any_phrase(&[
        "how many times",
        "how often",
        "number of transactions",
        "number of purchases",
        "number of times",
        "number of payments",
    ]) || words.phrase("how many") && names_rows(words)
        || words.has(&["count"]);
    if counts {
        let side =
            if side(words, slots) == Side::Income && deposits { Some(Side::Income) } else { listed_side };
        return Some(Intent::Count { side });
    }
    let last_one = words.any_phrase(&[
        "last transaction",
        "latest transaction",
        "most recent transaction",
        "last purchase",
        "latest purchase",
        "last thing",
        "most recent purchase",
        "last payment",
        "latest payment",
        "most recent payment",
        "buy last",
        "recent transaction looked",
        "last charge",
        "last visit",
        "did i last",
        "last time i",
        "last paycheck",
        "last deposit",
        "latest deposit",
        "last withdrawal",
        "first transaction",
    ]);
    let order = if words.phrase("first transaction") { Order::Earliest } else { Order::Latest };
    if last_one {
        return Some(Intent::List { side: listed_side, order, is_one: true });
    }
    let bounded = slots.min.is_some() || slots.max.is_some();
    let shows = words.has(&[
        "show", "list", "see", "view", "display", "find", "get", "give", "which", "what", "any", "all",
        "look", "pull", "bring", "read", "check", "retrieve", "open", "let", "recent", "latest", "last",
        "tell", "search", "hear", "need", "access", "help", "may", "put",
    ]);
    let spends = words.any_phrase(&[
        "how much",
        "what amount",
        "dollar amount",
        "total amount",
        "was the amount",
        "did i spend",
        "i spent",
        "i spend",
        "have i spent",
        "total i",
        "total of",
        "sum of",
    ]);
    let rows = words.has(&[
        "transaction",
        "transactions",
        "purchases",
        "charges",
        "entries",
        "activity",
        "items",
        "withdrawals",
        "deposits",
        "purchased",
        "statement",
        "debits",
        "credits",
    ]) || words.any_phrase(&[
        "did i buy",
        "i bought",
        "have i bought",
        "payments",
        "i ve recently charged",
        "recently charged",
        "my payments",
        "payments to",
    ]);
    if (rows || bounded && names_rows(words))
        && !spends
        && (shows || bounded || !slots.periods.is_empty() || slots.has_name() || words.has(&["my"]))
    {
        let side = if words.has(&["transaction", "transactions"]) { None } else { listed_side };
        let is_about_history = words.has(&[
            "transaction",
            "transactions",
            "purchases",
            "charges",
            "deposits",
            "withdrawals",
            "payments",
            "entries",
            "items",
            "purchased",
            "activity",
            "debits",
            "credits",
            "bought",
            "buy",
            "charged",
        ]) || words.phrase("transaction statement")
            || words.phrase("current statement");
        return is_about_history.then_some(Intent::List { side, order, is_one: false });
    }
    None
}
