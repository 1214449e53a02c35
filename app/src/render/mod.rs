//! Messages as HTML. Everything here is sanitised: it goes into pages and event streams as it is.

mod cache;
mod chart;
mod computation;
mod confirmation;
mod escape;
mod markdown;
mod message;
mod message_tools;
mod outlook;
mod table;
mod tool_call;

use domain::{Chart, Confirmation, Notice, NoticeLevel, Part};

use cache::MessageCache;
pub(crate) use confirmation::{outcome_words, word as tool_write_word};
pub(crate) use escape::{document_title_html, text_area_html};
pub(crate) use message::{ToolWrites, exchange_html, messages_html};
pub(crate) use message_tools::SPRITE as MESSAGE_SPRITE;
pub(crate) use outlook::{flow_bar_html, forecast_html};
pub(crate) use tool_call::TEMPLATE as TOOL_CALL_TEMPLATE;

use crate::format::Locale;
use escape::{Escaped, push as push_fmt};

/// A finished part of an answer as sanitised HTML; `locale` is a person's BCP 47 tag.
pub fn part_html(part: &Part, locale: Option<&str>) -> String {
    let mut out = String::new();
    push_part(&mut out, part, Locale::of(locale));
    out
}

/// A change that the person is asked about.
pub(crate) fn confirmation_html(asked: &Confirmation) -> String {
    let mut out = String::new();
    confirmation::push(&mut out, asked, None);
    out
}

/// A chart with its figures.
pub(crate) fn chart_html(chart: &Chart, locale: Locale) -> String {
    let mut out = String::new();
    chart::push(&mut out, chart, locale);
    out
}

pub(crate) fn push_part(out: &mut String, part: &Part, locale: Locale) {
    match part {
        Part::Text { markdown, unverified } => markdown::push(out, markdown, unverified),
        Part::Table(table) => table::push(out, table, locale),
        Part::Chart(chart) => chart::push(out, chart, locale),
        Part::ToolCall(call) => tool_call::push(out, call),
        Part::Notice(notice) => push_notice(out, notice),
        Part::Confirmation(confirmation) => confirmation::push(out, confirmation, None),
        Part::Computation(computation) => computation::push(out, computation, locale),
    }
}

fn push_notice(out: &mut String, notice: &Notice) {
    let (level, word) = match notice.level {
        NoticeLevel::Info => ("info", "Note"),
        NoticeLevel::Warning => ("warning", "Warning"),
        NoticeLevel::Error => ("error", "Error"),
    };
    push_fmt(
        out,
        format_args!(
            "<p class=\"notice\" data-level=\"{level}\"><strong class=\"notice-word\">{word}</strong> {}</p>",
            Escaped(&notice.text)
        ),
    );
}
