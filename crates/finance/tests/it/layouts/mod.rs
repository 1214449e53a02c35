//! Layouts of real banks' files, mapped without a question, wherever `../shared/data` lies beside
//! the repository.

mod generate;
mod php_date;
mod words;

use std::path::{Path, PathBuf};

use finance::statement::{ReadOptions, read};
use generate::{Heads, Layout, Sample};

use crate::statements::fixture;

/// Layouts that are described in words only: path, delimiter, date format, roles, header.
const DESCRIBED: &[(&str, char, &str, &str, &str)] = &[
    (
        "de/deutschebank",
        ';',
        "d.m.Y",
        "date_transaction,date_interest,tags-comma,opposing-name,description,opposing-iban,opposing-bic,\
         internal_reference,_ignore,_ignore,_ignore,_ignore,_ignore,_ignore,_ignore,amount_debit,amount_credit,\
         currency-code",
        "Buchungstag;Wert;Umsatzart;Begünstigter / Auftraggeber;Verwendungszweck;IBAN / Kontonummer;BIC;\
         Kundenreferenz;Mandatsreferenz;Gläubiger ID;Fremde Gebühren;Betrag;Abweichender Empfänger;\
         Anzahl der Aufträge;Anzahl der Schecks;Soll;Haben;Währung",
    ),
    (
        "de/barclays",
        ';',
        "d.m.Y",
        "external-id,date_transaction,date_book,amount,description,_ignore,_ignore,account-number,_ignore,_ignore,\
         _ignore,_ignore,_ignore,_ignore,_ignore",
        "Referenznummer;Buchungsdatum;Buchungsdatum;Betrag;Beschreibung;Typ;Status;Kartennummer;Originalbetrag;\
         Mögliche Zahlpläne;Land;Name des Karteninhabers;Kartennetzwerk;Kontaktlose Bezahlung;Händlerdetails",
    ),
    (
        "de/tomorrow",
        ',',
        "Y-m-d",
        "account-name,date_book,date_process,opposing-name,opposing-iban,tags-comma,description,category-name,\
         amount,currency-code",
        "account_type,booking_date,valuta_date,sender_or_recipient,iban,booking_type,description,category,amount,\
         currency",
    ),
    (
        "ca/rbc",
        ',',
        "n/j/Y",
        "_ignore,account-number,date_transaction,_ignore,description,description,amount,_ignore",
        "Type de compte,Numéro du compte,Date de l'opération,Numéro du chèque,Description 1,Description 2,CAD,USD",
    ),
    (
        "in/icici",
        ',',
        "d/m/Y",
        "_ignore,date_interest,date_transaction,_ignore,description,debit_amount,credit_amount,closing_balance",
        "S No.,Value Date,Transaction Date,Cheque Number,Transaction Remarks,Withdrawal Amount (INR ),\
         Deposit Amount (INR ),Balance (INR )",
    ),
];

fn configurations() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/taxonomies/firefly-import-configurations");
    root.is_dir().then_some(root)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "json") {
            found.push(path);
        }
    }
}

fn layouts(root: &Path) -> Vec<Layout> {
    let mut files = Vec::new();
    collect(root, &mut files);
    files.sort();
    let mut layouts: Vec<Layout> = files
        .iter()
        .map(|file| {
            let json: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
            let delimiter = match json["delimiter"].as_str().unwrap() {
                "semicolon" => ';',
                "tab" => '\t',
                _ => ',',
            };
            Layout {
                path: file.strip_prefix(root).unwrap().to_str().unwrap().to_owned(),
                delimiter,
                has_header: json["headers"].as_bool().unwrap(),
                date_format: json["date"].as_str().unwrap().to_owned(),
                roles: json["roles"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|role| role.as_str().unwrap().to_owned())
                    .collect(),
            }
        })
        .collect();
    layouts.extend(DESCRIBED.iter().map(|(path, delimiter, date_format, roles, _)| Layout {
        path: (*path).to_owned(),
        delimiter: *delimiter,
        has_header: true,
        date_format: (*date_format).to_owned(),
        roles: roles.split(',').map(str::to_owned).collect(),
    }));
    layouts
}

/// What of a sample is read otherwise than it was written.
fn wrong(sample: &Sample) -> Option<String> {
    let statement = match read(sample.text.as_bytes(), &ReadOptions::default()) {
        Ok(statement) => statement,
        Err(error) => return Some(error.to_string()),
    };
    let mapping = &statement.csv.as_ref().unwrap().mapping;
    if let Some(row) = statement.skipped.first() {
        return Some(format!("line {}: {} ({mapping:?})", row.line, row.reason));
    }
    let mut rows: Vec<_> = statement.accounts.iter().flat_map(|account| &account.rows).collect();
    rows.sort_by_key(|row| row.line);
    for (row, expected) in rows.iter().zip(&sample.rows) {
        let texts = format!("{} {}", row.payee, row.description);
        let problem = if row.date != expected.date {
            Some(format!("date {} not {}", row.date, expected.date))
        } else if row.amount != expected.amount {
            Some(format!("amount {} not {}", row.amount, expected.amount))
        } else if expected.payee.as_ref().is_some_and(|payee| *payee != row.payee) {
            Some(format!("payee {} not {:?}", row.payee, expected.payee))
        } else if expected.text.as_ref().is_some_and(|text| !texts.contains(text)) {
            Some(format!("texts {texts} lack {:?}", expected.text))
        } else {
            None
        };
        if let Some(problem) = problem {
            return Some(format!("line {}: {problem} ({mapping:?})", row.line));
        }
    }
    if rows.len() != sample.rows.len() {
        return Some(format!("{} rows", rows.len()));
    }
    let [account] = statement.accounts.as_slice() else {
        return Some(format!("{} accounts ({mapping:?})", statement.accounts.len()));
    };
    let named = account.number.as_ref().unwrap_or(&account.name);
    if !sample.accounts.is_empty() && !sample.accounts.contains(named) {
        return Some(format!("account {named} ({mapping:?})"));
    }
    if sample.currency.is_some_and(|code| account.currency.is_none_or(|found| found.code() != code)) {
        return Some(format!("currency {:?} ({mapping:?})", account.currency));
    }
    None
}

/// Layouts that are not mapped right in every variant, each for the reason that stands in
/// `docs/imports.md`.
const AMBIGUOUS: &[&str] = &[];

#[test]
fn layouts_of_banks_are_mapped_without_a_question() {
    let Some(root) = configurations() else { return };
    let banks = String::from_utf8(fixture("bank_headers.txt")).unwrap();
    let layouts = layouts(&root);
    let mut failed: Vec<(String, String)> = Vec::new();
    for layout in &layouts {
        let bank = banks
            .lines()
            .find_map(|line| line.split_once(" | ").filter(|(path, _)| *path == layout.path))
            .map(|(_, header)| header)
            .or_else(|| DESCRIBED.iter().find(|known| known.0 == layout.path).map(|known| known.4));
        for heads in [Heads::Roles, Heads::English, Heads::Language, Heads::Bank] {
            for variant in [0, 3, 5] {
                let Some(sample) = generate::sample(layout, heads, bank, variant) else { continue };
                if let Some(problem) = wrong(&sample) {
                    failed.push((layout.path.clone(), format!("{heads:?} {variant}: {problem}")));
                }
            }
        }
    }
    let mut paths: Vec<&str> = failed.iter().map(|(path, _)| path.as_str()).collect();
    paths.dedup();
    let unexpected: Vec<_> = failed.iter().filter(|(path, _)| !AMBIGUOUS.contains(&path.as_str())).collect();
    assert!(unexpected.is_empty(), "{} of {} layouts: {unexpected:#?}", paths.len(), layouts.len());
    assert!(paths.len() * 20 <= layouts.len(), "{paths:?}");
}
