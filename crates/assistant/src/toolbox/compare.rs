//! Two periods side by side.

use std::collections::BTreeMap;

use domain::{Cell, Chart, ChartKind, ChartPoint, Currency, Side, Table, TransactionFilter};
use finance::{GroupBy, proof::Term};
use jiff::ToSpan;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    output::{self, figures, money, percent, text, words},
    scope::{Scope, in_currency, said, side_word},
};
use crate::when::Period;

/// Rows of the table of differences.
const ROWS_MAX: usize = 10;

/// One side of one currency in both periods.
struct Pair {
    currency: Currency,
    first: Decimal,
    second: Decimal,
}

impl Toolbox {
    /// Spending or income of two periods, and the first less the second.
    pub(super) fn compare_periods(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let side = input.side.unwrap_or(Side::Spending);
        let scope = self.scope(input)?.on(side);
        let missing = |what: &str| ToolError::InvalidInput { message: format!("{what} is missing") };
        if let Some(category) = &input.other_category {
            let other = self.scope(&Input { category: Some(category.clone()), ..input.clone() })?.on(side);
            if let Some(details) = self.nothing(&scope) {
                return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
            }
            return Ok(self.compared(&scope, &other, side));
        }
        if scope.described.covers_all {
            return Err(missing("the first period"));
        }
        let other = self.period(input.other_period.as_deref(), input.other_from, input.other_to)?;
        let other = scope.within(other.ok_or_else(|| missing("the second period"))?);
        for part in [&scope, &other] {
            if let Some(mut details) = self.nothing(part) {
                details["side"] = json!(side);
                return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
            }
        }
        let mut output = self.compared(&scope, &other, side);
        let by = match (&scope.filter.category, &scope.filter.payee) {
            (_, Some(_)) => None,
            (Some(category), None) if category.path().contains(':') => Some(GroupBy::Payee),
            _ => Some(GroupBy::Category),
        };
        if let (Some(by), Some(currency)) = (by, output.figures[0].currency) {
            output.tables.extend(self.differences(&scope, &other, side, by, currency));
        }
        Ok(output)
    }

    /// Figures and bars of two scopes.
    fn compared(&self, scope: &Scope, other: &Scope, side: Side) -> ToolOutput {
        let pairs = self.pairs(scope, other);
        let word = side_word(Some(side));
        let (a, b) = (scope.described.period().label(), other.described.period().label());
        let mut output = ToolOutput {
            summary: format!("{a} beside {b}"),
            details: json!({
                "scope": scope.described,
                "other": other.described,
                "side": side,
                "percent": pairs.first().and_then(|pair| percent(said(pair.first - pair.second, Some(side)), pair.second.abs())),
            }),
            ..ToolOutput::default()
        };
        for pair in &pairs {
            let (first, second) = (said(pair.first, Some(side)), said(pair.second, Some(side)));
            let label = format!("{word}, {a} less {b}");
            let rows = |part: &Scope| Term::Sum(in_currency(&part.filter, pair.currency));
            let difference = ToolFigure::money("difference", label, first - second, pair.currency, None);
            output.figures.push(difference.worked_out(
                "the first sum less the second",
                vec![rows(scope), rows(other)],
                "v[1] - v[2]",
            ));
            for (name, part, value) in [("first", scope, first), ("second", other, second)] {
                let rows = in_currency(&part.filter, pair.currency);
                let label = format!("{word}: {}", part.described.label());
                output.figures.push(ToolFigure::money(name, label, value, pair.currency, Some(rows)));
            }
        }
        output.ids = Some(
            self.matching(&in_currency(&scope.filter, pairs[0].currency))
                .chain(self.matching(&in_currency(&other.filter, pairs[0].currency)))
                .map(|row| row.id)
                .collect(),
        );
        let mut points: Vec<(&Scope, ChartPoint)> = [(scope, 1), (other, 2)]
            .into_iter()
            .map(|(part, place)| {
                let figure = &output.figures[place];
                let rows = figure.rows.clone().map(Box::new);
                (part, ChartPoint { label: part.described.period().label(), value: figure.value, rows })
            })
            .collect();
        points.sort_by_key(|(part, _)| part.described.from);
        output.charts.push(Chart {
            title: format!("{word}: {b} and {a}"),
            kind: ChartKind::Bar,
            currency: pairs[0].currency,
            points: points.into_iter().map(|(_, point)| point).collect(),
        });
        output
    }

    fn pairs(&self, scope: &Scope, other: &Scope) -> Vec<Pair> {
        let (first, second) = (self.totals(&scope.filter), self.totals(&other.filter));
        let mut currencies: Vec<Currency> = Vec::new();
        for total in first.iter().chain(&second) {
            if !currencies.contains(&total.currency) {
                currencies.push(total.currency);
            }
        }
        if currencies.is_empty() {
            currencies.push(self.main_currency());
        }
        currencies.sort_by_key(|currency| self.base_first(*currency));
        let of = |totals: &[finance::CurrencyTotal], currency| {
            totals.iter().find(|it| it.currency == currency).map_or(Decimal::ZERO, |it| it.total)
        };
        currencies
            .into_iter()
            .map(|currency| Pair { currency, first: of(&first, currency), second: of(&second, currency) })
            .collect()
    }

    /// What differs most, by category or payee.
    fn differences(
        &self,
        scope: &Scope,
        other: &Scope,
        side: Side,
        by: GroupBy,
        currency: Currency,
    ) -> Option<Table> {
        type Sums = [(Decimal, Option<TransactionFilter>); 2];
        let mut sums: BTreeMap<String, Sums> = BTreeMap::new();
        for (place, part) in [scope, other].into_iter().enumerate() {
            for group in finance::group(&self.ledger, &part.filter, by) {
                if group.currency == currency && group.count > 0 {
                    let label = super::flows::name_of(&group);
                    sums.entry(label).or_default()[place] =
                        (said(group.total, Some(side)), Some(group.filter));
                }
            }
        }
        let mut sums: Vec<(String, Sums)> = sums.into_iter().collect();
        if sums.len() < 2 {
            return None;
        }
        sums.sort_by_key(|(_, [a, b])| std::cmp::Reverse((a.0 - b.0).abs()));
        let row = |label: String, a: Decimal, b: Decimal, rows: [Option<TransactionFilter>; 2]| {
            let [a_rows, b_rows] = rows;
            vec![
                text(label),
                money(a, currency, a_rows),
                money(b, currency, b_rows),
                money(a - b, currency, None),
            ]
        };
        let total = |place: usize| sums.iter().map(|(_, pair)| pair[place].0).sum::<Decimal>();
        let (all_a, all_b) = (total(0), total(1));
        let shown = if sums.len() == ROWS_MAX + 1 { sums.len() } else { ROWS_MAX.min(sums.len()) };
        let rest = &sums[shown..];
        let rest_of = |place: usize| rest.iter().map(|(_, pair)| pair[place].0).sum::<Decimal>();
        let mut rows: Vec<Vec<Cell>> = sums[..shown]
            .iter()
            .map(|(label, [a, b])| row(label.clone(), a.0, b.0, [a.1.clone(), b.1.clone()]))
            .collect();
        if !rest.is_empty() {
            rows.push(row(format!("{} more", rest.len()), rest_of(0), rest_of(1), [None, None]));
        }
        let both = [scope, other].map(|part| Some(in_currency(&part.filter, currency)));
        rows.push(row("Total".to_owned(), all_a, all_b, both));
        let heading = if by == GroupBy::Payee { "Payee" } else { "Category" };
        Some(Table {
            title: format!("{}: what differs", side_word(Some(side))),
            columns: vec![
                words(heading),
                figures(&scope.described.period().label()),
                figures(&other.described.period().label()),
                figures("Change"),
            ],
            rows,
            has_total: true,
        })
    }

    /// What changed between a period and the one before it.
    pub(super) fn changes(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let scope = self.scope(input)?;
        let (now, before) = self.changed_periods(&scope);
        let (now, before) = (scope.within(now), scope.within(before));
        for part in [&now, &before] {
            if let Some(details) = self.nothing(part) {
                return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
            }
        }
        let spending = (now.on(Side::Spending), before.on(Side::Spending));
        let income = (now.on(Side::Income), before.on(Side::Income));
        let mut output = self.compared(&spending.0, &spending.1, Side::Spending);
        let earned = self.compared(&income.0, &income.1, Side::Income);
        let currency = output.figures[0].currency.unwrap_or_else(|| self.main_currency());
        for figure in earned.figures {
            output.figures.push(ToolFigure { name: format!("income_{}", figure.name), ..figure });
        }
        let table = self.differences(&spending.0, &spending.1, Side::Spending, GroupBy::Category, currency);
        output.details["movers"] = table.as_ref().map_or(Value::Null, movers);
        output.details["new_payees"] = json!(self.new_payees(&spending.0, &spending.1));
        output.tables.extend(table);
        Ok(output)
    }

    /// The period asked for and the one before; without one and of a month that goes on, this month beside the same days of
    /// last month.
    fn changed_periods(&self, scope: &Scope) -> (Period, Period) {
        let asked = scope.described.period();
        let goes_on = asked.from == Some(self.as_of.first_of_month()) && asked.to >= Some(self.as_of);
        if !(scope.described.covers_all || goes_on)
            && let (Some(_), Some(before)) = (asked.bounds(), asked.previous())
        {
            return (asked, before);
        }
        let start = self.as_of.first_of_month();
        let start_before = start.checked_sub(1.month()).unwrap_or(start);
        let end_before = if self.as_of == self.as_of.last_of_month() {
            start_before.last_of_month()
        } else {
            start_before
                .with()
                .day(self.as_of.day().min(start_before.days_in_month()))
                .build()
                .unwrap_or(start_before)
        };
        (Period::between(start, self.as_of), Period::between(start_before, end_before))
    }

    fn new_payees(&self, now: &Scope, before: &Scope) -> Vec<String> {
        let known: std::collections::HashSet<String> =
            finance::group(&self.ledger, &before.filter, GroupBy::Payee)
                .into_iter()
                .map(|group| group.label.to_lowercase())
                .collect();
        finance::group(&self.ledger, &now.filter, GroupBy::Payee)
            .into_iter()
            .filter(|group| !group.label.is_empty() && !known.contains(&group.label.to_lowercase()))
            .map(|group| group.label)
            .take(5)
            .collect()
    }
}

/// The three rows that differ most, as name and change.
fn movers(table: &Table) -> Value {
    let rows = table.rows.iter().take(3).filter_map(|row| match (row.first(), row.last()) {
        (Some(Cell::Text { text }), Some(Cell::Money { money, .. })) if text != "Total" && !money.amount().is_zero() => {
            let currency = money.currency();
            Some(json!({ "name": text, "change": output::exact(money.amount(), currency), "currency": currency }))
        }
        _ => None,
    });
    rows.collect()
}
