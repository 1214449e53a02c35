use std::{
    ops::{Deref, DerefMut},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;

use domain::{ChangeId, Clock, FixedClock, SystemClock};
use jiff::Timestamp;
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use storage::Store;
use storage_pg::{ConnectError, Connections, Leased, MigrationState, PgConfig, PgError, PgStore, SchemaName};
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
    PgConfig { schema: schema.parse().unwrap(), ..PgConfig::default() }
}

/// Connections from a plain pool, four at most.
#[derive(Debug)]
pub struct Plain {
    pool: PgPool,
    options: PgConnectOptions,
}

impl Plain {
    pub fn of(url: &str, config: &PgConfig) -> Arc<Self> {
        let options = PgConnectOptions::from_str(url).unwrap();
        let session = config.session_sql();
        let pool = PgPoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_millis(1_500))
            .after_connect(move |connection, _| {
                let session = session.clone();
                Box::pin(async move { connection.execute(AssertSqlSafe(session)).await.map(drop) })
            })
            .connect_lazy_with(options.clone());
        Arc::new(Self { pool, options })
    }
}

#[async_trait]
impl Connections for Plain {
    async fn acquire(&self) -> Result<Box<dyn Leased>, ConnectError> {
        Ok(Box::new(Loan(self.pool.acquire().await?)))
    }

    async fn connect(&self) -> Result<PgConnection, ConnectError> {
        Ok(PgConnection::connect_with(&self.options).await?)
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

struct Loan(PoolConnection<Postgres>);

impl Deref for Loan {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Loan {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

impl Leased for Loan {
    fn discard(mut self: Box<Self>, _error: Option<&sqlx::Error>) {
        self.0.close_on_drop();
    }
}

/// Connections to the database of the tests.
pub fn connections(config: &PgConfig) -> Arc<Plain> {
    Plain::of(&url(), config)
}

pub async fn migrate(config: &PgConfig) -> Result<Vec<MigrationState>, PgError> {
    storage_pg::migrate(connections(config).as_ref(), config).await
}

pub async fn migrations(config: &PgConfig) -> Result<Vec<MigrationState>, PgError> {
    storage_pg::migrations(connections(config).as_ref(), config).await
}

/// A store whose schema may not be there.
pub fn bare_store(config: PgConfig) -> PgStore {
    PgStore::new(connections(&config), config, &FixedClock(Timestamp::UNIX_EPOCH))
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
            let config = config(schema.as_str());
            migrate(&config).await.unwrap();
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
    Migrated(bare_store(config(shared_schema().await.as_str())))
}

/// A plain connection to the shared schema, as the role that the app logs in as.
pub async fn connection() -> PgConnection {
    let schema = shared_schema().await;
    let mut connection = PgConnection::connect(&url()).await.unwrap();
    connection.execute(AssertSqlSafe(format!("set search_path to {schema}"))).await.unwrap();
    connection
}
