//! Dates as banks write them. The calendar day as written counts; times and zones are dropped.

use jiff::civil::Date;

use super::{DateOrder, months::month_number, text::quoted};

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateProblem {
    Empty,
    NotADate,
    DoesNotExist,
    /// Before 1900 or after 2200: a slip, no booking day.
    OutOfRange,
}

impl DateProblem {
    /// The problem with a text, in words.
    pub(super) fn reason(self, text: &str) -> String {
        match self {
            Self::Empty => "the date is empty".to_owned(),
            Self::NotADate => format!("{} is not a date", quoted(text)),
            Self::DoesNotExist => format!("the date {} does not exist", quoted(text)),
            Self::OutOfRange => format!("the date {} is not between 1900 and 2200", quoted(text)),
        }
    }

    /// What is wrong with a day of a year that no booking has.
    pub(super) fn of_year(year: i16, month: u16, day: u16) -> Self {
        let could_be_a_day = (1..=12).contains(&month) && (1..=31).contains(&day);
        match year {
            0 => Self::DoesNotExist,
            _ if could_be_a_day => Self::OutOfRange,
            _ => Self::NotADate,
        }
    }
}

/// The order of three numbers; a month's name or a four-digit year in front overrules it.
pub(super) fn parse(text: &str, order: DateOrder) -> Result<Date, DateProblem> {
    let text = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '=' | '\u{feff}' | '\u{200e}' | '\u{200f}')
    });
    if text.is_empty() {
        return Err(DateProblem::Empty);
    }
    if let Some(date) = iso(text.as_bytes()) {
        return date;
    }
    if text.len() > 64 {
        return Err(DateProblem::NotADate);
    }
    let (year, month, day) =
        components(without_weekday(text), order).ok_or_else(|| otherwise(text, order))?;
    if !(1900..=2200).contains(&year) {
        return Err(DateProblem::of_year(year, month, day));
    }
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else {
        return Err(DateProblem::DoesNotExist);
    };
    Date::new(year, month, day).map_err(|_| DateProblem::DoesNotExist)
}

/// What a text is that is no date in the file's order: `31/02/2024` below days in ISO form exists in none.
fn otherwise(text: &str, order: DateOrder) -> DateProblem {
    let is_missing = |order| parse(text, order) == Err(DateProblem::DoesNotExist);
    if order == DateOrder::YearMonthDay
        && is_missing(DateOrder::DayMonthYear)
        && is_missing(DateOrder::MonthDayYear)
    {
        DateProblem::DoesNotExist
    } else {
        DateProblem::NotADate
    }
}

/// The common case, `2024-03-31` alone, without looking at anything else.
fn iso(text: &[u8]) -> Option<Result<Date, DateProblem>> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let number = |digits: &[&u8]| {
        digits
            .iter()
            .try_fold(0i16, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i16::from(**digit - b'0')))
    };
    let year = number(&[y1, y2, y3, y4]).filter(|year| (1900..=2200).contains(year))?;
    let (month, day) = (number(&[m1, m2])? as i8, number(&[d1, d2])? as i8);
    Some(Date::new(year, month, day).map_err(|_| DateProblem::DoesNotExist))
}

fn without_weekday(text: &str) -> &str {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    match text.split_once([',', ' ']) {
        Some((day, rest))
            if DAYS.iter().any(|short| day.to_ascii_lowercase().starts_with(short)) && day.is_ascii() =>
        {
            // "March 3" starts with no weekday's name; "Sunday, 3 March" does.
            rest.trim_start_matches([',', ' '])
        }
        _ => text,
    }
}

enum Part<'t> {
    Number(u16, usize),
    Word(&'t str),
}

fn components(text: &str, order: DateOrder) -> Option<(i16, u16, u16)> {
    let (first, rest) = part(text)?;
    if let Part::Number(..) = first
        && let Some(date) = compact(text, order)
    {
        return Some(date);
    }
    let (second, rest) = part(separated(rest)?)?;
    let (third, rest) = part(separated(rest)?)?;
    if !ends_date(rest) {
        return None;
    }
    match (first, second, third) {
        (Part::Number(a, a_digits), Part::Number(b, b_digits), Part::Number(c, c_digits)) => {
            let short = |digits| (1..=2).contains(&digits);
            match order {
                _ if a_digits == 4 => (short(b_digits) && short(c_digits)).then(|| (a.cast_signed(), b, c)),
                DateOrder::YearMonthDay => {
                    (a_digits == 2 && b_digits == 2 && c_digits == 2).then(|| (century(a), b, c))
                }
                _ if !short(a_digits) || !short(b_digits) => None,
                DateOrder::DayMonthYear => Some((year(c, c_digits)?, b, a)),
                DateOrder::MonthDayYear => Some((year(c, c_digits)?, a, b)),
            }
        }
        (Part::Number(a, 4), Part::Word(month), Part::Number(c, 1 | 2)) => {
            Some((a.cast_signed(), month_number(month)?, c))
        }
        (Part::Number(a, 1 | 2), Part::Word(month), Part::Number(c, digits)) => {
            Some((year(c, digits)?, month_number(month)?, a))
        }
        (Part::Word(month), Part::Number(b, 1 | 2), Part::Number(c, digits)) => {
            Some((year(c, digits)?, month_number(month)?, b))
        }
        _ => None,
    }
}

/// `20240331`, also with a time behind it.
fn compact(text: &str, order: DateOrder) -> Option<(i16, u16, u16)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    if !(digits == 8 || digits == 12 || digits == 14) || !ends_date(rest) && !rest.starts_with('.') {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u16>().ok();
    match order {
        DateOrder::YearMonthDay => Some((number(0, 4)?.cast_signed(), number(4, 6)?, number(6, 8)?)),
        _ if digits != 8 => None,
        DateOrder::DayMonthYear => Some((number(4, 8)?.cast_signed(), number(2, 4)?, number(0, 2)?)),
        DateOrder::MonthDayYear => Some((number(4, 8)?.cast_signed(), number(0, 2)?, number(2, 4)?)),
    }
}

fn part(text: &str) -> Option<(Part<'_>, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return match digits {
            1..=4 => Some((Part::Number(text[..digits].parse().ok()?, digits), &text[digits..])),
            _ => Some((Part::Number(u16::MAX, digits), &text[digits..])),
        };
    }
    let letters: usize = text.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
    let is_word = letters > 0 && !text.starts_with(['年', '月', '日', '년', '월', '일']);
    is_word.then(|| (Part::Word(&text[..letters]), &text[letters..]))
}

/// Skips what stands between two parts of a date: at most `. `, `, `, `年`, ` de `.
fn separated(text: &str) -> Option<&str> {
    let rest =
        text.trim_start_matches(['.', '/', '-', ' ', ',', '\u{a0}', '年', '月', '년', '월', '\'', '\\']);
    if rest.len() == text.len() {
        // `31Mar2024`
        let next = text.chars().next()?;
        return next.is_alphanumeric().then_some(text);
    }
    Some(rest.strip_prefix("de ").unwrap_or(rest))
}

/// What may follow a date: nothing, a time, a closing mark.
fn ends_date(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        None | Some(' ' | 'T' | ',' | '日' | '일' | 'Z' | '\u{a0}' | '[' | ':') => true,
        Some('-') => chars.next().is_some_and(|c| c.is_ascii_digit()) && rest.len() > 3,
        Some('.') => !chars.next().is_some_and(|c| c.is_ascii_digit()),
        Some(_) => false,
    }
}

fn year(number: u16, digits: usize) -> Option<i16> {
    match digits {
        4 => Some(number.cast_signed()),
        2 => Some(century(number)),
        _ => None,
    }
}

fn century(number: u16) -> i16 {
    let number = number.cast_signed();
    if number < 70 { 2000 + number } else { 1900 + number }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use DateOrder::{DayMonthYear, MonthDayYear, YearMonthDay};

    #[test]
    fn dates_are_read_as_banks_write_them() {
        for (text, order) in [
            ("2024-03-31", YearMonthDay),
            ("2024/3/31", YearMonthDay),
            ("20240331", YearMonthDay),
            ("20240331120000.000[-5:EST]", YearMonthDay),
            ("2024-03-31T23:59:00Z", YearMonthDay),
            ("2024-03-31 23:59:00", YearMonthDay),
            ("2024-03-31", DayMonthYear),
            ("2024年3月31日", YearMonthDay),
            ("31.03.2024", DayMonthYear),
            ("31/03/24", DayMonthYear),
            ("31.3.2024.", DayMonthYear),
            ("31-03-2024 14:05", DayMonthYear),
            ("31 Mar 2024", DayMonthYear),
            ("31-MRT-2024", DayMonthYear),
            ("31. März 2024", DayMonthYear),
            ("31 mars 2024", DayMonthYear),
            ("31 de marzo de 2024", DayMonthYear),
            ("31Mar24", DayMonthYear),
            ("2024-Mar-31", MonthDayYear),
            ("Mar 31, 2024", MonthDayYear),
            ("March 31, 2024", DayMonthYear),
            ("Sun, 31 Mar 2024", DayMonthYear),
            ("03/31/2024", MonthDayYear),
            ("3/31/24 8:15 PM", MonthDayYear),
        ] {
            assert_eq!(parse(text, order), Ok(date(2024, 3, 31)), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "  "] {
            assert_eq!(parse(text, DayMonthYear), Err(DateProblem::Empty));
        }
        for text in [
            "Varaus",
            "12.50",
            "1.234.567",
            "555-12-3456",
            "10.1.2.3",
            "31/03",
            "market 1 2024",
            "99999999999",
        ] {
            assert_eq!(parse(text, DayMonthYear), Err(DateProblem::NotADate), "{text}");
        }
        for (text, order) in [
            ("31.02.2024", DayMonthYear),
            ("2023-02-29", YearMonthDay),
            ("20120231", YearMonthDay),
            ("31/12/2024", MonthDayYear),
            ("0000-00-00", YearMonthDay),
            ("201120000000", YearMonthDay),
            ("31/02/2024", YearMonthDay),
        ] {
            assert_eq!(parse(text, order), Err(DateProblem::DoesNotExist), "{text}");
        }
    }

    #[test]
    fn a_day_that_another_order_has_is_no_date_of_this_one() {
        assert_eq!(parse("28/02/2024", YearMonthDay), Err(DateProblem::NotADate));
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_a_problem(text in ".{0,40}") {
            for order in [YearMonthDay, DayMonthYear, MonthDayYear] {
                let _ = parse(&text, order);
            }
        }

        #[test]
        fn every_day_is_read_back(day in 0i64..73_000) {
            let day = date(1970, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
            prop_assert_eq!(parse(&day.to_string(), YearMonthDay), Ok(day));
            prop_assert_eq!(parse(&day.strftime("%d.%m.%Y").to_string(), DayMonthYear), Ok(day));
            prop_assert_eq!(parse(&day.strftime("%m/%d/%Y").to_string(), MonthDayYear), Ok(day));
        }
    }
}
