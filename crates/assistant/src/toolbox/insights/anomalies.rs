//! What is out of the ordinary.

use std::collections::HashSet;

use domain::{Cell, Table, TransactionId};
use finance::{
    insight::anomalies::{Anomaly, AnomalyKind, Severity, anomalies},
    proof::Term,
};
use jiff::ToSpan;
use rust_decimal::Decimal;
use serde_json::json;

use super::nothing;
use crate::toolbox::{
    Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    output::{figures, money, text, words},
};

/// Days that are looked at without a period.
const DAYS: i32 = 90;

impl Toolbox {
    /// What is out of the ordinary in a period.
    pub(super) fn anomalies(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let period = self.period(input.period.as_deref(), input.from, input.to)?.unwrap_or_default();
        let to = period.to.map_or(self.as_of, |to| to.min(self.as_of));
        let from = period.from.unwrap_or_else(|| to.saturating_sub(DAYS.days()));
        if self.ledger.transactions.is_empty() {
            return Ok(nothing("no_data", "no data"));
        }
        let found = anomalies(&self.ledger, &self.profile, from, to);
        let mut output = ToolOutput {
            summary: format!("{} out of the ordinary", found.len()),
            details: json!({ "from": from, "to": to, "items": found }),
            ..ToolOutput::default()
        };
        let label = format!("Out of the ordinary, {from} to {to}");
        let figure = ToolFigure::plain("anomalies", label, Decimal::from(found.len()), None);
        let formula = "how many things are out of the ordinary, a row of each; the table tells why each is";
        output.figures.push(match a_row_of_each(&found) {
            Some(rows) => figure.worked_out(formula, vec![Term::Number(rows)], "v[1]"),
            None => figure.by(formula),
        });
        output.ids = Some(found.iter().flat_map(|it| it.proof.rows.iter().copied()).collect());
        if !found.is_empty() {
            output.tables.push(table(&found, input.rows(30)));
        }
        Ok(output)
    }
}

/// A row of each that no other has: its latest that is free. None where one has none.
fn a_row_of_each(found: &[Anomaly]) -> Option<Vec<TransactionId>> {
    let mut taken = HashSet::new();
    found.iter().map(|it| it.proof.rows.iter().rev().copied().find(|row| taken.insert(*row))).collect()
}

fn table(found: &[Anomaly], rows: usize) -> Table {
    let row = |it: &Anomaly| -> Vec<Cell> {
        let currency = it.amount.currency();
        vec![
            Cell::Date { date: it.date },
            text(kind(it.kind)),
            text(&it.subject),
            money(it.amount.amount(), currency, it.proof.filter.clone()),
            it.usual.map_or_else(|| text(""), |usual| money(usual.amount(), currency, None)),
            text(match it.severity {
                Severity::Info => "good to know",
                Severity::Warning => "worth a look",
                Severity::Alert => "alert",
            }),
            text(&it.reason),
        ]
    };
    Table {
        title: "Out of the ordinary".to_owned(),
        columns: vec![
            words("Day"),
            words("What"),
            words("Where"),
            figures("Amount"),
            figures("Usual"),
            words("Weight"),
            words("Why"),
        ],
        rows: found.iter().take(rows).map(row).collect(),
        has_total: false,
    }
}

const fn kind(kind: AnomalyKind) -> &'static str {
    match kind {
        AnomalyKind::DoubleCharge => "Double charge",
        AnomalyKind::MissingIncome => "Missing income",
        AnomalyKind::HighBill => "High bill",
        AnomalyKind::PriceRise => "Price rise",
        AnomalyKind::HighSpending => "High spending",
        AnomalyKind::NewSubscription => "New subscription",
        AnomalyKind::BankFee => "Bank fee",
    }
}
