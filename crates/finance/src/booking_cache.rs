//! Texts and category of rows to book, worked out once for equal rows.

use std::hash::{BuildHasher, Hasher};

use domain::{AccountKind, Category, CategorySource};
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::{RowFacts, booked_text::booked_texts, categorise};

/// Rows of a household repeat their texts; so many different ones are kept. More would take more
/// memory than they save time.
const ENTRIES_MAX: usize = 1 << 16;

/// What a row is booked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked<'c> {
    /// The payee, cleaned for display.
    pub payee: &'c str,
    /// The bank's text, where cleaning or merging lost something of it.
    pub description: &'c str,
    /// The category.
    pub category: &'c Category,
    /// Who chose it.
    pub category_source: CategorySource,
}

/// Books rows as [`booked_text`](crate::booked_text) and [`categorise`] do, faster where texts
/// repeat. Its memory is bounded.
#[derive(Debug, Default)]
pub struct BookingCache {
    known: HashTable<Entry>,
    hashes: RandomState,
}

/// What rows with the same texts are booked with. Small and in one piece with its texts, so that the
/// entries of a household stay in the processor's cache.
#[derive(Debug)]
struct Entry {
    /// The file's payee, description and category, then the payee and description that are booked.
    texts: Box<str>,
    /// Where the first four end.
    ends: [u32; 4],
    category: Category,
    category_source: CategorySource,
    /// Only the amount's direction matters.
    is_income: bool,
    account_kind: AccountKind,
}

impl Entry {
    fn new(facts: &RowFacts<'_>) -> Self {
        let (payee, description) = booked_texts(facts.payee, facts.description);
        let (category, category_source) =
            categorise(&RowFacts { payee: &payee, description: &description, ..*facts });
        let [raw_payee, raw_description, raw_category] = texts_of(facts);
        let mut ends = [raw_payee, raw_description, raw_category, &payee].map(|text| text.len() as u32);
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        Self {
            texts: [raw_payee, raw_description, raw_category, &payee, &description].concat().into(),
            ends,
            category,
            category_source,
            is_income: facts.amount.is_sign_positive() && !facts.amount.is_zero(),
            account_kind: facts.account_kind,
        }
    }

    fn text(&self, from: usize) -> &str {
        let end = self.ends.get(from).map_or(self.texts.len(), |end| *end as usize);
        let start = from.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.texts[start..end]
    }

    fn hash(&self, hashes: &RandomState) -> u64 {
        hash(hashes, self.is_income, [self.text(0), self.text(1), self.text(2)])
    }

    fn is_of(&self, facts: &RowFacts<'_>, is_income: bool) -> bool {
        let [payee, description, category] = texts_of(facts);
        self.is_income == is_income
            && self.account_kind == facts.account_kind
            && self.text(0) == payee
            && self.text(1) == description
            && self.text(2) == category
    }

    fn booked(&self) -> Booked<'_> {
        Booked {
            payee: self.text(3),
            description: self.text(4),
            category: &self.category,
            category_source: self.category_source,
        }
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
        if self.known.len() >= ENTRIES_MAX {
            self.known.clear();
        }
        let entry =
            self.known.entry(hash, |entry| entry.is_of(facts, is_income), |entry| entry.hash(&self.hashes));
        entry.or_insert_with(|| Entry::new(facts)).into_mut().booked()
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
        assert_eq!(cache.booked(&facts(-200)).payee, "Acme Inc");
        assert_eq!(cache.booked(&facts(-200)).description, "ACME INC 0123");
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
                prop_assert_eq!((booked.payee, booked.description), (texts.0.as_str(), texts.1.as_str()));
                prop_assert_eq!((booked.category, booked.category_source), (&decided.0, decided.1));
            }
        }
    }
}
