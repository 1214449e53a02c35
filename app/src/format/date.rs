//! Days and moments. Month and weekday names are English, as the pages are; where a locale's own
//! people would not write them so, dates are figures.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{Locale, locale::DateStyle};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A day: `Mar 5, 2024`, `05.03.2024`.
pub(crate) fn day(date: Date, locale: Locale) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    let name = MONTHS[usize::from(month.unsigned_abs()) - 1];
    match locale.date {
        DateStyle::MonthNameFirst => format!("{name} {day}, {year}"),
        DateStyle::MonthNameSecond => format!("{day} {name} {year}"),
        DateStyle::DayDots => format!("{day:02}.{month:02}.{year}"),
        DateStyle::DaySlashes => format!("{day:02}/{month:02}/{year}"),
        DateStyle::DayDashes => format!("{day:02}-{month:02}-{year}"),
        DateStyle::Iso => format!("{year}-{month:02}-{day:02}"),
        DateStyle::YearSlashes => format!("{year}/{month:02}/{day:02}"),
    }
}

/// A month: `Mar 2024`, `2024-03`.
pub(crate) fn month(date: Date, locale: Locale) -> String {
    let (year, month) = (date.year(), date.month());
    match locale.date {
        DateStyle::MonthNameFirst | DateStyle::MonthNameSecond => {
            format!("{} {year}", MONTHS[usize::from(month.unsigned_abs()) - 1])
        }
        DateStyle::DayDots => format!("{month:02}.{year}"),
        DateStyle::DaySlashes => format!("{month:02}/{year}"),
        DateStyle::DayDashes => format!("{month:02}-{year}"),
        DateStyle::Iso => format!("{year}-{month:02}"),
        DateStyle::YearSlashes => format!("{year}/{month:02}"),
    }
}

/// A label of a chart: what is a day or a month in ISO 8601 as the locale writes it, else as it is.
pub(crate) fn label(text: &str, locale: Locale) -> Cow<'_, str> {
    let is_iso = |shape: &[u8]| {
        let fits = |(byte, of): (u8, &u8)| if *of == b'0' { byte.is_ascii_digit() } else { byte == *of };
        text.len() == shape.len() && text.bytes().zip(shape).all(fits)
    };
    if is_iso(b"0000-00-00")
        && let Ok(date) = text.parse()
    {
        return Cow::Owned(day(date, locale));
    }
    if is_iso(b"0000-00")
        && let Ok(date) = format!("{text}-01").parse()
    {
        return Cow::Owned(month(date, locale));
    }
    Cow::Borrowed(text)
}

/// A day as a heading of the history: `Today`, `Yesterday`, a weekday of the past week, else the day.
pub(crate) fn day_heading(date: Date, today: Date, locale: Locale) -> String {
    match date.until(today).map_or(i32::MAX, |span| span.get_days()) {
        0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        2..=6 => WEEKDAYS[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())].to_owned(),
        _ => day(date, locale),
    }
}

/// A moment in UTC, to the minute: `Mar 5, 2024, 14:07 UTC`.
pub(crate) fn moment(at: Timestamp, locale: Locale) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    format!("{}, {:02}:{:02} UTC", day(at.date(), locale), at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_written_as_each_locale_writes_them() {
        let written = |tag: &str| day(date(2024, 3, 5), Locale::of(Some(tag)));
        assert_eq!(written("en-US"), "Mar 5, 2024");
        assert_eq!(written("en-GB"), "5 Mar 2024");
        assert_eq!(written("de-DE"), "05.03.2024");
        assert_eq!(written("fr-FR"), "05/03/2024");
        assert_eq!(written("sv-SE"), "2024-03-05");
        assert_eq!(written("ja-JP"), "2024/03/05");
    }

    #[test]
    fn only_labels_that_are_days_or_months_change() {
        let written = |text: &'static str| label(text, Locale::of(Some("de-DE"))).into_owned();
        assert_eq!(written("2024-03-05"), "05.03.2024");
        assert_eq!(written("2024-03"), "03.2024");
        for text in ["2024-13", "2024-02-30", "2024-W10", "2024", "Groceries", "+024-03", "2024-03-0é"] {
            assert_eq!(written(text), text);
        }
    }

    #[test]
    fn the_history_names_days_near_to_today() {
        let today = date(2026, 11, 21);
        let heading = |day: Date| day_heading(day, today, Locale::default());
        assert_eq!(heading(today), "Today");
        assert_eq!(heading(date(2026, 11, 20)), "Yesterday");
        assert_eq!(heading(date(2026, 11, 18)), "Wednesday");
        assert_eq!(heading(date(2026, 11, 14)), "Nov 14, 2026");
        assert_eq!(heading(date(2026, 11, 22)), "Nov 22, 2026");
    }
}
