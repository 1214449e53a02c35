//! Which tools a question calls, and with what.

use domain::{Category, CategoryKind, Side};
use jiff::{ToSpan, civil::Date};
use serde_json::Value;

use super::{
    calculate::Calculation,
    decline::{Missing, Reason, plain},
    insight::Insight,
    intent::Intent,
    slots::{Against, Parsed, Slots},
};
use crate::{
    model::ModelContext,
    toolbox::{Direction, Grouping, Input, Order},
    when::{Mention, Period, Reach, months_between},
};

/// What is to be done for a question.
#[derive(Debug, PartialEq)]
pub(super) enum Plan {
    /// Tools to call, and the intent's name.
    Calls { intent: &'static str, calls: Vec<(&'static str, Value)> },
    /// No figure, and why.
    Decline { intent: &'static str, reason: Reason },
}

/// The name of an intent in a summary.
fn name(intent: Intent) -> &'static str {
    match intent {
        Intent::Flow { side: Side::Spending, .. } | Intent::Named => "spending",
        Intent::Flow { side: Side::Income, .. } => "income",
        Intent::Average { .. } => "average",
        Intent::Compare { .. } | Intent::CompareThings { .. } => "compare_periods",
        Intent::Usual { .. } => "usual",
        Intent::Changes => "changes",
        Intent::Top { by: Grouping::Category, .. }
        | Intent::Often { by: Grouping::Category, .. }
        | Intent::Kinds { by: Grouping::Category, .. }
        | Intent::Cuts => "top_categories",
        Intent::Top { .. } | Intent::Often { .. } | Intent::Kinds { .. } => "top_payees",
        Intent::Extreme { .. } => "extreme_period",
        Intent::Largest { .. } => "largest_transactions",
        Intent::List { .. } => "list_transactions",
        Intent::Count { .. } => "count_transactions",
        Intent::Frequency { .. } => "frequency",
        Intent::Moved { .. } => "transfers",
        Intent::Balance => "balance",
        Intent::NetWorth { .. } => "net_worth",
        Intent::Saved { .. } => "savings_rate",
        Intent::Overview => "overview",
        Intent::Runway => "runway",
        Intent::IncomeCheck => "income_check",
        Intent::Profile => "profile",
        Intent::Accounts => "accounts",
        Intent::Categories => "categories",
        Intent::Share { .. } => "share",
        Intent::Insight(insight) => insight.name(),
        Intent::Calculate(calculator) => calculator.name(),
        Intent::Foreign | Intent::Future | Intent::Without | Intent::Why | Intent::Declined(_) => "declined",
    }
}

/// Plans a question.
pub(super) fn plan(parsed: &Parsed, context: &ModelContext) -> Plan {
    let slots = &parsed.slots;
    let Some(intent) = parsed.intent else {
        return Plan::Decline { intent: "none", reason: Reason::NotUnderstood };
    };
    let intent_name = name(intent);
    let decline = |reason| Plan::Decline { intent: intent_name, reason };
    match intent {
        Intent::Foreign => return decline(Reason::Foreign),
        Intent::Future => return decline(Reason::Future),
        Intent::Without => {
            let text = "I can't tell what to leave out: its name is missing, or I don't know it.";
            return decline(Reason::Told(text.to_owned()));
        }
        Intent::Why => {
            let text = "I can't tell why without a figure to explain: which one is missing. Ask for a sum first, or what changed in a month.";
            return decline(Reason::Told(text.to_owned()));
        }
        Intent::Declined(missing) => return decline(Reason::Missing(missing)),
        Intent::Insight(Insight::TooFar) => {
            let text = "I can't look that far ahead: what would be missing is everything that changes in more than a year.";
            return decline(Reason::Told(text.to_owned()));
        }
        Intent::Insight(Insight::AffordLater) => {
            let text = "I can't tell: what else would be paid and earned by then is missing. I can say what is safe to spend until the next pay day, ask with a price that is paid once, now.";
            return decline(Reason::Told(text.to_owned()));
        }
        Intent::Insight(Insight::SafeToSpend) if is_other_currency(slots, context) => {
            let text = "I can't tell: the price is in another currency than your accounts, and the exchange rate is missing. Ask with the price in your own currency.";
            return decline(Reason::Told(text.to_owned()));
        }
        Intent::Calculate(calculator) => {
            let input = slots.calculation.as_ref().ok_or_else(|| "The numbers are missing.".to_owned());
            return match input.and_then(Calculation::input) {
                Ok(input) => Plan::Calls { intent: intent_name, calls: vec![(calculator.name(), input)] },
                Err(missing) => decline(Reason::Told(missing)),
            };
        }
        _ => {}
    }
    if takes_names(intent) && !slots.unknown.is_empty() {
        let words = slots.text.iter().chain(&slots.unknown).cloned().collect();
        return decline(Reason::UnknownWords(words));
    }
    if let Some(reason) = left_over(intent, slots) {
        return decline(reason);
    }
    let calls = calls(intent, slots, context);
    match calls {
        Ok(calls) => Plan::Calls {
            intent: intent_name,
            calls: calls.into_iter().map(|(name, input)| (name, input.to_json())).collect(),
        },
        Err(reason) => decline(reason),
    }
}

/// What the question names and its tool has no place for: a figure without it would answer another question.
fn left_over(intent: Intent, slots: &Slots) -> Option<Reason> {
    if !slots.more_accounts.is_empty() && intent != Intent::Balance {
        let text = "I can tell that for one account at a time; which of them is meant is missing. Ask for each by itself.";
        return Some(Reason::Told(text.to_owned()));
    }
    let counts_each = matches!(intent, Intent::Flow { .. } | Intent::Named);
    let compares = matches!(intent, Intent::CompareThings { .. });
    let categories = narrowest(&slots.categories);
    let payees: Vec<&String> = slots.payee.iter().chain(&slots.more_payees).collect();
    let both: Vec<&String> = categories.iter().chain(&payees).copied().collect();
    let several = match (slots.is_side_by_side, categories.len() > 1) {
        (true, _) => &both,
        (false, true) => &categories,
        (false, false) => &payees,
    };
    if takes_names(intent) && several.len() > 1 && !counts_each && !compares {
        let names: Vec<String> = several.iter().map(|name| format!("“{}”", plain(name))).collect();
        let text = format!(
            "I can tell that for one name at a time; what is missing is whether {} is meant. Ask for each by itself.",
            names.join(" or ")
        );
        return Some(Reason::Told(text));
    }
    let is_of_all = matches!(intent, Intent::Saved { .. } | Intent::Overview | Intent::Runway);
    // "Left of my salary" names all that comes in; "after rent" one thing that goes out.
    let is_income = |path: &str| Category::new(path).is_ok_and(|it| it.kind() == CategoryKind::Income);
    let named = slots.categories.iter().find(|path| !is_income(path)).or(slots.payee.as_ref());
    named.filter(|_| is_of_all).map(|name| {
        Reason::Told(format!(
            "I know what was saved of all income and spending; what “{}” alone has to do with it is missing. Ask what was spent on it.",
            plain(name)
        ))
    })
}

/// Whether an intent's tool counts only what is named.
fn takes_names(intent: Intent) -> bool {
    !matches!(
        intent,
        Intent::Balance
            | Intent::NetWorth { .. }
            | Intent::Profile
            | Intent::Accounts
            | Intent::Categories
            | Intent::Overview
            | Intent::Runway
            | Intent::IncomeCheck
            | Intent::Changes
            | Intent::Insight(_)
            | Intent::Saved { .. }
    )
}

/// Whether a price is in another currency than the person's.
fn is_other_currency(slots: &Slots, context: &ModelContext) -> bool {
    let named = slots.quantities.iter().find_map(|it| it.currency);
    named.zip(context.base_currency).is_some_and(|(named, base)| base.code() != named)
}

type Calls = Vec<(&'static str, Input)>;

fn calls(intent: Intent, slots: &Slots, context: &ModelContext) -> Result<Calls, Reason> {
    let base = scope(slots);
    let one = |name: &'static str, input: Input| Ok(vec![(name, input)]);
    match intent {
        Intent::Compare { side, is_less } => compare(slots, side, is_less),
        Intent::CompareThings { side, is_less } => one("compare_periods", things(slots, side, is_less, base)),
        Intent::Changes if is_pair(slots) => compare(slots, Side::Spending, false),
        _ if slots.periods.len() > 1
            && !matches!(intent, Intent::Balance | Intent::NetWorth { .. } | Intent::Insight(_)) =>
        {
            match intent {
                Intent::Flow { side, .. } => compare(slots, side, false),
                Intent::Named => compare(slots, Side::Spending, false),
                _ => each_period(intent, slots, context),
            }
        }
        Intent::Flow { side, by } => {
            let tool = if side == Side::Income { "income" } else { "spending" };
            if !slots.other_weekdays.is_empty() {
                let other = Input { weekdays: slots.other_weekdays.clone(), ..base.clone() };
                return Ok(vec![(tool, base), (tool, other)]);
            }
            let by = by.or_else(|| slots.chart.then(|| charted_by(slots)).flatten());
            Ok(each_category(tool, slots, Input { group_by: by, ..base }))
        }
        Intent::Named if slots.names_income() => Ok(each_category("income", slots, base)),
        Intent::Named => Ok(each_category("spending", slots, base)),
        Intent::Average { side, per } => one("average", Input { side: Some(side), per: Some(per), ..base }),
        Intent::Usual { side } => one("usual", Input { side: Some(side), ..base }),
        Intent::Changes => one("changes", changes(slots)),
        Intent::Top { by, side } => {
            one(ranking(by), Input { side: Some(side), n: slots.n, place: slots.place, ..base })
        }
        Intent::Cuts => one("top_categories", lately(slots, context.as_of)),
        Intent::Kinds { by, side } => {
            one(ranking(by), Input { side: Some(side), headline: Some("number".to_owned()), ..base })
        }
        Intent::Often { by, side } => {
            let headline = Some("count".to_owned());
            one(ranking(by), Input { side: Some(side), n: slots.n, headline, ..base })
        }
        Intent::Extreme { side, per, order } => {
            one("extreme_period", Input { side: Some(side), per: Some(per), order: Some(order), ..base })
        }
        Intent::Largest { side, order, is_plural } => {
            let n = slots.n.unwrap_or(if is_plural { 5 } else { 1 });
            let n = slots.place.is_none().then_some(n);
            let order = (order == Order::Smallest).then_some(order);
            one("largest_transactions", Input { side, order, n, place: slots.place, ..base })
        }
        Intent::Share { side, of_income } => {
            let headline = of_income.then(|| "income".to_owned());
            let other_category = slots.whole.clone();
            one("share", Input { side: Some(side), headline, other_category, ..base })
        }
        Intent::List { side, order, is_one } => {
            let is_vague = slots.periods.iter().any(|period| period.reach == Reach::Vague);
            let base = if is_vague { Input { from: None, to: None, ..base } } else { base };
            let n = if is_one { Some(1) } else { slots.n };
            let order = (order != Order::Latest).then_some(order);
            one("list_transactions", Input { side, order, n, ..base })
        }
        Intent::Count { side } => {
            one("list_transactions", Input { side, headline: Some("count".to_owned()), ..base })
        }
        Intent::Frequency { side, per } => one("frequency", Input { side, per: Some(per), ..base }),
        Intent::Insight(insight) => one(insight.name(), insight.input(slots, context.as_of)),
        Intent::Moved { direction } => one("transfers", moved(slots, direction)),
        Intent::Balance => Ok(balances(slots, context.as_of)),
        Intent::NetWorth { owed } => {
            let date = slots.periods.first().and_then(|period| point(period, context.as_of));
            one("net_worth", Input { date, headline: owed.then(|| "owed".to_owned()), ..Input::default() })
        }
        // "Did I save more than last month": each of the two is told.
        Intent::Saved { per: None, .. } if let Some(Against::Now { now, then }) = slots.against => {
            let each = |period: Period| {
                ("savings_rate", Input { from: period.from, to: period.to, ..Input::default() })
            };
            Ok(vec![each(now), each(then)])
        }
        Intent::Saved { .. } if slots.against.is_some() => Err(Reason::Missing(Missing::OtherPeriod)),
        Intent::Saved { rate, per } => {
            one("savings_rate", Input { headline: rate.then(|| "rate".to_owned()), per, ..whole_days(slots) })
        }
        Intent::Overview => one("savings_rate", days(slots)),
        Intent::Runway => one("runway", Input::default()),
        Intent::IncomeCheck => one("income_check", days(slots)),
        Intent::Profile => one("profile", Input::default()),
        Intent::Accounts => one("accounts", Input::default()),
        Intent::Categories => one("categories", days(slots)),
        Intent::Foreign
        | Intent::Future
        | Intent::Without
        | Intent::Why
        | Intent::Calculate(_)
        | Intent::Declined(_) => Err(Reason::Foreign),
    }
}

/// The tool that ranks payees or categories.
fn ranking(by: Grouping) -> &'static str {
    if by == Grouping::Category { "top_categories" } else { "top_payees" }
}

/// Two periods that are set beside each other; a range of days is one span.
fn is_pair(slots: &Slots) -> bool {
    let is_long = |period: Period| period.bounds().is_some_and(|(from, to)| from < to);
    match slots.periods.as_slice() {
        [one] => one.reach == Reach::Whole && one.ends.is_some_and(|(a, b)| is_long(a) && is_long(b)),
        periods => periods.len() == 2,
    }
}

/// The names and the period of a question.
fn scope(slots: &Slots) -> Input {
    Input {
        category: slots.categories.first().cloned(),
        payee: slots.payee.clone(),
        account: slots.account.clone(),
        text: slots.text.clone(),
        without: slots.without.clone(),
        weekdays: slots.weekdays.clone(),
        min: slots.min,
        max: slots.max,
        above: slots.above,
        below: slots.below,
        ..days(slots)
    }
}

fn days(slots: &Slots) -> Input {
    let period = slots.periods.first().map(|mention| mention.period).unwrap_or_default();
    Input { from: period.from, to: period.to, ..Input::default() }
}

/// What was spent in the days that are named, else in the last three whole months.
fn lately(slots: &Slots, as_of: Date) -> Input {
    let this = as_of.first_of_month();
    let (from, to) = (this.checked_sub(3.months()).ok(), this.yesterday().ok());
    let days = if slots.periods.is_empty() { Input { from, to, ..Input::default() } } else { days(slots) };
    Input { side: Some(Side::Spending), ..days }
}

/// What went into an account of one's own, or out of it.
fn moved(slots: &Slots, direction: Direction) -> Input {
    let is_saved = slots.categories.iter().any(|path| path == "Transfer:Savings");
    let kind = if is_saved { "savings" } else { "credit card" };
    let account = slots.account.clone().or_else(|| Some(kind.to_owned()));
    Input { account, direction: Some(direction), ..days(slots) }
}

/// The same; what is left "at the end of July" is left of all of it.
fn whole_days(slots: &Slots) -> Input {
    let base = days(slots);
    let point = slots.periods.first().and_then(|mention| mention.point);
    match (base.from, base.to) {
        (Some(from), Some(to))
            if point == Some(to) && from.day() > 1 && from.first_of_month() == to.first_of_month() =>
        {
            Input { from: Some(from.first_of_month()), ..base }
        }
        _ => base,
    }
}

/// Categories that are named beside each other are each counted; one inside another narrows it.
fn each_category(tool: &'static str, slots: &Slots, base: Input) -> Calls {
    let narrow = narrowest(&slots.categories);
    let names = narrow.len() + usize::from(slots.payee.is_some()) + slots.more_payees.len();
    if slots.is_together && names > 1 && base.group_by.is_none() {
        let side = if tool == "income" { Side::Income } else { Side::Spending };
        let categories = narrow.into_iter().cloned().collect();
        let payees = slots.payee.iter().chain(&slots.more_payees).cloned().collect();
        let base = Input { category: None, payee: None, ..base };
        return vec![("together", Input { side: Some(side), categories, payees, ..base })];
    }
    if slots.is_side_by_side {
        let category = |path: &String| Input { category: Some(path.clone()), payee: None, ..base.clone() };
        let payee = |name: &String| Input { payee: Some(name.clone()), category: None, ..base.clone() };
        let payees = slots.payee.iter().chain(&slots.more_payees).map(payee);
        return narrow.into_iter().map(category).chain(payees).map(|input| (tool, input)).collect();
    }
    if narrow.len() < 2 && !slots.more_payees.is_empty() {
        let payees = slots.payee.iter().chain(&slots.more_payees);
        return payees.map(|payee| (tool, Input { payee: Some(payee.clone()), ..base.clone() })).collect();
    }
    if narrow.len() < 2 {
        let category = narrow.first().map(|path| (*path).clone());
        return vec![(tool, Input { category, ..base })];
    }
    narrow.into_iter().map(|path| (tool, Input { category: Some(path.clone()), ..base.clone() })).collect()
}

/// The categories that no other lies in.
fn narrowest(categories: &[String]) -> Vec<&String> {
    let is_inside = |path: &String| {
        categories.iter().any(|other| {
            other != path && other.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with(':'))
        })
    };
    categories.iter().filter(|path| !is_inside(path)).collect()
}

/// What a chart of a sum is by: the time, where it has room for more than one bar.
fn charted_by(slots: &Slots) -> Option<Grouping> {
    let (from, to) = slots.periods.first().and_then(|mention| mention.period.bounds())?;
    let is_narrow = slots.has_name() || !slots.weekdays.is_empty();
    match (months_between(from, to), is_narrow) {
        (1, true) => Some(Grouping::Day),
        (1, false) => Some(Grouping::Category),
        _ => Some(Grouping::Month),
    }
}

fn each_period(intent: Intent, slots: &Slots, context: &ModelContext) -> Result<Calls, Reason> {
    let mut all = Vec::new();
    for mention in slots.periods.iter().take(3) {
        let one = Slots { periods: vec![mention.clone()], ..slots.clone() };
        all.extend(calls(intent, &one, context)?);
    }
    Ok(all)
}

fn compare(slots: &Slots, side: Side, is_less: bool) -> Result<Calls, Reason> {
    let asked: Vec<Period> = match slots.periods.as_slice() {
        [] | [_] if let Some(Against::Now { now, then }) = slots.against => vec![now, then],
        [one] => match (one.ends, one.period.previous()) {
            (Some((first, second)), _) => vec![second, first],
            (None, Some(before)) => vec![one.period, before],
            (None, None) => return Err(Reason::NotUnderstood),
        },
        several => several.iter().map(|mention| mention.period).collect(),
    };
    let [first, second] = asked.as_slice() else {
        return Err(Reason::Told(
            "I compare two periods at a time. Name the two that matter most.".to_owned(),
        ));
    };
    if first == second {
        return Err(Reason::Missing(Missing::OtherPeriod));
    }
    let (first, second) = if is_less { (second, first) } else { (first, second) };
    let input = Input {
        side: Some(side),
        from: first.from,
        to: first.to,
        other_from: second.from,
        other_to: second.to,
        ..scope(slots)
    };
    Ok(vec![("compare_periods", input)])
}

/// Two categories beside each other, the first less the second.
fn things(slots: &Slots, side: Side, is_less: bool, base: Input) -> Input {
    let (first, second) = (slots.categories.first().cloned(), slots.categories.get(1).cloned());
    let (first, second) = if is_less { (second, first) } else { (first, second) };
    Input { side: Some(side), category: first, other_category: second, ..base }
}

/// "since last month" means this month beside last month.
fn changes(slots: &Slots) -> Input {
    match slots.periods.first() {
        Some(mention) if mention.reach != Reach::Until => {
            let is_open = mention.reach == Reach::Since;
            if is_open { Input::default() } else { days(slots) }
        }
        _ => Input::default(),
    }
}

fn balances(slots: &Slots, as_of: Date) -> Calls {
    let account = slots.account.clone().or_else(|| slots.text.clone());
    let dates: Vec<Option<Date>> = if slots.periods.is_empty() {
        vec![None]
    } else {
        slots.periods.iter().take(3).map(|mention| point(mention, as_of)).collect()
    };
    dates
        .into_iter()
        .map(|date| {
            let accounts = slots.more_accounts.clone();
            ("balance", Input { account: account.clone(), accounts, date, ..Input::default() })
        })
        .collect()
}

/// The day that a period means for a balance: its last, today within a current one.
fn point(mention: &Mention, as_of: Date) -> Option<Date> {
    if mention.reach == Reach::Vague {
        return None;
    }
    let day = mention.point.or(mention.period.to)?;
    let is_current =
        mention.point.is_none() && day > as_of && mention.period.from.is_some_and(|from| from <= as_of);
    Some(if is_current { as_of } else { day })
}
