//! What was changed of a transaction: by whom, when, from what to what.

use domain::{
    CategoryChoice, CategorySource, Import, ImportSource, Transaction, TransactionEdit, TransferChoice,
};
use jiff::Timestamp;
use leptos::prelude::*;

use crate::format::{self, Locale};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    at: Timestamp,
    by: &'static str,
    what: Vec<String>,
}

/// The changes, the newest first.
fn lines(row: &Transaction, imported_at: Option<Timestamp>) -> Vec<Line> {
    let Some(details) = row.details.as_deref() else { return Vec::new() };
    // What stood there after a change is what the next one found, or what stands there now.
    let mut after = TransactionEdit {
        payee: Some(row.payee.to_string()),
        category: Some(CategoryChoice { category: row.category.clone(), source: row.category_source }),
        note: Some(details.note.clone()),
        splits: Some(details.splits.clone()),
        transfer: Some(details.transfer),
    };
    let mut lines = Vec::with_capacity(details.history.len());
    for past in details.history.iter().rev() {
        let before = &past.before;
        let is_rule = match (&before.category, &after.category) {
            (Some(_), Some(now)) => now.source == CategorySource::PersonRule,
            _ => imported_at.is_some_and(|imported_at| past.at <= imported_at),
        };
        lines.push(Line {
            at: past.at,
            by: if is_rule { "Your rule" } else { "You" },
            what: changes(before, &after),
        });
        let TransactionEdit { payee, category, note, splits, transfer } = before.clone();
        after.payee = payee.or(after.payee);
        after.category = category.or(after.category);
        after.note = note.or(after.note);
        after.splits = splits.or(after.splits);
        after.transfer = transfer.or(after.transfer);
    }
    lines
}

fn changes(before: &TransactionEdit, after: &TransactionEdit) -> Vec<String> {
    let mut what = Vec::new();
    if let (Some(was), Some(is)) = (&before.payee, &after.payee) {
        what.push(format!("payee: {was} → {is}"));
    }
    if let (Some(was), Some(is)) = (&before.category, &after.category) {
        let path = |it: &CategoryChoice| it.category.path().replace(':', " · ");
        let (was, is) = (path(was), path(is));
        what.push(if was == is {
            format!("category kept: {is}")
        } else {
            format!("category: {was} → {is}")
        });
    }
    if let (Some(was), Some(is)) = (&before.note, &after.note) {
        what.push(match (was.is_empty(), is.is_empty()) {
            (true, _) => format!("note: {is}"),
            (_, true) => format!("note removed: {was}"),
            _ => format!("note: {was} → {is}"),
        });
    }
    if let (Some(was), Some(is)) = (&before.splits, &after.splits) {
        what.push(match (was.len(), is.len()) {
            (_, 0) => "made whole".to_owned(),
            (0, n) => format!("split into {n} parts"),
            (_, n) => format!("parts changed, now {n}"),
        });
    }
    if before.transfer.is_some() {
        what.push(match after.transfer.flatten() {
            Some(TransferChoice::With { .. }) => "paired as a transfer".to_owned(),
            Some(TransferChoice::No) => "said to be no transfer".to_owned(),
            None => "transfer left to Lakeledger".to_owned(),
        });
    }
    what
}

/// What was changed, the newest first, down to the import.
#[component]
pub(super) fn History(row: Transaction, import: Option<Import>, locale: Locale) -> impl IntoView {
    let items = lines(&row, import.as_ref().map(|import| import.created_at))
        .into_iter()
        .map(|line| {
            view! {
                <li>
                    <time datetime=line.at.to_string()>{format::moment(line.at, locale)}</time>
                    <span>{line.by}</span>
                    <span>{line.what.join("; ")}</span>
                </li>
            }
        })
        .collect_view();
    let origin = import.map(|import| {
        let from = match import.source {
            ImportSource::Sample => "with the sample data".to_owned(),
            ImportSource::File => format!("from {}", import.file_name),
        };
        view! {
            <li>
                <time datetime=import.created_at.to_string()>{format::moment(import.created_at, locale)}</time>
                <span>"You"</span>
                <span>"imported " {from}</span>
            </li>
        }
    });
    view! {
        <section class="card" aria-labelledby="history-title">
            <h2 id="history-title">"History"</h2>
            <ol class="edits">{items} {origin}</ol>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::{Category, FixedClock, ImportId, Money, PastEdit, TransactionDetails, TransactionId};
    use jiff::civil::date;

    use super::*;

    fn row() -> Transaction {
        let clock = FixedClock::on(date(2026, 11, 21));
        let mut row = Transaction {
            id: TransactionId::generate(&clock),
            account_id: domain::AccountId::generate(&clock),
            import_id: ImportId::generate(&clock),
            date: date(2026, 11, 20),
            amount: Money::new("-3.20".parse().unwrap(), "USD".parse().unwrap()).unwrap(),
            payee: "Corner".into(),
            description: "".into(),
            category: Category::UNCATEGORISED,
            category_source: CategorySource::Rule,
            external_id: None,
            line: 2,
            details: None,
        };
        let payee = TransactionEdit { payee: Some("Corner Cafe".into()), ..TransactionEdit::default() };
        row.apply_edit(&payee, clock.0);
        row.apply_rule(&Category::known("Food:Coffee"), None, clock.0);
        let note = TransactionEdit { note: Some("with Kim".into()), ..TransactionEdit::default() };
        row.apply_edit(&note, clock.0);
        row
    }

    #[test]
    fn each_change_tells_who_made_it_and_from_what_to_what() {
        let told: Vec<(&str, String)> =
            lines(&row(), None).into_iter().map(|line| (line.by, line.what.join("; "))).collect();
        assert_eq!(
            told,
            [
                ("You", "note: with Kim".to_owned()),
                ("Your rule", "category: Uncategorised → Food · Coffee".to_owned()),
                ("You", "payee: Corner → Corner Cafe".to_owned()),
            ]
        );
    }

    #[test]
    fn what_was_paired_and_unpaired_is_told() {
        let at = FixedClock::on(date(2026, 11, 21)).0;
        let before = |transfer| TransactionEdit { transfer: Some(transfer), ..TransactionEdit::default() };
        let paired = TransferChoice::With { transaction_id: row().id };
        let details = TransactionDetails {
            history: vec![
                PastEdit { at, before: before(None) },
                PastEdit { at, before: before(Some(paired)) },
            ],
            ..TransactionDetails::default()
        };
        let row = Transaction { details: Some(Box::new(details)), ..row() };
        let told: Vec<String> = lines(&row, None).into_iter().map(|line| line.what.join("; ")).collect();
        assert_eq!(told, ["transfer left to Lakeledger", "paired as a transfer"]);
    }
}
