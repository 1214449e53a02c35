//! What a person says about a transfer between their own accounts.

use domain::{Ledger, Transaction, TransactionId, TransferChoice, UserId};
use finance::calculate::{DatedRate, convert};
use rust_decimal::Decimal;

use crate::{OperationError, Operations, TransactionPatch};

/// Days between a row and what could be its other half, where the engine is not sure enough to say so.
const DAYS_MAX: i32 = 10;
/// What could be the other half, at most; in another currency as many more.
const CANDIDATES_MAX: usize = 10;
/// How far money that was changed may be from what the person's rate makes of it: a bank's margin and fee. More
/// would take the day's other payments for it.
const OFF_RATE_MAX: Decimal = Decimal::from_parts(5, 0, 0, false, 2);

/// What a transaction is as a transfer between own accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransferState {
    /// Its other half; such a pair is neither spent nor earned.
    pub partner: Option<Transaction>,
    /// What could be its other half while it has none, the likeliest first: the opposite amount, then what is
    /// worth that in another currency by the person's rate for the day.
    pub candidates: Vec<Transaction>,
    /// What else went the other way in another currency, the nearest day first.
    pub in_other_currencies: Vec<Transaction>,
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
            return Ok(TransferState { partner: find(partner), is_refused, ..TransferState::default() });
        }
        let rates: Vec<DatedRate> =
            self.list_exchange_rates(user).await?.iter().map(DatedRate::from).collect();
        let likely: Vec<TransactionId> = found.candidates.iter().filter_map(other).collect();
        let mut opposites =
            opposites(&ledger, row, |it| found.pairs.iter().any(|pair| pair.from == it || pair.to == it));
        opposites.sort_by_key(|it| {
            let is_changed = it.amount.currency() != row.amount.currency();
            (is_changed, !likely.contains(&it.id), (it.date - row.date).get_days().abs(), it.id)
        });
        let (candidates, in_other_currencies): (Vec<_>, Vec<_>) =
            opposites.into_iter().partition(|it| is_worth(row, it, &rates));
        let first = |rows: Vec<&Transaction>| rows.into_iter().take(CANDIDATES_MAX).cloned().collect();
        Ok(TransferState {
            partner: None,
            candidates: first(candidates),
            in_other_currencies: first(in_other_currencies),
            is_refused,
        })
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

/// Rows of other accounts with the opposite amount, or the opposite sign in another currency, near in time, that
/// have no other half.
fn opposites<'a>(
    ledger: &'a Ledger,
    row: &Transaction,
    is_paired: impl Fn(TransactionId) -> bool,
) -> Vec<&'a Transaction> {
    let fits = |it: &&Transaction| {
        it.account_id != row.account_id
            && (it.date - row.date).get_days().abs() <= DAYS_MAX
            && is_opposite(row, it)
            && !is_paired(it.id)
    };
    ledger.transactions.iter().filter(fits).collect()
}

fn is_opposite(row: &Transaction, other: &Transaction) -> bool {
    let amounts = [row.amount.amount(), other.amount.amount()];
    if row.amount.currency() == other.amount.currency() {
        return amounts[0] == -amounts[1];
    }
    row.amount.is_outflow() != other.amount.is_outflow() && !amounts.iter().any(Decimal::is_zero)
}

/// Whether a row is about what came of another one, by the rates of its day; in one currency it is the same.
fn is_worth(row: &Transaction, other: &Transaction, rates: &[DatedRate]) -> bool {
    let (from, to) = (row.amount.currency(), other.amount.currency());
    let Ok(worth) = convert(row.amount.amount(), from, to, row.date, rates) else { return false };
    let off = worth.amount.checked_add(other.amount.amount());
    off.is_some_and(|off| off.abs() <= worth.amount.abs() * OFF_RATE_MAX)
}
