//! How much TLS a connection must have.

use sqlx::postgres::PgSslMode;

use crate::settings::SettingsError;

/// Databricks' domains on its clouds. Certificates there are publicly valid.
const DATABRICKS: [&str; 6] = [
    "databricks.com",
    "azuredatabricks.net",
    "databricks.us",
    "databricks.azure.us",
    "databricks.azure.cn",
    "databricks.mil",
];

/// libpq's modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SslMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl SslMode {
    pub(crate) fn parse(value: &str) -> Option<Self> {
        Some(match value.to_ascii_lowercase().as_str() {
            "disable" => Self::Disable,
            "allow" => Self::Allow,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => return None,
        })
    }
}

/// A minted credential is sent as clear text inside the connection: whoever can read it can log in.
pub(crate) fn choose(host: &str, asked: Option<SslMode>, minted: bool) -> Result<PgSslMode, SettingsError> {
    let weak = matches!(asked, Some(SslMode::Disable | SslMode::Allow | SslMode::Prefer));
    if minted && weak {
        return Err(SettingsError::SslModeTooWeak { variable: "PGSSLMODE" });
    }
    if is_databricks(host) {
        return Ok(PgSslMode::VerifyFull);
    }
    Ok(match asked {
        None if minted => PgSslMode::VerifyFull,
        None | Some(SslMode::Prefer) => PgSslMode::Prefer,
        Some(SslMode::Disable) => PgSslMode::Disable,
        Some(SslMode::Allow) => PgSslMode::Allow,
        Some(SslMode::Require) => PgSslMode::Require,
        Some(SslMode::VerifyCa) => PgSslMode::VerifyCa,
        Some(SslMode::VerifyFull) => PgSslMode::VerifyFull,
    })
}

/// Whether Databricks runs this host.
pub(crate) fn is_databricks(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    DATABRICKS.iter().any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databricks_own_hosts_are_always_verified() {
        for host in
            ["ep-a.database.us-east-1.cloud.databricks.com", "A.AzureDatabricks.Net.", "x.databricks.us"]
        {
            assert!(
                matches!(choose(host, Some(SslMode::Require), true), Ok(PgSslMode::VerifyFull)),
                "{host}"
            );
            assert!(
                matches!(choose(host, Some(SslMode::Disable), false), Ok(PgSslMode::VerifyFull)),
                "{host}"
            );
        }
        assert!(!is_databricks("notdatabricks.com") && !is_databricks("databricks.com.evil.example"));
    }

    #[test]
    fn a_minted_credential_never_goes_over_plain_text() {
        for mode in [SslMode::Disable, SslMode::Allow, SslMode::Prefer] {
            assert!(choose("localhost", Some(mode), true).is_err());
        }
        assert!(matches!(choose("localhost", None, true), Ok(PgSslMode::VerifyFull)));
        assert!(matches!(choose("localhost", Some(SslMode::Require), true), Ok(PgSslMode::Require)));
    }
}
