use domain::{Account, Category, Import, SkippedRow};
use jiff::civil::date;

use crate::{
    Applied, ChangeKind, ImportsSeen, Store, StoreError,
    testing::{Household, fixtures::anchor},
};

pub async fn an_import_is_committed_once_and_undone_as_a_whole(store: &dyn Store) {
    let ada = Household::new("ada");
    let account = ada.account("Checking", ada.import_id());
    let rows = vec![ada.transaction(&account, date(2026, 5, 1), "Bakery", -450)];
    let mut commit = ada.import(account.import_id, vec![account.clone()], rows);
    let ChangeKind::ImportCommitted { import, .. } = &mut commit else { unreachable!("it is an import") };
    import.skipped = 1;
    import.skipped_rows =
        vec![SkippedRow { line: 7, column: Some(1), reason: "the date 31.02. does not exist".to_owned() }];
    let import = import.clone();
    ada.write(store, commit.clone()).await;
    assert_eq!(ada.apply(store, commit).await.unwrap(), Applied::Before, "the same import, another change");
    assert_eq!(store.find_import(&ada.user, import.id).await.unwrap().as_ref(), Some(&import));
    assert_eq!(store.ledger(&ada.user).await.unwrap().transactions.len(), 1);

    let undo = ada.change(ChangeKind::ImportUndone { import_id: import.id });
    assert_eq!(store.apply(&undo).await.unwrap(), Applied::Now);
    let ledger = store.ledger(&ada.user).await.unwrap();
    assert_eq!((ledger.accounts.len(), ledger.transactions.len()), (0, 0));
    let listed = store.list_imports(&ada.user).await.unwrap();
    assert_eq!(listed, [domain::Import { undone_at: Some(undo.at), ..import.clone() }]);
    let again = ada.apply(store, ChangeKind::ImportUndone { import_id: import.id }).await.unwrap();
    assert_eq!(again, Applied::Before);

    let (second, _) = ada.write_account(store, "Savings", &["Interest"]).await;
    let listed = store.list_imports(&ada.user).await.unwrap();
    assert_eq!(listed.iter().map(|import| import.id).collect::<Vec<_>>(), [second.import_id, import.id]);
    let unknown = ada.apply(store, ChangeKind::ImportUndone { import_id: ada.import_id() }).await;
    assert!(matches!(unknown, Err(StoreError::RowMissing)));
}

pub async fn an_import_planned_on_other_imports_is_refused(store: &dyn Store) {
    let ada = Household::new("ada");
    let account = ada.account("Checking", ada.import_id());
    let planned_on = async |imports: &[Import]| {
        let id = ada.import_id();
        let row = domain::Transaction {
            import_id: id,
            ..ada.transaction(&account, date(2026, 5, 1), "Bakery", -450)
        };
        let mut commit = ada.import(id, vec![account.clone()], vec![row]);
        let ChangeKind::ImportCommitted { planned_on, .. } = &mut commit else {
            unreachable!("it is an import")
        };
        *planned_on = Some(ImportsSeen::of(imports));
        ada.apply(store, commit).await
    };
    assert_eq!(planned_on(&[]).await.unwrap(), Applied::Now);
    assert!(matches!(planned_on(&[]).await, Err(StoreError::Outdated)), "another import came first");
    assert_eq!(store.ledger(&ada.user).await.unwrap().transactions.len(), 1);

    let seen = store.list_imports(&ada.user).await.unwrap();
    assert_eq!(seen.len(), 1, "the one that was refused is not listed");
    assert_eq!(planned_on(&seen).await.unwrap(), Applied::Now);

    let seen = store.list_imports(&ada.user).await.unwrap();
    ada.write(store, ChangeKind::ImportUndone { import_id: seen[0].id }).await;
    assert!(matches!(planned_on(&seen).await, Err(StoreError::Outdated)), "an import was undone since");
    assert_eq!(store.ledger(&ada.user).await.unwrap().transactions.len(), 1);
    let bob = Household::new("bob");
    bob.write_account(store, "Savings", &["Interest"]).await;
    let seen = store.list_imports(&ada.user).await.unwrap();
    assert_eq!(planned_on(&seen).await.unwrap(), Applied::Now, "another person's imports do not count");
}

pub async fn undoing_an_import_keeps_what_a_person_edited_elsewhere(store: &dyn Store) {
    let ada = Household::new("ada");
    let (account, first) = ada.write_account(store, "Checking", &["Bakery"]).await;
    let (untouched, _) = ada.write_account(store, "Empty since", &[]).await;
    let second_id = ada.import_id();
    let mut row = ada.transaction(&account, date(2026, 6, 1), "Rent", -90_000);
    row.import_id = second_id;
    let only_here = ada.account("Savings", second_id);
    let accounts = vec![account.clone(), only_here.clone()];
    ada.write(store, ada.import(second_id, accounts, vec![row])).await;
    ada.write(store, ChangeKind::AccountRenamed { account_id: account.id, name: "Giro".to_owned() }).await;
    let category = Category::known("Food:Groceries");
    ada.write(
        store,
        ChangeKind::TransactionsCategorised {
            transaction_ids: vec![first[0].id],
            category: category.clone(),
        },
    )
    .await;

    ada.write(store, ChangeKind::ImportUndone { import_id: second_id }).await;
    let ledger = store.ledger(&ada.user).await.unwrap();
    let names: Vec<_> = ledger.accounts.iter().map(|account| account.name.as_str()).collect();
    assert_eq!(names, [untouched.name.as_str(), "Giro"], "only the undone import's empty account goes");
    assert_eq!(ledger.transactions.len(), 1);
    assert_eq!(ledger.transactions[0].category, category);
}

pub async fn undoing_an_import_gives_back_the_anchor_it_replaced(store: &dyn Store) {
    let ada = Household::new("ada");
    let (account, _) = ada.write_account(store, "Checking", &["Bakery"]).await;
    let given = |cents| Account { anchor: Some(anchor(date(2026, 5, 31), cents)), ..account.clone() };
    let (may, june) = (ada.import_id(), ada.import_id());
    ada.write(store, ada.import(may, vec![given(10_000)], Vec::new())).await;
    ada.write(store, ada.import(june, vec![given(20_000)], Vec::new())).await;

    ada.write(store, ChangeKind::ImportUndone { import_id: june }).await;
    assert_eq!(store.list_accounts(&ada.user).await.unwrap(), [given(10_000)]);
    ada.write(store, ChangeKind::ImportUndone { import_id: may }).await;
    assert_eq!(store.list_accounts(&ada.user).await.unwrap(), std::slice::from_ref(&account));

    let (may, june) = (ada.import_id(), ada.import_id());
    ada.write(store, ada.import(may, vec![given(10_000)], Vec::new())).await;
    ada.write(store, ada.import(june, vec![given(20_000)], Vec::new())).await;
    // A file that says nothing of the balance carries the newest on.
    let july = ada.import_id();
    ada.write(store, ada.import(july, vec![given(20_000)], Vec::new())).await;
    ada.write(store, ChangeKind::ImportUndone { import_id: may }).await;
    assert_eq!(store.list_accounts(&ada.user).await.unwrap(), [given(20_000)], "the newer anchor stays");
    ada.write(store, ChangeKind::ImportUndone { import_id: june }).await;
    let left = store.list_accounts(&ada.user).await.unwrap();
    assert_eq!(left, std::slice::from_ref(&account), "what it replaced is undone too");
    ada.write(store, ChangeKind::ImportUndone { import_id: july }).await;
    assert_eq!(store.list_accounts(&ada.user).await.unwrap(), [account]);
}

pub async fn a_row_that_standing_imports_have_too_stays_when_its_own_is_undone(store: &dyn Store) {
    let ada = Household::new("ada");
    let (account, rows) = ada.write_account(store, "Checking", &["Bakery", "Rent", "Gym"]).await;
    let [bakery, rent, gym] = [rows[0].id, rows[1].id, rows[2].id];
    // Not hers, though it names her rows.
    let eve = Household::new("eve");
    let foreign = eve.account("Checking", eve.import_id());
    let ids = [bakery, rent, gym];
    eve.write(store, eve.import_beside(foreign.import_id, vec![foreign], Vec::new(), &ids)).await;

    let (second, third) = (ada.import_id(), ada.import_id());
    let mut cinema = ada.transaction(&account, date(2026, 6, 1), "Cinema", -1_200);
    cinema.import_id = second;
    let nobodys = ada.transaction(&account, date(2026, 6, 1), "Never imported", -1).id;
    let held = [rent, nobodys, rent];
    ada.write(store, ada.import_beside(second, vec![account.clone()], vec![cinema.clone()], &held)).await;
    ada.write(store, ada.import_beside(third, vec![account.clone()], Vec::new(), &[gym, rent])).await;
    let category = Category::known("Housing:Rent");
    ada.write(store, ChangeKind::TransactionsCategorised { transaction_ids: vec![rent], category }).await;
    let edited = store.ledger(&ada.user).await.unwrap().transactions[1].clone();
    assert_eq!(edited.id, rent);

    ada.write(store, ChangeKind::ImportUndone { import_id: account.import_id }).await;
    let ledger = store.ledger(&ada.user).await.unwrap();
    assert_eq!(
        *ledger.transactions,
        [
            domain::Transaction { import_id: second, line: 2, ..edited.clone() },
            domain::Transaction { import_id: third, line: 2, ..rows[2].clone() },
            cinema
        ],
        "the oldest import that has the row keeps it as the person left it"
    );

    ada.write(store, ChangeKind::ImportUndone { import_id: second }).await;
    let ledger = store.ledger(&ada.user).await.unwrap();
    let kept: Vec<_> = ledger.transactions.iter().map(|row| (row.id, row.import_id, row.line)).collect();
    assert_eq!(kept, [(rent, third, 3), (gym, third, 2)], "and hands it on in its turn");

    ada.write(store, ChangeKind::ImportUndone { import_id: third }).await;
    let ledger = store.ledger(&ada.user).await.unwrap();
    assert_eq!((ledger.accounts.len(), ledger.transactions.len()), (0, 0), "nothing stands any more");
}

pub async fn an_account_stays_while_a_row_of_it_does_and_its_anchor_with_it(store: &dyn Store) {
    let ada = Household::new("ada");
    let account = Account {
        anchor: Some(anchor(date(2026, 5, 31), 10_000)),
        ..ada.account("Checking", ada.import_id())
    };
    let row = ada.transaction(&account, date(2026, 5, 1), "Bakery", -450);
    let only_first = ada.account("Savings", account.import_id);
    let interest = ada.transaction(&only_first, date(2026, 5, 2), "Interest", 100);
    let accounts = vec![account.clone(), only_first];
    ada.write(store, ada.import(account.import_id, accounts, vec![row.clone(), interest])).await;
    // The same file twice more, and one of other rows.
    let (second, third, other) = (ada.import_id(), ada.import_id(), ada.import_id());
    ada.write(store, ada.import_beside(second, vec![account.clone()], Vec::new(), &[row.id])).await;
    ada.write(store, ada.import_beside(third, vec![account.clone()], Vec::new(), &[row.id])).await;
    let mut rent = ada.transaction(&account, date(2026, 4, 1), "Rent", -90_000);
    rent.import_id = other;
    ada.write(store, ada.import(other, vec![account.clone()], vec![rent])).await;

    for undone in [account.import_id, second] {
        ada.write(store, ChangeKind::ImportUndone { import_id: undone }).await;
        let ledger = store.ledger(&ada.user).await.unwrap();
        assert_eq!(ledger.accounts, std::slice::from_ref(&account));
        assert_eq!(ledger.transactions.len(), 2);
    }
    ada.write(store, ChangeKind::ImportUndone { import_id: third }).await;
    let ledger = store.ledger(&ada.user).await.unwrap();
    assert_eq!(ledger.accounts, [Account { anchor: None, ..account }], "no file that stands states it");
    assert_eq!(ledger.transactions.len(), 1);
}
