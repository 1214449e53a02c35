//! How figures were computed: a line under a result that opens.

use domain::{Computation, ComputedFigure, Money};

use super::{
    escape::{Escaped, push as push_fmt},
    message_tools::push_icon,
};
use crate::format::{self, Locale};

/// Bytes of a command that fit into its box on a phone.
const COMMAND_LONG: usize = 300;
/// The journal that the commands read.
const JOURNAL: &str = "/api/v1/export?format=hledger";

/// Appends the formulas, rows and commands of a result's figures.
pub(super) fn push(out: &mut String, computation: &Computation, locale: Locale) {
    push_fmt(
        out,
        format_args!(
            "<details class=\"computation\"><summary>How this was computed\
             <span class=\"visually-hidden\">: {}</span></summary><ul class=\"computed\">",
            Escaped(&computation.title)
        ),
    );
    for figure in &computation.figures {
        push_figure(out, figure, locale);
    }
    *out += "</ul>";
    if computation.left_out > 0 {
        let count = format::count(computation.left_out, locale);
        let words = if computation.left_out == 1 { "figure is" } else { "figures are" };
        push_fmt(
            out,
            format_args!("<p class=\"computed-note\">{count} more {words} computed in the same way.</p>"),
        );
    }
    if computation.figures.iter().any(|figure| figure.command.is_some()) {
        push_fmt(
            out,
            format_args!(
                "<p class=\"computed-note\">The commands are for hledger and read the \
                 <a href=\"{JOURNAL}\" download>exported journal</a>.</p>"
            ),
        );
    }
    *out += "</details>";
}

fn push_figure(out: &mut String, figure: &ComputedFigure, locale: Locale) {
    let label = Escaped(&figure.label);
    push_fmt(
        out,
        format_args!(
            "<li><p class=\"computed-figure\"><span class=\"computed-label\">{label}</span> \
             <span class=\"amount\">{}</span></p><p class=\"computed-formula\">{}.",
            Escaped(&value(figure, locale)),
            Escaped(&sentence(&figure.formula))
        ),
    );
    if let Some(rows) = &figure.rows {
        push_fmt(
            out,
            format_args!(
                " <a href=\"{}\">Its rows<span class=\"visually-hidden\">: {label}</span></a>",
                Escaped(&rows.href())
            ),
        );
    }
    *out += "</p>";
    if let Some(command) = &figure.command {
        // A long one scrolls.
        let focus = if command.len() > COMMAND_LONG { " tabindex=\"0\"" } else { "" };
        push_fmt(
            out,
            format_args!("<div class=\"command\"><pre{focus}><code>{}</code></pre>", Escaped(command)),
        );
        *out += "<button class=\"tool copy\" type=\"button\" title=\"Copy the command\">";
        push_icon(out, "copy", "Copy the command");
        *out += "</button></div>";
    }
    *out += "</li>";
}

fn value(figure: &ComputedFigure, locale: Locale) -> String {
    let money = figure.currency.and_then(|currency| Money::new(figure.value, currency).ok());
    match (money, figure.currency) {
        (Some(money), _) => format::money(money, locale),
        (None, Some(currency)) => format!("{} {currency}", figure.value),
        (None, None) => format::count(figure.value, locale),
    }
}

/// A formula as a sentence without its full stop.
fn sentence(formula: &str) -> String {
    let mut letters = formula.trim_end_matches('.').chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use domain::{Category, Currency, TransactionFilter};

    use super::*;

    fn figure() -> ComputedFigure {
        ComputedFigure {
            label: "Groceries <b>".into(),
            value: "412.3".parse().unwrap(),
            currency: Some(Currency::EUR),
            rows: Some(Box::new(TransactionFilter {
                category: Some(Category::known("Food")),
                ..TransactionFilter::default()
            })),
            formula: "the sum of the rows".into(),
            command: Some("hledger balance 'cur:^EUR$' -b 2024-03-01".into()),
        }
    }

    fn html(computation: &Computation) -> String {
        let mut html = String::new();
        push(&mut html, computation, Locale::of(Some("de")));
        html
    }

    #[test]
    fn a_figure_tells_its_formula_its_rows_and_its_command() {
        let html = html(&Computation { title: "Food".into(), figures: vec![figure()], left_out: 2 });
        for part in [
            "Groceries &lt;b&gt;",
            "412,30\u{a0}€",
            "The sum of the rows.",
            "href=\"/money?category=Food\"",
            "hledger balance &#39;cur:^EUR$&#39; -b 2024-03-01",
            "2 more figures are computed",
            "exported journal",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn where_hledger_has_no_words_no_journal_is_offered() {
        let figure = ComputedFigure { command: None, rows: None, currency: None, ..figure() };
        let html = html(&Computation { title: "Share".into(), figures: vec![figure], left_out: 0 });
        assert!(html.contains("412,3<") && !html.contains("journal") && !html.contains("<pre"), "{html}");
    }
}
