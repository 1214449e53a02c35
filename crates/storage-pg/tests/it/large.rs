use std::time::Duration;

use domain::{Category, Transaction};
use jiff::civil::date;
use rust_decimal::Decimal;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use storage::{ChangeKind, ImportsSeen, PageRequest, RuleResult, Store, StoreError, testing::Household};
use storage_pg::SchemaName;

use crate::database::{bare_store, config, connection, migrate, new_schema, store, url};

#[tokio::test]
async fn a_hundred_thousand_rows_go_in_and_out_as_a_whole() {
    const ROWS: i64 = 100_000;
    let schema = new_schema();
    migrate(&config(schema.as_str())).await.unwrap();
    let store = bare_store(config(schema.as_str()));
    let store: &dyn Store = &store;
    analysed_before(&schema).await;
    let ada = Household::new("ada");
    let account = ada.account("Checking", ada.import_id());
    let rows: Vec<_> = (0..ROWS)
        .map(|number| {
            let day = date(2020, 1, 1).saturating_add(jiff::Span::new().days(number % 2_000));
            ada.transaction(&account, day, &format!("Payee {}", number % 700), -number)
        })
        .collect();
    ada.write(store, ada.import(account.import_id, vec![account.clone()], rows)).await;

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
    ada.write(store, ChangeKind::RulesApplied { results: vec![by_rule] }).await;
    let category = Category::known("Gifts");
    ada.write(store, ChangeKind::TransactionsCategorised { transaction_ids, category }).await;
    let ledger = store.ledger(&ada.user).await.unwrap();
    let histories = ledger.transactions.iter().map(|row| row.details.as_ref().unwrap().history.len());
    assert_eq!(histories.sum::<usize>(), 200_000);

    let again = ada.import_id();
    let held: Vec<_> = ledger.transactions.iter().take(20_000).map(|row| row.id).collect();
    ada.write(store, ada.import_beside(again, vec![account.clone()], Vec::new(), &held)).await;
    ada.write(store, ChangeKind::ImportUndone { import_id: account.import_id }).await;
    let ledger = store.ledger(&ada.user).await.unwrap();
    assert_eq!(ledger.transactions.iter().filter(|row| row.import_id == again).count(), 20_000);
    assert_eq!(ledger.transactions.len(), 20_000);

    ada.write(store, ChangeKind::ImportUndone { import_id: again }).await;
    assert_eq!(store.ledger(&ada.user).await.unwrap().transactions.len(), 0);
}

#[tokio::test]
async fn an_import_that_is_written_while_another_is_undone_loses_no_row() {
    const ROWS: i64 = 3_000;
    let (store, other) = (store().await, store().await);
    let mut written = 0;
    for _ in 0..6 {
        let ada = Household::new("ada");
        let (account, held) = ada.write_account(&*store, "Checking", &["Bakery", "Rent"]).await;
        let second = ada.import_id();
        let rows = (0..ROWS).map(|cents| {
            let row = ada.transaction(&account, date(2026, 6, 1), "Gym", -cents);
            Transaction { import_id: second, ..row }
        });
        let held: Vec<_> = held.iter().map(|row| row.id).collect();
        let mut commit = ada.import_beside(second, vec![account.clone()], rows.collect(), &held);
        if let ChangeKind::ImportCommitted { planned_on, .. } = &mut commit {
            *planned_on = Some(ImportsSeen::of(&store.list_imports(&ada.user).await.unwrap()));
        }
        let undo = async {
            tokio::time::sleep(Duration::from_millis(40)).await;
            ada.write(&*other, ChangeKind::ImportUndone { import_id: account.import_id }).await;
        };
        let (committed, ()) = tokio::join!(ada.apply(&*store, commit), undo);
        let rows = store.ledger(&ada.user).await.unwrap().transactions.len();
        match committed {
            Ok(_) => assert_eq!(rows as i64, ROWS + 2),
            Err(error) => assert!(matches!(error, StoreError::Outdated), "{error}"),
        }
        written += usize::from(rows > 0);
    }
    assert!(written > 0, "no import was on its way when the undo came");
}

/// Statistics from a day on which everybody had one row: what the planner knows right after the first import
/// of somebody new.
async fn analysed_before(schema: &SchemaName) {
    let mut connection = PgConnection::connect(&url()).await.unwrap();
    for statement in [
        "alter table transaction set (autovacuum_enabled = false)",
        "insert into transaction (
            user_id, id, account_id, import_id, date, amount, currency, payee, payee_lower, description,
            description_lower, category, category_source, line
        )
        select set_config('app.user_id', 'u' || n, true), gen_random_uuid(), gen_random_uuid(),
            gen_random_uuid(), '2026-01-01', 1, 'USD', '', '', '', '', '', '', 1
        from generate_series(1, 2000) as n",
        "analyze transaction",
    ] {
        let statement = format!("set search_path to {schema}; {statement}");
        connection.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn messages_that_one_statement_writes_follow_each_other_in_their_chats() {
    let store = store().await;
    let ada = Household::new("ada");
    let chats = [ada.write_chat(&*store, "One").await, ada.write_chat(&*store, "Other").await];
    let mut connection = connection().await;
    sqlx::query("select set_config('app.user_id', $1, false)")
        .bind(ada.user.as_str())
        .execute(&mut connection)
        .await
        .unwrap();
    let written = sqlx::query(
        "insert into message (user_id, id, chat_id, role, parts, status, created_at) \
         select $1, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, \
             case when n % 3 = 0 then $2 else $3 end, 'user', '[]', 'complete', now() \
         from generate_series(1, 300) as n order by n",
    )
    .bind(ada.user.as_str())
    .bind(chats[0].id.as_uuid())
    .bind(chats[1].id.as_uuid())
    .execute(&mut connection)
    .await
    .unwrap();
    assert_eq!(written.rows_affected(), 300);
    for (chat, count) in [(&chats[0], 100), (&chats[1], 200)] {
        let branch = store.list_messages(&ada.user, chat.id, &PageRequest::first(500)).await.unwrap().items;
        assert_eq!(branch.len(), count);
        assert!(branch.is_sorted_by_key(|message| message.id));
        assert!(branch[0].parent_id.is_none());
        assert!(branch.windows(2).all(|pair| pair[1].parent_id == Some(pair[0].id)));
        assert_eq!(store.list_forks(&ada.user, chat.id).await.unwrap(), []);
    }
    let (question, answer, _) = ada.write_question(&*store, chats[0].id, "And now?").await;
    let branch = store.list_messages(&ada.user, chats[0].id, &PageRequest::first(2)).await.unwrap().items;
    assert_eq!(branch.iter().map(|message| message.id).collect::<Vec<_>>(), [question.id, answer.id]);
}
