//! Tags and their values in OFX, SGML and XML alike: leaf tags need no end tag, and no broken
//! markup stops the reading.

use std::borrow::Cow;

/// One tag, with the text up to the next one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// `<NAME>value`; aggregates have an empty value.
    Open { name: &'t str, value: Cow<'t, str>, offset: usize },
    /// `</NAME>`.
    Close { name: &'t str },
}

/// Walks over the tags of a text.
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The next tag from `from` on: its start, its end, its name and whether it closes.
    fn tag(&self, from: usize) -> Option<(usize, usize, &'t str, bool)> {
        let mut from = from;
        loop {
            let start = from + self.text[from..].find('<')?;
            let inner = &self.text[start + 1..];
            let closes = inner.starts_with('/');
            let name_start = start + 1 + usize::from(closes);
            let name_len = self.text[name_start..].bytes().take_while(|byte| is_name(*byte)).count();
            let after = name_start + name_len;
            let rest = &self.text[after..];
            // `<NAME attribute="…">` and `<NAME/>` occur in XML; a lone `<` in a text does not match.
            let end = match rest.as_bytes().first() {
                Some(b'>') => Some(after + 1),
                Some(b' ' | b'\t' | b'\r' | b'\n' | b'/') => {
                    rest.find(['<', '>']).filter(|at| rest.as_bytes()[*at] == b'>').map(|at| after + at + 1)
                }
                _ => None,
            };
            match end {
                Some(end) if name_len > 0 => {
                    return Some((start, end, &self.text[name_start..after], closes));
                }
                _ if inner.starts_with("![CDATA[") => {
                    from = start + inner.find("]]>").map_or(inner.len() + 1, |end| end + 4);
                }
                _ => from = start + 1,
            }
        }
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let (offset, end, name, closes) = self.tag(self.at)?;
        self.at = end;
        if closes {
            return Some(Token::Close { name });
        }
        let next = self.tag(end).map_or(self.text.len(), |(start, ..)| start);
        self.at = next;
        Some(Token::Open { name, value: unescaped(self.text[end..next].trim()), offset })
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if let Some(data) = text.strip_prefix("<![CDATA[") {
        return Cow::Borrowed(data.strip_suffix("]]>").unwrap_or(data).trim());
    }
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        rest = &rest[start..];
        // Entities are short; looking further would cost time on texts full of `&`.
        let end = rest.bytes().take(11).position(|byte| byte == b';');
        if let Some((c, end)) = end.and_then(|end| Some((character(&rest[1..end])?, end))) {
            plain.push(c);
            rest = &rest[end + 1..];
        } else {
            plain.push('&');
            rest = &rest[1..];
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(text: &str) -> Vec<(&str, String)> {
        Tokens::new(text)
            .filter_map(|token| match token {
                Token::Open { name, value, .. } => Some((name, value.into_owned())),
                Token::Close { .. } => None,
            })
            .collect()
    }

    #[test]
    fn leaf_tags_end_where_the_next_tag_starts() {
        assert_eq!(
            opens("<A><NAME>Tom & Jerry's<MEMO>3 < 4 &amp; 5\n<X/></A>"),
            [("A", ""), ("NAME", "Tom & Jerry's"), ("MEMO", "3 < 4 & 5"), ("X", "")]
                .map(|(n, v)| (n, v.to_owned()))
        );
        assert_eq!(opens("<NAME><![CDATA[A <B> C ]]></NAME>"), [("NAME", "A <B> C".to_owned())]);
        assert_eq!(opens("<NAME>&#233;&#x20ac;&bogus;"), [("NAME", "é€&bogus;".to_owned())]);
    }

    #[test]
    fn broken_markup_ends_the_walk_and_nothing_else() {
        for text in ["<", "</", "<A", "<A <B>", "&", "<![CDATA[", "<NAME>&#xffffffff;", "<>x</>"] {
            let _ = Tokens::new(text).count();
        }
    }
}
