//! What part of income or of all spending something is.

use domain::{Side, TransactionFilter};
use finance::proof::Term;
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    output::percent,
    scope::{in_currency, said, side_word},
};

impl Toolbox {
    /// A part of all spending or of income, in percent.
    pub(super) fn share(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let side = input.side.unwrap_or(Side::Spending);
        let of = if input.headline.as_deref() == Some("income") { Side::Income } else { Side::Spending };
        let scope = self.scope(input)?.on(side);
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let currency = self.main_currency();
        let part_rows = in_currency(&scope.filter, currency);
        let whole_rows = TransactionFilter {
            from: scope.filter.from,
            to: scope.filter.to,
            side: Some(of),
            currency: Some(currency),
            ..TransactionFilter::default()
        };
        let sum = |rows: &TransactionFilter| {
            finance::total(&self.ledger, rows).first().map_or(Decimal::ZERO, |total| total.total)
        };
        let part = self.totals(&part_rows).first().map_or(Decimal::ZERO, |total| total.total);
        let (part, whole) = (said(part, Some(side)), said(sum(&whole_rows), Some(of)));
        let label = scope.described.label();
        let details = json!({ "scope": scope.described, "side": side, "of": of });
        let Some(share) = percent(part, whole) else {
            let reason = if of == Side::Income { "no_income" } else { "no_spending" };
            let details = json!({ "nothing": reason, "scope": scope.described });
            return Ok(ToolOutput {
                summary: "nothing to divide by".to_owned(),
                details,
                ..ToolOutput::default()
            });
        };
        let whole_label = format!("{}: {}", side_word(Some(of)), scope.described.period().label());
        Ok(ToolOutput {
            summary: format!("{share} percent"),
            figures: vec![
                ToolFigure::plain("share", format!("Share: {label}"), share, None).worked_out(
                    "the part divided by the whole, times 100",
                    vec![Term::Sum(part_rows.clone()), Term::Sum(whole_rows.clone())],
                    "v[1] / v[2] * 100",
                ),
                ToolFigure::money(
                    "part",
                    format!("{}: {label}", side_word(Some(side))),
                    part,
                    currency,
                    Some(part_rows.clone()),
                ),
                ToolFigure::money("whole", whole_label, whole, currency, Some(whole_rows)),
            ],
            details,
            ids: Some(self.matching(&part_rows).map(|row| row.id).collect()),
            ..ToolOutput::default()
        })
    }
}
