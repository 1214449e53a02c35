//! The settings that the SDKs know: their name in a profile, their variable, and the kind of authentication they mean.

use std::collections::BTreeMap;

/// A setting.
pub(super) struct Attribute {
    /// Its key in a profile.
    pub(super) name: &'static str,
    /// Its variables, the first of which counts.
    pub(super) variables: &'static [&'static str],
    /// The kind of authentication that it configures.
    pub(super) method: Option<&'static str>,
}

const fn plain(name: &'static str, variables: &'static [&'static str]) -> Attribute {
    Attribute { name, variables, method: None }
}

const fn of(method: &'static str, name: &'static str, variables: &'static [&'static str]) -> Attribute {
    Attribute { name, variables, method: Some(method) }
}

/// The part of the SDK's `config.py` that decides who logs in where. Methods that this client does not support are
/// listed too: they count as configured, and are then refused by name.
pub(super) const ATTRIBUTES: &[Attribute] = &[
    plain("host", &["DATABRICKS_HOST"]),
    plain("account_id", &["DATABRICKS_ACCOUNT_ID"]),
    plain("workspace_id", &["DATABRICKS_WORKSPACE_ID"]),
    plain("discovery_url", &["DATABRICKS_DISCOVERY_URL"]),
    plain("auth_type", &["DATABRICKS_AUTH_TYPE"]),
    of("pat", "token", &["DATABRICKS_TOKEN"]),
    of("oauth", "client_id", &["DATABRICKS_CLIENT_ID"]),
    of("oauth", "client_secret", &["DATABRICKS_CLIENT_SECRET"]),
    of("basic", "username", &["DATABRICKS_USERNAME"]),
    of("basic", "password", &["DATABRICKS_PASSWORD"]),
    of("env-oidc", "oidc_token_env", &["DATABRICKS_OIDC_TOKEN_ENV"]),
    of("file-oidc", "oidc_token_filepath", &["DATABRICKS_OIDC_TOKEN_FILEPATH", "DATABRICKS_OIDC_TOKEN_FILE"]),
    of("metadata-service", "metadata_service_url", &["DATABRICKS_METADATA_SERVICE_URL"]),
    of("google", "google_service_account", &["DATABRICKS_GOOGLE_SERVICE_ACCOUNT"]),
    of("google", "google_credentials", &["GOOGLE_CREDENTIALS"]),
    of("azure", "azure_workspace_resource_id", &["DATABRICKS_AZURE_RESOURCE_ID"]),
    of("azure", "azure_use_msi", &["ARM_USE_MSI"]),
    of("azure", "azure_client_secret", &["ARM_CLIENT_SECRET"]),
    of("azure", "azure_client_id", &["ARM_CLIENT_ID"]),
    of("azure", "azure_tenant_id", &["ARM_TENANT_ID"]),
];

/// A value and where it was found.
pub(super) struct Found {
    pub(super) value: String,
    /// `DATABRICKS_HOST`, or `host in profile dev of ~/.databrickscfg`.
    pub(super) origin: String,
}

/// The settings that have a value.
#[derive(Default)]
pub(super) struct Values(BTreeMap<&'static str, Found>);

impl Values {
    /// What the environment says; an empty variable is an unset one.
    pub(super) fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut values = Self::default();
        for attribute in ATTRIBUTES {
            for &variable in attribute.variables {
                values.insert(attribute.name, lookup(variable).as_deref(), || variable.to_owned());
            }
        }
        values
    }

    /// Adds a value, unless there is one already or it is empty.
    pub(super) fn insert(&mut self, name: &'static str, value: Option<&str>, origin: impl Fn() -> String) {
        if let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) {
            self.0.entry(name).or_insert_with(|| Found { value: value.to_owned(), origin: origin() });
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|found| found.value.as_str())
    }

    pub(super) fn found(&self, name: &str) -> Option<&Found> {
        self.0.get(name)
    }

    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// The kinds of authentication that are configured, in alphabetical order.
    pub(super) fn methods(&self) -> Vec<&'static str> {
        let mut methods: Vec<_> = ATTRIBUTES
            .iter()
            .filter(|attribute| self.0.contains_key(attribute.name))
            .filter_map(|attribute| attribute.method)
            .collect();
        methods.sort_unstable();
        methods.dedup();
        methods
    }
}
