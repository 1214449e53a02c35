//! Accounts and their balances.

use domain::{Account, AccountId, Money, UserId};
use serde::Serialize;
use storage::ChangeKind;

use crate::{OperationError, Operations, Person};

/// An account with its balance today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountOverview {
    /// The account.
    pub account: Account,
    /// Its balance at the end of the person's today.
    pub balance: Money,
    /// How many transactions are booked on it.
    pub transaction_count: u64,
}

impl Operations {
    /// Every account, by name.
    pub async fn list_accounts(&self, person: &Person) -> Result<Vec<AccountOverview>, OperationError> {
        let ledger = self.store.ledger(&person.user).await?;
        let today = person.today(&*self.clock);
        let overview = |account: &Account| AccountOverview {
            balance: finance::balance_on(&ledger, account.id, today),
            transaction_count: ledger.transactions.iter().filter(|row| row.account_id == account.id).count()
                as u64,
            account: account.clone(),
        };
        Ok(ledger.accounts.iter().map(overview).collect())
    }

    /// Gives an account a new name of 1 to 80 characters.
    pub async fn rename_account(
        &self,
        user: &UserId,
        id: AccountId,
        name: &str,
    ) -> Result<Account, OperationError> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
            return Err(OperationError::field("name", "must be 1 to 80 characters"));
        }
        self.write(user, ChangeKind::AccountRenamed { account_id: id, name }).await?;
        let accounts = self.store.list_accounts(user).await?;
        accounts.into_iter().find(|account| account.id == id).ok_or(OperationError::NotFound)
    }
}
