//! HTML that needs no sanitiser: nothing but the tags below, without an attribute, each closed in its turn.

const TAGS: [&str; 20] = [
    "blockquote",
    "code",
    "del",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];
const EMPTY_TAGS: [&str; 2] = ["br /", "hr /"];

/// Whether a text is such HTML.
pub(super) fn is_plain(html: &str) -> bool {
    let (mut open, mut rest) = (Vec::new(), html);
    while let Some((_, from_tag)) = rest.split_once('<') {
        let Some((tag, after)) = from_tag.split_once('>') else { return false };
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if TAGS.contains(&tag) {
            open.push(tag);
        } else if !EMPTY_TAGS.contains(&tag) {
            return false;
        }
    }
    open.is_empty()
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn tags_without_attributes_are_plain_where_they_are_closed_in_turn() {
        for html in ["", "a &lt; b > c", "<p>a <strong>b</strong><br />\n</p><hr />", "<ul>\n<li>x</li></ul>"]
        {
            assert!(is_plain(html), "{html}");
        }
        for html in [
            "<",
            "<p",
            "</p>",
            "<p>",
            "<p></em>",
            "<p></p></p>",
            "<p><em></p></em>",
            "<P></P>",
            "<p ></p >",
            "<p onclick=x></p>",
            "<a href=\"/\">x</a>",
            "<script></script>",
            "<img />",
            "<br>",
            "<!-- x -->",
            "<p<script></p<script>",
            "< p></ p>",
            "<p/></p/>",
            "<svg></svg>",
            "<style></style>",
        ] {
            assert!(!is_plain(html), "{html}");
        }
    }
}
