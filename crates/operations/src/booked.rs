//! A row of a file as it is booked: its names, its category, and what a person's rules make of it.

use std::sync::Arc;

use domain::{
    Account, Category, CategorySource, ImportId, Money, Split, Transaction, TransactionDetails,
    TransactionEdit, TransactionId,
};
use finance::{
    BookingCache, RowFacts,
    rules::{RuleFacts, RuleSet},
    statement::{RowDetails, RowSplit, StatementRow},
};

use crate::Operations;

/// What the rows of one import are booked by.
pub(crate) struct Booking<'a> {
    import: ImportId,
    rules: &'a RuleSet<'a>,
    cache: BookingCache,
}

impl<'a> Booking<'a> {
    /// The rows of `import`, by the built-in rules and the person's.
    pub(crate) fn new(import: ImportId, rules: &'a RuleSet<'a>) -> Self {
        Self { import, rules, cache: BookingCache::default() }
    }
}

impl Operations {
    /// A file's row as it is booked; none where its amount is out of range.
    pub(crate) fn booked(
        &self,
        booking: &mut Booking<'_>,
        account: &Account,
        row: &StatementRow,
    ) -> Option<Transaction> {
        let amount = Money::new(row.amount, account.currency).ok()?;
        let booked = booking.cache.booked(&RowFacts {
            payee: &row.payee,
            description: &row.description,
            amount: row.amount,
            statement_category: row.category.as_deref(),
            account_kind: account.kind,
        });
        let mut transaction = Transaction {
            id: TransactionId::generate(self.clock.as_ref()),
            account_id: account.id,
            import_id: booking.import,
            date: row.date,
            amount,
            payee: Arc::clone(booked.payee),
            description: Arc::clone(booked.description),
            category: booked.category.clone(),
            category_source: booked.category_source,
            external_id: row.external_id.clone(),
            line: row.line,
            details: row.details.as_ref().map(|details| Box::new(booked_details(details, amount))),
        };
        if let Some(rule) = booking.rules.decide(&RuleFacts::from(&transaction)) {
            transaction.category.clone_from(&rule.category);
            transaction.category_source = CategorySource::PersonRule;
            // On the history, so that the same row of a later file is known by the name it came with.
            let edit = TransactionEdit { payee: rule.payee.clone(), ..TransactionEdit::default() };
            transaction.apply_edit(&edit, self.clock.now());
        }
        Some(transaction)
    }
}

/// What few rows have, as it is kept. Parts that are not the whole are left out.
fn booked_details(row: &RowDetails, amount: Money) -> TransactionDetails {
    let split = |part: &RowSplit| {
        let category = part.category.as_deref();
        Some(Split {
            amount: Money::new(part.amount, amount.currency()).ok()?,
            category: category
                .and_then(|category| finance::statement_category(category, part.amount))
                .unwrap_or(Category::UNCATEGORISED),
            note: part.note.chars().take(Split::NOTE_MAX).collect(),
        })
    };
    let splits: Vec<Split> = row.splits.iter().filter_map(split).collect();
    let is_whole = Split::check_all(&splits, amount).is_ok();
    TransactionDetails {
        is_pending: row.is_pending,
        mcc: row.mcc,
        splits: if is_whole { splits } else { Vec::new() },
        ..TransactionDetails::default()
    }
}
