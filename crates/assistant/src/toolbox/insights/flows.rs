//! Cash flow and net worth over time.

use domain::{Account, Cell, Chart, ChartKind, ChartPoint, Money, Side, Table, TransactionFilter};
use finance::{
    GroupBy,
    insight::{
        cash_flow::{CashFlow, cash_flow},
        net_worth::{NetWorth, net_worth},
    },
    proof::Term,
};
use rust_decimal::Decimal;
use serde_json::json;

use super::nothing;
use crate::toolbox::{
    Grouping, Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    balances::{balance_of, held},
    output::{exact, figures, money, percent, text, words},
};

impl Toolbox {
    /// Money in, out and left by period.
    pub(super) fn cash_flow(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let period = self.period(input.period.as_deref(), input.from, input.to)?.unwrap_or_default();
        let by = match input.per.unwrap_or(Grouping::Month) {
            Grouping::Week => GroupBy::Week,
            Grouping::Month => GroupBy::Month,
            Grouping::Quarter => GroupBy::Quarter,
            Grouping::Year => GroupBy::Year,
            _ => {
                let message = "per must be week, month, quarter or year".to_owned();
                return Err(ToolError::InvalidInput { message });
            }
        };
        let days = TransactionFilter { from: period.from, to: period.to, ..TransactionFilter::default() };
        let filter = self.on_account(input.account.as_deref(), days)?;
        let mut flows = cash_flow(&self.ledger, &filter, by, self.as_of);
        if flows.is_empty() {
            return Ok(nothing("no_rows_in_period", "no rows"));
        }
        // The periods' rows together: no row lies after today.
        let whole = TransactionFilter {
            to: Some(filter.to.map_or(self.as_of, |to| to.min(self.as_of))),
            ..filter.clone()
        };
        flows.sort_by_key(|flow| (flow.from, self.base_first(flow.net.currency())));
        let mut output = ToolOutput { summary: format!("{} periods", flows.len()), ..ToolOutput::default() };
        let mut currencies: Vec<_> = flows.iter().map(|flow| flow.net.currency()).collect();
        currencies.sort_by_key(|currency| (self.base_first(*currency), *currency));
        currencies.dedup();
        for currency in &currencies {
            let own = || flows.iter().filter(|flow| flow.net.currency() == *currency);
            let sum = |of: fn(&CashFlow) -> Money| own().map(|flow| of(flow).amount()).sum::<Decimal>();
            let (net, income) = (sum(|flow| flow.net), sum(|flow| flow.income));
            let rows = |side| {
                Term::Sum(TransactionFilter { side: Some(side), currency: Some(*currency), ..whole.clone() })
            };
            let both = || vec![rows(Side::Income), rows(Side::Spending)];
            let figure =
                |name: &str, label: &str, value| ToolFigure::money(name, label, value, *currency, None);
            output.figures.push(figure("net", "Left", net).worked_out(
                "income less spending",
                both(),
                "v[1] - v[2]",
            ));
            output.figures.push(figure("income", "Income", income).of(rows(Side::Income)));
            let spent = sum(|flow| flow.spending);
            output.figures.push(figure("spending", "Spending", spent).of(rows(Side::Spending)));
            if let Some(rate) = percent(net, income) {
                output.figures.push(ToolFigure::plain("rate", "Savings rate", rate, None).worked_out(
                    "income less spending, divided by income, times 100",
                    both(),
                    "(v[1] - v[2]) / v[1] * 100",
                ));
            }
        }
        let main = currencies[0];
        output.ids = Some(self.flow_ids(&flows));
        output.details = json!({ "flows": flows.iter().rev().take(60).rev().collect::<Vec<_>>() });
        output.tables.push(flow_table(&flows));
        output.charts.extend(flow_chart(&flows, main));
        Ok(output)
    }

    fn flow_ids(&self, flows: &[CashFlow]) -> Vec<domain::TransactionId> {
        let filters = flows.iter().flat_map(|flow| [&flow.income_rows, &flow.spending_rows]);
        filters.flat_map(|filter| self.matching(filter).map(|row| row.id).collect::<Vec<_>>()).collect()
    }

    /// Net worth at each month's end.
    pub(super) fn net_worth_series(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let period = self.period(input.period.as_deref(), input.from, input.to)?.unwrap_or_default();
        // Beyond today nothing is known; month ends there would repeat today's sum.
        let day = period.to.unwrap_or(self.as_of).min(self.as_of);
        let mut points = net_worth(&self.ledger, period.from, day);
        points.sort_by_key(|point| (point.date, self.base_first(point.net.currency())));
        let Some(last) = points.last().map(|point| point.date) else {
            return Ok(nothing("no_data", "no data"));
        };
        // A period begins with what was there at the end of the day before it.
        let begins = period.from.zip(self.coverage()).map(|(from, (first, _))| from.max(first));
        let start = begins.and_then(|from| from.yesterday().ok()).unwrap_or(points[0].date);
        let mut output =
            ToolOutput { summary: format!("{} month ends", points.len()), ..ToolOutput::default() };
        for point in points.iter().filter(|point| point.date == last) {
            let (currency, rows) = (point.net.currency(), point.proof.filter.clone());
            let figure = |name, label: &str, value: Money| {
                ToolFigure::money(name, format!("{label}, {last}"), value.amount(), currency, None)
            };
            let accounts: Vec<&Account> = self.ledger.accounts.iter().collect();
            let net = ToolFigure::money(
                "net_worth",
                format!("Net worth, {last}"),
                point.net.amount(),
                currency,
                rows,
            );
            output.figures.push(net.of(balance_of(&accounts, currency, last)));
            let owned = figure("owned", "Owned", point.assets);
            output.figures.push(held(owned, &accounts, currency, last, false));
            let owed = figure("owed", "Owed", point.debts);
            output.figures.push(held(owed, &accounts, currency, last, true));
            let own: Vec<&Account> =
                accounts.iter().copied().filter(|account| account.currency == currency).collect();
            let before = self.sums(&own, start).first().map_or(Decimal::ZERO, |(_, sum)| *sum);
            let change = point.net.amount() - before;
            let figure = ToolFigure::money("change", "Change over the time", change, currency, None);
            output.figures.push(figure.worked_out(
                "net worth at the end less net worth at the start",
                vec![balance_of(&accounts, currency, last), balance_of(&accounts, currency, start)],
                "v[1] - v[2]",
            ));
        }
        let main = output.figures[0].currency;
        output.details =
            json!({ "points": points.iter().rev().take(60).rev().collect::<Vec<_>>(), "since": start });
        output.tables.push(net_worth_table(&points));
        output.charts.extend(main.and_then(|currency| net_worth_chart(&points, currency)));
        Ok(output)
    }
}

fn flow_table(flows: &[CashFlow]) -> Table {
    let row = |flow: &CashFlow| {
        let currency = flow.net.currency();
        let rate = flow.savings_rate.map_or_else(|| text(""), |percent| Cell::Percent { percent });
        vec![
            text(&flow.label),
            money(flow.income.amount(), currency, Some(flow.income_rows.clone())),
            money(flow.spending.amount(), currency, Some(flow.spending_rows.clone())),
            money(flow.net.amount(), currency, None),
            rate,
        ]
    };
    Table {
        title: "Cash flow".to_owned(),
        columns: vec![
            words("Period"),
            figures("Income"),
            figures("Spending"),
            figures("Left"),
            figures("Savings rate"),
        ],
        rows: flows.iter().rev().take(60).rev().map(row).collect(),
        has_total: false,
    }
}

fn flow_chart(flows: &[CashFlow], currency: domain::Currency) -> Option<Chart> {
    let own = flows.iter().filter(|flow| flow.net.currency() == currency);
    let points: Vec<ChartPoint> = own
        .map(|flow| ChartPoint {
            label: flow.label.clone(),
            value: exact(flow.net.amount(), currency),
            rows: None,
        })
        .collect();
    let title = "Left of income after spending".to_owned();
    (points.len() > 1).then(|| Chart { title, kind: ChartKind::Bar, currency, points: newest(points) })
}

fn net_worth_table(points: &[NetWorth]) -> Table {
    let row = |point: &NetWorth| {
        let currency = point.net.currency();
        let cell = |value: Money, rows| money(value.amount(), currency, rows);
        vec![
            Cell::Date { date: point.date },
            cell(point.assets, None),
            cell(point.debts, None),
            cell(point.net, point.proof.filter.clone()),
            point.change.map_or_else(|| text(""), |change| cell(change, None)),
        ]
    };
    Table {
        title: "Net worth".to_owned(),
        columns: vec![
            words("Day"),
            figures("Owned"),
            figures("Owed"),
            figures("Net worth"),
            figures("Change"),
        ],
        rows: points.iter().rev().take(60).rev().map(row).collect(),
        has_total: false,
    }
}

fn net_worth_chart(points: &[NetWorth], currency: domain::Currency) -> Option<Chart> {
    let own = points.iter().filter(|point| point.net.currency() == currency);
    let points: Vec<ChartPoint> = own
        .map(|point| ChartPoint {
            label: point.date.to_string(),
            value: exact(point.net.amount(), currency),
            rows: point.proof.filter.clone().map(Box::new),
        })
        .collect();
    let title = "Net worth".to_owned();
    (points.len() > 1).then(|| Chart { title, kind: ChartKind::Line, currency, points: newest(points) })
}

/// As many points as a chart can be read with.
fn newest(mut points: Vec<ChartPoint>) -> Vec<ChartPoint> {
    points.split_off(points.len().saturating_sub(60))
}
