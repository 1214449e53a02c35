use super::*;

const ID: &str = "00000000-0000-4000-8000-0000000000aa";

/// An app whose credential is minted and whose settings agree.
fn minted() -> Scene {
    Scene {
        program: "app".to_owned(),
        is_minted: true,
        host: "ep-a.database.cloud.databricks.com".to_owned(),
        port: 5432,
        database: "databricks_postgres".to_owned(),
        user: Some(ID.to_owned()),
        identity: Some(ID.to_owned()),
        target: Some("endpoint projects/a/branches/b/endpoints/c".to_owned()),
        target_host: Some("ep-a.database.cloud.databricks.com".to_owned()),
        workspace: Some("https://w.cloud.databricks.com".to_owned()),
        ..Scene::default()
    }
}

fn configured() -> Scene {
    Scene { is_minted: false, identity: None, target: None, target_host: None, workspace: None, ..minted() }
}

#[track_caller]
fn says(scene: &Scene, code: &str, message: &str, what: &str, fix: &str) {
    let trouble = login_trouble(code, message, scene);
    assert!(trouble.what.contains(what), "{message}: {}", trouble.what);
    assert!(trouble.fix.contains(fix), "{message}: {}", trouble.fix);
    assert!(trouble.detail.is_some(), "{message}");
}

#[test]
fn every_text_of_the_proxy_has_its_fix_though_all_are_xx000() {
    for (message, what, fix) in [
        (
            "Provided authentication token is not a valid JWT encoding",
            "no OAuth credential",
            "remove PGPASSWORD",
        ),
        ("JWT token has expired (exp=1700000000)", "clocks disagree", "timedatectl set-ntp true"),
        ("JWT token is not yet ready to use (nbf=1700000000)", "not valid yet", "timedatectl"),
        ("invalid JWT token audience", "of another workspace", "set DATABRICKS_HOST"),
        ("jwk not found", "of another workspace", "set DATABRICKS_HOST"),
        ("signature error: signature error", "of another workspace", "set DATABRICKS_HOST"),
        (
            "Failed to decode token for role \"x\"",
            "not a credential of this database",
            "LAKEBASE_INSTANCE_NAME with the instance's name",
        ),
        ("OAuth: User is not authorized", "not bound to the identity", "databricks_create_role("),
        ("role \"token\" does not exist", "the word \"token\"", "remove PGUSER"),
        ("password authentication failed for user 'x'", "there is no role", "`app lakebase grant"),
        (
            "Too many connections to this endpoint. Please try again later.",
            "no connection left",
            "LAKEBASE_POOL_MAX_CONNECTIONS",
        ),
        (
            "Failed to acquire permit to connect to the database. Too many database connection attempts are currently ongoing.",
            "no connection left",
            "LAKEBASE_POOL_MAX_CONNECTIONS",
        ),
        (
            "Control plane request failed: endpoint cannot be found",
            "there is no endpoint behind",
            "lakebase configure",
        ),
        (
            "Control plane request failed: endpoint is disabled",
            "is disabled",
            "databricks postgres update-endpoint projects/a/branches/b/endpoints/c",
        ),
        (
            "Control plane request failed: endpoint is temporarily unavailable. Check your quotas",
            "waking up",
            "wait a minute",
        ),
        ("Couldn't connect to compute node", "waking up", "wait a minute"),
        (
            "This IP address 10.0.0.1 is not allowed to connect to this endpoint.",
            "network policy",
            "IP access list",
        ),
        (
            "Endpoint ID is not specified. Either please upgrade the postgres client library (libpq) for SNI support",
            "SNI",
            "host name",
        ),
        (
            "connection is insecure (try using `sslmode=require`)",
            "encrypted connections only",
            "PGSSLMODE=require",
        ),
        ("unsupported startup parameter: search_path", "pooler", "without -pooler"),
        ("something nobody has seen", "refused the login", "see what it said"),
    ] {
        says(&minted(), "XX000", message, what, fix);
    }
}

#[test]
fn every_code_of_postgresql_has_its_fix() {
    for (code, message, what, fix) in [
        ("28P01", "password authentication failed for user \"x\"", "there is no role", "lakebase grant"),
        ("28000", "role \"x\" does not exist", "there is no role", "lakebase grant"),
        (
            "28000",
            "no pg_hba.conf entry for host \"1.2.3.4\", user \"x\", database \"d\", no encryption",
            "encrypted",
            "PGSSLMODE=require",
        ),
        (
            "28000",
            "no pg_hba.conf entry for host \"1.2.3.4\", user \"x\", database \"d\", SSL encryption",
            "network policy",
            "VPN",
        ),
        ("57P03", "the database system is starting up", "waking up", "wait a minute"),
        ("57P01", "terminating connection due to administrator command", "failing over", "wait a minute"),
        ("08006", "connection to server was lost", "closed the connection while logging in", "wait a minute"),
        ("08003", "connection does not exist", "closed the connection while logging in", "wait a minute"),
        ("08000", "connection error", "closed the connection while logging in", "wait a minute"),
        (
            "08P01",
            "expected a startup packet",
            "closed the connection while logging in",
            "state in the workspace",
        ),
        ("53300", "sorry, too many clients already", "no connection left", "larger"),
        ("53100", "could not extend file", "disk is full", "delete"),
        ("25006", "cannot execute INSERT in a read-only transaction", "only reads", "without -ro"),
        (
            "3D000",
            "database \"x\" does not exist",
            "there is no database",
            "set PGDATABASE=databricks_postgres",
        ),
        ("3F000", "schema \"app_data\" does not exist", "schema does not exist", "`app migrate up`"),
        ("42501", "permission denied for schema public", "schema public", "LAKEBASE_SCHEMA"),
        ("42501", "permission denied for schema app_data", "another role's", "lakebase grant"),
        ("42501", "permission denied for sequence chat_id_seq", "grants on sequences", "lakebase grant"),
        (
            "42501",
            "permission denied for database databricks_postgres",
            "no right",
            "grant connect, create on database",
        ),
    ] {
        says(&minted(), code, message, what, fix);
    }
}

#[test]
fn one_refused_password_has_four_reasons() {
    let text = "password authentication failed for user 'x'";
    says(&minted(), "XX000", text, "there is no role", "lakebase grant");
    let other_user = Scene { user: Some("me@example.com".to_owned()), ..minted() };
    says(&other_user, "XX000", text, "and the login is as me@example.com", &format!("set PGUSER={ID}"));
    let other_host = Scene { target_host: Some("ep-b.database.cloud.databricks.com".to_owned()), ..minted() };
    says(&other_host, "XX000", text, "at another host", "set PGHOST=ep-b.");
    says(&configured(), "28P01", text, "wrong, or is a token that has expired", "PGPASSWORD");
    let url = Scene { url_variable: Some("DATABASE_URL"), ..configured() };
    says(&url, "28P01", text, "wrong, or is a token", "correct the password in DATABASE_URL");
}

#[test]
fn a_configured_token_that_expires_is_told_from_a_wrong_clock() {
    says(
        &configured(),
        "XX000",
        "JWT token has expired (exp=1)",
        "as the password has expired",
        "remove PGPASSWORD",
    );
}

#[test]
fn an_app_is_told_to_attach_its_database() {
    let app = Scene { is_app: true, ..minted() };
    says(&app, "XX000", "password authentication failed for user 'x'", "no role", "Can connect and create");
}

#[test]
fn what_the_server_said_is_shown_without_tokens() {
    let trouble = login_trouble("XX000", "bad token eyJhbGciOiJSUzI1NiJ9.eyJzdWIi.x", &minted());
    assert_eq!(trouble.detail.as_deref(), Some("the server said: bad token [redacted] (XX000)"));
}
