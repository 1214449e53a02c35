use super::*;

const DATABASE: &str = "ep-a-1.database.us-east-1.cloud.databricks.com";
const NOW: u64 = 1_700_000_000;

fn scene() -> Scene {
    Scene { program: "app".to_owned(), ..Scene::default() }
}

fn lookup<'a>(variables: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
    move |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
}

/// Variables, what is wrong, and the fix.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

/// What the variables alone show to be wrong.
fn troubles(variables: &[(&str, &str)]) -> Vec<Trouble> {
    let lookup = lookup(variables);
    match Settings::from_lookup(&lookup) {
        Ok(Some(settings)) => checks(&settings, &lookup, &scene(), UNIX_EPOCH + Duration::from_secs(NOW)),
        Ok(None) => Vec::new(),
        Err(error) => vec![settings_trouble(&error, &lookup, &scene())],
    }
}

fn jwt(expires_at: u64) -> String {
    use base64::Engine as _;
    let payload = format!(r#"{{"sub":"a@b.c","iat":1,"exp":{expires_at}}}"#);
    format!("e30.{}.c2ln", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(payload))
}

#[test]
fn variables_that_cannot_work_are_named_with_their_fix() {
    let named_url = format!("postgresql://{DATABASE}:5432/databricks_postgres");
    let pooled = DATABASE.replace("ep-a-1.", "ep-a-1-pooler.");
    let cases: &[Case<'_>] = &[
        // Seed 0: `valueFrom` gives the instance's name, or its host.
        (&[("DATABASE_URL", "metamcp")], "only a part of a database URL", "remove DATABASE_URL"),
        (
            &[("DATABASE_URL", "metamcp"), ("PGHOST", DATABASE)],
            "only a part",
            "PGHOST and its companions are there",
        ),
        (&[("DATABASE_URL", DATABASE)], "is a host, without user and password", "`valueFrom`"),
        (&[("DATABASE_URL", "h.cloud.databricks.com:5432/d")], "only a part", "remove DATABASE_URL"),
        (&[("DATABASE_URL", "projects/a/branches/b")], "is an endpoint's name", "LAKEBASE_ENDPOINT"),
        (&[("LAKEBASE_PG_URL", &named_url)], "names no user and no password", "remove LAKEBASE_PG_URL"),
        (&[("LAKEBASE_PG_URL", "postgres:///d")], "names no host", "postgresql://USER:PASSWORD@HOST"),
        (&[("PGHOST", DATABASE), ("PGPORT", "x")], "PGPORT is not a port", "set PGPORT=5432"),
        (&[("LAKEBASE_ENDPOINT", "a/b")], "names no database", "`app lakebase configure`"),
        (&[("PGHOST", DATABASE), ("PGSSLMODE", "on")], "PGSSLMODE is none of", "set PGSSLMODE=require"),
        (&[("PGHOST", "localhost"), ("PGSSLMODE", "disable")], "plain text", "set PGSSLMODE=require"),
        (&[("PGHOST", "10.1.2.3")], "IP address", "set PGHOST to the endpoint's host name"),
        (&[("PGHOST", "https://x.databricks.com")], "not a host name", "the host alone"),
        (&[("PGHOST", "u:p@h"), ("PGPASSWORD", "p")], "not a host name", "the host alone"),
        (&[("PGHOST", "/var/run/postgresql")], "not a host name", "the host alone"),
        (&[("PGHOST", &pooled)], "pooler's host", "set PGHOST=ep-a-1.database.us-east-1"),
        (&[("PGHOST", DATABASE), ("PGPASSWORD", "dapi0123")], "personal access token", "remove PGPASSWORD"),
        (
            &[("LAKEBASE_PG_URL", "postgres://a:dapi01@h/d")],
            "personal access token",
            "remove LAKEBASE_PG_URL",
        ),
    ];
    for (variables, what, fix) in cases {
        let found = troubles(variables);
        assert_eq!(found.len(), 1, "{variables:?}: {found:?}");
        assert!(found[0].what.contains(what), "{variables:?}: {}", found[0].what);
        assert!(found[0].fix.contains(fix), "{variables:?}: {}", found[0].fix);
    }
}

#[test]
fn a_configured_token_that_has_expired_is_told_from_one_that_has_not() {
    let expired = troubles(&[("PGHOST", DATABASE), ("PGPASSWORD", &jwt(NOW - 600))]);
    assert!(expired[0].what.contains("expired 10 minutes ago"), "{expired:?}");
    assert_eq!(troubles(&[("PGHOST", DATABASE), ("PGPASSWORD", &jwt(NOW + 600))]), []);
}

#[test]
fn variables_that_can_work_give_no_trouble() {
    for variables in [
        &[("PGHOST", DATABASE)][..],
        &[("PGHOST", "127.0.0.1")],
        &[("PGHOST", "/var/run/postgresql"), ("PGPASSWORD", "p")],
        &[("DATABASE_URL", "postgres://u:p@localhost:5432/d")],
        &[("DATABASE_URL", "postgres://u@%2Ftmp/d")],
        &[("DATABASE_URL", "postgresql:///d?host=/tmp")],
        &[("LAKEBASE_INSTANCE_NAME", "shop-db")],
        &[],
    ] {
        assert_eq!(troubles(variables), [], "{variables:?}");
    }
}

#[test]
fn no_secret_is_repeated() {
    for variables in [
        [("DATABASE_URL", "metamcp:hunter2secret"), ("PGHOST", "h")],
        [("PGHOST", DATABASE), ("PGPASSWORD", "dapihunter2secret")],
        [("LAKEBASE_PG_URL", "postgres://u:dapihunter2secret@h/d"), ("PGHOST", "h")],
        [("PGHOST", "postgres://u:hunter2secret@h/d"), ("PGPORT", "5432")],
    ] {
        let found = format!("{:?}", troubles(&variables));
        assert!(!found.contains("hunter2") && found.len() > 10, "{found}");
    }
}

#[test]
fn the_names_of_another_template_are_pointed_out() {
    let note = foreign_variables(&lookup(&[
        ("LAKEBASE_HOST", "h"),
        ("LAKEBASE_DATABASE", "d"),
        ("PGDATABASE", "d"),
    ]));
    assert_eq!(note.as_deref(), Some("LAKEBASE_HOST is not read: rename it to PGHOST"));
}

#[test]
fn without_a_database_the_embedded_store_is_explained() {
    let (what, fix) = unconfigured(&scene());
    assert!(what.contains("embedded") && fix.contains("`app lakebase configure`"));
    let (_, fix) = unconfigured(&Scene { is_app: true, ..scene() });
    assert!(fix.contains("attach a database to the app"));
}

#[test]
fn a_workspace_that_cannot_be_logged_in_to_is_explained() {
    let home = std::env::temp_dir().join("lakebase-doctor-no-such-home");
    let cases: &[Case<'_>] = &[
        (
            &[
                ("DATABRICKS_HOST", "h.com"),
                ("DATABRICKS_TOKEN", "t"),
                ("DATABRICKS_CLIENT_ID", "i"),
                ("DATABRICKS_CLIENT_SECRET", "s"),
            ],
            "more than one authorization method configured: oauth and pat",
            "DATABRICKS_AUTH_TYPE=oauth-m2m",
        ),
        (&[("DATABRICKS_HOST", "ftp://h.com"), ("DATABRICKS_TOKEN", "t")], "ftp", "=https://YOUR"),
        (
            &[("DATABRICKS_HOST", "https://h.com/sql/1"), ("DATABRICKS_TOKEN", "t")],
            "has a path",
            "nothing behind it",
        ),
        (&[("DATABRICKS_HOST", "https://h.com")], "no Databricks credentials", "set DATABRICKS_HOST"),
        (&[("DATABRICKS_TOKEN", "t")], "no Databricks host", "set DATABRICKS_HOST=https://"),
        (
            &[("DATABRICKS_HOST", "h.com"), ("DATABRICKS_CLIENT_ID", "i")],
            "CLIENT_SECRET is not",
            "set DATABRICKS_CLIENT_SECRET",
        ),
        (&[("DATABRICKS_CONFIG_PROFILE", "dev")], "no dev profile", "databricks configure --token --profile"),
        (
            &[("DATABRICKS_HOST", "h.com"), ("DATABRICKS_AUTH_TYPE", "databricks-cli")],
            "not supported",
            "`databricks configure --token`",
        ),
    ];
    for (variables, what, fix) in cases {
        let error = databricks::Config::resolve(&lookup(variables), Some(&home)).unwrap_err();
        let trouble = workspace_trouble(&error);
        assert!(trouble.what.contains(what), "{variables:?}: {}", trouble.what);
        assert!(trouble.fix.contains(fix), "{variables:?}: {}", trouble.fix);
    }
    assert!(no_workspace(&scene()).fix.contains("DATABRICKS_TOKEN"));
}
