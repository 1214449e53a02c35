//! What is saved a month, a week or a year on average.

use domain::Side;
use finance::proof::Term;
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Grouping, Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    flows::{divisor, units_of},
    output::rounded,
    scope::{Scope, in_currency},
};

impl Toolbox {
    /// Income less spending, divided by the days, weeks, months or years that an average counts.
    pub(super) fn saved_per(&self, input: &Input, per: Grouping) -> Result<ToolOutput, ToolError> {
        if !per.is_time() {
            let message = "per must be day, week, month, quarter or year".to_owned();
            return Err(ToolError::InvalidInput { message });
        }
        let scope = self.scope(input)?;
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let scope = scope.within(self.counted_days(&scope, per));
        let units = units_of(&scope, per, 0);
        if units.is_zero() {
            let details = json!({ "nothing": "no_rows_in_period", "scope": scope.described });
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let (income, spending) = (scope.on(Side::Income), scope.on(Side::Spending));
        let word = per.word();
        let label = scope.described.label();
        let divided = divisor(&scope, per, 0);
        let counted = units.round_dp(4).normalize();
        let mut output =
            ToolOutput { summary: format!("over {} {word}s", units.round_dp(1)), ..ToolOutput::default() };
        for currency in self.currencies_of([&income, &spending]) {
            let part = |scope: &Scope| in_currency(&scope.filter, currency);
            let sum = |scope: &Scope| {
                finance::total(&self.ledger, &part(scope)).first().map_or(Decimal::ZERO, |total| total.total)
            };
            let (earned, spent) = (sum(&income), Decimal::ZERO - sum(&spending));
            let saved = earned - spent;
            let both = || vec![Term::Sum(part(&income)), Term::Sum(part(&spending))];
            let figure =
                |name: &str, label: String, value| ToolFigure::money(name, label, value, currency, None);
            let average = rounded(saved / units, currency);
            output.figures.push(figure("average", format!("Saved per {word}: {label}"), average).worked_out(
                format!("income less spending, divided by {counted} {word}s"),
                both(),
                format!("(v[1] - v[2]) / {divided}"),
            ));
            let total = figure("saved", format!("Saved: {label}"), saved);
            output.figures.push(total.worked_out("income less spending", both(), "v[1] - v[2]"));
            for (name, title, value, side) in
                [("income", "Income", earned, &income), ("spending", "Spending", spent, &spending)]
            {
                let label = format!("{title}: {label}");
                output.figures.push(ToolFigure::money(name, label, value, currency, Some(part(side))));
            }
        }
        output.details = json!({
            "scope": scope.described,
            "per": per,
            "units": units.round_dp(1).normalize(),
        });
        let behind = self.matching(&income.filter).chain(self.matching(&spending.filter));
        output.ids = Some(behind.map(|row| row.id).collect());
        Ok(output)
    }
}
