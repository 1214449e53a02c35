//! Sentences about sums: totals, averages, comparisons, ranks.

use std::fmt::Write;

use domain::{Currency, Side};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{Page, joined, ordinal, scope_of};
use crate::{
    builtin::decline::plain,
    toolbox::{Described, ToolFigure},
    when::{Period, days_between},
};

impl Page<'_> {
    pub(super) fn flow(&self) -> String {
        let side = self.side();
        let count = self.details("count").as_u64().unwrap_or(0);
        let total = self.bold("total");
        let (about, when) = (self.about(), self.when());
        let mut text = match side {
            Side::Spending if self.output.figures[0].value.is_sign_negative() && count > 0 => {
                format!("Refunds were more than spending{about} {when}: {total}")
            }
            Side::Spending => format!("You spent {total}{about} {when}"),
            Side::Income => format!(
                "Your income{} {when} was {total}",
                about.replacen(" on ", " from ", 1).replacen(" at ", " from ", 1)
            ),
        };
        if count == 0 {
            let kind = if side == Side::Spending { "spending" } else { "income" };
            write!(text, ": there is no {kind} of that sort in your data then.").expect("a string takes it");
            let other = self.details("other_rows").as_u64().unwrap_or(0);
            if other > 0 {
                let kind =
                    if side == Side::Spending { "income or transfers" } else { "spending or transfers" };
                let rows = self.transactions(other);
                write!(text, " {rows} that fit are {kind}.").expect("a string takes it");
            }
        } else {
            write!(text, ", in {}.", self.transactions(count)).expect("a string takes it");
        }
        text + &self.reach()
    }

    pub(super) fn together(&self) -> String {
        let (about, when, total) = (self.about(), self.when(), self.bold("total"));
        let names = self.details("names").as_array().into_iter().flatten().filter_map(Value::as_str);
        let names = joined(&names.map(plain).collect::<Vec<_>>());
        let parts: Vec<String> = self
            .figures("part")
            .map(|figure| format!("{} ({})", plain(&figure.label), self.linked(figure)))
            .collect();
        let sum = match self.side() {
            Side::Spending => format!("You spent {total} on {names} together{about} {when}"),
            Side::Income => format!("Your income from {names} together{about} {when} was {total}"),
        };
        format!("{sum}: {}.{}", joined(&parts), self.reach())
    }

    pub(super) fn transfers(&self) -> String {
        let account = plain(self.details("account").as_str().unwrap_or_default());
        let way = if self.details("direction") == "out" { "out of" } else { "into" };
        let (moved, when) = (self.bold("moved"), self.when());
        let text = match self.details("count").as_u64().unwrap_or(0) {
            0 => format!(
                "You moved {moved} {way} {account} {when}: there is no transfer of your own accounts like that then."
            ),
            count => format!("You moved {moved} {way} {account} {when}, in {}.", self.transactions(count)),
        };
        text + &self.reach()
    }

    pub(super) fn average(&self) -> String {
        let per = self.details("per").as_str().unwrap_or("month");
        let verb = if self.side() == Side::Income { "earned" } else { "spent" };
        let units: Decimal = serde_json::from_value(self.details("units").clone()).unwrap_or_default();
        let number = self.format.number(units, units.normalize().scale());
        let plural = if units == Decimal::ONE { "" } else { "s" };
        let totals: Vec<String> = self.figures("total").map(|figure| self.linked(figure)).collect();
        format!(
            "You {verb} {} a {per} on average{} {}: {} over {number} {per}{plural}.{}",
            self.bold("average"),
            self.about(),
            self.scope.phrase(),
            joined(&totals),
            self.reach(),
        )
    }

    pub(super) fn frequency(&self) -> String {
        let per = self.details("per").as_str().unwrap_or("month");
        let units: Decimal = serde_json::from_value(self.details("units").clone()).unwrap_or_default();
        let number = self.format.number(units, units.normalize().scale());
        let plural = if units == Decimal::ONE { "" } else { "s" };
        let rate = self.figures("frequency").next().map_or(Decimal::ZERO, |figure| figure.value);
        let times = if rate == Decimal::ONE { "time" } else { "times" };
        let counted: Vec<String> = self.figures("count").map(|figure| self.linked(figure)).collect();
        let rows = if self.details("count") == 1 { "transaction" } else { "transactions" };
        format!(
            "**{}** {times} a {per} on average: {} {rows}{} {}, over {number} {per}{plural}.",
            self.format.number(rate, rate.normalize().scale()),
            joined(&counted),
            self.about(),
            self.scope.phrase(),
        )
    }

    pub(super) fn share(&self) -> String {
        let verb = if self.side() == Side::Income { "earned" } else { "spent" };
        let about_whole = super::plain(&scope_of(self.details("whole")).about());
        let of = if self.details("of") == "income" {
            format!("your income{}", about_whole.replacen(" on ", " from ", 1))
        } else {
            format!("your spending{about_whole}")
        };
        let all = self.figures("share").zip(self.figures("part").zip(self.figures("whole")));
        let mut text = String::new();
        for (share, (part, whole)) in all {
            let percent = self.format.percent(share.value);
            let (part, whole) = (self.linked(part), self.linked(whole));
            let sentence = if text.is_empty() {
                let (about, when) = (self.about(), self.when());
                format!("What you {verb}{about} {when} was **{percent}** of {of}: {part} of {whole}.")
            } else {
                format!(" In another currency it was **{percent}**: {part} of {whole}.")
            };
            text.push_str(&sentence);
        }
        text + &self.besides() + &self.reach()
    }

    /// What a headline in one currency leaves out of the others.
    fn besides(&self) -> String {
        let all: Vec<String> = self.figures("besides").map(|figure| self.linked(figure)).collect();
        if all.is_empty() {
            return String::new();
        }
        format!(" What is in another currency is not counted in that: {}.", joined(&all))
    }

    pub(super) fn comparison(&self, side: Side) -> String {
        let verb = if side == Side::Income { "earned" } else { "spent" };
        let other = scope_of(self.details("other"));
        let (now, before) = (self.scope.phrase(), other.phrase());
        let about = self.about();
        let mut sentences = Vec::new();
        let differences = self.figures("difference").zip(self.figures("first").zip(self.figures("second")));
        for (difference, (first, second)) in differences {
            let size = ToolFigure { value: difference.value.abs(), ..difference.clone() };
            let size = self.value(&size);
            let more = match (difference.value.is_zero(), difference.value.is_sign_negative()) {
                (true, _) => "**the same** as".to_owned(),
                (false, true) => format!("**{size}** less than"),
                (false, false) => format!("**{size}** more than"),
            };
            if self.details("scope")["category"] != self.details("other")["category"] {
                let other_about = super::plain(&other.about());
                sentences.push(format!(
                    "You {verb} {}{about} {now}, {more}{other_about} ({}).",
                    self.linked(first),
                    self.linked(second)
                ));
                continue;
            }
            sentences.push(format!(
                "You {verb} {}{about} {now}, {more} {before} ({}).",
                self.linked(first),
                self.linked(second)
            ));
        }
        let percent: Option<Decimal> =
            serde_json::from_value(self.details("percent").clone()).unwrap_or_default();
        if let (Some(percent), 1) = (percent.filter(|percent| !percent.is_zero()), sentences.len()) {
            let sign = if percent.is_sign_negative() { "" } else { "+" };
            sentences.push(format!("That is {sign}{}.", self.format.percent(percent)));
        }
        sentences.join(" ") + &self.unlike(&other) + &self.reach_of(&other)
    }

    /// A unit that goes on beside a whole one.
    fn unlike(&self, other: &Described) -> String {
        let (Some(own), Some(whole)) = (self.scope.period().bounds(), other.period().bounds()) else {
            return String::new();
        };
        let days = |(from, to): (Date, Date)| days_between(from, to);
        let is_part = |part: (Date, Date), whole: (Date, Date)| days(part) * 5 < days(whole) * 4;
        match (is_part(own, whole), is_part(whole, own)) {
            (false, false) => String::new(),
            _ => " The two times are of unlike length.".to_owned(),
        }
    }

    /// How far a sum is from what is usual.
    pub(super) fn usual(&self) -> String {
        let (verb, most) = match self.side() {
            Side::Income => ("earned", "You earned"),
            Side::Spending => ("spent", "You spent"),
        };
        let (about, when) = (self.about(), self.scope.phrase());
        let days = if self.details("is_part") == true { "on the same days of" } else { "in" };
        let (earlier, unit) = (&self.details("earlier"), self.details("unit").as_str().unwrap_or_default());
        let figures = self.figures("difference").zip(self.figures("total").zip(self.figures("usual")));
        let mut text = String::new();
        for (difference, (total, usual)) in figures {
            let size = self.value(&ToolFigure { value: difference.value.abs(), ..difference.clone() });
            let (total, usual) = (self.linked(total), self.value(usual));
            let told = match (difference.value.is_zero(), difference.value.is_sign_negative()) {
                (true, _) => format!("{most} **as much as** usual{about} {when}"),
                (false, true) => format!("{most} **{size}** less than usual{about} {when}"),
                (false, false) => format!("{most} **{size}** more than usual{about} {when}"),
            };
            let told = if text.is_empty() {
                format!("{told}: {total}, and {usual} on average {days} the {earlier} {unit} before.")
            } else {
                format!(" In another currency you {verb} {total}, and {usual} on average.")
            };
            text.push_str(&told);
        }
        let percent: Option<Decimal> =
            serde_json::from_value(self.details("percent").clone()).unwrap_or_default();
        if let Some(percent) = percent.filter(|percent| !percent.is_zero()) {
            let sign = if percent.is_sign_negative() { "" } else { "+" };
            write!(text, " That is {sign}{}.", self.format.percent(percent)).expect("a string takes it");
        }
        text + &self.reach()
    }

    pub(super) fn changes(&self) -> String {
        let mut text = self.comparison(Side::Spending);
        if let (Some(first), Some(second)) = (self.figure("income_first"), self.figure("income_second")) {
            write!(text, " Income was {}, before {}.", self.linked(first), self.linked(second))
                .expect("a string takes it");
        }
        let movers: Vec<String> = self
            .details("movers")
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|mover| self.mover(mover))
            .collect();
        if !movers.is_empty() {
            write!(text, " Most of the change: {}.", movers.join(", ")).expect("a string takes it");
        }
        let new: Vec<String> = self
            .details("new_payees")
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(plain)
            .collect();
        if !new.is_empty() {
            write!(text, " Not paid in the days before: {}.", new.join(", ")).expect("a string takes it");
        }
        text
    }

    pub(super) fn mover(&self, mover: &Value) -> Option<String> {
        let change: Decimal = serde_json::from_value(mover["change"].clone()).ok()?;
        let currency: Currency = serde_json::from_value(mover["currency"].clone()).ok()?;
        let sign = if change.is_sign_negative() { "" } else { "+" };
        Some(format!("{} {sign}{}", plain(mover["name"].as_str()?), self.money(change, currency)))
    }

    pub(super) fn top(&self) -> String {
        if let Some(number) = self.figure("number") {
            let (about, when, many) = (self.about(), self.when(), self.linked(number));
            let is_one = number.value == Decimal::ONE;
            let what = match (self.details("by") == "category", is_one) {
                (true, true) => "category",
                (true, false) => "categories",
                (false, true) => "payee",
                (false, false) => "different payees",
            };
            let verb = match (self.side(), self.details("by") == "category") {
                (Side::Income, _) => "got money from",
                (Side::Spending, true) => "spent money in",
                (Side::Spending, false) => "paid",
            };
            return format!("You {verb} **{many}** {what}{about} {when}.{}", self.reach());
        }
        let place = self.details("place").as_u64().unwrap_or(1);
        let ranked: Vec<&ToolFigure> =
            self.output.figures.iter().filter(|figure| figure.name != "besides").collect();
        let groups = self.details("groups").as_u64().unwrap_or(0);
        let Some(first) = ranked.first() else {
            if place > 1 && groups > 0 {
                return format!("There are only {groups}{} {}.{}", self.about(), self.when(), self.reach());
            }
            return format!(
                "No {} stands out{} {}.{}",
                self.details("by").as_str().unwrap_or("payee"),
                self.about(),
                self.when(),
                self.reach()
            );
        };
        let by = self.details("by").as_str().unwrap_or("payee");
        let is_often = self.details("by_count") == true;
        let verb = match (by, self.side()) {
            (_, Side::Income) if is_often => "You got money most often from",
            ("payee", _) if is_often => "You paid most often at",
            (_, _) if is_often => "You paid most often for",
            (_, Side::Income) => "You got the most from",
            ("payee", _) => "You spent the most at",
            _ => "You spent the most on",
        };
        let verb = verb.replace("the most", &format!("the {}most", ordinal(place)));
        let mut text = format!(
            "{verb} {}{} {}: **{}**",
            plain(&first.label),
            self.about(),
            self.when(),
            self.linked(first)
        );
        let rest: Vec<String> = ranked[1..]
            .iter()
            .take(9)
            .map(|figure| format!("{} ({})", plain(&figure.label), self.linked(figure)))
            .collect();
        if is_often {
            text.push_str(" times");
        }
        if !rest.is_empty() {
            write!(text, ", then {}", joined(&rest)).expect("a string takes it");
        }
        text + "." + &self.besides() + &self.reach()
    }

    pub(super) fn extreme(&self) -> String {
        let Some(figure) = self.output.figures.first() else {
            return format!("There is nothing to rank{} {}.", self.about(), self.when());
        };
        let period: Period = serde_json::from_value(self.details("period").clone()).unwrap_or_default();
        let verb = if self.side() == Side::Income { "earned" } else { "spent" };
        let most = if self.details("order") == "smallest" { "least" } else { "most" };
        if let Some(day) = self.details("weekday").as_str() {
            return format!(
                "You {verb} the {most}{} on {day} {}: **{}**.{}",
                self.about(),
                self.when(),
                self.linked(figure),
                self.reach(),
            );
        }
        format!(
            "You {verb} the {most}{} {}: **{}**. That is the {} with the {most} {}.{}",
            self.about(),
            period.phrase(),
            self.linked(figure),
            self.details("per").as_str().unwrap_or("month"),
            self.when(),
            self.reach(),
        )
    }
}
