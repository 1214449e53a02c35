//! Texts of rows by number, so that a question looks at each spelling once.

use domain::{Ledger, Transaction};
use foldhash::{HashMap, HashMapExt};

/// One text of every row of a ledger.
#[derive(Debug)]
pub(crate) struct Texts {
    /// By row: its text's number.
    pub(crate) of_row: Vec<u32>,
    /// By number: the first row with the text.
    pub(crate) first_row: Vec<u32>,
}

impl Texts {
    /// Numbers texts in the order in which they are met.
    pub(super) fn new(ledger: &Ledger, text: impl Fn(&Transaction) -> &str) -> Self {
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut first_row = Vec::new();
        let of_row = (0u32..).zip(&ledger.transactions).map(|(at, row)| {
            *known.entry(text(row)).or_insert_with(|| {
                first_row.push(at);
                first_row.len() as u32 - 1
            })
        });
        Self { of_row: of_row.collect(), first_row }
    }

    /// By number: whether the text is one that is looked for.
    pub(crate) fn asked<'l>(
        &self,
        ledger: &'l Ledger,
        text: impl Fn(&'l Transaction) -> &'l str,
        is_asked: impl Fn(&str) -> bool,
    ) -> Vec<bool> {
        self.first_row.iter().map(|row| is_asked(text(&ledger.transactions[*row as usize]))).collect()
    }
}
