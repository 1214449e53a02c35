//! Tables of an answer.

use domain::{Align, Cell, Money, Table, TransactionFilter};

use super::escape::{Escaped, push as push_fmt};
use crate::format::{self, Locale};

/// Appends a table under its title.
pub(super) fn push(out: &mut String, table: &Table, locale: Locale) {
    let title = Escaped(&table.title);
    push_fmt(out, format_args!("<figure class=\"figure\"><figcaption>{title}</figcaption>"));
    // A wide table scrolls by itself; the keyboard reaches it.
    push_fmt(
        out,
        format_args!("<div class=\"table-scroll\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\">"),
    );
    *out += "<table class=\"table\"><thead><tr>";
    for column in &table.columns {
        let align = align(column.align);
        push_fmt(out, format_args!("<th scope=\"col\"{align}>{}</th>", Escaped(&column.name)));
    }
    *out += "</tr></thead><tbody>";
    for (index, row) in table.rows.iter().enumerate() {
        let is_total = table.has_total && index + 1 == table.rows.len();
        *out += if is_total { "<tr class=\"total\">" } else { "<tr>" };
        for (position, cell) in row.iter().enumerate() {
            let align = table.columns.get(position).map_or("", |column| align(column.align));
            // The first cell names the row.
            let (open, close) = if position == 0 { ("th scope=\"row\"", "th") } else { ("td", "td") };
            push_fmt(out, format_args!("<{open}{align}>"));
            push_cell(out, cell, locale);
            push_fmt(out, format_args!("</{close}>"));
        }
        *out += "</tr>";
    }
    *out += "</tbody></table></div></figure>";
}

fn align(align: Align) -> &'static str {
    match align {
        Align::Start => "",
        Align::End => " class=\"figure-cell\"",
    }
}

fn push_cell(out: &mut String, cell: &Cell, locale: Locale) {
    match cell {
        Cell::Text { text } => push_fmt(out, format_args!("{}", Escaped(text))),
        Cell::Count { count } => *out += &format::count(*count, locale),
        Cell::Percent { percent } => *out += &format::percent_in_column(*percent, locale),
        Cell::Date { date } => {
            push_fmt(out, format_args!("<time datetime=\"{date}\">{}</time>", format::day(*date, locale)));
        }
        Cell::Money { money, rows } => push_money(out, *money, rows.as_deref(), locale),
    }
}

/// Appends an amount; with `rows`, as a link to the transactions behind it.
pub(super) fn push_money(out: &mut String, money: Money, rows: Option<&TransactionFilter>, locale: Locale) {
    let text = format::money(money, locale);
    match rows {
        Some(rows) => push_fmt(
            out,
            format_args!(
                "<a class=\"amount\" href=\"{}\" title=\"Show the transactions\">{text}</a>",
                Escaped(&rows.href())
            ),
        ),
        None => push_fmt(out, format_args!("<span class=\"amount\">{text}</span>")),
    }
}

#[cfg(test)]
mod tests {
    use domain::{Category, Currency, TableColumn};

    use super::*;

    #[test]
    fn a_figure_links_to_its_rows_and_texts_are_escaped() {
        let table = Table {
            title: "Top <payees>".into(),
            columns: vec![
                TableColumn { name: "Payee".into(), align: Align::Start },
                TableColumn { name: "Spent".into(), align: Align::End },
            ],
            rows: vec![vec![
                Cell::Text { text: "<img src=x>".into() },
                Cell::Money {
                    money: Money::new("12.5".parse().unwrap(), Currency::EUR).unwrap(),
                    rows: Some(Box::new(TransactionFilter {
                        category: Some(Category::known("Food")),
                        ..TransactionFilter::default()
                    })),
                },
            ]],
            has_total: false,
        };
        let mut html = String::new();
        push(&mut html, &table, Locale::of(Some("de")));
        assert!(html.contains("&lt;img src=x&gt;"), "{html}");
        assert!(html.contains("href=\"/money?category=Food\""), "{html}");
        assert!(html.contains("12,50\u{a0}€"), "{html}");
    }
}
