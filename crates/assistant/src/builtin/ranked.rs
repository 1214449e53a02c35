//! Questions for the most and the least: payees, categories, periods, single transactions.

use domain::Side;

use super::{
    decline::Missing,
    intent::{Intent, Words, side},
    slots::Slots,
};
use crate::toolbox::{Grouping, Order};

const MOST: &str =
    "most largest biggest highest top greatest maximum max priciest main best expensive heaviest worst";
const LEAST: &str = "least smallest lowest cheapest minimum fewest";
const PAYEES: &str = "payee payees merchant merchants vendor vendors retailer retailers store stores shops shop places \
    place companies company businesses business recipients sellers payers payer sources";
const ONE: &str = "transaction expense purchase payment charge deposit bill debit credit withdrawal paycheck outflow \
    inflow spend cost amount item income outgoing expenditure";
const SEVERAL: &str = "transactions expenses purchases payments charges deposits bills debits credits withdrawals \
    paychecks things items outgoings spends costs expenditures amounts";

/// Reads a question for a rank.
pub(super) fn read(words: &Words, slots: &Slots) -> Option<Intent> {
    let is_least = words.has(LEAST) && !words.says("at least");
    if !(words.has(MOST) || is_least) || words.says("most recent|at most") {
        return None;
    }
    let is_often = words.says("most often|most frequently|most frequent|most times|least often|most visits|most visited|most used|least frequently")
        || words.says("the most") && words.has("visit visits often frequently times");
    let side = side(words, slots);
    if is_often {
        // Days and the rarest are no ranking by how often.
        let is_other =
            is_least || words.has("day days week weekday month year when account card eat ate dine drink");
        let by = if words.has("category categories") || words.says("on what|for what|what do i buy|kind of") {
            Grouping::Category
        } else {
            Grouping::Payee
        };
        let is_named = slots.payee.is_some() || slots.text.is_some();
        return Some(if is_other || is_named {
            Intent::Declined(Missing::Frequency)
        } else {
            Intent::Often { by, side }
        });
    }
    let order = if is_least { Order::Smallest } else { Order::Largest };
    if let Some(per) = ranked_unit(words) {
        return Some(Intent::Extreme { side, per, order });
    }
    if words.has(PAYEES) && !is_least {
        return Some(Intent::Top { by: Grouping::Payee, side });
    }
    if words.has("category categories") {
        return Some(Intent::Top { by: Grouping::Category, side });
    }
    if words.has("priciest cheapest") || words.says("most expensive|least expensive") {
        let is_plural = words.has("transactions purchases expenses things payments");
        return Some(Intent::Largest { side: Some(side), order, is_plural });
    }
    let is_most_spent = words.says(
        "the most on|most money on|most of my money|spend most on|spent most on|spending the most|spend the most|spent the most|\
         most money|spend most|spent most|pay the most|paid the most|cost me the most|costs me the most",
    );
    if is_most_spent {
        let asks_payee = words.has("where who whom") || words.has("at") && slots.payee.is_none();
        let asks_payee = asks_payee && !words.says("money going|money go|money goes|money went");
        let by = if asks_payee || slots.has_name() { Grouping::Payee } else { Grouping::Category };
        return Some(Intent::Top { by, side });
    }
    if words.has("who whom") {
        return Some(Intent::Top { by: Grouping::Payee, side });
    }
    if words
        .says("most i spent|most i have spent|most i paid|most i have paid|most i ever spent|most i spend")
    {
        return Some(Intent::Largest { side: Some(Side::Spending), order, is_plural: false });
    }
    let is_plural = words.has(SEVERAL) || words.says("biggest ones|largest ones|smallest ones");
    let is_one =
        words.says("biggest one|largest one|smallest one|cheapest one|highest one|expensive one|lowest one");
    if is_plural || is_one || words.has(ONE) {
        let is_in = words.has("deposit deposits income paycheck paychecks credit credits inflow salary");
        let is_open = words.has("transaction transactions amount amounts items item things")
            && !words.has("spent spend expense expenses spending paid purchase purchases");
        let side = match (is_in, is_open) {
            (true, _) => Some(Side::Income),
            (false, true) => None,
            (false, false) => Some(Side::Spending),
        };
        return Some(Intent::Largest { side, order, is_plural });
    }
    let is_spent = words.has("spending spent spend") && words.has("top biggest largest highest");
    is_spent.then_some(Intent::Top { by: Grouping::Category, side })
}

/// `which month`, `most expensive week`.
fn ranked_unit(words: &Words) -> Option<Grouping> {
    let is_of_week = words.says(
        "day of the week|day of week|days of the week|which weekday|what weekday|weekday do|which day of",
    ) || words.pairs("which what best worst cheapest highest", "weekday");
    if is_of_week {
        return Some(Grouping::Weekday);
    }
    let units = [
        ("day", Grouping::Day),
        ("week", Grouping::Week),
        ("month", Grouping::Month),
        ("quarter", Grouping::Quarter),
        ("year", Grouping::Year),
    ];
    let rank = "which what expensive highest biggest spending best worst cheapest lowest largest income top";
    units.into_iter().find(|(unit, _)| words.pairs(rank, unit)).map(|(_, per)| per)
}
