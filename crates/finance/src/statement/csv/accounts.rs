//! The accounts of a file: one for every number and currency.

use std::collections::HashMap;

use domain::{AccountKind, Currency};

use super::super::{
    StatementAccount,
    text::{account_kind, account_number, plain_text},
};

/// So many accounts are compared one after the other; a table is slower for a few.
const FEW: usize = 8;

/// Accounts in the file's order, found by number and currency.
#[derive(Default)]
pub(super) struct Accounts {
    pub(super) all: Vec<StatementAccount>,
    /// As the first rows write them.
    first: Vec<(String, Option<Currency>, usize)>,
    /// By number, and by the number as a row writes it.
    by_number: HashMap<String, Vec<(Option<Currency>, usize)>>,
}

/// What is known of an account that the rows do not tell.
pub(super) struct Defaults<'d> {
    pub(super) file_name: &'d str,
    pub(super) is_card: bool,
}

impl Accounts {
    /// The account of a row; `number` and `name` as the row writes them.
    pub(super) fn index(
        &mut self,
        number: &str,
        name: &str,
        currency: Option<Currency>,
        defaults: &Defaults<'_>,
    ) -> usize {
        let is_same =
            |(known, of, _): &&(String, Option<Currency>, usize)| *of == currency && known == number;
        if let Some((.., index)) = self.first.iter().find(is_same) {
            return *index;
        }
        if let Some(index) = self.known(number, currency) {
            return index;
        }
        // Some banks guard numbers from spreadsheets with an apostrophe.
        let plain = account_number(number.trim_matches('\'')).unwrap_or_default();
        let index = self.known(&plain, currency).unwrap_or_else(|| {
            self.all.push(new_account(&plain, name, currency, defaults));
            self.by_number.entry(plain.clone()).or_default().push((currency, self.all.len() - 1));
            self.all.len() - 1
        });
        if plain != number {
            self.by_number.entry(number.to_owned()).or_default().push((currency, index));
        }
        if self.first.len() < FEW {
            self.first.push((number.to_owned(), currency, index));
        }
        index
    }

    fn known(&self, number: &str, currency: Option<Currency>) -> Option<usize> {
        let accounts = self.by_number.get(number)?;
        accounts.iter().find(|(known, _)| *known == currency).map(|(_, index)| *index)
    }
}

/// Puts rows that name no currency to those of their account that do, where these name one alone.
pub(super) fn one_currency_each(accounts: &mut Vec<StatementAccount>) {
    for at in (0..accounts.len()).rev() {
        let own = &accounts[at];
        if own.currency.is_some() {
            continue;
        }
        let mut others = (0..accounts.len()).filter(|other| {
            let other = &accounts[*other];
            other.currency.is_some() && (&other.number, &other.name) == (&own.number, &own.name)
        });
        let (Some(into), None) = (others.next(), others.next()) else { continue };
        let rows = std::mem::take(&mut accounts[at].rows);
        accounts[into].rows.extend(rows);
        accounts[into].rows.sort_by_key(|row| row.line);
        accounts.remove(at);
    }
}

fn new_account(
    number: &str,
    name: &str,
    currency: Option<Currency>,
    defaults: &Defaults<'_>,
) -> StatementAccount {
    let name = match (plain_text(name).as_str(), number) {
        ("", "") => defaults.file_name.to_owned(),
        ("", number) if number.chars().filter(char::is_ascii_digit).count() >= 8 => {
            let tail: Vec<char> = number.chars().filter(|c| c.is_alphanumeric()).collect();
            format!("Account …{}", tail[tail.len() - 4..].iter().collect::<String>())
        }
        ("", number) => number.to_owned(),
        (name, _) => name.to_owned(),
    };
    let kind = match account_kind(&name) {
        AccountKind::Other if defaults.is_card => AccountKind::CreditCard,
        kind => kind,
    };
    StatementAccount {
        number: Some(number.to_owned()).filter(|number| !number.is_empty()),
        name,
        kind,
        currency,
        opening_balance: None,
        closing_balance: None,
        closing_date: None,
        rows: Vec::new(),
    }
}
