//! Transactions: reading, categorising and editing them.

use std::{collections::HashSet, sync::Arc};

use domain::{
    Category, CategoryChoice, CategorySource, Currency, InvalidSplits, Ledger, Money, Split, Transaction,
    TransactionEdit, TransactionFilter, TransactionId, TransferChoice, UserId,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use storage::{ChangeKind, Page, PageRequest, cursor::TransactionCursor};

use crate::{OperationError, Operations, settings::parse_category};

/// More than this in one request is a bulk edit, which goes by a filter.
const CATEGORISE_MAX: usize = 500;
/// Transactions that a plan lists one by one; the count is exact.
const PLANNED_MAX: usize = 100;
/// Longest payee, in characters.
const PAYEE_MAX: usize = 120;

/// A transaction of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedTransaction {
    /// The transaction.
    #[serde(flatten)]
    pub transaction: Transaction,
    /// What of its amount meets the filter, where only parts of it do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<Money>,
}

impl ListedTransaction {
    pub(crate) fn of(it: finance::CountedRow<'_>) -> Self {
        let amount = it.row.amount;
        let counted = Money::new(it.counted, amount.currency()).ok().filter(|counted| *counted != amount);
        Self { transaction: it.row.clone(), counted }
    }
}

/// How many transactions a filter meets, and their sums by currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransactionCount {
    /// How many.
    pub count: u64,
    /// Signed sums of what meets the filter, by currency code.
    pub sums: Vec<(Currency, Decimal)>,
}

/// Which transactions an edit of many is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These, 1 to 500 of them.
    Ids(Vec<TransactionId>),
    /// Every one that meets a filter.
    Filter(Box<TransactionFilter>),
}

/// What would become of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedEdit {
    /// Which transaction.
    pub transaction_id: TransactionId,
    /// Its booking day.
    pub date: Date,
    /// Its amount.
    pub amount: Money,
    /// Its payee now.
    pub payee: String,
    /// The payee that it would have.
    pub new_payee: String,
    /// Its category now.
    pub category: Category,
    /// The category that it would have.
    pub new_category: Category,
}

/// What an edit of many transactions would change, or has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditPlan {
    /// How many transactions.
    pub count: usize,
    /// The first of them, newest first.
    pub edits: Vec<PlannedEdit>,
    /// How many more are split: their parts have the categories, and stay.
    pub split: usize,
}

impl EditPlan {
    /// Of edits in the ledger's order.
    pub(crate) fn of(edits: Vec<PlannedEdit>) -> Self {
        Self { count: edits.len(), edits: edits.into_iter().rev().take(PLANNED_MAX).collect(), split: 0 }
    }
}

pub(crate) fn planned(row: &Transaction, category: &Category, payee: &str) -> PlannedEdit {
    PlannedEdit {
        transaction_id: row.id,
        date: row.date,
        amount: row.amount,
        payee: row.payee.to_string(),
        new_payee: payee.to_owned(),
        category: row.category.clone(),
        new_category: category.clone(),
    }
}

/// What a person changes on a transaction; a field that is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransactionPatch {
    /// Its category, by the person's choice.
    pub category: Option<Category>,
    /// Its payee.
    pub payee: Option<String>,
    /// Its note; empty is none.
    pub note: Option<String>,
    /// Its parts; empty is whole.
    pub splits: Option<Vec<Split>>,
    /// What it says about a transfer; none inside leaves that to the engine.
    pub transfer: Option<Option<TransferChoice>>,
}

impl Operations {
    /// Transactions that meet a filter, newest first. They are those that a figure of the filter is
    /// made of: a half of a transfer stands on no side of the books, a split transaction is listed where
    /// one of its parts meets the filter, and a pending one that was booked since is no transaction.
    pub async fn list_transactions(
        &self,
        user: &UserId,
        filter: &TransactionFilter,
        page: &PageRequest,
    ) -> Result<Page<ListedTransaction>, OperationError> {
        let after = page.cursor.as_deref().map(TransactionCursor::decode).transpose()?;
        let ledger = self.store.ledger(user).await?;
        let limit = usize::from(page.limit.max(1));
        let mut rows = finance::page(&ledger, filter, after.map(|after| (after.date, after.id)), limit + 1);
        let is_more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| is_more).map(|it| TransactionCursor::after(it.row).encode());
        Ok(Page { items: rows.into_iter().map(ListedTransaction::of).collect(), next_cursor })
    }

    /// How many transactions meet a filter, and the sums of what of them does.
    pub async fn count_transactions(
        &self,
        user: &UserId,
        filter: &TransactionFilter,
    ) -> Result<TransactionCount, OperationError> {
        let ledger = self.store.ledger(user).await?;
        let totals = finance::total(&ledger, filter);
        let mut sums: Vec<(Currency, Decimal)> =
            totals.iter().map(|total| (total.currency, total.total)).collect();
        sums.sort_unstable_by_key(|(currency, _)| *currency);
        Ok(TransactionCount { count: totals.iter().map(|total| total.count).sum(), sums })
    }

    /// One transaction, with the history of its edits.
    pub async fn get_transaction(
        &self,
        user: &UserId,
        id: TransactionId,
    ) -> Result<Transaction, OperationError> {
        self.store.find_transaction(user, id).await?.ok_or(OperationError::NotFound)
    }

    /// Puts transactions into a category; the person's choice is never overwritten by a rule.
    pub async fn categorise_transactions(
        &self,
        user: &UserId,
        ids: &[TransactionId],
        category: &str,
    ) -> Result<(), OperationError> {
        let category = parse_category(category)?;
        check_count(ids)?;
        for id in ids {
            self.get_transaction(user, *id).await?;
        }
        let kind = ChangeKind::TransactionsCategorised { transaction_ids: ids.to_vec(), category };
        self.write(user, kind).await
    }

    /// Tells what putting the selected transactions into a category changes, and does it unless that is
    /// only a preview.
    pub async fn recategorise_transactions(
        &self,
        user: &UserId,
        selection: &Selection,
        category: &str,
        preview: bool,
    ) -> Result<EditPlan, OperationError> {
        let category = parse_category(category)?;
        let ledger = self.ledger(user).await?;
        let rows = selected(&ledger, selection)?;
        let all = rows.len();
        let rows: Vec<&Transaction> = rows.into_iter().filter(|row| !row.is_split()).collect();
        let split = all - rows.len();
        let changes = rows.into_iter().filter(|row| {
            row.category != category || (!preview && row.category_source != CategorySource::Person)
        });
        let changes: Vec<&Transaction> = changes.collect();
        if !preview && !changes.is_empty() {
            let transaction_ids = changes.iter().map(|row| row.id).collect();
            let category = category.clone();
            self.write(user, ChangeKind::TransactionsCategorised { transaction_ids, category }).await?;
        }
        let edits = changes.into_iter().filter(|row| row.category != category);
        Ok(EditPlan { split, ..EditPlan::of(edits.map(|row| planned(row, &category, &row.payee)).collect()) })
    }

    /// Changes a transaction; what stood there before stays on its history.
    pub async fn edit_transaction(
        &self,
        user: &UserId,
        id: TransactionId,
        patch: TransactionPatch,
    ) -> Result<Transaction, OperationError> {
        let row = self.get_transaction(user, id).await?;
        if let Some(Some(TransferChoice::With { transaction_id })) = patch.transfer {
            let other = self.store.find_transaction(user, transaction_id).await?;
            let other = other
                .ok_or_else(|| OperationError::field("transfer", "must name one of your transactions"))?;
            if other.account_id == row.account_id {
                return Err(OperationError::field("transfer", "must name a transaction of another account"));
            }
        }
        let edit = Box::new(checked_edit(&row, patch)?);
        self.write(user, ChangeKind::TransactionEdited { transaction_id: id, edit }).await?;
        self.get_transaction(user, id).await
    }

    /// Everything the user's questions are answered from.
    pub async fn ledger(&self, user: &UserId) -> Result<Arc<Ledger>, OperationError> {
        Ok(self.store.ledger(user).await?)
    }
}

fn check_count(ids: &[TransactionId]) -> Result<(), OperationError> {
    if ids.is_empty() || ids.len() > CATEGORISE_MAX {
        let message = format!("must name 1 to {CATEGORISE_MAX} transactions");
        return Err(OperationError::field("transaction_ids", message));
    }
    Ok(())
}

pub(crate) fn selected<'a>(
    ledger: &'a Ledger,
    selection: &Selection,
) -> Result<Vec<&'a Transaction>, OperationError> {
    match selection {
        Selection::Ids(ids) => {
            check_count(ids)?;
            let wanted: HashSet<TransactionId> = ids.iter().copied().collect();
            let rows: Vec<_> = ledger.transactions.iter().filter(|row| wanted.contains(&row.id)).collect();
            if rows.len() == wanted.len() { Ok(rows) } else { Err(OperationError::NotFound) }
        }
        Selection::Filter(filter) => Ok(finance::matching(ledger, filter).collect()),
    }
}

fn checked_edit(row: &Transaction, patch: TransactionPatch) -> Result<TransactionEdit, OperationError> {
    let payee = patch.payee.map(|payee| payee.split_whitespace().collect::<Vec<_>>().join(" "));
    if let Some(payee) = &payee
        && (payee.is_empty() || payee.chars().count() > PAYEE_MAX || payee.chars().any(char::is_control))
    {
        return Err(OperationError::field("payee", format!("must be 1 to {PAYEE_MAX} characters")));
    }
    let note = patch.note.map(|note| note.trim().to_owned());
    if note.as_ref().is_some_and(|note| note.chars().count() > Split::NOTE_MAX) {
        let message = format!("must be at most {} characters", Split::NOTE_MAX);
        return Err(OperationError::field("note", message));
    }
    if let Some(splits) = &patch.splits {
        Split::check_all(splits, row.amount).map_err(|error| {
            let field = match error {
                InvalidSplits::Count | InvalidSplits::Sum { .. } => "splits".to_owned(),
                InvalidSplits::Zero { at } | InvalidSplits::Currency { at } => format!("splits.{at}.amount"),
                InvalidSplits::Note { at } => format!("splits.{at}.note"),
            };
            OperationError::field(&field, error.to_string())
        })?;
    }
    if patch.transfer == Some(Some(TransferChoice::With { transaction_id: row.id })) {
        return Err(OperationError::field("transfer", "must name another transaction"));
    }
    let source = CategorySource::Person;
    Ok(TransactionEdit {
        payee,
        category: patch.category.map(|category| CategoryChoice { category, source }),
        note,
        splits: patch.splits,
        transfer: patch.transfer,
    })
}
