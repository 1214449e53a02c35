//! Drawings of pages that answers do not have: a forecast with its bands, money in beside money out.
//!
//! As in charts of answers, positions are numbers in attributes, never styles.

use std::fmt::Write as _;

use domain::Money;
use finance::insight::forecast::ForecastDay;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::escape::{Escaped, push as push_fmt};
use crate::format::{self, Locale};

/// Height of the plot in CSS pixels, and the room above and below.
const HEIGHT: f64 = 200.0;
const PADDING: f64 = 10.0;

/// The expected balance as a line in its bands of 50 % and 80 %, from today's balance on. Its figures
/// stand in a table beside it.
pub(crate) fn forecast_html(start: Money, days: &[ForecastDay], locale: Locale) -> String {
    let number = |money: Money| money.amount().to_f64().unwrap_or_default();
    let all = || days.iter().flat_map(|day| [day.low_80, day.high_80]).chain([start]).map(number);
    let low = all().fold(0.0, f64::min);
    let high = all().fold(0.0, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let y = |value: f64| PADDING + (high - value) / span * (HEIGHT - 2.0 * PADDING);
    let x = |index: usize| index as f64 / days.len().max(1) as f64 * 100.0;
    let path = |values: &mut dyn Iterator<Item = (usize, f64)>| {
        let mut path = String::new();
        for (index, value) in values {
            let mark = if path.is_empty() { 'M' } else { 'L' };
            // Writing to a string does not fail.
            let _ = write!(path, "{mark}{:.2} {:.1}", x(index), y(value));
        }
        path
    };
    let today = number(start);
    let band = |low: fn(&ForecastDay) -> Money, high: fn(&ForecastDay) -> Money| {
        let there = days.iter().enumerate().map(|(at, day)| (at + 1, number(high(day))));
        let back = days.iter().enumerate().rev().map(|(at, day)| (at + 1, number(low(day))));
        path(&mut std::iter::once((0, today)).chain(there).chain(back)) + "Z"
    };
    let line = path(
        &mut std::iter::once((0, today))
            .chain(days.iter().enumerate().map(|(at, day)| (at + 1, number(day.expected)))),
    );
    let mut out = String::new();
    push_fmt(
        &mut out,
        format_args!(
            "<figure class=\"figure chart\"><svg class=\"plot\" height=\"{HEIGHT}\" aria-hidden=\"true\" focusable=\"false\">\
             <line class=\"plot-zero\" x1=\"0\" x2=\"100%\" y1=\"{zero:.1}\" y2=\"{zero:.1}\"/>\
             <svg viewBox=\"0 0 100 {HEIGHT}\" preserveAspectRatio=\"none\" width=\"100%\" height=\"{HEIGHT}\">\
             <path class=\"plot-band\" d=\"{wide}\"/><path class=\"plot-band\" d=\"{narrow}\"/>\
             <path class=\"plot-line\" d=\"{line}\" vector-effect=\"non-scaling-stroke\"/></svg></svg>",
            zero = y(0.0),
            wide = band(|day| day.low_80, |day| day.high_80),
            narrow = band(|day| day.low_50, |day| day.high_50),
        ),
    );
    out += "<p class=\"plot-axis\" aria-hidden=\"true\"><span>Today</span>";
    for day in [days.get(days.len() / 2), days.last()].into_iter().flatten() {
        push_fmt(&mut out, format_args!("<span>{}</span>", Escaped(&format::day(day.date, locale))));
    }
    out += "</p><p class=\"plot-key\" aria-hidden=\"true\"><span data-key=\"line\">Expected</span>\
            <span data-key=\"band\">Half of all days, four of five days</span></p></figure>";
    out
}

/// Money in above money out, both measured by `most`.
pub(crate) fn flow_bar_html(income: Decimal, spending: Decimal, most: Decimal) -> String {
    let width = |value: Decimal| {
        let share = value.max(Decimal::ZERO).checked_div(most).unwrap_or_default();
        share.to_f64().unwrap_or_default() * 100.0
    };
    format!(
        "<svg class=\"flow-bar\" focusable=\"false\">\
         <rect class=\"bar-fill\" width=\"{:.2}%\" height=\"44%\" rx=\"2\"/>\
         <rect class=\"bar-fill\" data-negative width=\"{:.2}%\" y=\"56%\" height=\"44%\" rx=\"2\"/></svg>",
        width(income),
        width(spending)
    )
}

#[cfg(test)]
mod tests {
    use domain::Currency;

    use super::*;

    fn euros(amount: i64) -> Money {
        Money::new(Decimal::from(amount), Currency::EUR).unwrap()
    }

    #[test]
    fn a_forecast_is_drawn_from_today_on_and_needs_no_style() {
        let day = |at: i8, expected: i64| ForecastDay {
            date: jiff::civil::date(2024, 3, at),
            expected: euros(expected),
            low_50: euros(expected - 10),
            high_50: euros(expected + 10),
            low_80: euros(expected - 20),
            high_80: euros(expected + 20),
            low_95: euros(expected - 40),
            high_95: euros(expected + 40),
        };
        let html = forecast_html(euros(100), &[day(1, 90), day(2, -30)], Locale::default());
        assert!(html.contains("M0.00 ") && html.contains("L100.00 "), "{html}");
        assert!(!html.contains("style=") && !html.contains("NaN"), "{html}");
        assert!(!forecast_html(euros(0), &[], Locale::default()).contains("NaN"));
    }

    #[test]
    fn flows_are_measured_by_the_greatest() {
        let html = flow_bar_html(Decimal::from(50), Decimal::from(100), Decimal::from(100));
        assert!(html.contains("width=\"50.00%\"") && html.contains("width=\"100.00%\""), "{html}");
        assert!(flow_bar_html(Decimal::ZERO, Decimal::ZERO, Decimal::ZERO).contains("width=\"0.00%\""));
    }
}
