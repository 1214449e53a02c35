//! What a language tag says about numbers and dates, after CLDR.

use domain::{Currency, NumberMarks, NumberReader};

/// A no-break space: keeps an amount and its currency on one line.
const NBSP: char = '\u{a0}';
/// CLDR's group separator where groups are set apart by a thin space.
const NNBSP: char = '\u{202f}';

/// The order and marks of a numeric date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum DateStyle {
    /// Mar 5, 2024
    MonthNameFirst,
    /// 5 Mar 2024
    MonthNameSecond,
    /// 05.03.2024
    DayDots,
    /// 05/03/2024
    DaySlashes,
    /// 05-03-2024
    DayDashes,
    /// 2024-03-05
    Iso,
    /// 2024/03/05
    YearSlashes,
}

/// Where a locale is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    /// The person named the language, and it is one that is listed here.
    Named,
    Assumed,
}

/// How a person reads numbers and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Locale {
    source: Source,
    pub(super) decimal_mark: char,
    pub(super) group_mark: char,
    /// Four-digit numbers stay ungrouped: `1234,50`.
    pub(super) groups_from_five: bool,
    pub(super) currency_first: bool,
    /// Between currency and amount; always there with a code, which is a word.
    pub(super) currency_space: Option<char>,
    pub(super) percent_space: bool,
    pub(super) date: DateStyle,
    /// The currency that a bare `$` means.
    pub(super) dollar: &'static str,
}

impl Default for Locale {
    fn default() -> Self {
        Self::ASSUMED
    }
}

impl Locale {
    const EN_US: Self = Self {
        source: Source::Named,
        decimal_mark: '.',
        group_mark: ',',
        groups_from_five: false,
        currency_first: true,
        currency_space: None,
        percent_space: false,
        date: DateStyle::MonthNameFirst,
        dollar: "USD",
    };

    const ASSUMED: Self = Self { source: Source::Assumed, ..Self::EN_US };

    const fn continental(group_mark: char, date: DateStyle) -> Self {
        Self {
            source: Source::Named,
            decimal_mark: ',',
            group_mark,
            groups_from_five: false,
            currency_first: false,
            currency_space: Some(NBSP),
            percent_space: true,
            date,
            dollar: "USD",
        }
    }

    /// The locale of a BCP 47 tag; `en-US` for a language that is not listed.
    pub(crate) fn of(tag: Option<&str>) -> Self {
        let tag = tag.unwrap_or_default().to_ascii_lowercase();
        let (language, rest) = tag.split_once('-').unwrap_or((&tag, ""));
        let region = rest.rsplit('-').next().unwrap_or_default();
        match (language, region) {
            ("en", _) => Self::english(region),
            ("de", "ch" | "li") => Self {
                decimal_mark: '.',
                group_mark: '’',
                currency_first: true,
                currency_space: Some(NBSP),
                percent_space: false,
                ..Self::continental('’', DateStyle::DayDots)
            },
            ("de", "at") => Self { currency_first: true, ..Self::continental(NBSP, DateStyle::DayDots) },
            ("de" | "da" | "is" | "hr" | "sl" | "tr" | "ro" | "sr", _) => {
                Self::continental('.', DateStyle::DayDots)
            }
            ("fr", _) => Self::continental(NNBSP, DateStyle::DaySlashes),
            ("es", "mx" | "us") => Self { date: DateStyle::DaySlashes, ..Self::EN_US },
            ("es", _) => Self { groups_from_five: true, ..Self::continental('.', DateStyle::DaySlashes) },
            ("it", _) => Self { percent_space: false, ..Self::continental('.', DateStyle::DaySlashes) },
            ("pt", "br") => Self {
                currency_first: true,
                percent_space: false,
                ..Self::continental('.', DateStyle::DaySlashes)
            },
            ("pt", _) => Self {
                groups_from_five: true,
                percent_space: false,
                ..Self::continental(NBSP, DateStyle::DaySlashes)
            },
            ("nl", _) => Self {
                currency_first: true,
                percent_space: false,
                ..Self::continental('.', DateStyle::DayDashes)
            },
            ("pl", _) => Self {
                groups_from_five: true,
                percent_space: false,
                ..Self::continental(NBSP, DateStyle::DayDots)
            },
            ("cs" | "sk" | "fi" | "nb" | "nn" | "no" | "uk" | "ru" | "bg" | "et" | "lv", _) => {
                Self::continental(NBSP, DateStyle::DayDots)
            }
            ("hu" | "sv" | "lt", _) => Self::continental(NBSP, DateStyle::Iso),
            ("ja" | "zh", _) => Self { date: DateStyle::YearSlashes, ..Self::EN_US },
            ("ko", _) => Self { date: DateStyle::Iso, ..Self::EN_US },
            _ => Self::default(),
        }
    }

    /// How the person types amounts of a currency.
    pub(crate) fn amounts(self, currency: Currency) -> NumberReader {
        NumberReader::of_amounts(self.typed_marks(), currency.minor_digits())
    }

    /// How the person types exchange rates.
    pub(crate) fn rates(self) -> NumberReader {
        NumberReader::of_rates(self.typed_marks())
    }

    /// A language that nobody named is shown as English, but says nothing of how its reader types.
    fn typed_marks(self) -> Option<NumberMarks> {
        (self.source == Source::Named)
            .then_some(NumberMarks { decimal: self.decimal_mark, group: self.group_mark })
    }

    fn english(region: &str) -> Self {
        let abroad = Self { date: DateStyle::MonthNameSecond, ..Self::EN_US };
        match region {
            "ca" => Self { dollar: "CAD", ..Self::EN_US },
            "au" => Self { dollar: "AUD", ..abroad },
            "nz" => Self { dollar: "NZD", ..abroad },
            "sg" => Self { dollar: "SGD", ..abroad },
            "" | "us" => Self::EN_US,
            _ => abroad,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(tag: Option<&str>, text: &str) -> Option<String> {
        Locale::of(tag).amounts(Currency::EUR).read(text).ok().map(|amount| amount.to_string())
    }

    #[test]
    fn a_typed_thousand_is_read_in_the_persons_language() {
        assert_eq!(typed(Some("en-US"), "1,250").as_deref(), Some("1250"));
        assert_eq!(typed(Some("de-DE"), "1.250").as_deref(), Some("1250"));
        assert_eq!(typed(Some("fr-FR"), "1 250").as_deref(), Some("1250"));
        assert_eq!(typed(Some("de-CH"), "1’250").as_deref(), Some("1250"));
        for (tag, text) in [("de-DE", "1,250"), ("en-US", "1.250"), ("fr-FR", "1.250"), ("de-CH", "1,250")] {
            assert_eq!(typed(Some(tag), text), None, "{tag}");
        }
    }

    #[test]
    fn a_language_that_is_not_known_decides_nothing() {
        for tag in [None, Some("tlh"), Some("el-GR")] {
            assert_eq!(typed(tag, "1,250"), None);
            assert_eq!(typed(tag, "1.250"), None);
            assert_eq!(typed(tag, "12,50").as_deref(), Some("12.50"));
        }
    }
}
