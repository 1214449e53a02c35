//! The CAMT and MT940 files in `../shared/data`, compared with other programs' figures and with
//! the list in `docs/imports.md`, wherever the data lies beside the repository.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use finance::{
    inspect,
    statement::{ReadOptions, Statement, read},
};
use rust_decimal::Decimal;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn shared() -> Option<PathBuf> {
    let root = repository().join("../shared/data");
    root.is_dir().then_some(root)
}

/// Files below a folder with an extension, sorted.
fn files(root: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn inspected(path: &Path) -> finance::Inspection {
    inspect(&std::fs::read(path).unwrap(), path.file_name().unwrap().to_str().unwrap())
}

fn number(text: &str) -> Decimal {
    text.parse::<Decimal>().unwrap().normalize()
}

/// CAMT files where the neighbour's figure is not ours, and why.
const CAMT_DIFFERENT: [(&str, &str); 0] = [];

#[test]
fn camt_entries_and_sums_equal_elementtree() {
    let Some(root) = shared() else { return };
    let oracle = std::fs::read_to_string(root.join("oracles/camt_summary_elementtree.csv")).unwrap();
    let mut compared = 0;
    for line in oracle.lines().skip(1) {
        let [file, message, entries, sums, _] = line.split(',').collect::<Vec<_>>()[..] else {
            panic!("five columns")
        };
        let inspection = inspected(&root.join("bank/camt").join(file));
        let format = message[..8].to_uppercase();
        assert_eq!(inspection.format.as_deref(), Some(format.as_str()), "{file}");
        compared += 1;
        if entries == "0" {
            assert!(inspection.error.is_some(), "{file}");
            continue;
        }
        let mut ours: BTreeMap<String, Decimal> = BTreeMap::new();
        let mut rows = 0;
        for account in inspection.accounts.iter().filter(|account| account.transactions > 0) {
            *ours.entry(account.currency.clone().unwrap()).or_default() += number(&account.sum);
            rows += account.transactions;
        }
        let theirs: BTreeMap<String, Decimal> = sums
            .split(' ')
            .map(|sum| sum.split_once(':').unwrap())
            .map(|(currency, sum)| (currency.to_owned(), number(sum)))
            .collect();
        if !CAMT_DIFFERENT.iter().any(|(name, _)| *name == file) {
            assert_eq!((rows.to_string().as_str(), ours), (entries, theirs), "{file}");
        }
    }
    assert_eq!(compared, 12);
}

/// MT940 files where mt-940 and this reader differ, and why ours stands.
const MT940_DIFFERENT: [(&str, &str); 4] = [
    (
        "jejik/abnamro.sta balance",
        "the last statement closes with an intermediate balance, which mt-940 passes over",
    ),
    ("jejik/rabobank.sta balance", "the file has two accounts; mt-940 gives the last one's balance only"),
    (
        "jejik/knab.sta reference",
        "the customer's reference is short; mt-940 takes the bank's into it and cuts it",
    ),
    ("mBank/mt942.sta balance", "an interim report has none"),
];

fn differs(file: &str, what: &str) -> bool {
    MT940_DIFFERENT.iter().any(|(name, _)| *name == format!("{file} {what}"))
}

#[test]
fn mt940_rows_sums_and_balances_equal_mt_940() {
    let Some(root) = shared() else { return };
    let oracle = std::fs::read_to_string(root.join("oracles/mt940_summary_mt-940py.csv")).unwrap();
    let mut compared = 0;
    for line in oracle.lines().skip(1) {
        let [file, rows, sum, balance] = line.split(',').collect::<Vec<_>>()[..] else {
            panic!("four columns")
        };
        let name = file.strip_prefix("bank/mt940/").unwrap();
        let inspection = inspected(&root.join(file));
        assert_eq!(inspection.error, None, "{file}");
        let format = if name.contains("mt942") { "MT942" } else { "MT940" };
        assert_eq!(inspection.format.as_deref(), Some(format), "{file}");
        assert_eq!(inspection.skipped, [], "{file}");
        let count: usize = inspection.accounts.iter().map(|account| account.transactions).sum();
        let total: Decimal = inspection.accounts.iter().map(|account| number(&account.sum)).sum();
        assert_eq!((count.to_string().as_str(), total), (rows, number(sum)), "{file}");
        if !differs(name, "balance") {
            let account = &inspection.accounts[0];
            let amount = number(account.closing_balance.as_ref().unwrap());
            let ours = (amount, account.currency.clone().unwrap());
            let (theirs, day) = balance.split_once(" @ ").unwrap();
            let (amount, currency) = theirs.split_once(' ').unwrap();
            assert_eq!(ours, (number(amount), currency.to_owned()), "{file}");
            let statement = statement_of(&root.join(file));
            assert_eq!(statement.accounts[0].closing_date.unwrap().to_string(), day, "{file}");
        }
        compared += 1;
    }
    assert_eq!(compared, 12);
}

fn statement_of(path: &Path) -> Statement {
    read(&std::fs::read(path).unwrap(), &ReadOptions::default()).unwrap()
}

/// The day behind a key of a dumped transaction: year, month and day in base 64.
fn dumped_day(transaction: &str, key: &str) -> Option<String> {
    let (_, behind) = transaction.split_once(&format!("\n    {key}: "))?;
    let text = behind.split_once("!!binary |\n")?.1.trim_start().get(..8)?;
    let value = |c: u8| {
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            .iter()
            .position(|known| *known == c)
    };
    let bits = text.bytes().take(6).try_fold(0u64, |bits, c| Some(bits << 6 | value(c)? as u64))? >> 4;
    Some(format!("{:04}-{:02}-{:02}", bits >> 16, bits >> 8 & 0xff, bits & 0xff))
}

#[test]
fn mt940_rows_equal_the_dumps_beside_them() {
    let Some(root) = shared() else { return };
    let mut compared = 0;
    for path in files(&root.join("bank/mt940"), "sta") {
        let name = path.strip_prefix(root.join("bank/mt940")).unwrap().to_str().unwrap().to_owned();
        let dump = std::fs::read_to_string(path.with_extension("yml")).unwrap();
        let theirs: Vec<&str> = dump.split("- !!python/object:mt940.models.Transaction\n").skip(1).collect();
        let statement = statement_of(&path);
        let mut ours: Vec<_> = statement.accounts.iter().flat_map(|account| &account.rows).collect();
        ours.sort_by_key(|row| row.line);
        assert_eq!(ours.len(), theirs.len(), "{name}");
        for (row, transaction) in ours.iter().zip(theirs) {
            let place = format!("{name} line {}", row.line);
            let amount = transaction.split_once("Decimal ['").unwrap().1.split('\'').next().unwrap();
            assert_eq!(row.amount.normalize(), number(amount), "{place}");
            let day = dumped_day(transaction, "entry_date").or_else(|| dumped_day(transaction, "date"));
            assert_eq!(Some(row.date.to_string()), day, "{place}");
            let reference = transaction.split_once("bank_reference: ").unwrap().1.lines().next().unwrap();
            if !differs(&name, "reference") {
                assert_eq!(row.external_id.as_deref().unwrap_or("null"), reference, "{place}");
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 47);
}

/// One line of the list in `docs/imports.md`.
fn listed(path: &Path, root: &Path) -> String {
    let inspection = inspected(path);
    let name = path.strip_prefix(root.join("bank")).unwrap().display();
    let format = inspection.format.unwrap_or_default();
    if let Some(error) = inspection.error {
        return format!("| {name} | {format} | refused: {} |", error.message);
    }
    let accounts = inspection.accounts.iter().map(|account| {
        let currency = account.currency.as_deref().unwrap_or("-");
        let balance = |word: &str, balance: &Option<String>| {
            balance.as_ref().map(|balance| format!(", {word} {balance}")).unwrap_or_default()
        };
        let (opening, closing) =
            (balance("opens", &account.opening_balance), balance("closes", &account.closing_balance));
        let (number, rows, sum) = (&account.account, account.transactions, &account.sum);
        format!("{number} {currency}: {rows} rows, sum {sum}{opening}{closing}")
    });
    let accounts = accounts.collect::<Vec<_>>().join("; ");
    let skipped: Vec<String> =
        inspection.skipped.iter().map(|row| format!("; line {}: {}", row.line, row.reason)).collect();
    format!("| {name} | {format} | {accounts}{} |", skipped.concat())
}

#[test]
fn the_documentation_lists_what_becomes_of_every_file() {
    let Some(root) = shared() else { return };
    let mut paths = files(&root.join("bank/camt"), "xml");
    paths.extend(files(&root.join("bank/mt940"), "sta"));
    let list: Vec<String> = paths.iter().map(|path| listed(path, &root)).collect();
    let documentation = std::fs::read_to_string(repository().join("docs/imports.md")).unwrap();
    let found: Vec<&str> = documentation
        .lines()
        .filter(|line| line.starts_with("| camt/") || line.starts_with("| mt940/"))
        .collect();
    assert_eq!(found, list, "expected:\n{}\n", list.join("\n"));
}
