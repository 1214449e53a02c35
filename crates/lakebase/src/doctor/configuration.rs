//! What can be told from the variables alone.

use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use databricks::ConfigError;
use secrecy::ExposeSecret as _;

use super::{Scene, Trouble};
use crate::credential::Claims;
use crate::mode::Mode;
use crate::settings::{Settings, SettingsError};

/// Variables that other templates read, and what they are called here.
const FOREIGN: [(&str, &str); 4] = [
    ("LAKEBASE_HOST", "PGHOST"),
    ("LAKEBASE_PORT", "PGPORT"),
    ("LAKEBASE_DATABASE", "PGDATABASE"),
    ("LAKEBASE_DATABASE_NAME", "PGDATABASE"),
];

/// No database is configured: what that means, and how one is.
pub(super) fn unconfigured(scene: &Scene) -> (String, String) {
    let what =
        "no database is configured; data is kept in the embedded store, on this machine's disk".to_owned();
    let fix = if scene.is_app {
        "to keep data in Lakebase, attach a database to the app (Apps > the app > Edit > App resources > + Add resource > \
         Database, permission \"Can connect and create\") and deploy it again: PGHOST and its companions are then injected"
            .to_owned()
    } else {
        format!(
            "to keep data in Lakebase, run {} (it writes PGHOST and its companions into .env.local), or set \
             LAKEBASE_ENDPOINT, LAKEBASE_INSTANCE_NAME, or LAKEBASE_PG_URL",
            scene.configure()
        )
    };
    (what, fix)
}

/// Variables that are set and that nobody reads.
pub(super) fn foreign_variables(lookup: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let is_set = |name: &str| lookup(name).is_some_and(|value| !value.trim().is_empty());
    let unread: Vec<String> = FOREIGN
        .iter()
        .filter(|(foreign, own)| is_set(foreign) && !is_set(own))
        .map(|(foreign, own)| format!("{foreign} is not read: rename it to {own}"))
        .collect();
    (!unread.is_empty()).then(|| unread.join("; "))
}

pub(super) fn settings_trouble(
    error: &SettingsError,
    lookup: &dyn Fn(&str) -> Option<String>,
    scene: &Scene,
) -> Trouble {
    match error {
        SettingsError::UrlMalformed { variable } => {
            let value = lookup(variable).unwrap_or_default();
            partial_url(variable, value.trim(), lookup).unwrap_or_else(|| {
                Trouble::new(
                    error.to_string(),
                    format!("set {variable}=postgresql://USER:PASSWORD@HOST:5432/DATABASE?sslmode=require, or remove it"),
                )
            })
        }
        SettingsError::HostMalformed { variable } => no_host(variable, scene),
        SettingsError::PortMalformed { variable } => {
            Trouble::new(error.to_string(), format!("set {variable}=5432"))
        }
        SettingsError::TargetMalformed { variable } => Trouble::new(
            error.to_string(),
            format!(
                "set {variable} to a name that {} lists, such as projects/PROJECT/branches/production/endpoints/primary or \
                 my-instance",
                scene.configure()
            ),
        ),
        SettingsError::SslModeUnknown { variable } | SettingsError::SslModeTooWeak { variable } => {
            Trouble::new(error.to_string(), format!("set {variable}=require"))
        }
    }
}

/// What the login to the workspace lacks.
pub(super) fn workspace_trouble(error: &ConfigError) -> Trouble {
    let what = error.to_string();
    let fix = match error {
        ConfigError::MoreThanOneMethod { .. } => {
            "keep one: unset DATABRICKS_TOKEN (or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET), or choose with \
             DATABRICKS_AUTH_TYPE=oauth-m2m or DATABRICKS_AUTH_TYPE=pat"
                .to_owned()
        }
        ConfigError::Host { origin, .. } => {
            let setting = if origin.starts_with("DATABRICKS_HOST") { "DATABRICKS_HOST=" } else { "host = " };
            format!("set `{setting}https://YOUR-WORKSPACE.cloud.databricks.com` ({origin}): https://, the host, nothing behind it")
        }
        ConfigError::NoHost { .. } => "set DATABRICKS_HOST=https://YOUR-WORKSPACE.cloud.databricks.com".to_owned(),
        ConfigError::NoCredentials { .. } => NO_CREDENTIALS_FIX.to_owned(),
        ConfigError::Incomplete { missing, .. } => {
            format!("set {missing}, or unset its counterpart and use DATABRICKS_TOKEN or a profile")
        }
        ConfigError::Unsupported { .. } => {
            "use a client id with its secret, or a personal access token: `databricks configure --token` writes a profile \
             with one (a profile of `databricks auth login` cannot be used here)"
                .to_owned()
        }
        ConfigError::NoProfile { file, .. } => format!(
            "set DATABRICKS_CONFIG_PROFILE to a profile of {}, or make it: `databricks configure --token --profile NAME`",
            file.display()
        ),
        ConfigError::ReservedProfile => "set DATABRICKS_CONFIG_PROFILE to another name, such as DEFAULT".to_owned(),
        ConfigError::DuplicateSection { section, file, line } => {
            format!("remove or rename the second [{section}] in {}, line {line}", file.display())
        }
        ConfigError::Syntax { file, line } => {
            format!("mend line {line} of {}: [profile], or key = value", file.display())
        }
        ConfigError::File { file, .. } => format!("make {} readable: `chmod 600 {0}`", file.display()),
        ConfigError::NoHome => "set DATABRICKS_CONFIG_FILE to the path of .databrickscfg".to_owned(),
        _ => NO_CREDENTIALS_FIX.to_owned(),
    };
    Trouble::new(what, fix)
}

const NO_CREDENTIALS_FIX: &str = "set DATABRICKS_HOST=https://YOUR-WORKSPACE.cloud.databricks.com with DATABRICKS_CLIENT_ID and \
     DATABRICKS_CLIENT_SECRET, or with DATABRICKS_TOKEN=dapi…; or make a profile: `databricks configure --token`";

/// Nothing says how to log in to the workspace.
pub(super) fn no_workspace(scene: &Scene) -> Trouble {
    let fix = if scene.is_app {
        "these variables are injected into every Databricks App: deploy the app again, and do not set PGHOST by hand elsewhere"
    } else {
        NO_CREDENTIALS_FIX
    };
    Trouble::new(
        "no Databricks credentials are configured, and PGPASSWORD is not set (Lakebase never injects it): nothing can mint the \
         database's credential",
        fix,
    )
}

/// What is wrong with settings that can be read. `now` judges an expiry.
pub(super) fn checks(
    settings: &Settings,
    lookup: &dyn Fn(&str) -> Option<String>,
    scene: &Scene,
    now: SystemTime,
) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    if let (Mode::Url { variable }, Some(url)) = (settings.mode(), &settings.url) {
        troubles.extend(partial_url(variable, url.expose_secret(), lookup));
        troubles.extend(url_password(url.expose_secret()).and_then(|it| password(variable, &it, scene, now)));
    }
    if let (Mode::Static { .. }, Some(secret)) = (settings.mode(), &settings.password) {
        troubles.extend(password("PGPASSWORD", secret.expose_secret(), scene, now));
    }
    if let Mode::App { host, .. } = settings.mode() {
        troubles.extend(host_trouble(host, scene));
    }
    troubles
}

fn no_host(variable: &str, scene: &Scene) -> Trouble {
    Trouble::new(
        format!("{variable} is not a host name"),
        format!(
            "set {variable} to the host alone, without scheme, user, port and database, or run {}",
            scene.configure()
        ),
    )
}

fn host_trouble(host: &str, scene: &Scene) -> Option<Trouble> {
    // A credential is minted for an endpoint, and none of those is a folder of sockets.
    if host.starts_with('/') {
        return Some(no_host("PGHOST", scene));
    }
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
    if address.is_some_and(|address| !address.is_loopback()) {
        return Some(Trouble::new(
            "PGHOST is an IP address: Lakebase tells endpoints apart by the host name in TLS (SNI), and a certificate names a host",
            format!("set PGHOST to the endpoint's host name, or run {}", scene.configure()),
        ));
    }
    let (first, rest) = host.split_once('.').unwrap_or((host, ""));
    if let Some(direct) = first.strip_suffix("-pooler") {
        let direct = if rest.is_empty() { direct.to_owned() } else { format!("{direct}.{rest}") };
        return Some(Trouble::new(
            "PGHOST is the connection pooler's host: it takes native passwords only, never a minted OAuth credential",
            format!("set PGHOST={direct}"),
        ));
    }
    None
}

/// A password that is known to be none.
fn password(setting: &str, secret: &str, scene: &Scene, now: SystemTime) -> Option<Trouble> {
    let remove = format!(
        "remove {setting} and set LAKEBASE_ENDPOINT or LAKEBASE_INSTANCE_NAME (or run {}): credentials are then minted, and \
         refreshed before they expire",
        scene.configure()
    );
    if secret.starts_with("dapi") {
        return Some(Trouble::new(
            format!("{setting} holds a personal access token as the password: PostgreSQL never takes one"),
            format!("{remove}; the token itself goes into DATABRICKS_TOKEN"),
        ));
    }
    let expires_at = UNIX_EPOCH + Duration::try_from_secs_f64(Claims::read(secret)?.exp?).ok()?;
    let age = now.duration_since(expires_at).ok()?;
    let what = format!(
        "{setting} holds a token that expired {} minutes ago: one lives for an hour",
        age.as_secs() / 60
    );
    Some(Trouble::new(what, remove))
}

/// `valueFrom: database` in `app.yaml` gives the instance's name or host, never a URL.
fn partial_url(variable: &str, url: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Option<Trouble> {
    let rest = url.strip_prefix("postgresql://").or_else(|| url.strip_prefix("postgres://"));
    let authority = rest.map(|rest| rest.split(['/', '?']).next().unwrap_or_default());
    let lacks = match (authority, rest) {
        (None, _) if url.starts_with("projects/") => "is an endpoint's name",
        (None, _) if url.contains(".databricks.") || url.contains(".azuredatabricks.") => {
            "is a host, without user and password"
        }
        (None, _) => "does not start with postgresql://",
        // The host may be a folder of sockets, in the query.
        (Some(authority), Some(rest))
            if authority.rsplit('@').next() == Some("") && !rest.contains("host=") =>
        {
            "names no host"
        }
        (Some(authority), _) if !authority.contains('@') && is_lakebase(authority) => {
            "names no user and no password"
        }
        _ => return None,
    };
    let has_host = lookup("PGHOST").is_some_and(|host| !host.trim().is_empty());
    let fix = if has_host {
        format!(
            "remove {variable} (in app.yaml: the `valueFrom` of it): PGHOST and its companions are there, and are enough"
        )
    } else {
        format!(
            "remove {variable} (in app.yaml: the `valueFrom` of it) and attach the database to the app, or set \
             LAKEBASE_ENDPOINT or LAKEBASE_INSTANCE_NAME; a whole one is postgresql://USER:PASSWORD@HOST:5432/DATABASE?sslmode=require"
        )
    };
    Some(Trouble::new(format!("{variable} is only a part of a database URL: it {lacks}"), fix))
}

fn is_lakebase(authority: &str) -> bool {
    authority.contains(".databricks.") || authority.contains(".azuredatabricks.")
}

fn url_password(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let (user_info, _) = rest.split(['/', '?']).next()?.rsplit_once('@')?;
    user_info.split_once(':').map(|(_, password)| password.to_owned())
}

#[cfg(test)]
#[path = "configuration_tests.rs"]
mod tests;
