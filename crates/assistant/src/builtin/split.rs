//! Several questions in one message.

use jiff::civil::date;

use crate::{
    vocabulary,
    when::{self, DayOrder},
    words::tokens,
};

/// Questions of one message that are answered. More would cost more calls than an answer has.
pub(super) const PARTS_MAX: usize = 4;

/// A question of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub text: String,
    /// It stands in one sentence with the part before, and shares its period.
    pub is_joined: bool,
    /// It ends with a question mark.
    pub asks: bool,
}

/// Words that open a question after "and".
const OPENERS: [&str; 28] = [
    "how much",
    "how many",
    "how often",
    "how long",
    "how did",
    "how does",
    "what ",
    "whats ",
    "what's ",
    "which ",
    "who ",
    "where ",
    "when ",
    "show ",
    "list ",
    "compare ",
    "did i ",
    "do i ",
    "am i ",
    "is my ",
    "are my ",
    "tell me",
    "give me",
    "can i ",
    "how far",
    "what’s ",
    "have i ",
    "was my ",
];
/// With these an "and" belongs to the sentence: `compare what … and what …`.
const COMPARES: [&str; 8] =
    ["compare", "difference", "between", "versus", " vs", "more than", "less than", "both"];

/// The questions of a message, in order.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::new();
    for (sentence, asks) in sentences(text) {
        let own = found.last().and_then(|before| by_itself(sentence, &before.text));
        let sentence = own.unwrap_or(sentence);
        let pieces = at_joints(sentence);
        let last = pieces.len().saturating_sub(1);
        for (at, piece) in pieces.into_iter().enumerate() {
            // What is owned is asked for as of now, whatever days the question before named.
            let is_joined = at > 0 && (!names_standing(&piece.to_ascii_lowercase()) || names_days(piece));
            found.push(Part { text: piece.to_owned(), is_joined, asks: asks && at == last });
        }
    }
    if found.is_empty() {
        found.push(Part { text: text.to_owned(), is_joined: false, asks: false });
    }
    found
}

/// Sentences with a letter or digit in them, and whether each is a question.
fn sentences(text: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let ends = match c {
            '?' | '!' | ';' | '\n' => true,
            // "My landlord wants proof: list all rent payments."
            ':' => {
                let rest = text[at + 1..].trim_start().to_ascii_lowercase();
                let is_told = text[start..at].split_whitespace().count() > 2;
                is_told
                    && text[at + 1..].starts_with(' ')
                    && OPENERS.iter().any(|opener| rest.starts_with(opener))
            }
            // A decimal point and "St. John" end nothing.
            '.' => {
                let after = text[at + 1..].chars().next();
                let word = text[start..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                let is_short = word.chars().count() <= 3 || matches!(word, "excl" | "incl" | "approx");
                after.is_none_or(char::is_whitespace) && !is_short
            }
            _ => false,
        };
        if ends {
            let piece = text[start..at].trim();
            if piece.chars().any(char::is_alphanumeric) {
                found.push((piece, c == '?'));
            }
            start = at + c.len_utf8();
        }
    }
    let rest = text[start..].trim();
    if rest.chars().any(char::is_alphanumeric) {
        found.push((rest, false));
    }
    found
}

/// A sentence without its "and" or "also", where it asks for something of its own: "also what's in my checking".
/// What names no days of its own goes on from the days of the sentence before.
fn by_itself<'a>(sentence: &'a str, before: &str) -> Option<&'a str> {
    const JOINTS: [&str; 5] = ["and also ", "and ", "also, ", "also ", "plus "];
    let lower = sentence.to_ascii_lowercase();
    let length = JOINTS.iter().find(|joint| lower.starts_with(**joint))?.len();
    let rest = &lower[length..];
    let asks = OPENERS.iter().any(|opener| rest.starts_with(opener));
    let is_of_now =
        ["what's in ", "whats in ", "what’s in ", "what is in ", "do i have in ", "is in my ", "do i owe"]
            .iter()
            .any(|phrase| rest.contains(phrase));
    let has_days = names_days(rest) || !names_days(before);
    (asks && (is_of_now || has_days && names_something(rest))).then(|| sentence[length..].trim_start())
}

/// Where a text names days, whichever day is today.
fn days(text: &str) -> Vec<when::Mention> {
    when::find(text, date(2000, 1, 1), DayOrder::MonthFirst)
}

fn names_days(text: &str) -> bool {
    !days(text).is_empty()
}

/// Whether a text has a word that is no everyday one: the name of what it asks for.
fn names_something(text: &str) -> bool {
    let days = days(text);
    let mut words = tokens(text).into_iter().enumerate();
    words.any(|(at, word)| {
        word.text.len() > 2
            && word.number().is_none()
            && !vocabulary::is_known(&word.text)
            && !days.iter().any(|mention| mention.tokens.contains(&at))
    })
}

/// Whether a text opens with what is asked for by its name alone: "my net worth", "my checking balance".
fn names_standing(text: &str) -> bool {
    let Some(rest) = ["my ", "our "].iter().find_map(|own| text.strip_prefix(own)) else { return false };
    let is_balance = |word: &str| word.trim_end_matches(|c: char| !c.is_alphanumeric()) == "balance";
    rest.starts_with("net worth") || rest.split_whitespace().take(4).any(is_balance)
}

/// Whether the words before an "and" could be a question of their own.
fn asks_something(text: &str) -> bool {
    const ASKS: [&str; 22] = [
        "how", "what", "whats", "what's", "which", "who", "when", "where", "show", "list", "compare", "did",
        "do", "is", "am", "tell", "give", "spending", "income", "balance", "spent", "earned",
    ];
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'')).any(|word| ASKS.contains(&word))
}

/// A sentence cut at `and how much …`.
fn at_joints(sentence: &str) -> Vec<&str> {
    let lower = sentence.to_ascii_lowercase();
    let mut cuts = vec![(0, 0)];
    for joint in [" and also ", ", and ", " and ", ", also ", ", then ", " & ", ", "] {
        for (at, _) in lower.match_indices(joint) {
            let after = &lower[at + joint.len()..];
            let start = cuts.iter().map(|(_, start)| *start).filter(|start| *start <= at).max().unwrap_or(0);
            let left = &lower[start..at];
            let opens = OPENERS.iter().any(|opener| after.starts_with(opener)) || names_standing(after);
            let is_one = COMPARES.iter().any(|word| left.contains(word));
            let is_cut = cuts.iter().any(|(cut, end)| *cut <= at && at < *end);
            let words = |text: &str| text.split_whitespace().count();
            let is_whole = words(after) > 2 || names_standing(after);
            if opens && asks_something(left) && !is_one && !is_cut && words(left) > 2 && is_whole {
                cuts.push((at, at + joint.len()));
            }
        }
    }
    cuts.sort_unstable();
    let ends = cuts.iter().skip(1).map(|(at, _)| *at).chain(std::iter::once(sentence.len()));
    cuts.iter().zip(ends).map(|((_, start), end)| sentence[*start..end].trim()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        parts(text).into_iter().map(|part| part.text).collect()
    }

    #[test]
    fn a_message_is_cut_where_a_question_ends() {
        assert_eq!(
            texts("How much did I earn in March? And on rent?"),
            ["How much did I earn in March", "And on rent"]
        );
        assert_eq!(
            texts("what did I earn and how much did I spend in 2023"),
            ["what did I earn", "how much did I spend in 2023"]
        );
        assert_eq!(texts("spending over 1.50 at St. John"), ["spending over 1.50 at St. John"]);
    }

    #[test]
    fn what_asks_for_something_of_its_own_stands_alone() {
        assert_eq!(
            texts(
                "groceries last month? Also what's in my checking? And how many times did I take a taxi this year?"
            ),
            ["groceries last month", "what's in my checking", "how many times did I take a taxi this year"]
        );
        // Without days of its own it goes on from those before.
        assert_eq!(
            texts("what did I spend in March? And how much at Kin Thai?"),
            ["what did I spend in March", "And how much at Kin Thai"]
        );
    }

    #[test]
    fn what_is_owned_is_a_question_of_its_own() {
        let parts = parts("spending on rent in August and my net worth");
        let told: Vec<_> = parts.iter().map(|part| (part.text.as_str(), part.is_joined)).collect();
        assert_eq!(told, [("spending on rent in August", false), ("my net worth", false)]);
    }

    #[test]
    fn two_sides_of_a_comparison_stay_together() {
        let text = "compare what I spent in March and what I spent in April";
        assert_eq!(texts(text), [text]);
    }
}
