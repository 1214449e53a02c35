//! What an `L` or `S` field names: a category, a class behind it, an account of one's own.

use std::collections::HashSet;

use super::super::text::plain_text;

/// What a field names; both are empty in `--Split--`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) category: Option<String>,
    pub(super) transfer_account: Option<String>,
}

/// The names of the file's own lists.
#[derive(Debug, Default)]
pub(super) struct Lists<'t> {
    pub(super) categories: HashSet<&'t str>,
    pub(super) classes: HashSet<&'t str>,
}

impl Lists<'_> {
    /// Reads `Category`, `Category/Class`, `[Account]`, `Category|[Account]`.
    pub(super) fn named(&self, text: &str) -> Named {
        let mut named = Named::default();
        for part in text.split('|').map(str::trim) {
            if let Some(account) = part.strip_prefix('[') {
                let name = plain_text(account.rsplit_once(']').map_or(account, |(name, _)| name));
                if !name.is_empty() && named.transfer_account.is_none() {
                    named.transfer_account = Some(name);
                }
            } else if !part.is_empty() && !is_split_mark(part) && named.category.is_none() {
                named.category = Some(plain_text(self.without_class(part)));
            }
        }
        named
    }

    /// A slash is part of a category's name unless the file's lists tell otherwise.
    fn without_class<'c>(&self, text: &'c str) -> &'c str {
        let Some((category, class)) = text.rsplit_once('/') else { return text };
        let is_class = !self.categories.contains(text)
            && (self.classes.contains(class) || self.categories.contains(category));
        if is_class && !category.trim().is_empty() { category.trim_end() } else { text }
    }
}

fn is_split_mark(text: &str) -> bool {
    text.len() > 2 && text.starts_with("--") && text.ends_with("--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_name_categories_and_accounts() {
        let lists = Lists { categories: HashSet::from(["Food"]), classes: HashSet::from(["Trip"]) };
        let named = |text| {
            let named = lists.named(text);
            (named.category.unwrap_or_default(), named.transfer_account.unwrap_or_default())
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(named("Food:Groceries"), pair("Food:Groceries", ""));
        assert_eq!(named("Hotel/Trip"), pair("Hotel", ""));
        assert_eq!(named("Food/Anything"), pair("Food", ""));
        assert_eq!(named("Bar/Pub"), pair("Bar/Pub", ""));
        assert_eq!(named("[Savings]/Trip"), pair("", "Savings"));
        assert_eq!(named("Interest|[Savings]"), pair("Interest", "Savings"));
        assert_eq!(named("--Split--"), pair("", ""));
        assert_eq!(named("[]"), pair("", ""));
    }
}
