//! Names of accounts and categories as other programs allow them, each its own.

use std::collections::{HashMap, HashSet};

use domain::{AccountId, AccountKind, Category, CategoryKind, Ledger};

use crate::postings::LedgerIndex;

/// A program's rules for names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `expenses:Food and drink`: words with single spaces.
    Hledger,
    /// `Expenses:Food-And-Drink`: ASCII, each part from a capital letter or digit on.
    Beancount,
}

/// Each account's and each category's name in another program.
#[derive(Debug)]
pub(crate) struct Names {
    style: Style,
    accounts: HashMap<AccountId, String>,
    categories: HashMap<String, String>,
}

impl Names {
    pub(crate) fn of(ledger: &Ledger, style: Style) -> Self {
        let mut names = Self { style, accounts: HashMap::new(), categories: HashMap::new() };
        // Names that mean something else in the file.
        let mut taken: HashSet<String> = HashSet::from(["opening".to_owned()]);
        for account in &ledger.accounts {
            let is_owed = matches!(account.kind, AccountKind::CreditCard | AccountKind::Loan);
            let root = names.root(if is_owed { "liabilities" } else { "assets" });
            let leaf = unique(style.part(&account.name), &mut taken);
            names.accounts.insert(account.id, format!("{root}:{leaf}"));
        }
        let index = LedgerIndex::of(ledger);
        let mut paths: Vec<&Category> = index.categories.iter().collect();
        paths.extend([&Category::UNCATEGORISED, &Category::OTHER_INCOME, &Category::TRANSFER]);
        paths.sort_unstable();
        paths.dedup();
        names.name_categories(&paths);
        names
    }

    fn name_categories(&mut self, paths: &[&Category]) {
        let mut groups: HashMap<&str, String> = HashMap::new();
        let mut taken_groups: HashSet<String> = HashSet::new();
        let mut taken: HashSet<String> = HashSet::new();
        for category in paths {
            let group = groups.entry(category.group()).or_insert_with(|| match category.kind() {
                CategoryKind::Income => self.root("income"),
                CategoryKind::Transfer => match self.style {
                    Style::Hledger => "equity:transfers".to_owned(),
                    Style::Beancount => "Equity:Transfers".to_owned(),
                },
                CategoryKind::Spending => {
                    let part = unique(self.style.part(category.group()), &mut taken_groups);
                    format!("{}:{part}", self.root("expenses"))
                }
            });
            let is_group = !category.path().contains(':');
            // Beancount wants a part below the root.
            let bare = if is_group && !group.contains(':') { Some("General") } else { None };
            let name = match bare.or((!is_group).then(|| category.name())) {
                Some(leaf) => unique(format!("{group}:{}", self.style.part(leaf)), &mut taken),
                None => group.clone(),
            };
            self.categories.insert(category.path().to_owned(), name);
        }
    }

    fn root(&self, name: &str) -> String {
        match self.style {
            Style::Hledger => name.to_owned(),
            Style::Beancount => name[..1].to_uppercase() + &name[1..],
        }
    }

    /// The account's whole name.
    pub(crate) fn account(&self, id: AccountId) -> &str {
        self.accounts.get(&id).map_or("assets:Unknown", String::as_str)
    }

    /// The account's name without its root.
    pub(crate) fn account_leaf(&self, id: AccountId) -> &str {
        let name = self.account(id);
        name.split_once(':').map_or(name, |(_, leaf)| leaf)
    }

    /// The category's whole name.
    pub(crate) fn category(&self, category: &Category) -> &str {
        self.categories.get(category.path()).map_or("expenses:Uncategorised", String::as_str)
    }

    /// The category's whole name, or that of the group with everything in it; none where no row has it.
    pub(crate) fn category_or_group(&self, category: &Category) -> Option<&str> {
        if let Some(name) = self.categories.get(category.path()) {
            return Some(name);
        }
        let own = |path: &&String| path.split(':').next() == Some(category.path());
        let child = self.categories.keys().find(own)?;
        self.categories[child].rsplit_once(':').map(|(group, _)| group)
    }

    /// Every name, sorted.
    pub(crate) fn all(&self) -> Vec<&str> {
        let mut all: Vec<&str> =
            self.accounts.values().chain(self.categories.values()).map(String::as_str).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Style {
    fn part(self, name: &str) -> String {
        let part = match self {
            Self::Hledger => {
                let plain: String = name
                    .chars()
                    .map(|c| if c.is_alphanumeric() || "-&_.'".contains(c) { c } else { ' ' })
                    .collect();
                plain.split_whitespace().collect::<Vec<_>>().join(" ")
            }
            Self::Beancount => {
                let words = crate::fold::fold(name);
                let words = words
                    .split(' ')
                    .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
                let capital = |word: String| word[..1].to_uppercase() + &word[1..];
                words.filter(|word| !word.is_empty()).map(capital).collect::<Vec<_>>().join("-")
            }
        };
        if part.is_empty() { "Unnamed".to_owned() } else { part }
    }
}

/// The name, or the name with the first number that makes it another one. Case makes no difference
/// to hledger's queries.
fn unique(name: String, taken: &mut HashSet<String>) -> String {
    let mut tried = name.clone();
    let mut number = 2;
    while !taken.insert(tried.to_lowercase()) {
        tried = format!("{name}-{number}");
        number += 1;
    }
    tried
}
