//! Connections: bounded in number and in the time that every step may take.

use std::{str::FromStr, time::Duration};

use secrecy::ExposeSecret;
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::{error::Elapsed, timeout};

use crate::{PgConfig, PgError, SchemaName};

/// How long [`check_reachable`] waits. The server does not answer before it knows its store.
pub const REACHABLE_WITHIN: Duration = Duration::from_secs(2);

/// Logs in and out once, to tell at start whether the database can be used.
pub async fn check_reachable(config: &PgConfig) -> Result<(), PgError> {
    let options = connect_options(config)?;
    let attempt = async {
        let mut connection = PgConnection::connect_with(&options).await?;
        connection.ping().await?;
        connection.close().await
    };
    match timeout(REACHABLE_WITHIN, attempt).await {
        Ok(outcome) => outcome.map_err(PgError::Failed),
        Err(Elapsed { .. }) => Err(PgError::TimedOut { waited: REACHABLE_WITHIN }),
    }
}

pub(crate) fn connect_options(config: &PgConfig) -> Result<PgConnectOptions, PgError> {
    let options = PgConnectOptions::from_str(config.url.expose_secret()).map_err(PgError::UrlMalformed)?;
    Ok(match options.get_application_name() {
        Some(_) => options,
        None => options.application_name("lakeledger"),
    })
}

/// One round trip of settings for a new connection. They are not sent as startup parameters, which
/// poolers in front of a database refuse.
pub(crate) async fn prepare_session(
    connection: &mut PgConnection,
    schema: &SchemaName,
    statement_timeout: Duration,
) -> sqlx::Result<()> {
    let statement_timeout_ms = statement_timeout.as_millis();
    connection
        .execute(AssertSqlSafe(format!(
            "set search_path to {schema}; \
             set statement_timeout to {statement_timeout_ms}; \
             set lock_timeout to {statement_timeout_ms}; \
             set idle_in_transaction_session_timeout to {statement_timeout_ms}"
        )))
        .await?;
    Ok(())
}

/// A pool that connects when it is first used.
pub(crate) fn make_pool(config: &PgConfig) -> Result<PgPool, PgError> {
    let session = config.clone();
    let idle_check_after = config.idle_check_after;
    Ok(PgPoolOptions::new()
        .max_connections(config.connections_max)
        .acquire_timeout(config.acquire_timeout)
        // A ping before every use would cost each request a round trip; idle connections only.
        .test_before_acquire(false)
        .before_acquire(move |connection, meta| {
            Box::pin(async move {
                if meta.idle_for < idle_check_after {
                    return Ok(true);
                }
                let ping = timeout(Duration::from_secs(1), connection.ping()).await;
                Ok(matches!(ping, Ok(Ok(()))))
            })
        })
        .after_connect(move |connection, _| {
            let session = session.clone();
            Box::pin(
                async move { prepare_session(connection, &session.schema, session.statement_timeout).await },
            )
        })
        .connect_lazy_with(connect_options(config)?))
}

/// Sorts out how a bounded use of a connection ended. One that timed out is in the middle of an
/// answer and is closed.
pub(crate) fn settle<T, E: From<PgError>>(
    connection: &mut PoolConnection<Postgres>,
    waited: Duration,
    outcome: Result<Result<T, E>, Elapsed>,
) -> Result<T, E> {
    outcome.unwrap_or_else(|Elapsed { .. }| {
        connection.close_on_drop();
        Err(PgError::TimedOut { waited }.into())
    })
}
