//! The accounts that a text names, by name, number or kind.

use domain::{Account, AccountKind};

use super::{Certainty, Match, MatchKind, a_match};
use crate::{
    vocabulary,
    words::{Token, tokens},
};

/// Words for kinds of accounts.
const KINDS: [(&str, AccountKind); 24] = [
    ("checking", AccountKind::Checking),
    ("chequing", AccountKind::Checking),
    ("cheque", AccountKind::Checking),
    ("current account", AccountKind::Checking),
    ("debit card", AccountKind::Checking),
    ("giro", AccountKind::Checking),
    ("savings", AccountKind::Savings),
    ("saving", AccountKind::Savings),
    ("savings account", AccountKind::Savings),
    ("money market", AccountKind::Savings),
    ("credit card", AccountKind::CreditCard),
    ("creditcard", AccountKind::CreditCard),
    ("card", AccountKind::CreditCard),
    ("visa", AccountKind::CreditCard),
    ("mastercard", AccountKind::CreditCard),
    ("amex", AccountKind::CreditCard),
    ("loan", AccountKind::Loan),
    ("mortgage", AccountKind::Loan),
    ("brokerage", AccountKind::Investment),
    ("investment", AccountKind::Investment),
    ("investments", AccountKind::Investment),
    ("wallet", AccountKind::Cash),
    ("cash account", AccountKind::Cash),
    ("petty cash", AccountKind::Cash),
];

/// The kind of account that words name.
pub(crate) fn account_kind(words: &str) -> Option<AccountKind> {
    let words = words.to_lowercase();
    let words = words.strip_suffix(" account").unwrap_or(&words);
    KINDS.iter().find(|(name, _)| *name == words).map(|(_, kind)| *kind)
}

/// The word for a kind of account.
pub(crate) fn kind_word(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Checking => "checking",
        AccountKind::Savings => "savings",
        AccountKind::CreditCard => "credit card",
        AccountKind::Loan => "loan",
        AccountKind::Investment => "investment",
        AccountKind::Cash => "cash",
        AccountKind::Other => "other",
    }
}

pub(super) fn find_accounts(accounts: &[Account], words: &[Token]) -> Vec<Match> {
    let mut found = Vec::new();
    let named = |account: &Account, certainty, window: &[Token]| {
        let id = account.id.to_string();
        a_match(MatchKind::Account, &id, &account.name, certainty, window)
    };
    for account in accounts {
        let name: Vec<String> = tokens(&account.name).into_iter().map(|token| token.text).collect();
        for at in 0..words.len() {
            let texts = words[at..].iter().map(|word| &word.text);
            let run = texts.zip(&name).take_while(|(asked, own)| asked == own).count();
            if run > 0 && run == name.len() {
                found.push(named(account, Certainty::Exact, &words[at..at + run]));
            }
        }
        for (at, word) in words.iter().enumerate() {
            let is_last_digits = word.text.len() >= 3
                && word.number().is_some()
                && account.number.as_ref().is_some_and(|number| number.ends_with(&word.text));
            let has_word = |account: &Account| {
                let is_name =
                    word.text.len() > 3 && !vocabulary::is_known(&word.text) && word.number().is_none();
                is_name && tokens(&account.name).iter().any(|own| own.text == word.text)
            };
            let is_only = has_word(account) && accounts.iter().filter(|it| has_word(it)).count() == 1;
            if is_last_digits || is_only {
                found.push(named(account, Certainty::Part, &words[at..=at]));
            }
        }
    }
    for length in (1..=2).rev() {
        for at in 0..words.len().saturating_sub(length - 1) {
            let window = &words[at..at + length];
            let phrase: Vec<&str> = window.iter().map(|word| word.text.as_str()).collect();
            let Some(kind) = account_kind(&phrase.join(" ")) else { continue };
            let of_kind: Vec<&Account> = accounts.iter().filter(|account| account.kind == kind).collect();
            found.push(if let [only] = of_kind.as_slice() {
                named(only, Certainty::Part, window)
            } else {
                let word = kind_word(kind);
                a_match(MatchKind::AccountKind, word, word, Certainty::Part, window)
            });
        }
    }
    found
}
