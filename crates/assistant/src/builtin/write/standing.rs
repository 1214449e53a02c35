//! Sentences about where the household stands: balances, savings, the profile.

use std::fmt::Write;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Page, day, joined};
use crate::{builtin::decline::plain, toolbox::ToolFigure, when::Period};

impl Page<'_> {
    pub(super) fn balance(&self) -> String {
        let date: Option<Date> = serde_json::from_value(self.details("date").clone()).unwrap_or_default();
        let is_today = self.details("is_today") == true;
        let when = date.map_or_else(String::new, |date| {
            if is_today { format!("today, {},", day(date)) } else { format!("at the end of {}", day(date)) }
        });
        let account = plain(self.details("account").as_str().unwrap_or("your account"));
        let mut text = if self.details("is_total") == true {
            format!("The balance of {account} together {when} is {}.", self.bold("balance"))
        } else {
            format!("The balance of {account} {when} is {}.", self.bold("balance"))
        };
        if !is_today {
            text = text.replacen(" is **", " was **", 1);
        }
        if self.details("owed") == true && self.output.figures[0].value.is_sign_negative() {
            text.push_str(" A negative balance is owed.");
        }
        let last: Option<Date> = serde_json::from_value(self.details("last").clone()).unwrap_or_default();
        if let (Some(last), Some(date)) = (last, date)
            && last < date
            && crate::when::days_between(last, date) > 8
        {
            write!(text, " Your data ends on {}.", day(last)).expect("a string takes it");
        }
        if self.details("has_anchor") == false {
            text.push_str(" It is counted from the first transaction, since the statement names no balance.");
        }
        text
    }

    pub(super) fn net_worth(&self) -> String {
        let date: Option<Date> = serde_json::from_value(self.details("date").clone()).unwrap_or_default();
        let when = date.map_or_else(String::new, |date| Period::day(date).phrase());
        let part =
            |name: &str| joined(&self.figures(name).map(|figure| self.linked(figure)).collect::<Vec<_>>());
        if self.output.figures.first().is_some_and(|figure| figure.name == "owed") {
            return format!(
                "You owe {} over all accounts {when}; you own {}.",
                self.bold("owed"),
                part("owned")
            );
        }
        format!(
            "Your net worth {when} is {}: {} owned less {} owed, over the accounts in your data.",
            self.bold("net_worth"),
            part("owned"),
            part("owed")
        )
    }

    /// What is saved a month on average.
    fn saved_per(&self) -> String {
        let part =
            |name: &str| joined(&self.figures(name).map(|figure| self.linked(figure)).collect::<Vec<_>>());
        let per = self.details("per").as_str().unwrap_or("month");
        let units: Decimal = serde_json::from_value(self.details("units").clone()).unwrap_or_default();
        let number = self.format.number(units, units.normalize().scale());
        let plural = if units == Decimal::ONE { "" } else { "s" };
        format!(
            "You saved {} a {per} on average {}: {} over {number} {per}{plural}, income of {} less spending of {}.{}",
            self.bold("average"),
            self.scope.phrase(),
            part("saved"),
            part("income"),
            part("spending"),
            self.reach(),
        )
    }

    pub(super) fn saved(&self) -> String {
        if self.figure("average").is_some() {
            return self.saved_per();
        }
        let part =
            |name: &str| joined(&self.figures(name).map(|figure| self.linked(figure)).collect::<Vec<_>>());
        let rate = self.figure("rate").map(|figure| self.format.percent(figure.value));
        let is_rate = self.output.figures.first().is_some_and(|figure| figure.name == "rate");
        let when = self.when();
        let basis = format!("income of {} less spending of {}", part("income"), part("spending"));
        if let (Some(rate), true) = (&rate, is_rate) {
            return format!(
                "Your savings rate {when} was **{rate}**: {} saved, {basis}.{}",
                part("saved"),
                self.reach()
            );
        }
        let share = rate.map_or_else(String::new, |rate| format!(", {rate} of your income"));
        let is_more = self.figure("saved").is_some_and(|figure| figure.value.is_sign_negative());
        if is_more {
            let over: Vec<String> = self
                .figures("saved")
                .map(|figure| {
                    format!("**{}**", self.value(&ToolFigure { value: figure.value.abs(), ..figure.clone() }))
                })
                .collect();
            return format!(
                "You spent {} more than you earned {when}: {basis}.{}",
                joined(&over),
                self.reach()
            );
        }
        format!("You saved {} {when}{share}: {basis}.{}", self.bold("saved"), self.reach())
    }

    pub(super) fn runway(&self) -> String {
        let part = |name: &str| self.figure(name).map_or_else(String::new, |figure| self.linked(figure));
        let months = self.count("months");
        let counted = self.details("months").as_u64().unwrap_or(0);
        let mut text = format!(
            "Your money would last **{months} months**: {} in checking, savings and cash accounts, at {} a month, your average over {counted} month{}.",
            part("at_hand"),
            part("monthly"),
            if counted == 1 { "" } else { "s" },
        );
        if let Some(fixed) = self.figure("fixed_months") {
            write!(text, " Paying only your fixed costs it would last {} months.", self.value(fixed))
                .expect("a string takes it");
        }
        if let (Some(target), Some(figure)) = (self.details("target_months").as_u64(), self.figure("months"))
        {
            let verdict = if figure.value >= Decimal::from(target) {
                "You have reached"
            } else {
                "You have not reached"
            };
            write!(text, " {verdict} the emergency fund of {target} months in your profile.")
                .expect("a string takes it");
        }
        text
    }

    pub(super) fn income_check(&self) -> String {
        let part = |name: &str| self.figure(name).map_or_else(String::new, |figure| self.linked(figure));
        let percent: Option<Decimal> =
            serde_json::from_value(self.details("percent").clone()).unwrap_or_default();
        let share =
            percent.map_or_else(String::new, |percent| format!(", {} of it", self.format.percent(percent)));
        format!(
            "Your transactions show an income of {} {}; your profile's {} a year come to {} for that time{share}. The profile's figure is before tax, what arrives on an account usually is not.{}",
            self.bold("seen"),
            self.scope.phrase(),
            part("annual"),
            part("expected"),
            self.reach(),
        )
    }

    pub(super) fn profile(&self) -> String {
        if self.details("is_empty") == true {
            return "Your profile is empty. Fill it in, and I can count with it.".to_owned();
        }
        format!("Your profile says {} things about you.", self.details("facts"))
    }

    pub(super) fn accounts(&self) -> String {
        let count = self.count("accounts");
        let plural = if count == "1" { "" } else { "s" };
        let transactions = self.details("transactions").as_u64().unwrap_or(0);
        let range = |name: &str| -> Option<Date> { serde_json::from_value(self.details(name).clone()).ok()? };
        let days = range("first")
            .zip(range("last"))
            .map_or_else(String::new, |(first, last)| format!(" {}", Period::between(first, last).phrase()));
        if count == "0" {
            return "There are no accounts yet. Import a statement of your bank to begin.".to_owned();
        }
        format!(
            "You have **{count}** account{plural} with {}{days}; together they hold {}.",
            self.transactions(transactions),
            self.bold("balance").replace("**", "")
        )
    }
}
