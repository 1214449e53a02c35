//! What comes again.

use std::collections::HashSet;

use domain::{Cell, Table};
use finance::insight::{
    income::{income_streams, next_pay_day},
    recurring::{Recurring, RecurringKind, recurring},
};
use finance::proof::{Term, Working};
use jiff::ToSpan;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{by_currency, nothing};
use crate::toolbox::{
    Input, Order, ToolError, ToolFigure, ToolOutput, Toolbox,
    output::{count, figures, money, text, words},
};

/// How single items become a sum a month.
const A_MONTH: &str = "the usual amount of each, times how often a year it comes, divided by 12, added up";

impl Toolbox {
    /// Everything that comes again, or one kind of it.
    pub(super) fn recurring(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let kind = input.kind;
        let mut all = recurring(&self.ledger, self.as_of);
        all.retain(|it| kind.is_none_or(|kind| it.kind == kind));
        let scope = self.scope(&Input {
            category: input.category.clone(),
            payee: input.payee.clone(),
            text: input.text.clone(),
            ..Input::default()
        })?;
        let is_named = input.category.is_some() || input.payee.is_some() || input.text.is_some();
        if is_named {
            let rows: HashSet<_> = self.matching(&scope.filter).map(|row| row.id).collect();
            all.retain(|it| it.proof.rows.iter().all(|id| rows.contains(id)));
        }
        if all.is_empty() {
            return Ok(nothing("no_recurring", "nothing comes again"));
        }
        let active: Vec<&Recurring> = all.iter().filter(|it| it.is_active()).collect();
        let mut output = ToolOutput {
            summary: format!("{} that go on, {} that ended", active.len(), all.len() - active.len()),
            ..ToolOutput::default()
        };
        let costs = |it: &&Recurring| match kind {
            Some(_) => true,
            None => matches!(it.kind, RecurringKind::Bill | RecurringKind::Subscription),
        };
        let label = match kind {
            None => "Bills and subscriptions a month",
            Some(RecurringKind::Income) => "Regular income a month",
            Some(RecurringKind::Bill) => "Bills a month",
            Some(RecurringKind::Subscription) => "Subscriptions a month",
            Some(RecurringKind::Transfer) => "Regular transfers a month, net",
        };
        if let Some(days) = input.days {
            self.push_due(&mut output, days, active.iter().copied().filter(|it| is_named || costs(it)));
        }
        self.push_monthly(&mut output, label, active.iter().copied().filter(|it| is_named || costs(it)));
        if input.headline.as_deref() == Some("next") {
            let is_asked = |it: &&&Recurring| it.next.is_some() && (is_named || costs(it));
            let next = active.iter().filter(is_asked).min_by_key(|it| it.next);
            let Some(next) = next else { return Ok(nothing("no_recurring", "it does not go on")) };
            let label = format!("{}, next time", next.payee);
            let (usual, rows) = (next.usual, self.rows_of(next));
            let figure = ToolFigure::money("next", label, usual.amount().abs(), usual.currency(), rows)
                .worked_out(&next.proof.formula, vec![usual_term(next)], "v[1] < 0 ? -v[1] : v[1]");
            output.figures.insert(0, figure);
            output.ids = Some(next.proof.rows.clone());
        }
        let until = input.days.and_then(|days| self.as_of.checked_add(i64::from(days).days()).ok());
        output.details = json!({
            "items": all.iter().take(100).map(told).collect::<Vec<_>>(),
            "until": until,
        });
        output.tables.push(self.recurring_table("What comes again", &all, input.rows(50)));
        Ok(output)
    }

    /// What could be cancelled.
    pub(super) fn subscriptions(&self, input: &Input) -> ToolOutput {
        let mut all = recurring(&self.ledger, self.as_of);
        all.retain(|it| it.kind == RecurringKind::Subscription);
        if all.is_empty() {
            return nothing("no_subscriptions", "no subscriptions");
        }
        let active: Vec<&Recurring> = all.iter().filter(|it| it.is_active()).collect();
        let mut output =
            ToolOutput { summary: format!("{} subscriptions", active.len()), ..ToolOutput::default() };
        self.push_monthly(&mut output, "Subscriptions a month", active.iter().copied());
        let yearly = active.iter().map(|it| {
            let times = Decimal::from(it.cadence.times_a_year());
            (it.usual.currency(), -it.usual.amount() * times)
        });
        for (currency, sum) in by_currency(self, yearly) {
            let figure = ToolFigure::money("a_year", "Subscriptions a year", sum, currency, None);
            let formula = "the usual amount of each, times how often a year it comes, added up";
            let of_it = active.iter().copied().filter(|it| it.usual.currency() == currency);
            output.figures.push(of_usual(figure, formula, of_it, |it, usual| {
                format!("-({usual}) * {}", it.cadence.times_a_year())
            }));
        }
        let number = Decimal::from(active.len());
        let figure = ToolFigure::plain("subscriptions", "Subscriptions", number, None);
        let last = active.iter().filter_map(|it| it.proof.rows.last().copied()).collect();
        let count = vec![Term::Number(last)];
        output.figures.push(figure.worked_out(
            "how many of them go on: the last payment of each",
            count,
            "v[1]",
        ));
        let by_price = |it: &&&Recurring| it.a_month.amount().abs();
        let single = match input.order.filter(|_| is_in_one_currency(&active)) {
            Some(Order::Largest) => active.iter().max_by_key(by_price),
            Some(Order::Smallest) => active.iter().min_by_key(by_price),
            _ => None,
        };
        if let Some(it) = single {
            let (usual, rows) = (it.usual, self.rows_of(it));
            let figure = ToolFigure::money("single", &it.payee, usual.amount().abs(), usual.currency(), rows)
                .worked_out(&it.proof.formula, vec![usual_term(it)], "v[1] < 0 ? -v[1] : v[1]");
            output.figures.insert(0, figure);
            output.ids = Some(it.proof.rows.clone());
        }
        output.details = json!({
            "items": all.iter().take(100).map(told).collect::<Vec<_>>(),
            "single": single.map(|it| told(it)),
            "order": input.order,
        });
        output.tables.push(self.recurring_table("Subscriptions", &all, input.rows(50)));
        output
    }

    /// Which money in comes again.
    pub(super) fn income_streams(&self, input: &Input) -> ToolOutput {
        let streams = income_streams(&self.ledger, &self.profile, self.as_of);
        if streams.is_empty() {
            return nothing("no_recurring_income", "no regular income");
        }
        let mut output =
            ToolOutput { summary: format!("{} streams of income", streams.len()), ..ToolOutput::default() };
        let active: Vec<&Recurring> =
            streams.iter().map(|it| &it.recurring).filter(|it| it.is_active()).collect();
        self.push_monthly(&mut output, "Regular income a month", active.into_iter());
        let next = next_pay_day(&streams, self.as_of);
        if let Some((_, stream)) = next {
            let usual = stream.recurring.usual;
            let label = format!("Next pay, {}", stream.recurring.payee);
            let rows = self.rows_of(&stream.recurring);
            let figure = ToolFigure::money("next_pay", label, usual.amount(), usual.currency(), rows);
            let usual = vec![usual_term(&stream.recurring)];
            output.figures.push(figure.worked_out(&stream.recurring.proof.formula, usual, "v[1]"));
        }
        if input.headline.as_deref() == Some("next") {
            output.figures.sort_by_key(|figure| figure.name != "next_pay");
        }
        let item = |it: &finance::insight::income::IncomeStream| {
            let mut item = told(&it.recurring);
            item["is_pay"] = json!(it.is_pay);
            item["reason"] = json!(it.reason);
            item
        };
        output.details = json!({
            "next_pay_day": next.map(|(date, _)| date),
            "payer": next.map(|(_, stream)| &stream.recurring.payee),
            "items": streams.iter().map(item).collect::<Vec<_>>(),
        });
        let all: Vec<Recurring> = streams.into_iter().map(|it| it.recurring).collect();
        output.tables.push(self.recurring_table("Regular income", &all, 50));
        output
    }

    /// What is due within so many days, each at its next time.
    fn push_due<'a>(&self, output: &mut ToolOutput, days: u16, items: impl Iterator<Item = &'a Recurring>) {
        let end = self.as_of.checked_add(i64::from(days).days()).unwrap_or(self.as_of);
        let due: Vec<&Recurring> = items.filter(|it| it.next.is_some_and(|next| next <= end)).collect();
        let label = format!("Due until {end}");
        let formula = "the usual amount of each that is due by then, added up";
        for (currency, sum) in
            by_currency(self, due.iter().map(|it| (it.usual.currency(), -it.usual.amount())))
        {
            let figure = ToolFigure::money("due", &label, sum, currency, None);
            let of_it = due.iter().copied().filter(|it| it.usual.currency() == currency);
            output.figures.push(of_usual(figure, formula, of_it, |_, usual| format!("-({usual})")));
        }
        if due.is_empty() {
            let none = ToolFigure::money("due", &label, Decimal::ZERO, self.main_currency(), None);
            output.figures.push(none.by(formula));
        }
    }

    /// What it all comes to a month, as a positive figure, and the rows behind it.
    fn push_monthly<'a>(
        &self,
        output: &mut ToolOutput,
        label: &str,
        items: impl Iterator<Item = &'a Recurring> + Clone,
    ) {
        let monthly = items.clone().map(|it| {
            let sign = if it.kind == RecurringKind::Income { Decimal::ONE } else { -Decimal::ONE };
            (it.usual.currency(), it.a_month.amount() * sign)
        });
        for (currency, sum) in by_currency(self, monthly) {
            let figure = ToolFigure::money("a_month", label, sum, currency, None);
            let of_it = items.clone().filter(|it| it.usual.currency() == currency);
            output.figures.push(of_usual(figure, A_MONTH, of_it, |it, usual| {
                let sign = if it.kind == RecurringKind::Income { "" } else { "-" };
                format!("{sign}r({usual} * {} / 12)", it.cadence.times_a_year())
            }));
        }
        if output.figures.is_empty() {
            let none = ToolFigure::money("a_month", label, Decimal::ZERO, self.main_currency(), None);
            output.figures.push(none.by(A_MONTH));
        }
        output.ids = Some(items.flat_map(|it| it.proof.rows.iter().copied()).collect());
    }

    fn recurring_table(&self, title: &str, all: &[Recurring], rows: usize) -> Table {
        let row = |it: &Recurring| -> Vec<Cell> {
            let usual = money(it.usual.amount(), it.usual.currency(), self.rows_of(it));
            let before = it.price_changes.last().map(|change| change.old);
            vec![
                text(&it.payee),
                text(it.cadence.label()),
                usual,
                before.map_or_else(|| text(""), |old| money(old.amount(), old.currency(), None)),
                it.next.map_or_else(|| text("ended"), |date| Cell::Date { date }),
                count(it.count as u64),
            ]
        };
        Table {
            title: title.to_owned(),
            columns: vec![
                words("Payee"),
                words("How often"),
                figures("Usual amount"),
                figures("Price before"),
                words("Next"),
                figures("Times"),
            ],
            rows: all.iter().take(rows).map(row).collect(),
            has_total: false,
        }
    }
}

/// A figure of usual amounts; each is what `part` makes of it in awk's words.
fn of_usual<'a>(
    figure: ToolFigure,
    formula: &str,
    items: impl Iterator<Item = &'a Recurring>,
    part: impl Fn(&Recurring, String) -> String,
) -> ToolFigure {
    let mut working = Working::default();
    let parts: Vec<String> =
        items.map(|it| part(it, format!("r({})", working.name(usual_term(it))))).collect();
    working.expression = parts.join(" + ");
    figure.worked(formula, working)
}

/// Prices in several currencies have no order.
fn is_in_one_currency(items: &[&Recurring]) -> bool {
    items.windows(2).all(|pair| pair[0].usual.currency() == pair[1].usual.currency())
}

/// The median that a usual amount is, before it is rounded.
fn usual_term(it: &Recurring) -> Term {
    Term::Median(it.usual_rows().to_vec())
}

/// The item without its rows, which a model has no use for.
fn told(it: &Recurring) -> Value {
    json!({
        "payee": it.payee,
        "kind": it.kind,
        "category": it.category,
        "cadence": it.cadence,
        "usual": it.usual,
        "least": it.least,
        "most": it.most,
        "a_month": it.a_month,
        "first": it.first,
        "last": it.last,
        "next": it.next,
        "overdue_since": it.overdue_since,
        "count": it.count,
        "is_active": it.is_active(),
        "price_changes": it.price_changes,
        "formula": it.proof.formula,
    })
}
