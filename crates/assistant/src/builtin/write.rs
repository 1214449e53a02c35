//! Writes an answer from the outputs of tools. Every figure is one of an output's.

use std::fmt::Write;

use domain::{Currency, Side};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    Done,
    decline::{Reason, plain},
};
use crate::{
    format::NumberFormat,
    model::ModelContext,
    toolbox::{Described, ToolFigure, ToolOutput},
    when::Period,
};

/// An answer's text, or why there is none.
pub(super) enum Written {
    Text(String),
    Stuck(Reason),
}

/// Writes the answer to a question from what its tools gave back.
pub(super) fn answer(intent: &str, results: &[&Done], context: &ModelContext) -> Written {
    let format = NumberFormat::of(context.locale.as_deref());
    let mut texts = Vec::new();
    for done in results.iter().filter(|done| done.call.name != "suggestions") {
        if let Some(error) = done.output["error"].as_str() {
            return Written::Stuck(Reason::Told(failure(error)));
        }
        let Ok(output) = serde_json::from_value::<ToolOutput>(done.output.clone()) else {
            return Written::Stuck(Reason::NotUnderstood);
        };
        let page = Page { format, output: &output, scope: scope_of(&output.details["scope"]) };
        match page.write(&done.call.name, intent) {
            Ok(text) => texts.push(text),
            Err(reason) => return Written::Stuck(reason),
        }
    }
    if texts.is_empty() { Written::Stuck(Reason::NotUnderstood) } else { Written::Text(texts.join("\n\n")) }
}

fn failure(error: &str) -> String {
    let mut text = plain(error);
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    format!("{text}.")
}

fn scope_of(value: &Value) -> Described {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

struct Page<'a> {
    format: NumberFormat,
    output: &'a ToolOutput,
    scope: Described,
}

impl Page<'_> {
    fn write(&self, tool: &str, intent: &str) -> Result<String, Reason> {
        if let Some(reason) = self.output.details["nothing"].as_str() {
            return Err(Reason::Told(self.nothing(reason)));
        }
        Ok(match tool {
            "spending" | "income" => self.flow(),
            "average" => self.average(),
            "compare_periods" => self.comparison(self.side()),
            "changes" => self.changes(),
            "top_payees" | "top_categories" => self.top(),
            "extreme_period" => self.extreme(),
            "largest_transactions" => self.largest(),
            "list_transactions" => self.list(intent),
            "balance" => self.balance(),
            "net_worth" => self.net_worth(),
            "savings_rate" => self.saved(),
            "runway" => self.runway(),
            "income_check" => self.income_check(),
            "profile" => self.profile(),
            "accounts" => self.accounts(),
            "categories" => {
                format!("Your transactions have **{}** categories {}.", self.count("categories"), self.when())
            }
            _ => return Err(Reason::NotUnderstood),
        })
    }

    fn details(&self, name: &str) -> &Value {
        &self.output.details[name]
    }

    fn side(&self) -> Side {
        serde_json::from_value(self.details("side").clone()).unwrap_or(Side::Spending)
    }

    fn figure(&self, name: &str) -> Option<&ToolFigure> {
        self.output.figures.iter().find(|figure| figure.name == name)
    }

    fn figures(&self, name: &str) -> impl Iterator<Item = &ToolFigure> {
        self.output.figures.iter().filter(move |figure| figure.name == name)
    }

    /// A figure's value in the person's writing.
    fn value(&self, figure: &ToolFigure) -> String {
        match figure.currency {
            Some(currency) => self.format.money(figure.value, currency),
            None => self.format.number(figure.value, figure.value.normalize().scale()),
        }
    }

    /// A figure with the link to its rows.
    fn linked(&self, figure: &ToolFigure) -> String {
        link(&self.value(figure), figure)
    }

    /// The headline: bold, linked, one for each currency.
    fn bold(&self, name: &str) -> String {
        let all: Vec<String> =
            self.figures(name).map(|figure| format!("**{}**", self.linked(figure))).collect();
        joined(&all)
    }

    fn count(&self, name: &str) -> String {
        self.figure(name).map_or_else(|| "0".to_owned(), |figure| self.value(figure))
    }

    fn money(&self, value: Decimal, currency: Currency) -> String {
        self.format.money(value, currency)
    }

    /// The period in words.
    fn when(&self) -> String {
        let phrase = self.scope.phrase();
        if self.scope.covers_all { format!("{phrase} (all your data)") } else { phrase }
    }

    fn about(&self) -> String {
        plain(&self.scope.about())
    }

    fn transactions(&self, count: u64) -> String {
        let number = self.format.number(Decimal::from(count), 0);
        if count == 1 { format!("{number} transaction") } else { format!("{number} transactions") }
    }

    /// The data does not reach as far as the question.
    fn reach(&self) -> String {
        let (Some(first), Some(last)) = (self.scope.first, self.scope.last) else { return String::new() };
        let is_far = |a: Date, b: Date| crate::when::days_between(a, b) > 8;
        if let Some(to) = self.scope.to
            && to > last
            && is_far(last, to)
        {
            return format!(" Your data ends on {}.", day(last));
        }
        if let Some(from) = self.scope.from
            && from < first
            && is_far(from, first)
        {
            return format!(" Your data begins on {}.", day(first));
        }
        String::new()
    }

    fn nothing(&self, reason: &str) -> String {
        let range = match (self.scope.first, self.scope.last) {
            (Some(first), Some(last)) => format!("Your data covers {} to {}.", day(first), day(last)),
            _ => String::new(),
        };
        match reason {
            "no_data" => "There are no transactions to count yet.".to_owned(),
            "no_rows_in_period" => {
                let account = self
                    .scope
                    .account
                    .as_ref()
                    .map_or_else(String::new, |name| format!(" on {}", plain(name)));
                format!("There are no transactions{account} {}. {range}", self.scope.phrase())
            }
            "unknown_text" => {
                let text = plain(self.scope.text.as_deref().unwrap_or_default());
                format!(
                    "I find no category, payee, account or description called “{text}” in your transactions, so there is nothing to count. {range}"
                )
            }
            "no_profile_income" => {
                "Your profile does not say what you earn. Add your annual income there and ask again."
                    .to_owned()
            }
            "no_savings" => {
                format!("There is no checking, savings or cash account in your data to count on. {range}")
            }
            "no_spending" => format!("There is no spending in your data to count with. {range}"),
            _ => format!("There is nothing to count. {range}"),
        }
    }

    fn flow(&self) -> String {
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

    fn average(&self) -> String {
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

    fn comparison(&self, side: Side) -> String {
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
        sentences.join(" ") + &self.reach()
    }

    fn changes(&self) -> String {
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
            write!(text, " New payees: {}.", new.join(", ")).expect("a string takes it");
        }
        text
    }

    fn mover(&self, mover: &Value) -> Option<String> {
        let change: Decimal = serde_json::from_value(mover["change"].clone()).ok()?;
        let currency: Currency = serde_json::from_value(mover["currency"].clone()).ok()?;
        let sign = if change.is_sign_negative() { "" } else { "+" };
        Some(format!("{} {sign}{}", plain(mover["name"].as_str()?), self.money(change, currency)))
    }

    fn top(&self) -> String {
        let Some(first) = self.output.figures.first() else {
            return format!(
                "No {} stands out{} {}.{}",
                self.details("by").as_str().unwrap_or("payee"),
                self.about(),
                self.when(),
                self.reach()
            );
        };
        let by = self.details("by").as_str().unwrap_or("payee");
        let verb = match (by, self.side()) {
            (_, Side::Income) => "You got the most from",
            ("payee", _) => "You spent the most at",
            _ => "You spent the most on",
        };
        let mut text = format!(
            "{verb} {}{} {}: **{}**",
            plain(&first.label),
            self.about(),
            self.when(),
            self.linked(first)
        );
        let rest: Vec<String> = self.output.figures[1..]
            .iter()
            .take(9)
            .map(|figure| format!("{} ({})", plain(&figure.label), self.linked(figure)))
            .collect();
        if !rest.is_empty() {
            write!(text, ", then {}", joined(&rest)).expect("a string takes it");
        }
        text + "." + &self.reach()
    }

    fn extreme(&self) -> String {
        let Some(figure) = self.output.figures.first() else {
            return format!("There is nothing to rank{} {}.", self.about(), self.when());
        };
        let period: Period = serde_json::from_value(self.details("period").clone()).unwrap_or_default();
        let verb = if self.side() == Side::Income { "earned" } else { "spent" };
        let most = if self.details("order") == "smallest" { "least" } else { "most" };
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

    fn largest(&self) -> String {
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
            "Your {size} {noun}{} {} was **{}** {}.{}",
            self.about(),
            self.when(),
            self.linked(figure),
            self.told(row),
            self.reach()
        )
    }

    fn list(&self, intent: &str) -> String {
        let count = self.details("count").as_u64().unwrap_or(0);
        let shown = self.details("shown").as_u64().unwrap_or(0);
        let (about, when) = (self.about(), self.when());
        let bounds = self.bounds();
        let noun = match self.details("side").as_str() {
            Some("spending") => "expense",
            Some("income") => "deposit",
            _ => "transaction",
        };
        if count == 0 {
            return format!("There is no {noun}{bounds}{about} {when}.{}", self.reach());
        }
        if let Some(amount) = self.figure("amount") {
            let row = &self.details("transactions")[0];
            let which = if self.details("order") == "earliest" { "first" } else { "last" };
            return format!(
                "Your {which} {noun}{bounds}{about} was **{}** {}.",
                self.linked(amount),
                self.told(row)
            );
        }
        let plural = if count == 1 { "" } else { "s" };
        let counted = self
            .figure("count")
            .map_or_else(|| count.to_string(), |figure| link(&self.format.number(figure.value, 0), figure));
        let verb = if count == 1 { "is" } else { "are" };
        let mut text = format!("There {verb} **{counted}** {noun}{plural}{bounds}{about} {when}");
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
    fn told(&self, row: &Value) -> String {
        let date: Option<Date> = serde_json::from_value(row["date"].clone()).unwrap_or_default();
        let payee =
            row["payee"].as_str().filter(|payee| !payee.is_empty()).or_else(|| row["description"].as_str());
        let payee = payee.filter(|payee| !payee.is_empty() && self.scope.payee.is_none());
        let is_in = !row["amount"]["amount"].as_str().unwrap_or("-").starts_with('-');
        let joint = if is_in { "from" } else { "to" };
        let payee = payee.map_or_else(String::new, |payee| format!("{joint} {} ", plain(payee)));
        format!("{payee}on {}", date.map_or_else(String::new, day))
    }

    fn bounds(&self) -> String {
        let amount =
            |name: &str| -> Option<Decimal> { serde_json::from_value(self.details(name).clone()).ok()? };
        let number = |value: Decimal| self.format.number(value, value.normalize().scale());
        match (amount("min"), amount("max")) {
            (Some(min), Some(max)) => format!(" between {} and {}", number(min), number(max)),
            (Some(min), None) => format!(" of {} or more", number(min)),
            (None, Some(max)) => format!(" of {} or less", number(max)),
            (None, None) => String::new(),
        }
    }

    fn balance(&self) -> String {
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

    fn net_worth(&self) -> String {
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

    fn saved(&self) -> String {
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

    fn runway(&self) -> String {
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

    fn income_check(&self) -> String {
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

    fn profile(&self) -> String {
        if self.details("is_empty") == true {
            return "Your profile is empty. Fill it in, and I can count with it.".to_owned();
        }
        format!("Your profile says {} things about you.", self.details("facts"))
    }

    fn accounts(&self) -> String {
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

fn link(text: &str, figure: &ToolFigure) -> String {
    match &figure.link {
        Some(link) => format!("[{text}]({link})"),
        None => text.to_owned(),
    }
}

fn day(date: Date) -> String {
    Period::day(date).label()
}

fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
