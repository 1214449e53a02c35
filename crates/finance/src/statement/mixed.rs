//! Rows whose text is in another encoding than the rest of their file: what they say is not known, so
//! they are left out. CSV leaves them out while it reads.

use std::mem;

use domain::SkippedRow;

use super::{
    Statement, StatementAccount, StatementError, StatementRow, encoding::Decoded, lines::LineCounter,
};

/// Why such a row is left out.
pub(super) const OTHER_ENCODING: &str = "the row is in another encoding than the rest of the file";

/// Moves such rows to those that were skipped. An account's own text has no row to leave out.
pub(super) fn leave_out(
    mut statement: Statement,
    decoded: &Decoded<'_>,
) -> Result<Statement, StatementError> {
    if decoded.slips.is_empty() {
        return Ok(statement);
    }
    let mut lines = LineCounter::new(&decoded.text);
    let places: Vec<(u32, u32)> = decoded.slips.iter().map(|slip| lines.position_at(*slip)).collect();
    let mut left_out = Vec::new();
    for account in &mut statement.accounts {
        if is_damaged(account) {
            let (line, column) = places[0];
            return Err(StatementError::MixedEncodings { line, column });
        }
        let (damaged, whole) = mem::take(&mut account.rows).into_iter().partition(has_slip);
        account.rows = whole;
        left_out.extend::<Vec<StatementRow>>(damaged);
    }
    left_out.sort_by_key(|row| row.line);
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
    has_replaced(&account.name) || account.number.as_deref().is_some_and(has_replaced)
}

fn has_slip(row: &StatementRow) -> bool {
    let of_details = row.details.as_deref().is_some_and(|details| {
        details.transfer_account.as_deref().is_some_and(has_replaced)
            || details
                .splits
                .iter()
                .any(|split| has_replaced(&split.note) || split.category.as_deref().is_some_and(has_replaced))
    });
    let texts = [Some(&row.payee), Some(&row.description), row.category.as_ref(), row.external_id.as_ref()];
    of_details || texts.into_iter().flatten().any(|text| has_replaced(text))
}

fn has_replaced(text: &str) -> bool {
    text.contains(char::REPLACEMENT_CHARACTER)
}
