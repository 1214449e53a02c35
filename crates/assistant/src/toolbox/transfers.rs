//! Money moved between own accounts, as one of them sees it.

use domain::{Category, LeftOut, LeftOuts, TransactionFilter};
use finance::proof::Term;
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Direction, Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    names::{account_kind, kind_word},
    scope::in_currency,
};

impl Toolbox {
    /// What was moved into an account, or out of it; of several of a kind, into any of them.
    pub(super) fn transfers(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let Some(name) = &input.account else {
            return Err(ToolError::InvalidInput { message: "account is missing".to_owned() });
        };
        let direction = input.direction.unwrap_or(Direction::In);
        let scope = self.scope(input)?;
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let other = if direction == Direction::In { LeftOut::MoneyOut } else { LeftOut::MoneyIn };
        let mut filter = scope.filter.clone();
        filter.category = Some(Category::TRANSFER);
        filter.without.0.extend([other, LeftOut::Category(Category::OPENING_BALANCE)]);
        let ever = TransactionFilter {
            account: filter.account,
            account_kind: filter.account_kind,
            category: filter.category.clone(),
            without: LeftOuts(vec![LeftOut::Category(Category::OPENING_BALANCE)]),
            ..TransactionFilter::default()
        };
        if !finance::any_matching(&self.ledger, &ever) {
            let details = json!({ "nothing": "no_transfers", "scope": scope.described });
            return Ok(ToolOutput { summary: "no transfers".to_owned(), details, ..ToolOutput::default() });
        }
        let account = scope.described.account.clone().unwrap_or_else(|| {
            account_kind(name).map_or_else(|| name.clone(), |kind| format!("{} accounts", kind_word(kind)))
        });
        let word = if direction == Direction::In { "into" } else { "out of" };
        let label = format!("Moved {word} {account}, {}", scope.described.period().label());
        let mut totals = self.totals(&filter);
        if totals.is_empty() {
            let currency = self.main_currency();
            totals.push(finance::CurrencyTotal { currency, total: Decimal::ZERO, count: 0 });
        }
        let count: u64 = totals.iter().map(|total| total.count).sum();
        let figures = totals.iter().map(|total| {
            let rows = in_currency(&filter, total.currency);
            let (formula, sum) = match direction {
                Direction::In => ("what was moved in, added up", "v[1]"),
                Direction::Out => ("what was moved out, added up, its sign left off", "-v[1]"),
            };
            ToolFigure::money("moved", &label, total.total.abs(), total.currency, Some(rows.clone()))
                .worked_out(formula, vec![Term::Sum(rows)], sum)
        });
        Ok(ToolOutput {
            summary: format!("{count} transfers"),
            figures: figures.collect(),
            details: json!({
                "scope": scope.described,
                "account": account,
                "direction": direction,
                "count": count,
            }),
            ..ToolOutput::default()
        })
    }
}
