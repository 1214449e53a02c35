//! Laws of the formats that banks send: whatever is written is read back, and nothing panics.

use finance::{
    inspect,
    statement::{ReadOptions, read},
};
use jiff::civil::Date;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::statements::fixture;

/// A booking as a file has it.
#[derive(Debug, Clone)]
struct Booking {
    date: Date,
    cents: i64,
    payee: String,
    text: String,
    reference: u32,
}

fn bookings() -> impl Strategy<Value = Vec<Booking>> {
    let booking = (
        0i32..36_000,
        -10i64.pow(12)..10i64.pow(12),
        "[A-Z][A-Za-z&<>']{0,20}",
        "[A-Z0-9][A-Za-z0-9&<\"]{0,20}( {1,2}[a-z0-9&<\"]{1,20}){0,3}",
        1u32..,
    )
        .prop_map(|(day, cents, payee, text, reference)| Booking {
            date: Date::constant(1971, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap(),
            cents,
            payee,
            text,
            reference,
        });
    prop::collection::vec(booking, 1..30)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn one_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn camt(bookings: &[Booking], prefix: &str, separator: &str) -> String {
    let tag = |name: &str, content: String| format!("<{prefix}{name}>{content}</{prefix}{name}>{separator}");
    let entries: String = bookings
        .iter()
        .map(|booking| {
            let (party, direction) = if booking.cents < 0 { ("Cdtr", "DBIT") } else { ("Dbtr", "CRDT") };
            let amount = Decimal::new(booking.cents.abs(), 2);
            let details = tag("RltdPties", tag(party, tag("Nm", escaped(&booking.payee))))
                + &tag("RmtInf", tag("Ustrd", escaped(&booking.text)));
            tag(
                "Ntry",
                format!("<{prefix}Amt Ccy='SEK'>{amount}</{prefix}Amt>")
                    + &tag("CdtDbtInd", direction.into())
                    + &tag("BookgDt", tag("Dt", booking.date.to_string()))
                    + &tag("AcctSvcrRef", format!("R{}", booking.reference))
                    + &tag("NtryDtls", tag("TxDtls", details)),
            )
        })
        .collect();
    tag("Document", tag("BkToCstmrStmt", tag("Stmt", entries)))
}

/// In the numbered structure of field 86, which leaves no room for some marks.
fn mt940(bookings: &[Booking], end: &str) -> String {
    let mut text = ":20:A\n:25:123\n:28C:1/1\n:60F:C710101SEK0,\n".to_owned();
    for booking in bookings {
        let mark = if booking.cents < 0 { 'D' } else { 'C' };
        let cents = booking.cents.abs();
        let day = booking.date.strftime("%Y%m%d%m%d");
        let (whole, cents, reference) = (cents / 100, cents % 100, booking.reference);
        let line = format!(":61:{day}{mark}{whole},{cents:02}NMSCNONREF//R{reference}\n");
        let words: String = one_space(&booking.text)
            .split(' ')
            .zip(20..30)
            .fold(String::new(), |words, (word, code)| format!("{words}?{code}{word}"));
        text = format!("{text}{line}:86:166?00X{words}?32{}\n", booking.payee);
    }
    text += ":62F:C710101SEK0,\n-\n";
    text.replace('\n', end)
}

fn check(text: &str, bookings: &[Booking]) -> Result<(), TestCaseError> {
    let statement = read(text.as_bytes(), &ReadOptions::default()).unwrap();
    prop_assert_eq!(&statement.skipped, &[]);
    prop_assert_eq!(statement.accounts.len(), 1);
    let rows = &statement.accounts[0].rows;
    prop_assert_eq!(rows.len(), bookings.len());
    for (row, booking) in rows.iter().zip(bookings) {
        prop_assert_eq!(row.date, booking.date);
        prop_assert_eq!(row.amount, Decimal::new(booking.cents, 2));
        prop_assert_eq!(&row.payee, &booking.payee);
        prop_assert_eq!(&row.description, &one_space(&booking.text));
        let reference = format!("R{}", booking.reference);
        prop_assert_eq!(row.external_id.as_ref(), Some(&reference));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_entry_of_a_camt_file_is_read_back(
        bookings in bookings(),
        prefix in prop_oneof![Just(""), Just("ns2:")],
        separator in prop_oneof![Just(""), Just("\n"), Just("\r\n  ")],
    ) {
        check(&camt(&bookings, prefix, separator), &bookings)?;
    }

    #[test]
    fn every_line_of_an_mt940_file_is_read_back(
        bookings in bookings(),
        end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
    ) {
        check(&mt940(&bookings, end), &bookings)?;
    }

    #[test]
    fn any_fields_are_a_statement_or_an_error(
        parts in prop::collection::vec(prop_oneof![
            Just(":20:A\n"), Just(":25:1\n"), Just(":60F:C240101EUR1,\n"), Just(":62F:D240101EUR1,\n"),
            Just(":61:240101D1,NTRF\n"), Just(":61:2401010101RC9,NTRFX//Y\nmore\n"), Just(":86:166?20a?32b\n"),
            Just(":86:/NAME/x/REMI/y\n"), Just(":86:BEA 01.01.24/10.00 x\n"), Just("ä\n"), Just("-\n"), Just("-}"),
            Just("{1:x}{4:"), Just(":34F:EUR0,\n"), Just(":61:"), Just(":86:"), Just(":60F:"), Just("240101"),
            Just("C"), Just(","), Just("1"), Just("€"), Just("/"), Just("?20"), Just("\u{0}"),
        ], 0..30),
    ) {
        let _ = read(format!(":20:X\n:25:1\n{}", parts.concat()).as_bytes(), &ReadOptions::default());
    }

    #[test]
    fn any_tags_are_a_statement_or_an_error(
        parts in prop::collection::vec(prop_oneof![
            Just("<Stmt>"), Just("</Stmt>"), Just("<Ntry>"), Just("</Ntry>"), Just("<Amt Ccy=\"EUR\">"),
            Just("</Amt>"), Just("1.00"), Just("<TxDtls>"), Just("</TxDtls>"), Just("<NtryDtls>"), Just("</NtryDtls>"),
            Just("<CdtDbtInd>DBIT</CdtDbtInd>"), Just("<BookgDt><Dt>2024-01-01</Dt></BookgDt>"), Just("<Bal/>"),
            Just("<!-- x -->"), Just("<![CDATA["), Just("]]>"), Just("&amp;"), Just("& "), Just("&#x110000;"), Just("\n"),
            Just("ä"), Just("<a b='"), Just("<!DOCTYPE a>"), Just("<?x?>"), Just("\u{0}"),
        ], 0..40),
    ) {
        let _ = read(format!("<BkToCstmrStmt>{}", parts.concat()).as_bytes(), &ReadOptions::default());
    }

    #[test]
    fn damaged_bank_files_are_a_statement_or_an_error(
        file in 0usize..5,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 1..12),
    ) {
        const FILES: [&str; 5] = [
            "camt/two_pages_053_v8.xml", "camt/one_line_052_v2.xml", "mt940/german_envelopes.sta",
            "mt940/dutch_two_currencies.940", "mt940/interim.942",
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
        let _ = inspect(&bytes, FILES[file]);
    }
}
