use domain::{
    Category, CategoryChoice, CategorySource, Currency, PastEdit, Split, Transaction, TransactionDetails,
    TransactionEdit, TransactionId, TransferChoice,
};
use jiff::civil::date;

use crate::{
    ChangeKind, RuleResult, Store, StoreError,
    testing::{Household, fixtures::money},
};

fn part(cents: i64, category: &str) -> Split {
    Split {
        amount: money(cents, Currency::EUR),
        category: Category::new(category).unwrap(),
        note: "half of it".to_owned(),
    }
}

fn choice(category: &str, source: CategorySource) -> CategoryChoice {
    CategoryChoice { category: Category::new(category).unwrap(), source }
}

async fn find(store: &dyn Store, ada: &Household, id: TransactionId) -> Transaction {
    let found = store.find_transaction(&ada.user, id).await.unwrap().unwrap();
    let ledger = store.ledger(&ada.user).await.unwrap();
    assert_eq!(ledger.transactions.iter().find(|row| row.id == id), Some(&found), "in the ledger too");
    found
}

pub async fn an_edited_transaction_keeps_what_stood_there_before(store: &dyn Store) {
    let ada = Household::new("ada");
    let (_, rows) = ada.write_account(store, "Checking", &["Bakery", "Rent"]).await;
    let (mut expected, other) = (rows[0].clone(), rows[1].id);
    let edits = [
        TransactionEdit {
            payee: Some("BÄCKEREI \0".to_owned()),
            category: Some(choice("Food:Groceries", CategorySource::Person)),
            note: Some("for the party".to_owned()),
            splits: Some(vec![part(-60, "Food"), part(-40, "Gifts")]),
            transfer: Some(Some(TransferChoice::With { transaction_id: other })),
        },
        TransactionEdit {
            splits: Some(Vec::new()),
            transfer: Some(Some(TransferChoice::No)),
            ..TransactionEdit::default()
        },
        TransactionEdit { transfer: Some(None), ..TransactionEdit::default() },
        TransactionEdit { note: Some("for the party".to_owned()), ..TransactionEdit::default() },
    ];
    for edit in edits {
        let kind =
            ChangeKind::TransactionEdited { transaction_id: expected.id, edit: Box::new(edit.clone()) };
        let change = ada.change(kind);
        store.apply(&change).await.unwrap();
        expected.apply_edit(&crate::storable_edit(edit), change.at);
        assert_eq!(find(store, &ada, expected.id).await, expected);
    }
    let history = &expected.details.as_ref().unwrap().history;
    assert_eq!(history.len(), 3, "what changes nothing leaves no trace");
    assert_eq!(history[0].before.payee.as_deref(), Some("Bakery"));
    assert_eq!(&*expected.payee, "BÄCKEREI \u{FFFD}");

    let transaction_id = TransactionId::generate(&ada.clock);
    let unknown =
        ada.apply(store, ChangeKind::TransactionEdited { transaction_id, edit: Box::default() }).await;
    assert!(matches!(unknown, Err(StoreError::RowMissing)), "{unknown:?}");
}

pub async fn parts_notes_and_other_details_come_with_an_import(store: &dyn Store) {
    let ada = Household::new("ada");
    let account = ada.account("Visa", ada.import_id());
    let mut rows: Vec<_> =
        (1..4).map(|day| ada.transaction(&account, date(2026, 5, day), "Shop", -100)).collect();
    rows[0].details = Some(Box::new(TransactionDetails {
        is_pending: true,
        mcc: Some(5411),
        splits: vec![part(-60, "Food"), part(-40, "Gifts")],
        note: "from the file".to_owned(),
        ..TransactionDetails::default()
    }));
    rows[1].details = Some(Box::default());
    ada.write(store, ada.import(account.import_id, vec![account.clone()], rows.clone())).await;
    for row in &rows {
        assert_eq!(find(store, &ada, row.id).await, *row);
    }
}

pub async fn a_persons_rules_never_overwrite_their_own_choice(store: &dyn Store) {
    let ada = Household::new("ada");
    let (_, rows) = ada.write_account(store, "Checking", &["Bakery", "Rent", "Kiosk"]).await;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let chosen = Category::known("Food:Eating out");
    let kind = ChangeKind::TransactionsCategorised { transaction_ids: vec![ids[0]], category: chosen };
    let by_hand = ada.change(kind);
    store.apply(&by_hand).await.unwrap();
    let result = |transaction_ids, payee: Option<&str>| RuleResult {
        transaction_ids,
        category: Category::known("Food:Groceries"),
        payee: payee.map(str::to_owned),
    };
    let results = vec![
        result(vec![ids[0], ids[1]], None),
        result(vec![ids[2], TransactionId::generate(&ada.clock)], Some("KIOSK am Eck")),
    ];
    let by_rule = ada.change(ChangeKind::RulesApplied { results: results.clone() });
    store.apply(&by_rule).await.unwrap();
    ada.write(store, ChangeKind::RulesApplied { results }).await;

    let past = |at, payee: Option<&str>| PastEdit {
        at,
        before: TransactionEdit {
            payee: payee.map(str::to_owned),
            category: Some(choice("Uncategorised", CategorySource::Rule)),
            ..TransactionEdit::default()
        },
    };
    let expected = [
        ("Bakery", "Food:Eating out", CategorySource::Person, past(by_hand.at, None)),
        ("Rent", "Food:Groceries", CategorySource::PersonRule, past(by_rule.at, None)),
        ("KIOSK am Eck", "Food:Groceries", CategorySource::PersonRule, past(by_rule.at, Some("Kiosk"))),
    ];
    for (id, (payee, category, source, past)) in ids.into_iter().zip(expected) {
        let row = find(store, &ada, id).await;
        assert_eq!((&*row.payee, row.category.path(), row.category_source), (payee, category, source));
        assert_eq!(row.details.unwrap().history, [past]);
    }
}

pub async fn undoing_an_import_keeps_edits_of_other_rows(store: &dyn Store) {
    let ada = Household::new("ada");
    let (account, first) = ada.write_account(store, "Checking", &["Bakery"]).await;
    let import_id = ada.import_id();
    let mut row = ada.transaction(&account, date(2026, 6, 1), "Rent", -90_000);
    row.import_id = import_id;
    ada.write(store, ada.import(import_id, vec![account], vec![row.clone()])).await;
    for transaction_id in [first[0].id, row.id] {
        let edit = TransactionEdit { note: Some("checked".to_owned()), ..TransactionEdit::default() };
        ada.write(store, ChangeKind::TransactionEdited { transaction_id, edit: Box::new(edit) }).await;
    }
    ada.write(store, ChangeKind::ImportUndone { import_id }).await;
    let rows = store.ledger(&ada.user).await.unwrap().transactions.clone();
    assert_eq!(rows.len(), 1);
    let details = rows[0].details.as_ref().unwrap();
    assert_eq!((rows[0].id, details.note.as_str(), details.history.len()), (first[0].id, "checked", 1));
}
