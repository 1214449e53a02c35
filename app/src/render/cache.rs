//! Finished messages as HTML, kept so that a page of a long chat is copied together, not made.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use domain::MessageId;

use crate::format::Locale;

type Generation = HashMap<(MessageId, Locale), Arc<str>>;

/// HTML of finished messages, bounded in bytes. Two generations: when the young one is full it
/// becomes the old one, and what nobody asked for since goes with the old one before it.
///
/// Its readers have read the message itself as its owner first, so an id is key enough.
pub(crate) struct MessageCache {
    /// The most that one generation holds.
    generation_bytes: usize,
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: Generation,
    old: Generation,
    young_bytes: usize,
}

impl MessageCache {
    /// A cache of at most twice `generation_bytes`.
    pub(crate) fn new(generation_bytes: usize) -> Self {
        Self { generation_bytes, generations: Mutex::default() }
    }

    /// The HTML of each message: kept, or made by `make` (`None` is not kept: it is not final).
    pub(crate) fn get(&self, keys: &[(MessageId, Locale)]) -> Vec<Option<Arc<str>>> {
        let mut held = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter()
            .map(|key| {
                if let Some(html) = held.young.get(key) {
                    return Some(Arc::clone(html));
                }
                let html = held.old.remove(key)?;
                self.insert(&mut held, *key, &html);
                Some(html)
            })
            .collect()
    }

    /// Keeps a finished message's HTML.
    pub(crate) fn put(&self, key: (MessageId, Locale), html: &Arc<str>) {
        let mut held = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        self.insert(&mut held, key, html);
    }

    fn insert(&self, held: &mut Generations, key: (MessageId, Locale), html: &Arc<str>) {
        if html.len() > self.generation_bytes {
            return;
        }
        if held.young_bytes + html.len() > self.generation_bytes {
            held.old = mem::take(&mut held.young);
            held.young_bytes = 0;
        }
        if held.young.insert(key, Arc::clone(html)).is_none() {
            held.young_bytes += html.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::FixedClock;
    use jiff::civil::date;

    use super::*;

    fn key() -> (MessageId, Locale) {
        (MessageId::generate(&FixedClock::on(date(2024, 3, 5))), Locale::default())
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let cache = MessageCache::new(100);
        let html: Arc<str> = "x".repeat(40).into();
        let (kept, forgotten) = (key(), key());
        cache.put(kept, &html);
        cache.put(forgotten, &html);
        for _ in 0..4 {
            cache.put(key(), &html);
            assert!(cache.get(&[kept])[0].is_some());
        }
        assert!(cache.get(&[forgotten])[0].is_none());
    }

    #[test]
    fn a_message_greater_than_the_cache_is_not_kept() {
        let cache = MessageCache::new(10);
        let large = key();
        cache.put(large, &"x".repeat(11).into());
        assert!(cache.get(&[large])[0].is_none());
    }
}
