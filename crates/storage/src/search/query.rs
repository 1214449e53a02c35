//! What is searched for: words that must all be found, the last by its beginning; "words in quotes" in
//! that order; -words that must not be found.

use domain::{ChatId, Role};
use jiff::civil::Date;

use super::{
    index::Indexed,
    words::{Cutter, words},
};

/// Most words of a query; those after them are not looked for.
const WORDS_MAX: usize = 32;

/// What is searched for, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchQuery {
    /// The words: all must be found, the last by its beginning; `"in quotes"` in that order; `-word` must
    /// not be found.
    pub text: String,
    /// Only what they wrote; titles are then left out.
    pub role: Option<Role>,
    /// Only in this chat.
    pub chat_id: Option<ChatId>,
    /// Only from this day on, in UTC.
    pub from: Option<Date>,
    /// Only until this day, in UTC.
    pub to: Option<Date>,
}

/// A query's text, cut into words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// Each must be found.
    wanted: Vec<Phrase>,
    /// None may be found.
    unwanted: Vec<Phrase>,
}

/// Words that stand one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phrase {
    pub(crate) words: Vec<String>,
    /// The last word's beginning is enough.
    pub(crate) by_beginning: bool,
}

impl Terms {
    /// Cuts a query's text.
    pub fn of(text: &str) -> Self {
        let mut terms = Self::default();
        let mut left = WORDS_MAX;
        for chunk in Chunks(text) {
            let cut = words(chunk.text).map(|word| word.folded).take(left);
            let words: Vec<String> = cut.collect();
            left -= words.len();
            if words.is_empty() {
                continue;
            }
            if chunk.is_unwanted {
                terms.unwanted.push(Phrase { words, by_beginning: false });
            } else {
                let by_beginning = !chunk.is_quoted && chunk.is_last;
                terms.wanted.push(Phrase { words, by_beginning });
            }
        }
        terms
    }

    /// Nothing is searched for, and so nothing is found.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Whether every wanted word is somewhere in a text: quick, and true of every text that fits.
    pub(crate) fn may_fit(&self, text: &str) -> bool {
        let all = self.wanted.iter().map(|phrase| phrase.words.len()).sum::<usize>();
        let mut missing: u32 = u32::MAX >> (u32::BITS as usize - all.clamp(1, WORDS_MAX));
        let mut cutter = Cutter::of(text);
        while cutter.next_range().is_some() {
            let mut at = 0;
            for phrase in &self.wanted {
                for (place, wanted) in (1..).zip(&phrase.words) {
                    let by_beginning = phrase.by_beginning && place == phrase.words.len();
                    if cutter.folded() == wanted
                        || by_beginning && cutter.folded().starts_with(wanted.as_str())
                    {
                        missing &= !(1 << at);
                    }
                    at += 1;
                }
            }
            if missing == 0 {
                return !self.is_empty();
            }
        }
        false
    }

    /// How well a text's words fit; none when they do not.
    pub(crate) fn rank(&self, indexed: &Indexed) -> Option<u8> {
        let fits = !self.is_empty()
            && self.wanted.iter().all(|phrase| indexed.has(phrase))
            && !self.unwanted.iter().any(|phrase| indexed.has(phrase));
        let in_order = fits && indexed.has(&self.in_order());
        let is_whole = fits && indexed.has(&self.last_word());
        fits.then(|| u8::from(in_order) * IN_ORDER + u8::from(is_whole) * WHOLE)
    }

    /// Every wanted word, one after the other.
    fn in_order(&self) -> Phrase {
        let words = self.wanted.iter().flat_map(|phrase| &phrase.words).cloned().collect();
        Phrase { words, by_beginning: self.wanted.last().is_some_and(|phrase| phrase.by_beginning) }
    }

    /// The last wanted word as a whole one.
    fn last_word(&self) -> Phrase {
        let last = self.wanted.last().and_then(|phrase| phrase.words.last());
        Phrase { words: last.into_iter().cloned().collect(), by_beginning: false }
    }

    /// Whether a word of a text is one that was found.
    pub(crate) fn is_hit(&self, word: &str) -> bool {
        self.wanted.iter().any(|phrase| {
            let last = phrase.words.len().saturating_sub(1);
            phrase.words.iter().enumerate().any(|(at, wanted)| {
                word == wanted || (at == last && phrase.by_beginning && word.starts_with(wanted.as_str()))
            })
        })
    }

    /// The three questions to a database, as the text of a `tsquery`: does it fit, are its words there in
    /// order, is the last one whole. `key` stands before each word.
    pub fn as_tsqueries(&self, key: &str) -> [String; 3] {
        let wanted = self.wanted.iter().map(|phrase| format!("({})", phrase.as_tsquery(key)));
        let unwanted = self.unwanted.iter().map(|phrase| format!("!({})", phrase.as_tsquery(key)));
        let fits = wanted.chain(unwanted).collect::<Vec<_>>().join(" & ");
        [fits, self.in_order().as_tsquery(key), self.last_word().as_tsquery(key)]
    }
}

/// The words stand in order.
const IN_ORDER: u8 = 2;
/// The last word is a whole one.
const WHOLE: u8 = 1;
/// The words are a title's.
pub(crate) const TITLE: u8 = 4;

impl Phrase {
    fn as_tsquery(&self, key: &str) -> String {
        let words: Vec<String> = self.words.iter().map(|word| format!("'{key}{word}'")).collect();
        let end = if self.by_beginning { ":*" } else { "" };
        words.join(" <-> ") + end
    }
}

/// A part of a query's text: between white space, or in quotes.
struct Chunk<'a> {
    text: &'a str,
    is_quoted: bool,
    is_unwanted: bool,
    /// Nothing follows, not even white space that ends the word.
    is_last: bool,
}

struct Chunks<'a>(&'a str);

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let rest = self.0.trim_start();
        if rest.is_empty() {
            return None;
        }
        let (is_unwanted, rest) = match rest.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let quoted = rest.strip_prefix(['"', '“', '„', '«']);
        let (text, left) = match quoted {
            Some(quoted) => quoted.split_once(['"', '”', '“', '»']).unwrap_or((quoted, "")),
            None => rest.split_at(rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len())),
        };
        self.0 = left;
        let is_last = words(left).next().is_none();
        Some(Chunk { text, is_quoted: quoted.is_some(), is_unwanted, is_last })
    }
}
