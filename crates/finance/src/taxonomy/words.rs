//! The table of categories and of the words for each, read from `words.txt`.

use std::sync::LazyLock;

use domain::Category;
use foldhash::HashMap;

use super::phrase;

/// What a word of the table leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: &'static str,
    /// Not understood in questions.
    pub(super) statements_only: bool,
}

/// Paths with their words, in the table's order.
pub(super) fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("words.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = "))
}

/// The words of one line, each with its mark taken off.
pub(super) fn words(line: &str) -> impl Iterator<Item = (&str, bool)> {
    line.split(", ").map(|word| word.strip_prefix('~').map_or((word, false), |word| (word, true)))
}

/// The entry for a phrase as [`phrase`] makes it.
pub(super) fn lookup(phrase_text: &str) -> Option<Entry> {
    static TABLE: LazyLock<HashMap<String, Entry>> = LazyLock::new(|| {
        let mut table = HashMap::default();
        for (path, line) in lines() {
            for (word, statements_only) in words(line) {
                table.insert(phrase(word), Entry { path, statements_only });
            }
        }
        for (path, _) in lines() {
            table.insert(phrase(path), Entry { path, statements_only: false });
        }
        // A category's own name needs no entry of its own.
        for (path, _) in lines() {
            let name = path.rsplit_once(':').map_or(path, |(_, name)| name);
            if name != "Other" {
                table.entry(phrase(name)).or_insert(Entry { path, statements_only: false });
            }
        }
        table
    });
    TABLE.get(phrase_text).copied()
}

/// The category that a statement means by a word for a whole group.
pub(super) fn statement_leaf(path: &'static str) -> Category {
    static LEAVES: LazyLock<HashMap<&str, &'static str>> = LazyLock::new(|| {
        let others = lines().filter_map(|(path, _)| {
            let (group, name) = path.split_once(':')?;
            name.starts_with("Other").then_some((group, path))
        });
        others.collect()
    });
    Category::known(LEAVES.get(path).copied().unwrap_or(path))
}
