use domain::Category;
use jiff::civil::date;
use rust_decimal::Decimal;
use storage::{ChangeKind, RuleResult, testing::Household};

use crate::database::store;

#[tokio::test]
async fn a_hundred_thousand_rows_go_in_and_out_as_a_whole() {
    const ROWS: i64 = 100_000;
    let store = store().await;
    let ada = Household::new("ada");
    let account = ada.account("Checking", ada.import_id());
    let rows: Vec<_> = (0..ROWS)
        .map(|number| {
            let day = date(2020, 1, 1).saturating_add(jiff::Span::new().days(number % 2_000));
            ada.transaction(&account, day, &format!("Payee {}", number % 700), -number)
        })
        .collect();
    ada.write(&*store, ada.import(account.import_id, vec![account.clone()], rows)).await;

    let ledger = store.ledger(&ada.user).await.unwrap();
    assert_eq!(ledger.transactions.len(), 100_000);
    let sum: Decimal = ledger.transactions.iter().map(|row| row.amount.amount()).sum();
    assert_eq!(sum, Decimal::new(-(ROWS * (ROWS - 1) / 2), 2));
    assert!(std::sync::Arc::ptr_eq(&ledger, &store.ledger(&ada.user).await.unwrap()), "it is read once");

    let transaction_ids: Vec<_> = ledger.transactions.iter().map(|row| row.id).collect();
    let by_rule = RuleResult {
        transaction_ids: transaction_ids.clone(),
        category: Category::known("Food:Groceries"),
        payee: Some("One name for all".to_owned()),
    };
    ada.write(&*store, ChangeKind::RulesApplied { results: vec![by_rule] }).await;
    let category = Category::known("Gifts");
    ada.write(&*store, ChangeKind::TransactionsCategorised { transaction_ids, category }).await;
    let ledger = store.ledger(&ada.user).await.unwrap();
    let histories = ledger.transactions.iter().map(|row| row.details.as_ref().unwrap().history.len());
    assert_eq!(histories.sum::<usize>(), 200_000);

    ada.write(&*store, ChangeKind::ImportUndone { import_id: account.import_id }).await;
    assert_eq!(store.ledger(&ada.user).await.unwrap().transactions.len(), 0);
}
