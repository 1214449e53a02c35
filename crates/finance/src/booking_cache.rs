//! Texts and category of rows to book, worked out once for equal rows.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hasher, RandomState},
};

use domain::{Category, CategorySource};
use rust_decimal::Decimal;

use crate::{RowFacts, booked_text::booked_texts, categorise};

/// Rows of a household repeat their texts; so many different ones are kept. More would take more
/// memory than they save time.
const ENTRIES_MAX: usize = 1 << 16;

/// What a row is booked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The payee, cleaned for display.
    pub payee: String,
    /// The bank's text, where cleaning or merging lost something of it.
    pub description: String,
    /// The category.
    pub category: Category,
    /// Who chose it.
    pub category_source: CategorySource,
}

/// Books rows as [`booked_text`](crate::booked_text) and [`categorise`] do, faster where texts
/// repeat. Its memory is bounded.
#[derive(Debug, Default)]
pub struct BookingCache {
    known: HashMap<String, Booked, Seed>,
    key: String,
}

/// A hash for texts of some dozen bytes, twice as fast as the standard one. The seed is random, so
/// that no file can be made whose texts all fall into one place.
#[derive(Debug, Clone, Copy)]
struct Seed(u64);

impl Default for Seed {
    fn default() -> Self {
        Self(RandomState::new().hash_one(0u8) | 1)
    }
}

impl BuildHasher for Seed {
    type Hasher = TextHasher;

    fn build_hasher(&self) -> TextHasher {
        TextHasher { state: self.0, seed: self.0 }
    }
}

struct TextHasher {
    state: u64,
    seed: u64,
}

impl TextHasher {
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.state ^ word) * u128::from(self.seed ^ 0x9e37_79b9_7f4a_7c15);
        self.state = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for TextHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.mix(u64::from_le_bytes(last) ^ ((bytes.len() as u64) << 56));
    }

    fn finish(&self) -> u64 {
        self.state
    }
}

impl BookingCache {
    /// What a row is booked with; `facts` are its texts as the file has them.
    pub fn booked(&mut self, facts: &RowFacts<'_>) -> &Booked {
        self.key.clear();
        // Only the amount's direction matters, and no text of a row holds a control character.
        self.key.push(if facts.amount > Decimal::ZERO { '+' } else { '-' });
        self.key.push(char::from(b'a' + facts.account_kind as u8));
        for text in [facts.payee, facts.description, facts.statement_category.unwrap_or_default()] {
            self.key.push_str(text);
            self.key.push('\u{1f}');
        }
        if !self.known.contains_key(&self.key) {
            if self.known.len() >= ENTRIES_MAX {
                self.known.clear();
            }
            self.known.insert(self.key.clone(), book(facts));
        }
        &self.known[&self.key]
    }
}

fn book(facts: &RowFacts<'_>) -> Booked {
    let (payee, description) = booked_texts(facts.payee, facts.description);
    let (category, category_source) =
        categorise(&RowFacts { payee: &payee, description: &description, ..*facts });
    Booked { payee, description, category, category_source }
}

#[cfg(test)]
mod tests {
    use domain::AccountKind;

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
        assert_eq!(cache.booked(&facts(100)).category, Category::OTHER_INCOME);
        assert_eq!(cache.booked(&facts(-100)).category, Category::UNCATEGORISED);
        assert_eq!(cache.booked(&facts(-200)).payee, "Acme Inc");
        assert_eq!(cache.booked(&facts(-200)).description, "ACME INC 0123");
    }
}
