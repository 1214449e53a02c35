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
        payee,
        description,
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
    assert_eq!(reconciled.new.len() + reconciled.duplicates.len(), rows.len());
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
