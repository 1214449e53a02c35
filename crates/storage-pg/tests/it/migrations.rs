use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use storage::{Outage, Store as _, StoreError};
use storage_pg::{PgError, is_migrated};

use crate::database::{bare_store, config, connections, migrate, migrations, new_schema, url};

#[tokio::test]
async fn migrations_are_applied_once_and_listed() {
    let schema = new_schema();
    let config = config(schema.as_str());
    let waiting = migrations(&config).await.unwrap();
    assert!(!waiting.is_empty());
    assert!(waiting.iter().all(|migration| migration.applied_at.is_none()));

    assert!(!is_migrated(connections(&config).as_ref(), &config).await.unwrap());

    let applied = migrate(&config).await.unwrap();
    assert_eq!(applied.len(), waiting.len());
    assert!(is_migrated(connections(&config).as_ref(), &config).await.unwrap());
    assert!(applied.is_sorted_by_key(|migration| migration.version));
    assert_eq!(migrate(&config).await.unwrap(), []);
    let listed = migrations(&config).await.unwrap();
    assert!(listed.iter().all(|migration| migration.applied_at.is_some() && migration.matches));
}

#[tokio::test]
async fn instances_that_start_at_once_wait_for_each_other() {
    let schema = new_schema();
    let config = config(schema.as_str());
    let (first, second, third) = tokio::join!(migrate(&config), migrate(&config), migrate(&config));
    let applied = [first.unwrap(), second.unwrap(), third.unwrap()];
    assert_eq!(migrations(&config).await.unwrap().len(), applied.iter().map(Vec::len).max().unwrap());
}

#[tokio::test]
async fn a_migration_that_was_edited_is_refused() {
    let schema = new_schema();
    let config = config(schema.as_str());
    migrate(&config).await.unwrap();
    let mut connection = PgConnection::connect(&url()).await.unwrap();
    let edit = format!("update {schema}._sqlx_migrations set checksum = 'x' where version = 20261121000003");
    connection.execute(AssertSqlSafe(edit)).await.unwrap();
    let refused = migrate(&config).await.unwrap_err();
    assert!(matches!(refused, PgError::MigrationFailed(_)));
    assert_eq!(refused.lasting_outage(), Some(Outage::MigrationFailed));
    assert!(migrations(&config).await.unwrap().iter().any(|migration| !migration.matches));
}

#[tokio::test]
async fn a_role_that_may_not_make_or_use_the_tables_is_told_apart_from_an_outage() {
    let schema = new_schema();
    let config = config(schema.as_str());
    let mut connection = PgConnection::connect(&url()).await.unwrap();
    let mut run = async |sql: String| {
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    };
    run(format!("create schema {schema}; revoke create on schema {schema} from current_user")).await;
    let refused = migrate(&config).await.unwrap_err();
    assert_eq!(refused.lasting_outage(), Some(Outage::NotGranted), "{refused:?}");

    run(format!("grant create on schema {schema} to current_user")).await;
    migrate(&config).await.unwrap();
    run(format!("revoke select on {schema}.profile from current_user")).await;
    let answer = bare_store(config).find_profile(&domain::UserId::local()).await;
    assert!(matches!(answer, Err(StoreError::NotGranted(_))), "{answer:?}");
}

#[tokio::test]
async fn a_newer_instances_migration_does_not_stop_an_older_one() {
    let schema = new_schema();
    let config = config(schema.as_str());
    migrate(&config).await.unwrap();
    let mut connection = PgConnection::connect(&url()).await.unwrap();
    let newer = format!(
        "insert into {schema}._sqlx_migrations (version, description, success, checksum, execution_time) \
         values (99991231000000, 'of a newer version', true, 'x', 1)"
    );
    connection.execute(AssertSqlSafe(newer)).await.unwrap();
    assert_eq!(migrate(&config).await.unwrap(), []);
    let listed = migrations(&config).await.unwrap();
    assert_eq!(listed.last().map(|migration| migration.description.as_str()), Some("of a newer version"));
}
