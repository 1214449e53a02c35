//! The client: who calls, with which token, how often.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Request, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

use crate::apps::Apps;
use crate::config::{AuthType, Config, Credentials};
use crate::current_user::CurrentUser;
use crate::database::Database;
use crate::error::Error;
use crate::host::Host;
use crate::mlflow::Mlflow;
use crate::oauth::ClientCredentials;
use crate::postgres::Postgres;
use crate::random::random;
use crate::request::{Answer, Call, Page, exchange, open};
use crate::retry::RetryPolicy;
use crate::serving::Serving;
use crate::tls;
use crate::token::TokenCache;

/// The most pages that are read of one list; a server that never ends a list would be read forever.
const PAGES_MAX: usize = 1_000;

/// A client of one workspace. Clones share connections and the workspace token; make one for a process.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    retry: RetryPolicy,
}

struct Inner {
    http: reqwest::Client,
    config: Config,
    login: Login,
}

enum Login {
    Pat(SecretString),
    OauthM2m(TokenCache<ClientCredentials>),
}

/// What one attempt of a call is sent with.
pub(crate) struct Ticket {
    authorization: HeaderValue,
    secret: SecretString,
    /// A cached token's generation, and whether it was fetched for this very attempt.
    cached: Option<(u64, bool)>,
}

/// Why a [`Client`] cannot be made. Nothing has been sent yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The token has characters that no HTTP header can carry, such as a line break.
    #[error("the Databricks token holds a character that cannot be sent")]
    Token,
    /// The user agent or workspace id has characters that no HTTP header can carry.
    #[error("the {field} holds a character that cannot be sent")]
    Header {
        /// The field of [`Config`].
        field: &'static str,
    },
    /// The system has no root certificates.
    #[error("the system's root certificates could not be read; is the ca-certificates package installed?")]
    Roots,
    /// [`Config::extra_roots_pem`] is not a list of certificates.
    #[error("the extra root certificates are not PEM")]
    ExtraRoots,
    /// TLS cannot be set up.
    #[error("TLS could not be set up")]
    Tls,
    /// The HTTP client cannot be set up.
    #[error("the HTTP client could not be set up")]
    Http,
}

impl Client {
    /// A client for the configured workspace. No input or output happens before the first call.
    pub fn new(config: Config) -> Result<Self, ClientError> {
        let user_agent = HeaderValue::from_str(&config.user_agent)
            .map_err(|_| ClientError::Header { field: "user agent" })?;
        if let Some(workspace_id) = &config.workspace_id {
            HeaderValue::from_str(workspace_id).map_err(|_| ClientError::Header { field: "workspace id" })?;
        }
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(&config.host, config.extra_roots_pem.as_deref())?)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(config.timeouts.connect)
            .user_agent(user_agent);
        if config.host.is_loopback() {
            builder = builder.no_proxy();
        } else if !config.host.is_https() {
            tracing::warn!(host = %config.host, "secrets are sent to the workspace without encryption");
        }
        let http = builder.build().map_err(|_| ClientError::Http)?;
        let login = match &config.credentials {
            Credentials::Pat { token } => {
                bearer("Bearer", token).ok_or(ClientError::Token)?;
                Login::Pat(token.clone())
            }
            Credentials::OauthM2m { client_id, client_secret } => Login::OauthM2m(TokenCache::new(
                ClientCredentials::new(http.clone(), &config, client_id.clone(), client_secret.clone()),
            )),
        };
        Ok(Self { inner: Arc::new(Inner { http, config, login }), retry: RetryPolicy::default() })
    }

    /// A client of the same workspace that calls as the person whose token this is: the one that Databricks Apps forwards
    /// as `X-Forwarded-Access-Token`. It shares this client's connections, its [`Client::auth_type`] is
    /// [`AuthType::Pat`], and nothing of this client's own log-in is sent with it.
    pub fn on_behalf_of(&self, token: SecretString) -> Result<Self, ClientError> {
        bearer("Bearer", &token).ok_or(ClientError::Token)?;
        let Inner { http, config, .. } = &*self.inner;
        let mut config = config.clone();
        config.workspace_id = self.workspace_id();
        config.credentials = Credentials::Pat { token: token.clone() };
        let inner = Inner { http: http.clone(), config, login: Login::Pat(token) };
        Ok(Self { inner: Arc::new(inner), retry: self.retry.clone() })
    }

    /// The same client, with other rules for repeating its calls.
    #[must_use]
    pub fn with_retry_policy(&self, retry: RetryPolicy) -> Self {
        Self { inner: Arc::clone(&self.inner), retry }
    }

    /// The workspace.
    pub fn host(&self) -> &Host {
        &self.inner.config.host
    }

    /// How the client logs in to the workspace.
    pub fn auth_type(&self) -> AuthType {
        self.inner.config.auth_type()
    }

    /// The configuration that the client was made with.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The workspace's id: configured, or found out at log-in.
    pub fn workspace_id(&self) -> Option<String> {
        let found = || match &self.inner.login {
            Login::Pat(_) => None,
            Login::OauthM2m(cache) => cache.source().workspace_id(),
        };
        self.inner.config.workspace_id.clone().or_else(found)
    }

    /// Logs in to the workspace now, if there is no valid token yet. A personal access token needs no log-in, and is
    /// first checked by a call.
    pub async fn log_in(&self) -> Result<(), Error> {
        match &self.inner.login {
            Login::Pat(_) => Ok(()),
            Login::OauthM2m(cache) => {
                self.retry.run(random, || cache.get()).await?;
                Ok(())
            }
        }
    }

    /// A token of the workspace that is valid now, for a service that takes one and is none of this API.
    pub async fn access_token(&self) -> Result<SecretString, Error> {
        self.retry.run(random, || self.ticket("log in")).await.map(|ticket| ticket.secret)
    }

    /// Lakebase Provisioned.
    pub fn database(&self) -> Database {
        Database::new(self.clone())
    }

    /// Lakebase Autoscaling.
    pub fn postgres(&self) -> Postgres {
        Postgres::new(self.clone())
    }

    /// Who the credentials belong to.
    pub fn current_user(&self) -> CurrentUser {
        CurrentUser::new(self.clone())
    }

    /// Databricks Apps.
    pub fn apps(&self) -> Apps {
        Apps::new(self.clone())
    }

    /// Model serving.
    pub fn serving(&self) -> Serving {
        Serving::new(self.clone())
    }

    /// MLflow: traces' assessments.
    pub fn mlflow(&self) -> Mlflow {
        Mlflow::new(self.clone())
    }

    pub(crate) async fn call<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        Ok(self.call_with_headers(call).await?.0)
    }

    pub(crate) async fn call_with_headers<T: DeserializeOwned>(
        &self,
        call: &Call,
    ) -> Result<(T, HeaderMap), Error> {
        let answer = self.send(call, None).await?;
        Ok((answer.json(call.operation)?, answer.headers))
    }

    /// All pages of a list.
    pub(crate) async fn pages<P: DeserializeOwned, T>(
        &self,
        call: &Call,
        page: fn(P) -> Page<T>,
    ) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        let mut page_token: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let answer = self.send(call, page_token.as_deref()).await?;
            let Page { items: more, next_page_token } = page(answer.json(call.operation)?);
            items.extend(more);
            if next_page_token.is_none() {
                return Ok(items);
            }
            if next_page_token == page_token {
                break;
            }
            page_token = next_page_token;
        }
        Err(Error::Unreadable { operation: call.operation, reason: "the list does not end".to_owned() })
    }

    async fn send(&self, call: &Call, page_token: Option<&str>) -> Result<Answer, Error> {
        self.retry.run(random, || self.attempt(call, page_token)).await
    }

    /// One attempt, log-in included, within the call's time.
    async fn attempt(&self, call: &Call, page_token: Option<&str>) -> Result<Answer, Error> {
        let limit = call.limit(&self.inner.config.timeouts);
        let attempt = async {
            let ticket = self.ticket(call.operation).await?;
            let result = self.exchange(call, page_token, &ticket).await;
            if !self.is_outdated(&ticket, result.as_ref().err()) {
                return result;
            }
            let ticket = self.ticket(call.operation).await?;
            self.exchange(call, page_token, &ticket).await
        };
        tokio::time::timeout(limit, attempt)
            .await
            .unwrap_or(Err(Error::Timeout { operation: call.operation, limit }))
    }

    /// What a call is sent with; logs in where that is needed.
    pub(crate) async fn ticket(&self, operation: &'static str) -> Result<Ticket, Error> {
        let (kind, secret, cached) = match &self.inner.login {
            Login::Pat(token) => ("Bearer".to_owned(), token.clone(), None),
            Login::OauthM2m(cache) => {
                let found = cache.get().await?;
                let cached = (found.generation, found.is_new);
                (found.token.kind.clone(), found.token.secret.clone(), Some(cached))
            }
        };
        let authorization = bearer(&kind, &secret).ok_or_else(|| Error::Unreadable {
            operation,
            reason: "the workspace's token holds a character that cannot be sent".to_owned(),
        })?;
        Ok(Ticket { authorization, secret, cached })
    }

    /// Whether a call failed for a cached token that the workspace no longer takes: it may have been revoked, and is
    /// replaced, once.
    pub(crate) fn is_outdated(&self, ticket: &Ticket, error: Option<&Error>) -> bool {
        if error.and_then(Error::status) != Some(401) {
            return false;
        }
        let (Login::OauthM2m(cache), Some((generation, is_new))) = (&self.inner.login, ticket.cached) else {
            return false;
        };
        cache.invalidate(generation);
        !is_new
    }

    async fn exchange(
        &self,
        call: &Call,
        page_token: Option<&str>,
        ticket: &Ticket,
    ) -> Result<Answer, Error> {
        let mut request = call.request(self.host(), page_token)?;
        self.set_headers(&mut request, ticket);
        let limits = (call.limit(&self.inner.config.timeouts), call.limit_bytes());
        exchange(&self.inner.http, request, call.operation, limits, &self.secrets(ticket)).await
    }

    /// The answer's head, whose body is still to be read; an error is read whole. `limit` is the time for that.
    pub(crate) async fn open(
        &self,
        call: &Call,
        ticket: &Ticket,
        limit: Duration,
    ) -> Result<Response, Error> {
        let mut request = call.request(self.host(), None)?;
        self.set_headers(&mut request, ticket);
        open(&self.inner.http, request, call.operation, limit, &self.secrets(ticket)).await
    }

    /// What must not be repeated from an answer.
    fn secrets<'a>(&'a self, ticket: &'a Ticket) -> Vec<&'a SecretString> {
        let mut secrets = vec![&ticket.secret];
        if let Credentials::OauthM2m { client_secret, .. } = &self.inner.config.credentials {
            secrets.push(client_secret);
        }
        secrets
    }

    pub(crate) fn retry_policy(&self) -> &RetryPolicy {
        &self.retry
    }

    fn set_headers(&self, request: &mut Request, ticket: &Ticket) {
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, ticket.authorization.clone());
        let workspace_id = self.workspace_id().and_then(|id| HeaderValue::from_str(&id).ok());
        if let Some(workspace_id) = workspace_id {
            headers.insert(HeaderName::from_static("x-databricks-workspace-id"), workspace_id);
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

/// The header that carries a token; none when it holds a character that no header can carry.
fn bearer(token_type: &str, token: &SecretString) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("{token_type} {}", token.expose_secret())).ok()?;
    value.set_sensitive(true);
    Some(value)
}
