//! Which of a date's numbers is the day, and which mark parts whole and fraction.

use jiff::civil::Date;

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
    let order = if habits.month_first(dates) && !are_days_of_a_month(dates, habits.is_varied) {
        DateOrder::MonthDayYear
    } else {
        DateOrder::DayMonthYear
    };
    (order, true)
}

/// Whether rows of one month would be rows of one day a month, were the month first: only what is booked once a month,
/// all its months long and for the same reason, has those, and days have gaps.
fn are_days_of_a_month(dates: &[&str], is_varied: bool) -> bool {
    let mut days: Vec<Date> =
        dates.iter().filter_map(|text| date::parse(text, DateOrder::DayMonthYear).ok()).collect();
    days.sort_unstable();
    let is_one_month = days.windows(2).all(|pair| pair[0].first_of_month() == pair[1].first_of_month());
    let sizes: Vec<usize> = days.chunk_by(|a, b| a == b).map(<[Date]>::len).collect();
    let is_even = sizes.windows(2).all(|pair| pair[0] == pair[1]);
    days.dedup();
    let has_gaps = days.windows(2).any(|pair| pair[1].day() != pair[0].day() + 1);
    is_one_month && days.len() >= 3 && (has_gaps || !is_even || is_varied)
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
    /// Nearly every row has another text.
    pub(super) is_varied: bool,
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
        is_varied: false,
    };

    #[test]
    fn days_above_twelve_then_the_rows_order_then_habits_decide() {
        assert_eq!(date_order(&["13/01/2024", "02/03/2024"], AMERICAN).0, DateOrder::DayMonthYear);
        assert_eq!(date_order(&["01/02/2024", "01/13/2024"], AMERICAN).0, DateOrder::MonthDayYear);
        let january_days = ["09/01/2024", "10/01/2024", "11/01/2024", "01/02/2024"];
        assert_eq!(date_order(&january_days, AMERICAN), (DateOrder::DayMonthYear, true));
        assert_eq!(date_order(&["06/12/2021"], AMERICAN).0, DateOrder::MonthDayYear);
        let days_of_march = ["02/03/2024", "03/03/2024", "03/03/2024", "06/03/2024"];
        assert_eq!(date_order(&days_of_march, AMERICAN), (DateOrder::DayMonthYear, true));
        let once_a_month = ["02/03/2024", "03/03/2024", "04/03/2024", "05/03/2024"];
        assert_eq!(date_order(&once_a_month, AMERICAN), (DateOrder::MonthDayYear, true));
        let shops = Habits { is_varied: true, ..AMERICAN };
        assert_eq!(date_order(&once_a_month, shops), (DateOrder::DayMonthYear, true));
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
