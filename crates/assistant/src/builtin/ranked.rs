//! Questions for the most and the least: payees, categories, periods, single transactions.

use domain::Side;

use super::{
    amounts, compared,
    decline::Missing,
    intent::{EARNED, Intent, PAID, ROWS, SPENT, Words, side},
    slots::Slots,
};
use crate::toolbox::{Grouping, Order};

const MOST: &str =
    "most largest biggest highest top greatest maximum max priciest main best expensive heaviest worst";
const LEAST: &str = "least smallest lowest cheapest minimum fewest";
const PAYEES: &str = "payee payees merchant merchants vendor vendors retailer retailers store stores shops shop places \
    place companies company businesses business recipients sellers payers payer sources";
const ONE: &str = "transaction expense purchase payment charge deposit bill debit credit withdrawal paycheck outflow \
    inflow spend cost amount item income outgoing expenditure thing";
const SEVERAL: &str = "transactions expenses purchases payments charges deposits bills debits credits withdrawals \
    paychecks things items outgoings spends costs expenditures amounts";

/// Reads a question for a rank.
pub(super) fn read(words: &Words, slots: &Slots) -> Option<Intent> {
    // Who pays is told by how much each paid.
    if words.says("who pays me|who paid me|who is paying me|who do i get paid by|where does my income come from|where does my money come from|where did my income come from|what are my sources of income")
        && !slots.has_name()
        && !slots.is_bounded()
    {
        return Some(Intent::Top { by: Grouping::Payee, side: Side::Income });
    }
    let is_least = words.has(LEAST) && !words.says("at least");
    if !(words.has(MOST) || is_least) || words.says("most recent|most recently|at most") {
        return None;
    }
    let is_often = words.says("most often|most frequently|most frequent|most times|least often|most visits|most visited|most used|least frequently")
        || words.says("the most") && words.has("visit visits often frequently times") && !is_single(words);
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
    let names_groups = words.has(PAYEES) || words.has("category categories");
    let per = ranked_unit(words).or_else(|| unit_within(words).filter(|_| !names_groups));
    if let Some(per) = per {
        // The month of the greatest rise is not that of the most.
        let rises = words.says(compared::RISES)
            || words.has("rise rises rose risen grow grows grew grown increase increased decrease decreased drop dropped fall fell change changed");
        if rises {
            return Some(Intent::Declined(Missing::OtherPeriod));
        }
        return Some(Intent::Extreme { side, per, order });
    }
    // "Biggest purchase at a store" is a row, "biggest expense categories" and "top payment recipients" are not.
    let is_single = is_single(words);
    let is_of_row = is_single || words.pairs(MOST, ROW) && !words.pairs(ROW, PAYEES);
    let is_of_payees = (words.has(PAYEES) || words.has("where who whom")) && !is_single && !words.has(ROW);
    if is_least && (is_of_payees || words.has("category categories")) {
        return Some(Intent::Declined(Missing::Statistics));
    }
    if words.has(PAYEES) && !is_least && !is_of_row {
        return Some(Intent::Top { by: Grouping::Payee, side });
    }
    if words.has("category categories") {
        return Some(Intent::Top { by: Grouping::Category, side });
    }
    if is_most_i(words) {
        return Some(Intent::Largest { side: Some(side), order, is_plural: false });
    }
    if words.has("priciest cheapest") || words.says("most expensive|least expensive") {
        let is_plural = words.has("transactions purchases expenses things payments");
        return Some(Intent::Largest { side: Some(side), order, is_plural });
    }
    let is_most_spent = words.says(
        "the most on|most money on|most of my money|spend most on|spent most on|spending the most|spend the most|spent the most|\
         most money|spend most|spent most|pay the most|paid the most|cost me the most|costs me the most",
    );
    if is_most_spent && !is_single {
        let asks_payee = words.has("where who whom") || words.has("at") && slots.payee.is_none();
        let asks_payee = asks_payee && !words.says("money going|money go|money goes|money went");
        let by = if asks_payee || slots.has_name() { Grouping::Payee } else { Grouping::Category };
        return Some(Intent::Top { by, side });
    }
    if words.has("who whom") && !is_single {
        return Some(Intent::Top { by: Grouping::Payee, side });
    }
    let is_plural = words.has(SEVERAL) || words.says("biggest ones|largest ones|smallest ones");
    let is_one =
        words.says("biggest one|largest one|smallest one|cheapest one|highest one|expensive one|lowest one");
    if is_plural || is_one || is_single || words.has(ONE) {
        let is_in = side == Side::Income
            || words.has("deposit deposits income paycheck paychecks credit credits inflow salary");
        let is_open = words.has("transaction transactions amount amounts items item things")
            && !words.has("spent spend expense expenses spending paid purchase purchases");
        let side = match (is_in, is_open) {
            (true, _) => Some(Side::Income),
            (false, true) => None,
            (false, false) => Some(Side::Spending),
        };
        return Some(Intent::Largest { side, order, is_plural });
    }
    // "The biggest gift I bought."
    if slots.has_name() && words.has("bought buy purchased") {
        return Some(Intent::Largest { side: Some(side), order, is_plural: false });
    }
    let is_spent = words.has("spending spent spend") && words.has("top biggest largest highest");
    is_spent.then_some(Intent::Top { by: Grouping::Category, side })
}

/// Words for one row of the ledger that are nothing else.
const ROW: &str = "transaction purchase payment charge deposit bill debit withdrawal paycheck expense";

/// Whether a rank is asked for.
pub(super) fn is_rank(words: &Words) -> bool {
    let is_most =
        words.has("most least") && !words.says("at most|at least|most recent|most recently|most of");
    is_most || words.has("highest lowest biggest largest smallest cheapest priciest fewest")
}

/// Whether a figure is asked for by the month, on average or at its best.
pub(super) fn is_broken_up(words: &Words) -> bool {
    let is_usual = words.has(
        "average avg averages mean typical typically usual usually normally each every monthly weekly daily yearly \
         annual annually quarterly",
    );
    is_rank(words)
        || is_usual
        || amounts::unit_after(words, "per a each every by").is_some()
        || is_difference(words)
}

/// Whether a figure is asked for less another, or the best of several.
pub(super) fn is_difference(words: &Words) -> bool {
    words.says("how much more|how much less|difference between") || words.has("best worst")
}

/// `in one go`, `biggest single shop`: a row, whatever else its words mean.
fn is_single(words: &Words) -> bool {
    words.says("in one go|in a single go|at one go|in one visit|in one trip|in a single visit|in a single trip|in one transaction|\
        in a single transaction|in one purchase|in a single purchase|at once|in one payment|in a single payment|in one shop")
        || words.has("single") && !words.has("which where who whom category categories payee payees merchant merchants")
}

/// `the most I ever paid`: the largest of what was paid.
fn is_most_i(words: &Words) -> bool {
    let is_own = words.says(
        "most i|most we|least i|least we|most that i|least that i|most money i|least money i|most ever|least ever",
    );
    is_own && (words.has(SPENT) || words.has(PAID) || words.has(EARNED)) && !words.has("where who whom")
}

/// Where less could be spent: "where can I cut expenses".
pub(super) fn to_cut(words: &Words, slots: &Slots) -> Option<Intent> {
    const CUTS: &str = "cut back|cut down|cut expenses|cut my expenses|cut spending|cut my spending|cut costs|cut my costs|i cut|\
        reduce my spending|reduce spending|reduce my expenses|reduce expenses|reduce my costs|i reduce|i spend less|spend less on|trim|\
        i save money|save some money|i save more|wasting money|waste money|i wasting|my money on|i overspending|too much money on";
    let asks =
        words.opens("where|what|which") && words.has("can could should am do might") && words.says(CUTS);
    let is_of_all =
        !slots.has_name() && slots.periods.len() < 2 && !slots.is_bounded() && slots.weekdays.is_empty();
    (asks && is_of_all && !words.says("did i|have i|if i")).then_some(Intent::Cuts)
}

/// What no tool tells: a balance's past, how many months were like that, the sum of some rows.
pub(super) fn untold(words: &Words, slots: &Slots) -> Option<Missing> {
    if words.says(DIFFERENT) && kinds(words, slots).is_none() {
        return Some(Missing::Kinds);
    }
    let is_money = words.has("dollars bucks euros pounds quid money");
    if words.says("how many")
        && words.pairs("a per each every", "day week month quarter year")
        && !is_money
        && amounts::frequency(words, slots).is_none()
    {
        return Some(Missing::Frequency);
    }
    let counts_units = words.says(
        "how many days did|how many weeks did|how many months did|how many years did|how many days have i|how many weeks have i|\
         how many months have i|on how many days|in how many weeks|in how many months|how many days in|how many weeks in|how many months in|\
         how many days was|how many weeks was|how many months was|how many days were|how many weeks were|how many months were",
    );
    // A sum of some months is not each of them, nor every other one.
    let picks_units = words.says(
        "each of the last|each of the past|each of the previous|each of the first|every other day|every other week|every other month|\
         every second week|every second month|odd days|odd weeks|odd months|even days|even weeks|even months|alternate months",
    );
    let is_past_balance = is_of_balance(words, slots) && !is_ahead(words) && asks_of_past(words);
    let is_of_some = counts_units || picks_units || sums_some_rows(words, slots);
    (is_of_some || is_past_balance || was_negative(words, slots)).then_some(Missing::Statistics)
}

const DIFFERENT: &str = "how many different|how many distinct|how many unique|number of different";

/// "How many different restaurants", "in how many categories": payees or categories, each once.
pub(super) fn kinds(words: &Words, slots: &Slots) -> Option<Intent> {
    const PLACES: &str = "restaurants cafes bars pubs supermarkets hotels pharmacies airlines payees merchants vendors retailers stores \
        shops places companies businesses people employers payers sources";
    let is_counted = slots.n.is_some() || slots.account.is_some() && !words.has(SPENT);
    let after = ["different", "distinct", "unique"].map(|word| words.after(word));
    let is_of_place = |word: &str| PLACES.split(' ').any(|place| place == word) || word == "•";
    let is_place = words.says(DIFFERENT) && after.into_iter().flatten().any(is_of_place);
    let acts = words.has("did have") && words.has("spend spent pay paid use used buy bought shop shopped go been visit visited order ordered eat eaten");
    let is_plain = words.says("how many payees|how many merchants|how many shops|how many stores|how many restaurants|how many places") && acts;
    let is_category = words
        .says("how many categories|how many different categories|number of different categories")
        && acts;
    let side = side(words, slots);
    let is_paid = side == Side::Income && words.has("paid pays pay");
    match (is_category, is_place || is_plain) {
        _ if is_counted
            || slots.payee.is_some()
            || words.pairs("per a each every", "day week month year") =>
        {
            None
        }
        (true, _) => Some(Intent::Kinds { by: Grouping::Category, side }),
        (false, true) if is_paid || side == Side::Spending || words.has(EARNED) => {
            Some(Intent::Kinds { by: Grouping::Payee, side })
        }
        _ => None,
    }
}

/// "The last 3": some of the rows, by when they were.
pub(super) fn picks_rows(words: &Words) -> bool {
    words.has("last latest recent past previous first")
}

/// "How much did my last 5 grocery trips cost": rows are listed, and summed up by period only.
fn sums_some_rows(words: &Words, slots: &Slots) -> bool {
    const SOME: &str = "bill bills trip trips purchase purchases payment payments transaction transactions visit visits order orders \
        charge charges paycheck paychecks deposit deposits shop shops ride rides expense expenses withdrawal withdrawals meals times invoices";
    slots.n.is_some_and(|n| n > 1)
        && words.near("last latest recent past previous first", SOME, 4)
        && (words.has("average avg averaged mean total sum combined altogether together")
            || words
                .says("how much|add up|added up|what did my last|what did the last|on my last|for my last"))
}

/// Whether a balance or the net worth is asked for.
fn is_of_balance(words: &Words, slots: &Slots) -> bool {
    let had = words.says(
        "i had|we had|ever had|have i had|i have had|did i have|did we have|do i have|do we have|was in my|is in my|been in my",
    );
    let is_money = slots.account.is_some() || words.has("money cash checking savings bank account accounts");
    let is_other = words.has(SPENT) || words.has(PAID) || words.has(EARNED) || words.has(ROWS);
    words.has("balance balances networth")
        || words.says("net worth")
        || had && is_money && !is_other && slots.categories.is_empty()
}

/// A balance is told for a day that is named: its best day, its mean, or the day of an amount is not.
fn asks_of_past(words: &Words) -> bool {
    let is_when = words.has("when") && words.has("did was had have were");
    is_when
        || is_rank(words)
        || words.has("maximum minimum peak greatest average avg mean typical typically usually normally")
}

/// `did I ever go below zero`.
fn was_negative(words: &Words, slots: &Slots) -> bool {
    let is_below = words.says(
        "below zero|under zero|below 0|go negative|went negative|gone negative|been negative|in the red|in the minus|go below|went below|\
         gone below|dip below|dipped below|drop below|dropped below|fall below|fell below|fallen below",
    ) || words.has("overdrawn");
    let is_money =
        slots.account.is_some() || words.has("balance balances account accounts checking savings i");
    let is_past = words.has("did ever was were have has been times often went dipped dropped fell");
    is_below && is_money && is_past && !is_ahead(words) && !words.has(SPENT)
}

fn is_ahead(words: &Words) -> bool {
    words.has("will next forecast projected projection expected expect predict upcoming coming going ahead")
}

/// How much a balance has grown: each day's is told, their difference is not.
pub(super) fn balances_compared(words: &Words, slots: &Slots) -> Option<Intent> {
    let grows = words.has("grow grew grown growth");
    let is_than = words.says("more than|less than|higher than|lower than") && !slots.is_bounded()
        || slots.against.is_some();
    let compares = grows
        || is_than
        || words
            .has("difference compare compared increase increased decrease decreased rise risen rose fell")
        || words.says("how much more|how much less|how much higher|how much lower|by how much");
    let is_of_account = slots.account.is_some()
        && (grows || slots.against.is_some())
        && slots.categories.is_empty()
        && !words.has(SPENT);
    let is_of_account = is_of_account && !words.has(EARNED) && !words.has(PAID);
    (compares && !is_ahead(words) && (is_of_balance(words, slots) || is_of_account))
        .then_some(Intent::Declined(Missing::Statistics))
}

/// `in a month`, `in one day`: the rank is among those.
fn unit_within(words: &Words) -> Option<Grouping> {
    let units = [
        ("day", Grouping::Day),
        ("week", Grouping::Week),
        ("month", Grouping::Month),
        ("quarter", Grouping::Quarter),
        ("year", Grouping::Year),
    ];
    let is_within = |unit: &str| {
        ["a", "one", "any", "a single", "one single", "any one", "any single"]
            .into_iter()
            .any(|count| words.says(&format!("in {count} {unit}")))
    };
    let is_of_row = words.has(ROW) || words.has(SEVERAL);
    units.into_iter().find(|(unit, _)| !is_of_row && is_within(unit)).map(|(_, per)| per)
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
    let rank = "which what expensive highest biggest spending spend earning best worst cheapest lowest largest income top single";
    units.into_iter().find(|(unit, _)| words.pairs(rank, unit)).map(|(_, per)| per)
}
