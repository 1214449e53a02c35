//! What several categories or payees come to together. Not each by itself: that is a sum of one name, or a breakdown.

use std::collections::HashMap;

use domain::{Category, Currency, Side, Table, TransactionId};
use finance::proof::{Term, Working};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    output::{count, figures, money, text, words},
    scope::{Scope, in_currency, said, side_word},
};

/// A name, its rows and what it comes to in a currency.
struct Part {
    name: String,
    scope: Scope,
    total: finance::CurrencyTotal,
}

impl Toolbox {
    /// The sum over several names, and each one's.
    pub(super) fn together(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let side = input.side.unwrap_or(Side::Spending);
        let scopes = self.scopes_of_names(input, side)?;
        for (_, scope) in &scopes {
            if let Some(details) = self.nothing(scope) {
                return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
            }
        }
        self.refuse_shared_rows(&scopes)?;
        let whole = self.scope(&Input { category: None, payee: None, ..input.clone() })?;
        let names: Vec<String> = scopes.iter().map(|(name, _)| name.clone()).collect();
        let currencies = self.currencies_of(scopes.iter().map(|(_, scope)| scope));
        let mut parts: Vec<Part> = Vec::new();
        for (name, scope) in scopes {
            let mut totals = self.totals(&scope.filter);
            if totals.is_empty() {
                totals.push(finance::CurrencyTotal {
                    currency: currencies[0],
                    total: Decimal::ZERO,
                    count: 0,
                });
            }
            let part = |total| Part { name: name.clone(), scope: scope.clone(), total };
            parts.extend(totals.into_iter().map(part));
        }
        let label = format!("{}: {}, {}", side_word(Some(side)), names.join(", "), whole.described.label());
        let totals = currencies.iter().map(|currency| total_of(&parts, &label, side, *currency));
        let mut output = ToolOutput { figures: totals.collect(), ..ToolOutput::default() };
        output.figures.extend(parts.iter().map(|part| {
            let (name, total) = (&part.name, &part.total);
            let rows = in_currency(&part.scope.filter, total.currency);
            ToolFigure::money("part", name, said(total.total, Some(side)), total.currency, Some(rows))
        }));
        let number: u64 = parts.iter().map(|part| part.total.count).sum();
        output.summary = format!("{number} transactions");
        let rows = parts.iter().flat_map(|part| self.matching(&part.scope.filter).map(|row| row.id));
        output.ids = Some(rows.collect());
        output.details = json!({ "scope": whole.described, "side": side, "names": names, "count": number });
        output.tables = currencies.iter().map(|currency| table(&parts, &label, side, *currency)).collect();
        Ok(output)
    }

    /// Each name with the rows that it means; none twice.
    fn scopes_of_names(&self, input: &Input, side: Side) -> Result<Vec<(String, Scope)>, ToolError> {
        let base = Input { categories: Vec::new(), payees: Vec::new(), ..input.clone() };
        let of_category = input.categories.iter().map(|it| Input {
            category: Some(it.clone()),
            payee: None,
            ..base.clone()
        });
        let of_payee =
            input.payees.iter().map(|it| Input { payee: Some(it.clone()), category: None, ..base.clone() });
        let mut scopes: Vec<(String, Scope)> = Vec::new();
        for input in of_category.chain(of_payee) {
            let scope = self.scope(&input)?.on(side);
            let named = scope.described.category.clone().or_else(|| scope.described.payee.clone());
            if !scopes.iter().any(|(_, other)| other.filter == scope.filter) {
                scopes.push((named.unwrap_or_default(), scope));
            }
        }
        if scopes.len() < 2 {
            let message = "two or more categories or payees are needed".to_owned();
            return Err(ToolError::InvalidInput { message });
        }
        Ok(scopes)
    }

    /// What two names share would be counted twice. Parts of a split transaction are in one category each.
    fn refuse_shared_rows(&self, scopes: &[(String, Scope)]) -> Result<(), ToolError> {
        let mut taken: HashMap<TransactionId, &(String, Scope)> = HashMap::new();
        for named in scopes {
            for row in self.matching(&named.1.filter) {
                let Some(other) = taken.insert(row.id, named) else { continue };
                if !is_split_between(&other.1, &named.1) {
                    let message = format!(
                        "“{}” and “{}” have transactions in common, so their sum would count some twice",
                        other.0, named.0
                    );
                    return Err(ToolError::Told { message });
                }
            }
        }
        Ok(())
    }
}

/// Whether two names are categories, neither of which lies in the other.
fn is_split_between(one: &Scope, other: &Scope) -> bool {
    let (Some(one), Some(other)) = (&one.filter.category, &other.filter.category) else { return false };
    let is_inside = |inner: &Category, outer: &Category| {
        inner.path().strip_prefix(outer.path()).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    };
    !is_inside(one, other) && !is_inside(other, one)
}

fn total_of(parts: &[Part], label: &str, side: Side, currency: Currency) -> ToolFigure {
    let own = || parts.iter().filter(|part| part.total.currency == currency);
    let sum: Decimal = own().map(|part| said(part.total.total, Some(side))).sum();
    let mut working = Working::default();
    let terms: Vec<String> =
        own().map(|part| working.name(Term::Sum(in_currency(&part.scope.filter, currency)))).collect();
    working.expression = terms.join(" + ");
    ToolFigure::money("total", label, sum, currency, None)
        .worked("the sum of each of them, added up", working)
}

fn table(parts: &[Part], title: &str, side: Side, currency: Currency) -> Table {
    let own = || parts.iter().filter(|part| part.total.currency == currency);
    let row = |name: &str, sum: Decimal, number: u64, rows| {
        vec![text(name), money(said(sum, Some(side)), currency, rows), count(number)]
    };
    let each = own().map(|part| {
        let rows = in_currency(&part.scope.filter, currency);
        row(&part.name, part.total.total, part.total.count, Some(rows))
    });
    let total = row(
        "Total",
        own().map(|part| part.total.total).sum(),
        own().map(|part| part.total.count).sum(),
        None,
    );
    Table {
        title: title.to_owned(),
        columns: vec![words("Name"), figures("Amount"), figures("Transactions")],
        rows: each.chain([total]).collect(),
        has_total: true,
    }
}
