//! The workspace token: fetched once for all who ask, renewed before it ends.

mod cache;

use std::time::Duration;

use secrecy::SecretString;

pub(crate) use cache::TokenCache;

use crate::error::Error;

/// A workspace token.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) secret: SecretString,
    /// The word before it in the `Authorization` header, `Bearer`.
    pub(crate) kind: String,
    /// How long it is valid, from when it was received.
    pub(crate) life: Duration,
}

/// Where new tokens come from.
pub(crate) trait TokenSource: Send + Sync + 'static {
    /// Fetches a new token; bounded in time by the source itself.
    fn fetch(&self) -> impl Future<Output = Result<Token, Error>> + Send;
}
