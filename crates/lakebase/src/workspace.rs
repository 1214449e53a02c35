//! The directory that a Databricks workspace is.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use databricks::postgres::EndpointType;
use databricks::{Client, DatabaseCredential, Error, RetryPolicy};
use secrecy::ExposeSecret as _;

use crate::credential::{Claims, Credential, MintError, MintFailure};
use crate::directory::{Directory, Found};
use crate::mode::Target;

/// The shortest life that Lakebase gives; assumed where the answer's times make no sense on this machine.
const SHORTEST_LIFE: Duration = Duration::from_mins(5);

/// A workspace. `None`: no login to one is configured, which shows at the first mint.
pub(crate) struct Workspace {
    client: Option<Client>,
}

impl Workspace {
    /// Retries are the credential machine's: two layers of them would multiply.
    pub(crate) fn new(client: Option<&Client>) -> Self {
        Self { client: client.map(|client| client.with_retry_policy(RetryPolicy::none())) }
    }

    fn client(&self) -> Result<&Client, MintError> {
        self.client.as_ref().ok_or(MintError::new(MintFailure::Forbidden))
    }
}

impl Directory for Workspace {
    async fn mint(&self, target: &Target) -> Result<Credential, MintError> {
        let client = self.client()?;
        let minted = match target {
            Target::Endpoint(name) => client.postgres().generate_database_credential(name).await,
            Target::Instance(name) => client.database().generate_database_credential(&[name]).await,
            Target::Branch(_) | Target::ByHost => return Err(MintError::new(MintFailure::TargetMissing)),
        };
        Ok(credential(minted.map_err(|error| failure(&error))?))
    }

    async fn instance(&self, name: &str) -> Result<Found, MintError> {
        let found = self.client()?.database().get_database_instance(name).await;
        let found = found.map_err(|error| failure(&error))?;
        Ok(Found { target: Target::Instance(found.name), host: found.read_write_dns })
    }

    async fn instances(&self) -> Result<Vec<Found>, MintError> {
        let all =
            self.client()?.database().list_database_instances().await.map_err(|error| failure(&error))?;
        let found = all
            .into_iter()
            .map(|instance| Found { target: Target::Instance(instance.name), host: instance.read_write_dns });
        Ok(found.collect())
    }

    async fn endpoint(&self, name: &str) -> Result<Found, MintError> {
        let found = self.client()?.postgres().get_endpoint(name).await.map_err(|error| failure(&error))?;
        let host = found.host().map(str::to_owned);
        Ok(Found { target: Target::Endpoint(found.name), host })
    }

    async fn endpoints(&self, branch: &str) -> Result<Vec<Found>, MintError> {
        let mut all =
            self.client()?.postgres().list_endpoints(branch).await.map_err(|error| failure(&error))?;
        all.sort_by_key(|endpoint| endpoint.status.endpoint_type != Some(EndpointType::ReadWrite));
        let found = all.into_iter().map(|endpoint| {
            let host = endpoint.host().map(str::to_owned);
            Found { target: Target::Endpoint(endpoint.name), host }
        });
        Ok(found.collect())
    }

    async fn projects(&self) -> Result<Vec<String>, MintError> {
        let all = self.client()?.postgres().list_projects().await.map_err(|error| failure(&error))?;
        Ok(all.into_iter().map(|project| project.name).collect())
    }

    async fn branches(&self, project: &str) -> Result<Vec<String>, MintError> {
        let all = self.client()?.postgres().list_branches(project).await.map_err(|error| failure(&error))?;
        Ok(all.into_iter().map(|branch| branch.name).collect())
    }

    async fn app_databases(&self, app: &str) -> Result<Vec<Target>, MintError> {
        let app = self.client()?.apps().get(app).await.map_err(|error| failure(&error))?;
        let targets = app.resources.into_iter().filter_map(|resource| {
            let instance = resource.database.and_then(|database| database.instance_name);
            let branch = resource.postgres.and_then(|postgres| postgres.branch);
            instance.map(Target::Instance).or(branch.map(Target::Branch))
        });
        Ok(targets.collect())
    }

    async fn user_name(&self) -> Result<String, MintError> {
        let me = self.client()?.current_user().me().await.map_err(|error| failure(&error))?;
        Ok(me.user_name)
    }
}

fn credential(minted: DatabaseCredential) -> Credential {
    let claimed = Claims::read(minted.token.expose_secret()).and_then(|claims| claims.lifetime());
    // A token that is no JWT says nothing of when it was issued: only this machine's clock is left.
    let lifetime = claimed.or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        let expires_at = Duration::from_secs(u64::try_from(minted.expires_at.as_second()).ok()?);
        expires_at.checked_sub(now).filter(|left| *left <= Duration::from_hours(1))
    });
    let lifetime = lifetime.unwrap_or(SHORTEST_LIFE);
    Credential { token: minted.token, lifetime, expires_at: Some(minted.expires_at) }
}

fn failure(error: &Error) -> MintError {
    let failure = match error {
        _ if error.is_auth() => MintFailure::Forbidden,
        _ if error.is_not_found() => MintFailure::TargetMissing,
        _ if error.status() == Some(429) => MintFailure::Throttled,
        Error::Timeout { .. } => MintFailure::Timeout,
        Error::TooLarge { .. } | Error::Unreadable { .. } => MintFailure::Malformed,
        Error::InvalidName { .. } => MintFailure::TargetMissing,
        _ => MintFailure::Unavailable,
    };
    tracing::debug!(%error, "a workspace call failed");
    MintError { failure, retry_after: error.retry_after() }
}
