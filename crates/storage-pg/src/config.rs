//! Where the tables are, and how long answers are waited for.

use std::{fmt, str::FromStr, time::Duration};

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

/// Where the tables are and how long the database's answers are waited for.
#[derive(Debug, Clone)]
pub struct PgConfig {
    /// The schema that holds the tables.
    pub schema: SchemaName,
    /// How long a read or a small change may take. A connection that takes longer is closed. Longer
    /// holds requests while the database is gone; shorter fails them while it is busy.
    pub statement_timeout: Duration,
    /// How long an import or its undoing may take.
    pub import_timeout: Duration,
}

impl Default for PgConfig {
    fn default() -> Self {
        Self {
            schema: SchemaName::default(),
            statement_timeout: Duration::from_millis(2_500),
            import_timeout: Duration::from_mins(1),
        }
    }
}

impl PgConfig {
    /// What every session runs first, in one round trip. These are not sent as startup parameters,
    /// which poolers in front of a database refuse.
    pub fn session_sql(&self) -> String {
        self.session_sql_within(self.statement_timeout)
    }

    pub(crate) fn session_sql_within(&self, timeout: Duration) -> String {
        let schema = &self.schema;
        let timeout_ms = timeout.as_millis();
        format!(
            "set search_path to {schema}; \
             set statement_timeout to {timeout_ms}; \
             set lock_timeout to {timeout_ms}; \
             set idle_in_transaction_session_timeout to {timeout_ms}"
        )
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
