use std::{ops::Deref, sync::Arc};

use domain::{ChangeId, Clock, FixedClock, SystemClock};
use jiff::Timestamp;
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use storage::Store;
use storage_pg::{PgConfig, PgStore, SchemaName, migrate};
use tokio::sync::OnceCell;

/// The database that the tests run on.
#[expect(clippy::disallowed_methods, reason = "the test run is told its database by the environment")]
pub fn url() -> String {
    std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_| {
        panic!(
            "these tests need PostgreSQL: set TEST_DATABASE_URL, \
             for example to what `scripts/postgres.sh start` prints"
        )
    })
}

pub fn config(schema: &str) -> PgConfig {
    let config = PgConfig::new(SecretString::from(url()));
    PgConfig { schema: schema.parse().unwrap(), connections_max: 4, ..config }
}

/// A name that no other test uses; its first 12 digits are the time, in milliseconds.
pub fn new_schema() -> SchemaName {
    let id = ChangeId::generate(&SystemClock).as_uuid().simple().to_string();
    format!("test_{id}").parse().unwrap()
}

/// The schema that the tests of this process share: users keep them apart, as in production.
async fn shared_schema() -> &'static SchemaName {
    static SCHEMA: OnceCell<SchemaName> = OnceCell::const_new();
    SCHEMA
        .get_or_init(|| async {
            drop_schemas_of_earlier_runs().await;
            let schema = new_schema();
            migrate(&config(schema.as_str())).await.unwrap();
            schema
        })
        .await
}

/// Leaves those of the last hour: another run may be using them.
async fn drop_schemas_of_earlier_runs() {
    let hour_ago = SystemClock.now().as_millisecond() - 3_600_000;
    let mut connection = PgConnection::connect(&url()).await.unwrap();
    let schemas: Vec<String> =
        sqlx::query_scalar("select nspname from pg_namespace where nspname like 'test\\_%' and nspname < $1")
            .bind(format!("test_{hour_ago:012x}"))
            .fetch_all(&mut connection)
            .await
            .unwrap();
    for schema in schemas {
        connection.execute(AssertSqlSafe(format!("drop schema if exists {schema} cascade"))).await.unwrap();
    }
    connection.close().await.unwrap();
}

pub struct Migrated(pub PgStore);

impl Deref for Migrated {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// A store on the shared schema, with connections of its own: each test has its own runtime.
pub async fn store() -> Migrated {
    let config = config(shared_schema().await.as_str());
    Migrated(PgStore::new(config, Arc::new(FixedClock(Timestamp::UNIX_EPOCH))).unwrap())
}

/// A plain connection to the shared schema, as the role that the app logs in as.
pub async fn connection() -> PgConnection {
    let schema = shared_schema().await;
    let mut connection = PgConnection::connect(&url()).await.unwrap();
    connection.execute(AssertSqlSafe(format!("set search_path to {schema}"))).await.unwrap();
    connection
}
