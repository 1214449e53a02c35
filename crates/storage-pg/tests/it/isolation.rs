//! Row-level security alone keeps users apart: here the queries name no user at all.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use storage::{ChangeKind, PageRequest, SearchQuery, Terms, testing::Household, word_key};

use crate::database::{connection, store};

/// Every table of ours, with its key's other columns irrelevant: all have `user_id`.
async fn tables(connection: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "select relname from pg_class where relnamespace = current_schema()::regnamespace \
         and relkind in ('r', 'p', 'v', 'm') and relname not in ('_sqlx_migrations', 'erased_user') \
         order by relname",
    )
    .fetch_all(connection)
    .await
    .unwrap()
}

async fn count(connection: &mut PgConnection, table: &str) -> i64 {
    let sql = AssertSqlSafe(format!("select count(*) from {table}"));
    sqlx::query_scalar(sql).fetch_one(connection).await.unwrap()
}

/// Rows of Ada in every table.
async fn write_everything() -> Household {
    let store = store().await;
    let ada = Household::new("ada");
    ada.write(&*store, ChangeKind::ProfileSaved { profile: Box::default(), based_on: None }).await;
    let chat = ada.write_chat(&*store, "Secret").await;
    let (_, _, run) = ada.write_question(&*store, chat.id, "Secret?").await;
    let event =
        domain::RunEvent { number: 1, kind: domain::RunEventKind::Text { delta: "secret".to_owned() } };
    ada.write(&*store, ChangeKind::RunEventsAppended { run_id: run.id, epoch: 1, events: vec![event] }).await;
    ada.write(&*store, ada.recorded_seal(&run, "Told.")).await;
    ada.write_account(&*store, "Checking", &["Secret payee"]).await;
    // Only long ledgers are packed.
    let mut own = connection().await;
    sqlx::query(
        "with me as materialized (select set_config('app.user_id', $1, false) as user_id) \
                 insert into ledger_pack select user_id, 1, 0, 'secret' from me",
    )
    .bind(ada.user.as_str())
    .execute(&mut own)
    .await
    .unwrap();
    ada.write_tool_write(&*store, chat.id).await;
    let secret = SearchQuery { text: "secret".to_owned(), ..SearchQuery::default() };
    let found = store.search(&ada.user, &secret, &PageRequest::first(9)).await.unwrap();
    assert_eq!(found.items.len(), 2, "the title and the question");
    ada.write(&*store, ChangeKind::SettingsSaved { settings: vec![ada.budget("Food", 40_000)] }).await;
    ada
}

/// Also searches for what Ada wrote: of the words of messages only what is searched for is seen.
async fn act_as(connection: &mut PgConnection, user: &str, ada: &Household) {
    let [secret, ..] = Terms::of("secret").as_tsqueries(&word_key(&ada.user));
    sqlx::query("select set_config('app.user_id', $1, false), set_config('app.search', $2, false)")
        .bind(user)
        .bind(secret)
        .execute(connection)
        .await
        .unwrap();
}

#[tokio::test]
async fn every_table_forces_row_level_security_on_a_role_that_cannot_bypass_it() {
    let mut connection = connection().await;
    let role = sqlx::query("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(!role.get::<bool, _>(0), "a superuser is held to no policy");
    assert!(!role.get::<bool, _>(1), "this role bypasses policies");
    let tables = tables(&mut connection).await;
    assert!(tables.len() >= 15, "{tables:?}");
    for table in tables {
        let forced: bool = sqlx::query_scalar(
            "select relrowsecurity and relforcerowsecurity from pg_class where oid = $1::regclass",
        )
        .bind(&table)
        .fetch_one(&mut connection)
        .await
        .unwrap();
        assert!(forced, "{table}");
    }
}

#[tokio::test]
async fn without_the_queries_own_check_another_user_still_reads_nothing() {
    let ada = write_everything().await;
    let mut connection = connection().await;
    for table in tables(&mut connection).await {
        act_as(&mut connection, ada.user.as_str(), &ada).await;
        assert!(count(&mut connection, &table).await > 0, "{table} holds rows of Ada");
        act_as(&mut connection, "eve", &ada).await;
        assert_eq!(count(&mut connection, &table).await, 0, "{table}");
        connection.execute("reset app.user_id").await.unwrap();
        assert_eq!(count(&mut connection, &table).await, 0, "{table}, with the user set back");
    }
    let mut fresh = crate::database::connection().await;
    for table in tables(&mut fresh).await {
        assert_eq!(count(&mut fresh, &table).await, 0, "{table}, with no user ever set");
    }
}

#[tokio::test]
async fn without_the_queries_own_check_another_user_still_writes_nothing() {
    let ada = write_everything().await;
    let mut connection = connection().await;
    for table in tables(&mut connection).await {
        act_as(&mut connection, "eve", &ada).await;
        for sql in [format!("delete from {table}"), format!("update {table} set user_id = 'eve'")] {
            let touched = sqlx::query(AssertSqlSafe(sql.clone())).execute(&mut connection).await.unwrap();
            assert_eq!(touched.rows_affected(), 0, "{sql}");
        }
        act_as(&mut connection, ada.user.as_str(), &ada).await;
        let mut work = connection.begin().await.unwrap();
        let given_away = work
            .execute(AssertSqlSafe(format!("update {table} set user_id = 'eve'")))
            .await
            .expect_err("a row cannot be given to another user");
        let code = given_away.as_database_error().and_then(|error| error.code().map(String::from));
        assert_eq!(code.as_deref(), Some("42501"), "{table}: {given_away}");
    }
}

#[tokio::test]
async fn a_user_set_for_one_transaction_is_gone_after_it() {
    let ada = write_everything().await;
    let mut connection = connection().await;
    let mut work = connection.begin().await.unwrap();
    sqlx::query("select set_config('app.user_id', $1, true)")
        .bind(ada.user.as_str())
        .execute(&mut *work)
        .await
        .unwrap();
    assert!(count(&mut work, "chat").await > 0);
    work.commit().await.unwrap();
    assert_eq!(count(&mut connection, "chat").await, 0);
}
