//! Drawings of pages that answers do not have: a forecast with its bands, money in beside money out.
//!
//! As in charts of answers, positions are numbers in attributes, never styles.

use std::fmt::Write as _;

use domain::Money;
use finance::insight::forecast::ForecastDay;
use rust_decimal::{
    Decimal,
    prelude::{FromPrimitive, ToPrimitive},
};

use super::escape::{Escaped, push as push_fmt};
use crate::format::{self, Locale};

/// Height of the plot in CSS pixels, and the room above and below.
const HEIGHT: f64 = 200.0;
const PADDING: f64 = 10.0;

/// The expected balance as a line in its bands of 50 % and 80 %, from today's balance on. Its figures
/// stand in a table beside it.
pub(crate) fn forecast_html(start: Money, days: &[ForecastDay], locale: Locale) -> String {
    let number = |money: Money| money.amount().to_f64().unwrap_or_default();
    let today = number(start);
    let all = || days.iter().flat_map(|day| [day.low_80, day.high_80]).chain([start]).map(number);
    let lowest = all().fold(today, f64::min);
    let highest = all().fold(today, f64::max);
    // From zero, unless that would press the line against the upper edge.
    let (low, high) =
        if lowest > highest / 2.0 { (lowest, highest) } else { (lowest.min(0.0), highest.max(0.0)) };
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
    let band = |low: fn(&ForecastDay) -> Money, high: fn(&ForecastDay) -> Money| {
        let there = days.iter().enumerate().map(|(at, day)| (at + 1, number(high(day))));
        let back = days.iter().enumerate().rev().map(|(at, day)| (at + 1, number(low(day))));
        path(&mut std::iter::once((0, today)).chain(there).chain(back)) + "Z"
    };
    let line = path(
        &mut std::iter::once((0, today))
            .chain(days.iter().enumerate().map(|(at, day)| (at + 1, number(day.expected)))),
    );
    let label = |value: f64| {
        let whole = Decimal::from_f64(value.round()).unwrap_or_default();
        let text = Money::new(whole, start.currency()).map(|money| format::money(money, locale));
        Escaped(&text.unwrap_or_default()).to_string()
    };
    let mut out = String::new();
    push_fmt(
        &mut out,
        format_args!(
            "<figure class=\"figure chart\"><svg class=\"plot\" height=\"{HEIGHT}\" aria-hidden=\"true\" focusable=\"false\">\
             {zero}<text class=\"plot-label\" x=\"0\" y=\"12\">{top}</text>\
             <text class=\"plot-label\" x=\"0\" y=\"{HEIGHT}\" dy=\"-2\">{bottom}</text>\
             <svg viewBox=\"0 0 100 {HEIGHT}\" preserveAspectRatio=\"none\" width=\"100%\" height=\"{HEIGHT}\">\
             <path class=\"plot-band\" d=\"{wide}\"/><path class=\"plot-band\" d=\"{narrow}\"/>\
             <path class=\"plot-line\" d=\"{line}\" vector-effect=\"non-scaling-stroke\"/></svg></svg>",
            zero = zero_line(low, high, y(0.0)),
            top = label(high),
            bottom = label(low),
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

/// The line of zero, where it is in sight.
fn zero_line(low: f64, high: f64, y: f64) -> String {
    if low > 0.0 || high < 0.0 {
        return String::new();
    }
    format!("<line class=\"plot-zero\" x1=\"0\" x2=\"100%\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>")
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
