//! Text that stands in HTML.

use std::fmt::{self, Write};

/// A text that is safe between tags and inside a quoted attribute.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            f.write_str(&rest[..at])?;
            match rest.as_bytes()[at] {
                b'&' => f.write_str("&amp;")?,
                b'<' => f.write_str("&lt;")?,
                b'>' => f.write_str("&gt;")?,
                b'"' => f.write_str("&quot;")?,
                _ => f.write_str("&#39;")?,
            }
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// A text as the content of a `<textarea>`, for its `inner_html`: Leptos writes the children of this element as they
/// are. The parser drops one line break after the tag, so that a text may begin with one.
pub(crate) fn text_area_html(text: &str) -> String {
    format!("\n{}", Escaped(text))
}

/// The document's title for a page, as HTML: `leptos_meta` writes it as it is.
pub(crate) fn document_title_html(title: &str) -> String {
    if title.is_empty() { "Lakeledger".to_owned() } else { format!("{} · Lakeledger", Escaped(title)) }
}

/// Appends formatted text; writing to a `String` cannot fail.
pub(super) fn push(out: &mut String, text: fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::{Escaped, document_title_html, text_area_html};

    #[test]
    fn a_title_cannot_close_its_element() {
        assert_eq!(document_title_html("</title><b>"), "&lt;/title&gt;&lt;b&gt; · Lakeledger");
        assert_eq!(document_title_html(""), "Lakeledger");
    }

    #[test]
    fn a_text_cannot_close_its_text_area() {
        assert_eq!(text_area_html("</textarea><b>"), "\n&lt;/textarea&gt;&lt;b&gt;");
    }

    #[test]
    fn no_character_of_markup_survives() {
        assert_eq!(
            Escaped("<a href=\"x\" title='y'>&é").to_string(),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;é"
        );
    }
}
