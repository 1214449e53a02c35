//! Markdown as HTML that cannot do anything: no script, no request by itself.
//!
//! Raw HTML becomes text, images become their alternative text (an image is a request, and a
//! request can carry a person's figures away), and only links to `https` or to the app itself
//! stay links. What is more than a few tags without attributes goes through ammonia, which lets through nothing but
//! the tags below, whatever came before it.

mod nesting;
mod plain;
mod unverified;

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    ops::Range,
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

use nesting::Nesting;
use plain::is_plain;
use unverified::Marked;

/// `CommonMark`, and what models write beside it.
const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "span",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("code", HashSet::from(["class"])),
            ("mark", HashSet::from(["title"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .allowed_classes(HashMap::from([("span", HashSet::from(["visually-hidden"]))]))
        .attribute_filter(|tag, attribute, value| {
            let is_kept = (tag, attribute) != ("code", "class") || value.starts_with("language-");
            is_kept.then_some(Cow::Borrowed(value))
        })
        .url_schemes(HashSet::from(["https"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"));
    builder
});

/// Appends a markdown text as HTML; `unverified` are the ranges of its figures without a source.
pub(super) fn push(out: &mut String, source: &str, unverified: &[Range<usize>]) {
    let parser = Parser::new_ext(source, OPTIONS);
    let mut dirty = String::with_capacity(source.len() * 3 / 2);
    let harmless = Harmless { events: Nesting::new(parser.into_offset_iter()), open_links: Vec::new() };
    if unverified.is_empty() {
        html::push_html(&mut dirty, harmless.map(|(event, _)| event));
    } else {
        html::push_html(&mut dirty, Marked::new(harmless, unverified));
    }
    if is_plain(&dirty) {
        *out += &dirty;
    } else {
        *out += &SANITISER.clean(&dirty).to_string();
    }
}

/// Turns what could act into text.
struct Harmless<'a, I: Iterator<Item = (Event<'a>, Range<usize>)>> {
    events: I,
    /// Whether each link that is open was kept; its end is treated alike.
    open_links: Vec<bool>,
}

impl<'a, I: Iterator<Item = (Event<'a>, Range<usize>)>> Iterator for Harmless<'a, I> {
    type Item = (Event<'a>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let nothing = || Event::Text(CowStr::Borrowed(""));
        let (event, place) = self.events.next()?;
        let event = match event {
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            // The alternative text follows as events of its own.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => nothing(),
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                let is_kept = link_type != LinkType::Email && is_harmless_link(&dest_url);
                self.open_links.push(is_kept);
                if is_kept {
                    Event::Start(Tag::Link { link_type, dest_url, title, id: CowStr::Borrowed("") })
                } else {
                    nothing()
                }
            }
            Event::End(TagEnd::Link) if !self.open_links.pop().unwrap_or(false) => nothing(),
            // The page's own headings are h1 and h2.
            Event::Start(Tag::Heading { level, .. }) => {
                Event::Start(Tag::Heading { level: lowered(level), id: None, classes: vec![], attrs: vec![] })
            }
            Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lowered(level))),
            other => other,
        };
        Some((event, place))
    }
}

/// An `https` address, or a path of this app. `//host` and `/\host` lead elsewhere.
fn is_harmless_link(address: &str) -> bool {
    let is_https = address.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    let is_own_path = address.starts_with('/') && !address[1..].starts_with(['/', '\\']);
    (is_https || is_own_path) && !address.chars().any(|c| c.is_control() || c == '\\')
}

fn lowered(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod tests;
