//! SWIFT customer statements (MT940) and interim reports (MT942), with or without envelope, in
//! the dialects of banks.

mod details;
mod fields;
mod labels;
mod line;
mod reader;
mod slashes;
mod subfields;

use super::{Statement, StatementError};
use fields::{Part, parts};

/// `MT940` or `MT942`, told by the fields at the text's start; none where it is something else.
pub(super) fn format(text: &str) -> Option<&'static str> {
    const LINES: usize = 400;
    const LINES_BEFORE: u32 = 12;
    let (mut first, mut has_start, mut others, mut is_interim) = (None, false, 0, false);
    let mut has_balance = false;
    for part in parts(text).take(LINES) {
        let Part::Field(field) = part else { continue };
        let line = *first.get_or_insert(field.line);
        if line > LINES_BEFORE {
            return None;
        }
        match field.tag {
            "20" => has_start = true,
            "61" if field.text().starts_with(|c: char| c.is_ascii_digit()) => {
                has_start = true;
                others += 1;
            }
            "60" | "60F" | "60M" | "62" | "62F" | "62M" => has_balance = true,
            "34F" | "13" | "13D" | "90C" | "90D" | "942" => is_interim = true,
            _ => others += 1,
        }
    }
    if !text.trim_start().starts_with("{1:") && !(has_start && (others > 0 || has_balance || is_interim)) {
        return None;
    }
    Some(if is_interim && !has_balance { "MT942" } else { "MT940" })
}

/// Reads an MT940 or MT942 text.
pub(super) fn read(text: &str, encoding: &'static str) -> Result<Statement, StatementError> {
    let (accounts, skipped) = reader::Reader::new(text).read()?;
    Ok(Statement {
        format: format(text).unwrap_or("MT940").to_owned(),
        encoding: encoding.to_owned(),
        accounts,
        skipped,
        csv: None,
    })
}
