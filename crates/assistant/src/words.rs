//! Words of a question: tokens with their place in the text, singulars, spelling distance.

use std::ops::Range;

/// Numbers in words, zero first.
pub(crate) const NUMBERS_TO_NINETEEN: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
/// The tens in words.
pub(crate) const TENS_FROM_TWENTY: [&str; 8] =
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// A word or number of a text, in lower case, with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// The word in lower case; numbers as digits.
    pub text: String,
    /// Bytes of the text that it covers.
    pub span: Range<usize>,
    /// What stands between the token before and this one.
    pub gap: String,
}

impl Token {
    /// The value of a token that is all digits.
    pub fn number(&self) -> Option<u32> {
        let digits = self.text.len() <= 8 && self.text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { self.text.parse().ok() } else { None }
    }

    /// The value of `1st`, `2nd`, `15th`.
    pub fn ordinal(&self) -> Option<u32> {
        let digits = self.text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let suffix = &self.text[digits.len()..];
        if matches!(suffix, "st" | "nd" | "rd" | "th") { digits.parse().ok() } else { None }
    }

    /// Whether the token is one of these words.
    pub fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.text.as_str())
    }
}

/// Splits a text at everything that is neither letter nor digit. `month's` becomes `month`,
/// `don't` becomes `dont`, `I've` becomes `i`.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut gap_start = 0;
    let mut start = None;
    let ends = text.char_indices().chain(std::iter::once((text.len(), ' ')));
    for (at, c) in ends {
        if c.is_alphanumeric() {
            start.get_or_insert(at);
            continue;
        }
        let Some(from) = start.take() else { continue };
        let word = text[from..at].to_lowercase();
        let gap = &text[gap_start..from];
        // "AT&T", "H&M": a name, though its parts are letters.
        if let ("&", Some(last)) = (gap, found.last_mut())
            && (last.text.len() <= 2 || word.len() <= 2)
        {
            last.text = format!("{}&{word}", last.text);
            last.span.end = at;
            gap_start = at;
            continue;
        }
        let after_apostrophe = matches!(gap, "'" | "’") && from > 0;
        match (after_apostrophe, word.as_str(), found.last_mut()) {
            (true, "s" | "ve" | "re" | "m" | "ll" | "d", Some(last)) => last.span.end = at,
            (true, "t", Some(last)) => {
                last.text.push('t');
                last.span.end = at;
            }
            _ => found.push(Token { text: word, span: from..at, gap: gap.to_owned() }),
        }
        gap_start = at;
    }
    found
}

/// A word without its plural ending; good enough to compare two words by.
pub(crate) fn singular(word: &str) -> String {
    let n = word.len();
    if n > 4 && word.ends_with("ies") {
        return format!("{}y", &word[..n - 3]);
    }
    let sibilant = ["ches", "shes", "xes", "sses"].iter().any(|ending| word.ends_with(ending));
    if n > 4 && sibilant {
        return word[..n - 2].to_owned();
    }
    if n > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is")
    {
        return word[..n - 1].to_owned();
    }
    word.to_owned()
}

/// Whether two words differ by at most `max` letters added, dropped, changed or swapped with
/// their neighbour.
pub(crate) fn is_near(a: &str, b: &str, max: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > max || a.len().max(b.len()) > 40 {
        return false;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j - 1] + change).min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()] <= max
}

/// How many letters a typing error may change in a word of this length.
pub(crate) fn slips(word: &str) -> usize {
    match word.chars().count() {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    }
}

/// The number that a word or digits name: `ten`, `10`, `a`, `couple`.
pub(crate) fn number_word(word: &str) -> Option<u32> {
    const WORDS: [(&str, u32); 22] = [
        ("a", 1),
        ("an", 1),
        ("one", 1),
        ("single", 1),
        ("two", 2),
        ("couple", 2),
        ("three", 3),
        ("few", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("fifteen", 15),
        ("twenty", 20),
        ("thirty", 30),
        ("fifty", 50),
        ("hundred", 100),
    ];
    if word.len() <= 6 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok();
    }
    WORDS.iter().find(|(name, _)| *name == word).map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn possessives_and_contractions_become_one_word() {
        let words: Vec<_> =
            tokens("What's last month's total? I don't know.").into_iter().map(|t| t.text).collect();
        assert_eq!(words, ["what", "last", "month", "total", "i", "dont", "know"]);
    }

    #[test]
    fn one_slip_is_near_and_two_are_not() {
        assert!(is_near("transactoin", "transaction", 1));
        assert!(is_near("grocries", "groceries", 1));
        assert!(!is_near("market", "basket", 1));
    }

    #[test]
    fn plurals_lose_their_ending() {
        let singulars = ["groceries", "taxes", "fees", "gas", "bus", "lunches"].map(singular);
        assert_eq!(singulars, ["grocery", "tax", "fee", "gas", "bus", "lunch"]);
    }
}
