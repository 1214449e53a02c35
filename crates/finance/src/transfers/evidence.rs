//! What a row's texts say about being one half of a transfer between own accounts.

use std::collections::HashMap;

use domain::{
    Account, AccountId, AccountKind, Category, CategoryKind, CategorySource, Ledger, Transaction,
    TransferChoice,
};

use crate::{RowFacts, categorise, fold::fold};

/// What speaks for and against a row's being half of a transfer; rows that say the same are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Evidence {
    /// Its category or its words say transfer.
    pub(super) says_transfer: bool,
    /// Its words name nobody else.
    pub(super) is_plain: bool,
    /// No rule knows what else it could be.
    pub(super) is_open: bool,
    /// The one other account that its texts name, as an index into the ledger's accounts.
    pub(super) names: Option<u32>,
}

impl Evidence {
    /// Sorts before every other.
    pub(super) const LEAST: Self =
        Self { says_transfer: false, is_plain: false, is_open: false, names: None };
}

/// How texts name the accounts.
pub(super) struct AccountWords<'a> {
    accounts: &'a [Account],
    by_id: HashMap<AccountId, u32>,
    names: Vec<AccountName>,
}

struct AccountName {
    /// The last four digits of its number, or of its name.
    tail: Option<String>,
    /// Its name's words; empty where they are too few letters to prove anything.
    words: String,
    /// What the only account of a kind is called.
    kind: &'static [&'static str],
}

impl<'a> AccountWords<'a> {
    pub(super) fn of(ledger: &'a Ledger) -> Self {
        let accounts = &ledger.accounts;
        let by_id = accounts.iter().zip(0..).map(|(account, at)| (account.id, at)).collect();
        let tails: Vec<Option<String>> = accounts.iter().map(tail).collect();
        let names = accounts.iter().zip(&tails).map(|(account, tail)| {
            let is_only = accounts.iter().filter(|it| it.kind == account.kind).count() == 1;
            let words = fold(&account.name);
            let letters = words.chars().filter(|c| c.is_alphabetic()).count();
            AccountName {
                tail: tail.clone().filter(|_| tails.iter().filter(|it| *it == tail).count() == 1),
                words: if letters >= 4 { words } else { String::new() },
                kind: if is_only { kind_words(account.kind) } else { &[] },
            }
        });
        Self { accounts, by_id, names: names.collect() }
    }

    /// The account's place in the ledger.
    pub(super) fn place(&self, id: AccountId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// What a row says; none where the person has said that it is no transfer.
    pub(super) fn evidence(&self, row: &Transaction) -> Option<Evidence> {
        let details = row.details.as_deref();
        let is_whole = details.is_none_or(|details| details.splits.is_empty());
        let is_refused = details.is_some_and(|details| details.transfer == Some(TransferChoice::No));
        let is_chosen = matches!(row.category_source, CategorySource::Person | CategorySource::PersonRule);
        let kind = row.category.kind();
        if !is_whole
            || is_refused
            || row.category == Category::OPENING_BALANCE
            || (is_chosen && kind != CategoryKind::Transfer)
        {
            return None;
        }
        let own = self.place(row.account_id)?;
        let text = fold(&format!("{} {}", row.payee, row.description));
        // What comes onto a card or a loan is a payment by rule, whoever it came from.
        let by_rule = row.category_source == CategorySource::Rule
            && matches!(self.accounts[own as usize].kind, AccountKind::CreditCard | AccountKind::Loan);
        Some(Evidence {
            says_transfer: (kind == CategoryKind::Transfer && !by_rule) || says_transfer(row, &text),
            is_plain: text.split(' ').all(|word| word.len() < 3 || PLAIN.contains(&word) || !is_word(word)),
            is_open: by_rule && kind == CategoryKind::Transfer
                || row.category == Category::UNCATEGORISED
                || row.category == Category::OTHER_INCOME,
            names: self.named(&text, own),
        })
    }

    /// The other account that a text names, when it names one only.
    fn named(&self, folded: &str, own: u32) -> Option<u32> {
        let folded = format!(" {folded} ");
        let others = || self.names.iter().zip(0u32..).filter(|(_, at)| *at != own);
        let only = |mut found: Box<dyn Iterator<Item = u32> + '_>| {
            let first = found.next();
            first.filter(|_| found.next().is_none())
        };
        let tails =
            others().filter(|(name, _)| name.tail.as_ref().is_some_and(|tail| has_tail(&folded, tail)));
        let words = others().filter(|(name, _)| !name.words.is_empty() && has_words(&folded, &name.words));
        let kinds = others().filter(|(name, _)| name.kind.iter().any(|word| has_words(&folded, word)));
        only(Box::new(tails.map(|(_, at)| at)))
            .or_else(|| only(Box::new(words.map(|(_, at)| at))))
            .or_else(|| only(Box::new(kinds.map(|(_, at)| at))))
    }
}

/// Words of banks about a transfer, which name neither a person nor a shop.
const PLAIN: &[&str] = &[
    "account",
    "acct",
    "ach",
    "auto",
    "automatic",
    "autopay",
    "bank",
    "between",
    "card",
    "checking",
    "chk",
    "conf",
    "confirmation",
    "credit",
    "deposit",
    "dep",
    "einzahlung",
    "electronic",
    "epay",
    "for",
    "from",
    "funds",
    "gutschrift",
    "internal",
    "internet",
    "mobile",
    "monthly",
    "number",
    "online",
    "own",
    "payment",
    "pmt",
    "pymt",
    "received",
    "recurring",
    "ref",
    "sav",
    "savings",
    "scheduled",
    "sepa",
    "share",
    "thank",
    "the",
    "tfr",
    "transfer",
    "trf",
    "trsf",
    "ubertrag",
    "umbuchung",
    "virement",
    "web",
    "withdrawal",
    "xfer",
    "you",
];

fn is_word(word: &str) -> bool {
    word.chars().all(char::is_alphabetic)
}

/// Whether the rules take the words for a transfer, whatever the account.
fn says_transfer(row: &Transaction, folded: &str) -> bool {
    let facts = RowFacts {
        payee: &row.payee,
        description: &row.description,
        amount: row.amount.amount(),
        statement_category: None,
        account_kind: AccountKind::Other,
    };
    categorise(&facts).0.kind() == CategoryKind::Transfer
        || ["payment", "pymt", "pmt", "autopay"].iter().any(|word| folded.split(' ').any(|it| it == *word))
}

fn has_words(folded: &str, words: &str) -> bool {
    folded
        .match_indices(words)
        .any(|(at, _)| folded[..at].ends_with(' ') && folded[at + words.len()..].starts_with(' '))
}

/// `…1234`, `xxxx1234` and a whole number that ends so.
fn has_tail(folded: &str, tail: &str) -> bool {
    folded.split(' ').any(|word| {
        word.strip_suffix(tail)
            .is_some_and(|head| head.is_empty() || head.chars().all(|c| c == 'x') || head.len() >= 4)
    })
}

fn tail(account: &Account) -> Option<String> {
    let of = |text: &str| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        (digits.len() >= 4).then(|| digits[digits.len() - 4..].to_owned())
    };
    account.number.as_deref().and_then(of).or_else(|| of(&account.name))
}

fn kind_words(kind: AccountKind) -> &'static [&'static str] {
    match kind {
        AccountKind::Checking => &["checking", "chk", "girokonto"],
        AccountKind::Savings => &["savings", "tagesgeld", "sparkonto", "livret"],
        AccountKind::CreditCard => &["credit card", "card payment", "kreditkarte"],
        AccountKind::Loan => &["loan", "mortgage"],
        AccountKind::Investment => &["brokerage", "investment", "depot"],
        AccountKind::Cash | AccountKind::Other => &[],
    }
}
