//! The categories that the app knows, and the words that people, banks and apps use for them.

mod codes;
mod empty;
mod own_words;
mod statement;
mod words;

use std::sync::LazyLock;

use domain::Category;

use crate::fold::{fold, singular};

pub use statement::statement_category;

/// Every category that rules and banks' words lead to, by path. Groups are not among them.
pub fn categories() -> &'static [Category] {
    static ALL: LazyLock<Vec<Category>> = LazyLock::new(|| {
        let mut all: Vec<Category> = words::lines().map(|(path, _)| words::statement_leaf(path)).collect();
        all.sort();
        all.dedup();
        all
    });
    &ALL
}

/// The category or group that a person means: `groceries`, `eating out`, `food`, `Food:Groceries`.
///
/// Case, plural and words such as "spending" or "my" do not matter. None for words that name no
/// category of the app.
pub fn find_category(words: &str) -> Option<Category> {
    let phrase = phrase(words);
    let find = |phrase: &str| words::lookup(phrase).filter(|entry| !entry.statements_only);
    find(&phrase).or_else(|| find(&without_noise(&phrase))).map(|entry| Category::known(entry.path))
}

/// Folded singular words without the ones that only join others.
fn phrase(words: &str) -> String {
    let folded = fold(words);
    let kept = folded.split(' ').filter(|word| !["and", "or", "the", "of", "und", "et", "de"].contains(word));
    kept.map(singular).collect::<Vec<_>>().join(" ")
}

/// Words that people put around a category's name.
const NOISE: &[&str] = &[
    "my",
    "our",
    "all",
    "for",
    "on",
    "in",
    "at",
    "to",
    "spending",
    "spend",
    "spent",
    "expense",
    "expenditure",
    "cost",
    "bill",
    "payment",
    "purchase",
    "category",
    "stuff",
    "thing",
    "money",
    "total",
    "charge",
    "outgoing",
    "monthly",
    "service",
    "shop",
    "store",
    "kosten",
    "ausgabe",
    "ausgaben",
    "depense",
    "frai",
];

fn without_noise(phrase: &str) -> String {
    phrase.split(' ').filter(|word| !NOISE.contains(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn found(words: &str) -> String {
        find_category(words).map(|category| category.path().to_owned()).unwrap_or_default()
    }

    #[test]
    fn people_find_a_category_by_their_own_words() {
        for (words, path) in [
            ("groceries", "Food:Groceries"),
            ("Grocery", "Food:Groceries"),
            ("eating out", "Food:Restaurants"),
            ("dining out", "Food:Restaurants"),
            ("restaurant", "Food:Restaurants"),
            ("coffee shops", "Food:Coffee"),
            ("my rent", "Housing:Rent"),
            ("rent payments", "Housing:Rent"),
            ("electricity bills", "Utilities:Electricity"),
            ("phone", "Utilities:Phone"),
            ("salary", "Income:Salary"),
            ("tram", "Transport:Public transport"),
            ("bank fees", "Fees:Bank fees"),
            ("Lebensmittel", "Food:Groceries"),
            ("health insurance", "Insurance:Health insurance"),
            ("alcohol", "Food:Alcohol & bars"),
            ("household", "Shopping:Household"),
            ("Food:Groceries", "Food:Groceries"),
        ] {
            assert_eq!(found(words), path, "{words}");
        }
    }

    #[test]
    fn a_group_is_found_as_a_group() {
        for (words, path) in [
            ("food", "Food"),
            ("utilities", "Utilities"),
            ("subscriptions", "Subscriptions"),
            ("transportation", "Transport"),
            ("travel", "Travel"),
            ("income", "Income"),
            ("Entertainment", "Entertainment"),
        ] {
            assert_eq!(found(words), path, "{words}");
        }
    }

    #[test]
    fn other_words_name_no_category() {
        for words in ["", "my", "other", "pay", "cash", "savings", "last month", "blorf", "2024"] {
            assert_eq!(found(words), "", "{words}");
        }
    }

    #[test]
    fn no_phrase_stands_for_two_categories() {
        let mut seen = HashMap::new();
        for (path, line) in words::lines() {
            assert!(Category::new(path).is_ok(), "{path}");
            for (word, _) in words::words(line) {
                let phrase = phrase(word);
                assert!(!phrase.is_empty(), "{path} has an empty word");
                let before = seen.insert(phrase, path);
                assert_eq!(before, None, "{word} of {path} is there twice");
            }
        }
    }

    #[test]
    fn every_category_is_found_by_its_own_path() {
        for category in categories() {
            assert_eq!(found(category.path()), category.path());
        }
    }
}
