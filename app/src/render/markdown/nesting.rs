//! Keeps what stands in each other within a depth: the time that a sanitiser takes for a tag grows with how many are
//! open around it, and a text can open ten thousand.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

/// How many quotes, lists and emphases stand in each other at most. What is deeper stays as text.
const DEEPEST: usize = 32;

/// Events without the quotes, lists and emphases that are too deep.
pub(super) struct Nesting<I> {
    events: I,
    /// Whether each of those that are open was kept.
    open: Vec<bool>,
    depth: usize,
}

impl<I> Nesting<I> {
    pub(super) const fn new(events: I) -> Self {
        Self { events, open: Vec::new(), depth: 0 }
    }
}

impl<'a, I: Iterator<Item = (Event<'a>, Range<usize>)>> Iterator for Nesting<I> {
    type Item = (Event<'a>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let (event, place) = self.events.next()?;
        let is_kept = match &event {
            // A list and its items go together.
            Event::Start(Tag::Item) => self.begins(self.open.last().copied().unwrap_or(true)),
            Event::Start(
                Tag::BlockQuote(_) | Tag::List(_) | Tag::Emphasis | Tag::Strong | Tag::Strikethrough,
            ) => self.begins(self.depth < DEEPEST),
            Event::End(
                TagEnd::Item
                | TagEnd::BlockQuote(_)
                | TagEnd::List(_)
                | TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough,
            ) => self.ends(),
            _ => true,
        };
        // A line's end keeps the words on its sides apart.
        Some((if is_kept { event } else { Event::SoftBreak }, place))
    }
}

impl<I> Nesting<I> {
    fn begins(&mut self, is_kept: bool) -> bool {
        self.open.push(is_kept);
        self.depth += usize::from(is_kept);
        is_kept
    }

    fn ends(&mut self) -> bool {
        let is_kept = self.open.pop().unwrap_or(true);
        self.depth -= usize::from(is_kept);
        is_kept
    }
}
