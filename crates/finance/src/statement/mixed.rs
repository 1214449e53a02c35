//! Rows whose text is in another encoding than the rest of their file: what they say is not known, so
//! they are left out. CSV leaves them out while it reads.

use std::{borrow::Cow, collections::HashSet, mem};

use domain::SkippedRow;

use super::{
    Statement, StatementAccount, StatementError, StatementRow, encoding::Decoded, lines::LineCounter,
};

/// Stands where bytes of another encoding stood: no character, so that no file holds it.
const MARK: &str = "\u{fdd0}";

/// Why such a row is left out.
pub(super) const OTHER_ENCODING: &str = "the row is in another encoding than the rest of the file";

/// The text with marks where bytes of another encoding stood; as long as before.
pub(super) fn marked<'d>(decoded: &'d Decoded<'_>) -> Cow<'d, str> {
    let replaced = char::REPLACEMENT_CHARACTER.len_utf8();
    let (mut text, mut from) = (String::new(), 0);
    for slip in &decoded.slips {
        text.push_str(&decoded.text[from..*slip]);
        text.push_str(MARK);
        from = slip + replaced;
    }
    if from == 0 {
        return Cow::Borrowed(&decoded.text);
    }
    text.push_str(&decoded.text[from..]);
    Cow::Owned(text)
}

/// Moves such rows to those that were skipped. An account's own text has no row to leave out. `by_line` has
/// rows of one line go together: of a record that moves money between accounts they are two.
pub(super) fn leave_out(
    mut statement: Statement,
    decoded: &Decoded<'_>,
    by_line: bool,
) -> Result<Statement, StatementError> {
    if decoded.slips.is_empty() {
        return Ok(statement);
    }
    let mut lines = LineCounter::new(&decoded.text);
    let places: Vec<(u32, u32)> = decoded.slips.iter().map(|slip| lines.position_at(*slip)).collect();
    if statement.accounts.iter().any(is_damaged) {
        let (line, column) = places[0];
        return Err(StatementError::MixedEncodings { line, column });
    }
    let rows = statement.accounts.iter().flat_map(|account| &account.rows);
    let with_slip: HashSet<u32> = rows.filter(|row| by_line && has_slip(row)).map(|row| row.line).collect();
    let mut left_out = Vec::new();
    for account in &mut statement.accounts {
        let is_left_out = |row: &StatementRow| has_slip(row) || with_slip.contains(&row.line);
        let (damaged, whole): (Vec<StatementRow>, _) =
            mem::take(&mut account.rows).into_iter().partition(is_left_out);
        account.rows = whole;
        left_out.extend(damaged);
    }
    for skipped in &mut statement.skipped {
        skipped.reason = skipped.reason.replace(MARK, "\u{fffd}");
    }
    left_out.sort_by_key(|row| row.line);
    if by_line {
        // One record, one line to tell of.
        left_out.dedup_by_key(|row| row.line);
    }
    let mut next = 0;
    for row in left_out {
        // Rows of one line take the places of that line in turn.
        let at = places.partition_point(|(line, _)| *line < row.line).max(next);
        let (line, column) = places.get(at).map_or((row.line, None), |(line, column)| (*line, Some(*column)));
        statement.skipped.push(SkippedRow { line, column, reason: OTHER_ENCODING.to_owned() });
        next = at + 1;
    }
    statement.skipped.sort_by_key(|row| row.line);
    let has_rows = statement.accounts.iter().any(|account| !account.rows.is_empty());
    match statement.skipped.first() {
        Some(first) if !has_rows => Err(StatementError::NothingReadable { first: first.clone() }),
        _ => Ok(statement),
    }
}

fn is_damaged(account: &StatementAccount) -> bool {
    has_mark(&account.name) || account.number.as_deref().is_some_and(has_mark)
}

fn has_slip(row: &StatementRow) -> bool {
    let of_details = row.details.as_deref().is_some_and(|details| {
        details.transfer_account.as_deref().is_some_and(has_mark)
            || details
                .splits
                .iter()
                .any(|split| has_mark(&split.note) || split.category.as_deref().is_some_and(has_mark))
    });
    let texts = [Some(&row.payee), Some(&row.description), row.category.as_ref(), row.external_id.as_ref()];
    of_details || texts.into_iter().flatten().any(|text| has_mark(text))
}

fn has_mark(text: &str) -> bool {
    text.contains(MARK)
}
