use super::super::{AuthType, Config, ConfigError, Credentials};
use crate::host::HostError;

use secrecy::ExposeSecret as _;
use tempfile::TempDir;

struct Setup {
    home: TempDir,
    variables: Vec<(&'static str, String)>,
}

/// A home directory with that `.databrickscfg` and an environment.
fn setup(file: &str, variables: &[(&'static str, &str)]) -> Setup {
    let home = TempDir::new().unwrap();
    if !file.is_empty() {
        std::fs::write(home.path().join(".databrickscfg"), file).unwrap();
    }
    Setup { home, variables: variables.iter().map(|&(name, value)| (name, value.to_owned())).collect() }
}

impl Setup {
    fn resolve(&self) -> Result<Option<Config>, ConfigError> {
        let lookup = |name: &str| {
            self.variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.clone())
        };
        Config::resolve(&lookup, Some(self.home.path()))
    }

    fn config(&self) -> Config {
        self.resolve().unwrap().unwrap()
    }

    fn error(&self) -> String {
        self.resolve().unwrap_err().to_string().replace(self.home.path().to_str().unwrap(), "~")
    }
}

fn token(config: &Config) -> &str {
    match &config.credentials {
        Credentials::Pat { token } => token.expose_secret(),
        Credentials::OauthM2m { .. } => "none",
    }
}

const FILE: &str = "
; a comment
[DEFAULT]
host  = https://default.cloud.databricks.com
token = default-token
account_id = default-account

[dev]
HOST: dev.cloud.databricks.com:443/   # the development workspace
client_id     = dev-client
client_secret = dev=secret;x

[browser]
host = https://browser.cloud.databricks.com
auth_type = databricks-cli
";

#[test]
fn nothing_configured_is_no_configuration() {
    assert!(setup("", &[]).resolve().unwrap().is_none());
    assert!(setup("", &[("DATABRICKS_HOST", " "), ("DATABRICKS_TOKEN", "")]).resolve().unwrap().is_none());
    assert!(setup("[dev]\nhost = x\n", &[]).resolve().unwrap().is_none());
    assert!(Config::resolve(&|_| None, None).unwrap().is_none());
}

#[test]
fn a_service_principal_in_the_environment_logs_in_by_oauth() {
    let variables = [
        ("DATABRICKS_HOST", "adb-1.2.azuredatabricks.net"),
        ("DATABRICKS_CLIENT_ID", "id"),
        ("DATABRICKS_CLIENT_SECRET", "secret\n"),
        ("DATABRICKS_WORKSPACE_ID", "12"),
    ];
    let config = setup(FILE, &variables).config();
    assert_eq!(config.host.as_str(), "https://adb-1.2.azuredatabricks.net");
    assert_eq!((config.auth_type(), config.source()), (AuthType::OauthM2m, "environment"));
    assert_eq!((config.workspace_id.as_deref(), config.account_id), (Some("12"), None));
    let Credentials::OauthM2m { client_id, client_secret } = config.credentials else { panic!() };
    assert_eq!((client_id.as_str(), client_secret.expose_secret()), ("id", "secret"));
}

#[test]
fn the_default_profile_is_read_when_the_environment_says_nothing() {
    let config = setup(FILE, &[]).config();
    assert_eq!((config.host.name(), token(&config)), ("default.cloud.databricks.com", "default-token"));
    assert!(config.source().starts_with("profile DEFAULT of /"));
}

#[test]
fn a_host_in_the_environment_keeps_the_file_out() {
    let error = setup(FILE, &[("DATABRICKS_HOST", "x.com")]).error();
    assert!(error.starts_with("no Databricks credentials are configured (environment)"), "{error}");
}

#[test]
fn a_profile_does_not_inherit_from_the_default_one() {
    let config = setup(FILE, &[("DATABRICKS_CONFIG_PROFILE", "dev")]).config();
    assert_eq!(config.host.as_str(), "https://dev.cloud.databricks.com");
    assert_eq!((config.account_id.as_deref(), config.credentials_are_m2m()), (None, true));
}

#[test]
fn the_settings_section_names_the_default_profile() {
    let config = setup(&format!("[__settings__]\ndefault_profile = dev\n{FILE}"), &[]).config();
    assert_eq!(config.host.name(), "dev.cloud.databricks.com");
    let empty = setup(&format!("[__settings__]\ndefault_profile =\n{FILE}"), &[]).config();
    assert_eq!(empty.host.name(), "default.cloud.databricks.com");
}

#[test]
fn the_environment_wins_over_the_profile() {
    let variables = [("DATABRICKS_CONFIG_PROFILE", "dev"), ("DATABRICKS_HOST", "other.cloud.databricks.com")];
    let config = setup(FILE, &variables).config();
    assert_eq!(config.host.name(), "other.cloud.databricks.com");
    assert!(config.source().starts_with("environment and profile dev of "), "{}", config.source());
}

#[test]
fn the_file_may_be_elsewhere() {
    let mut setup = setup("", &[("DATABRICKS_CONFIG_FILE", "~/elsewhere.cfg")]);
    std::fs::write(setup.home.path().join("elsewhere.cfg"), "\u{feff}[DEFAULT]\r\nhost=h.com\r\ntoken=t\r\n")
        .unwrap();
    assert_eq!(token(&setup.config()), "t");
    setup.variables[0].1 = setup.home.path().join("elsewhere.cfg").to_str().unwrap().to_owned();
    assert_eq!(token(&setup.config()), "t");
}

#[test]
fn a_token_beside_a_service_principal_is_the_sdks_error() {
    let mut variables = vec![
        ("DATABRICKS_HOST", "x.com"),
        ("DATABRICKS_TOKEN", "token"),
        ("DATABRICKS_CLIENT_ID", "id"),
        ("DATABRICKS_CLIENT_SECRET", "secret"),
    ];
    let conflict = setup("", &variables).error();
    assert_eq!(conflict, "validate: more than one authorization method configured: oauth and pat");
    variables.push(("DATABRICKS_AUTH_TYPE", "pat"));
    assert_eq!(setup("", &variables).config().auth_type(), AuthType::Pat);
    variables.pop();
    variables.push(("DATABRICKS_AUTH_TYPE", "oauth-m2m"));
    assert_eq!(setup("", &variables).config().auth_type(), AuthType::OauthM2m);
    variables.push(("DATABRICKS_PASSWORD", "p"));
    assert_eq!(setup("", &variables).config().auth_type(), AuthType::OauthM2m);
}

#[test]
fn a_profile_beside_the_environments_credentials_conflicts_too() {
    let variables = [("DATABRICKS_CONFIG_PROFILE", "dev"), ("DATABRICKS_TOKEN", "token")];
    let conflict = setup(FILE, &variables).error();
    assert_eq!(conflict, "validate: more than one authorization method configured: oauth and pat");
}

#[test]
fn half_a_pair_names_the_missing_variable() {
    let host = ("DATABRICKS_HOST", "x.com");
    let error = setup("", &[host, ("DATABRICKS_CLIENT_ID", "id")]).error();
    assert_eq!(error, "DATABRICKS_CLIENT_SECRET is not configured, but its counterpart is (environment)");
    let error = setup("", &[("DATABRICKS_TOKEN", "token")]).error();
    assert_eq!(error, "no Databricks host is configured (environment); set DATABRICKS_HOST");
    let forced = setup("", &[host, ("DATABRICKS_AUTH_TYPE", "pat")]).error();
    assert!(forced.starts_with("DATABRICKS_TOKEN is not configured"), "{forced}");
}

#[test]
fn other_kinds_of_authentication_are_refused_by_name() {
    let error = setup(FILE, &[("DATABRICKS_CONFIG_PROFILE", "browser")]).error();
    let source = "profile browser of ~/.databrickscfg";
    assert_eq!(
        error,
        format!("\"databricks-cli\" authentication is not supported ({source}); use pat or oauth-m2m")
    );
    let azure = setup("", &[("DATABRICKS_HOST", "x.com"), ("ARM_CLIENT_ID", "id")]).error();
    assert!(azure.starts_with("\"azure\" authentication is not supported (environment)"), "{azure}");
}

#[test]
fn a_missing_profile_is_named_with_its_file() {
    let missing = "resolve: ~/.databrickscfg has no prod profile configured";
    assert_eq!(setup(FILE, &[("DATABRICKS_CONFIG_PROFILE", "prod")]).error(), missing);
    assert_eq!(setup("", &[("DATABRICKS_CONFIG_PROFILE", "prod")]).error(), missing);
    assert_eq!(setup("[__settings__]\ndefault_profile = prod", &[]).error(), missing);
    let reserved = setup(FILE, &[("DATABRICKS_CONFIG_PROFILE", "__settings__")]).resolve();
    assert_eq!(reserved.unwrap_err(), ConfigError::ReservedProfile);
    let homeless = Config::resolve(&|name| (name == "DATABRICKS_CONFIG_PROFILE").then(|| "dev".into()), None);
    assert_eq!(homeless.unwrap_err(), ConfigError::NoHome);
}

#[test]
fn a_bad_host_is_named_by_where_it_stands() {
    let variable =
        setup("", &[("DATABRICKS_HOST", "ftp://x"), ("DATABRICKS_TOKEN", "t")]).resolve().unwrap_err();
    let problem = HostError::Scheme { scheme: "ftp".into() };
    assert_eq!(variable, ConfigError::Host { origin: "DATABRICKS_HOST".into(), problem });
    let error = setup("[DEFAULT]\nhost = https://me:pw@x.com\ntoken = t", &[]).error();
    assert!(error.starts_with("host in profile DEFAULT of ~/.databrickscfg: "), "{error}");
    assert!(!error.contains("pw"));
}

#[test]
fn an_unreadable_line_is_named_without_its_text() {
    assert_eq!(
        setup("[DEFAULT]\nhost = x\ndapi-secret\n", &[]).error(),
        "~/.databrickscfg:3: neither [profile] nor key = value"
    );
    assert_eq!(setup("host = x\n", &[]).error(), "~/.databrickscfg:1: neither [profile] nor key = value");
    assert_eq!(setup("[dev\nhost = x", &[]).error(), "~/.databrickscfg:1: neither [profile] nor key = value");
    let twice = setup("[dev]\nhost = x\n[dev]\ntoken = t", &[]).error();
    assert_eq!(twice, "~/.databrickscfg:3: section [dev] occurs more than once");
}

#[test]
fn an_unreadable_file_is_named() {
    let setup = setup("", &[]);
    std::fs::create_dir(setup.home.path().join(".databrickscfg")).unwrap();
    assert_eq!(setup.error(), "~/.databrickscfg cannot be read: is a directory");
}

#[test]
fn debug_shows_of_a_secret_only_its_length() {
    let pat = format!("{:?}", setup(FILE, &[]).config());
    assert!(pat.contains("token: len:13") && !pat.contains("default-token"), "{pat}");
    let m2m = format!("{:?}", setup(FILE, &[("DATABRICKS_CONFIG_PROFILE", "dev")]).config());
    assert!(m2m.contains("client_secret: len:12") && !m2m.contains("dev=secret"), "{m2m}");
}

impl Config {
    fn credentials_are_m2m(&self) -> bool {
        matches!(&self.credentials, Credentials::OauthM2m { client_id, client_secret }
            if client_id == "dev-client" && client_secret.expose_secret() == "dev=secret;x")
    }
}
