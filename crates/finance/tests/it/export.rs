//! Exports load in hledger, and hledger agrees with every figure.

use std::{collections::HashSet, path::Path, process::Command};

use domain::{Account, BalanceAnchor, Currency, Ledger, Money, Side, TransactionFilter};
use finance::{
    GroupBy, balance_on, booked_text,
    export::{ExportFormat, export},
    group,
    proof::{FigureKind, prove_balance, prove_rows},
    sample_household, statement_category, transfers,
};
use jiff::civil::date;
use rust_decimal::Decimal;

use crate::ledgers::{account, ledger, row, split};

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
            (row.payee, row.description) = booked_text(read);
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
                for kind in [FigureKind::Sum, FigureKind::Count] {
                    let Some(proof) = prove_rows(&ledger, &found.filter, kind) else { continue };
                    if !commands.insert(proof.command.clone()) {
                        continue;
                    }
                    let spent = found.filter.side == Some(Side::Spending)
                        || found
                            .filter
                            .category
                            .as_ref()
                            .is_some_and(|it| it.kind() == domain::CategoryKind::Spending);
                    let expected = match kind {
                        FigureKind::Sum if spent => -found.total,
                        FigureKind::Sum => found.total,
                        FigureKind::Count => Decimal::from(found.count),
                    };
                    assert_eq!(figure(&told(&folder, &proof.command)), expected, "{}", proof.command);
                }
            }
        }
    }
    for account in &ledger.accounts {
        for day in [date(2022, 9, 9), date(2023, 3, 31), date(2024, 1, 1), date(2024, 6, 30)] {
            let Some(proof) = prove_balance(&ledger, Some(account.id), account.currency, day) else {
                continue;
            };
            let expected = balance_on(&ledger, account.id, day).amount();
            assert_eq!(figure(&told(&folder, &proof.command)), expected, "{}", proof.command);
            commands.insert(proof.command);
        }
    }
    println!("{} commands", commands.len());
    assert!(commands.len() > 150);
}

fn tempfile_folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("lakeledger-export-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
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
