//! Exports load in hledger, and hledger agrees with every figure.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    process::Command,
};

use domain::{
    Account, BalanceAnchor, Currency, Ledger, Money, Side, Transaction, TransactionEdit, TransactionFilter,
    TransferChoice,
};
use finance::{
    GroupBy, balance_on, booked_text,
    export::{ExportFormat, export},
    group,
    proof::{Term, prove},
    reconcile, sample_household, statement_category, transfers,
};
use jiff::civil::{Date, date};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use rust_decimal::Decimal;

use crate::ledgers::{account, any_ledger, details, ledger, row, split};

/// The sample household as a ledger, with a split row and names that need care.
fn household() -> Ledger {
    let sample = sample_household(7, date(2024, 6, 30));
    let (mut accounts, mut rows, mut number) = (Vec::new(), Vec::new(), 100);
    for (read, place) in sample.statement.accounts.iter().zip(1..) {
        let mut account: Account = account(place, &read.name, Currency::USD);
        account.kind = read.kind;
        account.number.clone_from(&read.number);
        let balance = Money::new(read.closing_balance.unwrap(), Currency::USD).unwrap();
        account.anchor = Some(BalanceAnchor { date: read.closing_date.unwrap(), balance });
        for read in &read.rows {
            let mut row = row(number, &account, read.date, 0, "", "Uncategorised");
            row.amount = Money::new(read.amount, Currency::USD).unwrap();
            let (payee, description) = booked_text(read);
            (row.payee, row.description) = (payee.into(), description.into());
            let named = read.category.as_deref().and_then(|it| statement_category(it, read.amount));
            row.category = named.unwrap_or(row.category);
            rows.push(row);
            number += 1;
        }
        accounts.push(account);
    }
    let mut odd = account(9, "Girokonto (DE) ; 2|3", Currency::EUR);
    odd.number = Some("DE89".to_owned());
    rows.push(row(50, &odd, date(2024, 3, 1), -12_345, "=cmd|' /C calc'!A0; \"x\" (y)", "Crème & Co:Ä.b*c"));
    let parts = [(-6_000, "Food:Groceries"), (-3_000, "Household:Other"), (-1_000, "Food:Restaurants")];
    rows.push(split(row(51, &odd, date(2024, 3, 2), -10_000, "Straße", "Food"), &parts));
    accounts.push(odd);
    ledger(accounts, rows)
}

fn written(ledger: &Ledger, format: ExportFormat) -> String {
    let mut text = String::new();
    export(ledger, &TransactionFilter::default(), format, &mut text).unwrap();
    text
}

/// What a shell prints for a command, in the folder of the journal.
fn told(folder: &Path, command: &str) -> String {
    let output = Command::new("sh").arg("-c").arg(command).current_dir(folder).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.is_empty(), "{command}\n{error}");
    String::from_utf8(output.stdout).unwrap()
}

/// The last line's amount.
fn figure(text: &str) -> Decimal {
    let last = text.trim_end().lines().last().unwrap_or("0").trim();
    last.split(' ').next().unwrap_or("0").parse().unwrap_or_else(|_| panic!("{text}"))
}

#[test]
fn hledger_loads_the_journal_and_agrees_to_the_cent() {
    let ledger = household();
    assert!(transfers(&ledger).pairs.len() > 20);
    let folder = tempfile_folder();
    std::fs::write(folder.join("lakeledger.journal"), written(&ledger, ExportFormat::Hledger)).unwrap();
    told(&folder, "hledger -f lakeledger.journal check accounts commodities");
    let mut commands = HashSet::new();
    for side in [Some(Side::Spending), Some(Side::Income), None] {
        for by in
            [GroupBy::Category, GroupBy::CategoryGroup, GroupBy::Payee, GroupBy::Account, GroupBy::Month]
        {
            let filter = TransactionFilter { side, ..TransactionFilter::default() };
            for found in group(&ledger, &filter, by).into_iter().take(14).filter(|it| it.count > 0) {
                let sum = match side {
                    Some(Side::Spending) => -found.total,
                    _ => found.total,
                };
                let sum = (Term::Sum(found.filter.clone()), sum);
                let count = (Term::Count(found.filter), Decimal::from(found.count));
                for (term, expected) in [sum, count] {
                    let Some(command) = prove(&ledger, &term).command else { continue };
                    if commands.insert(command.clone()) {
                        assert_eq!(figure(&told(&folder, &command)), expected, "{command}");
                    }
                }
            }
        }
    }
    for account in &ledger.accounts {
        for day in [date(2022, 9, 9), date(2023, 3, 31), date(2024, 1, 1), date(2024, 6, 30)] {
            let term = Term::Balance { accounts: vec![account.id], currency: account.currency, day };
            let Some(command) = prove(&ledger, &term).command else { continue };
            let expected = balance_on(&ledger, account.id, day).amount();
            assert_eq!(figure(&told(&folder, &command)), expected, "{command}");
            commands.insert(command);
        }
    }
    assert!(commands.len() > 150);
}

/// Money that was changed into another currency, as the person paired it.
fn changed() -> Ledger {
    let (euros, dollars) = (account(1, "Euros", Currency::EUR), account(2, "Dollars", Currency::USD));
    let mut out = row(10, &euros, date(2024, 3, 4), -100_00, "Changed", "Shopping:Other");
    let into = row(11, &dollars, date(2024, 3, 5), 108_20, "Landed", "Income:Other");
    let lunch = row(12, &dollars, date(2024, 3, 6), -9_00, "Lunch", "Food:Restaurants");
    let chosen = TransferChoice::With { transaction_id: into.id };
    out.details = Some(Box::new(details(|it| it.transfer = Some(chosen))));
    ledger(vec![euros, dollars], vec![out, into, lunch])
}

#[test]
fn a_transfer_between_currencies_balances_in_hledger_and_is_neither_spent_nor_earned() {
    let ledger = changed();
    assert_eq!(transfers(&ledger).pairs.len(), 1);
    for (side, expected) in [(Side::Spending, vec![(Currency::USD, 1)]), (Side::Income, Vec::new())] {
        let filter = TransactionFilter { side: Some(side), ..TransactionFilter::default() };
        let totals = finance::total(&ledger, &filter);
        let totals: Vec<_> = totals.iter().map(|total| (total.currency, total.count)).collect();
        assert_eq!(totals, expected);
    }
    let folder = tempfile_folder();
    std::fs::write(folder.join("changed.journal"), written(&ledger, ExportFormat::Hledger)).unwrap();
    let told = |command: &str| told(&folder, &format!("hledger -f changed.journal {command}"));
    told("check accounts commodities");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        words(&told("balance -N --flat ^assets")),
        "99.20 USD assets:Dollars -100.00 EUR assets:Euros"
    );
    assert_eq!(words(&told("balance -N --flat ^expenses ^income")), "9.00 USD expenses:Food:Restaurants");
    assert_eq!(words(&told("balance -N ^equity:transfers")), "100.00 EUR -108.20 USD equity:transfers");
    check_beancount("changed", &ledger);
}

fn tempfile_folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("lakeledger-export-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Beancount's checker, where `scripts/beancount.sh` has installed it.
fn bean_check() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/beancount/bin/bean-check");
    path.exists().then_some(path)
}

fn check_beancount(name: &str, ledger: &Ledger) {
    let Some(program) = bean_check() else { return };
    let file = std::env::temp_dir().join(format!("lakeledger-{name}-{}.beancount", std::process::id()));
    std::fs::write(&file, written(ledger, ExportFormat::Beancount)).unwrap();
    let output = Command::new(program).arg(&file).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn beancount_finds_nothing_wrong() {
    check_beancount("household", &household());
    check_beancount("empty", &Ledger::default());
    let mut runner = TestRunner::deterministic();
    for number in 0..3 {
        let ledger = any_ledger().new_tree(&mut runner).unwrap().current();
        check_beancount(&format!("random-{number}"), &ledger);
    }
}

/// What a row is known by: its day and amount.
type Known = (Date, Decimal);

fn read_again(ledger: &Ledger, format: ExportFormat) -> Vec<Vec<Known>> {
    let text = written(ledger, format);
    let read =
        finance::statement::read(text.as_bytes(), &finance::statement::ReadOptions::default()).unwrap();
    let known = |row: &finance::statement::StatementRow| (row.date, row.amount);
    let mut accounts: Vec<Vec<Known>> =
        read.accounts.iter().map(|it| it.rows.iter().map(known).collect::<Vec<_>>()).collect();
    for rows in &mut accounts {
        rows.sort();
    }
    accounts.retain(|rows| !rows.is_empty());
    accounts.sort();
    accounts
}

/// The ledger's rows by account.
fn expected(ledger: &Ledger) -> Vec<Vec<Known>> {
    let all = TransactionFilter::default();
    let of = |account: &Account| {
        let own = TransactionFilter { account: Some(account.id), ..all.clone() };
        let known = |row: &domain::Transaction| (row.date, row.amount.amount());
        let mut rows: Vec<Known> = finance::matching(ledger, &own).map(known).collect();
        rows.sort();
        rows
    };
    let mut accounts: Vec<Vec<Known>> =
        ledger.accounts.iter().map(of).filter(|rows| !rows.is_empty()).collect();
    accounts.sort();
    accounts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn spreadsheets_and_ofx_bring_every_row_back(ledger in any_ledger()) {
        prop_assume!(!ledger.transactions.is_empty());
        for format in [ExportFormat::Csv, ExportFormat::Ofx] {
            prop_assert_eq!(read_again(&ledger, format), expected(&ledger), "{:?}", format);
        }
    }
}

#[test]
fn what_is_written_is_read_again_row_for_row() {
    let ledger = household();
    for format in [ExportFormat::Csv, ExportFormat::Ofx] {
        let text = written(&ledger, format);
        let read =
            finance::statement::read(text.as_bytes(), &finance::statement::ReadOptions::default()).unwrap();
        let mut rows: Vec<_> =
            read.accounts.iter().flat_map(|it| &it.rows).map(|row| (row.date, row.amount)).collect();
        let mut expected: Vec<_> =
            ledger.transactions.iter().map(|row| (row.date, row.amount.amount())).collect();
        rows.sort_unstable();
        expected.sort_unstable();
        assert_eq!(rows, expected, "{format:?}");
        assert_eq!(read.accounts.len(), ledger.accounts.len());
    }
    assert!(written(&ledger, ExportFormat::Csv).contains("'=cmd"));
}

#[test]
fn rows_that_were_renamed_are_known_in_the_ledger_that_they_are_of() {
    let checking = account(1, "Checking", Currency::USD);
    let of_day = |number, day, payee| row(number, &checking, date(2024, 1, day), -3_000, payee, "Food");
    let mut rows = vec![of_day(10, 1, "Corner"), of_day(11, 8, "Amazon"), of_day(12, 20, "Bakery")];
    rows[1].external_id = Some("FITID-1".to_owned());
    let edit = TransactionEdit { payee: Some("My Books".to_owned()), ..TransactionEdit::default() };
    for row in &mut rows {
        row.apply_edit(&edit, jiff::Timestamp::UNIX_EPOCH);
    }
    let ledger = ledger(vec![checking], rows);
    let held: Vec<&Transaction> = ledger.transactions.iter().collect();
    for format in [ExportFormat::Csv, ExportFormat::Ofx] {
        let text = written(&ledger, format);
        let read =
            finance::statement::read(text.as_bytes(), &finance::statement::ReadOptions::default()).unwrap();
        let reconciled = reconcile(&held, &read.accounts[0].rows);
        assert_eq!(reconciled.duplicates.len(), 3, "{format:?}");
    }
}
