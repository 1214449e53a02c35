//! Banks' CSV exports: no two are alike, so everything is found out from the file.

mod accounts;
mod balance;
mod batch;
mod detect;
mod direction;
mod fee;
mod kinds;
mod lines;
mod marks;
mod money;
mod no_statement;
mod order;
mod preamble;
mod records;
mod rows;
mod sample;
mod scan;
mod settled;
mod sign;
mod signed;
mod skip;
mod stream;
mod texts;
mod unsigned;
mod words;

pub(super) use balance::state_balances;
pub(super) use order::decimal_mark;
pub use rows::{ReadRow, RowRef};
pub use stream::{StreamedStatement, read_rows};

use domain::SkippedRow;
use rust_decimal::Decimal;

use super::{
    DateOrder, ReadOptions, Statement, StatementAccount, StatementError, StatementRow, encoding::Decoded,
    text::name_of_file,
};
use detect::Detected;
use rows::RowReader;
use scan::Scanner;
use skip::{Skip, Stated, is_total};

/// Reads a CSV text.
pub(super) fn read(decoded: &Decoded<'_>, options: &ReadOptions) -> Result<Statement, StatementError> {
    let mut detected = detect::detect(&decoded.text, options.mapping.as_ref())?;
    let name = name_of_file(&options.file_name);
    let mut rows = all_rows(decoded, &detected, &name)?;
    if rows.swapped > 0 && detected.order_is_a_guess {
        // A later row shows what the first ones left open.
        let order = detected.layout.mapping.date_order;
        detected.layout.mapping.date_order = order_swapped(order);
        let other = all_rows(decoded, &detected, &name)?;
        if other.count > rows.count {
            rows = other;
        } else {
            detected.layout.mapping.date_order = order;
        }
    }
    if rows.count == 0 {
        return Err(nothing_readable(rows.skipped.into_iter().next(), detected.first_line));
    }
    Ok(Statement {
        format: "CSV".to_owned(),
        encoding: decoded.encoding.to_owned(),
        accounts: rows.accounts,
        skipped: rows.skipped,
        csv: Some(detected.layout),
    })
}

/// What a file's rows come to.
struct Rows {
    accounts: Vec<StatementAccount>,
    skipped: Vec<SkippedRow>,
    swapped: usize,
    count: usize,
}

fn all_rows(decoded: &Decoded<'_>, detected: &Detected, name: &str) -> Result<Rows, StatementError> {
    let mut reader = RowReader::new(detected, name);
    let mut scanner = Scanner::new(&decoded.text, detected.layout.mapping.delimiter as u8);
    let mut skipped = Vec::new();
    let mut rows: Vec<Vec<StatementRow>> = Vec::new();
    reader.feed(&mut scanner, (&decoded.text, true, &decoded.slips), &mut |read| match read {
        ReadRow::Row(row) => {
            if row.account == rows.len() {
                rows.push(Vec::new());
            }
            rows[row.account].push(row.into_row());
        }
        ReadRow::Skipped(row) => skipped.push(row),
    })?;
    reader.check_end()?;
    let (opening, closing) = (reader.stated(Stated::Opening), reader.stated(Stated::Closing));
    let (swapped, mut count) = (reader.swapped, reader.read);
    let mut accounts = reader.accounts.all;
    for (account, rows) in accounts.iter_mut().zip(rows) {
        account.rows = rows;
    }
    accounts::one_currency_each(&mut accounts);
    if detected.is_told_by_balance {
        let column = detect::columns_of(detected.layout.mapping.amount)[0];
        let undecided: Vec<_> =
            accounts.iter_mut().flat_map(|account| unsigned::direct(account, column)).collect();
        count -= undecided.len();
        skipped.extend(undecided);
        skipped.sort_by_key(|row| row.line);
    }
    let has_header = detected.layout.mapping.header_line.is_some();
    let no_booking = without_total(&mut accounts)
        .or_else(|| if has_header { None } else { without_balance_line(&mut accounts) });
    if let Some(row) = no_booking {
        skipped.push(row);
        skipped.sort_by_key(|row| row.line);
        count -= 1;
    }
    if detected.layout.mapping.balance.is_some() {
        accounts.iter_mut().for_each(balance::state_balances);
    }
    // Which account such a line means is certain only where there is one.
    if let [account] = accounts.as_mut_slice() {
        let above = detected.stated;
        balance::adopt_stated(
            account,
            opening.or(above.opening),
            closing.or(above.closing),
            above.closing_date,
        );
    }
    Ok(Rows { accounts, skipped, swapped, count })
}

/// Takes the file's last row away where it is the total of its account's rows above. A shop may be called Total, but
/// what it is paid is not what two rows and more come to.
fn without_total(accounts: &mut [StatementAccount]) -> Option<SkippedRow> {
    let by_last_line = accounts.iter_mut().max_by_key(|account| account.rows.last().map(|row| row.line));
    let rows = &mut by_last_line?.rows;
    let (last, above) = rows.split_last()?;
    let texts = [&last.payee, &last.description];
    let says_total =
        texts.iter().any(|text| is_total(text)) && texts.iter().all(|text| text.is_empty() || is_total(text));
    if !says_total || above.len() < 2 || above.iter().map(|row| row.amount).sum::<Decimal>() != last.amount {
        return None;
    }
    let skipped = Skip::Total.row(last.line);
    rows.pop();
    Some(skipped)
}

/// Takes the last row of a file without a header away where it has no text and all others do: a day and a balance.
fn without_balance_line(accounts: &mut [StatementAccount]) -> Option<SkippedRow> {
    let [account] = accounts else { return None };
    let has_text = |row: &StatementRow| {
        !row.payee.is_empty()
            || !row.description.is_empty()
            || row.category.is_some()
            || row.balance.is_some()
    };
    let (last, above) = account.rows.split_last()?;
    if has_text(last) || above.len() < 2 || !above.iter().all(has_text) {
        return None;
    }
    let skipped = Skip::StatesBalance(None).row(last.line);
    account.rows.pop();
    Some(skipped)
}

fn order_swapped(order: DateOrder) -> DateOrder {
    match order {
        DateOrder::DayMonthYear => DateOrder::MonthDayYear,
        DateOrder::MonthDayYear => DateOrder::DayMonthYear,
        DateOrder::YearMonthDay => DateOrder::YearMonthDay,
    }
}

fn nothing_readable(first: Option<SkippedRow>, first_line: u32) -> StatementError {
    match first {
        Some(first) => StatementError::NothingReadable { first },
        None => StatementError::NoRows { line: first_line },
    }
}
