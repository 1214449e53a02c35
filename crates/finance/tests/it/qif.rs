//! QIF as programs write it, and the register that other programs read too.

use std::collections::BTreeMap;

use domain::AccountKind;
use finance::statement::{ReadOptions, Statement, StatementError, StatementRow, read};
use rust_decimal::Decimal;

use crate::{shared_data::shared, statements::fixture};

fn qif(text: &str) -> Result<Statement, StatementError> {
    read(text.as_bytes(), &ReadOptions { mapping: None, file_name: "household.qif".into() })
}

fn shown(row: &StatementRow) -> String {
    let transfer = row.details.as_ref().and_then(|details| details.transfer_account.as_deref());
    let category = row.category.as_deref().unwrap_or("-");
    format!("{} {} {} | {} | {}", row.date, row.amount, row.payee, category, transfer.unwrap_or("-"))
}

#[test]
fn accounts_lists_and_bookings_of_one_file_are_told_apart() {
    let text = "!Type:Class\nNTrip\n^\n!Type:Cat\nNFood\nDFood\nE\n^\n!Option:AutoSwitch\n!Account\nNMain\nTBank\n^\n\
                NCard\nTCCard\n^\n!Clear:AutoSwitch\n!Account\nNMain\nTBank\n^\n!Type:Bank\nD12/31'03\nT1,000.00\nPWork\n\
                LSalary\n^\nD1/ 2'04\nT-12.50\nPShop\nLFood/Trip\n^\n!Account\nNCard\nTCCard\n^\n!Type:CCard\nD1/ 3'04\n\
                T-5\nPBar\nL[Main]\n^\n!Type:Prices\n\"X\",1.0,\"1/1/04\"\n^\n";
    let statement = qif(text).unwrap();
    assert_eq!(statement.format, "QIF");
    let [main, card] = statement.accounts.as_slice() else { panic!("two accounts") };
    assert_eq!((main.number.as_deref(), main.kind), (Some("Main"), AccountKind::Checking));
    assert_eq!((card.number.as_deref(), card.kind), (Some("Card"), AccountKind::CreditCard));
    let rows: Vec<String> = main.rows.iter().chain(&card.rows).map(shown).collect();
    assert_eq!(
        rows,
        [
            "2003-12-31 1000.00 Work | Salary | -",
            "2004-01-02 -12.50 Shop | Food | -",
            "2004-01-03 -5 Bar | - | Main",
        ]
    );
    assert_eq!(statement.skipped, []);
}

#[test]
fn an_opening_balance_names_the_account_and_is_its_first_row() {
    let text = "!Type:Bank\nD12/03/95\nT4,706.57\nCX\nPOpening Balance\nL[New Bank]\n^\n";
    let statement = qif(text).unwrap();
    let account = &statement.accounts[0];
    assert_eq!((account.number.as_deref(), account.name.as_str()), (Some("New Bank"), "New Bank"));
    assert_eq!(account.opening_balance, Some(Decimal::ZERO));
    assert_eq!(shown(&account.rows[0]), "1995-12-03 4706.57 Opening Balance | - | New Bank");
    assert_eq!(qif("!Type:Bank\nD1/1/24\nT1\n^\n").unwrap().accounts[0].name, "household");
}

#[test]
fn the_cash_of_an_investment_account_is_what_its_actions_leave() {
    let text = "!Type:Invst\nD9/12/97\nNXIn\nT5,000.00\nL[Bank]\n$5,000.00\n^\nD10/16/97\nNBuy\nYHAL\nI35\nQ100\nT3,500.00\n^\n\
                D10/17/97\nNDiv\nYHAL\nT120.00\n^\nD10/18/97\nNBuyX\nYTHJ\nT234.00\nL[Bank]\n$234.00\n^\n\
                D10/19/97\nNReinvDiv\nYHAL\nT7.15\n^\nD10/20/97\nNFly\nT1\n^\nD10/21/97\nNSellX\nYHAL\nT500.00\nL[Bank]\n^\n";
    let statement = qif(text).unwrap();
    let account = &statement.accounts[0];
    let rows: Vec<String> = account.rows.iter().map(shown).collect();
    assert_eq!(
        rows,
        [
            "1997-09-12 5000.00  | - | Bank",
            "1997-10-16 -3500.00 HAL | - | -",
            "1997-10-17 120.00 HAL | - | -",
            "1997-10-18 -234.00 THJ | - | -",
            "1997-10-18 234.00 THJ | - | Bank",
            "1997-10-21 500.00 HAL | - | -",
            "1997-10-21 -500.00 HAL | - | Bank",
        ]
    );
    let reasons: Vec<_> = statement.skipped.iter().map(|row| (row.line, row.reason.as_str())).collect();
    assert_eq!(reasons, [(27, "securities move, but no money"), (33, "“Fly” is not a known action")]);
}

#[test]
fn days_marks_and_signs_are_those_of_the_whole_file() {
    let text = "!Type:Bank\nD01/02/2024\nT1.234\n^\nD13/02/2024\nT-5,50 €\n^\n";
    let statement = qif(text).unwrap();
    let rows: Vec<String> = statement.accounts[0].rows.iter().map(shown).collect();
    assert_eq!(rows, ["2024-02-01 1234  | - | -", "2024-02-13 -5.50  | - | -"]);
    assert_eq!(statement.accounts[0].currency.map(domain::Currency::code), Some("EUR"));
    let stated = qif("!Option:DMY\n!Type:Bank\nD01/02/2024\nT1\n^\n").unwrap();
    assert_eq!(stated.accounts[0].rows[0].date.to_string(), "2024-02-01");
}

#[test]
fn what_cannot_be_read_is_skipped_at_its_line() {
    let huge = "9".repeat(29);
    let text = format!(
        "!Type:Bank\nD1/1/24\nT1\n^\nDsoon\nT1\n^\nD1/1/0000\nT1\n^\nD1/1/9999\nT1\n^\nD1/2/24\nT{huge}\n^\nD1/2/24\n^\nT5\n^\n\
         D1/2/24\nT-5\nSA\n$x\nSB\n$1\n^\nD1/2/24\nT0\nP**VOID** Rent\n^\n"
    );
    let statement = qif(&text).unwrap();
    assert_eq!(statement.accounts[0].rows.len(), 1);
    let lines: Vec<_> = statement.skipped.iter().map(|row| row.line).collect();
    assert_eq!(lines, [5, 8, 11, 15, 17, 19, 24, 28]);
    assert_eq!(statement.skipped[3].column, Some(2));
    assert!(statement.skipped[3].reason.ends_with("is out of range"), "{:?}", statement.skipped[3]);
    assert_eq!(statement.skipped[6].reason, "a part's amount: “x” is not an amount");
}

#[test]
fn a_file_that_ends_inside_a_booking_is_refused() {
    let text = "!Type:Bank\nD1/1/24\nT1\n^\nD1/2/24\nT-12";
    assert_eq!(qif(text).unwrap_err(), StatementError::Truncated { line: 6, column: 5 });
    assert_eq!(qif("!Type:Bank\n^\n").unwrap_err(), StatementError::NoRows { line: 1 });
    let nothing = qif("!Type:Bank\nDx\nT1\n^\n").unwrap_err();
    assert_eq!((nothing.line(), nothing.column()), (Some(2), Some(2)));
    let nul = qif("!Type:Bank\nD1/1/24\nT1\0\n^\n").unwrap_err();
    assert_eq!(nul, StatementError::NulByte { line: 3, column: 3 });
    assert_eq!(qif("!Type:Cat\nNFood\n^\n").unwrap_err(), StatementError::NoRows { line: 1 });
}

#[test]
fn fixtures_of_both_orders_are_read_to_the_cent() {
    let statement = read(&fixture("qif/household.qif"), &ReadOptions::default()).unwrap();
    let [main, card] = statement.accounts.as_slice() else { panic!("two accounts") };
    assert_eq!(main.rows.iter().map(|row| row.amount).sum::<Decimal>(), main.closing_balance.unwrap());
    let parts: Vec<_> = main.rows[1].details.as_ref().unwrap().splits.iter().collect();
    let shown: Vec<_> =
        parts.iter().map(|part| (part.amount.to_string(), part.category.as_deref())).collect();
    assert_eq!(shown, [("-6.00".to_owned(), Some("Food")), ("-6.50".to_owned(), Some("Household"))]);
    assert_eq!(shown_all(&card.rows), ["2004-01-03 -5 Bar | Food | -"]);
    let broker = read(&fixture("qif/broker_day_first.qif"), &ReadOptions::default()).unwrap();
    let rows = shown_all(&broker.accounts[0].rows);
    assert_eq!(rows[0], "2024-01-13 5000.00  | - | Giro");
    assert_eq!(rows[3], "2024-01-16 1.20 Example AG | - | -");
}

fn shown_all(rows: &[StatementRow]) -> Vec<String> {
    rows.iter().map(shown).collect()
}

/// The register as quiffen and hledger read it.
struct Register {
    rows: Vec<StatementRow>,
}

impl Register {
    fn read(root: &std::path::Path) -> Self {
        let bytes = std::fs::read(root.join("bank/qif-gnucash/ms-money.qif")).unwrap();
        let statement = read(&bytes, &ReadOptions::default()).unwrap();
        assert_eq!((statement.accounts.len(), statement.skipped.len()), (1, 0));
        Self { rows: statement.accounts.into_iter().next().unwrap().rows }
    }
}

#[test]
fn the_register_has_quiffens_rows() {
    let Some(root) = shared() else { return };
    let rows = Register::read(&root).rows;
    assert_eq!(rows.len(), 347);
    assert_eq!(rows.iter().map(|row| row.amount).sum::<Decimal>().to_string(), "2001.93");
    let mut ours: Vec<String> = rows
        .iter()
        .map(|row| {
            let transfer = row.details.as_ref().and_then(|details| details.transfer_account.as_deref());
            format!(
                "{},{},{},{},{}",
                row.date,
                row.payee,
                row.amount,
                row.category.as_deref().unwrap_or_default(),
                transfer.unwrap_or_default()
            )
        })
        .collect();
    let oracle = std::fs::read_to_string(root.join("oracles/ms-money_rows_quiffen.csv")).unwrap();
    let mut theirs: Vec<String> = oracle
        .lines()
        .skip(1)
        .map(|line| line.split(',').take(5).map(str::trim).collect::<Vec<_>>().join(","))
        .collect();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs);
}

fn cells(line: &str) -> Vec<String> {
    line.trim_matches('"').split("\",\"").map(|cell| cell.replace('$', "")).collect()
}

#[test]
fn the_register_has_hledgers_balances_and_categories() {
    let Some(root) = shared() else { return };
    let rows = Register::read(&root).rows;
    let month = |row: &StatementRow| row.date.strftime("%Y-%m").to_string();
    let balances =
        std::fs::read_to_string(root.join("oracles/ms-money_month_end_balance_hledger.csv")).unwrap();
    for line in balances.lines().skip(1) {
        let cells = cells(line);
        let balance: Decimal = rows.iter().filter(|row| month(row) <= cells[0]).map(|row| row.amount).sum();
        assert_eq!(balance, cells[1].parse().unwrap(), "{}", cells[0]);
    }
    let categories =
        std::fs::read_to_string(root.join("oracles/ms-money_monthly_by_category_hledger.csv")).unwrap();
    let header = cells(categories.lines().next().unwrap());
    for line in categories.lines().skip(1) {
        let cells = cells(line);
        let mut ours: BTreeMap<String, Decimal> = BTreeMap::new();
        let own = |row: &StatementRow| row.payee == "Opening Balance";
        for row in rows.iter().filter(|row| month(row) == cells[0] && !own(row)) {
            let transfer = row.details.as_ref().and_then(|details| details.transfer_account.clone());
            let name = match (transfer, &row.category) {
                (Some(account), _) => format!("transfer:{account}"),
                (None, Some(category)) => format!("cat:{category}"),
                (None, None) => "cat:none".to_owned(),
            };
            *ours.entry(name).or_default() += row.amount;
        }
        for (name, cell) in header.iter().zip(&cells).skip(1).filter(|(name, _)| *name != "total") {
            let ours = ours.remove(name).unwrap_or_default();
            assert_eq!(ours, cell.parse().unwrap(), "{} {name}", cells[0]);
        }
        // The list has no column for this account; the balances above hold the transfer.
        ours.remove("transfer:School Credit");
        assert_eq!(ours, BTreeMap::new(), "{}", cells[0]);
    }
}
