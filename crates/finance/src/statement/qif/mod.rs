//! Quicken Interchange Format, as Quicken, Microsoft Money and banks write it: sections
//! that a line with `!` opens, and records of one field a line that `^` ends.

mod account;
mod category;
mod date;
mod investment;
mod reader;
mod record;
mod split;
mod survey;

use super::{ReadOptions, Statement, StatementError, text::name_of_file};

/// True when a text is QIF: its first line that is no remark opens a section.
pub(super) fn is_qif(text: &str) -> bool {
    const HEADS: [&str; 4] = ["!type:", "!account", "!option:", "!clear:"];
    let lines = text.split(['\n', '\r']).map(|line| line.trim_start_matches('\u{feff}').trim());
    let first = lines.take(50).find(|line| !line.is_empty() && !line.starts_with(['#', '^']));
    first.is_some_and(|line| {
        HEADS.iter().any(|head| line.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head)))
    })
}

/// Reads a QIF text.
pub(super) fn read(
    text: &str,
    encoding: &'static str,
    options: &ReadOptions,
) -> Result<Statement, StatementError> {
    let survey = survey::survey(text);
    let name = name_of_file(&options.file_name);
    let mut reader = reader::Reader::new(text, &survey, &name);
    for entry in record::Entries::new(text) {
        reader.entry(&entry)?;
    }
    let (accounts, skipped) = reader.finish()?;
    Ok(Statement { format: "QIF".to_owned(), encoding: encoding.to_owned(), accounts, skipped, csv: None })
}
