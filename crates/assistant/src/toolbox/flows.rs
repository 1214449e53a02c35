//! Money spent and earned: totals with their breakdown, averages, the strongest period.

use domain::{Cell, Chart, ChartKind, ChartPoint, Currency, Side, Table, TransactionFilter};
use finance::{Group, GroupBy, proof::Term};
use jiff::civil::Weekday;
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Grouping, Input, Order, ToolError, ToolFigure, ToolOutput, Toolbox,
    output::{self, figures, money, percent, rounded, text, words},
    scope::{Scope, end_of_whole_months, in_currency, said, side_word},
};
use crate::when::{Period, days_between, months_between, months_spanned};

/// Rows of a breakdown that is not along time; the rest becomes one row.
const ROWS_MAX: usize = 10;
/// Periods of a breakdown along time; more are shown by year.
const PERIODS_MAX: i32 = 36;

impl Toolbox {
    /// Money spent or earned.
    pub(super) fn flow(&self, input: &Input, side: Side) -> Result<ToolOutput, ToolError> {
        let scope = self.scope(input)?.on(side);
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let label = format!("{}: {}", side_word(Some(side)), scope.described.label());
        let mut totals = self.totals(&scope.filter);
        if totals.is_empty() {
            let currency = self.main_currency();
            totals.push(finance::CurrencyTotal { currency, total: Decimal::ZERO, count: 0 });
        }
        let figures: Vec<ToolFigure> = totals
            .iter()
            .map(|total| {
                let rows = in_currency(&scope.filter, total.currency);
                ToolFigure::money("total", &label, said(total.total, Some(side)), total.currency, Some(rows))
            })
            .collect();
        let by = input.group_by.unwrap_or_else(|| natural_grouping(&scope));
        let count: u64 = totals.iter().map(|total| total.count).sum();
        let mut output = ToolOutput {
            summary: format!("{count} transactions"),
            figures,
            details: json!({
                "scope": scope.described,
                "side": side,
                "count": count,
                "grouped_by": by,
                "other_rows": if count == 0 { self.count_without_side(&scope) } else { 0 },
            }),
            ..ToolOutput::default()
        };
        if count > 0 {
            self.break_down(&mut output, &scope, by, input.rows(ROWS_MAX), side);
        }
        Ok(output)
    }

    fn break_down(&self, output: &mut ToolOutput, scope: &Scope, by: Grouping, n: usize, side: Side) {
        let groups = finance::group(&self.ledger, &scope.filter, group_by(by));
        let title = format!("{} by {}: {}", side_word(Some(side)), by.word(), scope.described.label());
        let mut currencies: Vec<Currency> = Vec::new();
        for currency in output.figures.iter().filter_map(|figure| figure.currency) {
            if !currencies.contains(&currency) && currencies.len() < 3 {
                currencies.push(currency);
            }
        }
        for currency in currencies {
            let own: Vec<&Group> = groups
                .iter()
                .filter(|group| group.currency == currency && (by.is_time() || group.count > 0))
                .collect();
            // One group is the figure itself.
            if own.len() < 2 {
                continue;
            }
            output.tables.push(table(&title, &own, by, n, side, &scope.filter));
            if output.charts.is_empty() {
                output.charts.push(chart(&title, &own, by, side, currency));
            }
        }
    }

    /// Spending or income per day, week, month, …
    pub(super) fn average(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let side = input.side.unwrap_or(Side::Spending);
        let per = input.per.unwrap_or(Grouping::Month);
        if per == Grouping::Weekday {
            let message = "per must be day, week, month, quarter, year or transaction".to_owned();
            return Err(ToolError::InvalidInput { message });
        }
        let mut input = input.clone();
        // What came back is no purchase.
        if per == Grouping::Transaction && side == Side::Spending {
            input.without.push("refunds".to_owned());
        }
        let scope = self.scope(&input)?.on(side);
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let scope = scope.within(self.counted_days(&scope, per));
        let mut totals = self.totals(&scope.filter);
        if totals.is_empty() {
            let currency = self.main_currency();
            totals.push(finance::CurrencyTotal { currency, total: Decimal::ZERO, count: 0 });
        }
        let mut output = ToolOutput::default();
        let mut units = Decimal::ZERO;
        for total in &totals {
            let rows = in_currency(&scope.filter, total.currency);
            units = units_of(&scope, per, total.count);
            let value = if units.is_zero() { Decimal::ZERO } else { said(total.total, Some(side)) / units };
            let label = format!(
                "Average {} per {}: {}",
                side_word(Some(side)).to_lowercase(),
                per.word(),
                scope.described.label()
            );
            let value = rounded(value, total.currency);
            let formula = format!(
                "what was {} divided by {} {}s",
                if side == Side::Spending { "spent, less refunds," } else { "earned" },
                units.round_dp(4).normalize(),
                per.word()
            );
            // Divided as here: a rounded number of weeks would be another one.
            let divided = divisor(&scope, per, total.count);
            output.figures.push(
                ToolFigure::money("average", label, value, total.currency, Some(rows.clone())).worked_out(
                    formula,
                    vec![Term::Sum(rows)],
                    format!("v[1] / {divided}"),
                ),
            );
        }
        for total in &totals {
            let rows = in_currency(&scope.filter, total.currency);
            let label = format!("{}: {}", side_word(Some(side)), scope.described.label());
            let value = said(total.total, Some(side));
            output.figures.push(ToolFigure::money("total", label, value, total.currency, Some(rows)));
        }
        output.summary = format!("over {} {}s", units.round_dp(1).normalize(), per.word());
        output.details = json!({
            "scope": scope.described,
            "side": side,
            "per": per,
            "units": units.round_dp(1).normalize(),
            "count": totals[0].count,
        });
        if totals[0].count > 0 && per.is_time() {
            self.break_down(&mut output, &scope, shown_by(&scope, per), ROWS_MAX, side);
        }
        Ok(output)
    }

    /// The days that an average counts: those asked for that the data can speak of. Without a
    /// period, whole months up to the last.
    pub(super) fn counted_days(&self, scope: &Scope, per: Grouping) -> Period {
        let Some((first, last)) = self.coverage() else { return scope.described.period() };
        let described = &scope.described;
        let last = last.min(self.as_of).max(first);
        let (from, to) = (described.from.unwrap_or(first), described.to.unwrap_or(last));
        if described.covers_all {
            let whole = end_of_whole_months(last, self.as_of);
            let is_short = whole <= from || per == Grouping::Transaction;
            return Period::between(from, if is_short { to } else { whole });
        }
        if matches!(per, Grouping::Day | Grouping::Week | Grouping::Transaction) {
            let end = to.min(self.as_of.max(from));
            return Period::between(from, end);
        }
        let (first, end) = (first.first_of_month(), last.last_of_month());
        let (from, until) = (from.max(first), to.min(end));
        // The month that goes on counts only where there is no whole one.
        let whole = end_of_whole_months(last, self.as_of);
        let is_cut = until > self.as_of && from.day() == 1 && whole > from;
        let counted = Period::between(from, if is_cut { whole } else { until });
        counted.bounds().map_or(Period::between(from, to), |_| counted)
    }

    /// The month (or other unit) with the most or least. One that goes on, or that the data begins late in,
    /// is not the least.
    pub(super) fn extreme_period(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let side = input.side.unwrap_or(Side::Spending);
        let is_ranked = |per: &Grouping| per.is_time() || *per == Grouping::Weekday;
        let per = input.per.filter(is_ranked).unwrap_or(Grouping::Month);
        let scope = self.scope(input)?.on(side);
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let groups = match per {
            Grouping::Weekday => self.by_weekday(&scope),
            _ => finance::group(&self.ledger, &scope.filter, group_by(per)),
        };
        let currency =
            self.totals(&scope.filter).first().map_or_else(|| self.main_currency(), |total| total.currency);
        let own: Vec<&Group> = groups.iter().filter(|group| group.currency == currency).collect();
        let size = |at: &usize| said(own[*at].total, Some(side));
        let order = input.order.unwrap_or(Order::Largest);
        let whole: Vec<usize> = (0..own.len()).filter(|at| self.is_whole(own[*at])).collect();
        let found = match order {
            Order::Smallest | Order::Earliest if per.is_time() && !whole.is_empty() => {
                whole.into_iter().rev().min_by_key(size)
            }
            Order::Smallest | Order::Earliest => (0..own.len()).rev().min_by_key(size),
            Order::Largest | Order::Latest => (0..own.len()).rev().max_by_key(size),
        };
        let mut output = ToolOutput {
            summary: format!("{} {}s", own.len(), per.word()),
            details: json!({ "scope": scope.described, "side": side, "per": per, "order": order }),
            ..ToolOutput::default()
        };
        if let Some(at) = found {
            let group = own[at];
            let label = if per.is_time() { period_label(group) } else { group.label.clone() };
            if per == Grouping::Weekday {
                output.details["weekday"] = json!(group.label);
            }
            output.details["period"] = json!({ "from": group.filter.from, "to": group.filter.to });
            let value = said(group.total, Some(side));
            output.figures.push(ToolFigure::money(
                "total",
                label,
                value,
                currency,
                Some(group.filter.clone()),
            ));
            if own.len() > 1 {
                let title =
                    format!("{} by {}: {}", side_word(Some(side)), per.word(), scope.described.label());
                output.tables.push(table(&title, &own, per, own.len().min(60), side, &scope.filter));
                output.charts.push(chart(&title, around(&own, at), per, side, currency));
            }
        }
        Ok(output)
    }
}

/// As many periods as a chart shows, with the one at a place among them.
fn around<'a, 'g>(groups: &'a [&'g Group], at: usize) -> &'a [&'g Group] {
    const SHOWN_MAX: usize = 60;
    let start = at.saturating_sub(SHOWN_MAX / 2).min(groups.len().saturating_sub(SHOWN_MAX));
    &groups[start..groups.len().min(start + SHOWN_MAX)]
}

impl Toolbox {
    /// Whether the ledger can hold all of a period: it is over, and the first row is of its first half.
    fn is_whole(&self, group: &Group) -> bool {
        let bounds = group.filter.from.zip(group.filter.to);
        let (Some((from, to)), Some((first, _))) = (bounds, self.coverage()) else { return true };
        to <= self.as_of && days_between(from, first.max(from)) * 2 <= days_between(from, to) + 1
    }

    /// The sums of each day of the week that has rows, Monday first.
    fn by_weekday(&self, scope: &Scope) -> Vec<Group> {
        let asked = &scope.filter.weekdays;
        let days = (1..=7).filter_map(|day| Weekday::from_monday_one_offset(day).ok());
        let days = days.filter(|day| asked.is_empty() || asked.contains(*day));
        let groups = days.flat_map(|day| {
            let of_day =
                TransactionFilter { weekdays: std::iter::once(day).collect(), ..scope.filter.clone() };
            let totals = finance::total(&self.ledger, &of_day);
            totals.into_iter().map(move |total| Group {
                label: format!("{day:?}s"),
                currency: total.currency,
                total: total.total,
                count: total.count,
                filter: in_currency(&of_day, total.currency),
            })
        });
        groups.collect()
    }
}

/// What a breakdown is by where nobody says.
fn natural_grouping(scope: &Scope) -> Grouping {
    let described = &scope.described;
    let is_narrow = described.payee.is_some()
        || described.text.is_some()
        || scope.filter.category.as_ref().is_some_and(|category| category.path().contains(':'));
    let months = described.from.zip(described.to).map_or(1, |(from, to)| months_between(from, to));
    match (is_narrow, months) {
        (true, 2..=PERIODS_MAX) => Grouping::Month,
        (true, 1) if described.payee.is_none() => Grouping::Payee,
        (true, 1) => Grouping::Day,
        (true, _) => Grouping::Year,
        (false, _) => Grouping::Category,
    }
}

/// How a chart shows an average: by its own unit, coarser where there would be too many.
fn shown_by(scope: &Scope, per: Grouping) -> Grouping {
    let Some((from, to)) = scope.described.period().bounds() else { return per };
    let (days, months) = (days_between(from, to), months_between(from, to));
    match per {
        Grouping::Day if days > PERIODS_MAX => Grouping::Month,
        Grouping::Week if days > PERIODS_MAX * 7 => Grouping::Month,
        Grouping::Month if months > PERIODS_MAX => Grouping::Year,
        other => other,
    }
}

/// How many days, weeks, … a sum is divided by, as a fraction.
fn divided_by(scope: &Scope, per: Grouping, count: u64) -> (Decimal, Decimal) {
    let Some((from, to)) = scope.described.period().bounds() else { return (Decimal::ZERO, Decimal::ONE) };
    let days = Decimal::from(days_between(from, to));
    let (months, of) = months_spanned(from, to);
    let (months, of) = (Decimal::from(months), Decimal::from(of));
    match per {
        Grouping::Day => (days, Decimal::ONE),
        Grouping::Week => (days, Decimal::from(7)),
        Grouping::Quarter => (months, of * Decimal::from(3)),
        Grouping::Year => (months, of * Decimal::from(12)),
        Grouping::Transaction => (Decimal::from(count), Decimal::ONE),
        _ => (months, of),
    }
}

pub(super) fn units_of(scope: &Scope, per: Grouping, count: u64) -> Decimal {
    let (number, of) = divided_by(scope, per, count);
    number / of
}

/// The same in words of arithmetic; 1 where there is nothing to divide by.
pub(super) fn divisor(scope: &Scope, per: Grouping, count: u64) -> String {
    match divided_by(scope, per, count) {
        (number, _) if number.is_zero() => "1".to_owned(),
        (number, of) if of == Decimal::ONE => number.to_string(),
        (number, of) => format!("{number} * {of}"),
    }
}

/// The group's period in words.
pub(super) fn period_label(group: &Group) -> String {
    Period { from: group.filter.from, to: group.filter.to }.label()
}

pub(super) fn group_by(by: Grouping) -> GroupBy {
    match by {
        Grouping::Category | Grouping::Transaction => GroupBy::Category,
        Grouping::Group => GroupBy::CategoryGroup,
        Grouping::Payee => GroupBy::Payee,
        Grouping::Account => GroupBy::Account,
        Grouping::Day | Grouping::Weekday => GroupBy::Day,
        Grouping::Week => GroupBy::Week,
        Grouping::Month => GroupBy::Month,
        Grouping::Quarter => GroupBy::Quarter,
        Grouping::Year => GroupBy::Year,
    }
}

/// The name of a group: of an empty payee too.
pub(super) fn name_of(group: &Group) -> String {
    if group.label.trim().is_empty() { "(no payee)".to_owned() } else { group.label.clone() }
}

/// Groups as a table with its total; beyond `n`, one row for the rest.
pub(super) fn table(
    title: &str,
    groups: &[&Group],
    by: Grouping,
    n: usize,
    side: Side,
    all: &domain::TransactionFilter,
) -> Table {
    let currency = groups[0].currency;
    let total: Decimal = groups.iter().map(|group| group.total).sum();
    let count: u64 = groups.iter().map(|group| group.count).sum();
    // A rest of one row is that row.
    let shown = match by.is_time() {
        true => groups.len().min(60),
        false if groups.len() == n + 1 => n + 1,
        false => n.min(groups.len()),
    };
    let share = |part: Decimal| -> Cell {
        percent(part, total).map_or_else(|| text(""), |percent| Cell::Percent { percent })
    };
    let row = |label: String, sum: Decimal, count: u64, rows| {
        vec![text(label), money(said(sum, Some(side)), currency, rows), share(sum), output::count(count)]
    };
    let mut rows: Vec<Vec<Cell>> = groups[..shown]
        .iter()
        .map(|group| {
            let label = if by.is_time() { period_label(group) } else { name_of(group) };
            row(label, group.total, group.count, Some(group.filter.clone()))
        })
        .collect();
    if shown < groups.len() {
        let rest = &groups[shown..];
        let label = format!("{} more", rest.len());
        rows.push(row(label, rest.iter().map(|g| g.total).sum(), rest.iter().map(|g| g.count).sum(), None));
    }
    rows.push(row("Total".to_owned(), total, count, Some(in_currency(all, currency))));
    let heading = {
        let word = by.word();
        word[..1].to_uppercase() + &word[1..]
    };
    Table {
        title: title.to_owned(),
        columns: vec![words(&heading), figures("Amount"), figures("Share"), figures("Transactions")],
        rows,
        has_total: true,
    }
}

/// Groups as bars.
pub(super) fn chart(title: &str, groups: &[&Group], by: Grouping, side: Side, currency: Currency) -> Chart {
    let most = if by.is_time() { 60 } else { ROWS_MAX };
    let points = groups
        .iter()
        .take(most)
        .map(|group| ChartPoint {
            label: if by.is_time() { group.label.clone() } else { name_of(group) },
            value: output::exact(said(group.total, Some(side)), currency),
            rows: Some(Box::new(group.filter.clone())),
        })
        .collect();
    Chart { title: title.to_owned(), kind: ChartKind::Bar, currency, points }
}
