//! Sentences about what comes again, what is to come, and how plans stand.

use std::fmt::Write;

use finance::insight::recurring::Cadence;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{Page, day, joined, plain};
use crate::when::Period;

/// Items that a sentence names.
const NAMED: usize = 4;

impl Page<'_> {
    /// What an insight tells; none when the tool is none.
    pub(super) fn told_insight(&self, tool: &str) -> Option<String> {
        Some(match tool {
            "recurring" => self.recurring(),
            "subscriptions" => self.subscriptions(),
            "income_streams" => self.income_streams(),
            "cash_flow" => self.cash_flow(),
            "net_worth_series" => self.net_worth_series(),
            "budgets" => self.budgets(),
            "goals" => self.goals(),
            "anomalies" => self.anomalies(),
            "forecast" => self.forecast(),
            "safe_to_spend" => self.safe_to_spend(),
            _ => return None,
        })
    }

    fn items(&self) -> &[Value] {
        self.details("items").as_array().map_or(&[], Vec::as_slice)
    }

    fn date_of(value: &Value) -> Option<Date> {
        serde_json::from_value(value.clone()).ok()
    }

    /// An amount of money as JSON, sign left off.
    fn said(&self, value: &Value) -> String {
        serde_json::from_value::<domain::Money>(value.clone())
            .map_or_else(|_| String::new(), |money| self.money(money.amount().abs(), money.currency()))
    }

    /// What goes on, and when it is due next: bills and subscriptions, or all.
    fn due(&self, is_all: bool, until: Option<Date>) -> Vec<String> {
        let is_cost = |item: &Value| matches!(item["kind"].as_str(), Some("bill" | "subscription"));
        let mut due: Vec<(Date, String)> = self
            .items()
            .iter()
            .filter(|item| item["is_active"] == true && (is_all || is_cost(item)))
            .filter_map(|item| {
                let next = Self::date_of(&item["next"])?;
                if until.is_some_and(|until| next > until) {
                    return None;
                }
                let payee = plain(item["payee"].as_str().unwrap_or_default());
                Some((next, format!("{payee}, {}, on {}", self.said(&item["usual"]), day(next))))
            })
            .collect();
        due.sort();
        due.into_iter().map(|(_, text)| text).collect()
    }

    fn recurring(&self) -> String {
        let is_named = ["category", "payee", "text"].into_iter().any(|name| !self.input[name].is_null());
        let asks_next = self.input["headline"] == "next";
        let until = Self::date_of(self.details("until"));
        let due = self.due(is_named || asks_next, until);
        if let Some(until) = until {
            let until = day(until);
            if due.is_empty() {
                return format!("Nothing that comes again is due until {until}: {}.", self.bold("due"));
            }
            let shown = joined(&due[..due.len().min(12)]);
            return format!(
                "Until {until} {} is due: {shown}. It goes by how each came so far.",
                self.bold("due")
            );
        }
        if asks_next {
            let Some(figure) = self.figure("next") else {
                return "It has come again in the past, but does not go on: there is no next time to expect."
                    .to_owned();
            };
            let first = due.first().cloned().unwrap_or_default();
            return format!("Next is **{}**: {first}, going by how it came so far.", self.linked(figure));
        }
        let mut text = format!("What comes again costs you {} a month.", self.bold("a_month"));
        if !due.is_empty() {
            let more = due.len().saturating_sub(NAMED);
            write!(text, " Next: {}", joined(&due[..due.len().min(NAMED)])).expect("a string takes it");
            text.push_str(if more > 0 { ", and others." } else { "." });
        }
        text
    }

    fn subscriptions(&self) -> String {
        let names: Vec<String> = self
            .items()
            .iter()
            .filter(|item| item["is_active"] == true)
            .map(|item| {
                format!(
                    "{} ({})",
                    plain(item["payee"].as_str().unwrap_or_default()),
                    self.said(&item["usual"])
                )
            })
            .collect();
        let year: Vec<String> = self.figures("a_year").map(|figure| self.value(figure)).collect();
        let count = self.count("subscriptions");
        let plural = if count == "1" { "" } else { "s" };
        let single = self.figure("single").map(|figure| {
            let which = if self.details("order") == "smallest" { "cheapest" } else { "most expensive" };
            let cadence = self.details("single")["cadence"].clone();
            let often = serde_json::from_value::<Cadence>(cadence).map_or("", Cadence::label);
            let price = self.linked(figure);
            format!("Your {which} subscription is {}: **{price}**, {often}. ", plain(&figure.label))
        });
        let monthly = match &single {
            Some(_) => self.bold("a_month").replace("**", ""),
            None => self.bold("a_month"),
        };
        let mut text = single.unwrap_or_default();
        write!(text, "Your {count} subscription{plural} cost {monthly} a month, {} a year", joined(&year))
            .expect("a string takes it");
        if !names.is_empty() {
            write!(text, ": {}", joined(&names[..names.len().min(12)])).expect("a string takes it");
        }
        text.push('.');
        let risen: Vec<String> = self
            .items()
            .iter()
            .filter_map(|item| {
                let change = item["price_changes"].as_array()?.last()?;
                let since = Self::date_of(&change["since"])?;
                Some(format!("{} on {}", plain(item["payee"].as_str()?), day(since)))
            })
            .take(NAMED)
            .collect();
        if !risen.is_empty() {
            write!(text, " Prices changed at {}.", joined(&risen)).expect("a string takes it");
        }
        text
    }

    fn income_streams(&self) -> String {
        let next = Self::date_of(self.details("next_pay_day"));
        let pay = next.zip(self.figure("next_pay")).map(|(date, figure)| {
            let payer = plain(self.details("payer").as_str().unwrap_or_default());
            (day(date), payer, self.linked(figure))
        });
        match (pay, self.input["headline"] == "next") {
            (Some((date, payer, amount)), true) => {
                format!(
                    "Your next pay day is **{date}**: {payer}, about **{amount}**, going by how it came so far."
                )
            }
            (Some((date, payer, amount)), false) => format!(
                "Your regular income comes to {} a month. The next is {amount} from {payer} on {date}.",
                self.bold("a_month")
            ),
            (None, _) => format!(
                "Your regular income comes to {} a month; no next pay day can be told.",
                self.bold("a_month")
            ),
        }
    }

    fn cash_flow(&self) -> String {
        let part =
            |name: &str| joined(&self.figures(name).map(|figure| self.linked(figure)).collect::<Vec<_>>());
        let flows = self.details("flows").as_array().map_or(&[][..], Vec::as_slice);
        let date = |flow: Option<&Value>, end: &str| -> Option<Date> {
            serde_json::from_value(flow?[end].clone()).unwrap_or_default()
        };
        let span = Period { from: date(flows.first(), "from"), to: date(flows.last(), "to") }.phrase();
        let span = span[..1].to_uppercase() + &span[1..];
        format!(
            "{span} {} was left: income of {} less spending of {}.",
            self.bold("net"),
            part("income"),
            part("spending")
        )
    }

    fn net_worth_series(&self) -> String {
        let change = self.figure("change");
        let points = self.details("points").as_array().map_or(&[][..], Vec::as_slice);
        let first = Self::date_of(self.details("since")).map(day).unwrap_or_default();
        let last = points.last().and_then(|point| Self::date_of(&point["date"])).map(day).unwrap_or_default();
        let change = change.map_or_else(String::new, |figure| {
            let sign = if figure.value.is_sign_negative() { "" } else { "+" };
            format!(", {sign}{} since {first}", self.value(figure))
        });
        format!("Your net worth on {last} was {}{change}.", self.bold("net_worth"))
    }

    fn budgets(&self) -> String {
        let budgets = self.details("budgets").as_array().map_or(&[][..], Vec::as_slice);
        if budgets.is_empty() {
            return format!(
                "You have set no budget. Going by the last six months, budgets of {} a month would fit.",
                self.bold("suggested")
            );
        }
        let told: Vec<String> = budgets
            .iter()
            .take(8)
            .map(|it| {
                let category = it["budget"]["category"].as_str().unwrap_or_default();
                let name = plain(category.rsplit(':').next().unwrap_or_default());
                let left: Option<domain::Money> = serde_json::from_value(it["left"].clone()).ok();
                let is_over = left.is_some_and(|left| left.amount().is_sign_negative());
                let verdict = if is_over { "over" } else { "left" };
                let warning = if it["standing"] == "will_be_over" {
                    ", and will be over by the month's end"
                } else {
                    ""
                };
                format!(
                    "{name}: {} of {} spent, {} {verdict}{warning}",
                    self.said(&it["spent"]),
                    self.said(&it["budgeted"]),
                    self.said(&it["left"])
                )
            })
            .collect();
        let month = Self::date_of(self.details("month"))
            .and_then(|month| crate::when::Period::month(month.year(), month.month()));
        let month = month.map(|month| month.phrase()).unwrap_or_default();
        format!("Your budgets {month} have {} left. {}.", self.bold("left"), told.join("; "))
    }

    fn goals(&self) -> String {
        let goals = self.details("goals").as_array().map_or(&[][..], Vec::as_slice);
        let told: Vec<String> = goals
            .iter()
            .map(|it| {
                let percent: Decimal = serde_json::from_value(it["percent"].clone()).unwrap_or_default();
                let standing = it["standing"].as_str().unwrap_or_default().replace('_', " ");
                format!(
                    "{} is at {} and {standing}",
                    plain(it["goal"]["name"].as_str().unwrap_or_default()),
                    self.format.percent(percent)
                )
            })
            .collect();
        let needed = self.bold("needed");
        let needed =
            if needed.is_empty() { String::new() } else { format!(" Together they need {needed} a month.") };
        format!("{}.{needed}", joined(&told))
    }

    fn anomalies(&self) -> String {
        let span = [self.details("from"), self.details("to")]
            .map(|date| Self::date_of(date).map(day).unwrap_or_default());
        let items = self.items();
        if items.is_empty() {
            return format!(
                "There is **{}** out of the ordinary from {} to {}.",
                "nothing", span[0], span[1]
            );
        }
        let told: Vec<String> =
            items.iter().take(NAMED).filter_map(|item| item["reason"].as_str()).map(plain).collect();
        let verb = if items.len() == 1 { "is" } else { "are" };
        let thing = if items.len() == 1 { "thing" } else { "things" };
        format!(
            "There {verb} **{}** {thing} out of the ordinary from {} to {}: {}.",
            self.count("anomalies"),
            span[0],
            span[1],
            told.join("; ")
        )
    }

    fn forecast(&self) -> String {
        let days = self.details("days").as_array().map_or(&[][..], Vec::as_slice);
        let last = days.last().and_then(|day| Self::date_of(&day["date"])).map(day).unwrap_or_default();
        let lowest = Self::date_of(&self.details("lowest")["date"]).map(day).unwrap_or_default();
        let part = |name: &str| self.figure(name).map_or_else(String::new, |figure| self.value(figure));
        format!(
            "The balance of {} on {last} is expected to be {}, four times in five between {} and {}. Its lowest until then is {} on {lowest}. It is an estimate from what comes again and what you usually spend.",
            plain(self.details("account").as_str().unwrap_or_default()),
            self.bold("expected"),
            part("low_80"),
            part("high_80"),
            part("lowest"),
        )
    }

    fn safe_to_spend(&self) -> String {
        let until = Self::date_of(self.details("until")).map(day).unwrap_or_default();
        let mut text = String::new();
        if let Some(left) = self.figure("left_after") {
            let price = match (self.figure("safe_to_spend"), left.currency) {
                (Some(safe), Some(currency)) => self.format.money(safe.value - left.value, currency),
                _ => self.given("amount"),
            };
            text = if left.value.is_sign_negative() {
                format!("No: {price} is more than what is safe to spend. ")
            } else {
                format!("Yes: {price} fits into what is safe to spend, and leaves {}. ", self.value(left))
            };
        }
        let a_day = self.figure("a_day").map_or_else(String::new, |figure| self.value(figure));
        let safe = self.bold("safe_to_spend");
        write!(text, "Until {until} you can safely spend {safe}, {a_day} a day: your balances less the bills that are due, your goals and a cushion.")
            .expect("a string takes it");
        text
    }
}
