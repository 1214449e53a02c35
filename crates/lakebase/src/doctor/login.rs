//! What a refused login, or a refused statement, means and what mends it.
//!
//! The proxy in front of an Autoscaling endpoint sends SQLSTATE `XX000` for everything, so its texts are told
//! apart here, further than [`ConnectFailure`] does it for a pool.

use super::scrub::scrub;
use super::{Scene, Trouble};
use crate::failure::ConnectFailure;

/// What a server's message at login means.
pub(super) fn login_trouble(code: &str, message: &str, scene: &Scene) -> Trouble {
    let text = message.to_ascii_lowercase();
    let trouble = of_token(&text, scene)
        .or_else(|| of_role(code, &text, scene))
        .or_else(|| of_network(&text, scene))
        .or_else(|| of_statement(code, &text, scene))
        .unwrap_or_else(|| of_class(code, message, scene));
    let code = if code.is_empty() { String::new() } else { format!(" ({code})") };
    trouble.with_detail(format!("the server said: {}{code}", scrub(message, &[])))
}

/// The texts about tokens: neon's `JwtError` and `JwtClaimsError`, and `databricks_auth`'s.
fn of_token(text: &str, scene: &Scene) -> Option<Trouble> {
    let has = |needle: &str| text.contains(needle);
    let mint = format!(
        "remove PGPASSWORD (and a password in {}) and set LAKEBASE_ENDPOINT or LAKEBASE_INSTANCE_NAME, or run {}: credentials are then \
         minted, and refreshed before they expire",
        scene.host_setting(),
        scene.configure()
    );
    Some(if has("not a valid jwt encoding") {
        Trouble::new(
            "the password is no OAuth credential: a personal access token, or a native password on a host that takes none",
            mint,
        )
    } else if has("jwt token has expired") || has("token is expired") || has("token has expired") {
        if scene.is_minted {
            Trouble::new(
                "the credential was refused as expired though it has just been minted: the clocks disagree",
                format!(
                    "set this machine's clock (`timedatectl set-ntp true`), then run `{} doctor` again",
                    scene.program
                ),
            )
        } else {
            Trouble::new(
                "the token that is configured as the password has expired: one lives for an hour",
                mint,
            )
        }
    } else if has("not yet ready to use") {
        Trouble::new(
            "the credential is not valid yet: the clocks disagree",
            "wait a minute, and set this machine's clock (`timedatectl set-ntp true`)",
        )
    } else if has("jwt token audience") || has("jwk not found") || has("signature error") {
        other_workspace(scene)
    } else if has("failed to decode token for role") {
        Trouble::new(
            format!(
                "the password is not a credential of this database for role {}",
                scene.user.as_deref().unwrap_or("(none)")
            ),
            "name the database and set no PGPASSWORD: the credential is then minted for it. Autoscaling: LAKEBASE_ENDPOINT (in \
             app.yaml: `valueFrom: postgres`). Provisioned: LAKEBASE_INSTANCE_NAME with the instance's name as `value`",
        )
    } else {
        return None;
    })
}

fn other_workspace(scene: &Scene) -> Trouble {
    let workspace = scene.workspace.as_deref().unwrap_or("DATABRICKS_HOST");
    Trouble::new(
        format!(
            "the credential is of another workspace than the database: {} is not one of {workspace}",
            scene.host
        ),
        format!(
            "set DATABRICKS_HOST to the workspace that has the database, or {} to a host of this one: {}",
            scene.host_setting(),
            scene.configure()
        ),
    )
}

fn of_role(code: &str, text: &str, scene: &Scene) -> Option<Trouble> {
    let user = scene.user.as_deref().unwrap_or_default();
    let is_missing = text.contains("role \"") && text.contains("does not exist");
    if text.contains("role \"token\"") || (is_missing && user == "token") {
        return Some(Trouble::new(
            "the user name is the word \"token\": Lakebase's user names are e-mail addresses and client ids",
            format!(
                "remove {} (the user is then the credential's own subject), or set it to the identity's name",
                scene.user_setting()
            ),
        ));
    }
    if text.contains("user is not authorized") || text.contains("not authorized") {
        return Some(Trouble::new(
            format!("the role {user} exists, and is not bound to the identity that logs in"),
            format!(
                "make it with Databricks' own function: `select databricks_create_role('{user}', '{}')`, or run {}",
                crate::grants::Identity::of(user).as_sql(),
                scene.grant(user)
            ),
        ));
    }
    if is_missing {
        return Some(no_role(user, scene));
    }
    let is_refused = text.contains("password authentication failed") || code == "28P01";
    is_refused.then(|| password_refused(user, scene))
}

/// The one text that Lakebase has for a wrong user, a missing role, a bad token, and a compute that wakes.
fn password_refused(user: &str, scene: &Scene) -> Trouble {
    if !scene.is_minted {
        return Trouble::new(
            format!("the password for {user} is wrong, or is a token that has expired"),
            format!(
                "correct the password in {}; for Lakebase remove it and set LAKEBASE_ENDPOINT or LAKEBASE_INSTANCE_NAME, or run {}",
                scene.url_variable.unwrap_or("PGPASSWORD"),
                scene.configure()
            ),
        );
    }
    if let Some(expected) = scene.misplaced() {
        return Trouble::new(
            format!(
                "{} refuses the credential: {} is at another host",
                scene.host,
                scene.target.as_deref().unwrap_or("the database")
            ),
            format!("set PGHOST={expected}, or run {}", scene.configure()),
        );
    }
    match scene.identity.as_deref() {
        Some(identity) if identity != user => Trouble::new(
            format!("the credential is {identity}'s, and the login is as {user}"),
            format!("remove PGUSER, or set PGUSER={identity}"),
        ),
        _ => {
            let Trouble { what, fix, .. } = no_role(user, scene);
            Trouble::new(
                format!("{what} that takes this credential"),
                format!(
                    "{fix}; if it is there, run `{} doctor` again: the credential may have been revoked",
                    scene.program
                ),
            )
        }
    }
}

fn no_role(user: &str, scene: &Scene) -> Trouble {
    let fix = if scene.is_app {
        format!(
            "attach the database to the app with \"Can connect and create\" and deploy it again: that makes the role; or run {}",
            scene.grant(user)
        )
    } else {
        format!("run {}: it makes the role and gives it its rights", scene.grant(user))
    };
    Trouble::new(format!("there is no role {user} in the database"), fix)
}

fn of_network(text: &str, scene: &Scene) -> Option<Trouble> {
    let has = |needle: &str| text.contains(needle);
    let again = format!("run `{} doctor` again", scene.program);
    Some(
        if has("connection is insecure")
            || (has("no pg_hba.conf entry") && (has("no encryption") || has("ssl off")))
        {
            Trouble::new(
                "the server takes encrypted connections only",
                match scene.url_variable {
                    Some(variable) => format!("end the URL in {variable} with ?sslmode=require"),
                    None => "set PGSSLMODE=require".to_owned(),
                },
            )
        } else if has("is not allowed to connect") || has("no pg_hba.conf entry") {
            Trouble::new(
                "the database's network policy does not let this address in",
                "add this machine's public address to the workspace's IP access list (Settings > Security > IP access list), or connect through its VPN",
            )
        } else if has("endpoint id is not specified") {
            Trouble::new(
                "the server cannot tell which endpoint is meant: the connection names no host (SNI)",
                format!(
                    "set {} to the endpoint's host name, not to an address, or run {}",
                    scene.host_setting(),
                    scene.configure()
                ),
            )
        } else if has("endpoint cannot be found") {
            Trouble::new(
                format!("there is no endpoint behind {}", scene.host),
                scene.misplaced().map_or_else(
                    || {
                        format!(
                            "set {} to the host of an endpoint that exists, or run {}",
                            scene.host_setting(),
                            scene.configure()
                        )
                    },
                    |expected| format!("set PGHOST={expected}, or run {}", scene.configure()),
                ),
            )
        } else if has("endpoint is disabled") {
            Trouble::new(
                "the endpoint is disabled",
                format!(
                    "enable it: `databricks postgres update-endpoint {} spec.disabled --json '{{\"spec\": {{\"disabled\": false}}}}'`, then {again}",
                    scene
                        .target
                        .as_deref()
                        .and_then(|it| it.strip_prefix("endpoint "))
                        .unwrap_or("projects/…/branches/…/endpoints/…")
                ),
            )
        } else if has("unsupported startup parameter") {
            Trouble::new(
                "the host is a connection pooler, which refuses settings of a session",
                format!("set {} to the direct host: the same name without -pooler", scene.host_setting()),
            )
        } else {
            return None;
        },
    )
}

/// What PostgreSQL's own codes mean, at login and later.
pub(super) fn of_statement(code: &str, text: &str, scene: &Scene) -> Option<Trouble> {
    let user = scene.user.as_deref().unwrap_or("the role");
    Some(match code {
        "3D000" => Trouble::new(
            format!("there is no database {}", scene.database),
            match scene.url_variable {
                Some(variable) => format!(
                    "end the URL in {variable} with the name of one that exists, such as /databricks_postgres"
                ),
                None => format!(
                    "set PGDATABASE=databricks_postgres, or make it: `create database \"{}\"`",
                    scene.database
                ),
            },
        ),
        "3F000" => {
            Trouble::new("the schema does not exist", format!("make it: `{} migrate up`", scene.program))
        }
        "42501" if text.contains("for schema public") => Trouble::new(
            format!("{user} may not make tables in the schema public, and nobody but its owner may"),
            "set LAKEBASE_SCHEMA to a schema of its own, such as app_data (the default)",
        ),
        "42501" if text.contains("for database") => Trouble::new(
            format!("{user} has no right to that in the database {}", scene.database),
            format!("as its owner: `grant connect, create on database \"{}\" to \"{user}\"`", scene.database),
        ),
        "42501" if text.contains("for sequence") => Trouble::new(
            format!("{user} has no right to a sequence: the grants on sequences are missing"),
            format!("run {}", scene.grant(user)),
        ),
        "42501" => Trouble::new(
            format!("{user} lacks a right: the schema or its tables are another role's"),
            format!("run {}, who owns them", scene.grant(user)),
        ),
        "25006" => Trouble::new(
            "the server only reads: a readable secondary, or a failover under way",
            format!(
                "set {} to the read-write host (without -ro), or wait for the failover to end, a minute or two",
                scene.host_setting()
            ),
        ),
        "53100" => Trouble::new(
            "the database's disk is full",
            "delete what is not needed, or raise the limit: Autoscaling holds 8 TB a branch, a Provisioned instance 2 TB",
        ),
        "53300" => too_many(scene),
        _ => return None,
    })
}

fn too_many(scene: &Scene) -> Trouble {
    Trouble::new(
        "the endpoint has no connection left",
        format!(
            "lower LAKEBASE_POOL_MAX_CONNECTIONS, close other clients (`select pid, usename, application_name from pg_stat_activity`), or make {} \
             larger: half a compute unit takes 104 connections, one 209",
            scene.target.as_deref().unwrap_or("the database")
        ),
    )
}

fn of_class(code: &str, message: &str, scene: &Scene) -> Trouble {
    let again = format!("run `{} doctor` again", scene.program);
    match ConnectFailure::classify_message(code, message) {
        ConnectFailure::Waking => Trouble::new(
            "the database is waking up, restarting or failing over, and did not come up while this waited",
            format!(
                "wait a minute, then {again}; if it lasts, look at its state in the workspace (Compute > the database)"
            ),
        ),
        ConnectFailure::Refused => Trouble::new(
            "the server or the proxy in front of it closed the connection while logging in",
            format!(
                "wait a minute, then {again}; if it lasts, look at the database's state in the workspace (Compute > the database)"
            ),
        ),
        ConnectFailure::TooManyConnections => too_many(scene),
        ConnectFailure::Auth if scene.is_minted => other_workspace(scene),
        ConnectFailure::Auth | ConnectFailure::RoleMissing => {
            password_refused(scene.user.as_deref().unwrap_or_default(), scene)
        }
        _ => Trouble::new(
            "the server refused the login",
            format!("see what it said below; if it is about to pass, {again}"),
        ),
    }
}

#[cfg(test)]
#[path = "login_tests.rs"]
mod tests;
