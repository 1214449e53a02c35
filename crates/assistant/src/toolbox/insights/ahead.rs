//! The days to come: forecast and what is safe to spend.

use domain::{Cell, Chart, ChartKind, ChartPoint, Table, TransactionFilter};
use finance::insight::{
    forecast::{Edge, Forecast, ForecastDay, ForecastQuery, forecast},
    income::{income_streams, next_pay_day},
    safe_to_spend::{SafePart, SafeToSpend, safe_to_spend},
};
use finance::proof::{Term, Working};
use rust_decimal::Decimal;
use serde_json::json;

use super::nothing;
use crate::toolbox::{
    Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    output::{exact, figures, money, rounded, text, words},
};
use crate::when::Period;

/// Days ahead without a number.
const DAYS: u16 = 90;

impl Toolbox {
    /// Balances of the days to come.
    pub(super) fn forecast(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let account = input.account.as_deref().map(|name| self.account(name)).transpose()?;
        let query =
            ForecastQuery { account, currency: self.main_currency(), days: input.days.unwrap_or(DAYS) };
        let Some(found) = forecast(&self.ledger, &query, self.as_of) else {
            return Ok(nothing("no_data", "no data"));
        };
        let name = match found.accounts.as_slice() {
            [one] => self.ledger.account(*one).map_or_else(String::new, |account| account.name.clone()),
            _ => "all accounts".to_owned(),
        };
        let Some(last) = found.days.last() else { return Ok(nothing("no_data", "no data")) };
        let currency = found.start.currency();
        let figure =
            |key: &str, label: String, value: Decimal| ToolFigure::money(key, label, value, currency, None);
        let lowest = &found.lowest;
        let expected = |figure: ToolFigure, day| {
            figure.worked(
                "balance today, plus recurring items at their usual amount on the days they are due, plus the mean of \
                 all other rows by day of the week",
                found.working(day),
            )
        };
        let edge = |key: &str, words: &str, value: domain::Money, edge| {
            figure(key, format!("Four of five times {words}, {}", last.date), value.amount()).worked(
                "the expected balance and, either side of it, 1.281552 standard deviations: of ordinary days, of \
                 their means, and of recurring amounts that vary",
                found.edge_working(last.date, edge),
            )
        };
        let mut output =
            ToolOutput {
                summary: format!("{} days of {name}", found.days.len()),
                figures: vec![
                    expected(
                        figure(
                            "expected",
                            format!("Expected balance of {name}, {}", last.date),
                            last.expected.amount(),
                        ),
                        last.date,
                    ),
                    expected(
                        figure("lowest", format!("Lowest, {}", lowest.date), lowest.expected.amount()),
                        lowest.date,
                    ),
                    edge("low_80", "at least", last.low_80, Edge::Low),
                    edge("high_80", "at most", last.high_80, Edge::High),
                    figure("start", format!("Balance of {name} today"), found.start.amount())
                        .of(Term::Balance { accounts: found.accounts.clone(), currency, day: self.as_of }),
                ],
                details: json!({
                    "account": name,
                    "lowest": lowest,
                    "days": weekly(&found),
                    "items": found.items,
                    "ordinary": found.ordinary,
                    "back_test": found.back_test,
                    "formula": found.proof.formula,
                }),
                ..ToolOutput::default()
            };
        if let Some(test) = &found.back_test {
            let label = "The 80 % band held in the past, % of days";
            let figure = ToolFigure::plain("held", label, test.percent, None);
            // Each of those forecasts has recurring things and ordinary days of its own: more than a command of all
            // of them could tell.
            output.figures.push(figure.by(&test.formula));
        }
        output.ids = Some(found.proof.rows.clone());
        output.tables.push(forecast_table(&found, &name));
        let items = items_table(&found);
        output.tables.extend((!items.rows.is_empty()).then_some(items));
        output.charts.push(Chart {
            title: format!("Expected balance of {name}"),
            kind: ChartKind::Line,
            currency,
            points: found.days.iter().map(point).collect(),
        });
        Ok(output)
    }

    /// What can be spent until the next pay day.
    pub(super) fn safe_to_spend(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        if input.cushion.is_some_and(|cushion| cushion < Decimal::ZERO) {
            return Err(ToolError::InvalidInput { message: "cushion must not be below zero".to_owned() });
        }
        let Some(found) = safe_to_spend(&self.ledger, &self.profile, input.cushion, self.as_of) else {
            return Ok(nothing("no_everyday_account", "no everyday account"));
        };
        let currency = found.amount.currency();
        let figure =
            |key: &str, label: String, value: Decimal| ToolFigure::money(key, label, value, currency, None);
        let until = Period::day(found.until).label();
        let label = format!("Safe to spend until {until}");
        let sum = &found.working.expression;
        let a_day = Working {
            expression: format!("({sum}) < 0 ? 0 : down(({sum}) / {})", found.days.max(1)),
            ..found.working.clone()
        };
        let mut output = ToolOutput {
            summary: format!("until {until}"),
            figures: vec![
                figure("safe_to_spend", label, found.amount.amount())
                    .worked(&found.proof.formula, found.working.clone()),
                figure("a_day", "A day".to_owned(), found.a_day.amount()).worked(&found.proof.formula, a_day),
                self.days_until_pay(&found),
            ],
            details: json!({
                "until": found.until,
                "payer": found.payer,
                "days": found.days,
                "formula": found.proof.formula,
            }),
            ..ToolOutput::default()
        };
        if let Some(price) = input.amount {
            let price = rounded(price, currency);
            let left = found.amount.amount() - price;
            let figure = figure("left_after", "Left after it".to_owned(), left);
            let working = Working {
                expression: format!("{} - {price}", found.working.expression),
                ..found.working.clone()
            };
            output.figures.push(figure.worked("what is safe to spend less the price", working));
        }
        output.ids = Some(found.parts.iter().flat_map(|part| part.proof.rows.iter().copied()).collect());
        output.tables.push(parts_table(&found));
        Ok(output)
    }
}

impl Toolbox {
    /// The days until the next pay, counted from the last one.
    fn days_until_pay(&self, found: &SafeToSpend) -> ToolFigure {
        let days = Decimal::from(found.days);
        let figure = |rows| ToolFigure::plain("days", "Days until then", days, rows);
        let Some(payer) = &found.payer else {
            return figure(None).by("days from today to the first of the next month: no pay day is known");
        };
        // Rows of all accounts may tell another day than those of everyday ones.
        let streams = income_streams(&self.ledger, &self.profile, self.as_of);
        let pay = next_pay_day(&streams, self.as_of).filter(|(day, _)| *day == found.until);
        let pay = pay.map(|(_, stream)| &stream.recurring).filter(|pay| pay.payee == *payer);
        let last = pay.and_then(|pay| Some((pay, *pay.proof.rows.last()?)));
        let Some((pay, last)) = last else { return figure(None).by("days from today to the next pay day") };
        let row = TransactionFilter {
            from: Some(pay.last),
            to: Some(pay.last),
            transaction: Some(last),
            ..TransactionFilter::default()
        };
        let moved = (pay.anchor - pay.last).get_days();
        let due = Term::DaysUntil { last, moved, cadence: pay.cadence, today: self.as_of };
        let formula = format!(
            "days from today to the next pay day: {payer} paid last on {}, which was due on {}, and pays {}",
            pay.last,
            pay.anchor,
            pay.cadence.label()
        );
        figure(Some(row)).worked_out(formula, vec![due], "v[1]")
    }
}

/// Every seventh day, and the last: what a model needs of the way.
fn weekly(found: &Forecast) -> Vec<&ForecastDay> {
    let last = found.days.len().saturating_sub(1);
    found.days.iter().enumerate().filter(|(at, _)| at % 7 == 6 || *at == last).map(|(_, day)| day).collect()
}

fn point(day: &ForecastDay) -> ChartPoint {
    let value = exact(day.expected.amount(), day.expected.currency());
    ChartPoint { label: day.date.to_string(), value, rows: None }
}

fn forecast_table(found: &Forecast, name: &str) -> Table {
    let currency = found.start.currency();
    let row = |day: &&ForecastDay| -> Vec<Cell> {
        let cell = |value: domain::Money| money(value.amount(), currency, None);
        vec![Cell::Date { date: day.date }, cell(day.low_80), cell(day.expected), cell(day.high_80)]
    };
    Table {
        title: format!("Expected balance of {name}, by week"),
        columns: vec![
            words("Day"),
            figures("Four of five times at least"),
            figures("Expected"),
            figures("Four of five times at most"),
        ],
        rows: weekly(found).iter().map(row).collect(),
        has_total: false,
    }
}

fn items_table(found: &Forecast) -> Table {
    let currency = found.start.currency();
    let items = found.items.iter().take(40);
    Table {
        title: "What is due".to_owned(),
        columns: vec![words("Day"), words("Payee"), figures("Amount")],
        rows: items
            .map(|item| {
                let amount = money(item.amount.amount(), currency, None);
                vec![Cell::Date { date: item.date }, text(&item.payee), amount]
            })
            .collect(),
        has_total: false,
    }
}

fn parts_table(found: &SafeToSpend) -> Table {
    let currency = found.amount.currency();
    let row = |part: &SafePart| -> Vec<Cell> {
        vec![
            text(&part.label),
            part.date.map_or_else(|| text(""), |date| Cell::Date { date }),
            money(part.amount.amount(), currency, part.proof.filter.clone()),
        ]
    };
    let mut rows: Vec<Vec<Cell>> = found.parts.iter().map(row).collect();
    rows.push(vec![text("Safe to spend"), text(""), money(found.amount.amount(), currency, None)]);
    Table {
        title: format!("Safe to spend until {}", Period::day(found.until).label()),
        columns: vec![words("Part"), words("Due"), figures("Amount")],
        rows,
        has_total: true,
    }
}
