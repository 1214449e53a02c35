//! A text's words with their places, as far as it is searched.

use std::collections::BTreeMap;

use super::{query::Phrase, words::words};

/// Words of a text that are searched; those after them are not. A `tsvector` has no places above 16,383.
const WORDS_MAX: usize = 10_000;
/// Places of one word that are known: as many as a `tsvector` keeps.
const PLACES_MAX: usize = 255;
/// Bytes of a text's different words; a `tsvector` holds 1 MiB with their places.
const BYTES_MAX: usize = 256 * 1024;

/// A text's words with their places from 1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indexed(BTreeMap<String, Vec<u16>>);

impl Indexed {
    /// The words of a text.
    pub fn of(text: &str) -> Self {
        let mut known: BTreeMap<String, Vec<u16>> = BTreeMap::new();
        let mut bytes = 0;
        for (place, word) in (1..).zip(words(text).take(WORDS_MAX)) {
            match known.get_mut(&word.folded) {
                Some(places) if places.len() >= PLACES_MAX => {}
                Some(places) => places.push(place),
                None => {
                    bytes += word.folded.len();
                    if bytes > BYTES_MAX {
                        break;
                    }
                    known.insert(word.folded, vec![place]);
                }
            }
        }
        Self(known)
    }

    /// It has no word.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of a `tsvector`; `key` stands before each word. Words are letters, digits and emoji, so
    /// that nothing has to be escaped.
    pub fn as_tsvector(&self, key: &str) -> String {
        let word = |(word, places): (&String, &Vec<u16>)| {
            let places: Vec<String> = places.iter().map(u16::to_string).collect();
            format!("'{key}{word}':{}", places.join(","))
        };
        self.0.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    /// Whether a phrase's words stand one after the other.
    pub(super) fn has(&self, phrase: &Phrase) -> bool {
        let Some((last, before)) = phrase.words.split_last() else { return false };
        let mut ends: Option<Vec<u16>> = None;
        for word in before {
            let Some(places) = self.0.get(word) else { return false };
            ends = Some(followed(ends, places.iter().copied()));
        }
        if phrase.by_beginning {
            let begun = self.0.range(last.clone()..).take_while(|(word, _)| word.starts_with(last.as_str()));
            let places = begun.flat_map(|(_, places)| places.iter().copied());
            !followed(ends, places).is_empty()
        } else {
            let places = self.0.get(last).map(Vec::as_slice).unwrap_or_default();
            !followed(ends, places.iter().copied()).is_empty()
        }
    }
}

/// Those of the places that follow one of the ends; all of them where nothing stands before.
fn followed(ends: Option<Vec<u16>>, places: impl Iterator<Item = u16>) -> Vec<u16> {
    match ends {
        None => places.collect(),
        Some(ends) => places.filter(|place| ends.contains(&(place - 1))).collect(),
    }
}
