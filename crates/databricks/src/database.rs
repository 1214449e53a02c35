//! Lakebase Provisioned: `/api/2.0/database`.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::client::Client;
use crate::credential::DatabaseCredential;
use crate::error::Error;
use crate::lenient::null_as_default;
use crate::random::random_uuid;
use crate::request::{Call, Page};

/// The database API of one workspace; made by [`Client::database`].
#[derive(Debug, Clone)]
pub struct Database {
    client: Client,
}

impl Database {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Mints a credential for the named instances, valid for an hour.
    pub async fn generate_database_credential(
        &self,
        instance_names: &[&str],
    ) -> Result<DatabaseCredential, Error> {
        // One id for all attempts, so that a repeated request is recognised as the same one.
        let request_id = random_uuid();
        let body = json!({ "instance_names": instance_names, "request_id": request_id.to_string() });
        let call = Call::post("mint a database credential", &["database", "credentials"], body).credential();
        self.client.call(&call).await
    }

    /// The instance of that name.
    pub async fn get_database_instance(&self, name: &str) -> Result<DatabaseInstance, Error> {
        let call = Call::get("read a database instance", &["database", "instances", name]);
        self.client.call(&call).await
    }

    /// The instance with that uid, which is also the part after `instance-` of its host name.
    pub async fn find_database_instance_by_uid(&self, uid: &str) -> Result<DatabaseInstance, Error> {
        let call = Call::get("find a database instance", &["database", "instances:findByUid"]);
        self.client.call(&call.query("uid", uid)).await
    }

    /// All instances that the caller may see.
    pub async fn list_database_instances(&self) -> Result<Vec<DatabaseInstance>, Error> {
        let call = Call::get("list database instances", &["database", "instances"]);
        self.client
            .pages(&call, |page: Instances| Page::new(page.database_instances, page.next_page_token))
            .await
    }
}

#[derive(Deserialize)]
struct Instances {
    #[serde(default, deserialize_with = "null_as_default")]
    database_instances: Vec<DatabaseInstance>,
    next_page_token: Option<String>,
}

/// A Provisioned instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DatabaseInstance {
    /// The name, unique in the workspace.
    pub name: String,
    /// The uid, part of the host's name.
    pub uid: Option<String>,
    /// What the instance is doing.
    pub state: Option<DatabaseInstanceState>,
    /// Where to connect for reading and writing.
    pub read_write_dns: Option<String>,
    /// Where to connect for reading only; needs readable secondaries.
    pub read_only_dns: Option<String>,
    /// Such as `PG_VERSION_16`.
    pub pg_version: Option<String>,
    /// Such as `CU_1`.
    pub capacity: Option<String>,
    /// Whether it has been asked to stop.
    pub stopped: Option<bool>,
    /// Who created it.
    pub creator: Option<String>,
}

/// What a Provisioned instance is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum DatabaseInstanceState {
    /// It takes connections.
    Available,
    /// It is being deleted.
    Deleting,
    /// Another node is taking over.
    FailingOver,
    /// It is starting.
    Starting,
    /// It has been stopped.
    Stopped,
    /// It is being changed, and takes connections.
    Updating,
    /// A state that this client does not know.
    #[serde(other)]
    Unknown,
}
