//! What accounts hold on a day, and what they are worth together.

use domain::{Account, AccountKind, Cell, Chart, ChartKind, ChartPoint, Currency, Table, TransactionFilter};
use finance::proof::Term;
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    Input, ToolError, ToolFigure, ToolOutput, Toolbox,
    names::{account_kind, kind_word},
    narrow::joined,
    output::{self, figures, money, text, words},
};
use crate::when::{Period, month_name};

impl Toolbox {
    /// The balance of one account, of a kind, of several or of all, at the end of a day.
    pub(super) fn balance(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let date = input.date.unwrap_or(self.as_of);
        let accounts = self.balance_accounts(input)?;
        if let Some(details) = self.no_balance(date) {
            return Ok(ToolOutput { summary: "no data".to_owned(), details, ..ToolOutput::default() });
        }
        let name = match accounts.as_slice() {
            [one] => one.name.clone(),
            several if !input.accounts.is_empty() => {
                let names: Vec<String> = several.iter().map(|account| account.name.clone()).collect();
                joined(&names)
            }
            _ => input
                .account
                .clone()
                .map_or_else(|| "all accounts".to_owned(), |kind| format!("{kind} accounts")),
        };
        let label = format!("Balance of {name}, {}", Period::day(date).label());
        let mut found = Vec::new();
        for (currency, total) in self.sums(&accounts, date) {
            let rows = TransactionFilter {
                to: Some(date),
                account: if let [one] = accounts.as_slice() { Some(one.id) } else { None },
                currency: Some(currency),
                ..TransactionFilter::default()
            };
            // A kind of several accounts has no filter of its own.
            let has_filter = accounts.len() == 1 || accounts.len() == self.ledger.accounts.len();
            found.push(
                ToolFigure::money("balance", &label, total, currency, has_filter.then_some(rows))
                    .of(balance_of(&accounts, currency, date)),
            );
        }
        let mut output = ToolOutput {
            summary: format!("{} accounts", accounts.len()),
            details: json!({
                "account": name,
                "is_total": accounts.len() > 1,
                "accounts": accounts.len(),
                "date": date,
                "is_today": date == self.as_of,
                "owed": accounts.len() == 1 && is_owed(accounts[0].kind),
                "has_anchor": accounts.iter().all(|account| account.anchor.is_some()),
                "last": self.coverage().map(|(_, last)| last),
            }),
            ..ToolOutput::default()
        };
        if accounts.len() > 1 {
            output.tables.push(self.balance_table(&accounts, date));
        }
        let only = if let [one] = accounts.as_slice() { Some(one.id) } else { None };
        if only.is_some() || accounts.len() == self.ledger.accounts.len() {
            output.charts.extend(self.balance_chart(&label, only, found[0].currency, date));
        }
        output.figures = found;
        Ok(output)
    }

    /// The accounts that are named, each once; all of them where none is.
    fn balance_accounts(&self, input: &Input) -> Result<Vec<&Account>, ToolError> {
        let mut named = input.account.iter().chain(&input.accounts).peekable();
        if named.peek().is_none() {
            return Ok(self.ledger.accounts.iter().collect());
        }
        let mut all: Vec<&Account> = Vec::new();
        for name in named {
            let found = self.accounts_called(name)?;
            all.extend(
                found
                    .into_iter()
                    .filter(|account| !all.iter().any(|it| it.id == account.id))
                    .collect::<Vec<_>>(),
            );
        }
        Ok(all)
    }

    fn accounts_called(&self, name: &str) -> Result<Vec<&Account>, ToolError> {
        let found = match self.account(name) {
            Err(ToolError::Ambiguous { .. }) => {
                let kind = account_kind(name);
                return Ok(self
                    .ledger
                    .accounts
                    .iter()
                    .filter(|account| Some(account.kind) == kind)
                    .collect());
            }
            other => other?,
        };
        Ok(self.ledger.account(found).into_iter().collect())
    }

    /// Why there is no balance to tell.
    fn no_balance(&self, date: Date) -> Option<Value> {
        if self.ledger.accounts.is_empty() {
            return Some(json!({ "nothing": "no_data", "scope": {} }));
        }
        let (first, last) = self.coverage().unzip();
        let known = last.map_or(self.as_of, |last| last.max(self.as_of));
        if date > known {
            return Some(
                json!({ "nothing": "ahead", "scope": { "first": first, "last": known, "to": date } }),
            );
        }
        let has_anchor = self.ledger.accounts.iter().any(|account| account.anchor.is_some());
        if !has_anchor && first.is_none_or(|first| date < first) {
            let scope = json!({ "first": first, "last": last, "from": date, "to": date });
            return Some(json!({ "nothing": "no_rows_in_period", "scope": scope }));
        }
        None
    }

    /// The sum of balances by currency, the base currency first.
    pub(super) fn sums(&self, accounts: &[&Account], date: Date) -> Vec<(Currency, Decimal)> {
        let mut sums: Vec<(Currency, Decimal)> = Vec::new();
        for account in accounts {
            let balance = finance::balance_on(&self.ledger, account.id, date).amount();
            match sums.iter_mut().find(|(currency, _)| *currency == account.currency) {
                Some((_, sum)) => *sum += balance,
                None => sums.push((account.currency, balance)),
            }
        }
        sums.sort_by_key(|(currency, _)| self.base_first(*currency));
        sums
    }

    fn balance_table(&self, accounts: &[&Account], date: Date) -> Table {
        let row_of = |account: &&Account| {
            let rows = TransactionFilter {
                to: Some(date),
                account: Some(account.id),
                ..TransactionFilter::default()
            };
            let balance = finance::balance_on(&self.ledger, account.id, date).amount();
            vec![
                text(&account.name),
                text(kind_word(account.kind)),
                money(balance, account.currency, Some(rows)),
            ]
        };
        let mut rows: Vec<Vec<Cell>> = accounts.iter().map(row_of).collect();
        let sums = self.sums(accounts, date);
        let has_total = sums.len() == 1;
        if let [(currency, sum)] = sums.as_slice() {
            rows.push(vec![text("Total"), text(""), money(*sum, *currency, None)]);
        }
        Table {
            title: format!("Balances, {}", Period::day(date).label()),
            columns: vec![words("Account"), words("Kind"), figures("Balance")],
            rows,
            has_total,
        }
    }

    /// Month-end balances of the year up to a day.
    fn balance_chart(
        &self,
        title: &str,
        account: Option<domain::AccountId>,
        currency: Option<Currency>,
        to: Date,
    ) -> Option<Chart> {
        let currency = currency?;
        let (first, _) = self.coverage()?;
        let from = to.first_of_month().checked_sub(11.months()).ok()?.max(first);
        let points: Vec<ChartPoint> = finance::balance_series(&self.ledger, account, currency, from, to)
            .into_iter()
            .map(|(day, value)| {
                let rows = TransactionFilter {
                    to: Some(day),
                    account,
                    currency: Some(currency),
                    ..TransactionFilter::default()
                };
                let month = &month_name(day.month())[..3];
                let label = if day == day.last_of_month() {
                    format!("{month} {}", day.year())
                } else {
                    day.to_string()
                };
                ChartPoint { label, value: output::exact(value, currency), rows: Some(Box::new(rows)) }
            })
            .collect();
        (points.len() > 1).then(|| Chart { title: title.to_owned(), kind: ChartKind::Line, currency, points })
    }

    /// What is owned less what is owed.
    pub(super) fn net_worth(&self, input: &Input) -> Result<ToolOutput, ToolError> {
        let asked = self.period(input.period.as_deref(), input.from, input.to)?;
        // Of a period that goes on, today is the last day.
        let last = asked.and_then(|period| {
            let is_ahead = period.from.is_some_and(|from| from > self.as_of);
            period.to.map(|to| if is_ahead { to } else { to.min(self.as_of) })
        });
        let date = input.date.or(last).unwrap_or(self.as_of);
        if let Some(details) = self.no_balance(date) {
            return Ok(ToolOutput { summary: "no data".to_owned(), details, ..ToolOutput::default() });
        }
        let accounts: Vec<&Account> = self.ledger.accounts.iter().collect();
        let day = Period::day(date).label();
        let mut output =
            ToolOutput { summary: format!("{} accounts", accounts.len()), ..ToolOutput::default() };
        for (currency, net) in self.sums(&accounts, date) {
            let rows = TransactionFilter {
                to: Some(date),
                currency: Some(currency),
                ..TransactionFilter::default()
            };
            let (owned, owed): (Vec<&Account>, Vec<&Account>) = accounts
                .iter()
                .filter(|account| account.currency == currency)
                .partition(|account| !finance::balance_on(&self.ledger, account.id, date).is_outflow());
            let sum = |accounts: &[&Account]| {
                self.sums(accounts, date).first().map_or(Decimal::ZERO, |(_, sum)| *sum)
            };
            let figure = |name: &str, label: &str, value: Decimal, rows| {
                ToolFigure::money(name, format!("{label}, {day}"), value, currency, rows)
            };
            output.figures.push(
                figure("net_worth", "Net worth", net, Some(rows)).of(balance_of(&accounts, currency, date)),
            );
            let owned = figure("owned", "Owned", sum(&owned), None);
            output.figures.push(held(owned, &accounts, currency, date, false));
            let owed = figure("owed", "Owed", sum(&owed).abs(), None);
            output.figures.push(held(owed, &accounts, currency, date, true));
        }
        if input.headline.as_deref() == Some("owed") {
            output.figures.sort_by_key(|figure| figure.name != "owed");
        }
        output.details = json!({ "date": date, "is_today": date == self.as_of });
        output.tables.push(self.balance_table(&accounts, date));
        let currency = output.figures[0].currency;
        output.charts.extend(self.balance_chart(&format!("Net worth, {day}"), None, currency, date));
        Ok(output)
    }
}

/// The balance of the accounts that are of a currency.
pub(super) fn balance_of(accounts: &[&Account], currency: Currency, day: Date) -> Term {
    let own = accounts.iter().filter(|account| account.currency == currency);
    Term::Balance { accounts: own.map(|account| account.id).collect(), currency, day }
}

/// The figure of what those of the accounts that are above zero hold, or of what those below zero owe.
pub(super) fn held(
    figure: ToolFigure,
    accounts: &[&Account],
    currency: Currency,
    day: Date,
    is_owed: bool,
) -> ToolFigure {
    let own = accounts.iter().filter(|account| account.currency == currency);
    let accounts = own.map(|account| account.id).collect();
    let holdings = Term::Holdings { accounts, currency, day, is_owed };
    figure.worked_out(holdings.formula(), vec![holdings], "v[1]")
}

/// Accounts whose negative balance is a debt.
fn is_owed(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::CreditCard | AccountKind::Loan)
}
