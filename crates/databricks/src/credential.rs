//! The credential with which a role logs in to Lakebase.

use std::fmt;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// A database credential: the same for Lakebase Provisioned (`expiration_time`) and Autoscaling (`expire_time`).
///
/// It is checked when a connection logs in, and only then: open connections outlive it.
#[derive(Clone)]
pub struct DatabaseCredential {
    /// The password: a JWT whose `sub` is the role's name.
    pub token: SecretString,
    /// When logins with it begin to fail, by Databricks' clock.
    pub expires_at: Timestamp,
}

impl fmt::Debug for DatabaseCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseCredential")
            .field("token", &format_args!("len:{}", self.token.expose_secret().len()))
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

impl<'de> Deserialize<'de> for DatabaseCredential {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            token: String,
            #[serde(alias = "expire_time")]
            expiration_time: Timestamp,
        }
        let wire = Wire::deserialize(deserializer)?;
        if wire.token.is_empty() {
            return Err(serde::de::Error::custom("the token is empty"));
        }
        Ok(Self { token: wire.token.into(), expires_at: wire.expiration_time })
    }
}
