//! How often something happens in a day, a week or a month. Not how many there were: that is a list's count.

use domain::Side;
use finance::proof::Term;
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Grouping, Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    flows::{divisor, units_of},
    scope::side_word,
};

impl Toolbox {
    /// How many transactions there are per unit of time, on average.
    pub(super) fn frequency(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let per = input.per.unwrap_or(Grouping::Month);
        if !per.is_time() {
            let message = "per must be day, week, month, quarter or year".to_owned();
            return Err(ToolError::InvalidInput { message });
        }
        let mut input = input.clone();
        // What came back is no purchase.
        if input.side == Some(Side::Spending) {
            input.without.push("refunds".to_owned());
        }
        let scope = self.scope(&input)?;
        let scope = input.side.map_or_else(|| scope.clone(), |side| scope.on(side));
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let scope = scope.within(self.counted_days(&scope, per));
        let count = finance::counted_rows(&self.ledger, &scope.filter).len() as u64;
        let units = units_of(&scope, per, count);
        let rate = if units.is_zero() { Decimal::ZERO } else { Decimal::from(count) / units };
        let digits = if rate < Decimal::ONE { 2 } else { 1 };
        let what = side_word(input.side).to_lowercase();
        let label = format!("Times a {}, {what}: {}", per.word(), scope.described.label());
        let rows = scope.filter.clone();
        let formula =
            format!("how many there are, divided by {} {}s", units.round_dp(4).normalize(), per.word());
        let divided = divisor(&scope, per, count);
        let figures = vec![
            ToolFigure::plain("frequency", label, rate.round_dp(digits), Some(rows.clone())).worked_out(
                formula,
                vec![Term::Count(rows.clone())],
                format!("v[1] / {divided}"),
            ),
            ToolFigure::plain("count", "Transactions", Decimal::from(count), Some(rows)),
        ];
        Ok(ToolOutput {
            summary: format!("{count} over {} {}s", units.round_dp(1).normalize(), per.word()),
            figures,
            details: json!({
                "scope": scope.described,
                "side": input.side,
                "per": per,
                "units": units.round_dp(1).normalize(),
                "count": count,
            }),
            ..ToolOutput::default()
        })
    }
}
