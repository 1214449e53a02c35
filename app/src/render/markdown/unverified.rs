//! Marks figures that no tool's result says.

use std::{collections::VecDeque, ops::Range};

use pulldown_cmark::{CowStr, Event};

/// Before and after a figure without a source. No markdown makes these tags: raw HTML is text.
pub(super) const UNVERIFIED: (&str, &str) = (
    "<mark title=\"Not verified: no figure of your data says this\">",
    "<span class=\"visually-hidden\"> (not verified)</span></mark>",
);

/// Puts the mark of a figure without a source around it.
pub(super) struct Marked<'a, 'u, I: Iterator<Item = (Event<'a>, Range<usize>)>> {
    events: I,
    /// Pieces of an event that was cut.
    waiting: VecDeque<Event<'a>>,
    unverified: &'u [Range<usize>],
}

impl<'a, 'u, I: Iterator<Item = (Event<'a>, Range<usize>)>> Marked<'a, 'u, I> {
    pub(super) const fn new(events: I, unverified: &'u [Range<usize>]) -> Self {
        Self { events, waiting: VecDeque::new(), unverified }
    }
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
