use super::*;

fn read(pairs: &[(&str, &str)]) -> Result<Option<Settings>, SettingsError> {
    let lookup =
        |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    Settings::from_lookup(&lookup)
}

fn mode(pairs: &[(&str, &str)]) -> String {
    read(pairs).unwrap().unwrap().mode().to_string()
}

const HOST: (&str, &str) = ("PGHOST", "ep-a.database.us-east-1.cloud.databricks.com");
const ENDPOINT: &str = "projects/p/branches/b/endpoints/e";

#[test]
fn without_a_variable_there_is_no_database() {
    assert!(read(&[]).unwrap().is_none());
    assert!(read(&[("PGHOST", " "), ("DATABASE_URL", "")]).unwrap().is_none());
}

#[test]
fn a_url_wins_over_everything_and_lakebase_pg_url_over_database_url() {
    let url = "postgres://a:b@c/d";
    assert_eq!(mode(&[HOST, ("DATABASE_URL", url)]), "URL (DATABASE_URL)");
    assert_eq!(mode(&[("DATABASE_URL", url), ("LAKEBASE_PG_URL", url)]), "URL (LAKEBASE_PG_URL)");
}

#[test]
fn a_password_beside_the_host_is_static() {
    assert_eq!(
        mode(&[("PGHOST", "h"), ("PGPASSWORD", "x"), ("LAKEBASE_ENDPOINT", ENDPOINT)]),
        "static password (PGHOST h, PGPASSWORD)"
    );
}

#[test]
fn every_name_of_the_endpoint_and_of_the_instance_is_known_in_order() {
    for (index, variable) in NAMES.iter().enumerate() {
        let mut pairs = vec![HOST];
        pairs.extend(NAMES[index..].iter().map(|name| (*name, ENDPOINT)));
        assert!(mode(&pairs).ends_with(&format!("endpoint {ENDPOINT} ({variable})")), "{variable}");
        assert!(mode(&[(variable, "my-db")]).contains("instance my-db"), "{variable}");
    }
}

#[test]
fn a_host_without_a_name_is_looked_for() {
    assert!(mode(&[HOST]).ends_with("minted credential for the database that has this host"));
}

#[test]
fn a_name_that_is_the_host_again_is_no_name() {
    for variable in NAMES {
        let host = HOST.1.to_uppercase();
        let mode = mode(&[HOST, (variable, host.as_str())]);
        assert!(
            mode.ends_with("minted credential for the database that has this host"),
            "{variable}: {mode}"
        );
    }
}

fn ssl_mode(url: &str) -> PgSslMode {
    let settings = read(&[("DATABASE_URL", url)]).unwrap().unwrap();
    settings.options("", None, None).unwrap().get_ssl_mode()
}

#[test]
fn a_url_to_databricks_is_verified_in_full_whatever_it_says() {
    for query in ["", "?sslmode=disable", "?sslmode=require"] {
        let url = format!("postgres://a:b@{}/d{query}", HOST.1);
        assert!(matches!(ssl_mode(&url), PgSslMode::VerifyFull), "{query}");
    }
    let query = format!("postgres:///d?host={}&sslmode=prefer", HOST.1);
    assert!(matches!(ssl_mode(&query), PgSslMode::VerifyFull));
    assert!(matches!(ssl_mode("postgres://a:b@localhost/d?sslmode=require"), PgSslMode::Require));
}

#[test]
fn a_url_is_kept_without_the_parameters_that_nobody_reads() {
    let url = "postgres://a:p%40q@h/d?sslmode=require&channel_binding=geheim";
    let settings = read(&[("DATABASE_URL", url)]).unwrap().unwrap();
    assert_eq!(settings.url.unwrap().expose_secret(), "postgres://a:p%40q@h/d?sslmode=require");
}

#[test]
fn a_host_is_nothing_but_a_host() {
    for host in ["h", "h.example.com", "10.0.0.1", "::1", "/var/run/postgresql"] {
        assert!(read(&[("PGHOST", host), ("PGPASSWORD", "x")]).is_ok(), "{host}");
    }
    for host in ["https://geheim", "h/geheim", "geheim@h", "h geheim", "//geheim@h"] {
        for password in ["x", ""] {
            let error = read(&[("PGHOST", host), ("PGPASSWORD", password)]).unwrap_err();
            assert_eq!(error, SettingsError::HostMalformed { variable: "PGHOST" });
            assert!(!error.to_string().contains("geheim"));
        }
        assert!(read(&[("PGHOST", host), ("DATABASE_URL", "postgres://a:b@c/d")]).is_ok(), "nobody reads it");
    }
}

#[test]
fn errors_name_the_variable_and_not_its_value() {
    for (pairs, variable) in [
        (vec![("DATABASE_URL", "geheim")], "DATABASE_URL"),
        (vec![HOST, ("PGPORT", "geheim")], "PGPORT"),
        (vec![HOST, ("PGSSLMODE", "geheim")], "PGSSLMODE"),
        (vec![("LAKEBASE_ENDPOINT", "projects/geheim")], "LAKEBASE_ENDPOINT"),
        (vec![("PGHOST", "localhost"), ("PGSSLMODE", "prefer")], "PGSSLMODE"),
    ] {
        let error = read(&pairs).unwrap_err().to_string();
        assert!(error.contains(variable) && !error.contains("geheim"), "{error}");
    }
}

#[test]
fn no_secret_is_in_the_debug_form() {
    let settings = read(&[HOST, ("PGPASSWORD", "geheim")]).unwrap().unwrap();
    let text = format!("{settings:?}");
    assert!(text.contains("len:6") && !text.contains("geheim"), "{text}");
    let settings = read(&[("DATABASE_URL", "postgres://a:geheim@c/d")]).unwrap().unwrap();
    assert!(!format!("{settings:?}").contains("geheim"));
}
