//! Texts and category of rows to book, worked out once for equal rows.

use std::{
    hash::{BuildHasher, Hasher},
    ops::Range,
    sync::Arc,
};

use domain::{AccountKind, Category, CategorySource};
use foldhash::fast::RandomState;
use hashbrown::{HashTable, hash_table::OccupiedEntry};

use crate::{RowFacts, booked_text::booked_texts, categorise};

/// Rows of a household repeat their texts; so many different ones are kept. More would take more
/// memory than they save time.
const ENTRIES_MAX: usize = 1 << 16;

/// Bytes of their texts after which they are forgotten.
const TEXT_BYTES_MAX: usize = 1 << 24;

/// More categories than these are kept more than once.
const CATEGORIES_COMPARED: usize = 64;

/// What a row is booked with. Rows with equal texts share them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked<'c> {
    /// The payee, cleaned for display.
    pub payee: &'c Arc<str>,
    /// The bank's text, where cleaning or merging lost something of it.
    pub description: &'c Arc<str>,
    /// The category.
    pub category: &'c Category,
    /// Who chose it.
    pub category_source: CategorySource,
}

/// Books rows as [`booked_text`](crate::booked_text) and [`categorise`] do, faster where texts
/// repeat. Its memory is bounded.
///
/// What takes time is fetching an entry from memory: the texts that a row is compared with stand close together.
#[derive(Debug, Default)]
pub struct BookingCache {
    known: HashTable<Entry>,
    hashes: RandomState,
    /// The file's texts of the entries, one after the other.
    texts: String,
    categories: Vec<Category>,
}

/// What rows with the same texts are booked with.
#[derive(Debug)]
struct Entry {
    /// Where its texts begin: the file's payee, description and category.
    start: u32,
    /// How many bytes each of them has.
    lengths: [u32; 3],
    payee: Arc<str>,
    description: Arc<str>,
    category: u32,
    category_source: CategorySource,
    /// Only the amount's direction matters.
    is_income: bool,
    account_kind: AccountKind,
}

impl Entry {
    fn range(&self, text: usize) -> Range<usize> {
        let start = self.start as usize + self.lengths[..text].iter().sum::<u32>() as usize;
        start..start + self.lengths[text] as usize
    }

    fn hash(&self, hashes: &RandomState, texts: &str) -> u64 {
        hash(hashes, self.is_income, [0, 1, 2].map(|text| &texts[self.range(text)]))
    }

    fn is_of(&self, facts: &RowFacts<'_>, is_income: bool, texts: &str) -> bool {
        let raw = texts_of(facts);
        let mut known = &texts.as_bytes()[self.start as usize..];
        let mut is_next = |text: &str| {
            let (first, rest) = known.split_at(text.len());
            known = rest;
            text.is_empty() || first == text.as_bytes()
        };
        self.is_income == is_income
            && self.account_kind == facts.account_kind
            && raw.iter().zip(self.lengths).all(|(text, length)| text.len() == length as usize)
            && raw.iter().all(|text| is_next(text))
    }
}

fn texts_of<'f>(facts: &RowFacts<'f>) -> [&'f str; 3] {
    [facts.payee, facts.description, facts.statement_category.unwrap_or_default()]
}

fn hash(hashes: &RandomState, is_income: bool, texts: [&str; 3]) -> u64 {
    let mut hasher = hashes.build_hasher();
    hasher.write_u8(u8::from(is_income));
    texts.iter().filter(|text| !text.is_empty()).for_each(|text| hasher.write(text.as_bytes()));
    hasher.finish()
}

impl BookingCache {
    /// What a row is booked with; `facts` are its texts as the file has them.
    pub fn booked(&mut self, facts: &RowFacts<'_>) -> Booked<'_> {
        let is_income = facts.amount.is_sign_positive() && !facts.amount.is_zero();
        let hash = hash(&self.hashes, is_income, texts_of(facts));
        if self.known.len() >= ENTRIES_MAX || self.texts.len() >= TEXT_BYTES_MAX {
            self.known.clear();
            self.texts.clear();
            self.categories.clear();
        }
        let Self { known, hashes, texts, categories } = self;
        let found =
            known.find_entry(hash, |entry| entry.is_of(facts, is_income, texts)).map(OccupiedEntry::into_mut);
        let entry = found.unwrap_or_else(|absent| {
            let entry = Entry::new(facts, is_income, texts, categories);
            absent.into_table().insert_unique(hash, entry, |entry| entry.hash(hashes, texts)).into_mut()
        });
        Booked {
            payee: &entry.payee,
            description: &entry.description,
            category: &categories[entry.category as usize],
            category_source: entry.category_source,
        }
    }
}

impl Entry {
    fn new(
        facts: &RowFacts<'_>,
        is_income: bool,
        texts: &mut String,
        categories: &mut Vec<Category>,
    ) -> Self {
        let (payee, description) = booked_texts(facts.payee, facts.description);
        let (category, category_source) =
            categorise(&RowFacts { payee: &payee, description: &description, ..*facts });
        let parts = texts_of(facts);
        let start = texts.len() as u32;
        texts.extend(parts);
        // The same few categories come again and again; a look at the first ones finds them.
        let known = categories.iter().take(CATEGORIES_COMPARED).position(|known| *known == category);
        let category = known.unwrap_or_else(|| {
            categories.push(category);
            categories.len() - 1
        });
        Self {
            start,
            lengths: parts.map(|part| part.len() as u32),
            payee: payee.into(),
            description: description.into(),
            category: category as u32,
            category_source,
            is_income,
            account_kind: facts.account_kind,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn equal_texts_in_and_out_are_booked_each_for_itself() {
        let mut cache = BookingCache::default();
        let facts = |amount: i64| RowFacts {
            payee: "ACME INC 0123",
            description: "",
            amount: Decimal::new(amount, 2),
            statement_category: None,
            account_kind: AccountKind::Checking,
        };
        assert_eq!(cache.booked(&facts(100)).category, &Category::OTHER_INCOME);
        assert_eq!(cache.booked(&facts(-100)).category, &Category::UNCATEGORISED);
        assert_eq!(&**cache.booked(&facts(-200)).payee, "Acme Inc");
        assert_eq!(&**cache.booked(&facts(-200)).description, "ACME INC 0123");
        assert_eq!(cache.booked(&facts(0)).category, &Category::UNCATEGORISED);
    }

    proptest! {
        #[test]
        fn rows_are_booked_as_they_are_without_a_cache(
            texts in prop::collection::vec(("[AB ]{0,2}", "[AB ]{0,2}", "[AB ]{0,2}", -1i64..2), 1..30),
        ) {
            let mut cache = BookingCache::default();
            for (payee, description, category, amount) in &texts {
                let facts = RowFacts {
                    payee,
                    description,
                    amount: Decimal::from(*amount),
                    statement_category: Some(category.as_str()).filter(|text| !text.is_empty()),
                    account_kind: AccountKind::Checking,
                };
                let texts = booked_texts(payee, description);
                let decided =
                    categorise(&RowFacts { payee: &texts.0, description: &texts.1, ..facts });
                let booked = cache.booked(&facts);
                prop_assert_eq!((&**booked.payee, &**booked.description), (texts.0.as_str(), texts.1.as_str()));
                prop_assert_eq!((booked.category, booked.category_source), (&decided.0, decided.1));
            }
        }
    }
}
