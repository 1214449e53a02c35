//! The program's own sample household as a ledger.

use std::sync::Arc;

use domain::{
    Account, AccountId, BalanceAnchor, Category, CategorySource, Currency, ImportId, Ledger, Money, Profile,
    Transaction, TransactionId,
};
use jiff::civil::{Date, date};
use uuid::Uuid;

/// The day that counts as today.
pub const TODAY: Date = date(2025, 8, 20);

pub fn household() -> (Arc<Ledger>, Profile) {
    let sample = finance::sample_household(7, TODAY);
    let mut accounts = Vec::new();
    let mut transactions = Vec::new();
    for (at, own) in sample.statement.accounts.into_iter().enumerate() {
        let id = AccountId::from(Uuid::from_u128(at as u128 + 1));
        let balance = own.closing_balance.and_then(|balance| Money::new(balance, Currency::USD).ok());
        accounts.push(Account {
            id,
            name: own.name,
            kind: own.kind,
            currency: Currency::USD,
            number: own.number,
            anchor: balance.map(|balance| BalanceAnchor { date: TODAY, balance }),
            import_id: ImportId::from(Uuid::nil()),
        });
        for row in own.rows {
            transactions.push(Transaction {
                id: TransactionId::from(Uuid::from_u128(1_000 + transactions.len() as u128)),
                account_id: id,
                import_id: ImportId::from(Uuid::nil()),
                date: row.date,
                amount: Money::new(row.amount, Currency::USD).unwrap(),
                payee: row.payee.into(),
                description: row.description.into(),
                category: Category::new(&row.category.unwrap()).unwrap(),
                category_source: CategorySource::Statement,
                external_id: None,
                line: row.line,
                details: None,
            });
        }
    }
    accounts.sort_by(|a, b| a.name.cmp(&b.name));
    transactions.sort_by_key(|row| (row.date, row.id));
    (Arc::new(Ledger { accounts, transactions: transactions.into() }), sample.profile)
}
