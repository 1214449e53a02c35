//! Single transactions and payees: the largest, the latest, the most paid.

use std::cmp::Reverse;

use domain::{Cell, LeftOut, Side, Table, Transaction, TransactionFilter};
use finance::{CountedRow, Group, proof::Term};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Grouping, Input, Order, ToolError, ToolFigure, ToolOutput, Toolbox,
    flows::{chart, group_by, name_of, table},
    output::{figures, money, text, words},
    scope::{Scope, in_currency, said, side_word},
};
use crate::when::days_between;

/// Rows of a list without a number.
const LIST_ROWS: usize = 10;

/// A row of a list, and the filter that finds what of it counts.
struct Listed<'a> {
    row: &'a Transaction,
    counted: Decimal,
    filter: TransactionFilter,
}

impl<'a> Listed<'a> {
    /// Of a row that the list's filter finds.
    fn of(it: &CountedRow<'a>, list: &TransactionFilter) -> Self {
        let day = TransactionFilter {
            from: Some(it.row.date),
            to: Some(it.row.date),
            transaction: Some(it.row.id),
            ..TransactionFilter::default()
        };
        let filter = if it.counted == it.row.amount.amount() {
            day
        } else {
            let TransactionFilter { category, side, without, .. } = list.clone();
            TransactionFilter { category, side, without, ..day }
        };
        Self { row: it.row, counted: it.counted, filter }
    }

    /// The amount as a figure; money out is positive.
    fn figure(&self) -> ToolFigure {
        let label = if self.row.payee.is_empty() { &self.row.description } else { &self.row.payee };
        let (label, currency) = (format!("{label}, {}", self.row.date), self.row.amount.currency());
        let rows = TransactionFilter { currency: Some(currency), ..self.filter.clone() };
        ToolFigure::money("amount", label, self.counted.abs(), currency, Some(self.filter.clone()))
            .worked_out(
                "the amount of the row, its sign left off",
                vec![Term::Sum(rows)],
                "v[1] < 0 ? -v[1] : v[1]",
            )
    }

    /// As a model reads it.
    fn told(&self) -> serde_json::Value {
        let row = self.row;
        json!({
            "id": row.id,
            "date": row.date,
            "payee": row.payee,
            "description": row.description,
            "category": row.category.name(),
            "amount": domain::Money::new(self.counted, row.amount.currency()).unwrap_or(row.amount),
            "link": self.filter.href(),
        })
    }
}

impl Toolbox {
    /// The payees or categories with the most.
    pub(super) fn top(&self, input: &Input, by: Grouping) -> Result<ToolOutput, ToolError> {
        let side = input.side.unwrap_or(Side::Spending);
        let scope = self.scope(input)?.on(side);
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let n = input.place.map_or_else(|| input.rows(5), |place| place as usize);
        let groups = finance::group(&self.ledger, &scope.filter, group_by(by));
        let currency =
            self.totals(&scope.filter).first().map_or_else(|| self.main_currency(), |total| total.currency);
        let mut all: Vec<&Group> = groups.iter().filter(|group| group.currency == currency).collect();
        let by_count = input.headline.as_deref() == Some("count");
        if by_count {
            all.sort_by_key(|group| Reverse(group.count));
        }
        // Money back and what has no name are in the table's total, but are no answer to "who".
        let is_named =
            |group: &&&Group| !group.label.trim().is_empty() && said(group.total, Some(side)) > Decimal::ZERO;
        let own: Vec<&Group> = all.iter().filter(is_named).copied().collect();
        if input.headline.as_deref() == Some("number") {
            return Ok(self.number_of(&scope, by, side));
        }
        let before = input.place.map_or(0, |_| n - 1);
        let found = own.iter().take(n).skip(before);
        let figures = found.map(|group| {
            if by_count {
                let count = Decimal::from(group.count);
                return ToolFigure::plain("count", name_of(group), count, Some(group.filter.clone()));
            }
            let value = said(group.total, Some(side));
            ToolFigure::money(by.word(), name_of(group), value, currency, Some(group.filter.clone()))
        });
        let title = format!("{} by {}: {}", side_word(Some(side)), by.word(), scope.described.label());
        let shown = &own[..own.len().min(n)];
        let mut output = ToolOutput {
            summary: format!("{} groups", own.len()),
            figures: figures.collect(),
            details: json!({ "scope": scope.described, "side": side, "by": by, "by_count": by_count, "groups": own.len(), "place": input.place }),
            ..ToolOutput::default()
        };
        let totals = self.totals(&scope.filter);
        for total in totals.iter().filter(|total| total.currency != currency) {
            let (rows, value) = (in_currency(&scope.filter, total.currency), said(total.total, Some(side)));
            let label = format!("{}: {}", side_word(Some(side)), scope.described.label());
            output.figures.push(ToolFigure::money("besides", label, value, total.currency, Some(rows)));
        }
        if !shown.is_empty() {
            output.tables.push(table(&title, &all, by, n, side, &scope.filter));
            output.charts.push(chart(&title, shown, by, side, currency));
        }
        Ok(output)
    }

    /// How many payees or categories money went to or came from.
    fn number_of(&self, scope: &Scope, by: Grouping, side: Side) -> ToolOutput {
        let mut filter = scope.filter.clone();
        if side == Side::Spending {
            // Money back is no visit.
            filter.without.0.push(LeftOut::Refunds);
        }
        let groups = finance::group(&self.ledger, &filter, group_by(by));
        let mut named: Vec<&Group> = groups.iter().filter(|group| !group.label.trim().is_empty()).collect();
        // Of several currencies one is enough.
        named.sort_by(|a, b| a.label.cmp(&b.label));
        named.dedup_by(|a, b| a.label == b.label);
        let firsts = named.iter().filter_map(|group| self.matching(&group.filter).next()).map(|row| row.id);
        let number = Decimal::from(named.len());
        let plural = if by == Grouping::Category { "Categories" } else { "Payees" };
        let label = format!("{plural}: {}", scope.described.label());
        let figure = ToolFigure::plain("number", label, number, Some(filter.clone())).worked_out(
            "how many there are: the first transaction of each",
            vec![Term::Number(firsts.collect())],
            "v[1]",
        );
        let mut by_size: Vec<&Group> =
            groups.iter().filter(|group| group.currency == groups[0].currency).collect();
        by_size.sort_by_key(|group| said(group.total, Some(side)));
        by_size.reverse();
        let title = format!("{} by {}: {}", side_word(Some(side)), by.word(), scope.described.label());
        ToolOutput {
            summary: format!("{} groups", named.len()),
            figures: vec![figure],
            details: json!({ "scope": scope.described, "side": side, "by": by, "groups": named.len() }),
            tables: (!by_size.is_empty())
                .then(|| table(&title, &by_size, by, 10, side, &filter))
                .into_iter()
                .collect(),
            ids: Some(self.matching(&filter).map(|row| row.id).collect()),
            ..ToolOutput::default()
        }
    }

    /// The largest or smallest transactions; transfers are neither.
    pub(super) fn largest_transactions(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let scope = self.scope(input)?;
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let n = input.place.map_or_else(|| input.rows(5), |place| place as usize);
        let is_smallest = input.order == Some(Order::Smallest);
        let sides = input.side.map_or_else(|| vec![Side::Spending, Side::Income], |side| vec![side]);
        let mut rows: Vec<Listed<'_>> = Vec::new();
        for side in sides {
            let mut filter = TransactionFilter { side: Some(side), ..scope.filter.clone() };
            if input.side.is_some() && side == Side::Spending {
                // The largest expense is not a refund.
                filter.without.0.push(LeftOut::Refunds);
            }
            let found = if is_smallest {
                let mut all = finance::counted_rows(&self.ledger, &filter);
                all.retain(|it| !it.counted.is_zero());
                all
            } else {
                // Some of it may stand between the largest.
                finance::largest(&self.ledger, &filter, n + 50)
            };
            // Nor is the largest income what was paid back.
            let is_income =
                |it: &&CountedRow<'_>| input.side != Some(Side::Income) || it.counted.is_sign_positive();
            rows.extend(found.iter().filter(is_income).map(|it| Listed::of(it, &filter)));
        }
        let currency = self.totals(&scope.filter).first().map(|total| total.currency);
        let size = |it: &Listed<'_>| it.counted.abs();
        rows.sort_by(|a, b| {
            let by_size = if is_smallest { size(a).cmp(&size(b)) } else { size(b).cmp(&size(a)) };
            by_size.then_with(|| (a.row.date, a.row.id).cmp(&(b.row.date, b.row.id)))
        });
        rows.sort_by_key(|it| Some(it.row.amount.currency()) != currency);
        rows.truncate(n);
        let found = rows.len();
        if input.place.is_some() {
            rows.drain(..found.min(n - 1));
        }
        let figures = rows.iter().map(Listed::figure).collect();
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
                "place": input.place,
                "found": found,
                "transactions": rows.iter().map(Listed::told).collect::<Vec<_>>(),
            }),
            tables: self.rows_table(&title, &rows).into_iter().collect(),
            ids: Some(rows.iter().take(1).map(|it| it.row.id).collect()),
            ..ToolOutput::default()
        })
    }

    /// Transactions, with how many there are and what they add up to; a list of spending has no refunds.
    pub(super) fn list_transactions(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let mut scope = self.scope(input)?;
        if let Some(side) = input.side {
            scope = scope.on(side);
        }
        if input.side == Some(Side::Spending) {
            // Money back is no purchase: neither one more of them nor the latest.
            scope.filter.without.0.push(LeftOut::Refunds);
        }
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let rows = finance::counted_rows(&self.ledger, &scope.filter);
        let n = input.rows(LIST_ROWS);
        let order = input.order.unwrap_or(Order::Latest);
        let mut shown = rows.clone();
        match order {
            Order::Latest => shown.reverse(),
            Order::Earliest => {}
            Order::Largest => shown.sort_by_key(|row| Reverse(row.counted.abs())),
            Order::Smallest => shown.sort_by_key(|row| row.counted.abs()),
        }
        shown.truncate(n);
        let ids: Vec<_> =
            if input.n == Some(1) { &shown } else { &rows }.iter().map(|it| it.row.id).collect();
        let shown: Vec<Listed<'_>> = shown.iter().map(|it| Listed::of(it, &scope.filter)).collect();
        let link = Some(scope.filter.clone());
        let mut found: Vec<ToolFigure> = Vec::new();
        let count = Decimal::from(rows.len());
        let label = format!("Transactions: {}", scope.described.label());
        let counted = ToolFigure::plain("count", label, count, link.clone());
        if input.n == Some(1) && shown.len() == 1 {
            found.push(shown[0].figure());
        }
        found.push(counted);
        if input.headline.is_none() {
            found.extend(self.sums_of(&rows, input.side, &scope.described.label(), link.as_ref()));
        }
        let title = format!("Transactions: {}", scope.described.label());
        let single = shown.first().filter(|_| input.n == Some(1));
        let days_ago = single.map(|it| days_between(it.row.date, self.as_of) - 1).filter(|days| *days >= 0);
        Ok(ToolOutput {
            summary: format!("{} transactions", rows.len()),
            figures: found,
            details: json!({
                "scope": scope.described,
                "side": input.side,
                "order": order,
                "days_ago": days_ago,
                "count": rows.len(),
                "transactions": shown.iter().take(5).map(Listed::told).collect::<Vec<_>>(),
                "shown": shown.len(),
            }),
            tables: self.rows_table(&title, &shown).into_iter().collect(),
            ids: Some(ids),
            ..ToolOutput::default()
        })
    }

    fn sums_of(
        &self,
        rows: &[CountedRow<'_>],
        side: Option<Side>,
        label: &str,
        filter: Option<&TransactionFilter>,
    ) -> Vec<ToolFigure> {
        let mut sums: Vec<(domain::Currency, Decimal)> = Vec::new();
        for it in rows {
            let currency = it.row.amount.currency();
            match sums.iter_mut().find(|(own, _)| *own == currency) {
                Some((_, sum)) => *sum += it.counted,
                None => sums.push((currency, it.counted)),
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
    fn rows_table(&self, title: &str, rows: &[Listed<'_>]) -> Option<Table> {
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
            .map(|it| {
                let row = it.row;
                let payee = if row.payee.is_empty() { &row.description } else { &row.payee };
                let mut cells =
                    vec![Cell::Date { date: row.date }, text(&**payee), text(row.category.name())];
                if has_accounts {
                    let account = self.ledger.account(row.account_id);
                    cells.push(text(account.map_or("", |account| account.name.as_str())));
                }
                cells.push(money(it.counted, row.amount.currency(), Some(it.filter.clone())));
                cells
            })
            .collect();
        Some(Table { title: title.to_owned(), columns, rows, has_total: false })
    }
}
