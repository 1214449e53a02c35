//! Databricks Apps: `/api/2.0/apps`.

use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::error::Error;
use crate::lenient::null_as_default;
use crate::request::Call;

/// The apps API of one workspace; made by [`Client::apps`].
#[derive(Debug, Clone)]
pub struct Apps {
    client: Client,
}

impl Apps {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The app of that name. An app's own service principal may lack the right to read it: expect a 403.
    pub async fn get(&self, name: &str) -> Result<App, Error> {
        self.client.call(&Call::get("read an app", &["apps", name])).await
    }
}

/// An app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct App {
    /// The name, unique in the workspace.
    pub name: String,
    /// Where it is served.
    pub url: Option<String>,
    /// The application id of the service principal it runs as.
    pub service_principal_client_id: Option<String>,
    /// What is attached to it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub resources: Vec<AppResource>,
}

/// Something attached to an [`App`]. Kinds that this client does not know have only a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AppResource {
    /// The resource's key, as `valueFrom` in `app.yaml` names it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// A Provisioned database.
    pub database: Option<AppResourceDatabase>,
    /// An Autoscaling database.
    pub postgres: Option<AppResourcePostgres>,
}

/// A Provisioned database attached to an [`App`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AppResourceDatabase {
    /// The instance's name.
    pub instance_name: Option<String>,
    /// PostgreSQL's name of the database.
    pub database_name: Option<String>,
    /// `CAN_CONNECT_AND_CREATE`.
    pub permission: Option<String>,
}

/// An Autoscaling database attached to an [`App`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AppResourcePostgres {
    /// `projects/…/branches/…`.
    pub branch: Option<String>,
    /// `projects/…/branches/…/databases/…`.
    pub database: Option<String>,
    /// `CAN_CONNECT_AND_CREATE`.
    pub permission: Option<String>,
}
