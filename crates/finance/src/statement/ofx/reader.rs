//! Accounts and rows from OFX tags, in one walk without a tree.

use std::collections::HashMap;

use domain::{AccountKind, Currency, SkippedRow};

use super::{
    super::{
        ACCOUNTS_MAX, StatementAccount, StatementError, StatementRow,
        amount::{self, AmountProblem},
        lines::LineCounter,
        text::{account_name, plain_text, quoted},
    },
    account::{Booked, Covered, filled, merged, new_account},
    draft::{Draft, Listed, Unread, day, kind_of},
    token::Token,
};

/// More rows than a household books in its life.
const ROWS_MAX: usize = super::super::LINES_MAX as usize;

/// The walk's state.
pub(super) struct Reader<'t> {
    lines: LineCounter<'t>,
    text: &'t str,
    accounts: Vec<StatementAccount>,
    skipped: Vec<SkippedRow>,
    draft: Option<Draft>,
    /// Inside of a list of an investment account's bookings.
    in_investments: bool,
    /// Inside of `LEDGERBAL`; its amount and day.
    ledger_balance: Option<LedgerBalance>,
    /// Statement aggregates that are open: `STMTRS`, `CCSTMTRS`, `INVSTMTRS`.
    open_statements: usize,
    /// Inside of an account of the list of accounts, not of a statement.
    listed: Option<Listed>,
    in_counterparty: usize,
    status: Status,
    failure: Option<StatementError>,
    wrong_currency: Option<StatementError>,
    /// The bookings, until the list of securities behind them is read.
    booked: Vec<Booked>,
    /// What each statement covers; beside `accounts`.
    covered: Vec<Covered>,
    security_names: HashMap<String, String>,
    security_id: String,
}

struct LedgerBalance {
    offset: usize,
    amount: String,
    date: String,
}

#[derive(Default)]
struct Status {
    offset: usize,
    code: String,
    severity: String,
    message: String,
}

/// Aggregates of an investment account that each book one thing.
const INVESTMENT_BOOKINGS: [&str; 19] = [
    "BUYDEBT",
    "BUYMF",
    "BUYOPT",
    "BUYOTHER",
    "BUYSTOCK",
    "CLOSUREOPT",
    "INCOME",
    "INVEXPENSE",
    "JRNLFUND",
    "JRNLSEC",
    "MARGININTEREST",
    "REINVEST",
    "RETOFCAP",
    "SELLDEBT",
    "SELLMF",
    "SELLOPT",
    "SELLOTHER",
    "SELLSTOCK",
    "TRANSFER",
];

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            lines: LineCounter::new(text),
            text,
            accounts: Vec::new(),
            skipped: Vec::new(),
            draft: None,
            in_investments: false,
            ledger_balance: None,
            open_statements: 0,
            listed: None,
            in_counterparty: 0,
            status: Status::default(),
            failure: None,
            wrong_currency: None,
            booked: Vec::new(),
            covered: Vec::new(),
            security_names: HashMap::new(),
            security_id: String::new(),
        }
    }

    pub(super) fn token(&mut self, token: Token<'_>, start: usize) -> Result<(), StatementError> {
        match token {
            Token::Open { name, value, offset } => {
                self.open(&name.to_ascii_uppercase(), &value, start + offset)
            }
            Token::Close { name } => {
                self.close(&name.to_ascii_uppercase());
                Ok(())
            }
        }
    }

    fn open(&mut self, name: &str, value: &str, offset: usize) -> Result<(), StatementError> {
        match name {
            "STMTRS" | "CCSTMTRS" | "INVSTMTRS" | "LOANSTMTRS" | "AMRTSTMTRS" => {
                if self.accounts.len() >= ACCOUNTS_MAX {
                    let line = self.lines.line_at(offset);
                    return Err(StatementError::TooManyAccounts { line, limit: ACCOUNTS_MAX });
                }
                self.open_statements += 1;
                self.accounts.push(new_account(name));
            }
            "STMTTRN" | "STMTTRNP" => self.begin_row(name, offset)?,
            "CURDEF" if self.open_statements > 0 && self.draft.is_none() => self.currency(value, offset),
            "INVTRANLIST" => self.in_investments = true,
            name if self.in_investments && INVESTMENT_BOOKINGS.contains(&name) && value.is_empty() => {
                self.begin_row(name, offset)?;
            }
            "LEDGERBAL" => {
                self.ledger_balance =
                    Some(LedgerBalance { offset, amount: String::new(), date: String::new() });
            }
            "ACCTINFO" => self.listed = Some(Listed::default()),
            "BANKACCTTO" | "CCACCTTO" | "INVACCTTO" | "LOANACCTTO" => self.in_counterparty += 1,
            "STATUS" => self.status = Status { offset, ..Status::default() },
            _ if !value.is_empty() => self.leaf(name, value, offset),
            _ => {
                if let Some(draft) = &mut self.draft {
                    draft.aggregate(name);
                }
            }
        }
        Ok(())
    }

    /// An empty `CURDEF` leaves it to the rows; one that does not exist makes every amount void.
    fn currency(&mut self, value: &str, offset: usize) {
        let Some(account) = self.accounts.last_mut().filter(|_| !value.trim().is_empty()) else { return };
        account.currency = value.trim().parse().ok();
        if account.currency.is_none() {
            let (line, column) = self.lines.position_at(offset);
            let code = value.trim().chars().take(8).collect();
            // Told at the end: in a file that is cut off, the code is cut off too.
            self.wrong_currency.get_or_insert(StatementError::UnknownCurrency { line, column, code });
        }
    }

    fn leaf(&mut self, name: &str, value: &str, offset: usize) {
        match name {
            "CODE" => value.clone_into(&mut self.status.code),
            "SEVERITY" => value.clone_into(&mut self.status.severity),
            "MESSAGE" => value.clone_into(&mut self.status.message),
            _ => {}
        }
        if self.in_counterparty > 0 {
            return;
        }
        if let Some(balance) = &mut self.ledger_balance {
            match name {
                "BALAMT" => value.clone_into(&mut balance.amount),
                "DTASOF" => value.clone_into(&mut balance.date),
                _ => {}
            }
        } else if let Some(draft) = &mut self.draft {
            draft.leaf(name, value, offset);
        } else if let Some(listed) = &mut self.listed {
            listed.leaf(name, value);
        } else {
            self.account_leaf(name, value);
        }
    }

    fn account_leaf(&mut self, name: &str, value: &str) {
        match name {
            "UNIQUEID" => value.clone_into(&mut self.security_id),
            "SECNAME" => {
                self.security_names.insert(std::mem::take(&mut self.security_id), plain_text(value));
            }
            _ => {}
        }
        if self.open_statements == 0 {
            return;
        }
        let Some(account) = self.accounts.last_mut() else { return };
        match name {
            "DTEND" => {
                self.covered.resize(self.accounts.len(), Covered::default());
                self.covered[self.accounts.len() - 1].end = day(value).ok();
            }
            "ACCTID" if account.number.is_none() => account.number = Some(plain_text(value)),
            "ACCTTYPE" => account.kind = kind_of(value).unwrap_or(account.kind),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "STMTRS" | "CCSTMTRS" | "INVSTMTRS" | "LOANSTMTRS" | "AMRTSTMTRS" => {
                self.end_row();
                self.open_statements = self.open_statements.saturating_sub(1);
            }
            "BANKTRANLIST" | "BANKTRANLISTP" => self.end_row(),
            "INVTRANLIST" => {
                self.end_row();
                self.in_investments = false;
            }
            "LEDGERBAL" => self.end_balance(),
            "BANKACCTTO" | "CCACCTTO" | "INVACCTTO" | "LOANACCTTO" => {
                self.in_counterparty = self.in_counterparty.saturating_sub(1);
            }
            "ACCTINFO" => self.end_listed(),
            "STATUS" => self.end_status(),
            name if self.draft.as_ref().is_some_and(|draft| draft.kind == name) => self.end_row(),
            _ => {}
        }
    }

    fn begin_row(&mut self, name: &str, offset: usize) -> Result<(), StatementError> {
        self.end_row();
        if self.booked.len() + self.skipped.len() >= ROWS_MAX {
            return Err(StatementError::TooManyLines { limit: super::super::LINES_MAX });
        }
        self.draft = Some(Draft::new(name, offset));
        Ok(())
    }

    fn end_row(&mut self) {
        let Some(draft) = self.draft.take() else { return };
        let line = self.lines.line_at(draft.offset);
        self.in_counterparty = 0;
        if self.accounts.is_empty() {
            self.accounts.push(new_account("STMTRS"));
        }
        let index = self.accounts.len() - 1;
        match self.booking(&draft, line) {
            Ok((row, currency)) => {
                let is_out = draft.is_out();
                self.booked.push(Booked { account: index, currency, security: draft.security, is_out, row });
            }
            Err(Unread { reason, offset }) => {
                self.covered.resize(self.accounts.len(), Covered::default());
                self.covered[index].has_gaps |= draft.is_statement_row();
                let place = offset.map(|offset| self.lines.position_at(offset));
                let (line, column) = place.map_or((line, None), |(line, column)| (line, Some(column)));
                self.skipped.push(SkippedRow { line, column, reason });
            }
        }
    }

    /// The row, and its currency where that is not the account's.
    fn booking(&mut self, draft: &Draft, line: u32) -> Result<(StatementRow, Option<Currency>), Unread> {
        let row = draft.row(line)?;
        let written = draft.currency()?;
        let Some(account) = self.accounts.last_mut() else { return Ok((row, None)) };
        if account.currency.is_none() {
            account.currency = written;
        }
        let is_other = |currency: &Currency| draft.is_foreign() && account.currency != Some(*currency);
        Ok((row, written.filter(is_other)))
    }

    fn end_balance(&mut self) {
        let Some(balance) = self.ledger_balance.take() else { return };
        let Some(account) = self.accounts.last_mut().filter(|_| self.open_statements > 0) else { return };
        match (amount::parse(&balance.amount, '.'), day(&balance.date)) {
            (Ok(amount), Ok(date)) => {
                account.closing_balance = Some(amount.value);
                account.closing_date = Some(date);
            }
            (Ok(amount), Err(_)) => account.closing_balance = Some(amount.value),
            (Err(problem), _) => {
                let line = self.lines.line_at(balance.offset);
                let reason = match problem {
                    AmountProblem::Empty => "the ledger balance is empty".to_owned(),
                    _ => format!("the ledger balance {} is not an amount", quoted(&balance.amount)),
                };
                self.skipped.push(SkippedRow::new(line, reason));
            }
        }
    }

    fn end_listed(&mut self) {
        let listed = self.listed.take().filter(|listed| !listed.number.is_empty());
        let Some(listed) = listed.filter(|_| self.accounts.len() < ACCOUNTS_MAX) else { return };
        let mut account = new_account("STMTRS");
        account.kind = listed.kind.unwrap_or(AccountKind::Other);
        account.number = Some(listed.number);
        account.name = plain_text(&listed.description);
        self.accounts.push(account);
    }

    fn end_status(&mut self) {
        let status = std::mem::take(&mut self.status);
        if status.severity.eq_ignore_ascii_case("ERROR") && self.failure.is_none() {
            let message: String = plain_text(&status.message).chars().take(200).collect();
            let message = if message.is_empty() { "no further text".to_owned() } else { message };
            let line = self.lines.line_at(status.offset);
            let code = plain_text(&status.code).chars().take(12).collect();
            self.failure = Some(StatementError::BankError { line, code, message });
        }
    }

    /// The accounts and skipped rows of the whole file. `start` is where the answer begins.
    pub(super) fn finish(
        mut self,
        start: usize,
    ) -> Result<(Vec<StatementAccount>, Vec<SkippedRow>), StatementError> {
        if self.draft.is_some() || self.open_statements > 0 || self.ledger_balance.is_some() {
            return Err(StatementError::truncated(self.text));
        }
        if let Some(wrong) = self.wrong_currency {
            return Err(wrong);
        }
        if self.accounts.is_empty() {
            let is_whole = self.text.to_ascii_uppercase().contains("</OFX>");
            return Err(match self.failure {
                Some(failure) => failure,
                None if is_whole => StatementError::NoAccount { line: super::line_of(self.text, start) },
                None => StatementError::truncated(self.text),
            });
        }
        if let Some(StatementError::BankError { line, code, message }) = self.failure {
            self.skipped
                .push(SkippedRow::new(line, format!("the bank answered with error {code}: {message}")));
        }
        self.skipped.sort_by_key(|row| row.line);
        let mut accounts = filled(self.accounts, self.booked, &self.covered, &self.security_names);
        for account in &mut accounts {
            if account.name.is_empty() {
                account.name = account_name(account.kind, account.number.as_deref());
            }
        }
        Ok((merged(accounts), self.skipped))
    }
}
