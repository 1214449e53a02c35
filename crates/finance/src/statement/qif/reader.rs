//! Accounts and rows from a QIF text's records, in one walk.

use domain::{AccountKind, Currency, SkippedRow};
use jiff::civil::Date;

use super::{
    super::{
        RowDetails, StatementAccount, StatementError, StatementRow,
        amount::{self, Amount, AmountProblem},
        text::{plain_text, quoted},
    },
    account::{Accounts, Named},
    category, date, investment,
    record::{Entry, Field, Record, Section, Switch},
    split,
    survey::Survey,
};

/// The walk's state.
pub(super) struct Reader<'s> {
    text: &'s str,
    survey: &'s Survey<'s>,
    accounts: Accounts<'s>,
    skipped: Vec<SkippedRow>,
    current: Option<Named>,
    /// Accounts since the last header of accounts: a list names no current one.
    listed: usize,
    /// Where the bookings start.
    first_section: Option<u32>,
}

impl<'s> Reader<'s> {
    pub(super) fn new(text: &'s str, survey: &'s Survey<'s>, file_name: &'s str) -> Self {
        let accounts = Accounts::new(file_name);
        Self { text, survey, accounts, skipped: Vec::new(), current: None, listed: 0, first_section: None }
    }

    pub(super) fn entry(&mut self, entry: &Entry<'_>) -> Result<(), StatementError> {
        match entry {
            Entry::Section(section, line) => {
                match section {
                    Section::Accounts => self.listed = 0,
                    Section::Bookings(_) | Section::Investments => {
                        self.first_section = self.first_section.or(Some(*line));
                    }
                    Section::Categories | Section::Classes | Section::Other => {}
                }
                Ok(())
            }
            Entry::Switch(Switch::EndOfList) => {
                if self.listed > 1 {
                    self.current = None;
                }
                Ok(())
            }
            Entry::Switch(Switch::Option(_)) => Ok(()),
            Entry::Record(Section::Accounts, record) => {
                if let Some(named) = Named::read(record, self.survey) {
                    self.current = Some(named);
                    self.listed += 1;
                }
                Ok(())
            }
            Entry::Record(Section::Bookings(kind), record) => self.record(record, *kind),
            Entry::Record(Section::Investments, record) => self.record(record, AccountKind::Investment),
            Entry::Record(Section::Categories | Section::Classes | Section::Other, _) => Ok(()),
        }
    }

    fn record(&mut self, record: &Record<'_>, kind: AccountKind) -> Result<(), StatementError> {
        if record.is_cut_off {
            return Err(StatementError::truncated(self.text));
        }
        let index = self.accounts.index(self.current.as_ref(), kind, record.line)?;
        let rows = if kind == AccountKind::Investment {
            self.investment_rows(record)
        } else {
            self.row(record).map(|row| vec![row])
        };
        match rows {
            Ok(rows) => {
                for (row, currency) in rows {
                    self.accounts.push(index, row, currency);
                }
            }
            Err(skipped) => self.skipped.push(skipped),
        }
        Ok(())
    }

    fn row(&self, record: &Record<'_>) -> Result<(StatementRow, Option<Currency>), SkippedRow> {
        let amount = self.amount(record)?;
        let mut row = self.plain_row(record)?;
        if row.payee.to_ascii_uppercase().starts_with("**VOID**") {
            return Err(SkippedRow::new(record.line, "not booked: the payment is void".to_owned()));
        }
        row.amount = amount.value;
        let splits =
            split::splits(record, amount.value, self.survey).map_err(|part| at(part.line, part.reason))?;
        let mut named = self.survey.lists.named(record.value('L'));
        if let Some((only, note)) = splits.only {
            named = category::Named {
                category: named.category.or(only.category),
                transfer_account: named.transfer_account.or(only.transfer_account),
            };
            if row.description.is_empty() {
                row.description = note;
            }
        }
        row.category = named.category;
        if named.transfer_account.is_some() || !splits.parts.is_empty() {
            row.details = Some(Box::new(RowDetails {
                transfer_account: named.transfer_account,
                splits: splits.parts,
                ..RowDetails::default()
            }));
        }
        Ok((with_some_text(row, record), amount.currency))
    }

    /// The rows that a booking makes in the cash of an investment account: money that comes from
    /// another account and is spent at once is two.
    fn investment_rows(
        &self,
        record: &Record<'_>,
    ) -> Result<Vec<(StatementRow, Option<Currency>)>, SkippedRow> {
        let name = record.field('N').unwrap_or_default();
        let Some(action) = investment::action(name.value) else {
            return Err(at(name.line, format!("{} is not a known action", quoted(name.value))));
        };
        if action.cash == investment::Cash::None {
            return Err(SkippedRow::new(record.line, "securities move, but no money".to_owned()));
        }
        let amount = self.amount(record)?;
        let mut row = self.plain_row(record)?;
        if row.payee.is_empty() {
            row.payee = plain_text(record.value('Y'));
        }
        if row.description.is_empty() {
            row.description = plain_text(name.value);
        }
        let named = self.survey.lists.named(record.value('L'));
        row.amount = action.cash.signed(amount.value).unwrap_or_default();
        row.category = named.category;
        let transfer = |row: &mut StatementRow| {
            let transfer_account = named.transfer_account.clone();
            if transfer_account.is_some() {
                row.details = Some(Box::new(RowDetails { transfer_account, ..RowDetails::default() }));
            }
        };
        if !action.passes_through {
            transfer(&mut row);
            return Ok(vec![(row, amount.currency)]);
        }
        let moved = match record.field('$') {
            Some(field) => self.parsed(field)?.value.abs(),
            None => row.amount.abs(),
        };
        let mut other = StatementRow { category: None, ..row.clone() };
        other.amount = if row.amount.is_sign_negative() { moved } else { -moved };
        transfer(&mut other);
        Ok(vec![(row, amount.currency), (other, amount.currency)])
    }

    fn plain_row(&self, record: &Record<'_>) -> Result<StatementRow, SkippedRow> {
        let payee = plain_text(record.value('P'));
        let memo = plain_text(record.value('M'));
        Ok(StatementRow {
            line: record.line,
            date: self.date(record)?,
            amount: rust_decimal::Decimal::ZERO,
            description: if memo == payee { String::new() } else { memo },
            payee,
            category: None,
            external_id: None,
            balance: None,
            details: None,
        })
    }

    fn date(&self, record: &Record<'_>) -> Result<Date, SkippedRow> {
        let Some(field) = record.field('D') else {
            return Err(SkippedRow::new(record.line, "the date is missing".to_owned()));
        };
        date::parse(field.value, self.survey.date_order)
            .map_err(|problem| at(field.line, problem.reason(field.value)))
    }

    fn amount(&self, record: &Record<'_>) -> Result<Amount, SkippedRow> {
        let Some(field) = record.field('T').or_else(|| record.field('U')) else {
            return Err(SkippedRow::new(record.line, "the amount is missing".to_owned()));
        };
        self.parsed(field)
    }

    fn parsed(&self, field: Field<'_>) -> Result<Amount, SkippedRow> {
        amount::parse(field.value, self.survey.decimal_mark)
            .map_err(|problem: AmountProblem| at(field.line, problem.reason(field.value)))
    }

    pub(super) fn finish(self) -> Result<(Vec<StatementAccount>, Vec<SkippedRow>), StatementError> {
        let accounts = self.accounts.finish();
        if !accounts.is_empty() {
            return Ok((accounts, self.skipped));
        }
        Err(match self.skipped.into_iter().next() {
            Some(first) => StatementError::NothingReadable { first },
            None => StatementError::NoRows { line: self.first_section.unwrap_or(1) },
        })
    }
}

/// A row without payee and text shows what else the file says of it.
fn with_some_text(mut row: StatementRow, record: &Record<'_>) -> StatementRow {
    if row.payee.is_empty() && row.description.is_empty() {
        let number = plain_text(record.value('N'));
        let account = row.details.as_ref().and_then(|details| details.transfer_account.clone());
        if let Some(name) = account {
            row.description = name;
        } else if !number.is_empty() {
            row.description = format!("Check {number}");
        }
    }
    row
}

/// A field's value starts behind its letter.
fn at(line: u32, reason: String) -> SkippedRow {
    SkippedRow { line, column: Some(2), reason }
}
