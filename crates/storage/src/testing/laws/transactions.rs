use domain::{Category, CategorySource, Currency, TransactionId};
use jiff::civil::date;

use crate::{
    ChangeKind, Store, StoreError,
    testing::{Household, fixtures::money},
};

/// Two accounts in two currencies, and rows of several days, categories and cases.
async fn write_rows(store: &dyn Store, ada: &Household) {
    let import_id = ada.import_id();
    let euros = ada.account("Checking", import_id);
    let mut dollars = ada.account("Dollars", import_id);
    dollars.currency = Currency::USD;
    let mut rows = Vec::new();
    for (account, day, payee, cents, category) in [
        (&euros, 1, "Bäckerei Müller", -450, "Food:Groceries"),
        (&euros, 1, "BÄCKEREI MÜLLER", -550, "Food:Groceries"),
        (&euros, 2, "Noodle Bar", -1250, "Food:Eating out"),
        (&dollars, 2, "Foodland", -899, "Food"),
        (&euros, 3, "Employer", 250_000, "Income:Salary"),
        (&dollars, 4, "Own account", -5000, "Transfer"),
        (&euros, 5, "100%_\\", -1, "Uncategorised"),
        (&euros, 9, "Bäckerei Müller", -0, "Foodstuff"),
    ] {
        let mut row = ada.transaction(account, date(2026, 5, day), payee, cents);
        row.category = Category::known(category);
        row.description = format!("Reference ÄÖ {day}").into();
        row.external_id = Some(format!("FITID{}", rows.len()));
        row.line = rows.len() as u32 + 2;
        rows.push(row);
    }
    // The file's order is not the order of days.
    rows.reverse();
    ada.write(store, ada.import(import_id, vec![euros, dollars], rows)).await;
    ada.write_account(store, "Other import", &["Bakery", "Rent"]).await;
}

pub async fn a_ledger_has_every_row_by_day(store: &dyn Store) {
    let ada = Household::new("ada");
    write_rows(store, &ada).await;
    let ledger = store.ledger(&ada.user).await.unwrap();
    assert_eq!(ledger.transactions.len(), 10);
    assert!(ledger.transactions.is_sorted_by_key(|row| (row.date, row.id)));
    for row in &ledger.transactions {
        assert_eq!(store.find_transaction(&ada.user, row.id).await.unwrap().as_ref(), Some(row));
    }
}

pub async fn a_transaction_needs_its_account(store: &dyn Store) {
    let ada = Household::new("ada");
    let (account, _) = ada.write_account(store, "Checking", &["Bakery"]).await;
    let import_id = ada.import_id();
    let mut row = ada.transaction(&account, date(2026, 5, 7), "Later statement", 12_345);
    row.import_id = import_id;
    ada.write(store, ada.import(import_id, Vec::new(), vec![row.clone()])).await;
    assert_eq!(store.find_transaction(&ada.user, row.id).await.unwrap(), Some(row));

    let import_id = ada.import_id();
    let row = ada.transaction(&ada.account("Not given", import_id), date(2026, 5, 7), "Orphan", 1);
    let refused = ada.apply(store, ada.import(import_id, Vec::new(), vec![row])).await;
    assert!(matches!(refused, Err(StoreError::RowMissing)));
    assert_eq!(store.find_import(&ada.user, import_id).await.unwrap(), None);
}

pub async fn a_persons_category_stays_and_rows_that_are_not_there_are_passed_over(store: &dyn Store) {
    let ada = Household::new("ada");
    let (_, rows) = ada.write_account(store, "Checking", &["Bakery", "Rent"]).await;
    let category = Category::known("Food:Groceries");
    let transaction_ids = vec![rows[0].id, TransactionId::generate(&ada.clock)];
    ada.write(store, ChangeKind::TransactionsCategorised { transaction_ids, category: category.clone() })
        .await;
    let changed = store.find_transaction(&ada.user, rows[0].id).await.unwrap().unwrap();
    assert_eq!((changed.category, changed.category_source), (category, CategorySource::Person));
    assert_eq!(store.find_transaction(&ada.user, rows[1].id).await.unwrap().as_ref(), Some(&rows[1]));
}

pub async fn a_renamed_account_is_listed_by_its_new_name(store: &dyn Store) {
    let ada = Household::new("ada");
    let (first, _) = ada.write_account(store, "A", &[]).await;
    let (second, _) = ada.write_account(store, "b", &[]).await;
    ada.write(store, ChangeKind::AccountRenamed { account_id: first.id, name: "Ä".to_owned() }).await;
    let names: Vec<_> =
        store.list_accounts(&ada.user).await.unwrap().into_iter().map(|account| account.name).collect();
    assert_eq!(names, ["b", "Ä"]);
    let ledger = store.ledger(&ada.user).await.unwrap();
    assert_eq!(ledger.accounts.iter().map(|account| account.id).collect::<Vec<_>>(), [second.id, first.id]);
}

pub async fn a_ledger_is_a_snapshot(store: &dyn Store) {
    let ada = Household::new("ada");
    let (account, rows) = ada.write_account(store, "Checking", &["Bakery"]).await;
    let before = store.ledger(&ada.user).await.unwrap();
    assert_eq!(before.accounts, std::slice::from_ref(&account));
    ada.write_account(store, "Savings", &["Interest"]).await;
    let category = Category::known("Food");
    ada.write(store, ChangeKind::TransactionsCategorised { transaction_ids: vec![rows[0].id], category })
        .await;
    assert_eq!(before.transactions, rows, "what was handed out does not change");
    let after = store.ledger(&ada.user).await.unwrap();
    assert_eq!(after.accounts.len(), 2);
    assert_eq!(after.transactions[0].category.path(), "Food");
    assert_eq!(after.transactions[0].amount, money(-100, Currency::EUR));
}
