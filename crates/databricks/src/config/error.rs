//! Why a configuration cannot be used.

use std::path::PathBuf;

use crate::host::HostError;

/// Why a configuration cannot be used. Names variables, profiles, files and lines; never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Credentials of several kinds, in the SDK's own words.
    #[error("validate: more than one authorization method configured: {methods}")]
    MoreThanOneMethod {
        /// The kinds, such as `oauth and pat`.
        methods: String,
    },
    /// The host is unusable.
    #[error("{origin}: {problem}")]
    Host {
        /// The variable, or the key with its profile and file.
        origin: String,
        /// What is wrong.
        problem: HostError,
    },
    /// Credentials, but no host.
    #[error("no Databricks host is configured ({source_line}); set DATABRICKS_HOST")]
    NoHost {
        /// Where the rest comes from.
        source_line: String,
    },
    /// A host, but no credentials.
    #[error(
        "no Databricks credentials are configured ({source_line}); set DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, or DATABRICKS_TOKEN"
    )]
    NoCredentials {
        /// Where the host comes from.
        source_line: String,
    },
    /// Half a pair of credentials.
    #[error("{missing} is not configured, but its counterpart is ({source_line})")]
    Incomplete {
        /// The variable that is missing.
        missing: &'static str,
        /// Where its counterpart comes from.
        source_line: String,
    },
    /// Another kind of credentials.
    #[error("{auth_type:?} authentication is not supported ({source_line}); use pat or oauth-m2m")]
    Unsupported {
        /// What was asked for.
        auth_type: String,
        /// Where it comes from.
        source_line: String,
    },
    /// A profile was asked for that does not exist.
    #[error("resolve: {} has no {profile} profile configured", file.display())]
    NoProfile {
        /// The profile.
        profile: String,
        /// The file.
        file: PathBuf,
    },
    /// The reserved section was asked for.
    #[error("__settings__ is a reserved section name and cannot be used as a profile")]
    ReservedProfile,
    /// A section that occurs more than once.
    #[error("{}:{line}: section [{section}] occurs more than once", file.display())]
    DuplicateSection {
        /// The section.
        section: String,
        /// The file.
        file: PathBuf,
        /// The line of the second occurrence.
        line: usize,
    },
    /// A line that is neither a section nor a key with a value.
    #[error("{}:{line}: neither [profile] nor key = value", file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// The line.
        line: usize,
    },
    /// The file exists but cannot be read.
    #[error("{} cannot be read: {kind}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system says.
        kind: std::io::ErrorKind,
    },
    /// A profile was asked for, and it is unknown where to look.
    #[error("DATABRICKS_CONFIG_PROFILE is set, but there is no home directory with a .databrickscfg")]
    NoHome,
}
