//! How a text is cut into words, the same for what is searched and for what is searched for.
//!
//! A word is a run of letters and digits, folded: lower case, compatibility forms and accents taken
//! off, so that `Café`, `CAFE` and `ｃａｆé` are one. Scripts that are written without spaces have no such
//! runs: each of their characters is a word, and so is each emoji; several in a row are looked for in
//! that order.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longest word in characters; what follows in the same run is not searched.
const WORD_MAX_CHARS: usize = 40;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// As it is compared.
    pub(crate) folded: String,
    /// Where it stands, in bytes.
    pub(crate) range: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Part of a run.
    Letter,
    /// A word by itself.
    Alone,
    /// Belongs to what it stands on.
    Mark,
    Gap,
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let mut cutter = Cutter::of(text);
    std::iter::from_fn(move || {
        let range = cutter.next_range()?;
        Some(Word { folded: cutter.folded().to_owned(), range })
    })
}

/// Cuts a text into words one after the other, without memory for each.
pub(crate) struct Cutter<'a> {
    text: &'a str,
    at: usize,
    folded: String,
}

impl<'a> Cutter<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, at: 0, folded: String::new() }
    }

    /// The last word, as it is compared.
    pub(crate) fn folded(&self) -> &str {
        &self.folded
    }

    /// Where the next word stands.
    pub(crate) fn next_range(&mut self) -> Option<Range<usize>> {
        loop {
            let start = self.at;
            let first = self.text[start..].chars().next()?;
            self.at += first.len_utf8();
            let kind = kind(first);
            if matches!(kind, Kind::Gap | Kind::Mark) {
                continue;
            }
            self.folded.clear();
            let mut count = fold_into(first, &mut self.folded);
            for c in self.text[self.at..].chars() {
                let next = self::kind(c);
                if next != Kind::Mark && (kind == Kind::Alone || next != Kind::Letter) {
                    break;
                }
                if count < WORD_MAX_CHARS {
                    count += fold_into(c, &mut self.folded);
                }
                self.at += c.len_utf8();
            }
            if !self.folded.is_empty() {
                return Some(start..self.at);
            }
        }
    }
}

fn kind(c: char) -> Kind {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Kind::Letter,
        '\0'..='\u{7f}' => Kind::Gap,
        // What makes か to が.
        '\u{3099}' | '\u{309a}' => Kind::Mark,
        _ if is_dropped(c) => Kind::Mark,
        _ if is_unspaced(c) || is_emoji(c) => Kind::Alone,
        _ if c.is_alphanumeric() || is_combining_mark(c) => Kind::Letter,
        _ => Kind::Gap,
    }
}

/// Accents and points over letters, joiners, and what says how an emoji looks.
fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{200c}'..='\u{200d}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Thai, Lao, Myanmar and Khmer, kana, bopomofo and Han. Hangul is written with spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Appends a character as it is compared; gives how many characters that makes.
fn fold_into(c: char, folded: &mut String) -> usize {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
        return 1;
    }
    let mut count = 0;
    for plain in c.nfkd().flat_map(char::to_lowercase).nfkd().filter(|plain| !is_dropped(*plain)) {
        match plain {
            'ß' => {
                folded.push_str("ss");
                count += 2;
            }
            'ς' => {
                folded.push('σ');
                count += 1;
            }
            _ if plain.is_alphanumeric() || is_combining_mark(plain) || is_emoji(plain) => {
                folded.push(plain);
                count += 1;
            }
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        words(text).map(|word| word.folded).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits_without_case_and_accents() {
        assert_eq!(cut("  Café—CAFE, ｃａｆé! cafe\u{301} "), ["cafe"; 4]);
        assert_eq!(cut("1,234.56 EUR don't e-mail"), ["1", "234", "56", "eur", "don", "t", "e", "mail"]);
        assert_eq!(cut("Straße STRASSE ΌΔΟΣ όδος"), ["strasse", "strasse", "οδοσ", "οδοσ"]);
        assert_eq!(cut("ﬁnance Ⅷ ²"), ["finance", "viii", "2"]);
        assert_eq!(cut("İstanbul ISTANBUL"), ["istanbul", "istanbul"]);
        assert_eq!(cut("% _ \0 -- '' \u{301}"), Vec::<String>::new());
        assert_ne!(cut("की"), cut("का"), "signs that are no accents tell words apart");
    }

    #[test]
    fn characters_written_without_spaces_and_emoji_are_words_by_themselves() {
        assert_eq!(cut("家賃は80000円"), ["家", "賃", "は", "80000", "円"]);
        assert_eq!(cut("が"), cut("か\u{3099}"));
        assert_ne!(cut("が"), cut("か"));
        assert_eq!(cut("🏠rent 👩\u{200d}👩\u{200d}👧 👍🏽"), ["🏠", "rent", "👩", "👩", "👧", "👍"]);
        assert_eq!(cut("집세 월세"), ["집세", "월세"].map(|word| word.nfkd().collect::<String>()));
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "a Cafe\u{301} 家賃!";
        let found: Vec<&str> = words(text).map(|word| &text[word.range]).collect();
        assert_eq!(found, ["a", "Cafe\u{301}", "家", "賃"]);
    }

    #[test]
    fn a_long_run_is_one_word_cut_short() {
        let text = "x".repeat(10_000);
        let found: Vec<Word> = words(&text).collect();
        assert_eq!((found.len(), found[0].folded.len()), (1, WORD_MAX_CHARS));
        assert_eq!(found[0].range, 0..10_000);
    }
}
