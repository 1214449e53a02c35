//! Calculators that take lists: returns of dated flows, several debts, retirements.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{
    Calculation, Calculator,
    read::{is_date, is_monthly},
};
use crate::{
    builtin::{
        intent::Words,
        slots::{Quantity, Slots, Unit},
    },
    when::{self, DayOrder},
    words::Token,
};

/// Reads a question for one of these calculators.
pub(super) fn read(
    words: &Words,
    tokens: &[Token],
    slots: &Slots,
    (as_of, order): (Date, DayOrder),
) -> Option<Calculation> {
    let asked = Asked { words, tokens, slots };
    if words.has("xirr irr")
        || words.says("internal rate of return|money weighted return|money weighted rate")
    {
        return Some(asked.xirr(as_of, order));
    }
    if words.has("twr twrr") || words.says("time weighted return|time weighted rate") {
        return Some(asked.twr(as_of, order));
    }
    // A bare number is an amount here, not a text to look for.
    let is_name = |text: &String| !text.starts_with(|c: char| c.is_ascii_digit());
    if slots.payee.is_some() || slots.text.as_ref().is_some_and(is_name) {
        return None;
    }
    asked.debts().or_else(|| asked.retirement())
}

/// Several days are named, or a time longer than a day.
struct Unclear;

struct Asked<'a> {
    words: &'a Words<'a>,
    tokens: &'a [Token],
    slots: &'a Slots,
}

impl Asked<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    /// One of these words stands among so many before or after a place.
    fn near(&self, from: usize, to: usize, any: &str) -> bool {
        let is_one = |at: usize| any.split_whitespace().any(|word| word == self.word(at));
        (from..to.min(self.tokens.len())).any(is_one)
    }

    /// Amounts of money, those of dates left out.
    fn amounts(&self) -> impl Iterator<Item = &Quantity> {
        self.slots.quantities.iter().filter(|it| match it.unit {
            Unit::Money => true,
            Unit::None => !is_date(self.tokens, self.slots, it) && it.value >= Decimal::TEN,
            Unit::Percent | Unit::Months | Unit::Years => false,
        })
    }

    /// The one day that is named between two words; none where none is, and where it is not clear which.
    fn day_in(&self, from: usize, to: usize, as_of: Date, order: DayOrder) -> Result<Option<Date>, Unclear> {
        match when::find_in(&self.tokens[from..to], as_of, order).as_slice() {
            [] => Ok(None),
            [one] => match one.period.bounds() {
                Some((from, to)) if from == to => Ok(Some(from)),
                _ => Err(Unclear),
            },
            _ => Err(Unclear),
        }
    }

    /// What it was worth on days, and what was put in or taken out on them: "worth 1000 on 1 January 2024,
    /// worth 1100 on 1 March 2024 when I put in 500, worth 1700 on 1 June 2024".
    fn twr(&self, as_of: Date, order: DayOrder) -> Calculation {
        let mut twr = Calculation::of(Calculator::Twr);
        match self.valuations(as_of, order) {
            Ok(valuations) => {
                let text = |amount: Decimal| amount.normalize().to_string();
                let list = valuations.iter().map(
                    |(day, value, flow)| json!({ "date": day, "value": text(*value), "flow": text(*flow) }),
                );
                twr.given.insert("valuations".to_owned(), list.collect());
            }
            Err(lack) => twr.lacks = vec![lack],
        }
        twr
    }

    /// Days with what it was worth before anything was put in or taken out, and what was; or what is not said.
    fn valuations(
        &self,
        as_of: Date,
        order: DayOrder,
    ) -> Result<Vec<(Date, Decimal, Decimal)>, &'static str> {
        const WORTH: &str = "worth value valued";
        const IN: &str = "put added paid deposited contributed invested adding putting";
        const OUT: &str = "took withdrew withdrawn taken withdrawing taking";
        const WORTH_ON_EACH: &str =
            "what it was worth on each day on which money was put in or taken out, before that";
        let amounts: Vec<&Quantity> = self.amounts().collect();
        let mut valuations: Vec<(Date, Decimal, Decimal)> = Vec::new();
        for (at, amount) in amounts.iter().enumerate() {
            let end = amounts.get(at + 1).map_or(self.tokens.len(), |next| next.start);
            let before = at.checked_sub(1).map_or(0, |before| amounts[before].end);
            let is = |words| self.near(before.max(amount.start.saturating_sub(3)), amount.start, words);
            let day = self.day_in(amount.end, end, as_of, order).map_err(|_| "the day of each amount")?;
            match (is(WORTH), is(IN), is(OUT)) {
                (true, false, false) => {
                    valuations.push((day.ok_or("the day of each worth")?, amount.value, Decimal::ZERO));
                }
                (false, is_in, is_out) if is_in != is_out => {
                    let flow = if is_in { amount.value } else { -amount.value };
                    // "Worth 1100 on 1 March when I put in 500": the worth is the one before.
                    let is_then = self.near(before, amount.start, "when");
                    let is_behind = self.near(before, amount.start, "after then later including");
                    let is_first = valuations.is_empty();
                    let there = match day {
                        Some(day) => valuations.iter_mut().find(|(on, ..)| *on == day),
                        None => valuations.last_mut().filter(|_| is_then),
                    };
                    match (there, day) {
                        (Some(valuation), _) if !is_behind => valuation.2 += flow,
                        // What is put in first is what it is worth then.
                        (None, Some(day)) if is_first && is_in => {
                            valuations.push((day, flow, Decimal::ZERO));
                        }
                        _ => return Err(WORTH_ON_EACH),
                    }
                }
                _ => return Err("which amounts are what it was worth, and which were put in or taken out"),
            }
        }
        if valuations.len() < 2 {
            return Err(WORTH_ON_EACH);
        }
        valuations.sort_by_key(|(day, ..)| *day);
        Ok(valuations)
    }

    /// Every amount with its day and its direction.
    fn xirr(&self, as_of: Date, order: DayOrder) -> Calculation {
        let mut xirr = Calculation::of(Calculator::Xirr);
        let amounts: Vec<&Quantity> = self.amounts().collect();
        let mut flows: Vec<Value> = Vec::new();
        for (at, amount) in amounts.iter().enumerate() {
            let end = amounts.get(at + 1).map_or(self.tokens.len(), |next| next.start);
            let start = at.checked_sub(1).map_or(0, |before| amounts[before].end);
            let day = self.day_in(amount.end, end, as_of, order).ok().flatten();
            let is_in = |from, to| {
                self.near(from, to, "invested invest put paid bought deposited contributed in added")
            };
            let is_out =
                |from, to| self.near(from, to, "back got received withdrew sold worth returned value valued");
            let place = (start.max(amount.start.saturating_sub(3)), (amount.end + 2).min(end));
            let (paid_in, got_back) = (
                is_in(place.0, amount.start) || is_in(amount.end, place.1),
                is_out(place.0, amount.start) || is_out(amount.end, place.1),
            );
            match (day, paid_in, got_back) {
                (Some(day), true, false) => {
                    flows.push(json!({ "date": day, "amount": (-amount.value).to_string() }));
                }
                (Some(day), false, true) => {
                    flows.push(json!({ "date": day, "amount": amount.value.to_string() }));
                }
                (None, ..) => xirr.lacks = vec!["the day of each amount"],
                _ => xirr.lacks = vec!["which amounts were put in and which came back"],
            }
        }
        if amounts.len() < 2 {
            xirr.lacks = vec!["each amount that was put in or came back, with its day"];
        }
        xirr.given.insert("flows".to_owned(), Value::Array(flows));
        xirr
    }

    /// Two debts and more, each with its rate.
    fn debts(&self) -> Option<Calculation> {
        let names_order = self.words.has("avalanche snowball");
        let pays_off =
            self.words.says("pay off|paid off|pay down|pay back|get rid of|debt free|clear my|clear the")
                || self.words.has("payoff repay");
        let speaks = self.words.has("debt debts owe loan loans card cards method pay");
        let mut debts: Vec<(Decimal, Option<Decimal>)> = Vec::new();
        let (mut budgets, mut stray) = (Vec::new(), false);
        for quantity in &self.slots.quantities {
            let is_amount = self.amounts().any(|it| it == quantity);
            match (quantity.unit, debts.last_mut()) {
                (Unit::Percent, Some((_, rate @ None))) => {
                    *rate = Some(quantity.value / Decimal::ONE_HUNDRED);
                }
                (Unit::Percent, _) => stray = true,
                _ if is_amount && is_monthly(self.tokens, quantity) => budgets.push(quantity.value),
                _ if is_amount => debts.push((quantity.value, None)),
                _ => {}
            }
        }
        let is_asked = names_order && speaks
            || pays_off && debts.len() > 1 && debts[1..].iter().any(|(_, rate)| rate.is_some());
        if !is_asked {
            return None;
        }
        let mut found = Calculation::of(Calculator::Debts);
        if debts.len() < 2 {
            found.lacks.push("the debts, each with what is owed");
        }
        if debts.is_empty() || debts.iter().any(|(_, rate)| rate.is_none()) {
            found.lacks.push("the interest rate of each debt");
        }
        match budgets.as_slice() {
            [] => found.lacks.push("what you can pay a month in all"),
            [one] => {
                found.given.insert("monthly_budget".to_owned(), json!(one.normalize().to_string()));
            }
            _ => stray = true,
        }
        found.is_ambiguous = stray && found.lacks.is_empty();
        let is_own_order = self
            .words
            .says("in this order|in that order|in the order given|in the order listed|in the order named");
        let strategy = match (self.words.has("avalanche"), self.words.has("snowball")) {
            (false, false) if is_own_order => "custom",
            (true, false) => "avalanche",
            (false, true) => "snowball",
            _ => "compare",
        };
        if is_own_order {
            let names = (1..=debts.len()).map(|at| json!(format!("debt {at}")));
            found.given.insert("order".to_owned(), names.collect());
        }
        found.given.insert("strategy".to_owned(), json!(strategy));
        let list = debts.iter().enumerate().map(|(at, (owed, rate))| {
            let rate = rate.unwrap_or_default().normalize().to_string();
            json!({ "name": format!("debt {}", at + 1), "balance": owed.normalize().to_string(), "annual_rate": rate })
        });
        found.given.insert("debts".to_owned(), list.collect());
        Some(found)
    }

    /// A retirement, for sure or on markets that vary.
    fn retirement(&self) -> Option<Calculation> {
        let needs = self.words.says(
            "need to retire|need for retirement|need to have to retire|save for retirement|enough to retire",
        ) && self.words.has("how what");
        let is_of_retirement = self.words.has("retire retirement retiring retired");
        if !is_of_retirement || self.amounts().next().is_none() && !needs {
            return None;
        }
        let is_chance =
            self.words.has("odds chance chances probability likely likelihood simulate simulation monte");
        let mut found =
            Calculation::of(if is_chance { Calculator::MonteCarlo } else { Calculator::Retirement });
        let set = |given: &mut Map<String, Value>, key: &str, value: Value| {
            given.insert(key.to_owned(), value).is_some()
        };
        let mut twice = false;
        for it in &self.slots.quantities {
            let number = json!(it.value.normalize().to_string());
            let before = it.start.saturating_sub(4);
            let factor = if it.unit == Unit::Years { 12 } else { 1 };
            match it.unit {
                Unit::Years | Unit::Months => {
                    let months = json!(
                        (it.value * Decimal::from(factor)).round().to_string().parse::<u32>().unwrap_or(0)
                    );
                    let key = match self.word(it.start.wrapping_sub(1)) {
                        "in" | "another" | "after" => "months_until",
                        "for" | "last" | "lasts" | "lasting" | "over" => "months_in",
                        _ => continue,
                    };
                    twice |= set(&mut found.given, key, months);
                }
                Unit::Percent => {
                    let rate = json!((it.value / Decimal::ONE_HUNDRED).normalize().to_string());
                    let key = if self.near(it.end, it.end + 1, "inflation")
                        || self.near(it.start.saturating_sub(2), it.start, "inflation")
                    {
                        "annual_inflation"
                    } else if self.near(it.end, it.end + 2, "volatility deviation")
                        || self.near(it.start.saturating_sub(2), it.start, "volatility deviation")
                    {
                        "annual_volatility"
                    } else {
                        "annual_return"
                    };
                    twice |= set(&mut found.given, key, rate);
                }
                _ if !self.amounts().any(|amount| amount == it) => {}
                _ if is_monthly(self.tokens, it) => {
                    let spends = self.near(before, it.start, "spend spending withdraw withdrawing live living need needing take taking draw drawing");
                    let saves = self.near(before, it.start, "save saving deposit depositing add adding put putting contribute contributing invest investing");
                    match (spends, saves) {
                        (true, false) => twice |= set(&mut found.given, "monthly_withdrawal", number),
                        (false, true) => twice |= set(&mut found.given, "monthly_deposit", number),
                        _ => twice = true,
                    }
                }
                _ => twice |= set(&mut found.given, "start", number),
            }
        }
        let wanted = [
            ("months_until", "in how many years it begins"),
            ("months_in", "for how many years it has to last"),
            ("monthly_withdrawal", "what you want to spend a month then"),
            ("annual_return", "the return a year"),
            ("annual_volatility", "the volatility of that return a year"),
        ];
        let lacks = wanted
            .iter()
            .filter(|(key, _)| !found.given.contains_key(*key) && (is_chance || *key != "annual_volatility"));
        found.lacks = lacks.map(|(_, words)| *words).collect();
        found.is_ambiguous = twice;
        Some(found)
    }
}
