//! OAuth machine-to-machine: a service principal's client id and secret, exchanged for a workspace token.

use std::sync::OnceLock;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use crate::config::{Config, Timeouts};
use crate::error::Error;
use crate::host::Host;
use crate::lenient::text_or_number;
use crate::request::{SMALL_BYTES, exchange};
use crate::token::{Token, TokenSource};

const OPERATION: &str = "log in to the workspace";
const DISCOVERY_PATH: &str = "/.well-known/oauth-authorization-server";
/// No token of Databricks lives longer; a larger number would overflow a clock.
const LIFE_MAX: Duration = Duration::from_hours(24);

/// Where tokens for a client id and secret come from.
pub(crate) struct ClientCredentials {
    http: reqwest::Client,
    host: Host,
    account_id: Option<String>,
    discovery_url: Option<String>,
    timeouts: Timeouts,
    client_id: String,
    client_secret: SecretString,
    token_endpoint: OnceLock<Url>,
    workspace_id: OnceLock<String>,
}

/// `/.well-known/databricks-config`.
#[derive(Default, Deserialize)]
struct HostMetadata {
    oidc_endpoint: Option<String>,
    account_id: Option<String>,
    #[serde(default, deserialize_with = "text_or_number")]
    workspace_id: Option<String>,
}

/// `/.well-known/oauth-authorization-server`.
#[derive(Deserialize)]
struct Discovery {
    token_endpoint: String,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    token_type: Option<String>,
    #[serde(deserialize_with = "whole_seconds")]
    expires_in: u64,
}

/// Seconds as a number or as a text; negative means that it is over.
fn whole_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = text_or_number(deserializer)?.unwrap_or_default();
    let seconds = text.trim().parse::<f64>().ok().filter(|seconds| seconds.is_finite());
    seconds.map(|seconds| seconds.max(0.0) as u64).ok_or_else(|| serde::de::Error::custom("expires_in"))
}

impl ClientCredentials {
    pub(crate) fn new(
        http: reqwest::Client,
        config: &Config,
        client_id: String,
        client_secret: SecretString,
    ) -> Self {
        Self {
            http,
            host: config.host.clone(),
            account_id: config.account_id.clone(),
            discovery_url: config.discovery_url.clone(),
            timeouts: config.timeouts.clone(),
            client_id,
            client_secret,
            token_endpoint: OnceLock::new(),
            workspace_id: OnceLock::new(),
        }
    }

    /// The workspace's id, once the host has told it.
    pub(crate) fn workspace_id(&self) -> Option<String> {
        self.workspace_id.get().cloned()
    }

    async fn exchange(&self) -> Result<Token, Error> {
        let endpoint = match self.token_endpoint.get() {
            Some(endpoint) => endpoint.clone(),
            None => self.discover().await?,
        };
        let mut request = Request::new(Method::POST, endpoint.clone());
        let basic = format!("{}:{}", self.client_id, self.client_secret.expose_secret());
        let mut basic = HeaderValue::from_str(&format!("Basic {}", BASE64_STANDARD.encode(basic)))
            .expect("base64 is a header value");
        basic.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, basic);
        request
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        *request.body_mut() = Some("grant_type=client_credentials&scope=all-apis".into());
        let limits = (self.timeouts.token, SMALL_BYTES);
        let answer = exchange(&self.http, request, OPERATION, limits, &[&self.client_secret])
            .await
            .map_err(Error::into_login)?;
        let answer: TokenAnswer = answer.json(OPERATION)?;
        if answer.access_token.is_empty() {
            return Err(unreadable("the token is empty"));
        }
        // Kept only now: an endpoint that has never given a token may have been a proxy's page.
        let _ = self.token_endpoint.set(endpoint);
        Ok(Token {
            secret: answer.access_token.into(),
            kind: answer.token_type.filter(|kind| !kind.is_empty()).unwrap_or_else(|| "Bearer".to_owned()),
            life: Duration::from_secs(answer.expires_in).min(LIFE_MAX),
        })
    }

    /// Where tokens are given out: as configured, else as the host says, else by the fixed address of old.
    async fn discover(&self) -> Result<Url, Error> {
        let address = match &self.discovery_url {
            Some(address) => address.clone(),
            None => self.discovery_address().await,
        };
        let url = self.checked(&address)?;
        let limits = (self.timeouts.token, SMALL_BYTES);
        let answer = exchange(&self.http, Request::new(Method::GET, url), OPERATION, limits, &[])
            .await
            .map_err(Error::into_login)?;
        let discovery: Discovery = answer.json(OPERATION)?;
        self.checked(&discovery.token_endpoint)
    }

    async fn discovery_address(&self) -> String {
        let metadata = self.host_metadata().await.unwrap_or_else(|error| {
            tracing::debug!(%error, "the host has no description of itself");
            HostMetadata::default()
        });
        if let Some(workspace_id) = metadata.workspace_id {
            let _ = self.workspace_id.set(workspace_id);
        }
        let account_id = self.account_id.clone().or(metadata.account_id);
        let endpoint = metadata.oidc_endpoint.filter(|endpoint| !endpoint.is_empty());
        let root = match (endpoint, account_id) {
            (Some(endpoint), Some(account_id)) => endpoint.replace("{account_id}", &account_id),
            (Some(endpoint), None) if !endpoint.contains("{account_id}") => endpoint,
            _ => format!("{}/oidc", self.host),
        };
        format!("{}{DISCOVERY_PATH}", root.trim_end_matches('/'))
    }

    async fn host_metadata(&self) -> Result<HostMetadata, Error> {
        let url = self.checked(&format!("{}/.well-known/databricks-config", self.host))?;
        // Best effort: a host that hangs here leaves time for the rest.
        let limits = (self.timeouts.token / 4, SMALL_BYTES);
        let answer =
            exchange(&self.http, Request::new(Method::GET, url), "describe the workspace", limits, &[])
                .await?;
        answer.json("describe the workspace")
    }

    /// The secret goes where the host says, but never from an encrypted host to an address in plain text.
    fn checked(&self, address: &str) -> Result<Url, Error> {
        let url = Url::parse(address).map_err(|_| unreadable("the address for tokens is not an address"))?;
        match url.scheme() {
            "https" => Ok(url),
            "http" if !self.host.is_https() => Ok(url),
            _ => Err(unreadable("the address for tokens is not https")),
        }
    }
}

impl TokenSource for ClientCredentials {
    async fn fetch(&self) -> Result<Token, Error> {
        let limit = self.timeouts.token;
        tokio::time::timeout(limit, self.exchange())
            .await
            .unwrap_or(Err(Error::Timeout { operation: OPERATION, limit }))
    }
}

fn unreadable(reason: &str) -> Error {
    Error::Unreadable { operation: OPERATION, reason: reason.to_owned() }
}
