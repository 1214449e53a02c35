//! Which of a date's numbers is the day, and which mark parts whole and fraction.

use super::super::{DateOrder, amount, date};

/// The order under which most dates exist; where two tie, the one under which the rows stand in
/// order, then what the file's other habits suggest. The flag tells a tie.
pub(super) fn date_order(dates: &[&str], habits: Habits) -> (DateOrder, bool) {
    let readable = |order| dates.iter().filter(|text| date::parse(text, order).is_ok()).count();
    let (year, day, month) = (
        readable(DateOrder::YearMonthDay),
        readable(DateOrder::DayMonthYear),
        readable(DateOrder::MonthDayYear),
    );
    let year_first =
        dates.iter().filter(|text| text.bytes().take_while(u8::is_ascii_digit).count() >= 4).count();
    let by_year = year >= day && year >= month && year_first * 2 > dates.len();
    if year > 0 && (by_year || year > day && year > month) {
        return (DateOrder::YearMonthDay, false);
    }
    if day != month {
        return (if day > month { DateOrder::DayMonthYear } else { DateOrder::MonthDayYear }, false);
    }
    let jumps = |order| {
        let days: Vec<_> = dates.iter().filter_map(|text| date::parse(text, order).ok()).collect();
        let rises = days.windows(2).filter(|pair| pair[1] > pair[0]).count();
        let falls = days.windows(2).filter(|pair| pair[1] < pair[0]).count();
        rises.min(falls)
    };
    let (day, month) = (jumps(DateOrder::DayMonthYear), jumps(DateOrder::MonthDayYear));
    if day != month {
        return (if day < month { DateOrder::DayMonthYear } else { DateOrder::MonthDayYear }, true);
    }
    let order = if habits.month_first(dates) { DateOrder::MonthDayYear } else { DateOrder::DayMonthYear };
    (order, true)
}

/// What a file shows of its country.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits {
    pub(super) delimiter: char,
    pub(super) decimal_mark: char,
    pub(super) english_headers: bool,
    pub(super) currency: Option<domain::Currency>,
    /// A program whose exports are known to write the day first.
    pub(super) known_day_first: bool,
}

impl Habits {
    /// Only the United States write the month first: English, commas between fields, points in
    /// numbers, slashes in dates, and no other currency than the dollar.
    fn month_first(self, dates: &[&str]) -> bool {
        self.delimiter == ','
            && self.decimal_mark == '.'
            && self.english_headers
            && !self.known_day_first
            && self.currency.is_none_or(|currency| currency == domain::Currency::USD)
            && dates.iter().any(|text| text.contains('/') || text.contains('-'))
    }
}

/// The mark that the file's amounts prove; a point where they prove nothing.
pub(in super::super) fn decimal_mark<'t>(amounts: impl Iterator<Item = &'t str> + Clone) -> char {
    let (mut points, mut commas) = (0usize, 0usize);
    for text in amounts.clone() {
        match amount::proven_decimal_mark(text) {
            Some('.') => points += 1,
            Some(_) => commas += 1,
            None => {}
        }
    }
    if points != commas {
        return if points > commas { '.' } else { ',' };
    }
    // Nothing but `1.234`: thousands, since money of three decimals is rare.
    match amounts.into_iter().find_map(amount::ambiguous_separator) {
        Some('.') => ',',
        _ => '.',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AMERICAN: Habits = Habits {
        delimiter: ',',
        decimal_mark: '.',
        english_headers: true,
        currency: None,
        known_day_first: false,
    };

    #[test]
    fn days_above_twelve_then_the_rows_order_then_habits_decide() {
        assert_eq!(date_order(&["13/01/2024", "02/03/2024"], AMERICAN).0, DateOrder::DayMonthYear);
        assert_eq!(date_order(&["01/02/2024", "01/13/2024"], AMERICAN).0, DateOrder::MonthDayYear);
        let january_days = ["09/01/2024", "10/01/2024", "11/01/2024", "01/02/2024"];
        assert_eq!(date_order(&january_days, AMERICAN), (DateOrder::DayMonthYear, true));
        assert_eq!(date_order(&["06/12/2021"], AMERICAN).0, DateOrder::MonthDayYear);
        let pounds = Habits { currency: "GBP".parse().ok(), ..AMERICAN };
        assert_eq!(date_order(&["06/12/2021"], pounds).0, DateOrder::DayMonthYear);
        assert_eq!(date_order(&["2024-01-02"], AMERICAN).0, DateOrder::YearMonthDay);
    }

    #[test]
    fn the_decimal_mark_is_what_the_amounts_prove() {
        assert_eq!(decimal_mark(["1.234", "12,5"].into_iter()), ',');
        assert_eq!(decimal_mark(["1,234", "12.5"].into_iter()), '.');
        assert_eq!(decimal_mark(["1.234", "500"].into_iter()), ',');
        assert_eq!(decimal_mark(["5", "500"].into_iter()), '.');
    }
}
