//! How the database is reached.

use std::{fmt, str::FromStr, time::Duration};

use secrecy::SecretString;
use thiserror::Error;

/// The text is no schema name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "a schema name is a lower-case letter or underscore, then letters, digits and underscores, 63 at most, and not public or pg_…"
)]
pub struct InvalidSchemaName;

/// The name of a schema of our own: never `public`, whose tables other programs may see and make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaName(String);

impl SchemaName {
    /// The name as text; needs no quotes in SQL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for SchemaName {
    fn default() -> Self {
        Self("app_data".to_owned())
    }
}

impl FromStr for SchemaName {
    type Err = InvalidSchemaName;

    fn from_str(text: &str) -> Result<Self, InvalidSchemaName> {
        let well_formed = text
            .bytes()
            .next()
            .is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
            && text.len() <= 63
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if well_formed && text != "public" && !text.starts_with("pg_") {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSchemaName)
        }
    }
}

impl fmt::Display for SchemaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How the database is reached and how long its answers are waited for.
#[derive(Debug, Clone)]
pub struct PgConfig {
    /// `postgres://user:password@host:port/database?sslmode=…`; its `Debug` form shows none of it.
    pub url: SecretString,
    /// The schema that holds the tables.
    pub schema: SchemaName,
    /// Most connections. More than twice the database's cores wait for each other there; fewer wait
    /// here.
    pub connections_max: u32,
    /// How long a request waits for a connection, a new login included. Shorter fails requests while
    /// a sleeping database wakes up; longer holds them while it is gone.
    pub acquire_timeout: Duration,
    /// How long a read or a small change may take. A connection that takes longer is closed.
    pub statement_timeout: Duration,
    /// How long an import or its undoing may take.
    pub import_timeout: Duration,
    /// A connection unused for longer is asked for a sign of life before it is used: firewalls and
    /// restarts cut idle connections in silence. Shorter costs a round trip on more requests.
    pub idle_check_after: Duration,
}

impl PgConfig {
    /// The defaults for a database at `url`.
    pub fn new(url: SecretString) -> Self {
        Self {
            url,
            schema: SchemaName::default(),
            connections_max: 10,
            acquire_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(5),
            import_timeout: Duration::from_mins(1),
            idle_check_after: Duration::from_secs(10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_name_needs_no_quotes() {
        for good in ["app_data", "_x", "test_0197"] {
            assert_eq!(good.parse::<SchemaName>().map(|name| name.to_string()).as_deref(), Ok(good));
        }
        for bad in
            ["", "public", "pg_temp", "App", "1st", "a-b", "a\"b", "a;drop table chat", &"a".repeat(64)]
        {
            assert_eq!(bad.parse::<SchemaName>(), Err(InvalidSchemaName), "{bad}");
        }
    }
}
