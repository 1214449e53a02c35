//! Numbers as people type them: `1.234,50`, `1 234,50`, `1’234.50`.

use rust_decimal::Decimal;
use thiserror::Error;

/// More digits than an amount holds, and fewer than a [`Decimal`] does.
const DIGITS_MAX: usize = 24;

/// The marks that a language writes numbers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberMarks {
    /// Between whole and fraction.
    pub decimal: char,
    /// Between groups of three digits.
    pub group: char,
}

/// Why a text is no number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidNumber {
    /// No number, or one that is too long.
    #[error("must be {wanted}")]
    NotANumber {
        /// What is, with an example.
        wanted: String,
    },
    /// `1,250` may be a thousand or a little more than one.
    #[error("may mean {whole} or {fraction}: write the one you mean")]
    Ambiguous {
        /// The mark read as one between groups.
        whole: String,
        /// The mark read as the decimal mark.
        fraction: String,
    },
}

/// What is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Money with so many digits after the mark.
    Amount {
        minor_digits: u32,
    },
    Rate,
}

/// Reads numbers as one person types them.
///
/// One mark with three digits behind it, as in `1,250`, is the only spelling with two meanings. The
/// person's language decides where what it says is also likely: its group mark in an amount, its
/// decimal mark in a rate or in an amount with three digits after the mark. Everything else is
/// refused: whoever writes in another language's way must not be taken at a thousandth of the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberReader {
    marks: Option<NumberMarks>,
    kind: Kind,
}

impl NumberReader {
    /// For amounts of a currency with so many digits after the mark. Without marks the language is
    /// not known, and decides nothing.
    pub const fn of_amounts(marks: Option<NumberMarks>, minor_digits: u32) -> Self {
        Self { marks, kind: Kind::Amount { minor_digits } }
    }

    /// For exchange rates, which have many decimals and seldom thousands.
    pub const fn of_rates(marks: Option<NumberMarks>) -> Self {
        Self { marks, kind: Kind::Rate }
    }

    /// Reads a number with its sign. White space around it and groups of digits are taken.
    pub fn read(&self, text: &str) -> Result<Decimal, InvalidNumber> {
        let text = text.trim();
        let (is_negative, text) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let magnitude = self.magnitude(&text.chars().map(plain).collect::<String>(), is_negative)?;
        Ok(if is_negative && !magnitude.is_zero() { -magnitude } else { magnitude })
    }

    fn magnitude(&self, text: &str, is_negative: bool) -> Result<Decimal, InvalidNumber> {
        let none = || InvalidNumber::NotANumber { wanted: self.wanted() };
        let fraction_of = |at: usize| decimal(&text[..at], Some(&text[at + 1..])).ok_or_else(none);
        let Some(at) = text.rfind(['.', ',']) else { return decimal(text, None).ok_or_else(none) };
        let mark = if text.as_bytes()[at] == b'.' { '.' } else { ',' };
        if text.matches(mark).count() > 1 {
            return decimal(text, None).ok_or_else(none);
        }
        let whole = decimal(text, None).filter(|_| !text.starts_with('0'));
        let Some(whole) = whole else { return fraction_of(at) };
        let fraction = fraction_of(at)?;
        match self.is_fraction(mark) {
            Some(true) => Ok(fraction),
            Some(false) => Ok(whole),
            None => {
                let said =
                    |value: Decimal| self.written(if is_negative { -value } else { value }.normalize());
                Err(InvalidNumber::Ambiguous { whole: said(whole), fraction: said(fraction) })
            }
        }
    }

    /// Whether a mark that could stand between groups is the decimal mark; none where nobody knows.
    fn is_fraction(&self, mark: char) -> Option<bool> {
        let marks = self.marks?;
        let (is_decimal, is_group) = (mark == marks.decimal, mark == marks.group);
        match self.kind {
            Kind::Amount { minor_digits } if is_decimal && minor_digits > 2 => Some(true),
            Kind::Amount { .. } if is_group => Some(false),
            Kind::Rate if is_decimal => Some(true),
            Kind::Amount { .. } | Kind::Rate => None,
        }
    }

    /// A number as the person would type it, in a spelling with one meaning.
    pub fn written(&self, mut value: Decimal) -> String {
        let mark = self.marks.map_or('.', |marks| marks.decimal);
        match (value.scale(), self.kind) {
            (1, Kind::Amount { minor_digits: 2 }) => value.rescale(2),
            // Three digits behind a mark could be a group, four can't.
            (3, _) if self.is_fraction(mark) != Some(true) => value.rescale(4),
            _ => {}
        }
        value.to_string().replace('.', &mark.to_string())
    }

    fn wanted(&self) -> String {
        match self.kind {
            Kind::Amount { minor_digits: 0 } => "an amount such as 1250".to_owned(),
            Kind::Amount { .. } => format!("an amount such as {}", self.written(Decimal::new(125_050, 2))),
            Kind::Rate => format!("a rate such as {}", self.written(Decimal::new(10_825, 4))),
        }
    }
}

/// One spelling for what stands between groups beside point and comma.
fn plain(c: char) -> char {
    match c {
        '\'' | '’' | '‘' => ' ',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// A number from its whole part, in groups or not, and its fraction.
fn decimal(whole: &str, fraction: Option<&str>) -> Option<Decimal> {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_grouped(whole) || fraction.is_some_and(|digits| digits.is_empty() || !is_digits(digits)) {
        return None;
    }
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let fraction = fraction.unwrap_or_default();
    if digits.len() + fraction.len() > DIGITS_MAX || digits.is_empty() && fraction.is_empty() {
        return None;
    }
    let mark = if fraction.is_empty() { "" } else { "." };
    Decimal::from_str_exact(&format!("{digits:0>1}{mark}{fraction}")).ok()
}

/// Digits alone, or groups of three with one kind of mark between them; in India of two before the
/// last three.
fn is_grouped(whole: &str) -> bool {
    let Some(mark) = whole.chars().find(|c| !c.is_ascii_digit()) else { return true };
    if !matches!(mark, '.' | ',' | ' ') || whole.chars().any(|c| !c.is_ascii_digit() && c != mark) {
        return false;
    }
    let groups: Vec<usize> = whole.split(mark).map(str::len).collect();
    let (Some((first, rest)), Some(last)) = (groups.split_first(), groups.last()) else { return false };
    let middle = &rest[..rest.len() - 1];
    let of = |len: usize| (1..=len).contains(first) && middle.iter().all(|group| *group == len);
    *last == 3 && (of(3) || of(2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EN_US: Option<NumberMarks> = Some(NumberMarks { decimal: '.', group: ',' });
    const DE_DE: Option<NumberMarks> = Some(NumberMarks { decimal: ',', group: '.' });
    const FR_FR: Option<NumberMarks> = Some(NumberMarks { decimal: ',', group: '\u{202f}' });
    const DE_CH: Option<NumberMarks> = Some(NumberMarks { decimal: '.', group: '’' });
    const ALL: [Option<NumberMarks>; 5] = [EN_US, DE_DE, FR_FR, DE_CH, None];

    fn read(text: &str, marks: Option<NumberMarks>) -> String {
        let read = NumberReader::of_amounts(marks, 2).read(text);
        read.map_or_else(|error| error.to_string(), |value| value.to_string())
    }

    fn rate(text: &str, marks: Option<NumberMarks>) -> String {
        let read = NumberReader::of_rates(marks).read(text);
        read.map_or_else(|error| error.to_string(), |value| value.to_string())
    }

    #[test]
    fn each_language_groups_with_its_own_mark() {
        assert_eq!(read("1,250", EN_US), "1250");
        assert_eq!(read("1.250", DE_DE), "1250");
        assert_eq!(read("1\u{202f}250", FR_FR), "1250");
        assert_eq!(read("1’250", DE_CH), "1250");
        assert_eq!(read("1'250.50", DE_CH), "1250.50");
    }

    #[test]
    fn a_mark_that_the_language_does_not_explain_is_refused_with_both_readings() {
        assert_eq!(read("1,250", DE_DE), "may mean 1250 or 1,25: write the one you mean");
        assert_eq!(read("1.250", EN_US), "may mean 1250 or 1.25: write the one you mean");
        for text in ["1,250", "1.250"] {
            assert_eq!(read(text, FR_FR), "may mean 1250 or 1,25: write the one you mean");
            assert_eq!(read(text, DE_CH), "may mean 1250 or 1.25: write the one you mean");
            assert_eq!(read(text, None), "may mean 1250 or 1.25: write the one you mean");
        }
        assert_eq!(read("-12.501", EN_US), "may mean -12501 or -12.5010: write the one you mean");
    }

    #[test]
    fn a_spelling_with_one_meaning_is_read_in_every_language() {
        for marks in ALL {
            assert_eq!(read("12,50", marks), "12.50");
            assert_eq!(read("12.50", marks), "12.50");
            assert_eq!(read(" 1250 ", marks), "1250");
            assert_eq!(read("1.250,50", marks), "1250.50");
            assert_eq!(read("1,250.50", marks), "1250.50");
            assert_eq!(read("1 250,5", marks), "1250.5");
            assert_eq!(read("1,234,567", marks), "1234567");
            assert_eq!(read("12,34,567", marks), "1234567");
            assert_eq!(read("0,125", marks), "0.125");
            assert_eq!(read("1250.125", marks), "1250.125");
            assert_eq!(read(",5", marks), "0.5");
            assert_eq!(read("−12,5", marks), "-12.5");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_an_example_of_the_language() {
        let texts =
            ["", "much", "12,", "1.2.3", "1,2,3.4,5", "1 25", "--1", "1e3", "12,5 0", ".", "1.250 ,5"];
        for text in texts {
            assert_eq!(read(text, DE_DE), "must be an amount such as 1250,50", "{text}");
        }
        assert_eq!(read(&"9".repeat(30), EN_US), "must be an amount such as 1250.50");
        assert_eq!(rate("one", DE_DE), "must be a rate such as 1,0825");
    }

    #[test]
    fn a_rate_has_decimals_and_an_amount_of_three_digits_too() {
        assert_eq!(rate("1.082", EN_US), "1.082");
        assert_eq!(rate("1,082", DE_DE), "1.082");
        assert_eq!(rate("1.082", DE_DE), "may mean 1082 or 1,082: write the one you mean");
        assert_eq!(rate("1,082", None), "may mean 1082 or 1.0820: write the one you mean");
        let dinars = NumberReader::of_amounts(EN_US, 3);
        assert_eq!(dinars.read("1.255").map(|it| it.to_string()).as_deref(), Ok("1.255"));
        assert_eq!(dinars.read("1,255").map(|it| it.to_string()).as_deref(), Ok("1255"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(units in -10i64.pow(15)..10i64.pow(15), scale in 0u32..6, digits in 0u32..4) {
            let value = Decimal::new(units, scale);
            for marks in ALL {
                for reader in [NumberReader::of_amounts(marks, digits), NumberReader::of_rates(marks)] {
                    prop_assert_eq!(reader.read(&reader.written(value)), Ok(value));
                }
            }
        }

        #[test]
        fn any_text_is_a_number_or_a_refusal(text in "\\PC{0,40}|[-0-9., ’]{0,12}") {
            for marks in ALL {
                let _ = NumberReader::of_amounts(marks, 2).read(&text);
            }
        }
    }
}
