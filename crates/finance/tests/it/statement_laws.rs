//! Laws that hold for every file.

use std::collections::BTreeSet;

use finance::statement::{ReadOptions, read};
use proptest::prelude::*;

use crate::statements::fixture;

/// A row of a file, with what must become of it.
#[derive(Debug, Clone)]
struct Written {
    text: String,
    cents: Option<i64>,
}

fn row() -> impl Strategy<Value = Written> {
    let good = (1u8..=28, 1u8..=12, -10_000_000i64..10_000_000, "[A-Za-z ,;]{1,12}").prop_map(
        |(day, month, cents, payee)| {
            let sign = if cents < 0 { "-" } else { "" };
            let amount = format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100);
            Written { text: format!("2024-{month:02}-{day:02},\"{payee}\",{amount}"), cents: Some(cents) }
        },
    );
    let bad = prop_oneof![
        Just("2024-02-30,Nowhere,1.00"),
        Just("2024-03-01,Nothing,NaN"),
        Just("2024-03-01,Nothing,"),
        Just("short"),
        Just("2024-03-01,\"unclosed,1.00"),
        Just("total,,12.00"),
    ];
    prop_oneof![4 => good, 1 => bad.prop_map(|text| Written { text: text.to_owned(), cents: None })]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_row_is_read_or_skipped(rows in prop::collection::vec(row(), 1..40)) {
        let lines: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        let text = format!("Date,Payee,Amount\n2024-01-01,First,1.00\n{}\n2024-12-31,Last,1.00\n", lines.join("\n"));
        let statement = read(text.as_bytes(), &ReadOptions::default()).unwrap();
        let read_rows = statement.accounts.iter().flat_map(|account| &account.rows);
        let read_lines: Vec<u32> = read_rows.clone().map(|row| row.line).collect();
        let all: BTreeSet<u32> =
            read_lines.iter().copied().chain(statement.skipped.iter().map(|row| row.line)).collect();
        prop_assert_eq!(all.len(), read_lines.len() + statement.skipped.len(), "no line twice");
        prop_assert_eq!(all, (2..=rows.len() as u32 + 3).collect::<BTreeSet<_>>());
        for (index, written) in rows.iter().enumerate() {
            let found = read_rows.clone().find(|row| row.line == index as u32 + 3);
            prop_assert_eq!(found.map(|row| row.amount), written.cents.map(|cents| rust_decimal::Decimal::new(cents, 2)));
        }
    }

    #[test]
    fn any_bytes_are_a_statement_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, &ReadOptions::default());
    }

    #[test]
    fn any_text_is_a_statement_or_an_error(text in "([0-9A-Za-zäα金,;\"\t|<>/&.\n\r -]{0,30}\n){0,12}") {
        let _ = read(text.as_bytes(), &ReadOptions::default());
        let _ = read(format!("<OFX>{text}").as_bytes(), &ReadOptions::default());
    }

    #[test]
    fn damaged_files_are_a_statement_or_an_error(
        file in 0usize..15,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 1..12),
    ) {
        const FILES: [&str; 15] = [
            "qif/household.qif", "qif/broker_day_first.qif", "xlsx/german.xlsx",
            "ofx/sgml_checking.ofx", "ofx/xml_card_and_broker.ofx", "ofx/one_line.ofx", "csv/sparkasse.csv",
            "csv/erste.csv", "csv/boa.csv", "csv/alipay.csv", "csv/swedbank_lv.csv", "csv/td_ca.csv",
            "csv/volksbank.csv", "csv/alpha_gr.csv", "csv/revolut.csv",
        ];
        let mut bytes = fixture(FILES[file]);
        for (at, byte, kind) in cuts {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => { bytes.remove(at); }
                _ => bytes.truncate(at),
            }
        }
        let _ = finance::inspect(&bytes, FILES[file]);
    }
}
