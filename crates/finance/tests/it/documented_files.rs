//! The lists of `docs/imports.md`, compared with what the readers make of the files.

use std::path::Path;

use finance::{Inspection, inspect};

use crate::shared_data::shared;

/// Collections whose every file the document lists.
const LISTED: [&str; 5] = ["csv-beanhub", "csv-hledger", "qif-gnucash", "qif-quiffen", "ofx-ofxparse"];

/// `Checking …1234 USD: 3 rows, sum 12.50, balance 20.00; 1 skipped`, or the reason for refusing.
fn outcome(inspection: &Inspection) -> String {
    if let Some(error) = &inspection.error {
        return format!("refused: {}", error.message);
    }
    let accounts = inspection.accounts.iter().map(|account| {
        let currency = account.currency.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
        let rows = if account.transactions == 1 { "row" } else { "rows" };
        let balance = account.closing_balance.as_ref().map(|text| format!(", balance {text}"));
        format!(
            "{}{currency}: {} {rows}, sum {}{}",
            account.name,
            account.transactions,
            account.sum,
            balance.unwrap_or_default()
        )
    });
    let skipped = (!inspection.skipped.is_empty()).then(|| format!("{} skipped", inspection.skipped.len()));
    accounts.chain(skipped).collect::<Vec<_>>().join("; ")
}

/// Those of a collection, but for what tells hledger how to read them.
fn files(folder: &Path, name: &str) -> Vec<String> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder.join(name)).unwrap().flatten() {
        let path = format!("{name}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            files.extend(self::files(folder, &path));
        } else if !path.ends_with("/LICENSE") && entry.path().extension() != Some("rules".as_ref()) {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn every_file_has_the_documented_outcome() {
    let Some(root) = shared() else { return };
    let bank = root.join("bank");
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/imports.md");
    let document = std::fs::read_to_string(document).unwrap();
    let mut wrong = Vec::new();
    for path in LISTED.into_iter().flat_map(|folder| files(&bank, folder)) {
        let inspection = inspect(&std::fs::read(bank.join(&path)).unwrap(), &path);
        let line = format!("| `{path}` | {} |", outcome(&inspection));
        if !document.lines().any(|documented| documented.starts_with(&line)) {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "docs/imports.md lacks:\n{}", wrong.join("\n"));
}
