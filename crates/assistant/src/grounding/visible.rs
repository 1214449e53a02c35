//! What a reader sees of a markdown text, and where each piece of it is written.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The words of a markdown text without its marks.
#[derive(Debug, Default)]
pub(super) struct Visible {
    pub text: String,
    spans: Vec<Span>,
    /// Links and images, outer before inner.
    pub links: Vec<Link>,
}

/// A run of visible text.
#[derive(Debug)]
struct Span {
    /// Where it begins in the visible text.
    start: usize,
    source: Range<usize>,
    /// It is written as it reads, so that single bytes can be found.
    is_verbatim: bool,
    is_code: bool,
}

/// A link or an image.
#[derive(Debug)]
pub(super) struct Link {
    pub source: Range<usize>,
    /// What is between its brackets.
    pub inner: Range<usize>,
}

/// Where a piece of the visible text is written.
pub(super) struct Place {
    pub source: Range<usize>,
    /// A link can be put around it.
    pub is_plain: bool,
}

impl Visible {
    pub fn of(markdown: &str) -> Self {
        let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
        let mut visible = Self::default();
        let mut open: Vec<usize> = Vec::new();
        let mut is_code = false;
        let is_verbatim = |text: &str, source: &Range<usize>| markdown.get(source.clone()) == Some(text);
        for (event, source) in parser.into_offset_iter() {
            match event {
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => visible.open(&mut open, source),
                Event::End(TagEnd::Link | TagEnd::Image) => {
                    open.pop();
                }
                Event::Text(text) => {
                    visible.widen(&open, &source);
                    let is_verbatim = is_verbatim(&text, &source);
                    visible.push(&text, source, is_verbatim, is_code);
                }
                Event::Html(text) | Event::InlineHtml(text) => {
                    visible.widen(&open, &source);
                    let is_verbatim = is_verbatim(&text, &source);
                    visible.push(&text, source, is_verbatim, true);
                }
                Event::Code(text) => {
                    visible.widen(&open, &source);
                    visible.push(&text, source, false, true);
                }
                Event::SoftBreak | Event::HardBreak => {
                    visible.widen(&open, &source);
                    visible.text.push('\n');
                }
                Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
                | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => {
                    visible.widen(&open, &source);
                }
                other => {
                    match other {
                        Event::Start(Tag::CodeBlock(_)) => is_code = true,
                        Event::End(TagEnd::CodeBlock) => is_code = false,
                        _ => {}
                    }
                    visible.text.push('\n');
                }
            }
        }
        visible
    }

    fn open(&mut self, open: &mut Vec<usize>, source: Range<usize>) {
        self.widen(open, &source);
        open.push(self.links.len());
        // Nothing inside yet.
        let inner = source.end..source.start;
        self.links.push(Link { source, inner });
    }

    /// What is read inside an open link is a part of its text.
    fn widen(&mut self, open: &[usize], source: &Range<usize>) {
        if let Some(link) = open.last().and_then(|at| self.links.get_mut(*at)) {
            link.inner = link.inner.start.min(source.start)..link.inner.end.max(source.end);
        }
    }

    fn push(&mut self, text: &str, source: Range<usize>, is_verbatim: bool, is_code: bool) {
        self.spans.push(Span { start: self.text.len(), source, is_verbatim, is_code });
        self.text.push_str(text);
    }

    /// Where a range of the visible text is written.
    pub fn place(&self, range: &Range<usize>) -> Option<Place> {
        let first = self.spans.partition_point(|span| span.start <= range.start).checked_sub(1)?;
        let last = self.spans.partition_point(|span| span.start < range.end).checked_sub(1)?;
        let (from, to) = (&self.spans[first], &self.spans[last]);
        let start =
            if from.is_verbatim { from.source.start + (range.start - from.start) } else { from.source.start };
        let end = if to.is_verbatim { to.source.start + (range.end - to.start) } else { to.source.end };
        let end = end.min(to.source.end);
        let is_linked = self.links.iter().any(|link| link.source.start < end && start < link.source.end);
        let is_plain = first == last && from.is_verbatim && !from.is_code && !is_linked;
        (start < end).then_some(Place { source: start..end, is_plain })
    }
}
