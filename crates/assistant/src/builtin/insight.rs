//! Questions for what comes again, what is to come, and how plans stand.

use finance::insight::recurring::RecurringKind;
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use super::{
    intent::{SPENT, Words},
    ranked,
    slots::{Slots, Unit},
};
use crate::{
    toolbox::{Grouping, Input, Order},
    when::{self, Mention, days_between},
};

/// What is asked of the ledger beyond its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Insight {
    /// What comes again; the next time first.
    Recurring {
        is_next: bool,
    },
    /// What comes again within so many days.
    DueWithin {
        days: u16,
    },
    /// What could be cancelled; the one that costs most or least first.
    Subscriptions {
        order: Option<Order>,
    },
    /// The subscription that is paid next.
    NextSubscription,
    /// Regular income; the next pay day first.
    IncomeStreams {
        is_next: bool,
    },
    CashFlow,
    NetWorthSeries,
    Budgets,
    Goals,
    Anomalies,
    /// The balance so many days ahead.
    Forecast {
        days: u16,
    },
    /// The day asked for is more than a year ahead.
    TooFar,
    SafeToSpend,
    /// What is to be paid again and again, or at another time than now.
    AffordLater,
}

/// Days that a forecast reaches.
const DAYS_MAX: i32 = 366;

impl Insight {
    pub fn name(self) -> &'static str {
        match self {
            Self::Recurring { .. } | Self::DueWithin { .. } | Self::NextSubscription => "recurring",
            Self::Subscriptions { .. } => "subscriptions",
            Self::IncomeStreams { .. } => "income_streams",
            Self::CashFlow => "cash_flow",
            Self::NetWorthSeries => "net_worth_series",
            Self::Budgets => "budgets",
            Self::Goals => "goals",
            Self::Anomalies => "anomalies",
            Self::Forecast { .. } | Self::TooFar => "forecast",
            Self::SafeToSpend | Self::AffordLater => "safe_to_spend",
        }
    }

    /// What the tool is called with.
    pub fn input(self, slots: &Slots, as_of: Date) -> Input {
        let period = slots.periods.first().map(|mention| mention.period).unwrap_or_default();
        // What is to come is no part of what was.
        let to = period.to.map(|to| to.min(as_of).max(period.from.unwrap_or(to)));
        let dated = Input { from: period.from, to, ..Input::default() };
        let names = Input {
            category: slots.categories.first().cloned(),
            payee: slots.payee.clone(),
            text: slots.text.clone(),
            ..Input::default()
        };
        let next = |is_next: bool| is_next.then(|| "next".to_owned());
        match self {
            Self::Recurring { is_next } => Input { headline: next(is_next), ..names },
            Self::NextSubscription => {
                let kind = Some(RecurringKind::Subscription);
                Input { kind, headline: next(true), ..Input::default() }
            }
            Self::DueWithin { days } => Input { days: Some(days), ..names },
            Self::Subscriptions { order } => Input { order, ..Input::default() },
            Self::Goals | Self::TooFar | Self::AffordLater => Input::default(),
            Self::IncomeStreams { is_next } => Input { headline: next(is_next), ..Input::default() },
            Self::CashFlow => Input { account: slots.account.clone(), per: Some(Grouping::Month), ..dated },
            Self::NetWorthSeries => dated,
            Self::Budgets => {
                let date = period.from.filter(|from| *from <= as_of);
                Input { date, category: names.category, ..Input::default() }
            }
            Self::Anomalies => dated,
            Self::Forecast { days } => {
                Input { account: slots.account.clone(), days: Some(days), ..Input::default() }
            }
            Self::SafeToSpend => Input { amount: price(slots), ..Input::default() },
        }
    }
}

/// The price of what is to be afforded.
fn price(slots: &Slots) -> Option<Decimal> {
    let prices = slots.quantities.iter().filter(|it| matches!(it.unit, Unit::Money | Unit::None));
    prices.map(|it| it.value).find(|value| *value >= Decimal::TEN)
}

/// Reads a question for one of these.
pub(super) fn read(words: &Words, slots: &Slots, as_of: Date) -> Option<Insight> {
    let is_past = words.has("did spent earned was were paid")
        || words.says("have i spent|i have spent|last month|last year");
    until_pay(words)
        .or_else(|| plans(words, slots, as_of, is_past))
        .or_else(|| again(words, slots, is_past).map(|found| within(found, words, slots, as_of)))
        .or_else(|| ahead(words, slots, as_of, is_past))
        .or_else(|| notable(words, slots))
}

/// Phrases for money that is to last.
const MAKES_IT: &str = "make it to|make it until|make it till|make it through|get by until|get by till|get through the|\
    get to the end|come through the|scrape by until|scrape through";

/// "Will I make it to payday": what may be spent until then.
fn until_pay(words: &Words) -> Option<Insight> {
    let makes_it = words.says(MAKES_IT) && words.has("will can do could")
        || words.says("run out of money|run out|go broke|be broke|be overdrawn|go negative")
            && words.has("before until till by");
    (makes_it && words.has("payday paycheck salary pay paid")).then_some(Insight::SafeToSpend)
}

/// Whether a period holds a day.
fn holds(mention: &Mention, day: Date) -> bool {
    mention.period.bounds().is_some_and(|(from, to)| from <= day && day <= to)
}

fn plans(words: &Words, slots: &Slots, as_of: Date, is_past: bool) -> Option<Insight> {
    // "Set a budget of 250" asks for a change, not for how it stands.
    let is_order = words.opens("set|make|create|change|raise|lower|reduce|increase|add|put|give|limit|cap")
        && price(slots).is_some();
    let budget = words.has("budget budgets budgeted")
        && !is_order
        && !words.says("to budget|i budget|budget better|my budget for next");
    let overspends = words.has("overspending overspend") || words.says("spending too much|spend too much");
    // Of one thing it is told beside what is usual, where no budget is spoken of.
    if budget || overspends && !slots.has_name() {
        return Some(Insight::Budgets);
    }
    let goal = words.has("goal goals");
    if goal
        && words.has("track progress reach behind far close how are standing doing needed need status")
        && !is_past
    {
        return Some(Insight::Goals);
    }
    let afford =
        words.says("can i afford|could i afford|afford to buy|able to afford|can we afford|i afford");
    if afford && price(slots).is_some() && slots.account.is_none() {
        let repeats = words.says(
            "a month|per month|a week|per week|a year|per year|each month|every month|every week|per annum",
        ) || words.has("monthly weekly yearly annually");
        let is_later = slots.periods.iter().any(|mention| !holds(mention, as_of));
        return Some(if repeats || is_later { Insight::AffordLater } else { Insight::SafeToSpend });
    }
    let safe = words.says(
        "safe to spend|can i spend|can i still spend|can we spend|could i spend|left to spend|free to spend|may i spend|spend safely|safely spend|can i safely|afford to spend",
    );
    (safe && !slots.has_name()).then_some(Insight::SafeToSpend)
}

/// What comes again, up to the day that is named: "before the end of the month", "this week".
fn within(found: Insight, words: &Words, slots: &Slots, as_of: Date) -> Insight {
    if found != (Insight::Recurring { is_next: false }) {
        return found;
    }
    let to_sunday = 7 - i32::from(as_of.weekday().to_monday_one_offset());
    let days = if words.says("this week|end of the week|end of this week") {
        Some(to_sunday)
    } else {
        days_ahead(words, slots, as_of)
    };
    let days = days.filter(|days| (0..=DAYS_MAX).contains(days)).and_then(|days| u16::try_from(days).ok());
    days.map_or(found, |days| Insight::DueWithin { days: days.max(1) })
}

fn again(words: &Words, slots: &Slots, is_past: bool) -> Option<Insight> {
    let next = words.has("next upcoming due coming") || words.says("when is|when are|when do|when will");
    let pay = words.says("next payday|next pay day|next paycheck|next salary|next pay|get paid|my payday|is payday|pay day|i be paid|we be paid|salary due|salary come|salary arrive|my paycheck|next income")
        || words.has("payday");
    let asks_when = words.has("when next")
        || words.says("what day|which day|what date|how long until|how many days until|days until");
    let was_paid = words.has("did was were") || words.says("last month|last year");
    if pay && asks_when && !was_paid && !words.has("last latest recent") && !words.has("much spend") {
        return Some(Insight::IncomeStreams { is_next: true });
    }
    if words.says("income streams|income stream|streams of income|regular income|recurring income|sources of income|income sources|steady income") && slots.periods.is_empty() {
        return Some(Insight::IncomeStreams { is_next: false });
    }
    if next && words.says("next subscription|next subscriptions|subscription renew|subscriptions renew|subscription renewal|subscription due|subscriptions due|subscription payment due|subscription charge")
        && slots.payee.is_none()
        && !is_past
    {
        return Some(Insight::NextSubscription);
    }
    let subscriptions = words.has("subscription subscriptions subscribed memberships subscribe");
    let is_sum =
        words.has("spend spent spending pay paid") && (!slots.periods.is_empty() || words.has("at on for"));
    let names_other = slots.payee.is_some() || slots.text.is_some();
    if subscriptions
        && !is_past
        && !is_sum
        && !names_other
        && (slots.periods.is_empty() || words.has("new"))
        && !words.has("transactions")
    {
        let is_most = words.has("biggest largest highest priciest costliest dearest")
            || words.says("most expensive|the most|most money|expensive one");
        let is_least = words.has("cheapest smallest lowest") || words.says("least expensive|the least");
        let order = match (is_most, is_least) {
            (true, false) => Some(Order::Largest),
            (false, true) => Some(Order::Smallest),
            _ => None,
        };
        return Some(Insight::Subscriptions { order });
    }
    let recurs = words.has("recurring standing repeating") || words.says("regular payments|regular bills|regular expenses|fixed costs|fixed expenses|fixed vs variable|fixed versus variable|fixed and variable|spending is fixed|expenses are fixed|money is fixed|fixed bills|fixed outgoings|fixed payments|monthly bills|comes again|come again|come every month|pay every month|pay each month|regular transfers|direct debits|upcoming bills|upcoming payments|bills coming up|bills are coming|bills are due|bills do i have|what bills|which bills|my bills|bills due");
    if words.says("which bill is due next|what bill is due next|what is my next bill|whats my next bill|next bill due|which bill is next|what bill is next|what is due next|whats due next")
        && !slots.has_name()
    {
        return Some(Insight::Recurring { is_next: true });
    }
    let names_one = !slots.categories.is_empty() || slots.payee.is_some() || slots.text.is_some();
    let is_due = next
        && (words.has("due") || words.says("next payment|next bill|payment coming|payments coming|come out|go out|be charged|charge me|charged next|get charged|next charge|next rent|be taken"))
        || words.opens("when") && words.has("next") && names_one;
    if is_due && names_one && !is_past && !words.has("card credit minimum") {
        return Some(Insight::Recurring { is_next: true });
    }
    if recurs && !is_past && !is_sum && !words.has("pay transfer set cancel stop")
        || recurs && words.says("pay every month|pay each month") && !is_past
    {
        return Some(Insight::Recurring { is_next: next && names_one });
    }
    None
}

fn ahead(words: &Words, slots: &Slots, as_of: Date, is_past: bool) -> Option<Insight> {
    if is_past {
        return None;
    }
    let balance = words.has("balance balances money account accounts left");
    let makes_it = words.says(MAKES_IT) && words.has("end month week year");
    // What was the lowest, or is overdrawn today, is no forecast.
    let will = words.has("will forecast predict projected projection expect expected prognosis")
        || words.says(
            "going to be|going to have|run out|run dry|go negative|go below|be overdrawn|get overdrawn",
        )
        || words.says("lowest balance") && words.has("next upcoming coming ahead")
        || makes_it;
    let asks = words.has("forecast projection prognosis projected")
        || words.says("will my balance|balance be|will i have|will be in my|be in my account|balance in|run out of money|going to have|my balance in|will my account|will my checking|will my savings|will there be|run out|overdrawn|lowest balance|go below zero|go negative|account be|money left")
        || makes_it;
    let is_other = words.has("fee fees card transfer weather stock stocks price bitcoin interest")
        || words.has("cover enough afford last survive cost");
    let is_of_money = balance || slots.account.is_some() || makes_it || words.has("forecast overdrawn");
    let is_of_name = !slots.categories.is_empty() || slots.payee.is_some();
    if !(will && asks && is_of_money) || is_of_name || is_other || words.has("spend spending earn save") {
        return None;
    }
    let Some(days) = days_ahead(words, slots, as_of) else { return Some(Insight::Forecast { days: 90 }) };
    Some(
        u16::try_from(days)
            .ok()
            .filter(|_| (1..=DAYS_MAX).contains(&days))
            .map_or(Insight::TooFar, |days| Insight::Forecast { days }),
    )
}

/// How many days ahead a question looks; none when it does not say.
fn days_ahead(words: &Words, slots: &Slots, as_of: Date) -> Option<i32> {
    let until = |day: Date| days_between(as_of, day) - 1;
    if let Some(count) = words.counted("day days") {
        return Some(count);
    }
    if let Some(count) = words.counted("week weeks") {
        return count.checked_mul(7);
    }
    if let Some(count) = words.counted("month months") {
        return as_of.checked_add(count.months()).ok().map(until);
    }
    if let Some(count) = words.counted("year years") {
        return as_of.checked_add(count.years()).ok().map(until);
    }
    let end = as_of.last_of_month();
    let named = [
        ("tomorrow", as_of.tomorrow().ok()),
        ("next week|in a week", as_of.checked_add(7.days()).ok()),
        ("in a fortnight", as_of.checked_add(14.days()).ok()),
        ("in a month", as_of.checked_add(1.month()).ok()),
        ("in a year", as_of.checked_add(1.year()).ok()),
        ("end of next month|next month", end.tomorrow().ok().map(Date::last_of_month)),
        ("end of the month|end of this month|month end|months end|this month", Some(end)),
        ("end of the year|end of this year|years end|year end", Date::new(as_of.year(), 12, 31).ok()),
    ];
    if let Some((_, day)) = named.into_iter().find(|(phrase, _)| words.says(phrase)) {
        return day.map(until);
    }
    let later = slots.periods.iter().filter_map(|mention| {
        let day = mention.point.or(mention.period.to)?;
        let names_year = mention.tokens.clone().any(|at| words.at(at).len() == 4 && is_number(words.at(at)));
        let names_month = mention.tokens.clone().any(|at| when::month_number(words.at(at)).is_some());
        // "On October 1st" is the next one.
        if names_year || !names_month || day > as_of { Some(day) } else { next_year_of(day, as_of) }
    });
    later.filter(|day| *day > as_of).map(until).next()
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The same day of the first year in which it is ahead.
fn next_year_of(day: Date, as_of: Date) -> Option<Date> {
    (1..=2).filter_map(|years| day.checked_add(years.years()).ok()).find(|day| *day > as_of)
}

fn notable(words: &Words, slots: &Slots) -> Option<Insight> {
    let odd = words.has("unusual anomalies anomaly weird suspicious odd strange abnormal outlier outliers irregular")
        || words.says("out of the ordinary|double charge|double charges|charged twice|stands out|stand out|anything wrong with my spending|duplicate charges|duplicate charge|price rises|price rise|price increases|prices go up|prices went up|prices gone up|prices increase|prices increased|should look at|should look into|should know about|should worry about|need my attention|needs my attention|worth a look");
    let is_own = words.has(
        "my any anything i something what there show are were was transactions charges expenses spending activity purchases",
    );
    if odd && is_own && !slots.has_name() && !words.says("what is this|this strange|this weird|this odd|this unusual|a strange|a weird") && !words.says("why|how do i|can you refund|i was charged|i have been charged|ive been charged|was charged|been charged|got charged") {
        return Some(Insight::Anomalies);
    }
    // Of several periods each is told by itself.
    let is_flow = words.says("cash flow") || words.has("cashflow") || is_saved_by_month(words, slots);
    if is_flow && slots.periods.len() < 2 {
        return Some(Insight::CashFlow);
    }
    let worth = words.says("net worth") || words.has("networth");
    let over_time = words.has("history trend develop developed development series chart graph evolve evolved grown progressed changed change growth") || words.says("over time|by month|per month|each month|month by month|over the last|over the past");
    (worth && over_time).then_some(Insight::NetWorthSeries)
}

/// What was saved in each month: "how much did I save each month", "monthly savings in 2025".
fn is_saved_by_month(words: &Words, slots: &Slots) -> bool {
    let by_month =
        words.says("each month|every month|by month|month by month|month over month") || words.has("monthly");
    let is_other = words.has(
        "account accounts balance goal goals rate average avg averages typical typically usual usually normally mean \
         can should could would will need must transfer transfers best worst if",
    );
    by_month
        && words.has("save saved saving savings")
        && (words.has("did have show list chart") || !slots.periods.is_empty())
        && !slots.has_name()
        && !is_other
        && !ranked::is_rank(words)
        && !words.has(SPENT)
}
