//! Lakebase Autoscaling: `/api/2.0/postgres`.
//!
//! Things are named by path: `projects/{project}/branches/{branch}/endpoints/{endpoint}`, and likewise `databases`
//! and `roles` of a branch.

mod resource;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::client::Client;
use crate::credential::DatabaseCredential;
use crate::error::Error;
use crate::lenient::null_as_default;
use crate::request::{Call, Page};

pub use resource::{
    Branch, BranchState, BranchStatus, Database, DatabaseStatus, Endpoint, EndpointHosts, EndpointState,
    EndpointStatus, EndpointType, Project, ProjectStatus, Role, RoleStatus,
};

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
