//! What there is: names in a text, accounts, categories, questions worth asking.

use std::collections::HashSet;

use domain::{Account, Category, CategoryKind, Cell, Table, TransactionFilter, TransactionId};
use finance::{Group, GroupBy, proof::Term};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    balances::balance_of,
    names::kind_word,
    output::{count, figures, money, text, words},
};

impl Toolbox {
    /// The names that a text holds.
    pub(super) fn look_up(&self, input: &Input) -> ToolOutput {
        let question = input.text.as_deref().unwrap_or_default();
        let matches = self.names().find(&self.ledger, question);
        let mut told: Vec<&str> = Vec::new();
        for found in &matches {
            if !told.contains(&found.name.as_str()) {
                told.push(&found.name);
            }
        }
        told.truncate(4);
        let (first, last) = self.coverage().unzip();
        let paydays = if speaks_of_pay(question) { self.paydays() } else { Vec::new() };
        ToolOutput {
            summary: if told.is_empty() { "no names".to_owned() } else { told.join(", ") },
            details: json!({
                "matches": matches,
                "paydays": paydays,
                "accounts": self.ledger.accounts.iter().map(|account| &account.name).collect::<Vec<_>>(),
                "transactions": self.ledger.transactions.len(),
                "first": first,
                "last": last,
            }),
            ..ToolOutput::default()
        }
    }

    /// The days of the latest two salaries up to today.
    fn paydays(&self) -> Vec<Date> {
        let rows = &self.ledger.transactions;
        let until = &rows[..rows.partition_point(|row| row.date <= self.as_of)];
        let mut days: Vec<Date> = Vec::new();
        for row in until.iter().rev().filter(|row| row.category.path() == "Income:Salary") {
            if !days.contains(&row.date) {
                days.push(row.date);
            }
            if days.len() == 2 {
                break;
            }
        }
        days
    }

    /// The accounts.
    pub(super) fn accounts(&self) -> ToolOutput {
        let accounts: Vec<&Account> = self.ledger.accounts.iter().collect();
        let mut output = ToolOutput {
            summary: format!("{} accounts", accounts.len()),
            details: json!({
                "transactions": self.ledger.transactions.len(),
                "first": self.coverage().map(|(first, _)| first),
                "last": self.coverage().map(|(_, last)| last),
                "names": accounts.iter().map(|account| &account.name).collect::<Vec<_>>(),
            }),
            ..ToolOutput::default()
        };
        let figure = ToolFigure::plain("accounts", "Accounts", Decimal::from(accounts.len()), None);
        output.figures.push(figure.of(Term::Accounts));
        if accounts.is_empty() {
            return output;
        }
        for (currency, sum) in self.sums(&accounts, self.as_of) {
            let rows = TransactionFilter {
                to: Some(self.as_of),
                currency: Some(currency),
                ..TransactionFilter::default()
            };
            output.figures.push(
                ToolFigure::money("balance", "Balance of all accounts", sum, currency, Some(rows))
                    .of(balance_of(&accounts, currency, self.as_of)),
            );
        }
        let rows = accounts.iter().map(|account| self.account_row(account)).collect();
        output.tables.push(Table {
            title: "Accounts".to_owned(),
            columns: vec![
                words("Account"),
                words("Kind"),
                figures("Balance"),
                figures("Transactions"),
                words("Last"),
            ],
            rows,
            has_total: false,
        });
        output
    }

    fn account_row(&self, account: &Account) -> Vec<Cell> {
        let own = self.ledger.transactions.iter().filter(|row| row.account_id == account.id);
        let last = self.ledger.transactions.iter().rev().find(|row| row.account_id == account.id);
        let rows = TransactionFilter {
            account: Some(account.id),
            to: Some(self.as_of),
            ..TransactionFilter::default()
        };
        let balance = finance::balance_on(&self.ledger, account.id, self.as_of);
        vec![
            text(&account.name),
            text(kind_word(account.kind)),
            money(balance.amount(), account.currency, Some(rows)),
            count(own.count() as u64),
            last.map_or_else(|| text(""), |row| Cell::Date { date: row.date }),
        ]
    }

    /// The categories that rows have.
    pub(super) fn categories(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let scope = self.scope(input)?;
        if let Some(details) = self.nothing(&scope) {
            return Ok(ToolOutput { summary: "no rows".to_owned(), details, ..ToolOutput::default() });
        }
        let groups = finance::group(&self.ledger, &scope.filter, GroupBy::Category);
        let mut names: Vec<&str> = groups.iter().map(|group| group.label.as_str()).collect();
        // One with rows in two currencies is two groups.
        let mut told = HashSet::new();
        names.retain(|name| told.insert(*name));
        let mut output = ToolOutput {
            summary: format!("{} categories", names.len()),
            details: json!({ "scope": scope.described, "names": names }),
            ..ToolOutput::default()
        };
        let number = Decimal::from(names.len());
        let figure = ToolFigure::plain("categories", "Categories", number, Some(scope.filter.clone()));
        output.figures.push(self.number_of_categories(figure, &scope.filter, &groups));
        let rows = groups
            .iter()
            .take(60)
            .map(|group| {
                let sum = money(group.total, group.currency, Some(group.filter.clone()));
                vec![text(&group.label), count(group.count), sum]
            })
            .collect();
        output.tables.push(Table {
            title: format!("Categories: {}", scope.described.label()),
            columns: vec![words("Category"), figures("Transactions"), figures("Sum")],
            rows,
            has_total: false,
        });
        Ok(output)
    }

    /// The number of categories. A journal knows those of spending and income; a transfer between two accounts
    /// is one entry without a category, so a row stands for each of theirs.
    fn number_of_categories(
        &self,
        figure: ToolFigure,
        days: &TransactionFilter,
        groups: &[Group],
    ) -> ToolFigure {
        let mut known = HashSet::new();
        let transfers = groups.iter().filter(|group| {
            let category = group.filter.category.as_ref();
            category.map(Category::kind) == Some(CategoryKind::Transfer) && known.insert(&group.label)
        });
        let mut taken = HashSet::new();
        let of_each: Option<Vec<TransactionId>> = transfers
            .map(|group| self.matching(&group.filter).map(|row| row.id).find(|row| taken.insert(*row)))
            .collect();
        let formula =
            "how many categories of spending and income the rows have, and of transfers, a row of each";
        let both = Term::Categories { from: days.from, to: days.to };
        match of_each {
            None => figure.by(formula),
            Some(rows) if rows.is_empty() => figure.worked_out(formula, vec![both], "v[1]"),
            Some(rows) => figure.worked_out(formula, vec![both, Term::Number(rows)], "v[1] + v[2]"),
        }
    }

    /// Questions that this ledger can answer.
    pub(super) fn suggest(&self, input: &Input) -> ToolOutput {
        let questions = crate::suggest::suggestions(&self.ledger, &self.profile, self.as_of, input.rows(3));
        ToolOutput {
            summary: format!("{} questions", questions.len()),
            details: json!({ "questions": questions, "transactions": self.ledger.transactions.len() }),
            ..ToolOutput::default()
        }
    }
}

/// Whether a payday could be meant.
fn speaks_of_pay(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["pay", "paid", "salary"].iter().any(|word| lower.contains(word))
}
