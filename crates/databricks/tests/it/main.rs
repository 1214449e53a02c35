//! The client against a scripted server on loopback.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]

mod calls;
mod errors;
mod login;
#[cfg(feature = "mcp")]
mod mcp;
mod mlflow;
mod retries;
mod server;
mod serving;
mod tls;

use std::time::Duration;

use databricks::{Client, Config, Credentials, RetryPolicy};

use server::Server;

const PAT: &str = "dapi-0123456789abcdef";
const CLIENT_ID: &str = "00000000-0000-4000-8000-0000000000aa";
const CLIENT_SECRET: &str = "client-secret-0123456789";

fn pat() -> Credentials {
    Credentials::Pat { token: PAT.into() }
}

fn service_principal() -> Credentials {
    Credentials::OauthM2m { client_id: CLIENT_ID.into(), client_secret: CLIENT_SECRET.into() }
}

fn config(server: &Server, credentials: Credentials) -> Config {
    Config::new(server.url().parse().unwrap(), credentials)
}

/// Waits of a millisecond instead of a second.
fn quick() -> RetryPolicy {
    RetryPolicy {
        throttled_wait: Duration::from_millis(1),
        backoff_step: Duration::from_millis(1),
        jitter: Duration::from_millis(1),
        ..RetryPolicy::default()
    }
}

fn client(server: &Server, credentials: Credentials) -> Client {
    Client::new(config(server, credentials)).unwrap().with_retry_policy(quick())
}

/// A client whose limits are a tenth of a second for a call and a second for a log-in, and which never repeats.
fn impatient_client(server: &Server, credentials: Credentials) -> Client {
    let mut config = config(server, credentials);
    let limit = Duration::from_millis(100);
    config.timeouts.token = Duration::from_secs(1);
    config.timeouts.credential = limit;
    config.timeouts.request = limit;
    Client::new(config).unwrap().with_retry_policy(RetryPolicy::none())
}
