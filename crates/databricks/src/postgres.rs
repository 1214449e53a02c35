//! Lakebase Autoscaling: `/api/2.0/postgres`.
//!
//! Things are named by path: `projects/{project}/branches/{branch}/endpoints/{endpoint}`, and likewise `databases`
//! and `roles` of a branch.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::client::Client;
use crate::credential::DatabaseCredential;
use crate::error::Error;
use crate::lenient::{null_as_default, text_or_number};
use crate::request::{Call, Page};

/// The postgres API of one workspace; made by [`Client::postgres`].
#[derive(Debug, Clone)]
pub struct Postgres {
    client: Client,
}

impl Postgres {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Mints a credential for an endpoint (`projects/…/branches/…/endpoints/…`), valid for an hour.
    pub async fn generate_database_credential(&self, endpoint: &str) -> Result<DatabaseCredential, Error> {
        let body = json!({ "endpoint": endpoint });
        let call = Call::post("mint a database credential", &["postgres", "credentials"], body).credential();
        self.client.call(&call).await
    }

    /// The endpoint of that name.
    pub async fn get_endpoint(&self, name: &str) -> Result<Endpoint, Error> {
        self.client.call(&Call::get("read an endpoint", &["postgres"]).name(name)).await
    }

    /// All projects that the caller may see.
    pub async fn list_projects(&self) -> Result<Vec<Project>, Error> {
        self.list("list projects", "projects", |page: Projects| {
            Page::new(page.projects, page.next_page_token)
        })
        .await
    }

    /// The branches of a project (`projects/…`).
    pub async fn list_branches(&self, project: &str) -> Result<Vec<Branch>, Error> {
        let path = format!("{project}/branches");
        self.list("list branches", &path, |page: Branches| Page::new(page.branches, page.next_page_token))
            .await
    }

    /// The endpoints of a branch (`projects/…/branches/…`).
    pub async fn list_endpoints(&self, branch: &str) -> Result<Vec<Endpoint>, Error> {
        let path = format!("{branch}/endpoints");
        self.list("list endpoints", &path, |page: Endpoints| Page::new(page.endpoints, page.next_page_token))
            .await
    }

    /// The databases of a branch (`projects/…/branches/…`).
    pub async fn list_databases(&self, branch: &str) -> Result<Vec<Database>, Error> {
        let path = format!("{branch}/databases");
        self.list("list databases", &path, |page: Databases| Page::new(page.databases, page.next_page_token))
            .await
    }

    /// The roles of a branch (`projects/…/branches/…`).
    pub async fn list_roles(&self, branch: &str) -> Result<Vec<Role>, Error> {
        let path = format!("{branch}/roles");
        self.list("list roles", &path, |page: Roles| Page::new(page.roles, page.next_page_token)).await
    }

    async fn list<P: DeserializeOwned, T>(
        &self,
        operation: &'static str,
        path: &str,
        page: fn(P) -> Page<T>,
    ) -> Result<Vec<T>, Error> {
        self.client.pages(&Call::get(operation, &["postgres"]).name(path), page).await
    }
}

macro_rules! list_answer {
    ($answer:ident, $field:ident: $item:ty) => {
        #[derive(Deserialize)]
        struct $answer {
            #[serde(default, deserialize_with = "null_as_default")]
            $field: Vec<$item>,
            next_page_token: Option<String>,
        }
    };
}

list_answer!(Projects, projects: Project);
list_answer!(Branches, branches: Branch);
list_answer!(Endpoints, endpoints: Endpoint);
list_answer!(Databases, databases: Database);
list_answer!(Roles, roles: Role);

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
