//! Questions for sums: totals, averages, balances.

use domain::Side;

use super::{
    compared,
    decline::Missing,
    intent::{EARNED, Intent, MONEY, PAID, ROWS, SPENT, Words, side},
    slots::{PARTS, Slots},
};
use crate::{
    toolbox::{Grouping, Order},
    when::{Reach, months_between},
};

/// Words for units of time.
const UNITS: [(&str, Grouping); 5] = [
    ("day days daily", Grouping::Day),
    ("week weeks weekly", Grouping::Week),
    ("month months monthly", Grouping::Month),
    ("quarter quarters quarterly", Grouping::Quarter),
    ("year years yearly annual annually", Grouping::Year),
];

/// The unit that one of the words before leads to: `per month`, `by week`.
pub(super) fn unit_after(words: &Words, joints: &str) -> Option<Grouping> {
    UNITS.into_iter().find(|(names, _)| words.pairs(joints, names)).map(|(_, unit)| unit)
}

/// `daily`, `monthly`, `yearly`.
pub(super) fn adverb(words: &Words) -> Option<Grouping> {
    let adverbs = [
        ("daily", Grouping::Day),
        ("weekly", Grouping::Week),
        ("monthly", Grouping::Month),
        ("quarterly", Grouping::Quarter),
        ("yearly annual annually", Grouping::Year),
    ];
    adverbs.into_iter().find(|(names, _)| words.has(names)).map(|(_, unit)| unit)
}

/// Whether a mean is of single rows: "per order", "per grocery trip". A journey has more than one.
pub(super) fn is_per_row(words: &Words, slots: &Slots) -> bool {
    let travels = slots.categories.iter().any(|path| path.starts_with("Travel"));
    words.near("per", "transaction purchase visit order payment", 3)
        || words.near("per", "trip", 3) && slots.has_name() && !travels
}

/// Words before a unit that make it one like any other: "a normal week".
const USUAL: &str = "average typical usual normal ordinary regular";

/// How often in a day, a week or a month: "how many times a month do I eat out".
pub(super) fn frequency(words: &Words, slots: &Slots) -> Option<Intent> {
    let asks = words.says("how many|how often|number of|times a|times per|times each|times every")
        && !words.has(MONEY);
    let is_listed = words.has(
        "breakdown break trend chart list show report across compare compared versus vs more less most least",
    ) || words.says("for each|for every|of each|of every|in each|in every")
        || words.has("each every") && words.has("did have") && !slots.periods.is_empty();
    let per = unit_after(words, "per a each every an average")
        .or_else(|| words.has("average typically usually normally").then(|| adverb(words)).flatten())?;
    let is_of_rows = slots.has_name() || words.has(ROWS);
    let side = side(words, slots);
    let is_sided =
        slots.has_name() && !slots.names_transfer() || words.has("purchase purchases purchased expenses");
    let side = (is_sided || side == Side::Income).then_some(side);
    (asks && !is_listed && is_of_rows && per.is_time() && !words.has("ago"))
        .then_some(Intent::Frequency { side, per })
}

/// "Did I spend more than usual last week": a sum beside the mean of the times before.
pub(super) fn usual(words: &Words, slots: &Slots) -> Option<Intent> {
    const BESIDE: &str = "than usual|than usually|than normal|than normally|than i usually|than i normally|than we usually|than we normally|\
        than i typically|than typical|than average|than my usual|than my normal|than my average|than the average|than its usual|than on average|\
        compare to usual|compared to usual|compare with usual|compared with usual|compare to normal|compared to normal|compare to my usual|\
        compared to my usual|compare to average|compared to average|compare to my average|compared to my average|compare to the average|\
        versus usual|vs usual|vs average|vs normal|versus average|above average|below average|above my average|below my average|\
        above normal|below normal|above usual|below usual|over my average|under my average|above my usual|below my usual|\
        above my monthly average|below my monthly average|above my weekly average|below my weekly average|compared to my monthly average|\
        compare to my average month|compare to an average month|compared to an average month|compare to my usual month|\
        compared to a normal month|compare to a normal month|compared to a typical month|compare to a typical month";
    let is_other = words
        .has("balance networth worth saved save saving savings often many times price prices")
        || slots.is_bounded();
    let is_span = slots.periods.iter().all(|period| matches!(period.reach, Reach::Whole));
    let is_one = slots.periods.len() <= 1 && slots.against.is_none();
    // "Is my grocery spending normal", "am I spending too much on restaurants".
    let is_level = words.opens("is|are|was|were")
        && words.has("normal usual typical ordinary unusual")
        && !words.has("what which how a an my_average anything something there")
        || words.says("too much on|too much at|overspending on|overspend on|a lot on")
            && words.opens("am|are|do|did|was|have");
    let is_level = is_level && (slots.has_name() || words.has(SPENT)) && slots.account.is_none();
    ((words.says(BESIDE) || is_level) && !is_other && is_span && is_one)
        .then(|| Intent::Usual { side: side(words, slots) })
}

/// Averages, and what a month usually costs.
pub(super) fn average(words: &Words, slots: &Slots) -> Option<Intent> {
    let side = side(words, slots);
    let is_average =
        words.has("average averaged avg averages typical typically") || words.says("the mean|mean spending");
    // "More than usual" without a time asks for the usual, of which each month is shown.
    let than_usual =
        words.says("than usual|than usually|than normal|than normally") && slots.periods.is_empty();
    let is_usual = words.has("usual usually normally") && !words.has("more less than") || than_usual;
    if words.has("balance") {
        return None;
    }
    // What goes out in a month.
    if words.says("burn rate|monthly burn|cash burn|burn a month|burn per month|burn each month") {
        return Some(Intent::Average { side: Side::Spending, per: adverb(words).unwrap_or(Grouping::Month) });
    }
    let is_of_one = slots.has_name()
        && !words.has("month monthly week weekly day daily year yearly annual")
        && (words.says("cost of a|cost of one|price of a|price of one")
            || words.opens("what does a|what does one|how much does a|how much does one|how much is a"));
    let per_row = (is_per_row(words, slots) || is_of_one).then_some(Grouping::Transaction);
    // "A typical day", "my average week".
    let per_usual = unit_after(words, USUAL).filter(|_| !words.has("ago"));
    // A weekend is the two days of each week that are asked for.
    let is_weekend = !slots.weekdays.is_empty()
        && words.near("per a each every an average typical usual normal", "weekend weekends", 2)
        && !words.has("did last this past previous");
    let per_unit = per_usual
        .or(is_weekend.then_some(Grouping::Week))
        .or_else(|| unit_after(words, "per a each every an").filter(|_| !words.has("ago")))
        .or(per_row);
    if is_average || is_usual || per_usual.is_some() {
        let is_row =
            words.has("purchase purchases transaction transactions visit trip order payment expense bill bills receipt run shop meal meals");
        let fallback = if is_row { Grouping::Transaction } else { Grouping::Month };
        return Some(Intent::Average { side, per: per_unit.or_else(|| adverb(words)).unwrap_or(fallback) });
    }
    let is_about_money = words.has(SPENT)
        || words.has(PAID)
        || words.has(EARNED)
        || side == Side::Income
        || !slots.categories.is_empty()
        || slots.payee.is_some()
        || words.has("goes go eur usd gbp")
        || words.has(MONEY);
    let is_broken_down = words.has("breakdown break trend chart list show report across")
        || words.says("by month|by week|by day");
    // "What did I spend each month in 2023" wants the months, not their mean.
    let is_each = words.has("each every") && words.has("did have show list") && !slots.periods.is_empty()
        || words.says("for each|for every|in each|in every|of each|of every");
    if let Some(per) = per_unit
        && !is_each
        && !is_broken_down
        && is_about_money
    {
        return Some(Intent::Average { side, per });
    }
    // A rent or a bill without a period is asked for by the month.
    let is_fixed = words.says("how much is my|how much are my|what is my|what are my|whats my|what my")
        && !words.has("total all");
    if is_fixed
        && slots.categories.len() == 1
        && slots.periods.is_empty()
        && side == Side::Spending
        && !words.has("balance")
    {
        return Some(Intent::Average { side, per: Grouping::Month });
    }
    let spans_one_month = slots
        .periods
        .first()
        .and_then(|mention| mention.period.bounds())
        .is_some_and(|(from, to)| months_between(from, to) == 1);
    let is_listed = words.has("breakdown by trend chart compare fee report list show");
    let per = adverb(words).filter(|per| *per != Grouping::Quarter)?;
    (!spans_one_month && !is_listed && is_about_money).then_some(Intent::Average { side, per })
}

/// Words that show that a balance is asked for.
const HOLDS: &str = "do i have|did i have|i had|did we have|do we have|i have in|is in my|is left|i have left|money left|money is in|is in savings|is in checking|\
    in my account|in my accounts|in the bank|in my checking|in my savings|in checking|in savings|is available|is remaining|\
    my bank accounts|of my accounts|my account have|any money|any cash|have enough|be enough|there enough|enough money|\
    enough in my|account cover|saved up|have saved|i got in|cash do i|bank account|is there left|cover the cost|can i afford|\
    is left of|left on my|i have in my|how much cash|money in my|savings account|checking account|my savings|what i have in|\
    in bank of|amount of money in|bank savings|deposit account";

/// Totals, balances, and bare names.
pub(super) fn flow(words: &Words, slots: &Slots) -> Option<Intent> {
    let side = side(words, slots);
    let is_spent = words.has(SPENT);
    // A share of something is no sum.
    if words.has(PARTS) || words.has("ratio") {
        return None;
    }
    if is_left_of_thing(words, slots) {
        return Some(Intent::Declined(Missing::NoAccount));
    }
    if is_balance(words, slots, is_spent) {
        let missing = missing_of_balance(words, slots);
        return Some(missing.map_or(Intent::Balance, Intent::Declined));
    }
    let by = grouping(words);
    let earns =
        words.has(EARNED) || words.has("make made making paid pay paying in bring brought home getting get");
    if side == Side::Income && (earns || slots.names_income()) {
        return Some(Intent::Flow { side, by });
    }
    let goes = words.says(
        "come to|came to|amount to|amounted to|set me back|money go|money went|went to|go to|goes to|went on|goes on|gone to|money gone|went out|going out|put on my|left my|go out to eat|lot of money",
    );
    let asks = words.has("how what did much total show which amount who list sum report");
    let is_paid = words.has("withdraw withdrew withdrawn") && words.says("how much|how many") || words.says("the damage|burn through|burned through|burnt through|go through|went through|get through|got through|run through")
        || words
        .has("burn burned burnt blow blew splash splashed forked shelled frittered coughed paid payed bought wasted dropped blown charged squandered expended splurged purchased")
        || words.has(PAID) && asks;
    let is_broken_down = by.is_some() && (!slots.periods.is_empty() || slots.has_name());
    if is_spent || is_paid || goes || is_broken_down {
        let is_open = words.says(
            "money go|money went|what did i spend my money on|what do i spend|spend my money on|money on",
        );
        let by = by.or_else(|| is_open.then_some(Grouping::Category));
        let side = if slots.names_income() { Side::Income } else { Side::Spending };
        return Some(Intent::Flow { side, by });
    }
    if slots.names_transfer() && (asks || slots.is_bare) {
        return Some(Intent::List { side: None, order: Order::Latest, is_one: false });
    }
    let is_named = !slots.categories.is_empty() || slots.payee.is_some();
    if slots.account.is_some() && slots.is_bare && !is_named && slots.text.is_none() {
        return Some(Intent::Balance);
    }
    if is_named && words.has("much total sum amount totals") {
        return Some(Intent::Flow { side, by });
    }
    ((is_named || !slots.without.is_empty()) && slots.is_bare && slots.unknown.is_empty())
        .then_some(Intent::Named)
}

pub(super) fn is_balance(words: &Words, slots: &Slots, is_spent: bool) -> bool {
    let uses_up = words.has("burn burned burnt blow blew splash splashed forked shelled frittered")
        || words.pairs("i we", "use used using get got take took pull pulled") && words.has("cash");
    if uses_up && !words.says("have i got|have we got|i got left|i got in") {
        return false;
    }
    if words.says("did i have at|did we have at|did i have on|had at the end|i have at the end")
        && !slots.has_name()
    {
        return true;
    }
    let is_extreme =
        words.has("highest lowest average typical maximum minimum max min") && words.has("balance balances");
    let is_left_behind = words.says("left my|leave my|leaves my|leaving my");
    if is_extreme || is_left_behind || words.has("withdraw withdrew withdrawn") {
        return false;
    }
    if words.has("balance balances") {
        return !(words.has("bill bills") && slots.account.is_none());
    }
    // Interest in a savings account is income on it.
    if slots.names_income() && !words.has("enough left remaining") {
        return false;
    }
    if words.has("cover enough afford") && words.has("account accounts") {
        return true;
    }
    let is_money = words.has("money cash much funds enough account accounts bank savings checking total left available afford remaining saved")
        || slots.account.is_some();
    let is_row =
        words.has("earn earned income paid transactions transaction deposited purchases wage wages salary");
    // "How much have I got from Zipcab" asks what came in.
    let has_got = words.says("have i got|have we got") && !slots.has_name();
    !is_spent && is_money && !is_row && (has_got || words.says(HOLDS))
}

/// What is missing where words of a balance ask for more than what one account holds on a day.
fn missing_of_balance(words: &Words, slots: &Slots) -> Option<Missing> {
    const KINDS: [&str; 4] = [
        "checking chequing giro",
        "savings saving",
        "visa mastercard amex",
        "brokerage investment investments",
    ];
    const MOVES: &str = "add added put puts putting move moved moving contribute contributed take took taken taking \
        gain gained lose lost";
    // Of several accounts the slots hold the first. A kind's name is shorter than an id, and stands for all of them.
    let kinds = KINDS.into_iter().filter(|kind| words.has(kind)).count();
    let is_one = slots.account.as_ref().is_some_and(|account| account.len() == ID_LENGTH);
    let pays = words.has("pay cover enough afford bill bills");
    let is_sum = is_one && words.has("together combined both altogether")
        || slots.account.is_some() && kinds > 1 && !pays;
    if is_sum && slots.more_accounts.is_empty() {
        return Some(Missing::Arithmetic);
    }
    let changes = words.says(compared::RISES)
        || words.has("opening starting") && words.has("closing ending")
        || words.has(
            "grow grows grew grown growth increase increased decrease decreased rise rose risen fell dropped change changed",
        )
        || words.says("how much more|how much less|how much higher|how much lower|by how much");
    let moves = words.pairs("i we", MOVES) && words.has("did do have")
        || words.says("put into|put aside|put away|moved into|taken out");
    (changes || moves).then_some(Missing::Statistics)
}

/// Whether it is asked what is left of something that is no account: a loan of which only the payments are here.
fn is_left_of_thing(words: &Words, slots: &Slots) -> bool {
    // A name that nothing is known of is told as no account.
    let names_thing = !slots.categories.is_empty() || slots.payee.is_some();
    let is_left = words.has("remain remains remaining outstanding")
        || words.says("is left|are left|i have left|left on|left to pay|left to repay|left for|still to pay");
    slots.account.is_none() && names_thing && is_left && !words.has("enough afford cover")
}

/// Characters of an account's id.
const ID_LENGTH: usize = 36;

/// What a breakdown is asked by.
pub(super) fn grouping(words: &Words) -> Option<Grouping> {
    const JOINTS: &str = "by per each every across";
    let things = [
        ("category categories", Grouping::Category),
        ("group groups", Grouping::Group),
        ("payee payees merchant merchants store stores shop", Grouping::Payee),
        ("account accounts", Grouping::Account),
    ];
    let thing = things.into_iter().find(|(names, _)| words.pairs(JOINTS, names)).map(|(_, by)| by);
    thing.or_else(|| unit_after(words, JOINTS)).or_else(|| adverb(words)).or_else(|| {
        if words.has("breakdown categories category") || words.says("break down") {
            Some(Grouping::Category)
        } else if words.has("trend trends trending") || words.says("month over month") {
            Some(Grouping::Month)
        } else {
            None
        }
    })
}
