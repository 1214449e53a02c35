//! Money back reduces what was spent; pay stays income.

use domain::{Account, Category, CategorySource, Currency, Transaction};
use finance::net_refunds;
use jiff::{ToSpan, civil::date};
use proptest::prelude::*;

use crate::ledgers::{account, pending, row};

/// In no rule.
const SHOP: &str = "Quillfeather";

fn checking() -> Account {
    account(1, "Checking", Currency::USD)
}

/// A row as the rules alone book it, on a day from 2024 on.
fn booked(day: i32, cents: i64, payee: &str) -> Transaction {
    let category = if cents > 0 { "Income:Other" } else { "Uncategorised" };
    row(9, &checking(), date(2024, 1, 1).saturating_add(day.days()), cents, payee, category)
}

/// A row whose category somebody chose.
fn chosen(category: &str, source: CategorySource, row: Transaction) -> Transaction {
    Transaction { category: Category::new(category).unwrap(), category_source: source, ..row }
}

fn shopping(row: Transaction) -> Transaction {
    chosen("Shopping", CategorySource::Person, row)
}

/// The categories of rows to be added beside those that are held.
fn netted<const N: usize>(held: &[Transaction], mut added: [Transaction; N]) -> [String; N] {
    net_refunds(held, &mut added.iter_mut().collect::<Vec<_>>());
    added.map(|row| row.category.path().to_owned())
}

#[test]
fn money_back_has_the_category_of_the_purchase() {
    let held = [shopping(booked(0, -120_00, SHOP))];
    for cents in [120_00, 45_50] {
        assert_eq!(netted(&held, [booked(7, cents, SHOP)]), ["Shopping"], "{cents}");
        assert_eq!(netted(&held, [booked(120, cents, SHOP)]), ["Shopping"], "on the last day");
    }
    let open = [booked(0, -120_00, SHOP)];
    assert_eq!(netted(&open, [booked(7, 120_00, SHOP)]), ["Uncategorised"]);
    let file = [booked(7, 120_00, SHOP), booked(0, -120_00, SHOP)];
    assert_eq!(netted(&[], file), ["Uncategorised", "Uncategorised"], "newest first");
    // The rules know a refund, or a shop that the person has in another category.
    for (payee, category) in [("Refund - Quillfeather", "Uncategorised"), (SHOP, "Transport:Bicycle")] {
        let back = chosen(category, CategorySource::Rule, booked(7, 120_00, payee));
        assert_eq!(netted(&held, [back]), ["Shopping"], "{payee}");
    }
}

#[test]
fn the_purchase_of_the_same_amount_is_given_back_first_else_the_newest() {
    let other = chosen("Gifts", CategorySource::Person, booked(3, -80_00, SHOP));
    let held = [shopping(booked(0, -45_00, SHOP)), other];
    let file = [booked(7, 45_00, SHOP), booked(8, 20_00, SHOP), booked(9, 70_00, SHOP)];
    assert_eq!(netted(&held, file), ["Shopping", "Gifts", "Income:Other"], "60 are left");
}

#[test]
fn what_gives_nothing_back_stays_income() {
    let held = [shopping(booked(10, -120_00, SHOP))];
    let elsewhere =
        Transaction { account_id: account(2, "Other", Currency::USD).id, ..booked(17, 9_00, SHOP) };
    let stays = [
        ("more than was paid", booked(17, 120_01, SHOP)),
        ("another payee", booked(17, 120_00, "Thistlewick")),
        ("another account", elsewhere),
        ("too late", booked(131, 120_00, SHOP)),
        ("before the purchase", booked(9, 120_00, SHOP)),
        ("the person says so", chosen("Income:Other", CategorySource::Person, booked(17, 120_00, SHOP))),
    ];
    for (why, back) in stays {
        assert_eq!(netted(&held, [back]), ["Income:Other"], "{why}");
    }
    for payee in ["PayPal", "Zelle", "Payment", "Deposit", "SEPA Gutschrift", ""] {
        let file = [booked(0, -120_00, payee), booked(7, 120_00, payee)];
        assert_eq!(netted(&[], file), ["Uncategorised", "Income:Other"], "{payee} is no shop");
    }
}

#[test]
fn a_purchase_is_given_back_once() {
    let held = [shopping(booked(0, -120_00, SHOP))];
    let file = [booked(7, 120_00, SHOP), booked(8, 120_00, SHOP)];
    assert_eq!(netted(&held, file.clone()), ["Shopping", "Income:Other"]);
    let [first, second] = file;
    let held = [shopping(booked(0, -120_00, SHOP)), shopping(first)];
    assert_eq!(netted(&held, [second.clone()]), ["Income:Other"], "an earlier file gave it back");
    let held = [shopping(booked(0, -120_00, SHOP)), pending(shopping(booked(7, 120_00, SHOP)))];
    assert_eq!(netted(&held, [second]), ["Shopping"], "the pending one is this one");
}

#[test]
fn pay_from_a_payee_who_is_paid_too_stays_income() {
    let pay = |day: i32| booked(day, 300_00, "Wexcombe Ltd");
    let file = [pay(0), pay(30), booked(45, -500_00, "Wexcombe Ltd"), pay(60), pay(90)];
    let income = "Income:Other";
    assert_eq!(netted(&[], file), [income, income, "Uncategorised", income, income]);
    let paid = |day: i32| booked(day, -500_00, "Wexcombe Ltd");
    let file = [paid(0), pay(1), paid(30), pay(31), paid(60), pay(61), paid(90), pay(91)];
    let [.., third, _, fourth] = netted(&[], file);
    assert_eq!([third, fourth], [income, income], "twice the same amount came before");
}

#[test]
fn who_often_sends_something_back_earns_nothing() {
    let file = [1, 2, 3, 4].map(|at| booked(at * 10, i64::from(at) * 7_00, SHOP));
    let held = [shopping(booked(0, -200_00, SHOP))];
    assert_eq!(netted(&held, file), ["Shopping"; 4]);
}

#[test]
fn the_payee_is_the_one_that_was_imported() {
    let mut bought = shopping(booked(0, -120_00, SHOP));
    let renamed = domain::TransactionEdit { payee: Some("The quill shop".to_owned()), ..Default::default() };
    bought.apply_edit(&renamed, jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(netted(&[bought], [booked(7, 120_00, SHOP)]), ["Shopping"]);
}

/// What rows say, in one order.
fn said(rows: &[Transaction]) -> Vec<(String, i128, String, String)> {
    let said = |row: &Transaction| {
        let (payee, category) = (row.payee.to_string(), row.category.path().to_owned());
        (row.date.to_string(), row.amount.amount().mantissa(), payee, category)
    };
    let mut all: Vec<_> = rows.iter().map(said).collect();
    all.sort();
    all
}

proptest! {
    #[test]
    fn neither_the_order_of_a_file_nor_parting_it_by_days_changes_a_category(
        rows in prop::collection::vec((0i32..200, -6i64..6, 0usize..2), 0..40),
        until in 0i32..200,
    ) {
        let rows: Vec<Transaction> = rows
            .into_iter()
            .map(|(day, units, payee)| booked(day, units * 10_00, [SHOP, "Thistlewick"][payee]))
            .collect();
        let mut at_once = rows.clone();
        net_refunds(&[], &mut at_once.iter_mut().collect::<Vec<_>>());
        let mut backwards: Vec<Transaction> = rows.iter().rev().cloned().collect();
        net_refunds(&[], &mut backwards.iter_mut().collect::<Vec<_>>());
        prop_assert_eq!(said(&at_once), said(&backwards));
        let last = date(2024, 1, 1).saturating_add(until.days());
        let (mut held, mut later): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.date <= last);
        net_refunds(&[], &mut held.iter_mut().collect::<Vec<_>>());
        net_refunds(&held, &mut later.iter_mut().collect::<Vec<_>>());
        held.extend(later);
        prop_assert_eq!(said(&at_once), said(&held));
    }
}
