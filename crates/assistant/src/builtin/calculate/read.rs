//! Which calculator a question asks for, and which of its numbers is what.

use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use serde_json::Map;

use super::{
    Calculation, Calculator,
    changing::{self, Changing},
    compounding, plans,
};
use crate::{
    builtin::{
        intent::Words,
        slots::{Quantity, Slots, Unit},
    },
    when::{self, DayOrder, Mention, days_between, months_between},
    words::Token,
};

/// What the numbers of a question are.
#[derive(Debug, Default)]
struct Roles {
    amounts: Vec<Decimal>,
    rates: Vec<Decimal>,
    months: Vec<i64>,
    monthly: Vec<Decimal>,
    /// Months after which a rate changes, and what it is then.
    changes: Vec<(i64, Decimal)>,
    extra: Option<Decimal>,
    start: Option<Decimal>,
    down: Option<Decimal>,
    /// A down payment as a fraction of the price.
    down_rate: Option<Decimal>,
    currency: Option<&'static str>,
    /// An amount comes by the week or the year.
    is_paced_otherwise: bool,
}

/// What is missing where something is paid or put aside otherwise than by the month.
const PACE: &str = "what that comes to a month, since I count with monthly payments only";

/// Reads a question for a calculator.
pub(in crate::builtin) fn read(
    words: &Words,
    tokens: &[Token],
    slots: &Slots,
    (as_of, order): (Date, DayOrder),
) -> Option<Calculation> {
    // What came back of an investment is told in the past.
    let is_past = words.has("did spent earned");
    if !is_past
        && !slots.is_bounded()
        && let Some(found) = plans::read(words, tokens, slots, (as_of, order))
    {
        return Some(found);
    }
    // What was is in the ledger.
    let is_past = is_past || words.says("have i paid|i have paid|have i saved");
    if is_past || slots.is_bounded() {
        return None;
    }
    let roles = roles(tokens, slots, as_of);
    let tool = tool(words, tokens, &roles)?;
    // What was in the past is in the ledger; what an amount was in another currency is not.
    if tool != Calculator::Convert {
        return (!words.has("was were")).then(|| calculation(tool, roles, words, tokens));
    }
    let mut found = calculation(tool, roles, words, tokens);
    // "2000 gbp" is no year.
    let is_amount = |mention: &&Mention| {
        slots.quantities.iter().any(|it| it.unit == Unit::Money && mention.tokens.contains(&it.start))
    };
    let mentions: Vec<&Mention> = slots.periods.iter().filter(|mention| !is_amount(mention)).collect();
    let day = |mention: &Mention| {
        let one = mention.period.bounds().filter(|(from, to)| from == to).map(|(day, _)| day);
        mention.point.or(one).filter(|day| *day <= as_of)
    };
    match mentions.as_slice() {
        [] => {}
        [mention] => match day(mention) {
            Some(day) => found.day = Some(day),
            None => found.lacks.push("the day, up to today, whose exchange rate counts"),
        },
        _ => found.is_ambiguous = true,
    }
    Some(found)
}

/// A calculation with what a follow-up changes: "what if it were 6 %?".
pub(in crate::builtin) fn update(
    before: &Calculation,
    tokens: &[Token],
    slots: &Slots,
    as_of: Date,
) -> Option<Calculation> {
    if !before.given.is_empty() || !before.lacks.is_empty() {
        return None;
    }
    let new = roles(tokens, slots, as_of);
    // How long it takes is what was asked.
    if before.tool == Calculator::SavingTime && !new.months.is_empty() {
        return None;
    }
    let mut next = before.clone();
    let only = |values: &[Decimal]| if let [one] = values { Some(*one) } else { None };
    let changes = [&new.rates, &new.amounts, &new.monthly].iter().any(|values| !values.is_empty())
        || !new.months.is_empty()
        || new.extra.is_some()
        || new.start.is_some();
    let compounding = compounding::read(tokens);
    let changes = changes || compounding.is_some();
    next.compounding = compounding.or(next.compounding);
    if new.is_paced_otherwise {
        next.lacks.push(PACE);
    }
    next.rate = only(&new.rates).or(next.rate);
    next.amount = only(&new.amounts).or(next.amount);
    next.monthly = only(&new.monthly).or(next.monthly);
    next.n_months = new.months.first().copied().or(next.n_months);
    next.extra = new.extra.or(next.extra);
    next.start = new.start.or(next.start);
    if !new.changes.is_empty() {
        next.rate_changes = new.changes;
    }
    next.is_ambiguous = [&new.rates, &new.amounts, &new.monthly].iter().any(|values| values.len() > 1)
        || new.months.len() > 1;
    changes.then_some(next)
}

fn tool(words: &Words, tokens: &[Token], roles: &Roles) -> Option<Calculator> {
    let has_amount = !roles.amounts.is_empty();
    let has_term = !roles.months.is_empty();
    let has_monthly = !roles.monthly.is_empty();
    let pays_off = words.says("pay off|paying off|paid off|pay down|paying down|pay back|paid back|get rid of|clear my|clear a|clear the|debt free|pay it off|pay that off")
        || words.has("payoff repay clear");
    let is_loan = words.has("mortgage loan borrow borrowing borrowed financing finance amortisation amortization instalment installment");
    let puts_aside =
        words.has("save saving saved reach build put putting set invest investing") || words.says("get to");
    let asks_how_long = words.says(
        "how long|how many months|how many years|how soon|when will|when would|when do|when can|months until|years until|months to|years to",
    );
    // "How long would 9000 last at 250 a month" takes from it.
    let takes = words.has("last lasts survive spend spending withdraw withdrawing");
    if asks_how_long
        && puts_aside
        && has_amount
        && has_monthly
        && !has_term
        && !pays_off
        && !is_loan
        && !takes
    {
        return Some(Calculator::SavingTime);
    }
    let has_fund_term =
        has_term && !words.has("last lasts past previous") && !words.opens("does|do|is|will|would|can");
    if words.says("emergency fund|rainy day fund")
        && (has_fund_term || words.says("fund be|fund should|how big|how large|what size|fund do i need|should i have in|need in|build an|fund have|size of"))
    {
        return Some(Calculator::EmergencyFund);
    }
    // What is lost is a difference.
    let is_difference = words.has("lose loses lost");
    if has_amount && words.has("inflation") && !is_difference && (has_term || !roles.rates.is_empty()) {
        return Some(Calculator::Inflation);
    }
    if has_amount
        && roles.currency.is_some()
        && target_currency(tokens, roles.currency).is_some()
        && words.has("convert in to into")
        && !has_term
    {
        return Some(Calculator::Convert);
    }
    // "Credit card, balance 3000 at 24 %, 150 a month" is paid off so.
    let is_debt = words.has("owe debt debts") || words.says("credit card|card balance|balance of");
    if is_debt && has_amount && has_monthly && !has_term && !roles.rates.is_empty() && !puts_aside {
        return Some(Calculator::Payoff);
    }
    let asks_long = words.says("how long|how many months|how many years|when will|when would|debt free")
        || words.has("until months when");
    if pays_off && has_amount && has_monthly && !has_term && (asks_long || !roles.rates.is_empty()) {
        return Some(Calculator::Payoff);
    }
    let asks_cost = words
        .has("cost costs payment payments pay monthly month interest repayments instalments afford repay");
    let is_told = !roles.rates.is_empty() && has_term && !has_monthly;
    if has_amount && (asks_cost || is_told) && (is_loan && !has_monthly || pays_off && has_term) {
        return Some(Calculator::Loan);
    }
    if is_loan && pays_off && has_amount && asks_long {
        return Some(Calculator::Payoff);
    }
    let needs = words.says(
        "need to save|have to save|must i save|should i save|need to put|have to put|should i put|need to set|have to set|should i set|\
         save a month|save per month|save each month|save every month|save monthly|need to invest|how much to save|saving to reach|to save up|\
         put aside a month|need to be saving|should i be saving|set aside a month|i save for|to reach|put away",
    );
    if needs
        && has_amount
        && !has_monthly
        && (has_term || words.has("by reach for"))
        && words.says("how much|what do i|what must i|what should i")
    {
        return Some(Calculator::RequiredSaving);
    }
    let grows = words.has("grow grows become invest investing compound compounded future worth")
        || words.says("if i save|if i put|if i deposit|will i have|would i have|do i have after|end up with|saving|if i start|i get if");
    let is_ahead = words.has("if will would after grow become compound compounded future end");
    (grows && is_ahead && has_term && (has_monthly || has_amount || roles.start.is_some()))
        .then_some(Calculator::Savings)
}

fn calculation(tool: Calculator, roles: Roles, words: &Words, tokens: &[Token]) -> Calculation {
    let first = |values: &[Decimal]| values.first().copied();
    let down = roles.down.or_else(|| Some(first(&roles.amounts)? * roles.down_rate?));
    let mut amount = first(&roles.amounts);
    if let (Some(price), Some(down), Calculator::Loan) = (amount, down, tool) {
        amount = Some(price - down);
    }
    let mut start = roles.start;
    let mut several = roles.amounts.len();
    if tool == Calculator::Savings && start.is_some() && several > 0 {
        several += 1;
    }
    // "Save 20k with 5k": what is there comes second.
    if tool == Calculator::RequiredSaving
        && start.is_none()
        && several == 2
        && words.has("have already with starting")
    {
        start = roles.amounts.get(1).copied();
        several = 1;
    }
    let pays_by_month = matches!(
        tool,
        Calculator::Loan
            | Calculator::Payoff
            | Calculator::Savings
            | Calculator::SavingTime
            | Calculator::RequiredSaving
    );
    let is_paced_otherwise = roles.is_paced_otherwise || is_paced_otherwise(words);
    let has_one_rate = roles.rates.len() <= 1 && (roles.changes.is_empty() || tool == Calculator::Loan);
    // What an amount will be worth is less by what prices rise.
    let loses = tool == Calculator::Inflation
        && words.says("be worth|buying power|purchasing power|power of|in todays money|in todays prices|in todays dollars");
    Calculation {
        tool,
        amount,
        rate: first(&roles.rates),
        n_months: roles.months.first().map(|months| if loses { -months } else { *months }),
        monthly: first(&roles.monthly),
        extra: roles.extra,
        start,
        is_begin: words.says("beginning of each month|beginning of every month|start of each month|start of every month|at the beginning|in advance"),
        currency: roles.currency,
        to: target_currency(tokens, roles.currency),
        day: None,
        rate_changes: roles.changes,
        compounding: compounding::read(tokens),
        given: Map::new(),
        lacks: if pays_by_month && is_paced_otherwise { vec![PACE] } else { Vec::new() },
        is_ambiguous: several > 1
            || !has_one_rate
            || roles.months.len() > 1
            || roles.monthly.len() > 1,
    }
}

/// Whether something is to be paid or put aside otherwise than by the month.
fn is_paced_otherwise(words: &Words) -> bool {
    words.has("biweekly fortnightly weekly semimonthly bimonthly")
        || words.says(
            "bi weekly|semi monthly|bi monthly|every two weeks|every 2 weeks|every other week|every second week|twice a month|\
             two times a month|twice monthly|a week|per week|each week|every week|a fortnight|per fortnight|each fortnight|\
             every fortnight|every paycheck|each paycheck|per paycheck|every payday|each payday|every other month|every two months",
        )
}

fn roles(tokens: &[Token], slots: &Slots, as_of: Date) -> Roles {
    let mut roles = Roles::default();
    let mut last_term_end = None;
    let changing = changing::read(tokens, slots);
    let is_change = |start: usize| changing.as_ref().is_some_and(|it| it.spans.contains(&start));
    for quantity in &slots.quantities {
        match quantity.unit {
            Unit::Percent if changing::is_down_payment(tokens, quantity) => {
                roles.down_rate = Some(quantity.value / Decimal::ONE_HUNDRED);
            }
            Unit::Percent => roles.rates.push(quantity.value / Decimal::ONE_HUNDRED),
            Unit::Years | Unit::Months if is_change(quantity.start) => {}
            // "300/mo" is no span.
            Unit::Years | Unit::Months if tokens[quantity.end - 1].gap.trim() == "/" => {
                if quantity.unit == Unit::Months {
                    roles.monthly.push(quantity.value);
                } else {
                    roles.amounts.push(quantity.value);
                    roles.is_paced_otherwise = true;
                }
            }
            Unit::Years | Unit::Months => {
                let Some(months) = changing::months(quantity) else { continue };
                // "2 years and 6 months" is one span.
                let goes_on = last_term_end.is_some_and(|end| {
                    quantity.start == end || quantity.start == end + 1 && word(tokens, end) == "and"
                });
                match roles.months.last_mut().filter(|_| goes_on && quantity.unit == Unit::Months) {
                    Some(all) => *all += months,
                    None => roles.months.push(months),
                }
                last_term_end = Some(quantity.end);
            }
            Unit::Money | Unit::None => amount(tokens, slots, quantity, &mut roles),
        }
    }
    if let Some(Changing { rate, changes, .. }) = changing {
        (roles.rates, roles.changes) = (vec![rate], changes);
    }
    if roles.months.is_empty() {
        let ahead = slots.periods.iter().find_map(|mention| {
            let (from, to) = mention.period.bounds()?;
            (to > as_of).then(|| months_until(as_of, mention.point, from, to))
        });
        roles.months.extend(ahead.or_else(|| months_until_named(tokens, slots, as_of)));
    }
    roles
}

/// Whole months to the end of the next June, of "by June".
fn months_until_named(tokens: &[Token], slots: &Slots, as_of: Date) -> Option<i64> {
    let mention = slots.periods.iter().find(|mention| {
        let before = mention.tokens.start.checked_sub(1).map_or("", |at| word(tokens, at));
        let opens = word(tokens, mention.tokens.start);
        let is_until = |word: &str| matches!(word, "by" | "until" | "till" | "before" | "next");
        (is_until(before) || is_until(opens))
            && mention.tokens.clone().any(|at| when::month_number(word(tokens, at)).is_some())
            && !mention.tokens.clone().any(|at| word(tokens, at).len() == 4 && tokens[at].number().is_some())
    })?;
    let month = mention.tokens.clone().find_map(|at| when::month_number(word(tokens, at)))?;
    let this_year = Date::new(as_of.year(), month, 1).ok()?;
    let from = if this_year > as_of { this_year } else { this_year.checked_add(1.year()).ok()? };
    Some(months_until(as_of, None, from, from.last_of_month()))
}

/// Whole months from today to a day ahead: a month to its end, a year to its beginning.
fn months_until(as_of: Date, point: Option<Date>, from: Date, to: Date) -> i64 {
    let day = point.unwrap_or(if days_between(from, to) > 31 { from } else { to });
    let months = months_between(as_of, day) - 1;
    let is_short = day.day() < as_of.day() && day != day.last_of_month();
    i64::from(months - i32::from(is_short))
}

pub(super) fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

fn amount(tokens: &[Token], slots: &Slots, quantity: &Quantity, roles: &mut Roles) {
    let before = |back: usize| quantity.start.checked_sub(back).map_or("", |at| word(tokens, at));
    let after = |on: usize| word(tokens, quantity.end + on);
    let is_bare = quantity.unit == Unit::None;
    if is_bare && is_date(tokens, slots, quantity) {
        return;
    }
    // "at 5" without a sign.
    let is_monthly = is_monthly(tokens, quantity);
    if is_bare && !is_monthly && before(1) == "at" && quantity.value <= Decimal::from(40) {
        roles.rates.push(quantity.value / Decimal::ONE_HUNDRED);
        return;
    }
    if is_bare && quantity.value < Decimal::TEN {
        return;
    }
    roles.currency = roles.currency.or(quantity.currency);
    roles.is_paced_otherwise |= !is_monthly && is_by_other_time(tokens, quantity);
    let is_extra = before(1) == "extra" || after(0) == "extra" || before(1) == "additional";
    let is_start = matches!(before(1), "already" | "initial" | "starting" | "start")
        || before(1) == "have" && !matches!(before(2), "to" | "will" | "would" | "should" | "must")
        || matches!(
            (before(2), before(1)),
            ("starting" | "start" | "begin" | "beginning", "with" | "from") | ("already", "have" | "saved")
        )
        || matches!(after(0), "already" | "saved" | "now" | "today")
            && !matches!(before(1), "of" | "is" | "will" | "would");
    let value = quantity.value;
    if is_extra {
        roles.extra = Some(value);
    } else if is_monthly {
        roles.monthly.push(value);
    } else if after(0) == "down" {
        roles.down = Some(value);
    } else if is_start && roles.start.is_none() {
        roles.start = Some(value);
    } else {
        roles.amounts.push(value);
    }
}

/// Whether a number is one of a date's. "2000 at 24%", "2000 a month" and "worth 2000" are no year; "in 2040
/// at 5%" is one.
pub(super) fn is_date(tokens: &[Token], slots: &Slots, quantity: &Quantity) -> bool {
    const OF_AMOUNTS: [&str; 8] = ["at", "a", "per", "each", "every", "monthly", "now", "already"];
    const OF_YEARS: [&str; 9] = ["in", "by", "until", "till", "since", "from", "before", "after", "during"];
    const MONEY: [&str; 9] =
        ["worth", "value", "valued", "invested", "added", "withdrew", "deposited", "received", "contributed"];
    let Some(mention) = slots.periods.iter().find(|mention| mention.tokens.contains(&quantity.start)) else {
        return false;
    };
    let before = |back: usize| quantity.start.checked_sub(back).map_or("", |at| word(tokens, at));
    let is_moved = matches!((before(2), before(1)), ("put" | "paid", "in") | ("took" | "taken", "out"));
    let is_amount = is_moved
        || MONEY.contains(&before(1))
        || OF_AMOUNTS.contains(&word(tokens, mention.tokens.end)) && !OF_YEARS.contains(&before(1));
    mention.tokens.len() > 1 || !is_amount
}

/// Whether an amount comes every month.
pub(super) fn is_monthly(tokens: &[Token], quantity: &Quantity) -> bool {
    let before = |back: usize| quantity.start.checked_sub(back).map_or("", |at| word(tokens, at));
    let after = |on: usize| word(tokens, quantity.end + on);
    matches!(
        (after(0), after(1)),
        ("a" | "per" | "each" | "every", "month" | "mo" | "mth")
            | ("monthly" | "month" | "pm" | "mo" | "mth", _)
    ) || before(1) == "monthly"
        || matches!((before(2), before(1)), ("monthly", "of"))
}

/// Whether an amount comes every week or year: "5000 a year", "100 weekly".
fn is_by_other_time(tokens: &[Token], quantity: &Quantity) -> bool {
    let after = |on: usize| word(tokens, quantity.end + on);
    match after(0) {
        "a" | "per" | "each" | "every" => matches!(
            after(1),
            "year" | "annum" | "week" | "day" | "quarter" | "fortnight" | "paycheck" | "payday" | "yr" | "wk"
        ),
        "yearly" | "annually" | "weekly" | "daily" | "quarterly" | "biweekly" | "fortnightly" | "year"
        | "yr" | "week" | "wk" => !after(1).starts_with("compound"),
        _ => false,
    }
}

/// The currency that words name.
fn currency(word: &str) -> Option<&'static str> {
    Some(match word {
        "usd" | "dollar" | "dollars" => "USD",
        "eur" | "euro" | "euros" => "EUR",
        "gbp" | "pound" | "pounds" | "quid" | "sterling" => "GBP",
        "chf" | "francs" | "franc" => "CHF",
        "jpy" | "yen" => "JPY",
        "sek" | "kronor" => "SEK",
        "pln" | "zloty" => "PLN",
        "cad" => "CAD",
        "aud" => "AUD",
        "inr" | "rupees" => "INR",
        "mxn" | "pesos" => "MXN",
        "cny" | "yuan" => "CNY",
        _ => return None,
    })
}

/// The currency after "to" or "in", other than the first.
fn target_currency(tokens: &[Token], from: Option<&'static str>) -> Option<&'static str> {
    let pairs = tokens.windows(2).filter(|pair| pair[0].is(&["to", "in", "into", "as"]));
    pairs.filter_map(|pair| currency(&pair[1].text)).find(|to| Some(*to) != from)
}
