//! Which database, and where it is.

use anyhow::Context;
use databricks::{
    Client, Error,
    postgres::{Endpoint, EndpointType},
};

/// A database that was found.
pub(super) struct Choice {
    /// The variable that takes its name.
    pub(super) variable: &'static str,
    pub(super) name: String,
    pub(super) host: String,
    /// `PostgreSQL`'s names of the databases there, as far as the workspace tells.
    pub(super) databases: Vec<String>,
}

const ASKED: &str = "the workspace could not be asked (`lakeledger doctor` tells why)";

/// The database of that name, or the only one there is; else the names of those that there are.
pub(super) async fn choose(
    client: &Client,
    name: Option<&str>,
) -> anyhow::Result<Result<Choice, Vec<String>>> {
    if let Some(name) = name {
        return named(client, name).await.map(Ok);
    }
    let mut names = list(client).await.context(ASKED)?;
    match names.as_slice() {
        [_] => named(client, &names.remove(0)).await.map(Ok),
        _ => Ok(Err(names)),
    }
}

async fn named(client: &Client, name: &str) -> anyhow::Result<Choice> {
    let found = match name.split('/').count() {
        1 => instance(client, name).await,
        2 => project(client, name).await,
        4 => branch(client, name).await,
        _ => endpoint(client, name).await,
    };
    match found {
        Ok(Some(choice)) => Ok(choice),
        Ok(None) => anyhow::bail!("{name} has no host yet: wait until it has started, a few minutes"),
        Err(error) if error.is_not_found() || matches!(error, Error::InvalidName { .. }) => {
            let names = list(client).await.unwrap_or_default();
            let there_are =
                if names.is_empty() { "none that this login sees".to_owned() } else { names.join(", ") };
            anyhow::bail!("the workspace knows no database {name}; there are: {there_are}")
        }
        Err(error) => Err(error).context(ASKED),
    }
}

async fn instance(client: &Client, name: &str) -> Result<Option<Choice>, Error> {
    let instance = client.database().get_database_instance(name).await?;
    Ok(instance.read_write_dns.map(|host| Choice {
        variable: "LAKEBASE_INSTANCE_NAME",
        name: instance.name,
        host,
        databases: Vec::new(),
    }))
}

async fn endpoint(client: &Client, name: &str) -> Result<Option<Choice>, Error> {
    let endpoint = client.postgres().get_endpoint(name).await?;
    of_endpoint(client, endpoint).await
}

/// The endpoint that takes writes of the project's default branch.
async fn project(client: &Client, name: &str) -> Result<Option<Choice>, Error> {
    let mut branches = client.postgres().list_branches(name).await?;
    branches.sort_by_key(|branch| branch.status.default != Some(true));
    match branches.first() {
        Some(default) => branch(client, &default.name).await,
        None => Ok(None),
    }
}

/// The branch's endpoint that takes writes.
async fn branch(client: &Client, name: &str) -> Result<Option<Choice>, Error> {
    let mut endpoints = client.postgres().list_endpoints(name).await?;
    endpoints.sort_by_key(|endpoint| endpoint.status.endpoint_type != Some(EndpointType::ReadWrite));
    match endpoints.into_iter().next() {
        Some(endpoint) => of_endpoint(client, endpoint).await,
        None => Ok(None),
    }
}

async fn of_endpoint(client: &Client, endpoint: Endpoint) -> Result<Option<Choice>, Error> {
    let Some(host) = endpoint.host().map(str::to_owned) else { return Ok(None) };
    let branch = endpoint.name.split("/endpoints/").next().unwrap_or_default();
    // Somebody may see the endpoint and not the databases.
    let databases = client.postgres().list_databases(branch).await.unwrap_or_default();
    let databases = databases.into_iter().filter_map(|database| database.status.postgres_database).collect();
    Ok(Some(Choice { variable: "LAKEBASE_ENDPOINT", name: endpoint.name, host, databases }))
}

/// Every instance and endpoint that the login sees. A workspace may have one product only.
async fn list(client: &Client) -> Result<Vec<String>, Error> {
    let instances = client.database().list_database_instances().await;
    let endpoints = endpoints(client).await;
    match (instances, endpoints) {
        (Err(error), Err(_)) => Err(error),
        (instances, endpoints) => {
            let mut names: Vec<String> =
                instances.unwrap_or_default().into_iter().map(|instance| instance.name).collect();
            names.extend(endpoints.unwrap_or_default());
            Ok(names)
        }
    }
}

async fn endpoints(client: &Client) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for project in client.postgres().list_projects().await? {
        for branch in client.postgres().list_branches(&project.name).await? {
            let endpoints = client.postgres().list_endpoints(&branch.name).await?;
            names.extend(endpoints.into_iter().map(|endpoint| endpoint.name));
        }
    }
    Ok(names)
}
