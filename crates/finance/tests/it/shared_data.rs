//! Real files and figures of other programs, compared wherever `../shared/data` lies beside the
//! repository. Nothing of it is part of the repository.

use std::path::{Path, PathBuf};

use finance::{Inspection, inspect};

pub fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    root.is_dir().then_some(root)
}

fn inspected(path: &Path) -> Inspection {
    inspect(&std::fs::read(path).unwrap(), path.file_name().unwrap().to_str().unwrap())
}

/// Files where ofxparse and this reader differ, and why ours stands.
const DIFFERENT: [&str; 4] = [
    // Drops the row, and with it its balance, because the account's currency is empty.
    "ofx-v102-empty-tags.ofx",
    // Counts movements of securities, which move no money; here they are skipped with a reason.
    "investment_401k.ofx",
    "tiaacref.ofx",
    "vanguard401k.ofx",
];

#[test]
fn ofx_accounts_rows_and_balances_equal_ofxparse() {
    let Some(root) = shared() else { return };
    let oracle = std::fs::read_to_string(root.join("oracles/ofx_accounts_ofxparse.txt")).unwrap();
    let mut compared = 0;
    for line in oracle.lines() {
        let (file, expected) = line.strip_prefix("OK ").unwrap().split_once(' ').unwrap();
        let inspection = inspected(&root.join("bank").join(file));
        let name = file.rsplit('/').next().unwrap();
        if expected == "no accounts" {
            assert!(inspection.error.is_some(), "{name}");
            continue;
        }
        let ours = inspection.accounts.iter().map(|account| {
            let number = &account.account[account.account.len() - 4..];
            let skipped = if DIFFERENT[1..].contains(&name) { inspection.skipped.len() } else { 0 };
            let balance = account
                .closing_balance
                .as_ref()
                .map_or("None".to_owned(), |text| text.strip_suffix(".00").unwrap_or(text).to_owned());
            format!("('{number}', {}, '{balance}')", account.transactions + skipped)
        });
        let ours = format!("[{}]", ours.collect::<Vec<_>>().join(", "));
        if name == DIFFERENT[0] {
            assert_eq!(inspection.accounts[0].transactions, 1);
        } else {
            assert_eq!(ours, expected, "{name}");
        }
        compared += 1;
    }
    assert_eq!(compared, 16);
}

#[test]
fn the_bank_export_has_every_row_and_the_ledgers_sums() {
    let Some(root) = shared() else { return };
    let inspection = inspected(&root.join("oracles/fava-long_bank_export.csv"));
    let accounts: Vec<_> =
        inspection.accounts.iter().map(|account| (account.account.as_str(), account.transactions)).collect();
    assert_eq!(accounts, [("checking", 242), ("card", 471)]);
    assert_eq!(inspection.skipped, []);
    let running =
        std::fs::read_to_string(root.join("oracles/fava-long_checking_running_balance.csv")).unwrap();
    let last = running.lines().last().unwrap().rsplit(',').next().unwrap().to_owned();
    assert_eq!(inspection.accounts[0].sum, last);
}

#[test]
fn every_csv_of_the_collections_is_read_or_named() {
    let Some(root) = shared() else { return };
    let expected = [
        ("csv-beanhub/chase_credit_card.csv", 5, "107.12"),
        ("csv-beanhub/citi.csv", 8, "3505.72"),
        ("csv-beanhub/csv.csv", 2, "-18.01"),
        ("csv-beanhub/mercury.csv", 4, "-1954.62"),
        ("csv-beanhub/plaid.csv", 6, "-112.06"),
        ("csv-beanhub/wealthsimple.csv", 5, "1197.90"),
        ("csv-beanhub/fidelity.csv", 24, "48684.98"),
        ("csv-hledger/sample.csv", 3, "20.00"),
        ("csv-hledger/sample.fr.cp1252.csv", 3, "20.00"),
        ("csv-hledger/sample.fr.iso88591.csv", 3, "20.00"),
        ("csv-hledger/sample.fr.utf8.csv", 3, "20.00"),
        ("csv-hledger/apps/monefy.csv", 8, "5892.80"),
        ("csv-hledger/apps/ynab4-rtl.csv", 2, "-97.960"),
        ("csv-hledger/banking/csb43.csv", 2, "1000.00"),
    ];
    for (file, rows, sum) in expected {
        let inspection = inspected(&root.join("bank").join(file));
        let total: rust_decimal::Decimal = inspection
            .accounts
            .iter()
            .map(|account| account.sum.parse::<rust_decimal::Decimal>().unwrap())
            .sum();
        let count: usize = inspection.accounts.iter().map(|account| account.transactions).sum();
        assert_eq!((count, total), (rows, sum.parse().unwrap()), "{file}");
    }
    for file in ["csv-beanhub/empty.csv", "csv-beanhub/other.csv"] {
        assert!(inspected(&root.join("bank").join(file)).error.is_some(), "{file}");
    }
}
