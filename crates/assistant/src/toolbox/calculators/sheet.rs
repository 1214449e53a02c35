//! What a calculator gives back, put together: figures, named results, tables, the formula in words.

use domain::{Align, Cell, Chart, ChartKind, ChartPoint, Currency, Table, TableColumn, TransactionFilter};
use finance::{calculate::round_money, proof::Term};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::toolbox::{
    ToolFigure, ToolOutput, Toolbox,
    output::{exact, money, text},
};

/// A calculator's output in the making.
#[derive(Debug)]
pub(super) struct Sheet {
    currency: Option<Currency>,
    output: ToolOutput,
}

impl Sheet {
    /// Amounts are in the currency asked for, else in the person's; without either they are plain numbers.
    pub fn new(toolbox: &Toolbox, currency: Option<Currency>) -> Self {
        let account = toolbox.ledger.accounts.first().map(|account| account.currency);
        let currency = currency.or(toolbox.profile.base_currency).or(account);
        Self { currency, output: ToolOutput::default() }
    }

    /// Digits after the mark of an amount.
    pub fn digits(&self) -> u32 {
        self.currency.map_or(2, Currency::minor_digits)
    }

    /// An amount, rounded, with all of its digits.
    pub fn rounded(&self, amount: Decimal) -> Decimal {
        let mut amount = round_money(amount, self.digits());
        // No negative zero, and `100` is `100.00`.
        if amount.is_zero() {
            amount = Decimal::ZERO;
        }
        amount.rescale(self.digits());
        amount
    }

    /// An amount in words of a summary.
    pub fn said(&self, amount: Decimal) -> String {
        let amount = self.rounded(amount);
        self.currency.map_or_else(|| amount.to_string(), |currency| format!("{amount} {currency}"))
    }

    /// A figure of money, also named among the results.
    pub fn money(&mut self, name: &str, label: &str, amount: Decimal) {
        let amount = self.rounded(amount);
        let figure = match self.currency {
            Some(currency) => ToolFigure::money(name, label, amount, currency, None),
            None => ToolFigure::plain(name, label, amount, None),
        };
        self.output.figures.push(figure);
        self.set(name, json!(amount));
    }

    /// A figure that is no money, also named among the results, as a JSON number.
    pub fn plain(&mut self, name: &str, label: &str, value: Decimal) {
        self.output.figures.push(ToolFigure::plain(name, label, value.normalize(), None));
        self.set(name, number(value));
    }

    /// A figure in percent of a rate, which is named among the results as a fraction.
    pub fn rate(&mut self, name: &str, label: &str, rate: Decimal) {
        let percent = rate.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(rate);
        let percent = round_money(percent, 2).normalize();
        self.output.figures.push(ToolFigure::plain(name, format!("{label}, percent"), percent, None));
        self.set(name, number(rate));
    }

    /// A figure is worked out of the sum of some rows: `expression` is what becomes of it in awk's words.
    pub fn of_rows(&mut self, name: &str, rows: &TransactionFilter, formula: &str, expression: String) {
        let Some(figure) = self.output.figures.iter_mut().find(|figure| figure.name == name) else { return };
        figure.link = Some(rows.href());
        figure.rows = Some(rows.clone());
        *figure = figure.clone().worked_out(formula, vec![Term::Sum(rows.clone())], expression);
    }

    /// Something named among the results.
    pub fn set(&mut self, name: &str, value: Value) {
        self.output.result.insert(name.to_owned(), value);
    }

    /// A table of amounts beside a first column; rows are rounded.
    pub fn table(&mut self, title: &str, columns: &[&str], rows: Vec<(String, Vec<Decimal>)>) {
        let column = |(at, name): (usize, &&str)| TableColumn {
            name: (*name).to_owned(),
            align: if at == 0 { Align::Start } else { Align::End },
        };
        let rows = rows.into_iter().map(|(first, amounts)| {
            std::iter::once(text(first)).chain(amounts.into_iter().map(|amount| self.cell(amount))).collect()
        });
        let rows = rows.collect();
        let columns = columns.iter().enumerate().map(column).collect();
        self.output.tables.push(Table { title: title.to_owned(), columns, rows, has_total: false });
    }

    fn cell(&self, amount: Decimal) -> Cell {
        let amount = self.rounded(amount);
        self.currency.map_or_else(|| text(amount.to_string()), |currency| money(amount, currency, None))
    }

    /// A line through points in time; none without a currency to name.
    pub fn line(&mut self, title: &str, points: impl IntoIterator<Item = (String, Decimal)>) {
        let Some(currency) = self.currency else { return };
        let points = points.into_iter().map(|(label, value)| ChartPoint {
            label,
            value: exact(self.rounded(value), currency),
            rows: None,
        });
        let points = points.collect();
        self.output.charts.push(Chart { title: title.to_owned(), kind: ChartKind::Line, currency, points });
    }

    /// The output, with what it says in a few words and how it was worked out.
    pub fn done(mut self, summary: String, formula: &str) -> ToolOutput {
        self.set("currency", json!(self.currency));
        self.set("formula", json!(formula));
        self.output.details = json!({ "formula": formula });
        self.output.summary = summary;
        self.output
    }
}

/// A JSON number of at least 15 digits' precision; text where a float has no room.
pub(super) fn number(value: Decimal) -> Value {
    let value = value.normalize();
    match (i64::try_from(value), f64::try_from(value)) {
        (Ok(whole), _) if value.is_integer() => json!(whole),
        (_, Ok(float)) => json!(float),
        _ => json!(value),
    }
}

/// A fraction as people write it: `5 %`, `4.25 %`.
pub(super) fn percent(rate: Decimal) -> String {
    let percent = rate.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(rate);
    format!("{} %", round_money(percent, 4).normalize())
}

/// A number of months as people say it: `2 years 1 month`.
pub(super) fn months_said(months: u32) -> String {
    let part = |count: u32, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match (months / 12, months % 12) {
        (0, months) => part(months, "month"),
        (years, 0) => part(years, "year"),
        (years, months) => format!("{} {}", part(years, "year"), part(months, "month")),
    }
}
