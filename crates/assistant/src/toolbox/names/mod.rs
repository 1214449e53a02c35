//! The categories, payees and accounts that a text names.

mod accounts;

use std::ops::Range;

use domain::{Category, Ledger, Transaction};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use serde::{Deserialize, Serialize};

pub(crate) use accounts::{account_kind, kind_word};

use crate::{
    vocabulary,
    words::{Token, is_near, singular, slips, tokens},
};

/// Tokens of a text that are looked at; longer questions are cut.
const TOKENS_MAX: usize = 400;
/// Names that a text is taken to hold at most.
const MATCHES_MAX: usize = 60;
/// Unknown words that near names are sought for; each costs a pass over the payees.
const NEAR_MAX: usize = 6;

/// A name found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Match {
    pub kind: MatchKind,
    /// What the tools take: a category's path, a payee, an account's id, a kind, a text.
    pub value: String,
    /// What people call it.
    pub name: String,
    pub certainty: Certainty,
    /// Where it stands, in bytes.
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MatchKind {
    Category,
    Payee,
    Account,
    /// A kind of account of which there is none, or more than one.
    AccountKind,
    /// A text that several payees have in common.
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Certainty {
    /// The whole name.
    Exact,
    /// A part of the name that no other has.
    Part,
    /// Spelled a little differently.
    Near,
}

/// The names of a ledger, gathered once.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// A row of each payee, and how many rows it has.
    pub payees: Vec<(usize, u32)>,
    pub categories: Vec<Category>,
}

impl Names {
    pub fn of(transactions: &[Transaction]) -> Self {
        let mut payees: Vec<(usize, u32)> = Vec::new();
        let mut payee_at: HashMap<&str, usize> = HashMap::new();
        let mut categories: HashSet<&Category> = HashSet::new();
        // Most rows share their texts: where one lies tells that it was seen, before it is read.
        let mut payee_lies: HashMap<*const u8, usize> = HashMap::new();
        let mut category_lies: HashSet<(*const u8, usize)> = HashSet::new();
        for (row, Transaction { payee, category, .. }) in transactions.iter().enumerate() {
            if category_lies.insert((category.path().as_ptr(), category.path().len())) {
                categories.insert(category);
            }
            if payee.is_empty() {
                continue;
            }
            let place = *payee_lies.entry(payee.as_ptr()).or_insert_with(|| {
                *payee_at.entry(payee).or_insert_with(|| {
                    payees.push((row, 0));
                    payees.len() - 1
                })
            });
            payees[place].1 += 1;
        }
        let mut categories: Vec<Category> = categories.into_iter().cloned().collect();
        categories.sort();
        Self { payees, categories }
    }

    /// Whether some row has the category or is in the group.
    pub fn has_category(&self, category: &Category) -> bool {
        self.categories.iter().any(|own| own == category || own.group() == category.path())
    }

    /// The category that words name: the ledger's own, or one of the app's.
    pub fn category(&self, words: &str) -> Option<Category> {
        let app = finance::find_category(words);
        if let Some(found) = app.as_ref().filter(|found| self.has_category(found)) {
            return Some(found.clone());
        }
        let wanted: Vec<String> = tokens(words).iter().map(|token| singular(&token.text)).collect();
        let is_it = |name: &str| {
            !wanted.is_empty()
                && tokens(name).iter().map(|token| singular(&token.text)).eq(wanted.iter().cloned())
        };
        let own = self.categories.iter().find(|own| is_it(own.path()) || is_it(own.name()));
        let group = || self.categories.iter().map(Category::group).find(|group| is_it(group));
        own.cloned().or_else(|| group().and_then(|group| Category::new(group).ok())).or(app)
    }

    /// Every name that the text holds; they may overlap.
    pub fn find(&self, ledger: &Ledger, text: &str) -> Vec<Match> {
        let mut words = tokens(text);
        words.truncate(TOKENS_MAX);
        let mut found = self.find_categories(&words);
        // "checkign" is the account as well.
        let mended: Vec<Token> = words
            .iter()
            .map(|word| {
                let text = vocabulary::mend(&word.text).map_or_else(|| word.text.clone(), str::to_owned);
                Token { text, ..word.clone() }
            })
            .collect();
        found.extend(accounts::find_accounts(&ledger.accounts, &mended));
        found.extend(self.find_payees(ledger, &words));
        let unknown: Vec<usize> = (0..words.len())
            .filter(|&at| {
                let span = &words[at].span;
                words[at].text.chars().count() > 3
                    && words[at].number().is_none()
                    && !vocabulary::is_known(&words[at].text)
                    && vocabulary::mend(&words[at].text).is_none()
                    && !found.iter().any(|it| it.start <= span.start && span.end <= it.end)
            })
            .take(NEAR_MAX)
            .collect();
        found.extend(self.find_near(ledger, &words, &unknown));
        found.sort_by_key(|it| (std::cmp::Reverse(it.end - it.start), it.certainty, it.start));
        found.truncate(MATCHES_MAX);
        found
    }

    fn find_categories(&self, words: &[Token]) -> Vec<Match> {
        let mut found = Vec::new();
        for length in (1..=4).rev() {
            for at in 0..words.len().saturating_sub(length - 1) {
                let window = &words[at..at + length];
                let is_edge_plain = |word: &Token| is_joint(&word.text) || word.number().is_some();
                if is_edge_plain(&window[0]) || is_edge_plain(&window[length - 1]) {
                    continue;
                }
                let phrase: Vec<&str> = window.iter().map(|word| word.text.as_str()).collect();
                let Some(category) = self.category(&phrase.join(" ")) else { continue };
                // "spend at cafe" says no more than "cafe"; "gym membership" is no other membership.
                let is_padding = |(part, rest): &(&[&str], &str)| {
                    self.category(&part.join(" ")).as_ref() == Some(&category)
                        && !rest.starts_with("membership")
                };
                let is_padded = length > 1
                    && [(&phrase[1..], phrase[0]), (&phrase[..length - 1], phrase[length - 1])]
                        .iter()
                        .any(is_padding);
                if !is_padded {
                    // Of a category without rows there is less to tell.
                    let has_rows = self.has_category(&category);
                    let certainty = if has_rows { Certainty::Exact } else { Certainty::Part };
                    found.push(a_match(MatchKind::Category, &category, category.name(), certainty, window));
                }
            }
        }
        found
    }

    fn find_payees(&self, ledger: &Ledger, words: &[Token]) -> Vec<Match> {
        let plain: Vec<String> = words.iter().map(|word| singular(&word.text)).collect();
        let asked: HashSet<&str> =
            plain.iter().map(String::as_str).filter(|word| word.len() > 1 && !is_joint(word)).collect();
        if asked.is_empty() {
            return Vec::new();
        }
        let mut buffer = String::new();
        let mut runs: HashMap<Range<usize>, Vec<PayeeRun>> = HashMap::new();
        for &(row, count) in &self.payees {
            let payee = &*ledger.transactions[row].payee;
            if !holds_any(payee, &asked, &mut buffer) {
                continue;
            }
            let own = tokens(payee);
            // "Transfer to Rainy Day" is what a bank calls it: asked for by a part, the account is meant.
            let is_transfer = own.first().is_some_and(|word| singular(&word.text) == "transfer");
            for (place, run) in longest_runs(&plain, &own) {
                if is_transfer && run.start == 0 && run.len() < own.len() {
                    continue;
                }
                let text = &payee[own[run.start].span.start..own[run.end - 1].span.end];
                let is_whole = run.len() == own.len();
                let found = PayeeRun { row, count, is_whole, text: text.to_lowercase() };
                runs.entry(place).or_default().push(found);
            }
        }
        runs.into_iter().map(|(place, runs)| match_of_runs(ledger, &words[place], &runs)).collect()
    }

    /// Names spelled a little differently from a word of the text, or written together.
    fn find_near(&self, ledger: &Ledger, words: &[Token], unknown: &[usize]) -> Vec<Match> {
        let mut found = Vec::new();
        for &at in unknown {
            let word = &words[at].text;
            let window = &words[at..=at];
            if let Some(mended) = vocabulary::mend_category(word)
                && let Some(category) = self.category(mended)
            {
                found.push(a_match(MatchKind::Category, &category, category.name(), Certainty::Near, window));
                continue;
            }
            let mut near: Vec<(u32, usize)> = Vec::new();
            for &(row, count) in &self.payees {
                let payee = &*ledger.transactions[row].payee;
                let own = tokens(payee);
                let is_own = |at: Option<usize>| {
                    at.and_then(|at| words.get(at)).is_some_and(|word| {
                        own.iter().any(|own| own.text == word.text && word.text.len() > 2)
                    })
                };
                // Beside another word of the name, a short one may be mistyped too.
                let is_beside = is_own(at.checked_sub(1)) || is_own(Some(at + 1));
                let slips = if is_beside { slips(word).max(1) } else { slips(word) };
                if slips > 0 && is_payee_near(payee, word, slips) {
                    near.push((count, row));
                }
            }
            near.sort_unstable_by_key(|(count, row)| (std::cmp::Reverse(*count), *row));
            if let [(_, row), rest @ ..] = near.as_slice()
                && rest.is_empty()
            {
                let payee = &*ledger.transactions[*row].payee;
                let own = tokens(payee);
                let is_own = |word: &Token| own.iter().any(|own| own.text == word.text);
                let before = words[..at].iter().rev().take_while(|word| is_own(word)).count();
                let after = words[at + 1..].iter().take_while(|word| is_own(word)).count();
                let window = &words[at - before..=at + after];
                found.push(a_match(MatchKind::Payee, payee, payee, Certainty::Near, window));
            }
        }
        found
    }
}

struct PayeeRun {
    row: usize,
    count: u32,
    is_whole: bool,
    text: String,
}

fn match_of_runs(ledger: &Ledger, window: &[Token], runs: &[PayeeRun]) -> Match {
    let payee = |run: &PayeeRun| &*ledger.transactions[run.row].payee;
    let often = |run: &&PayeeRun| (run.count, std::cmp::Reverse(run.row));
    if let Some(whole) = runs.iter().filter(|run| run.is_whole).max_by_key(often) {
        let payee = payee(whole);
        return a_match(MatchKind::Payee, payee, payee, Certainty::Exact, window);
    }
    if let [only] = runs {
        let payee = payee(only);
        return a_match(MatchKind::Payee, payee, payee, Certainty::Part, window);
    }
    // What all of them share; where they write it differently, what most rows write.
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for run in runs {
        *counts.entry(&run.text).or_default() += run.count;
    }
    let text = counts.iter().max_by_key(|(text, count)| (**count, **text)).map_or("", |(text, _)| text);
    a_match(MatchKind::Text, text, text, Certainty::Part, window)
}

fn a_match(kind: MatchKind, value: impl AsPath, name: &str, certainty: Certainty, window: &[Token]) -> Match {
    let (start, end) = (window[0].span.start, window[window.len() - 1].span.end);
    Match { kind, value: value.path_text(), name: name.to_owned(), certainty, start, end }
}

/// What tools take for a name.
trait AsPath {
    fn path_text(&self) -> String;
}

impl AsPath for &Category {
    fn path_text(&self) -> String {
        self.path().to_owned()
    }
}

impl AsPath for &str {
    fn path_text(&self) -> String {
        (*self).to_owned()
    }
}

impl AsPath for &String {
    fn path_text(&self) -> String {
        (*self).clone()
    }
}

/// Words that neither begin nor end a name.
fn is_joint(word: &str) -> bool {
    const JOINTS: [&str; 48] = [
        "a", "all", "am", "an", "and", "are", "as", "at", "be", "between", "by", "did", "do", "does", "each",
        "every", "for", "from", "had", "has", "have", "how", "i", "in", "into", "is", "it", "me", "much",
        "my", "of", "on", "or", "our", "per", "than", "that", "the", "this", "to", "us", "was", "we", "were",
        "what", "with", "you", "your",
    ];
    JOINTS.binary_search(&word).is_ok()
}

/// Whether a payee has one of the words; cheap, since most payees have none.
fn holds_any(payee: &str, asked: &HashSet<&str>, buffer: &mut String) -> bool {
    payee.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1).any(|word| {
        buffer.clear();
        if word.is_ascii() {
            buffer.push_str(word);
            buffer.make_ascii_lowercase();
        } else {
            buffer.push_str(&word.to_lowercase());
        }
        asked.contains(buffer.as_str()) || buffer.ends_with('s') && asked.contains(singular(buffer).as_str())
    })
}

/// Where the payee's words stand in the question, each run as long as it goes: the question's
/// place and the payee's words.
fn longest_runs(asked: &[String], own: &[Token]) -> Vec<(Range<usize>, Range<usize>)> {
    // "Basket and Barrel" is Basket & Barrel.
    let has_and = |at: usize| own.get(at).is_some_and(|token| token.gap.contains('&'));
    let own_words: Vec<String> = own.iter().map(|token| singular(&token.text)).collect();
    let own = &own_words;
    let mut runs = Vec::new();
    for at in 0..asked.len() {
        for from in 0..own.len() {
            let continues = at > 0 && from > 0 && asked[at - 1] == own[from - 1];
            if asked[at] != own[from] || continues {
                continue;
            }
            let (mut end, mut length) = (at, 0);
            while end < asked.len() && from + length < own.len() {
                let is_and = asked[end] == "and" && has_and(from + length);
                let skip = usize::from(is_and && asked.get(end + 1) == own.get(from + length));
                if asked[end + skip] != own[from + length] {
                    break;
                }
                (end, length) = (end + skip + 1, length + 1);
            }
            while length > 1 && length < own.len() && is_joint(&own[from + length - 1]) {
                (end, length) = (end - 1, length - 1);
            }
            if !(length == 1 && (is_joint(&own[from]) || own[from].len() < 2)) {
                runs.push((at..end, from..from + length));
            }
        }
    }
    runs
}

fn is_payee_near(payee: &str, word: &str, slips: usize) -> bool {
    let first = word.chars().next();
    let starts_alike = |own: &str| own.chars().next().and_then(|c| c.to_lowercase().next()) == first;
    let is_alike = |own: &str| {
        own.len().abs_diff(word.len()) <= slips + 1
            && starts_alike(own)
            && is_near(&own.to_lowercase(), word, slips)
    };
    if payee.split(|c: char| !c.is_alphanumeric()).any(|own| own.len() > 4 && is_alike(own)) {
        return true;
    }
    if payee.len() > word.len() + 8 || !starts_alike(payee) {
        return false;
    }
    let joined: String = payee.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    joined == word
}
