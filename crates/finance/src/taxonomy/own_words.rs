//! Categories in a statement's own words, where ours have none for them.

use domain::{Category, CategoryKind};

/// Longest level of a category that is kept in a statement's own words, in characters: two of
/// them and the colon stay within a category's 60.
const LEVEL_MAX: usize = 29;
/// The same for a category of one level.
const SINGLE_MAX: usize = 60;

/// A category in the statement's own words: the last two levels, cleaned.
pub(super) fn own_words(levels: &[&str], expected: Option<CategoryKind>, money_in: bool) -> Option<Category> {
    let leaf = *levels.last()?;
    let is_income = expected.map_or(money_in && levels.len() == 1, |kind| kind == CategoryKind::Income);
    if is_income {
        return Some(below("Income", leaf));
    }
    let parent = levels.len().checked_sub(2).map(|at| cleaned(levels[at], LEVEL_MAX));
    let path = match parent.filter(|parent| !reserved(parent)) {
        Some(parent) => format!("{parent}:{}", cleaned(leaf, LEVEL_MAX)),
        None => cleaned(leaf, SINGLE_MAX),
    };
    Category::new(&path)
        .ok()
        .filter(|category| expected.is_none() || category.kind() == CategoryKind::Spending)
}

/// First levels that would put spending on another side of the books.
fn reserved(level: &str) -> bool {
    level == "Income" || level == "Transfer"
}

pub(super) fn below(group: &str, leaf: &str) -> Category {
    Category::new(&format!("{group}:{}", cleaned(leaf, LEVEL_MAX))).unwrap_or(Category::UNCATEGORISED)
}

/// A level for display: one line, no colon, spaces for underscores, a capital first, cut at a
/// word.
fn cleaned(level: &str, max: usize) -> String {
    let plain: String =
        level.chars().map(|c| if c.is_control() || matches!(c, '_' | ':') { ' ' } else { c }).collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_shouted = words.chars().count() > 4 && !words.chars().any(char::is_lowercase);
    let words = if is_shouted { words.to_lowercase() } else { words };
    let mut chars = words.chars();
    let capital: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    let whole: String = capital.chars().chain(chars).collect();
    if whole.chars().count() <= max {
        return whole;
    }
    let cut: String = whole.chars().take(max).collect();
    cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words).trim_end().to_owned()
}
