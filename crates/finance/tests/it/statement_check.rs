//! A statement that does not add up says by how much, and where.

use domain::{AccountKind, BalanceAnchor, Currency, Ledger, Money};
use finance::{
    check_balances,
    statement::{StatementAccount, StatementRow},
};
use jiff::civil::date;
use rust_decimal::Decimal;

use crate::ledgers::{account, ledger, pending, row};

fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

fn read(rows: &[(u32, i8, i64, i64)], opening: i64, closing: i64) -> StatementAccount {
    let row = |&(line, day, amount, balance): &(u32, i8, i64, i64)| StatementRow {
        line,
        date: date(2024, 3, day),
        amount: cents(amount),
        payee: "Kiosk".to_owned(),
        description: String::new(),
        category: None,
        external_id: None,
        balance: Some(cents(balance)),
        details: None,
    };
    StatementAccount {
        number: None,
        name: "Checking".to_owned(),
        kind: AccountKind::Checking,
        currency: Some(Currency::USD),
        opening_balance: Some(cents(opening)),
        closing_balance: Some(cents(closing)),
        closing_date: Some(date(2024, 3, 31)),
        rows: rows.iter().map(row).collect(),
    }
}

#[test]
fn a_statement_that_adds_up_agrees_whichever_end_comes_first() {
    let rows = [(2, 1, -1_00, 99_00), (3, 2, -2_00, 97_00), (4, 3, 5_00, 102_00)];
    let mut turned = rows;
    turned.reverse();
    for rows in [rows, turned] {
        let check = check_balances(&read(&rows, 100_00, 102_00), &Ledger::default(), None, &[]);
        assert!(check.agrees(), "{check:?}");
        assert_eq!(check.difference, Some(Decimal::ZERO));
    }
}

#[test]
fn a_row_that_is_missing_is_named_by_its_line_and_amount() {
    let rows = [(2, 1, -1_00, 99_00), (4, 3, 5_00, 102_00), (5, 4, -1_00, 101_00)];
    let check = check_balances(&read(&rows, 100_00, 101_00), &Ledger::default(), None, &[]);
    assert_eq!(check.difference, Some(cents(-2_00)));
    let departure = check.departure.unwrap();
    assert_eq!((departure.line, departure.difference), (4, cents(-2_00)));
}

#[test]
fn a_statement_in_between_that_was_never_imported_shows_in_the_ledgers_balance() {
    let mut checking = account(1, "Checking", Currency::USD);
    let balance = Money::new(cents(200_00), Currency::USD).unwrap();
    checking.anchor = Some(BalanceAnchor { date: date(2024, 1, 31), balance });
    let held =
        ledger(vec![checking.clone()], vec![row(10, &checking, date(2024, 1, 15), -5_00, "A", "Food")]);
    let march = read(&[(2, 1, -1_00, 99_00)], 100_00, 99_00);
    let new: Vec<&StatementRow> = march.rows.iter().collect();
    let check = check_balances(&march, &held, Some(checking.id), &new);
    assert_eq!(check.difference, Some(Decimal::ZERO));
    assert_eq!(check.ledger_difference, Some(cents(-100_00)), "February took 100");
}

#[test]
fn what_the_bank_has_not_booked_yet_is_in_no_stated_balance() {
    let mut checking = account(1, "Checking", Currency::USD);
    let balance = Money::new(cents(100_00), Currency::USD).unwrap();
    checking.anchor = Some(BalanceAnchor { date: date(2024, 2, 29), balance });
    let waiting = pending(row(10, &checking, date(2024, 3, 1), -1_00, "Kiosk", "Food"));
    let never = pending(row(11, &checking, date(2024, 3, 2), -7_00, "Inn", "Food"));
    let held = ledger(vec![checking.clone()], vec![waiting, never]);
    let march = read(&[(2, 2, -1_00, 99_00)], 100_00, 99_00);
    let new: Vec<&StatementRow> = march.rows.iter().collect();
    let check = check_balances(&march, &held, Some(checking.id), &new);
    assert_eq!(check.ledger_difference, Some(Decimal::ZERO));
}

#[test]
fn rows_behind_the_day_of_the_stated_balance_are_not_in_it() {
    let mut january = read(&[(2, 5, -10_00, 100_00), (3, 31, 2_50, 102_50)], 110_00, 100_00);
    january.closing_date = Some(date(2024, 3, 20));
    let check = check_balances(&january, &Ledger::default(), None, &[]);
    assert_eq!((check.expected, check.difference), (Some(cents(100_00)), Some(Decimal::ZERO)));
    // A bank that dates its balance earlier than the rows that it holds is believed.
    january.closing_balance = Some(cents(102_50));
    assert!(check_balances(&january, &Ledger::default(), None, &[]).agrees());
    january.closing_balance = Some(cents(99_00));
    let check = check_balances(&january, &Ledger::default(), None, &[]);
    assert_eq!(check.difference, Some(cents(-1_00)));
}

#[test]
fn a_column_of_balances_ends_with_the_last_booked_row() {
    let text = b"Date,Description,Amount,Balance,Status\n\
        2024-03-01,Shop,-10.00,90.00,Booked\n\
        2024-03-02,Bar,-5.00,85.00,Booked\n\
        2024-03-03,Hotel,-50.00,,Pending\n";
    let statement = finance::statement::read(text, &finance::statement::ReadOptions::default()).unwrap();
    let account = &statement.accounts[0];
    assert_eq!(account.rows.len(), 3);
    let stated = (account.opening_balance, account.closing_balance, account.closing_date);
    assert_eq!(stated, (Some(cents(100_00)), Some(cents(85_00)), Some(date(2024, 3, 2))));
    assert!(check_balances(account, &Ledger::default(), None, &[]).agrees());
}

#[test]
fn a_stated_balance_holds_nothing_that_is_pending() {
    let mut checking = account(1, "Checking", Currency::USD);
    let balance = Money::new(cents(90_00), Currency::USD).unwrap();
    checking.anchor = Some(BalanceAnchor { date: date(2024, 1, 31), balance });
    let shop = row(10, &checking, date(2024, 1, 5), -10_00, "Shop", "Food");
    let bar = pending(row(11, &checking, date(2024, 1, 31), -7_00, "Bar", "Food"));
    let held = ledger(vec![checking.clone()], vec![shop, bar]);
    assert_eq!(finance::opening_balance(&held, checking.id).amount(), cents(100_00));
    assert_eq!(finance::balance_on(&held, checking.id, date(2024, 1, 30)).amount(), cents(90_00));
    assert_eq!(finance::balance_on(&held, checking.id, date(2024, 1, 31)).amount(), cents(83_00));
}
