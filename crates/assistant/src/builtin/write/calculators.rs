//! Sentences about what a calculator worked out.

use std::fmt::Write;

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use super::Page;

impl Page<'_> {
    /// What a calculator worked out, with what it was given; none when it is no calculator.
    pub(super) fn calculated(&self, tool: &str) -> Option<String> {
        let text = match tool {
            "loan" => self.loan(),
            "payoff" => self.payoff(),
            "savings" => self.grown(),
            "required_saving" => self.to_save(),
            "emergency_fund" => self.emergency_fund(),
            "xirr" => format!(
                "The return of these amounts is **{}** a year, a gain of {}.",
                self.percent("rate"),
                self.part("gain")
            ),
            "twr" => self.time_weighted(),
            "debts" => self.debts(),
            "retirement" => self.retirement(),
            "monte_carlo" => format!(
                "On **{}** of the simulated paths every withdrawal is paid. The median path has {} when you retire and {} at the end, in today's prices.",
                self.percent("success_probability"),
                self.part("at_retirement"),
                self.part("at_end"),
            ),
            "inflation" | "convert" => {
                let figure = self.output.figures.first()?;
                let given = self.given("amount");
                match tool {
                    "convert" => {
                        let from = self.input["from"].as_str().unwrap_or_default();
                        let day = self.input["date"].as_str().and_then(|day| day.parse().ok());
                        let day = day.map_or_else(String::new, |day| format!(" on {}", super::day(day)));
                        format!("{given} {from} is **{}**{day}.", self.value(figure))
                    }
                    _ if self.months() < 0 => format!(
                        "{given} in {} will buy what **{}** buys today, at an inflation of {}.",
                        self.term(),
                        self.value(figure),
                        self.rate("annual_inflation"),
                    ),
                    _ => format!(
                        "{given} in the prices of then, at an inflation of {} for {}, is **{}**.",
                        self.rate("annual_inflation"),
                        self.term(),
                        self.value(figure)
                    ),
                }
            }
            _ => return None,
        };
        let formula = self.details("formula").as_str().unwrap_or_default();
        Some(if formula.is_empty() {
            text
        } else {
            format!("{text}\n\nHow it is worked out: {}.", super::plain(formula))
        })
    }

    /// An amount that the question gave.
    pub(super) fn given(&self, name: &str) -> String {
        let value: Option<Decimal> = self.input[name].as_str().and_then(|text| text.parse().ok());
        let currency = self.output.figures.iter().find_map(|figure| figure.currency);
        match (value, currency) {
            (Some(value), Some(currency)) if name != "amount" => self.money(value, currency),
            (Some(value), _) => self.format.number(value, value.normalize().scale()),
            (None, _) => String::new(),
        }
    }

    fn rate(&self, name: &str) -> String {
        self.rate_of(&self.input[name])
    }

    fn rate_of(&self, given: &Value) -> String {
        let rate: Decimal = given.as_str().and_then(|text| text.parse().ok()).unwrap_or_default();
        let percent = (rate * Decimal::ONE_HUNDRED).normalize();
        format!("{} %", self.format.number(percent, percent.scale().min(4)))
    }

    /// The months of the question as people say them.
    fn term(&self) -> String {
        let months = self.months().abs();
        let part = |count: i64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        match (months / 12, months % 12) {
            (0, months) => part(months, "month"),
            (years, 0) => part(years, "year"),
            (years, rest) => format!("{} and {}", part(years, "year"), part(rest, "month")),
        }
    }

    fn months(&self) -> i64 {
        self.input["n_months"].as_i64().unwrap_or(0)
    }

    fn part(&self, name: &str) -> String {
        self.figure(name).map_or_else(String::new, |figure| self.value(figure))
    }

    fn loan(&self) -> String {
        let mut text = format!(
            "A loan of {} at {} over {} costs **{}** a month: {} in all, {} of it interest.",
            self.given("principal"),
            self.rate("annual_rate"),
            self.term(),
            self.part("payment"),
            self.part("total_paid"),
            self.part("total_interest"),
        );
        for change in self.input["rate_changes"].as_array().into_iter().flatten() {
            let rate = self.rate_of(&change["annual_rate"]);
            let period = &change["period"];
            let payment = self.figure(&format!("payment_from_{period}")).map(|figure| self.value(figure));
            let payment = payment.map_or_else(String::new, |payment| format!(", and {payment} a month"));
            write!(text, " From payment {period} on the rate is {rate}{payment}.")
                .expect("a string takes it");
        }
        if !self.given("extra_monthly").is_empty() {
            write!(
                text,
                " With {} more every month it ends {} months earlier and saves {} of interest.",
                self.given("extra_monthly"),
                self.part("months_saved"),
                self.part("interest_saved")
            )
            .expect("a string takes it");
        }
        text
    }

    fn payoff(&self) -> String {
        let months = self.figure("months").map_or(Decimal::ZERO, |figure| figure.value);
        let rounded = months.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
        format!(
            "Paying {} a month, {} at {} is paid off after **{} months**, with {} payments: {} in all, {} of it interest.",
            self.given("monthly_payment"),
            self.given("balance"),
            self.rate("annual_rate"),
            self.format.number(rounded, rounded.normalize().scale()),
            self.part("payments"),
            self.part("total_paid"),
            self.part("total_interest"),
        )
    }

    fn grown(&self) -> String {
        let rate = if self.rate("annual_rate") == "0 %" {
            "without interest".to_owned()
        } else {
            format!("at {} a year", self.rate("annual_rate"))
        };
        let start = if self.input["start"].is_null() && self.input["monthly_deposit"].is_string() {
            ", starting from nothing"
        } else {
            ""
        };
        format!(
            "You would have **{}** after {} {rate}{start}: {} paid in and {} of interest.",
            self.part("future_value"),
            self.term(),
            self.part("deposited"),
            self.part("interest"),
        )
    }

    fn to_save(&self) -> String {
        let rate = if self.input["annual_rate"].is_null() {
            "without interest".to_owned()
        } else {
            format!("at {} a year", self.rate("annual_rate"))
        };
        let start = match self.given("start") {
            start if start.is_empty() => String::new(),
            start => format!(", starting with {start}"),
        };
        format!(
            "To have {} after {}{start}, save **{}** a month, {rate}.",
            self.given("target"),
            self.term(),
            self.part("monthly_deposit"),
        )
    }

    fn percent(&self, name: &str) -> String {
        let value = self.figure(name).map_or(Decimal::ZERO, |figure| figure.value);
        self.format.percent(value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
    }

    fn debts(&self) -> String {
        let order = match self.input["strategy"].as_str() {
            Some("avalanche") => " with the highest rate first (avalanche)",
            Some("snowball") => " with the smallest debt first (snowball)",
            Some("custom") => " in the order that you gave",
            _ => "",
        };
        let mut text = format!(
            "Paying {} a month{order}, the last debt is paid off after **{} months**, with {} of interest.",
            self.given("monthly_budget"),
            self.part("months"),
            self.part("total_interest"),
        );
        if let Some(saved) = self.figure("saved") {
            write!(text, " The better order saves {} of interest.", self.value(saved))
                .expect("a string takes it");
        }
        text
    }

    fn time_weighted(&self) -> String {
        let a_year = match self.figure("annual_return") {
            Some(_) => format!(", {} a year", self.percent("annual_return")),
            None => String::new(),
        };
        format!(
            "The time-weighted return is **{}** over {} days{a_year}.",
            self.percent("total_return"),
            self.part("days")
        )
    }

    fn retirement(&self) -> String {
        format!(
            "When you retire you would have **{}** in today's prices, and need {}. {} a month would last just until the end.",
            self.part("at_retirement"),
            self.part("needed"),
            self.part("sustainable_withdrawal"),
        )
    }

    fn emergency_fund(&self) -> String {
        let months = self.input["n_months"].as_i64().unwrap_or(6);
        format!(
            "To last {months} months your emergency fund should hold **{}**: {months} times {} a month.",
            self.part("target"),
            self.figure("monthly_expenses").map_or_else(String::new, |figure| self.linked(figure)),
        )
    }
}
