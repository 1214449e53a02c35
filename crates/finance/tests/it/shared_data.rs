//! Real files and figures of other programs, compared wherever `../shared/data` lies beside the
//! repository. Nothing of it is part of the repository.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use domain::{
    Account, AccountId, AccountKind, Category, CategorySource, Currency, ImportId, Ledger, Money,
    Transaction, TransactionFilter, TransactionId,
};
use finance::{
    GroupBy, Inspection, inspect,
    statement::{ReadOptions, read},
};
use rust_decimal::Decimal;

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

fn records(path: &Path) -> Vec<HashMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

#[test]
fn the_bank_export_has_every_row_and_the_ledgers_sums() {
    let Some(root) = shared() else { return };
    let inspection = inspected(&root.join("oracles/fava-long_bank_export.csv"));
    let accounts: Vec<_> =
        inspection.accounts.iter().map(|account| (account.account.as_str(), account.transactions)).collect();
    assert_eq!(accounts, [("checking", 242), ("card", 471)]);
    assert_eq!(inspection.skipped, []);
    let ledger = bank_export(&root);
    let checking = ledger.accounts[0].id;
    let rows: Vec<_> = ledger.transactions.iter().filter(|row| row.account_id == checking).collect();
    let mut balance = Decimal::ZERO;
    let balances = rows.iter().map(|row| {
        balance += row.amount.amount();
        (row.date.to_string(), balance.to_string())
    });
    // The two files order the rows of a day differently; at its end they agree.
    let ours: BTreeMap<String, String> = balances.collect();
    let running = records(&root.join("oracles/fava-long_checking_running_balance.csv"));
    assert_eq!(rows.len(), running.len());
    // beanquery writes nothing for a balance of nothing.
    let written = |text: &str| if text.is_empty() { "0.00".to_owned() } else { text.to_owned() };
    let theirs: BTreeMap<String, String> =
        running.into_iter().map(|row| (row["date"].clone(), written(&row["balance_after"]))).collect();
    assert_eq!(ours, theirs);
}

/// What beanquery finds in the whole ledger, found in its bank's rows. Salaries stand there net: what is
/// taken off them (taxes, insurances, pensions) no bank's row tells, nor do the totals of income and
/// expenses of `fava-long_income_vs_expense_monthly_USD.csv`, which hold it.
#[test]
fn each_months_spending_by_category_is_what_beanquery_finds() {
    let Some(root) = shared() else { return };
    let ledger = bank_export(&root);
    let found = finance::group(&ledger, &TransactionFilter::default(), GroupBy::Month);
    let mut compared = 0;
    for expected in records(&root.join("oracles/fava-long_monthly_by_account_USD.csv")) {
        let Some(path) = expected["account"].strip_prefix("Expenses:") else { continue };
        let Ok(category) = Category::new(path) else { continue };
        if !ledger.transactions.iter().any(|row| row.category == category) {
            continue;
        }
        let label = format!("{}-{:0>2}", expected["year"], expected["month"]);
        let month = &found
            .iter()
            .find(|group| group.label == label)
            .unwrap_or_else(|| panic!("{label} in {found:?}"))
            .filter;
        let filter = TransactionFilter { category: Some(category), ..month.clone() };
        let [total] = finance::total(&ledger, &filter)[..] else { panic!("{expected:?}") };
        assert_eq!(
            ((-total.total).to_string(), total.count.to_string()),
            (expected["total"].clone(), expected["n"].clone()),
            "{expected:?}"
        );
        compared += 1;
    }
    assert_eq!(compared, 230);
}

/// The bank's rows, in the categories of the ledger that they were exported from.
fn bank_export(root: &Path) -> Ledger {
    let path = root.join("oracles/fava-long_bank_export.csv");
    let statement = read(&std::fs::read(&path).unwrap(), &ReadOptions::default()).unwrap();
    let exported = records(&path);
    let clock = domain::SystemClock;
    let mut ledger = Ledger::default();
    let mut transactions = Vec::new();
    for read in &statement.accounts {
        let account = Account {
            id: AccountId::generate(&clock),
            name: read.name.clone(),
            kind: AccountKind::Checking,
            currency: Currency::USD,
            number: None,
            anchor: None,
            import_id: ImportId::generate(&clock),
        };
        for row in &read.rows {
            let counter = &exported[row.line as usize - 2]["counter_accounts"];
            let expense = counter.strip_prefix("Expenses:").and_then(|path| Category::new(path).ok());
            transactions.push(Transaction {
                id: TransactionId::generate(&clock),
                account_id: account.id,
                import_id: account.import_id,
                date: row.date,
                amount: Money::new(row.amount, Currency::USD).unwrap(),
                payee: row.payee.as_str().into(),
                description: row.description.as_str().into(),
                category: expense.unwrap_or(Category::TRANSFER),
                category_source: CategorySource::Statement,
                external_id: None,
                line: row.line,
                details: None,
            });
        }
        ledger.accounts.push(account);
    }
    transactions.sort_by_key(|row| row.date);
    ledger.transactions = transactions.into();
    ledger
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
