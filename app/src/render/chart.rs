//! Charts of an answer: SVG without a size of its own, beside the figures it is drawn from.
//!
//! Positions are percentages and numbers in attributes, never styles: the content security policy
//! forbids those, and text keeps its size at every width.

use domain::{Chart, ChartKind, ChartPoint, Money};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{
    escape::{Escaped, push as push_fmt},
    table::push_money,
};
use crate::format::{self, Locale};

/// Height of a line chart's plot in CSS pixels, and the room above and below the line.
const PLOT_HEIGHT: f64 = 160.0;
const PLOT_PADDING: f64 = 12.0;
/// More points than these stand closer than their dots are wide.
const DOTS_MAX: usize = 40;

/// Appends a chart with its figures.
pub(super) fn push(out: &mut String, chart: &Chart, locale: Locale) {
    let title = Escaped(&chart.title);
    push_fmt(out, format_args!("<figure class=\"figure chart\"><figcaption>{title}</figcaption>"));
    match chart.kind {
        ChartKind::Bar => push_bars(out, chart, locale),
        ChartKind::Line => push_line(out, chart, locale),
    }
    *out += "</figure>";
}

/// The values' range with zero in it: a bar is measured from there.
struct Scale {
    low: f64,
    span: f64,
}

impl Scale {
    fn of(points: &[ChartPoint]) -> Self {
        let values = || points.iter().filter_map(|point| point.value.to_f64());
        let low = values().fold(0.0, f64::min);
        let high = values().fold(0.0, f64::max);
        let span = high - low;
        Self { low, span: if span > 0.0 { span } else { 1.0 } }
    }

    /// Where a value lies, 0 to 1.
    fn at(&self, value: Decimal) -> f64 {
        (value.to_f64().unwrap_or_default() - self.low) / self.span
    }
}

/// Bars lie along the rows of the table that names them: one structure for eye and ear.
fn push_bars(out: &mut String, chart: &Chart, locale: Locale) {
    let scale = Scale::of(&chart.points);
    let zero = scale.at(Decimal::ZERO) * 100.0;
    push_fmt(
        out,
        format_args!(
            "<table class=\"bars\"><caption class=\"visually-hidden\">{}</caption>",
            Escaped(&chart.title)
        ),
    );
    *out += "<thead class=\"visually-hidden\"><tr><th scope=\"col\">Label</th><td></td><th scope=\"col\">Amount</th></tr></thead><tbody>";
    for point in &chart.points {
        let end = scale.at(point.value) * 100.0;
        let (x, width) = (zero.min(end), (zero - end).abs());
        let sign = if end < zero { " data-negative" } else { "" };
        let label = format::label(&point.label, locale);
        push_fmt(out, format_args!("<tr><th scope=\"row\">{}</th>", Escaped(&label)));
        push_fmt(
            out,
            format_args!(
                "<td class=\"bar-cell\" aria-hidden=\"true\"><svg class=\"bar\" focusable=\"false\">\
                 <rect class=\"bar-track\" width=\"100%\" height=\"100%\" rx=\"3\"/>\
                 <rect class=\"bar-fill\"{sign} x=\"{x:.2}%\" width=\"{width:.2}%\" height=\"100%\" rx=\"3\"/></svg></td>"
            ),
        );
        *out += "<td class=\"figure-cell\">";
        push_amount(out, chart, point, locale);
        *out += "</td></tr>";
    }
    *out += "</tbody></table>";
}

fn push_line(out: &mut String, chart: &Chart, locale: Locale) {
    let scale = Scale::of(&chart.points);
    let last = chart.points.len().saturating_sub(1).max(1) as f64;
    let spot = |index: usize, value: Decimal| {
        let y = PLOT_PADDING + (1.0 - scale.at(value)) * (PLOT_HEIGHT - 2.0 * PLOT_PADDING);
        (1.5 + index as f64 / last * 97.0, y)
    };
    let dense = if chart.points.len() > DOTS_MAX { " data-dense" } else { "" };
    push_fmt(
        out,
        format_args!(
            "<svg class=\"plot\"{dense} height=\"{PLOT_HEIGHT}\" aria-hidden=\"true\" focusable=\"false\">"
        ),
    );
    let (_, zero) = spot(0, Decimal::ZERO);
    push_fmt(
        out,
        format_args!("<line class=\"plot-zero\" x1=\"0\" x2=\"100%\" y1=\"{zero:.1}\" y2=\"{zero:.1}\"/>"),
    );
    // The path is stretched to the width; its stroke is not.
    push_fmt(
        out,
        format_args!(
            "<svg viewBox=\"0 0 100 {PLOT_HEIGHT}\" preserveAspectRatio=\"none\" width=\"100%\" height=\"{PLOT_HEIGHT}\">"
        ),
    );
    let spots: Vec<(f64, f64)> =
        chart.points.iter().enumerate().map(|(index, point)| spot(index, point.value)).collect();
    if let (Some((first_x, _)), Some((last_x, _))) = (spots.first(), spots.last()) {
        let path = spots.iter().map(|(x, y)| format!("{x:.2} {y:.1}")).collect::<Vec<_>>().join("L");
        push_fmt(
            out,
            format_args!(
                "<path class=\"plot-area\" d=\"M{first_x:.2} {zero:.1}L{path}L{last_x:.2} {zero:.1}Z\"/>"
            ),
        );
        push_fmt(
            out,
            format_args!("<path class=\"plot-line\" d=\"M{path}\" vector-effect=\"non-scaling-stroke\"/>"),
        );
    }
    *out += "</svg>";
    for ((x, y), point) in spots.iter().zip(&chart.points) {
        push_dot(out, chart, point, (*x, *y), locale);
    }
    *out += "</svg>";
    push_axis(out, chart, locale);
    *out += "<details class=\"chart-data\"><summary>Show the figures</summary><div class=\"table-scroll\"><table class=\"table\">\
             <thead><tr><th scope=\"col\">When</th><th scope=\"col\" class=\"figure-cell\">Amount</th></tr></thead><tbody>";
    for point in &chart.points {
        push_fmt(
            out,
            format_args!(
                "<tr><th scope=\"row\">{}</th><td class=\"figure-cell\">",
                Escaped(&format::label(&point.label, locale))
            ),
        );
        push_amount(out, chart, point, locale);
        *out += "</td></tr>";
    }
    *out += "</tbody></table></div></details>";
}

/// A point that tells its figure to a mouse, and leads to its rows. The keyboard has the table.
fn push_dot(out: &mut String, chart: &Chart, point: &ChartPoint, (x, y): (f64, f64), locale: Locale) {
    let figure = Money::new(point.value, chart.currency)
        .map_or_else(|_| point.value.to_string(), |money| format::money(money, locale));
    let circle = format!(
        "<circle class=\"plot-dot\" cx=\"{x:.2}%\" cy=\"{y:.1}\" r=\"4\"><title>{}: {}</title></circle>",
        Escaped(&format::label(&point.label, locale)),
        Escaped(&figure)
    );
    match &point.rows {
        Some(rows) => {
            push_fmt(out, format_args!("<a href=\"{}\" tabindex=\"-1\">{circle}</a>", Escaped(&rows.href())));
        }
        None => *out += &circle,
    }
}

/// The first, the middle and the last label: more do not fit a phone.
fn push_axis(out: &mut String, chart: &Chart, locale: Locale) {
    let points = &chart.points;
    let shown: Vec<&ChartPoint> = match points.len() {
        0 => return,
        1 => vec![&points[0]],
        2 => vec![&points[0], &points[1]],
        n => vec![&points[0], &points[n / 2], &points[n - 1]],
    };
    *out += "<p class=\"plot-axis\" aria-hidden=\"true\">";
    for point in shown {
        push_fmt(out, format_args!("<span>{}</span>", Escaped(&format::label(&point.label, locale))));
    }
    *out += "</p>";
}

fn push_amount(out: &mut String, chart: &Chart, point: &ChartPoint, locale: Locale) {
    match Money::new(point.value, chart.currency) {
        Ok(money) => push_money(out, money, point.rows.as_deref(), locale),
        Err(_) => push_fmt(out, format_args!("{}", point.value)),
    }
}

#[cfg(test)]
mod tests {
    use domain::Currency;

    use super::*;

    fn chart(kind: ChartKind, values: &[&str]) -> String {
        let point = |value: &&str| ChartPoint {
            label: format!("<{value}>"),
            value: value.parse().unwrap(),
            rows: Some(Box::default()),
        };
        let chart = Chart {
            title: "A & B".into(),
            kind,
            currency: Currency::EUR,
            points: values.iter().map(point).collect(),
        };
        let mut html = String::new();
        push(&mut html, &chart, Locale::default());
        html
    }

    #[test]
    fn bars_are_measured_from_zero() {
        let html = chart(ChartKind::Bar, &["30", "-10"]);
        assert!(html.contains("x=\"25.00%\" width=\"75.00%\""), "{html}");
        assert!(html.contains("data-negative x=\"0.00%\" width=\"25.00%\""), "{html}");
    }

    #[test]
    fn a_chart_without_points_or_values_is_still_whole() {
        for kind in [ChartKind::Bar, ChartKind::Line] {
            assert!(chart(kind, &[]).ends_with("</figure>"));
            assert!(!chart(kind, &["0", "0"]).contains("NaN"));
        }
    }

    #[test]
    fn a_line_has_its_figures_in_a_table_too() {
        let html = chart(ChartKind::Line, &["1", "2", "3"]);
        assert_eq!(html.matches("<circle").count(), 3);
        assert_eq!(html.matches("<th scope=\"row\">").count(), 3);
        assert!(!html.contains("<1>"), "{html}");
    }

    #[test]
    fn no_chart_needs_a_style() {
        assert!(!chart(ChartKind::Bar, &["1"]).contains("style="));
        assert!(!chart(ChartKind::Line, &["1"]).contains("style="));
    }
}
