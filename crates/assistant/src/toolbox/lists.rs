//! Single transactions and payees: the largest, the latest, the most paid.

use domain::{Cell, Side, Table, Transaction, TransactionFilter};
use finance::Group;
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Grouping, Input, Order, ToolError, ToolFigure, ToolOutput, Toolbox,
    flows::{chart, group_by, name_of, table},
    output::{figures, money, text, words},
    scope::{in_currency, said, side_word},
};

/// Rows of a list without a number.
const LIST_ROWS: usize = 10;

impl Toolbox {
    /// The payees or categories with the most.
    pub(super) fn top(&self, input: &Input, by: Grouping) -> Result<ToolOutput, ToolError> {
        let side = input.side.unwrap_or(Side::Spending);
        let scope = self.scope(input)?.on(side);
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let n = input.rows(5);
        let mut groups = finance::group(&self.ledger, &scope.filter, group_by(by));
        groups
            .retain(|group| !group.label.trim().is_empty() && said(group.total, Some(side)) > Decimal::ZERO);
        let currency =
            self.totals(&scope.filter).first().map_or_else(|| self.main_currency(), |total| total.currency);
        let own: Vec<&Group> = groups.iter().filter(|group| group.currency == currency).collect();
        let found = own.iter().take(n);
        let figures = found.map(|group| {
            let value = said(group.total, Some(side));
            ToolFigure::money(by.word(), name_of(group), value, currency, Some(group.filter.clone()))
        });
        let title = format!("{} by {}: {}", side_word(Some(side)), by.word(), scope.described.label());
        let shown = &own[..own.len().min(n)];
        let mut output = ToolOutput {
            summary: format!("{} groups", own.len()),
            figures: figures.collect(),
            details: json!({ "scope": scope.described, "side": side, "by": by, "groups": own.len() }),
            ..ToolOutput::default()
        };
        if !shown.is_empty() {
            output.tables.push(table(&title, &own, by, n, side, &scope.filter));
            output.charts.push(chart(&title, shown, by, side, currency));
        }
        Ok(output)
    }

    /// The largest or smallest transactions; transfers are neither.
    pub(super) fn largest_transactions(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let scope = self.scope(input)?;
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let n = input.rows(5);
        let is_smallest = input.order == Some(Order::Smallest);
        let sides = input.side.map_or_else(|| vec![Side::Spending, Side::Income], |side| vec![side]);
        let mut rows: Vec<&Transaction> = Vec::new();
        for side in sides {
            let filter = TransactionFilter { side: Some(side), ..scope.filter.clone() };
            // The largest expense is not a refund.
            let is_of_side = |row: &&Transaction| {
                input.side.is_none() || (side == Side::Spending) == row.amount.is_outflow()
            };
            if is_smallest {
                rows.extend(
                    self.matching(&filter).filter(is_of_side).filter(|row| !row.amount.amount().is_zero()),
                );
            } else {
                // Some refunds may stand between the largest rows.
                let found = finance::largest(&self.ledger, &filter, n + 50);
                rows.extend(found.into_iter().filter(is_of_side));
            }
        }
        let currency = self.totals(&scope.filter).first().map(|total| total.currency);
        let size = |row: &&Transaction| row.amount.amount().abs();
        rows.sort_by(|a, b| {
            let by_size = if is_smallest { size(a).cmp(&size(b)) } else { size(b).cmp(&size(a)) };
            by_size.then_with(|| (a.date, a.id).cmp(&(b.date, b.id)))
        });
        rows.sort_by_key(|row| Some(row.amount.currency()) != currency);
        rows.truncate(n);
        let figures = rows.iter().map(|row| figure_of(row)).collect();
        let title = format!(
            "{} transactions: {}",
            if is_smallest { "Smallest" } else { "Largest" },
            scope.described.label()
        );
        Ok(ToolOutput {
            summary: format!("{} transactions", rows.len()),
            figures,
            details: json!({
                "scope": scope.described,
                "side": input.side,
                "order": input.order,
                "transactions": rows.iter().map(|row| told(row)).collect::<Vec<_>>(),
            }),
            tables: self.rows_table(&title, &rows).into_iter().collect(),
            ids: Some(rows.iter().take(1).map(|row| row.id).collect()),
            ..ToolOutput::default()
        })
    }

    /// Transactions, with how many there are and what they add up to.
    pub(super) fn list_transactions(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let mut scope = self.scope(input)?;
        if let Some(side) = input.side {
            scope = scope.on(side);
        }
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let rows: Vec<&Transaction> = self.matching(&scope.filter).collect();
        let n = input.rows(LIST_ROWS);
        let order = input.order.unwrap_or(Order::Latest);
        let mut shown = rows.clone();
        match order {
            Order::Latest => shown.reverse(),
            Order::Earliest => {}
            Order::Largest => shown.sort_by_key(|row| std::cmp::Reverse(row.amount.amount().abs())),
            Order::Smallest => shown.sort_by_key(|row| row.amount.amount().abs()),
        }
        shown.truncate(n);
        let link = Some(scope.filter.clone());
        let mut found: Vec<ToolFigure> = Vec::new();
        let count = Decimal::from(rows.len());
        let label = format!("Transactions: {}", scope.described.label());
        let counted = ToolFigure::plain("count", label, count, link.clone());
        let is_one = input.n == Some(1) && shown.len() == 1;
        if is_one {
            found.push(figure_of(shown[0]));
        }
        found.push(counted);
        if input.headline.is_none() {
            found.extend(self.sums_of(&rows, input.side, &scope.described.label(), link.as_ref()));
        }
        let title = format!("Transactions: {}", scope.described.label());
        let ids = if is_one { &shown } else { &rows };
        Ok(ToolOutput {
            summary: format!("{} transactions", rows.len()),
            figures: found,
            details: json!({
                "scope": scope.described,
                "side": input.side,
                "order": order,
                "count": rows.len(),
                "transactions": shown.iter().take(5).map(|row| told(row)).collect::<Vec<_>>(),
                "shown": shown.len(),
            }),
            tables: self.rows_table(&title, &shown).into_iter().collect(),
            ids: Some(ids.iter().map(|row| row.id).collect()),
            ..ToolOutput::default()
        })
    }

    fn sums_of(
        &self,
        rows: &[&Transaction],
        side: Option<Side>,
        label: &str,
        filter: Option<&TransactionFilter>,
    ) -> Vec<ToolFigure> {
        let mut sums: Vec<(domain::Currency, Decimal)> = Vec::new();
        for row in rows {
            let currency = row.amount.currency();
            match sums.iter_mut().find(|(own, _)| *own == currency) {
                Some((_, sum)) => *sum += row.amount.amount(),
                None => sums.push((currency, row.amount.amount())),
            }
        }
        sums.sort_by_key(|(currency, _)| self.base_first(*currency));
        sums.into_iter()
            .map(|(currency, sum)| {
                let rows = filter.map(|filter| in_currency(filter, currency));
                ToolFigure::money(
                    "sum",
                    format!("{}: {label}", side_word(side)),
                    said(sum, side),
                    currency,
                    rows,
                )
            })
            .collect()
    }

    /// Rows as a table; none without rows.
    pub(super) fn rows_table(&self, title: &str, rows: &[&Transaction]) -> Option<Table> {
        if rows.is_empty() {
            return None;
        }
        let has_accounts = self.ledger.accounts.len() > 1;
        let mut columns = vec![words("Date"), words("Payee"), words("Category")];
        if has_accounts {
            columns.push(words("Account"));
        }
        columns.push(figures("Amount"));
        let rows = rows
            .iter()
            .map(|row| {
                let payee = if row.payee.is_empty() { &row.description } else { &row.payee };
                let mut cells = vec![Cell::Date { date: row.date }, text(payee), text(row.category.name())];
                if has_accounts {
                    let account = self.ledger.account(row.account_id);
                    cells.push(text(account.map_or("", |account| account.name.as_str())));
                }
                cells.push(money(row.amount.amount(), row.amount.currency(), Some(row_filter(row))));
                cells
            })
            .collect();
        Some(Table { title: title.to_owned(), columns, rows, has_total: false })
    }
}

/// A single row's amount; money out is positive.
fn figure_of(row: &Transaction) -> ToolFigure {
    let label = if row.payee.is_empty() { &row.description } else { &row.payee };
    let currency = row.amount.currency();
    ToolFigure::money(
        "amount",
        format!("{label}, {}", row.date),
        row.amount.amount().abs(),
        currency,
        Some(row_filter(row)),
    )
}

/// The narrowest filter that finds a row.
fn row_filter(row: &Transaction) -> TransactionFilter {
    TransactionFilter {
        from: Some(row.date),
        to: Some(row.date),
        account: Some(row.account_id),
        payee: (!row.payee.is_empty()).then(|| row.payee.clone()),
        ..TransactionFilter::default()
    }
}

/// A row as a model reads it.
fn told(row: &Transaction) -> serde_json::Value {
    json!({
        "id": row.id,
        "date": row.date,
        "payee": row.payee,
        "description": row.description,
        "category": row.category.name(),
        "amount": row.amount,
        "link": row_filter(row).href(),
    })
}
