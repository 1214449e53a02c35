//! The rules of `rules.txt`, found by their first word.

use std::sync::LazyLock;

use foldhash::HashMap;

/// What the rules say about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This category path.
    Category(&'static str),
    /// The words look like a rule's but tell nothing (`wire transfer`).
    Nothing,
}

/// The path of rules that tell nothing.
const NOTHING: &str = "Nothing";

struct Rule {
    /// The words after the first, with one space before each.
    rest: &'static str,
    /// Only at the start of the text: the name is an everyday word too.
    at_start: bool,
    /// More words win over fewer, a merchant's name over generic words.
    weight: u8,
    path: &'static str,
}

#[derive(Default)]
struct Rules {
    by_first: HashMap<&'static str, Vec<Rule>>,
    /// Ends of compound words (`…versicherung`), longest first.
    by_ending: Vec<(&'static str, &'static str)>,
}

/// Shorter words are no compounds of the endings in the table.
const COMPOUND_MIN: usize = 8;

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let mut rules = Rules::default();
    let mut section = 0;
    for line in include_str!("rules.txt").lines() {
        match line {
            "[merchants]" => section = 6,
            "[words]" => section = 0,
            _ => {}
        }
        let Some((path, phrases)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else {
            continue;
        };
        for phrase in phrases.split(", ") {
            rules.add(phrase, path, section);
        }
    }
    rules.by_ending.sort_by_key(|(ending, _)| std::cmp::Reverse(ending.len()));
    rules
});

impl Rules {
    fn add(&mut self, phrase: &'static str, path: &'static str, section: u8) {
        if let Some(ending) = phrase.strip_prefix('-') {
            self.by_ending.push((ending, path));
            return;
        }
        let at_start = phrase.starts_with('^');
        let phrase = phrase.trim_start_matches('^');
        let end = phrase.find(' ').unwrap_or(phrase.len());
        let (first, rest) = phrase.split_at(end);
        let words = rest.matches(' ').count() as u8 + 1;
        // Words that tell nothing give way to as many that do.
        let weight = words * 10 + section - u8::from(path == NOTHING);
        let rule = Rule { rest, at_start, weight, path };
        self.by_first.entry(first).or_default().push(rule);
    }
}

/// The verdict of the strongest rule for folded words; of equals, the earliest in the text.
/// Income rules count for money in only.
pub(super) fn verdict(words: &str, money_in: bool) -> Option<Verdict> {
    let mut best: Option<(u8, &'static str)> = None;
    let mut compound = None;
    let mut at = 0;
    for word in words.split(' ') {
        let after = &words[at + word.len()..];
        let at_start = at == 0;
        at += word.len() + 1;
        if word.is_empty() {
            continue;
        }
        if let Some(rules) = RULES.by_first.get(word) {
            for rule in rules {
                if (rule.at_start && !at_start) || !follows(after, rule.rest) {
                    continue;
                }
                let is_income = rule.path.starts_with("Income");
                if is_income && !money_in {
                    continue;
                }
                // Of equally strong words, money in is rather income.
                let weight = rule.weight * 2 + u8::from(is_income);
                if best.is_none_or(|(strongest, _)| weight > strongest) {
                    best = Some((weight, rule.path));
                }
            }
        } else if compound.is_none() && word.len() >= COMPOUND_MIN {
            compound = RULES
                .by_ending
                .iter()
                .find(|(ending, path)| word.ends_with(ending) && (money_in || !path.starts_with("Income")))
                .map(|(_, path)| *path);
        }
    }
    let path = best.map(|(_, path)| path).or(compound)?;
    Some(if path == NOTHING { Verdict::Nothing } else { Verdict::Category(path) })
}

fn follows(after: &str, rest: &str) -> bool {
    after.strip_prefix(rest).is_some_and(|left| left.is_empty() || left.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::NOTHING;
    use crate::{categories, fold::fold};

    #[test]
    fn every_rule_leads_to_a_known_category_and_is_written_as_texts_are_folded() {
        let mut seen = HashSet::new();
        for line in
            include_str!("rules.txt").lines().filter(|line| !line.starts_with(['#', '[']) && !line.is_empty())
        {
            let (path, phrases) = line.split_once(" = ").unwrap();
            let known = path == NOTHING || categories().iter().any(|category| category.path() == path);
            assert!(known, "{path}");
            for phrase in phrases.split(", ") {
                assert_eq!(fold(phrase), phrase.trim_start_matches(['^', '-']), "{path}");
                assert!(seen.insert((phrase, path.starts_with("Income"))), "{phrase} is there twice");
            }
        }
    }
}
