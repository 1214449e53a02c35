//! Sentences about single transactions.

use std::fmt::Write;

use jiff::civil::Date;
use serde_json::Value;

use super::{Page, day, joined, link, ordinal};
use crate::builtin::decline::plain;

impl Page<'_> {
    pub(super) fn largest(&self) -> String {
        let place = self.details("place").as_u64().unwrap_or(1);
        let found = self.details("found").as_u64().unwrap_or(0);
        if self.output.figures.is_empty() && place > 1 && found > 0 {
            let (about, when, rows) = (self.about(), self.when(), self.transactions(found));
            return format!("There are only {rows}{about} {when}.{}", self.reach());
        }
        let Some(figure) = self.output.figures.first() else {
            return format!("There is no such transaction{} {}.{}", self.about(), self.when(), self.reach());
        };
        let row = &self.details("transactions")[0];
        let size = if self.details("order") == "smallest" { "smallest" } else { "largest" };
        let noun = match self.details("side").as_str() {
            Some("spending") => "expense",
            Some("income") => "deposit",
            _ => "transaction",
        };
        format!(
            "Your {}{size} {noun}{} {} was **{}** {}.{}",
            ordinal(place),
            self.about(),
            self.when(),
            self.linked(figure),
            self.told(row),
            self.reach()
        )
    }

    pub(super) fn list(&self, intent: &str) -> String {
        let count = self.details("count").as_u64().unwrap_or(0);
        let shown = self.details("shown").as_u64().unwrap_or(0);
        let (about, when) = (self.about(), self.when());
        let noun = match self.details("side").as_str() {
            Some("spending") => "expense",
            Some("income") => "deposit",
            _ => "transaction",
        };
        if count == 0 {
            return format!("There is no {noun}{about} {when}.{}", self.reach());
        }
        if let Some(amount) = self.figure("amount") {
            let row = &self.details("transactions")[0];
            let which = match self.details("order").as_str() {
                Some("earliest") => "first",
                Some("largest") => "largest",
                Some("smallest") => "smallest",
                _ => "last",
            };
            let ago = match self.details("days_ago").as_i64() {
                Some(days) if which == "last" => match days {
                    0 => ", today".to_owned(),
                    1 => ", yesterday".to_owned(),
                    days => format!(", {days} days ago"),
                },
                _ => String::new(),
            };
            let (amount, told) = (self.linked(amount), self.told(row));
            return format!("Your {which} {noun}{about} was **{amount}** {told}{ago}.");
        }
        let plural = if count == 1 { "" } else { "s" };
        let counted = self
            .figure("count")
            .map_or_else(|| count.to_string(), |figure| link(&self.format.number(figure.value, 0), figure));
        let verb = if count == 1 { "is" } else { "are" };
        let mut text = format!("There {verb} **{counted}** {noun}{plural}{about} {when}");
        let sums: Vec<String> = self.figures("sum").map(|figure| self.linked(figure)).collect();
        if !sums.is_empty() && intent != "count_transactions" {
            write!(text, ", {} in sum", joined(&sums)).expect("a string takes it");
        }
        text.push('.');
        if shown < count {
            let which = match self.details("order").as_str() {
                Some("earliest") => "earliest",
                Some("largest") => "largest",
                Some("smallest") => "smallest",
                _ => "latest",
            };
            write!(text, " The {which} {shown}:").expect("a string takes it");
        }
        text + &self.reach()
    }

    /// A transaction of the output, in words; its payee, unless the question named it.
    pub(super) fn told(&self, row: &Value) -> String {
        let date: Option<Date> = serde_json::from_value(row["date"].clone()).unwrap_or_default();
        let payee =
            row["payee"].as_str().filter(|payee| !payee.is_empty()).or_else(|| row["description"].as_str());
        let payee = payee.filter(|payee| !payee.is_empty() && self.scope.payee.is_none());
        let is_in = !row["amount"]["amount"].as_str().unwrap_or("-").starts_with('-');
        let joint = if is_in { "from" } else { "to" };
        let payee = payee.map_or_else(String::new, |payee| format!("{joint} {} ", plain(payee)));
        format!("{payee}on {}", date.map_or_else(String::new, day))
    }
}
