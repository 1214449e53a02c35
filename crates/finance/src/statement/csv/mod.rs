//! Banks' CSV exports: no two are alike, so everything is found out from the file.

mod balance;
mod detect;
mod direction;
mod money;
mod order;
mod preamble;
mod records;
mod rows;
mod sample;
mod sign;
mod texts;
mod words;

pub(super) use order::decimal_mark;

use super::{DateOrder, ReadOptions, Statement, StatementError, text::name_of_file};

/// Reads a CSV text.
pub(super) fn read(
    text: &str,
    encoding: &'static str,
    options: &ReadOptions,
) -> Result<Statement, StatementError> {
    let mut detected = detect::detect(text, options.mapping.as_ref())?;
    let name = name_of_file(&options.file_name);
    let mut rows = rows::read(text, &detected, &name)?;
    if rows.undated > 0 && detected.order_is_a_guess {
        // A later row shows what the first ones left open.
        let order = detected.layout.mapping.date_order;
        detected.layout.mapping.date_order = match order {
            DateOrder::DayMonthYear => DateOrder::MonthDayYear,
            DateOrder::MonthDayYear => DateOrder::DayMonthYear,
            DateOrder::YearMonthDay => DateOrder::YearMonthDay,
        };
        let other = rows::read(text, &detected, &name)?;
        if other.count() > rows.count() {
            rows = other;
        } else {
            detected.layout.mapping.date_order = order;
        }
    }
    if rows.count() == 0 {
        return Err(match rows.skipped.into_iter().next() {
            Some(row) => StatementError::NothingReadable { line: row.line, reason: row.reason },
            None => StatementError::NoRows { line: detected.first_line },
        });
    }
    Ok(Statement {
        format: "CSV".to_owned(),
        encoding: encoding.to_owned(),
        accounts: rows.accounts,
        skipped: rows.skipped,
        csv: Some(detected.layout),
    })
}
