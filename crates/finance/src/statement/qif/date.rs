//! Dates as programs write them into QIF: `1/ 2'04`, `12/31/99`, `31.12.2004`, `03/25/099`.

use jiff::civil::Date;

use super::super::{
    DateOrder,
    date::{self, DateProblem},
};

/// The calendar day of a `D` field.
pub(super) fn parse(text: &str, order: DateOrder) -> Result<Date, DateProblem> {
    match numbers(text) {
        Some(Numbers { parts, .. }) => {
            let [a, b, c] = parts;
            let (year, month, day) = match order {
                _ if a.digits >= 4 => (a, b, c),
                DateOrder::YearMonthDay => (a, b, c),
                DateOrder::DayMonthYear => (c, b, a),
                DateOrder::MonthDayYear => (c, a, b),
            };
            let year = year.as_year();
            if !(1900..=2200).contains(&year) {
                return Err(DateProblem::of_year(year, month.value, day.value));
            }
            let (Ok(month), Ok(day)) = (i8::try_from(month.value), i8::try_from(day.value)) else {
                return Err(DateProblem::DoesNotExist);
            };
            Date::new(year, month, day).map_err(|_| DateProblem::DoesNotExist)
        }
        // Names of months, `20040131`, and what is no date.
        None => date::parse(text, order),
    }
}

/// The order under which most dates exist; where orders tie, the one under which the rows stand in
/// order; then the day first where `.` parts the numbers or `decimal_mark` is a comma, else the
/// month first, as Quicken and Money write it.
pub(super) fn order(dates: &[&str], decimal_mark: char) -> DateOrder {
    const ORDERS: [DateOrder; 3] =
        [DateOrder::MonthDayYear, DateOrder::DayMonthYear, DateOrder::YearMonthDay];
    let dots = dates.iter().filter(|text| text.contains('.')).count() * 2 > dates.len();
    let preferred =
        if dots || decimal_mark == ',' { DateOrder::DayMonthYear } else { DateOrder::MonthDayYear };
    let rank = |order: DateOrder| {
        let days: Vec<Date> = dates.iter().filter_map(|text| parse(text, order).ok()).collect();
        let rises = days.windows(2).filter(|pair| pair[1] > pair[0]).count();
        let falls = days.windows(2).filter(|pair| pair[1] < pair[0]).count();
        (days.len(), std::cmp::Reverse(rises.min(falls)), order == preferred)
    };
    // Years of two digits in front are rare: they must read more dates than the other orders.
    let year_first = parse_count(dates, DateOrder::YearMonthDay);
    let others = parse_count(dates, ORDERS[0]).max(parse_count(dates, ORDERS[1]));
    if year_first > others {
        return DateOrder::YearMonthDay;
    }
    if rank(ORDERS[0]) >= rank(ORDERS[1]) { ORDERS[0] } else { ORDERS[1] }
}

fn parse_count(dates: &[&str], order: DateOrder) -> usize {
    dates.iter().filter(|text| parse(text, order).is_ok()).count()
}

#[derive(Debug, Clone, Copy, Default)]
struct Part {
    value: u16,
    digits: usize,
}

struct Numbers {
    parts: [Part; 3],
}

impl Part {
    fn as_year(self) -> i16 {
        let value = self.value.cast_signed();
        match self.digits {
            4 => value,
            // Years since 1900, as the C library counts them: `099`, `104`.
            3 => 1900 + value,
            _ if value < 70 => 2000 + value,
            _ => 1900 + value,
        }
    }
}

/// Three numbers with one mark and any spaces between them; a word may follow.
fn numbers(text: &str) -> Option<Numbers> {
    let mut rest = text.trim();
    let mut parts = [Part::default(); 3];
    for (index, part) in parts.iter_mut().enumerate() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if !(1..=4).contains(&digits) {
            return None;
        }
        *part = Part { value: rest[..digits].parse().ok()?, digits };
        rest = &rest[digits..];
        if index < 2 {
            rest = rest.trim_start();
            rest = rest.strip_prefix(['/', '-', '.', '\''])?.trim_start();
        }
    }
    let is_end = !rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '/' | '-' | '\''));
    let [a, b, _] = parts;
    (is_end && b.digits <= 2 && a.digits != 3).then_some(Numbers { parts })
}

#[cfg(test)]
mod tests {
    use DateOrder::{DayMonthYear, MonthDayYear, YearMonthDay};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_read_as_programs_write_them() {
        for (text, order, expected) in [
            ("1/ 2'04", MonthDayYear, "2004-01-02"),
            ("1/ 2' 4", MonthDayYear, "2004-01-02"),
            ("1/ 2/99", MonthDayYear, "1999-01-02"),
            ("2/14'2020", MonthDayYear, "2020-02-14"),
            ("08/27/21", MonthDayYear, "2021-08-27"),
            ("31/12/2004", DayMonthYear, "2004-12-31"),
            ("31.12.04", DayMonthYear, "2004-12-31"),
            ("31-12-2004", DayMonthYear, "2004-12-31"),
            ("2022-09-23", MonthDayYear, "2022-09-23"),
            ("97/12/31", YearMonthDay, "1997-12-31"),
            ("20040131", YearMonthDay, "2004-01-31"),
            ("31 Jan 2004", MonthDayYear, "2004-01-31"),
            ("03/25/099Share Withdrawal", MonthDayYear, "1999-03-25"),
            ("12/31/2004 12:00", MonthDayYear, "2004-12-31"),
        ] {
            assert_eq!(parse(text, order).map(|day| day.to_string()), Ok(expected.to_owned()), "{text}");
        }
        for text in
            ["", "x", "1/2", "1/2/3/4", "13/13/2024", "01/01/0000", "01/01/9999", "2/30/24", "123/1/24"]
        {
            assert!(parse(text, MonthDayYear).is_err(), "{text}");
        }
    }

    #[test]
    fn the_whole_file_decides_which_number_is_the_day() {
        assert_eq!(order(&["1/2/24", "13/2/24"], '.'), DayMonthYear);
        assert_eq!(order(&["1/2/24", "2/13/24"], '.'), MonthDayYear);
        assert_eq!(order(&["9/1/24", "10/1/24", "11/1/24", "1/2/24"], '.'), DayMonthYear);
        assert_eq!(order(&["1/2/24"], '.'), MonthDayYear);
        assert_eq!(order(&["1/2/24"], ','), DayMonthYear);
        assert_eq!(order(&["1.2.24"], '.'), DayMonthYear);
        assert_eq!(order(&["97/12/31"], '.'), YearMonthDay);
    }

    proptest! {
        #[test]
        fn any_text_is_a_day_or_a_problem(text in ".{0,30}") {
            for order in [YearMonthDay, DayMonthYear, MonthDayYear] {
                let _ = parse(&text, order);
            }
        }

        #[test]
        fn every_day_is_read_back(days in 0i64..36_000) {
            let day = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            let quicken = format!("{}/{:2}'{:02}", day.month(), day.day(), day.year());
            prop_assert_eq!(parse(&quicken, MonthDayYear), Ok(day));
            prop_assert_eq!(parse(&day.strftime("%d.%m.%Y").to_string(), DayMonthYear), Ok(day));
        }
    }
}
