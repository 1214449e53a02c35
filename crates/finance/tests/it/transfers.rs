//! Transfers between own accounts are paired, and purchases are not.

use std::collections::HashSet;

use domain::{
    Account, AccountKind, Category, CategoryKind, Currency, Ledger, Side, Transaction, TransactionFilter,
    TransactionId, TransferChoice,
};
use finance::{RowFacts, categorise, total, transfers};
use jiff::{ToSpan, civil::date};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rust_decimal::Decimal;

use crate::ledgers::{account, any_ledger, details, ledger, row};

fn household() -> Vec<Account> {
    let mut accounts = vec![
        account(1, "Everyday Checking", Currency::USD),
        account(2, "Rainy Day Savings", Currency::USD),
        account(3, "Visa", Currency::USD),
        account(4, "Second Checking", Currency::USD),
        account(5, "Euro account", Currency::EUR),
    ];
    accounts[1].kind = AccountKind::Savings;
    accounts[2].kind = AccountKind::CreditCard;
    for (account, number) in accounts.iter_mut().zip([
        "000111222",
        "000333444",
        "4111XXXX5678",
        "000999888",
        "DE89370400440532013000",
    ]) {
        account.number = Some(number.to_owned());
    }
    accounts
}

/// A row with the category that the rules give it.
fn ruled(number: u64, account: &Account, day: jiff::civil::Date, cents: i64, payee: &str) -> Transaction {
    let mut row = row(number, account, day, cents, payee, "Uncategorised");
    let facts = RowFacts {
        payee,
        description: "",
        amount: row.amount.amount(),
        statement_category: None,
        account_kind: account.kind,
    };
    row.category = categorise(&facts).0;
    row
}

/// Three years of five accounts, with their true transfers.
fn generated(seed: u64) -> (Ledger, HashSet<(TransactionId, TransactionId)>) {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let accounts = household();
    let mut rows: Vec<Transaction> = Vec::new();
    let mut truth = HashSet::new();
    let mut number = 100;
    let out_texts =
        ["Online Transfer to SAV ...3444", "Transfer", "Savings transfer", "TRF 000333444", "Umbuchung"];
    let in_texts =
        ["Online Transfer from CHK ...1222", "Transfer", "Deposit", "From checking", "Gutschrift 8841"];
    let paid = ["VISA AUTOPAY 5678", "Credit card payment", "CARDMEMBER SERV WEB PYMT"];
    let received = ["PAYMENT THANK YOU", "AUTOPAY PAYMENT", "Payment received"];
    let shops = [
        "Kin Soy",
        "Whole Foods Market",
        "Zelle to Anna",
        "Hardware Store",
        "Transfer to Anna K",
        "Amazon",
        "ATM Withdrawal",
    ];
    let earns = ["ACME PAYROLL", "Zelle from Bob", "Interest", "Amazon refund", "Deposit"];
    let day = |days: i32| date(2021, 1, 1).saturating_add(days.days());
    for month in 0..36 {
        let start = month * 30;
        for _ in 0..dice.random_range(0..3) {
            // Round amounts repeat, as people's transfers do.
            let cents = [100_00, 200_00, 250_00, 500_00][dice.random_range(0..4)];
            let (at, later) = (start + dice.random_range(0..28), dice.random_range(0..4));
            let (from, to) = if dice.random_bool(0.8) { (0, 1) } else { (1, 0) };
            let texts = if from == 0 { (out_texts, in_texts) } else { (in_texts, out_texts) };
            let one = ruled(number, &accounts[from], day(at), -cents, texts.0[dice.random_range(0..5)]);
            let other =
                ruled(number + 1, &accounts[to], day(at + later), cents, texts.1[dice.random_range(0..5)]);
            truth.insert((one.id, other.id));
            rows.extend([one, other]);
            number += 2;
        }
        let cents = dice.random_range(300_00..2_500_00);
        let at = start + dice.random_range(0..25);
        let one = ruled(number, &accounts[0], day(at), -cents, paid[dice.random_range(0..3)]);
        let later = dice.random_range(0..4);
        let other =
            ruled(number + 1, &accounts[2], day(at + later), cents, received[dice.random_range(0..3)]);
        truth.insert((one.id, other.id));
        rows.extend([one, other]);
        number += 2;
        for _ in 0..60 {
            let account = &accounts[dice.random_range(0..5)];
            let is_round = dice.random_bool(0.3);
            let cents =
                if is_round { dice.random_range(1..60) * 10_00 } else { dice.random_range(1_00..300_00) };
            let at = day(start + dice.random_range(0..30));
            let spent = dice.random_bool(0.85);
            let text = if spent { shops[dice.random_range(0..7)] } else { earns[dice.random_range(0..5)] };
            rows.push(ruled(number, account, at, if spent { -cents } else { cents }, text));
            number += 1;
        }
    }
    (ledger(accounts, rows), truth)
}

#[test]
fn of_a_hundred_pairs_ninety_nine_are_true() {
    let (mut right, mut told, mut there) = (0, 0, 0);
    for seed in 0..60 {
        let (ledger, truth) = generated(seed);
        let pairs = transfers(&ledger).pairs;
        // Which of two equal rows of a day is taken changes no figure.
        let key = |id: TransactionId| {
            let row = ledger.transactions.iter().find(|row| row.id == id).unwrap();
            (row.account_id, row.date, row.amount, row.payee.clone())
        };
        let truth: Vec<_> = truth.iter().map(|(from, to)| (key(*from), key(*to))).collect();
        told += pairs.len();
        there += truth.len();
        right += pairs.iter().filter(|pair| truth.contains(&(key(pair.from), key(pair.to)))).count();
    }
    println!("{told} told, {right} right, {there} there");
    assert!(right * 1000 >= told * 990, "{right} of {told} are right");
    assert!(right * 100 >= there * 85, "{right} of {there} are found");
}

proptest! {
    #[test]
    fn each_row_is_in_one_pair_at_most_and_pairs_are_opposite(ledger in any_ledger()) {
        let found = transfers(&ledger);
        let mut seen = HashSet::new();
        for pair in &found.pairs {
            prop_assert!(seen.insert(pair.from) && seen.insert(pair.to));
            let row = |id| ledger.transactions.iter().find(|row| row.id == id).unwrap();
            let (from, to) = (row(pair.from), row(pair.to));
            prop_assert_eq!(from.amount, -to.amount);
            prop_assert!(from.amount.is_outflow());
            prop_assert!(from.account_id != to.account_id);
            prop_assert!((from.date - to.date).get_days().abs() <= 5);
        }
    }

    #[test]
    fn the_order_of_accounts_changes_nothing(ledger in any_ledger()) {
        let mut turned = ledger.clone();
        turned.accounts.reverse();
        let (one, other) = (transfers(&ledger), transfers(&turned));
        let money = |pairs: &[finance::TransferPair]| -> HashSet<TransactionId> {
            pairs.iter().flat_map(|pair| [pair.from, pair.to]).collect()
        };
        prop_assert_eq!(money(&one.pairs), money(&other.pairs));
    }
}

#[test]
fn a_paired_row_is_neither_spending_nor_income_whatever_its_category() {
    let accounts = household();
    let rows = vec![
        row(10, &accounts[0], date(2024, 1, 5), -250_00, "TRF 000333444", "Shopping:Other"),
        row(11, &accounts[1], date(2024, 1, 6), 250_00, "Transfer", "Income:Other"),
    ];
    let ledger = ledger(accounts, rows);
    assert_eq!(transfers(&ledger).pairs.len(), 1);
    for side in [Side::Spending, Side::Income] {
        let filter = TransactionFilter { side: Some(side), ..TransactionFilter::default() };
        assert_eq!(total(&ledger, &filter), []);
    }
    let filter = TransactionFilter { category: Some(Category::TRANSFER), ..TransactionFilter::default() };
    assert_eq!(total(&ledger, &filter)[0].count, 2);
}

#[test]
fn a_transfer_that_could_have_gone_to_two_accounts_is_left_to_the_person() {
    let accounts = household();
    let rows = vec![
        row(10, &accounts[0], date(2024, 1, 5), -250_00, "Transfer", "Transfer"),
        row(11, &accounts[1], date(2024, 1, 5), 250_00, "Transfer", "Transfer"),
        row(12, &accounts[3], date(2024, 1, 5), 250_00, "Transfer", "Transfer"),
    ];
    let mut ledger = ledger(accounts, rows);
    let found = transfers(&ledger);
    assert_eq!((found.pairs.len(), found.candidates.len()), (0, 2));
    let chosen = TransferChoice::With { transaction_id: ledger.transactions[2].id };
    ledger.transactions[0].details = Some(Box::new(details(|it| it.transfer = Some(chosen))));
    let found = transfers(&ledger);
    assert_eq!((found.pairs.len(), found.candidates.len()), (1, 0));
    assert_eq!(
        (found.pairs[0].from, found.pairs[0].to),
        (ledger.transactions[0].id, ledger.transactions[2].id)
    );
}

#[test]
fn what_the_person_says_is_no_transfer_is_none() {
    let accounts = household();
    let rows = vec![
        row(10, &accounts[0], date(2024, 1, 5), -250_00, "Transfer", "Transfer"),
        row(11, &accounts[1], date(2024, 1, 5), 250_00, "Transfer", "Transfer"),
    ];
    let mut ledger = ledger(accounts, rows);
    assert_eq!(transfers(&ledger).pairs.len(), 1);
    ledger.transactions[1].details = Some(Box::new(details(|it| it.transfer = Some(TransferChoice::No))));
    assert_eq!(transfers(&ledger).pairs.len(), 0);
}

#[test]
fn a_refund_of_the_same_amount_is_no_transfer() {
    let accounts = household();
    let rows = vec![
        ruled(10, &accounts[0], date(2024, 1, 5), -45_00, "Whole Foods Market"),
        ruled(11, &accounts[2], date(2024, 1, 5), 45_00, "Amazon"),
    ];
    let ledger = ledger(accounts, rows);
    assert_eq!(transfers(&ledger).pairs, []);
    assert!(ledger.transactions.iter().all(|row| row.category.kind() == CategoryKind::Spending));
    assert_eq!(total(&ledger, &TransactionFilter::default())[0].total, Decimal::ZERO);
}
