//! What a person says about a transfer between their own accounts.

use domain::{Ledger, Transaction, TransactionId, TransferChoice, UserId};

use crate::{OperationError, Operations, TransactionPatch};

/// Days between a row and what could be its other half, where the engine is not sure enough to say so.
const DAYS_MAX: i32 = 10;
/// What could be the other half, at most.
const CANDIDATES_MAX: usize = 10;

/// What a transaction is as a transfer between own accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransferState {
    /// Its other half; such a pair is neither spent nor earned.
    pub partner: Option<Transaction>,
    /// What could be its other half while it has none, the likeliest first.
    pub candidates: Vec<Transaction>,
    /// The person has said that it is none.
    pub is_refused: bool,
}

impl Operations {
    /// What a transaction is as a transfer between own accounts.
    pub async fn get_transfer(
        &self,
        user: &UserId,
        id: TransactionId,
    ) -> Result<TransferState, OperationError> {
        let ledger = self.ledger(user).await?;
        let row = ledger.transactions.iter().find(|row| row.id == id).ok_or(OperationError::NotFound)?;
        let found = finance::transfers(&ledger);
        let other = |pair: &finance::TransferPair| match id {
            _ if pair.from == id => Some(pair.to),
            _ if pair.to == id => Some(pair.from),
            _ => None,
        };
        let find = |id: TransactionId| ledger.transactions.iter().find(|row| row.id == id).cloned();
        let is_refused = choice(row) == Some(TransferChoice::No);
        if let Some(partner) = found.pairs.iter().find_map(other) {
            return Ok(TransferState { partner: find(partner), candidates: Vec::new(), is_refused });
        }
        let likely: Vec<TransactionId> = found.candidates.iter().filter_map(other).collect();
        let mut candidates: Vec<Transaction> =
            opposites(&ledger, row, |it| found.pairs.iter().any(|pair| pair.from == it || pair.to == it));
        candidates.sort_by_key(|it| (!likely.contains(&it.id), (it.date - row.date).get_days().abs(), it.id));
        candidates.truncate(CANDIDATES_MAX);
        Ok(TransferState { partner: None, candidates, is_refused })
    }

    /// Says that two transactions are one transfer, or with none that one of them is no transfer; what its
    /// other half said of it is taken back.
    pub async fn choose_transfer(
        &self,
        user: &UserId,
        id: TransactionId,
        other: Option<TransactionId>,
    ) -> Result<(), OperationError> {
        let ledger = self.ledger(user).await?;
        let said_by_others = ledger.transactions.iter().filter(|row| {
            Some(row.id) != other && choice(row) == Some(TransferChoice::With { transaction_id: id })
        });
        let taken_back: Vec<TransactionId> = said_by_others.map(|row| row.id).collect();
        let said = other.map_or(TransferChoice::No, |transaction_id| TransferChoice::With { transaction_id });
        self.edit_transaction(user, id, transfer(Some(said))).await?;
        for it in taken_back {
            self.edit_transaction(user, it, transfer(None)).await?;
        }
        if let Some(other) = other {
            let said = TransferChoice::With { transaction_id: id };
            self.edit_transaction(user, other, transfer(Some(said))).await?;
        }
        Ok(())
    }
}

fn choice(row: &Transaction) -> Option<TransferChoice> {
    row.details.as_deref()?.transfer
}

fn transfer(choice: Option<TransferChoice>) -> TransactionPatch {
    TransactionPatch { transfer: Some(choice), ..TransactionPatch::default() }
}

/// Rows of other accounts with the opposite amount, near in time, that have no other half.
fn opposites(
    ledger: &Ledger,
    row: &Transaction,
    is_paired: impl Fn(TransactionId) -> bool,
) -> Vec<Transaction> {
    let fits = |it: &&Transaction| {
        it.account_id != row.account_id
            && it.amount.currency() == row.amount.currency()
            && it.amount.amount() == -row.amount.amount()
            && (it.date - row.date).get_days().abs() <= DAYS_MAX
            && !is_paired(it.id)
    };
    ledger.transactions.iter().filter(fits).cloned().collect()
}
