//! Whom a booking is with and what for, out of field 86 in whatever structure the bank has.

use super::{super::text::plain_text, labels, slashes, subfields};

/// Characters of a full line, which the next one continues within a word; SWIFT has 65, the
/// Rabobank one less.
const LINE_CHARS: usize = 64;
/// More of a field is not kept.
const TEXT_BYTES_MAX: usize = 8_000;

/// Whom a booking is with, and what the bank or the payer says of it; either may be empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Texts {
    pub(super) payee: String,
    pub(super) description: String,
}

/// Reads the fields 86 of one booking; `supplementary` is the statement line's own text.
pub(super) fn read(fields: &[Vec<&str>], supplementary: &str, is_out: bool) -> Texts {
    let text = fields.iter().map(|lines| joined(lines)).collect::<Vec<_>>().join(" ");
    // The numbered structure breaks its lines anywhere.
    let glued: String = bounded(fields.iter().flatten().copied()).collect();
    let found = subfields::read(glued.trim_start())
        .or_else(|| slashes::read(&text, is_out))
        .unwrap_or_else(|| labels::read(text.trim()));
    let mut texts = Texts { payee: plain_text(&found.payee), description: plain_text(&found.description) };
    if texts.payee.is_empty() && is_name(supplementary) {
        supplementary.clone_into(&mut texts.payee);
    }
    if texts.description.is_empty() && texts.payee != supplementary {
        supplementary.clone_into(&mut texts.description);
    }
    texts
}

fn bounded<'t>(lines: impl Iterator<Item = &'t str>) -> impl Iterator<Item = &'t str> {
    let mut length = 0;
    lines.take_while(move |line| {
        length += line.len();
        length <= TEXT_BYTES_MAX
    })
}

/// The lines as one text: a full line ends inside of a word, a shorter one after it.
fn joined(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in bounded(lines.iter().copied()) {
        text.push_str(line);
        if line.chars().count() < LINE_CHARS {
            text.push(' ');
        }
    }
    text
}

/// True for `W.P. Jansen`; not for account numbers, types of transactions and coded parts.
fn is_name(text: &str) -> bool {
    let has_word = text.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() >= 3);
    let is_code = |word: &str| word.len() > 9 && word.bytes().filter(u8::is_ascii_digit).count() > 5;
    has_word && text.starts_with(char::is_alphabetic) && !text.split(' ').any(is_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, supplementary: &str) -> (String, String) {
        let Texts { payee, description } = read(&[text.lines().collect()], supplementary, true);
        (payee, description)
    }

    #[test]
    fn names_and_purposes_are_found_in_every_structure() {
        for (text, payee, description) in [
            (
                "166?00GUTSCHRIFT?109310?20EREF+R-2024-0815?21SVWZ+Rechnung 123456 vom 01\n?22.02.2024?30COBADEFF\
                 XXX?31DE89370400440532013000?32Beispiel Handelsgesellschaf?33t mbH",
                "Beispiel Handelsgesellschaft mbH",
                "Rechnung 123456 vom 01.02.2024",
            ),
            (
                "000>100987654321\n>20ALGEMENE TUSSENREKENING KOS>21TEN VAN 01-10-2010 TOT EN M\n>22ET 31-12-2010>31039",
                "",
                "ALGEMENE TUSSENREKENING KOSTEN VAN 01-10-2010 TOT EN MET 31-12-2010",
            ),
            ("020~00VE02~20Czynsz ~21luty~32Jan Nowak~33", "Jan Nowak", "Czynsz luty"),
            ("<00ZLECENIE<20EREF+7<32ANNA", "ANNA", "EREF+7"),
            ("835?00ABSCHLUSS", "", "ABSCHLUSS"),
            (
                "/TRTP/SEPA OVERBOEKING/IBAN/FR12345678901234/BIC/GEFRADAM/NAME/Bakkerij De Vries/REMI/Factuur 7/EREF/N",
                "Bakkerij De Vries",
                "Factuur 7",
            ),
            (
                "/EREF/x//CNTP/NL32INGB0000012345/INGBNL2A/ING BANK NV/Amsterdam//REMI/USTD//huur mei//",
                "ING BANK NV",
                "huur mei",
            ),
            ("/EREF/1/ORDP//NAME/ICH SELBST/BENM//NAME/JOHN DOE/REMI//ISDT/2013-01-02", "JOHN DOE", ""),
            (
                "BEA   NR:XXX1234   21.05.11/12.54 DIRX FIL6017 KATWIJK,PAS999",
                "DIRX FIL6017 KATWIJK",
                "BEA NR:XXX1234 21.05.11/12.54 DIRX FIL6017 KATWIJK,PAS999",
            ),
            (
                "GIRO   428428 KPN - DIGITENNE    BETALINGSKENM.  1",
                "KPN - DIGITENNE",
                "GIRO 428428 KPN - DIGITENNE BETALINGSKENM. 1",
            ),
            (
                "FACTUUR 7\nREK: NL65INGB0123456789/NAAM: PICQER",
                "PICQER",
                "FACTUUR 7 REK: NL65INGB0123456789/NAAM: PICQER",
            ),
            ("911 X; Z RACH.: 56; OD: JAN NOWAK  UL. A 1; TYT.: PRZELEW   ; TNR: 1", "JAN NOWAK", "PRZELEW"),
            ("+31 6 12345678 gebeld", "", "+31 6 12345678 gebeld"),
            ("", "", ""),
        ] {
            assert_eq!(texts(text, ""), (payee.to_owned(), description.to_owned()), "{text}");
        }
    }

    #[test]
    fn the_statement_lines_text_is_a_name_where_it_reads_like_one() {
        assert_eq!(texts("Terugboeking", "W.P. Jansen"), ("W.P. Jansen".into(), "Terugboeking".into()));
        assert_eq!(texts("Betaling", "NL70ABNA0987654321"), (String::new(), "Betaling".into()));
        assert_eq!(texts("", "911-TRANSAKCJA IPH"), (String::new(), "911-TRANSAKCJA IPH".into()));
    }
}
