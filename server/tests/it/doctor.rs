//! `doctor` against the emulated workspace: what is wrong is found, and the fix is named.

use std::process::Command;

use emulator::{DATABASE_NAME, ENDPOINT_NAME, INSTANCE_NAME};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::lab::{Lab, text};

/// The steps that failed must be this one.
#[track_caller]
fn fails(case: &str, steps: &[Value], step: &str, what: &str, fix: &str) {
    let failed: Vec<&Value> = steps.iter().filter(|it| it["outcome"] == "failed").collect();
    let first = failed.first().unwrap_or_else(|| panic!("{case}: nothing failed"));
    assert_eq!(first["step"], step, "{case}: {first}");
    let says = |field: &str, text: &str| first[field].as_str().is_some_and(|said| said.contains(text));
    assert!(says("what", what), "{case}: {first}");
    assert!(says("fix", fix) || says("detail", fix), "{case}: {first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_works_is_found_well_once_its_migrations_have_run() {
    let lab = Lab::start().await;
    let app = lab.app();
    let steps = lab.doctor(&app).await;
    fails("before", &steps, "migrations", "migrations wait", "lakeledger migrate up");
    assert!(lab.run(&app, &["migrate", "up"]).await.status.success());

    let steps = lab.doctor(&app).await;
    let outcomes: Vec<_> =
        steps.iter().map(|it| (it["step"].as_str().unwrap(), it["outcome"].as_str().unwrap())).collect();
    let order = [
        "configuration",
        "workspace_login",
        "credential",
        "dns",
        "tls",
        "login",
        "schema",
        "migrations",
        "round_trip",
    ];
    assert_eq!(outcomes, order.map(|step| (step, "ok")), "{steps:?}");
    assert!(steps[2]["what"].as_str().unwrap().contains(ENDPOINT_NAME));
    assert!(steps[4]["what"].as_str().unwrap().contains("its certificate is trusted"));

    let printed = text(&lab.run(&app, &["doctor"]).await);
    assert_eq!(printed.lines().filter(|line| line.starts_with("ok ")).count(), 9, "{printed}");
    let tables = text(&lab.run(&app, &["lakebase", "tables"]).await);
    assert!(tables.contains("run_event") && tables.contains("0 waiting"), "{tables}");
}

/// Variables that are changed (none: removed), and what must be found.
type Mistake<'a> = (&'a str, &'a [(&'static str, Option<&'a str>)], &'a str, &'a str, &'a str);

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one row a mistake")]
async fn every_mistake_in_the_configuration_is_named_with_its_fix() {
    let lab = Lab::start().await;
    let as_url =
        format!("postgres://a:b@127.0.0.1:{}/{DATABASE_NAME}?sslmode=disable", lab.emulator.pg_port());
    let nobody = "projects/lakeledger/branches/production/endpoints/secondary";
    let no_pat = [("DATABRICKS_CLIENT_ID", None), ("DATABRICKS_CLIENT_SECRET", None)];
    let pat = [no_pat[0], no_pat[1], ("DATABRICKS_TOKEN", Some("dapi-wrong"))];
    let instance = [("LAKEBASE_ENDPOINT", None), ("LAKEBASE_INSTANCE_NAME", Some("Lakeledger-DB"))];
    let by_host = [("LAKEBASE_ENDPOINT", None), ("PGHOST", Some("elsewhere.invalid"))];
    let lookup = [("PGHOST", None), ("PGSSLROOTCERT", None)];
    let cases: &[Mistake<'_>] = &[
        (
            "secret",
            &[("DATABRICKS_CLIENT_SECRET", Some("wrong"))],
            "workspace_login",
            "refuses the client id and secret",
            "new secret",
        ),
        ("token", &pat, "workspace_login", "personal access token", "set DATABRICKS_TOKEN"),
        ("no login", &no_pat, "configuration", "no Databricks credentials", "DATABRICKS_TOKEN"),
        (
            "two logins",
            &[("DATABRICKS_TOKEN", Some("dapi-x"))],
            "configuration",
            "more than one authorization method",
            "DATABRICKS_AUTH_TYPE",
        ),
        (
            "host path",
            &[("DATABRICKS_HOST", Some("https://h.com/sql"))],
            "configuration",
            "has a path",
            "https://",
        ),
        (
            "host refuses",
            &[("DATABRICKS_HOST", Some("http://127.0.0.1:9"))],
            "workspace_login",
            "nobody listens",
            "check DATABRICKS_HOST",
        ),
        (
            "host unknown",
            &[("DATABRICKS_HOST", Some("https://no.invalid"))],
            "workspace_login",
            "is not known",
            "typing mistake",
        ),
        (
            "endpoint",
            &[("LAKEBASE_ENDPOINT", Some(nobody))],
            "credential",
            "knows no endpoint",
            ENDPOINT_NAME,
        ),
        ("instance", &instance, "credential", "knows no instance", "upper and lower case count"),
        ("other host", &by_host, "credential", "no database of", "lakebase configure"),
        ("dns", &[("PGHOST", Some("ep-a.invalid"))], "dns", "is not known", "set PGHOST=127.0.0.1"),
        ("port", &[("PGPORT", Some("9"))], "tls", "nothing listens", "start that PostgreSQL"),
        (
            "certificate",
            &[("PGSSLROOTCERT", None)],
            "tls",
            "certificate is not trusted",
            "PGSSLROOTCERT=PATH",
        ),
        ("looked up", &lookup, "tls", "certificate is not trusted", "ca-certificates"),
        ("user", &[("PGUSER", Some("token"))], "login", "the login is as token", "remove PGUSER"),
        (
            "database",
            &[("PGDATABASE", Some("nowhere"))],
            "login",
            "no database nowhere",
            "PGDATABASE=databricks_postgres",
        ),
        (
            "pat as password",
            &[("PGPASSWORD", Some("dapi-hunter2"))],
            "configuration",
            "personal access token",
            "remove PGPASSWORD",
        ),
        (
            "text as password",
            &[("PGPASSWORD", Some("hunter2"))],
            "login",
            "no OAuth credential",
            "remove PGPASSWORD",
        ),
        (
            "valueFrom",
            &[("DATABASE_URL", Some(INSTANCE_NAME))],
            "configuration",
            "only a part",
            "remove DATABASE_URL",
        ),
        (
            "plain text",
            &[("DATABASE_URL", Some(&as_url))],
            "login",
            "encrypted connections only",
            "?sslmode=require",
        ),
        (
            "pooler",
            &[("PGHOST", Some("ep-a-pooler.x.databricks.com"))],
            "configuration",
            "pooler",
            "set PGHOST=ep-a.x",
        ),
        (
            "schema",
            &[("LAKEBASE_SCHEMA", Some("public"))],
            "configuration",
            "LAKEBASE_SCHEMA",
            "docs/configuration.md",
        ),
        (
            "file",
            &[("LAKELEDGER_ENV_FILE", Some("nowhere"))],
            "configuration",
            "cannot be read",
            "LAKELEDGER_ENV_FILE",
        ),
    ];
    for (case, changes, step, what, fix) in cases {
        let mut variables = lab.app();
        for (name, value) in *changes {
            match value {
                Some(value) => variables.insert(name, (*value).to_owned()),
                None => variables.remove(name),
            };
        }
        fails(case, &lab.doctor(&variables).await, step, what, fix);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_the_workspace_and_the_database_is_named_with_its_fix() {
    let lab = Lab::start().await;
    let app = lab.app();
    assert!(lab.run(&app, &["migrate", "up"]).await.status.success());
    let http = |call: &str, action: Value| json!({ "http": { call: { "action": action } } });
    let status = |call: &str, code: u16| http(call, json!({ "status": { "code": code } }));
    let reject = |message: &str| json!({ "pg": { "reject_logins": { "severity": "ERROR", "code": "XX000", "message": message } } });
    let throttled = json!({ "status": { "code": 429, "retry_after": { "seconds": 7 } } });
    let expired = "JWT token has expired (exp=1700000000)";
    let cases: &[(&str, Value, &str, &str, &str)] = &[
        ("me 500", status("me", 500), "workspace_login", "HTTP 500", "status.databricks.com"),
        (
            "token html",
            http("token", json!("html")),
            "workspace_login",
            "not answer as a workspace",
            "login page",
        ),
        ("mint 403", status("credentials", 403), "credential", "may not mint", "CAN_USE"),
        ("mint 429", http("credentials", throttled), "credential", "fewer calls", "wait 7 seconds"),
        (
            "mint empty",
            http("credentials", json!("empty")),
            "credential",
            "not answer as a workspace",
            "proxy",
        ),
        (
            "mint garbage",
            http("credentials", json!("garbage")),
            "credential",
            "not answer as a workspace",
            "proxy",
        ),
        ("refuse", json!({ "pg": { "refuse": "reset" } }), "tls", "", "2 to 3 minutes"),
        (
            "too many",
            json!({ "pg": { "max_connections": { "limit": 0, "error": "proxy" } } }),
            "login",
            "no connection left",
            "LAKEBASE_POOL_MAX",
        ),
        (
            "too many",
            json!({ "pg": { "max_connections": { "limit": 0, "error": "postgres" } } }),
            "login",
            "no connection left",
            "LAKEBASE_POOL_MAX",
        ),
        (
            "no role",
            reject("password authentication failed for user 'x'"),
            "login",
            "there is no role",
            "lakebase grant",
        ),
        ("expired", reject(expired), "login", "clocks disagree", "timedatectl"),
        (
            "policy",
            reject("This IP address 10.0.0.1 is not allowed to connect to this endpoint."),
            "login",
            "network policy",
            "IP access list",
        ),
        (
            "gone",
            reject("Control plane request failed: endpoint cannot be found"),
            "login",
            "there is no endpoint",
            "lakebase configure",
        ),
        ("read only", json!({ "pg": { "read_only": true } }), "round_trip", "only reads", "without -ro"),
    ];
    for (case, faults, step, what, fix) in cases {
        lab.emulator.admin().set_faults(serde_json::from_value(faults.clone()).unwrap());
        fails(case, &lab.doctor(&app).await, step, what, fix);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_wakes_up_is_waited_for() {
    let lab = Lab::start().await;
    let wake = json!({ "pg": { "wake": { "delay_ms": 300, "symptom": "starting_up" } } });
    lab.emulator.admin().set_faults(serde_json::from_value(wake).unwrap());
    lab.emulator.admin().suspend();
    let steps = lab.doctor(&lab.app()).await;
    assert_eq!(steps[5]["outcome"], "ok", "{}", steps[5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_the_embedded_store_is_explained_and_all_is_well() {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lakeledger"));
    command.arg("doctor").current_dir(folder.path()).env_clear();
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success());
    assert!(text(&output).contains("embedded store") && text(&output).contains("lakebase configure"));
}
