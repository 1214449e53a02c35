//! What part of income, of all spending or of a category something is.

use domain::{CategoryKind, Currency, Side, TransactionFilter};
use finance::{CurrencyTotal, proof::Term};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    output::percent,
    scope::{Scope, in_currency, said, side_word},
};

impl Toolbox {
    /// A part of all spending, of income or of a category, in percent: of each currency by itself.
    pub(super) fn share(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let side = input.side.unwrap_or(Side::Spending);
        let scope = self.scope(input)?.on(side);
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let (whole, of) = self.whole(input)?;
        let (parts, wholes) = (self.totals(&scope.filter), self.totals(&whole.filter));
        let mut currencies: Vec<Currency> = parts.iter().map(|total| total.currency).collect();
        if currencies.is_empty() {
            currencies.push(self.main_currency());
        }
        let part_label = format!("{}: {}", side_word(Some(side)), scope.described.label());
        let whole_label = format!("{}: {}", side_word(Some(of)), whole.described.label());
        let (mut figures, mut besides) = (Vec::new(), Vec::new());
        let mut headline: Option<TransactionFilter> = None;
        for &currency in &currencies {
            let part_rows = in_currency(&scope.filter, currency);
            let whole_rows = in_currency(&whole.filter, currency);
            let part = said(sum_in(&parts, currency), Some(side));
            let all = said(sum_in(&wholes, currency), Some(of));
            let Some(share) = percent(part, all) else {
                if !part.is_zero() {
                    besides.push(ToolFigure::money("besides", &part_label, part, currency, Some(part_rows)));
                }
                continue;
            };
            let label = format!("Share: {}", scope.described.label());
            figures.push(ToolFigure::plain("share", label, share, None).worked_out(
                "the part divided by the whole, times 100",
                vec![Term::Sum(part_rows.clone()), Term::Sum(whole_rows.clone())],
                "v[1] / v[2] * 100",
            ));
            figures.push(ToolFigure::money("part", &part_label, part, currency, Some(part_rows.clone())));
            figures.push(ToolFigure::money("whole", &whole_label, all, currency, Some(whole_rows)));
            headline.get_or_insert(part_rows);
        }
        let Some(headline) = headline else {
            let reason = if of == Side::Income { "no_income" } else { "no_spending" };
            let details = json!({ "nothing": reason, "scope": scope.described });
            return Ok(ToolOutput {
                summary: "nothing to divide by".to_owned(),
                details,
                ..ToolOutput::default()
            });
        };
        for total in wholes.iter().filter(|total| !currencies.contains(&total.currency)) {
            let rows = in_currency(&whole.filter, total.currency);
            let all = said(total.total, Some(of));
            besides.push(ToolFigure::money("besides", &whole_label, all, total.currency, Some(rows)));
        }
        Ok(ToolOutput {
            summary: format!("{} percent", figures[0].value),
            figures: figures.into_iter().chain(besides).collect(),
            details: json!({
                "scope": scope.described,
                "side": side,
                "of": of,
                "whole": whole.described,
            }),
            ids: Some(self.matching(&headline).map(|row| row.id).collect()),
            ..ToolOutput::default()
        })
    }

    /// The rows that something is a part of: a category's, else all of a side, of the same days.
    fn whole(&self, input: &Input) -> Result<(Scope, Side), ToolError> {
        let names = [&input.category, &input.payee, &input.account, &input.text];
        // Where nothing else tells the part, it is what remains: "what part was not rent".
        let is_narrowed = names.into_iter().any(Option::is_some) || !input.weekdays.is_empty();
        let scope = self.scope(&Input {
            category: input.other_category.clone(),
            period: input.period.clone(),
            from: input.from,
            to: input.to,
            without: if is_narrowed { input.without.clone() } else { Vec::new() },
            ..Input::default()
        })?;
        let of = match scope.filter.category.as_ref().map(domain::Category::kind) {
            Some(CategoryKind::Income) => Side::Income,
            None if input.headline.as_deref() == Some("income") => Side::Income,
            _ => Side::Spending,
        };
        Ok((scope.on(of), of))
    }
}

/// The total of one currency; zero where there is none.
fn sum_in(totals: &[CurrencyTotal], currency: Currency) -> Decimal {
    totals.iter().find(|total| total.currency == currency).map_or(Decimal::ZERO, |total| total.total)
}
