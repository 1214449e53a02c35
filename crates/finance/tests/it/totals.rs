use domain::{Category, Currency, Side, TransactionFilter};
use finance::{GroupBy, group, largest, total};
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::ledgers::{account, any_ledger, ledger, row};

const EVERY_WAY: [GroupBy; 9] = [
    GroupBy::Category,
    GroupBy::CategoryGroup,
    GroupBy::Payee,
    GroupBy::Account,
    GroupBy::Day,
    GroupBy::Week,
    GroupBy::Month,
    GroupBy::Quarter,
    GroupBy::Year,
];

fn any_filter() -> impl Strategy<Value = TransactionFilter> {
    let side = prop_oneof![Just(None), Just(Some(Side::Spending)), Just(Some(Side::Income))];
    let category = prop_oneof![
        Just(None),
        Just(Some(Category::known("Food"))),
        Just(Some(Category::known("Food:Groceries"))),
        Just(Some(Category::TRANSFER))
    ];
    let text =
        prop_oneof![3 => Just(None), 1 => Just(Some("KIO".to_owned())), 1 => Just(Some("É".to_owned()))];
    let days = prop_oneof![Just(None), Just(Some((date(2023, 5, 17), date(2024, 3, 3))))];
    (side, category, text, days).prop_map(|(side, category, text, days)| TransactionFilter {
        side,
        category,
        text,
        from: days.map(|(from, _)| from),
        to: days.map(|(_, to)| to),
        ..TransactionFilter::default()
    })
}

proptest! {
    #[test]
    fn a_total_is_the_sum_of_the_rows_that_the_filter_matches(ledger in any_ledger(), filter in any_filter()) {
        for currency in [Currency::USD, Currency::EUR] {
            let rows = ledger.transactions.iter().filter(|row| filter.matches(row) && row.amount.currency() == currency);
            let amounts: Vec<Decimal> = rows.map(|row| row.amount.amount()).collect();
            let totals = total(&ledger, &filter);
            let found = totals.iter().find(|it| it.currency == currency);
            prop_assert_eq!(found.map_or(0, |it| it.count), amounts.len() as u64);
            prop_assert_eq!(found.map_or(Decimal::ZERO, |it| it.total), amounts.iter().sum::<Decimal>());
        }
    }

    #[test]
    fn groups_add_up_to_the_total(ledger in any_ledger(), filter in any_filter()) {
        for by in EVERY_WAY {
            let groups = group(&ledger, &filter, by);
            for whole in total(&ledger, &filter) {
                let parts = groups.iter().filter(|it| it.currency == whole.currency);
                let (sum, count) = parts.fold((Decimal::ZERO, 0), |(sum, count), it| (sum + it.total, count + it.count));
                prop_assert_eq!((sum, count), (whole.total, whole.count), "{:?}", by);
            }
        }
    }

    #[test]
    fn the_filter_of_a_group_finds_exactly_its_rows(ledger in any_ledger(), filter in any_filter()) {
        for by in EVERY_WAY {
            for found in group(&ledger, &filter, by) {
                let rows: Vec<_> = ledger.transactions.iter().filter(|row| found.filter.matches(row)).collect();
                prop_assert_eq!(rows.len() as u64, found.count, "{:?} {}", by, found.label);
                prop_assert_eq!(rows.iter().map(|row| row.amount.amount()).sum::<Decimal>(), found.total);
                prop_assert!(rows.iter().all(|row| filter.matches(row)));
            }
        }
    }

    #[test]
    fn the_largest_rows_come_first(ledger in any_ledger(), n in 0usize..8) {
        let rows = largest(&ledger, &TransactionFilter::default(), n);
        let mut sizes: Vec<Decimal> = ledger.transactions.iter().map(|row| row.amount.amount().abs()).collect();
        sizes.sort_by(|a, b| b.cmp(a));
        sizes.truncate(n);
        prop_assert_eq!(rows.iter().map(|row| row.amount.amount().abs()).collect::<Vec<_>>(), sizes);
    }
}

#[test]
fn empty_months_between_are_filled_with_zero() {
    let checking = account(1, "Checking", Currency::USD);
    let rows = vec![
        row(10, &checking, date(2023, 11, 30), -10_00, "Market", "Food:Groceries"),
        row(11, &checking, date(2024, 2, 1), -5_00, "Market", "Food:Groceries"),
    ];
    let ledger = ledger(vec![checking], rows);
    let months = group(&ledger, &TransactionFilter::default(), GroupBy::Month);
    let shown: Vec<_> = months.iter().map(|it| (it.label.as_str(), it.total.to_string(), it.count)).collect();
    assert_eq!(
        shown,
        [
            ("2023-11", "-10.00".to_owned(), 1),
            ("2023-12", "0".to_owned(), 0),
            ("2024-01", "0".to_owned(), 0),
            ("2024-02", "-5.00".to_owned(), 1)
        ]
    );
    assert_eq!(group(&ledger, &TransactionFilter::default(), GroupBy::Quarter).len(), 2);
}

#[test]
fn groups_of_a_period_keep_the_first_and_last_day_of_the_question() {
    let checking = account(1, "Checking", Currency::USD);
    let rows = vec![
        row(10, &checking, date(2024, 1, 10), -10_00, "Market", "Food:Groceries"),
        row(11, &checking, date(2024, 1, 20), -5_00, "Market", "Food:Groceries"),
    ];
    let ledger = ledger(vec![checking], rows);
    let filter = TransactionFilter { from: Some(date(2024, 1, 15)), ..TransactionFilter::default() };
    let months = group(&ledger, &filter, GroupBy::Month);
    assert_eq!(months.len(), 1);
    assert_eq!(
        (months[0].filter.from, months[0].filter.to),
        (Some(date(2024, 1, 15)), Some(date(2024, 1, 31)))
    );
    assert_eq!(months[0].total, Decimal::new(-5_00, 2));
}

#[test]
fn one_name_in_two_groups_is_told_apart_by_its_path() {
    let checking = account(1, "Checking", Currency::USD);
    let rows = vec![
        row(10, &checking, date(2024, 1, 10), -10_00, "A", "Trains:Other"),
        row(11, &checking, date(2024, 1, 10), -5_00, "B", "Boats:Other"),
        row(12, &checking, date(2024, 1, 10), -1_00, "C", "Food:Groceries"),
    ];
    let ledger = ledger(vec![checking], rows);
    let labels: Vec<String> = group(&ledger, &TransactionFilter::default(), GroupBy::Category)
        .into_iter()
        .map(|it| it.label)
        .collect();
    assert_eq!(labels, ["Trains:Other", "Boats:Other", "Groceries"]);
}

#[test]
fn a_refund_reduces_its_category() {
    let card = account(1, "Card", Currency::USD);
    let rows = vec![
        row(10, &card, date(2024, 1, 10), -80_00, "Wren Outfitters", "Shopping:Clothing"),
        row(11, &card, date(2024, 1, 20), 30_00, "Wren Outfitters", "Shopping:Clothing"),
        row(12, &card, date(2024, 1, 21), 900_00, "Card payment", "Transfer:Card payment"),
    ];
    let ledger = ledger(vec![card], rows);
    let spending = TransactionFilter { side: Some(Side::Spending), ..TransactionFilter::default() };
    assert_eq!(total(&ledger, &spending)[0].total, Decimal::new(-50_00, 2));
}
