//! The CAMT and MT940 files in `../shared/data`, compared with other programs' figures and with
//! the list in `docs/imports.md`, wherever the data lies beside the repository.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use finance::inspect;
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
    let camt = files(&root.join("bank/camt"), "xml");
    let list: Vec<String> = camt.iter().map(|path| listed(path, &root)).collect();
    let documentation = std::fs::read_to_string(repository().join("docs/imports.md")).unwrap();
    let found: Vec<&str> = documentation
        .lines()
        .filter(|line| line.starts_with("| camt/") || line.starts_with("| mt940/"))
        .collect();
    assert_eq!(found, list, "expected:\n{}\n", list.join("\n"));
}
