//! What the API says about projects, branches, endpoints, databases and roles.

use serde::{Deserialize, Serialize};

use crate::lenient::{null_as_default, text_or_number};

/// A project: what was once an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Project {
    /// `projects/{project}`.
    pub name: String,
    /// The uid.
    pub uid: Option<String>,
    /// What the API says about it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub status: ProjectStatus,
}

/// What the API says about a [`Project`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProjectStatus {
    /// The name for people.
    pub display_name: Option<String>,
    /// PostgreSQL's major version.
    #[serde(default, deserialize_with = "text_or_number")]
    pub pg_version: Option<String>,
    /// `projects/…/branches/…`.
    pub default_branch: Option<String>,
    /// Who owns it.
    pub owner: Option<String>,
}

/// A branch of a project's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Branch {
    /// `projects/{project}/branches/{branch}`.
    pub name: String,
    /// The uid.
    pub uid: Option<String>,
    /// What the API says about it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub status: BranchStatus,
}

/// What the API says about a [`Branch`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BranchStatus {
    /// What the branch is doing.
    pub current_state: Option<BranchState>,
    /// Whether it is the project's default branch.
    pub default: Option<bool>,
    /// Whether it is protected from deletion.
    pub is_protected: Option<bool>,
}

/// What a [`Branch`] is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum BranchState {
    /// It is being made.
    Init,
    /// It can be used.
    Ready,
    /// It has been archived.
    Archived,
    /// It has been deleted.
    Deleted,
    /// Data are being imported.
    Importing,
    /// It is being reset to its parent.
    Resetting,
    /// A state that this client does not know.
    #[serde(other)]
    Unknown,
}

/// What a branch is reached by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Endpoint {
    /// `projects/{project}/branches/{branch}/endpoints/{endpoint}`.
    pub name: String,
    /// The uid, `ep-…`: also the first part of its host's name.
    pub uid: Option<String>,
    /// What the API says about it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub status: EndpointStatus,
}

impl Endpoint {
    /// The host to connect to, once there is one.
    pub fn host(&self) -> Option<&str> {
        self.status.hosts.host.as_deref()
    }
}

/// What the API says about an [`Endpoint`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EndpointStatus {
    /// What the endpoint is doing.
    pub current_state: Option<EndpointState>,
    /// Whether it can write.
    pub endpoint_type: Option<EndpointType>,
    /// Its host names.
    #[serde(default, deserialize_with = "null_as_default")]
    pub hosts: EndpointHosts,
    /// Whether it has been disabled.
    pub disabled: Option<bool>,
    /// After how long without a query it suspends, such as `300s`.
    pub suspend_timeout_duration: Option<String>,
}

/// Whether an [`Endpoint`] can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EndpointType {
    /// It can.
    #[serde(rename = "ENDPOINT_TYPE_READ_WRITE")]
    ReadWrite,
    /// It only reads.
    #[serde(rename = "ENDPOINT_TYPE_READ_ONLY")]
    ReadOnly,
    /// A type that this client does not know.
    #[serde(other)]
    Unknown,
}

/// What an [`Endpoint`] is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum EndpointState {
    /// It is being made.
    Init,
    /// It runs.
    Active,
    /// It is suspended, and wakes at the next connection.
    Idle,
    /// It runs, but not all of it.
    Degraded,
    /// A state that this client does not know.
    #[serde(other)]
    Unknown,
}

/// The host names of an [`Endpoint`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EndpointHosts {
    /// The direct host.
    pub host: Option<String>,
    /// The direct host of the readable secondaries.
    pub read_only_host: Option<String>,
    /// Through the connection pooler.
    pub read_write_pooled_host: Option<String>,
    /// Through the connection pooler, to the readable secondaries.
    pub read_only_pooled_host: Option<String>,
}

/// A database of a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Database {
    /// `projects/…/branches/…/databases/{database}`: the id there is not PostgreSQL's name.
    pub name: String,
    /// What the API says about it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub status: DatabaseStatus,
}

/// What the API says about a [`Database`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DatabaseStatus {
    /// The name to connect with, such as `databricks_postgres`.
    pub postgres_database: Option<String>,
    /// The role that owns it, by resource name.
    pub role: Option<String>,
}

/// A role of a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Role {
    /// `projects/…/branches/…/roles/{role}`.
    pub name: String,
    /// What the API says about it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub status: RoleStatus,
}

/// What the API says about a [`Role`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RoleStatus {
    /// The user name to log in with: an e-mail address, a service principal's application id, or a group's name.
    pub postgres_role: Option<String>,
    /// `USER`, `SERVICE_PRINCIPAL` or `GROUP`.
    pub identity_type: Option<String>,
    /// `LAKEBASE_OAUTH_V1`, `PG_PASSWORD_SCRAM_SHA_256` or `NO_LOGIN`.
    pub auth_method: Option<String>,
}
