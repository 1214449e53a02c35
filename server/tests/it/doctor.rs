//! `doctor` and `lakebase` against the emulated workspace: what is wrong is found, and the fix is named.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output},
};

use emulator::{
    CLIENT_ID, DATABASE_NAME, ENDPOINT_NAME, Emulator, INSTANCE_NAME, Options, PERSONAL_ACCESS_TOKEN,
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A PostgreSQL that schemas may be made in.
fn url() -> String {
    let url = std::env::vars().find_map(|(name, value)| (name == "TEST_DATABASE_URL").then_some(value));
    url.expect("TEST_DATABASE_URL must name a PostgreSQL database for tests; `make test` sets it")
}

struct Lab {
    emulator: Emulator,
    folder: TempDir,
    schema: String,
    program: &'static str,
}

impl Lab {
    async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let options = Options::new(url().into(), folder.path().join("emulator"));
        let emulator = Emulator::start(options).await.unwrap();
        let id = domain::RunId::generate(&domain::SystemClock).as_uuid().simple().to_string();
        Self { emulator, folder, schema: format!("doctor_{id}"), program: env!("CARGO_BIN_EXE_lakeledger") }
    }

    /// What Databricks Apps would inject.
    fn app(&self) -> BTreeMap<&'static str, String> {
        let mut variables: BTreeMap<_, _> = self.emulator.environment().into_iter().collect();
        variables.insert("LAKEBASE_SCHEMA", self.schema.clone());
        variables
    }

    /// What a person's laptop has.
    fn laptop(&self) -> BTreeMap<&'static str, String> {
        let variables = [
            ("DATABRICKS_HOST", self.emulator.workspace_url().to_owned()),
            ("DATABRICKS_TOKEN", PERSONAL_ACCESS_TOKEN.to_owned()),
            ("PGPORT", self.emulator.pg_port().to_string()),
        ];
        variables.into_iter().collect()
    }

    async fn run(&self, variables: &BTreeMap<&'static str, String>, arguments: &[&str]) -> Output {
        let mut command = Command::new(self.program);
        command.args(arguments).current_dir(self.folder.path()).env_clear().envs(variables);
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LAKELEDGER_LOG", "error");
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }

    /// The steps of `doctor --json`, whose exit code must fit.
    async fn doctor(&self, variables: &BTreeMap<&'static str, String>) -> Vec<Value> {
        let output = self.run(variables, &["doctor", "--json"]).await;
        let text = text(&output);
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(report["ok"] == json!(true), output.status.success(), "{text}");
        for secret in ["dapi-", "eyJ", "hunter2", "lakeledger_app"] {
            assert!(!text.contains(secret), "{text}");
        }
        report["steps"].as_array().unwrap().clone()
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

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

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn configure_writes_what_leads_to_the_database_and_no_secret() {
    let lab = Lab::start().await;
    let laptop = lab.laptop();
    let file = lab.folder.path().join(".env.local");

    let unnamed = lab.run(&laptop, &["lakebase", "configure"]).await;
    assert_eq!(unnamed.status.code(), Some(2), "{}", text(&unnamed));
    assert!(text(&unnamed).contains(ENDPOINT_NAME) && text(&unnamed).contains(INSTANCE_NAME));
    let unknown = text(&lab.run(&laptop, &["lakebase", "configure", "nowhere"]).await);
    assert!(unknown.contains("knows no database nowhere") && unknown.contains(INSTANCE_NAME), "{unknown}");

    fs::write(&file, "# mine\nOTHER=hunter2\nLAKEBASE_INSTANCE_NAME=old\n").unwrap();
    let check = lab.run(&laptop, &["lakebase", "configure", ENDPOINT_NAME, "--check-only"]).await;
    assert_eq!(check.status.code(), Some(1), "{}", text(&check));
    assert!(text(&check).contains("missing  PGHOST=127.0.0.1"), "{}", text(&check));
    assert!(!text(&check).contains(PERSONAL_ACCESS_TOKEN));
    assert_eq!(read(&file).lines().count(), 3, "a check changes nothing");

    let written = lab.run(&laptop, &["lakebase", "configure", ENDPOINT_NAME]).await;
    assert!(written.status.success(), "{}", text(&written));
    let expected = format!(
        "# mine\nOTHER=hunter2\n# LAKEBASE_INSTANCE_NAME=old\nPGHOST=127.0.0.1\nPGPORT={}\n\
         PGDATABASE={DATABASE_NAME}\nPGSSLMODE=require\nLAKEBASE_ENDPOINT={ENDPOINT_NAME}\n",
        lab.emulator.pg_port()
    );
    assert_eq!(read(&file), expected);
    let check = lab.run(&laptop, &["lakebase", "configure", "--check-only"]).await;
    assert!(check.status.success(), "{}", text(&check));
    let again = lab.run(&laptop, &["lakebase", "configure"]).await;
    assert!(text(&again).contains("says so already"), "{}", text(&again));
    assert_eq!(read(&file), expected);

    let mut working = laptop.clone();
    working.insert("LAKEBASE_SCHEMA", lab.schema.clone());
    let steps = lab.doctor(&working).await;
    assert_eq!(steps[5]["outcome"], "ok", "{steps:?}");

    let other = lab.run(&laptop, &["lakebase", "configure", INSTANCE_NAME]).await;
    assert!(other.status.success(), "{}", text(&other));
    assert!(
        read(&file).contains(&format!(
            "# LAKEBASE_ENDPOINT={ENDPOINT_NAME}\nLAKEBASE_INSTANCE_NAME={INSTANCE_NAME}"
        ))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn configure_writes_the_profile_that_it_logged_in_with() {
    let lab = Lab::start().await;
    let profile =
        format!("[dev]\nhost = {}\ntoken = {PERSONAL_ACCESS_TOKEN}\n", lab.emulator.workspace_url());
    fs::write(lab.folder.path().join(".databrickscfg"), profile).unwrap();
    let home = lab.folder.path().display().to_string();
    let variables = BTreeMap::from([("HOME", home), ("DATABRICKS_CONFIG_PROFILE", "dev".to_owned())]);
    let written = lab.run(&variables, &["lakebase", "configure", INSTANCE_NAME]).await;
    assert!(written.status.success(), "{}", text(&written));
    let file = read(&lab.folder.path().join(".env.local"));
    assert!(file.ends_with("DATABRICKS_CONFIG_PROFILE=dev\n") && !file.contains("dapi"), "{file}");
}

#[tokio::test(flavor = "multi_thread")]
async fn configure_refuses_a_file_that_git_tracks() {
    let lab = Lab::start().await;
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(lab.folder.path()).output().unwrap()
    };
    git(&["init", "--quiet"]);
    let file = lab.folder.path().join(".env.local");
    fs::write(&file, "A=1\n").unwrap();
    let untracked = text(&lab.run(&lab.laptop(), &["lakebase", "configure", INSTANCE_NAME]).await);
    assert!(untracked.contains("git does not ignore .env.local"), "{untracked}");
    fs::write(&file, "A=1\n").unwrap();
    git(&["add", ".env.local"]);
    let tracked = lab.run(&lab.laptop(), &["lakebase", "configure", INSTANCE_NAME]).await;
    assert_eq!(tracked.status.code(), Some(1));
    assert!(text(&tracked).contains("git tracks .env.local"), "{}", text(&tracked));
    assert_eq!(read(&file), "A=1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_shown_and_given() {
    let lab = Lab::start().await;
    let app = lab.app();
    let shown = text(&lab.run(&app, &["lakebase", "grant", CLIENT_ID, "--dry-run"]).await);
    assert!(
        shown.contains(&format!("grant usage, create on schema \"{}\" to \"{CLIENT_ID}\";", lab.schema)),
        "{shown}"
    );
    assert!(shown.contains("databricks_create_role"), "{shown}");
    let early = text(&lab.run(&app, &["lakebase", "grant", "pg_monitor"]).await);
    assert!(early.contains("does not exist yet"), "{early}");
    assert!(lab.run(&app, &["migrate", "up"]).await.status.success());
    let given = lab.run(&app, &["lakebase", "grant", "pg_monitor", "--read-only"]).await;
    assert!(given.status.success(), "{}", text(&given));
    let missing = text(&lab.run(&app, &["lakebase", "grant", "nobody@example.com"]).await);
    assert!(missing.contains("there is no such role"), "{missing}");
    let everybody = lab.run(&app, &["lakebase", "grant", "public"]).await;
    assert_eq!(everybody.status.code(), Some(2));
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
