//! What a failed call to the workspace means.

use std::time::Duration;

use databricks::{AuthType, ConnectFailure, Error};

use super::{Scene, Trouble};

/// What a failed login, or a failed look at who logged in, means.
pub(super) fn login_trouble(error: &Error, auth_type: AuthType, source: &str, scene: &Scene) -> Trouble {
    let trouble = match (error, auth_type) {
        (Error::Login(api), _)
            if api.error_code.as_deref() == Some("invalid_client") || matches!(api.status, 401 | 403) =>
        {
            Trouble::new(
                format!("the workspace refuses the client id and secret ({source})"),
                "make a new secret for the service principal (Settings > Identity and access > Service principals > Secrets) and set \
                 DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET; a secret lives for two years at most. In a Databricks App both are \
                 injected: deploy it again",
            )
        }
        (Error::Login(api), _) if matches!(api.status, 400 | 404) => Trouble::new(
            format!("the workspace does not give tokens to this client ({source})"),
            "check that DATABRICKS_HOST is the workspace itself (not the account console), and that DATABRICKS_CLIENT_ID is the service \
             principal's application id",
        ),
        (Error::Api(api), AuthType::Pat) if matches!(api.status, 401 | 403) => Trouble::new(
            format!(
                "the workspace refuses the personal access token ({source}): it is wrong, revoked, expired, or another workspace's"
            ),
            "make a new one (Settings > Developer > Access tokens) and set DATABRICKS_TOKEN, or `databricks configure --token` for a profile",
        ),
        (Error::Api(api), _) if matches!(api.status, 401 | 403) => Trouble::new(
            format!("the workspace knows the client, and does not let it in ({source})"),
            "add the service principal to this workspace (Settings > Identity and access > Service principals > Add) and give it \
             workspace access",
        ),
        _ => return call_trouble(error, scene),
    };
    trouble.with_detail(error.to_string())
}

/// What a failed mint means.
pub(super) fn mint_trouble(error: &Error, scene: &Scene) -> Trouble {
    let target = scene.target.as_deref().unwrap_or("the database");
    let identity = scene.identity.as_deref().unwrap_or("the service principal");
    match error {
        Error::Api(api) if api.status == 403 => Trouble::new(
            format!("{identity} may not mint a credential for {target}"),
            if scene.is_app {
                "attach the database to the app with the permission \"Can connect and create\" (CAN_CONNECT_AND_CREATE) and deploy it again"
                    .to_owned()
            } else {
                format!(
                    "give {identity} CAN_USE on {target} (Compute > the database > Permissions); for an app, attach the database to it with \
                     CAN_CONNECT_AND_CREATE"
                )
            },
        )
        .with_detail(error.to_string()),
        Error::Api(api) if api.status == 401 => Trouble::new(
            "the workspace does not take the login for the credential call",
            "log in anew: set DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, or `databricks configure --token`",
        )
        .with_detail(error.to_string()),
        _ => call_trouble(error, scene),
    }
}

/// What a call without an answer means: who answered before can be reached, and is slow.
pub(super) fn silent(scene: &Scene, limit: Duration) -> Trouble {
    let host = scene.workspace.as_deref().unwrap_or("the workspace");
    let seconds = limit.as_secs();
    if scene.identity.is_none() {
        return Trouble::new(
            format!("{host} does not answer within {seconds} s"),
            "check DATABRICKS_HOST, and that a firewall, VPN or the workspace's IP access list lets this machine through",
        );
    }
    Trouble::new(
        format!(
            "{host} let the login in, and does not answer what is asked about the database within {seconds} s"
        ),
        format!(
            "wait a minute, then run `{} doctor` again; a search of the whole workspace falls away where LAKEBASE_ENDPOINT or \
             LAKEBASE_INSTANCE_NAME names the database",
            scene.program
        ),
    )
}

/// What is wrong with any call.
pub(super) fn call_trouble(error: &Error, scene: &Scene) -> Trouble {
    let host = scene.workspace.as_deref().unwrap_or("the workspace");
    let again = format!("wait a minute, then run `{} doctor` again", scene.program);
    let trouble = match error {
        Error::Connect { failure: ConnectFailure::Dns, .. } => Trouble::new(
            format!("the name of {host} is not known"),
            "check DATABRICKS_HOST for a typing mistake, and that this machine's DNS (or VPN) knows the workspace",
        ),
        Error::Connect { failure: ConnectFailure::Refused, .. } => Trouble::new(
            format!("nobody listens at {host}"),
            "check DATABRICKS_HOST, its port, and the proxy (HTTPS_PROXY) between here and there",
        ),
        Error::Connect { failure: ConnectFailure::Tls, .. } => Trouble::new(
            format!("the certificate of {host} is not trusted"),
            "install the system's root certificates (`apt-get install ca-certificates`); behind a proxy that opens TLS, add its \
             certificate to them (`update-ca-certificates`)",
        ),
        Error::Connect { .. } => Trouble::new(
            format!("the connection to {host} broke"),
            format!("check DATABRICKS_HOST and the network between here and there; {again}"),
        ),
        Error::Timeout { limit, .. } => silent(scene, *limit),
        Error::Redirect { .. } => Trouble::new(
            format!("{host} points elsewhere: it is not the workspace's own address"),
            "set DATABRICKS_HOST to the address that the browser shows in the workspace, such as \
             https://YOUR-WORKSPACE.cloud.databricks.com",
        ),
        Error::PrivateLink { .. } => Trouble::new(
            format!("{host} takes calls only through its private link"),
            "run this inside the workspace's network, or connect to its VPN",
        ),
        Error::TooLarge { .. } | Error::Unreadable { .. } => Trouble::new(
            format!("{host} does not answer as a workspace does"),
            "set DATABRICKS_HOST to the workspace, such as https://YOUR-WORKSPACE.cloud.databricks.com; look for a proxy or a login page in \
             between",
        ),
        Error::InvalidName { name, .. } => Trouble::new(
            format!("{name:?} is not a name"),
            format!(
                "set LAKEBASE_ENDPOINT or LAKEBASE_INSTANCE_NAME to a name that {} lists",
                scene.configure()
            ),
        ),
        Error::Api(api) | Error::Login(api) if api.status == 429 => {
            let wait = api.retry_after.map_or(60, |wait| wait.as_secs());
            Trouble::new(
                format!("{host} asks for fewer calls"),
                format!("wait {wait} seconds, then run `{} doctor` again", scene.program),
            )
        }
        Error::Api(api) | Error::Login(api) if matches!(api.status, 401 | 403) => Trouble::new(
            format!("{host} refuses the call"),
            "ask the workspace's admin for the permission that the detail names",
        ),
        Error::Api(api) | Error::Login(api) if api.status == 404 => Trouble::new(
            format!("{host} does not know what was asked for"),
            "check DATABRICKS_HOST: is it the workspace that has the database?",
        ),
        Error::Api(api) | Error::Login(api) if api.status >= 500 => Trouble::new(
            format!("{host} fails with HTTP {}", api.status),
            format!("{again}; if it lasts, see https://status.databricks.com"),
        ),
        _ => Trouble::new(format!("a call to {host} failed"), again),
    };
    trouble.with_detail(error.to_string())
}
