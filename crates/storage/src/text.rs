//! What text a store can hold.

/// `text` with `U+FFFD` in place of `U+0000`, which PostgreSQL's text cannot hold.
pub fn storable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{FFFD}") } else { text }
}
