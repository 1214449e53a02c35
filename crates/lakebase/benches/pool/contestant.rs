//! The pools, and the one request that each of them answers.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use lakebase::{Maintenance, Pool, PoolConfig, Settings};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use sqlx::Row as _;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

const MAX_CONNECTIONS: usize = 10;
const USER: &str = "user-1";

const MESSAGES: &str =
    "select id, role, body, created_at_ms from message where chat_id = $1 order by id desc limit 50";

/// As storage-pg does it: the tenant is set before the rows are looked for, in one round trip.
const MESSAGES_OF_TENANT: &str = "
    with me as materialized (select set_config('app.user_id', $1, true) as user_id)
    select found.id, found.role, found.body, found.created_at_ms
    from me cross join lateral (
        select id, role, body, created_at_ms
        from tenant_message
        where user_id = me.user_id and chat_id = $2
        order by id desc
        limit 50
    ) as found
    order by found.id desc";

/// What to open.
#[derive(serde::Deserialize)]
pub(crate) struct Setup {
    name: Name,
    /// `PGHOST` and the rest, as an app has them.
    environment: HashMap<String, String>,
    /// How many chats there are.
    pub(crate) chats: i64,
    max_lifetime_seconds: Option<u64>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Name {
    Lakebase,
    LakebaseTenant,
    Deadpool,
    Sqlx,
}

pub(crate) enum Contestant {
    Lakebase { pool: Pool, is_tenant_set: bool, _maintenance: Maintenance },
    Deadpool(deadpool_postgres::Pool),
    Sqlx(PgPool),
}

/// What a page of messages needs; every contestant makes it.
struct Message {
    id: i64,
    role: String,
    body: String,
    created_at_ms: i64,
}

impl Message {
    fn is_whole(&self) -> bool {
        self.id > 0 && !self.role.is_empty() && !self.body.is_empty() && self.created_at_ms > 0
    }
}

impl Setup {
    fn get(&self, name: &str) -> Result<&str, Failure> {
        Ok(self.environment.get(name).ok_or_else(|| format!("{name} is missing"))?)
    }
}

impl Contestant {
    pub(crate) async fn open(setup: &Setup) -> Result<Self, Failure> {
        match setup.name {
            Name::Lakebase => open_lakebase(setup, false),
            Name::LakebaseTenant => open_lakebase(setup, true),
            Name::Deadpool => open_deadpool(setup),
            Name::Sqlx => open_sqlx(setup).await,
        }
    }

    /// Takes a connection, reads the 50 newest messages of the chat, gives the connection back.
    pub(crate) async fn request(&self, chat: i64) -> Result<(), Failure> {
        let messages: Vec<Message> = match self {
            Self::Lakebase { pool, is_tenant_set, .. } => {
                let mut connection = pool.acquire().await?;
                let query = if *is_tenant_set {
                    sqlx::query(MESSAGES_OF_TENANT).bind(USER).bind(chat)
                } else {
                    sqlx::query(MESSAGES).bind(chat)
                };
                match query.fetch_all(&mut *connection).await {
                    Ok(rows) => read(&rows)?,
                    Err(error) => {
                        connection.discard_if_lost(&error);
                        return Err(error.into());
                    }
                }
            }
            Self::Sqlx(pool) => read(&sqlx::query(MESSAGES).bind(chat).fetch_all(pool).await?)?,
            Self::Deadpool(pool) => {
                let client = pool.get().await?;
                let statement = client.prepare_cached(MESSAGES).await?;
                let rows = client.query(&statement, &[&chat]).await?;
                rows.iter().map(read_tokio_postgres).collect::<Result<_, _>>()?
            }
        };
        if messages.len() == 50 && messages.iter().all(Message::is_whole) {
            Ok(())
        } else {
            Err(format!("{} messages", messages.len()).into())
        }
    }
}

fn read(rows: &[sqlx::postgres::PgRow]) -> Result<Vec<Message>, sqlx::Error> {
    let message = |row: &sqlx::postgres::PgRow| {
        Ok(Message {
            id: row.try_get(0)?,
            role: row.try_get(1)?,
            body: row.try_get(2)?,
            created_at_ms: row.try_get(3)?,
        })
    };
    rows.iter().map(message).collect()
}

fn read_tokio_postgres(row: &tokio_postgres::Row) -> Result<Message, tokio_postgres::Error> {
    Ok(Message {
        id: row.try_get(0)?,
        role: row.try_get(1)?,
        body: row.try_get(2)?,
        created_at_ms: row.try_get(3)?,
    })
}

fn open_lakebase(setup: &Setup, is_tenant_set: bool) -> Result<Contestant, Failure> {
    let lookup = |name: &str| setup.environment.get(name).cloned();
    let settings = Settings::from_lookup(&lookup)?.ok_or("no database is configured")?;
    let databricks = match databricks::Config::resolve(&lookup, None)? {
        Some(config) => Some(databricks::Client::new(config)?),
        None => None,
    };
    let mut config = PoolConfig { max_connections: MAX_CONNECTIONS, ..PoolConfig::default() };
    if let Some(seconds) = setup.max_lifetime_seconds {
        config.max_lifetime = Duration::from_secs(seconds);
    }
    let pool = Pool::new(settings, databricks, config)?;
    let maintenance = pool.start();
    Ok(Contestant::Lakebase { pool, is_tenant_set, _maintenance: maintenance })
}

async fn open_sqlx(setup: &Setup) -> Result<Contestant, Failure> {
    let options = PgConnectOptions::new_without_pgpass()
        .host(setup.get("PGHOST")?)
        .port(setup.get("PGPORT")?.parse()?)
        .username(setup.get("PGUSER")?)
        .database(setup.get("PGDATABASE")?)
        .ssl_mode(PgSslMode::Require);
    let pool = PgPoolOptions::new().max_connections(MAX_CONNECTIONS as u32);
    Ok(Contestant::Sqlx(pool.connect_with(options).await?))
}

fn open_deadpool(setup: &Setup) -> Result<Contestant, Failure> {
    let mut options = tokio_postgres::Config::new();
    options
        .host(setup.get("PGHOST")?)
        .port(setup.get("PGPORT")?.parse()?)
        .user(setup.get("PGUSER")?)
        .dbname(setup.get("PGDATABASE")?)
        .ssl_mode(tokio_postgres::config::SslMode::Require);

    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(setup.get("PGSSLROOTCERT")?)?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();

    let config =
        deadpool_postgres::ManagerConfig { recycling_method: deadpool_postgres::RecyclingMethod::Fast };
    let manager = deadpool_postgres::Manager::from_config(options, MakeRustlsConnect::new(tls), config);
    let pool = deadpool_postgres::Pool::builder(manager).max_size(MAX_CONNECTIONS).build()?;
    Ok(Contestant::Deadpool(pool))
}
