//! The same file again adds nothing; two equal coffees are two.

use domain::{Category, CategorySource, Currency, Money, Transaction};
use finance::{booked_text, reconcile, statement::StatementRow};
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn row(day: i8, cents: i64, payee: &str, id: Option<&str>) -> StatementRow {
    StatementRow {
        line: 1,
        date: date(2024, 3, day),
        amount: Decimal::new(cents, 2),
        payee: payee.to_owned(),
        description: String::new(),
        category: None,
        external_id: id.map(str::to_owned),
        balance: None,
        details: None,
    }
}

/// The row as an import books it.
fn booked(row: &StatementRow) -> Transaction {
    let (payee, description) = booked_text(row);
    let id = "00000000-0000-7000-8000-000000000001";
    Transaction {
        id: id.parse().unwrap(),
        account_id: id.parse().unwrap(),
        import_id: id.parse().unwrap(),
        date: row.date,
        amount: Money::new(row.amount, Currency::EUR).unwrap(),
        payee: payee.into(),
        description: description.into(),
        category: Category::UNCATEGORISED,
        category_source: CategorySource::Rule,
        external_id: row.external_id.clone(),
        line: row.line,
        details: None,
    }
}

fn new_rows(existing: &[StatementRow], rows: &[StatementRow]) -> usize {
    let held: Vec<Transaction> = existing.iter().map(booked).collect();
    let reconciled = reconcile(&held.iter().collect::<Vec<_>>(), rows);
    let known = reconciled.duplicates.len() + reconciled.unsure.len();
    assert_eq!(reconciled.new.len() + known, rows.len());
    reconciled.new.len()
}

#[test]
fn two_equal_coffees_on_a_day_are_two() {
    let coffee = row(1, -450, "SQ *BLUE BOTTLE 0123", None);
    let two = [coffee.clone(), coffee.clone()];
    assert_eq!(new_rows(&[], &two), 2);
    assert_eq!(new_rows(&two, &two), 0);
    assert_eq!(new_rows(&[coffee], &two), 1);
}

#[test]
fn an_id_counts_only_together_with_day_and_amount() {
    let first = [row(1, -450, "Coffee", Some("1"))];
    assert_eq!(new_rows(&first, &[row(2, -450, "Coffee", Some("1"))]), 1, "banks repeat ids");
    assert_eq!(new_rows(&first, &[row(1, -450, "Coffee", Some("2"))]), 1, "another id is another row");
    assert_eq!(new_rows(&first, &[row(1, -450, "COFFEE SHOP", Some("1"))]), 0, "the text may change");
    assert_eq!(new_rows(&first, &[row(1, -450, "Coffee", None)]), 0, "a file without ids");
}

proptest! {
    #[test]
    fn overlapping_files_add_up_to_their_union(
        days in prop::collection::vec((1i8..5, 1i64..4, 0usize..2), 0..30),
        cut in any::<(prop::sample::Index, prop::sample::Index)>(),
    ) {
        let mut days = days;
        days.sort_unstable();
        let rows: Vec<StatementRow> =
            days.iter().map(|(day, cents, payee)| row(*day, *cents, ["Coffee", "Bakery"][*payee], None)).collect();
        // Files hold whole days.
        let boundary = |index: prop::sample::Index| index.index(6) as i8;
        let (one, other) = (boundary(cut.0), boundary(cut.1));
        let (start, end) = (one.min(other), one.max(other));
        let early: Vec<_> = rows.iter().filter(|row| row.date.day() <= end).cloned().collect();
        let late: Vec<_> = rows.iter().filter(|row| row.date.day() >= start).cloned().collect();
        prop_assert_eq!(early.len() + new_rows(&early, &late), rows.len());
        prop_assert_eq!(new_rows(&rows, &rows), 0);
    }
}

/// The row as another program of the same bank writes it: no id, the text cut and decorated.
fn in_another_format(row: &StatementRow) -> StatementRow {
    let payee = row.payee.to_uppercase();
    let payee = format!("POS {} 0417", &payee[..payee.len().min(16)]);
    StatementRow { payee, external_id: None, ..row.clone() }
}

fn with_ids(rows: &[StatementRow], first: u32) -> Vec<StatementRow> {
    (first..)
        .zip(rows)
        .map(|(id, row)| StatementRow { external_id: Some(format!("F{id}")), ..row.clone() })
        .collect()
}

/// What an account holds after these files, one after the other, and how many rows were unsure.
fn imported(files: &[Vec<StatementRow>]) -> (Vec<StatementRow>, usize) {
    let (mut rows, mut held, mut unsure) = (Vec::new(), Vec::new(), 0);
    for (file, number) in files.iter().zip(1..) {
        let existing: Vec<&Transaction> = held.iter().collect();
        let reconciled = reconcile(&existing, file);
        unsure += reconciled.unsure.len();
        let new: Vec<StatementRow> = reconciled.new.into_iter().cloned().collect();
        held.extend(new.iter().map(|row| Transaction {
            import_id: format!("00000000-0000-7000-8000-{number:012}").parse().unwrap(),
            ..booked(row)
        }));
        rows.extend(new);
    }
    (rows, unsure)
}

fn sorted(rows: &[StatementRow]) -> Vec<(jiff::civil::Date, Decimal)> {
    let mut rows: Vec<_> = rows.iter().map(|row| (row.date, row.amount)).collect();
    rows.sort_unstable();
    rows
}

const SHOPS: [&str; 4] =
    ["Blue Bottle Coffee", "Corner Bakery Downtown", "Kin Soy Restaurant", "Whole Foods Market"];

proptest! {
    #[test]
    fn overlapping_exports_in_two_formats_add_up_to_their_union(
        days in prop::collection::vec((1i8..15, 1i64..4, 0usize..4), 1..60),
        cuts in prop::collection::vec((1i8..15, 1i8..15, any::<bool>()), 1..5),
    ) {
        let rows: Vec<StatementRow> =
            days.iter().map(|(day, cents, shop)| row(*day, *cents * 100, SHOPS[*shop], None)).collect();
        let rows = with_ids(&rows, 1);
        let mut files: Vec<Vec<StatementRow>> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for (a, b, is_csv) in cuts {
            let days = a.min(b)..=a.max(b);
            let file: Vec<StatementRow> = rows.iter().filter(|row| days.contains(&row.date.day())).cloned().collect();
            seen.extend(file.iter().map(|row| row.external_id.clone()));
            files.push(if is_csv { file.iter().map(in_another_format).collect() } else { file });
        }
        let union: Vec<StatementRow> = rows.iter().filter(|row| seen.contains(&row.external_id)).cloned().collect();
        let (held, _) = imported(&files);
        prop_assert_eq!(sorted(&held), sorted(&union));
        // The same files again add nothing.
        let twice: Vec<_> = files.iter().chain(&files).cloned().collect();
        prop_assert_eq!(imported(&twice).0.len(), union.len());
    }
}

#[test]
fn a_bank_that_makes_new_ids_for_each_file_adds_nothing() {
    let rows: Vec<_> = (1..6).map(|day| row(day, -450 * i64::from(day), SHOPS[0], None)).collect();
    assert_eq!(new_rows(&with_ids(&rows, 1), &with_ids(&rows, 100)), 0);
}

#[test]
fn a_bank_that_repeats_an_id_loses_nothing() {
    let rows = [
        row(1, -450, "Coffee", Some("1")),
        row(1, -450, "Bakery", Some("1")),
        row(2, -450, "Coffee", Some("1")),
        row(2, -700, "Coffee", Some("1")),
    ];
    assert_eq!(new_rows(&[], &rows), 4);
    assert_eq!(new_rows(&rows[..2], &rows), 2);
    assert_eq!(new_rows(&rows, &rows), 0);
}

#[test]
fn what_came_since_the_last_file_is_new_even_at_the_same_price() {
    let first = vec![row(1, -300, "Kin Soy", None), row(2, -450, "Coffee", None)];
    let since = vec![row(2, -450, "Bakery", None), row(3, -100, "Bus", None)];
    assert_eq!(imported(&[first, since]).0.len(), 4);
}

#[test]
fn the_same_amount_under_another_name_on_a_day_that_both_files_have_is_unsure() {
    let first =
        vec![row(1, -300, "Kin Soy", None), row(2, -1200, "ACH debit", None), row(3, -1, "Bus", None)];
    let other =
        vec![row(1, -300, "Kin Soy", None), row(2, -1200, "Electric Co", None), row(3, -1, "Bus", None)];
    let (held, unsure) = imported(&[first, other]);
    assert_eq!((held.len(), unsure), (3, 1));
}

#[test]
fn a_row_that_another_format_books_a_day_later_is_unsure() {
    let first =
        vec![row(1, -300, "Kin Soy", None), row(2, -1200, "Electric Co", None), row(9, -1, "Bus", None)];
    let other =
        vec![row(1, -300, "Kin Soy", None), row(3, -1200, "ELECTRIC CO 77", None), row(9, -1, "Bus", None)];
    let (held, unsure) = imported(&[first.clone(), other]);
    assert_eq!((held.len(), unsure), (3, 1));
    let daily = vec![row(9, -1, "Bus", None), row(10, -1, "Bus", None), row(11, -1, "Bus", None)];
    assert_eq!(imported(&[first, daily]).0.len(), 5, "a bus each day is a row each day");
}

#[test]
fn a_booked_row_is_new_beside_its_pending_one_and_the_other_way_it_is_held() {
    let booked_row = row(4, -450, "Blue Bottle", None);
    let mut pending = row(2, -450, "BLUE BOTTLE", None);
    pending.details =
        Some(Box::new(finance::statement::RowDetails { is_pending: true, ..Default::default() }));
    let held = |row: &StatementRow| {
        let mut held = booked(row);
        held.details = row
            .details
            .is_some()
            .then(|| Box::new(domain::TransactionDetails { is_pending: true, ..Default::default() }));
        held
    };
    assert_eq!(reconcile(&[&held(&pending)], std::slice::from_ref(&booked_row)).new.len(), 1);
    assert_eq!(reconcile(&[&held(&pending)], std::slice::from_ref(&pending)).new.len(), 0);
    assert_eq!(reconcile(&[&held(&booked_row)], std::slice::from_ref(&pending)).new.len(), 0);
}

/// How many of the rows are new, and how many are left to the person.
fn fates(existing: &[StatementRow], rows: &[StatementRow]) -> (usize, usize) {
    let held: Vec<Transaction> = existing.iter().map(booked).collect();
    let held: Vec<&Transaction> = held.iter().collect();
    let reconciled = reconcile(&held, rows);
    (reconciled.new.len(), reconciled.unsure.len())
}

#[test]
fn a_batch_and_its_single_payments_are_left_to_the_person_whichever_came_first() {
    let (first, last) = (row(1, -100, "Shop", None), row(9, -200, "Shop", None));
    let whole = [first.clone(), row(5, -6000, "Batch", Some("B-1")), last.clone()];
    let parts = [row(5, -1000, "Anna", Some("P-1")), row(5, -5000, "Ben", Some("P-2"))];
    assert_eq!(fates(&whole, &parts), (0, 2));
    let singles = [&[first], &parts[..], &[last]].concat();
    assert_eq!(fates(&singles, &whole[1..2]), (0, 1));
}

#[test]
fn a_batch_is_known_by_its_reference_beside_other_payments_of_the_day() {
    let whole = [row(5, -6000, "Batch", Some("B-100")), row(6, -1, "Shop", None)];
    let part = |cents, payee| row(5, cents, payee, Some("B-100"));
    let parts = [part(-1000, "Anna"), part(-5000, "Ben"), row(5, -700, "Shop", Some("S-1"))];
    assert_eq!(fates(&whole, &parts), (1, 2));
    assert_eq!(fates(&parts, &whole[..1]), (0, 1));
}

#[test]
fn payments_that_add_up_to_something_else_or_are_of_a_day_s_rest_are_new() {
    let held = [row(4, -100, "Shop", None), row(5, -6000, "Batch", None)];
    let more = [row(5, -1000, "Anna", None), row(5, -5001, "Ben", None)];
    assert_eq!(fates(&held, &more), (2, 0), "another sum");
    let rest = [row(5, -1000, "Anna", None), row(5, -5000, "Ben", None), row(6, -1, "Shop", None)];
    assert_eq!(fates(&held, &rest), (3, 0), "the file begins where the other ends");
    let refund = [row(5, -7000, "Anna", None), row(5, 1000, "Ben", None)];
    assert_eq!(fates(&held, &refund), (2, 0), "money out and in is no batch");
}

/// The rows as an import books them, each with an id of its own.
fn booked_one_by_one(rows: &[StatementRow]) -> Vec<Transaction> {
    let id = |number: u32| format!("00000000-0000-7000-8000-{number:012}").parse().unwrap();
    (1..).zip(rows).map(|(number, row)| Transaction { id: id(number), ..booked(row) }).collect()
}

#[test]
fn a_row_with_our_own_id_is_that_transaction_whatever_its_text_says() {
    let bank = [
        row(1, -100, "Amazon", Some("F1")),
        row(8, -3000, "Rewe", Some("F2")),
        row(8, -3000, "Aldi", Some("F3")),
        row(20, -200, "Bus", None),
    ];
    let ledger = booked_one_by_one(&bank);
    let held: Vec<&Transaction> = ledger.iter().collect();
    let renamed = |(row, own): (&StatementRow, &Transaction)| StatementRow {
        payee: format!("My {}", row.line),
        external_id: Some(own.id.to_string()),
        ..row.clone()
    };
    let export: Vec<StatementRow> = bank.iter().zip(&ledger).map(renamed).collect();
    let reconciled = reconcile(&held, &export);
    assert_eq!((reconciled.duplicates.len(), reconciled.unsure.len()), (4, 0));
    assert_eq!(
        reconciled.held.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
        ledger.iter().map(|it| it.id).collect::<Vec<_>>()
    );

    let moved = StatementRow { amount: Decimal::new(-101, 2), ..export[0].clone() };
    assert_eq!(reconcile(&held, &[moved]).new.len(), 1, "nobody edits an amount");

    // Imported, undone, and imported from the bank again: some of the ids are gone, the texts are not.
    let older = |(row, at): (&StatementRow, usize)| StatementRow {
        external_id: Some(format!("00000000-0000-7000-8000-{:012}", if at < 2 { 90 } else { 1 } + at)),
        ..row.clone()
    };
    let export: Vec<StatementRow> = bank.iter().zip(0..).map(older).collect();
    assert_eq!(reconcile(&held, &export).new.len(), 0, "our own ids contradict no bank's");
}

#[test]
fn a_row_in_the_place_of_several_names_each_of_them() {
    let singles = [
        row(1, -100, "Shop", None),
        row(5, -1000, "Anna", Some("P-1")),
        row(5, -5000, "Ben", Some("P-2")),
        row(9, -200, "Shop", None),
    ];
    let ledger = booked_one_by_one(&singles);
    let held: Vec<&Transaction> = ledger.iter().collect();
    let whole = [row(5, -6000, "Batch", Some("B-1"))];
    let reconciled = reconcile(&held, &whole);
    assert_eq!(reconciled.unsure.len(), 1);
    let mut ids: Vec<_> = reconciled.held.iter().map(|(_, id)| *id).collect();
    ids.sort_unstable();
    assert_eq!(ids, [ledger[1].id, ledger[2].id]);
}

/// The same, of an import of that number.
fn booked_by(import: u8, row: &StatementRow) -> Transaction {
    Transaction {
        id: format!("00000000-0000-7000-8000-0000000{import:02}{:03}", row.line).parse().unwrap(),
        import_id: format!("00000000-0000-7000-8000-{import:012}").parse().unwrap(),
        ..booked(row)
    }
}

#[test]
fn ids_of_another_program_contradict_nothing_where_the_file_shares_those_of_a_third_import() {
    let day = |day: i8, prefix: &str| StatementRow {
        line: u32::from(day.unsigned_abs()),
        ..row(day, -100 * i64::from(day), &format!("Shop {day}"), Some(&format!("{prefix}{day}")))
    };
    let first: Vec<StatementRow> = (1..=4).map(|it| day(it, "F")).collect();
    let second: Vec<StatementRow> = (5..=7).map(|it| day(it, "R")).collect();
    let held: Vec<Transaction> =
        first.iter().map(|row| booked_by(1, row)).chain(second.iter().map(|row| booked_by(2, row))).collect();
    let all: Vec<StatementRow> = (1..=7).map(|it| day(it, "R")).collect();
    let reconciled = reconcile(&held.iter().collect::<Vec<_>>(), &all);
    assert_eq!((reconciled.new.len(), reconciled.duplicates.len()), (0, 7));
}

#[test]
fn a_few_rows_under_other_ids_amid_the_days_of_both_are_asked_about() {
    let day = |day: i8, id: &str| row(day, -100 * i64::from(day), &format!("Shop {day}"), Some(id));
    let held: Vec<Transaction> = [day(1, "F1"), day(3, "F3"), day(4, "F4"), day(9, "F9")]
        .iter()
        .map(|row| booked_by(1, row))
        .collect();
    let file = [day(3, "R3"), day(4, "R4"), day(12, "R12")];
    let reconciled = reconcile(&held.iter().collect::<Vec<_>>(), &file);
    assert_eq!((reconciled.new.len(), reconciled.unsure.len()), (1, 2));
}
