//! A text's fields: `:61:…` with the lines that continue it, and where messages end.

/// Tags that begin a field; a colon at the start of another line is text.
const TAGS: [&str; 25] = [
    "13", "13D", "20", "21", "25", "25P", "28", "28C", "34F", "60", "60F", "60M", "61", "62", "62F", "62M",
    "64", "65", "86", "90C", "90D", "NS", "940", "942", "12",
];

/// A field with its lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field<'t> {
    pub(super) tag: &'t str,
    /// Where it begins, from 1.
    pub(super) line: u32,
    /// The text behind the tag, then the lines that continue it.
    pub(super) lines: Vec<&'t str>,
}

impl<'t> Field<'t> {
    /// The text on the tag's line.
    pub(super) fn text(&self) -> &'t str {
        self.lines.first().copied().unwrap_or_default()
    }
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    Field(Field<'t>),
    /// The end of a message: `-`, `-}`.
    End,
}

/// The pieces of a text, in order.
pub(super) fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let terminator = if text.contains('\n') { '\n' } else { '\r' };
    let mut lines = Lines { rest: Some(text), terminator, line: 0, waiting: None };
    let mut next = lines.next();
    std::iter::from_fn(move || {
        loop {
            let (number, found) = next?;
            next = lines.next();
            match found {
                Line::End => return Some(Part::End),
                Line::Text(_) => {}
                Line::Tag(tag, first) => {
                    let mut field = Field { tag, line: number, lines: vec![first] };
                    while let Some((_, Line::Text(more))) = next {
                        field.lines.push(more);
                        next = lines.next();
                    }
                    return Some(Part::Field(field));
                }
            }
        }
    })
}

#[derive(Clone, Copy)]
enum Line<'t> {
    Tag(&'t str, &'t str),
    Text(&'t str),
    End,
}

struct Lines<'t> {
    rest: Option<&'t str>,
    terminator: char,
    line: u32,
    /// What stands behind an envelope on the same line.
    waiting: Option<&'t str>,
}

impl<'t> Iterator for Lines<'t> {
    type Item = (u32, Line<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let text = if let Some(text) = self.waiting.take() {
            text
        } else {
            let rest = self.rest?;
            let (text, rest) = match rest.split_once(self.terminator) {
                Some((text, rest)) => (text, Some(rest)),
                None => (rest, None),
            };
            self.rest = rest;
            self.line = self.line.saturating_add(1);
            text
        };
        // Bytes that begin and end a transmission.
        let text = text.trim_matches(|c: char| c.is_control() || c == '\u{feff}');
        if text == "-" || text == "-XXX" {
            return Some((self.line, Line::End));
        }
        let is_end = text.starts_with("-}");
        if is_end || text.starts_with('{') {
            self.waiting = text.split_once("{4:").map(|(_, behind)| behind).filter(|text| !text.is_empty());
            return Some((self.line, if is_end { Line::End } else { Line::Text("") }));
        }
        Some((self.line, tag(text).map_or(Line::Text(text), |(tag, behind)| Line::Tag(tag, behind))))
    }
}

fn tag(line: &str) -> Option<(&str, &str)> {
    let (tag, behind) = line.strip_prefix(':')?.split_once(':')?;
    TAGS.contains(&tag).then_some((tag, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_in_envelopes_and_bare_text() {
        let text = "{1:F01X}{2:I940Y}{4:\r\n:20:A\r\n:61:1\r\nmore\r\n:15 o'clock\r\n-}{5:}\r\n{1:}{4::20:B\r\n-\r\n";
        let found: Vec<Part<'_>> = parts(text).collect();
        let field =
            |tag, line, lines: &[&'static str]| Part::Field(Field { tag, line, lines: lines.to_vec() });
        assert_eq!(
            found,
            [
                field("20", 2, &["A"]),
                field("61", 3, &["1", "more", ":15 o'clock"]),
                Part::End,
                field("20", 7, &["B"]),
                Part::End
            ]
        );
    }
}
