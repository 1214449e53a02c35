//! Tools that remote MCP servers lend to the assistant.
//!
//! What a server says of its tools is remembered for a while, so that no answer waits for a list; a
//! server that is away is left alone for a while, and harms nothing but its own tools. Names,
//! descriptions and results are a stranger's words: bounded, and never ours to follow.

mod listed;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use assistant::{RemoteTools, ToolDefinition};
use async_trait::async_trait;
use databricks::mcp::{McpEndpoint, McpError};
use domain::UserId;
use secrecy::SecretString;
use serde_json::Value;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::listed::{Listed, listed};
use crate::{
    bound::bounded,
    configuration::{McpConfiguration, RemoteAuth, RemoteServer},
    model::PersonTokens,
};

/// How long a list is good. Longer and a tool that is gone is still offered to the model.
const LIST_LASTS: Duration = Duration::from_mins(5);
/// How long a server that failed is left alone.
const RETRY_AFTER: Duration = Duration::from_secs(30);
/// How long a server may take to list its tools.
const LIST_WITHIN: Duration = Duration::from_secs(10);
/// How long a tool may take. An answer waits for it.
const CALL_WITHIN: Duration = Duration::from_secs(30);
/// How often it is looked whether lists that are waited for have come.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long a connect may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// People whose own lists are remembered; the oldest are forgotten first.
const LISTS_KEPT: usize = 1_000;

/// The remote tools of a configuration, and where the tokens of people go that they or a model are
/// asked with.
pub(crate) fn open(
    configuration: &McpConfiguration,
    tokens: Option<PersonTokens>,
) -> (Option<Arc<dyn RemoteTools>>, Option<PersonTokens>) {
    if configuration.servers.is_empty() {
        return (None, tokens);
    }
    let needs_tokens = configuration.servers.iter().any(|server| matches!(server.auth, RemoteAuth::User));
    let tokens = tokens.or_else(|| needs_tokens.then(PersonTokens::default));
    match RemoteServers::new(configuration, tokens.clone()) {
        Ok(servers) => {
            let names: Vec<&str> = configuration.servers.iter().map(|server| server.name.as_str()).collect();
            tracing::info!(servers = names.join(" "), "remote servers lend their tools");
            (Some(Arc::new(servers)), tokens)
        }
        Err(error) => {
            tracing::error!(%error, "no remote server can be asked for its tools");
            (None, tokens)
        }
    }
}

/// The configured servers, and what is known of them.
pub struct RemoteServers {
    shared: Arc<Shared>,
    tasks: TaskTracker,
}

struct Shared {
    servers: Vec<Server>,
    workspace: Option<databricks::Client>,
    tokens: Option<PersonTokens>,
    known: Mutex<HashMap<Key, Known>>,
}

struct Server {
    name: String,
    endpoint: McpEndpoint,
    auth: RemoteAuth,
}

/// Whose list of which server: everybody's, except where a server knows people apart.
type Key = (usize, Option<UserId>);

/// What is known of a server.
#[derive(Clone, Default)]
struct Known {
    tools: Arc<[Listed]>,
    asked_at: Option<Instant>,
    failure: Option<String>,
    is_asked: bool,
}

impl Known {
    fn is_due(&self, now: Instant) -> bool {
        let pause = if self.failure.is_some() { RETRY_AFTER } else { LIST_LASTS };
        !self.is_asked && self.asked_at.is_none_or(|at| now.duration_since(at) >= pause)
    }
}

impl RemoteServers {
    /// The configured servers; nothing is asked yet. `tokens` are those of the people who ask.
    pub fn new(configuration: &McpConfiguration, tokens: Option<PersonTokens>) -> Result<Self, McpError> {
        let servers = configuration.servers.iter().map(Server::new).collect::<Result<_, _>>()?;
        let workspace = configuration.workspace.clone().map(databricks::Client::new).transpose()?;
        let workspace = workspace.map(|client| client.with_retry_policy(databricks::RetryPolicy::none()));
        let shared = Shared { servers, workspace, tokens, known: Mutex::default() };
        Ok(Self { shared: Arc::new(shared), tasks: TaskTracker::new() })
    }

    fn refresh_in_background(&self, user: &UserId) {
        let now = Instant::now();
        for (index, server) in self.shared.servers.iter().enumerate() {
            // Without a token there is nothing to ask for; it comes with the person's next request.
            if matches!(server.auth, RemoteAuth::User) && self.shared.token_of(user).is_none() {
                continue;
            }
            let key = server.key(index, user);
            let mut known = self.shared.known();
            if known.len() >= LISTS_KEPT {
                forget_oldest(&mut known);
            }
            let entry = known.entry(key.clone()).or_default();
            if !entry.is_due(now) {
                continue;
            }
            entry.is_asked = true;
            drop(known);
            let (shared, user) = (Arc::clone(&self.shared), user.clone());
            self.tasks.spawn(async move {
                let answer = shared.list(index, &user).await;
                shared.learn(key, answer);
            });
        }
    }
}

#[async_trait]
impl RemoteTools for RemoteServers {
    fn definitions(&self, user: &UserId) -> Vec<ToolDefinition> {
        self.refresh_in_background(user);
        let known = self.shared.known();
        let servers = self.shared.servers.iter().enumerate();
        let lists = servers.filter_map(|(index, server)| known.get(&server.key(index, user)));
        lists.flat_map(|known| known.tools.iter().map(|tool| tool.definition.clone())).collect()
    }

    async fn refresh(&self, user: &UserId, within: Duration) {
        self.refresh_in_background(user);
        let asked = async {
            while self.shared.is_asking(user) {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        // A server that takes longer is shown as it stands.
        let _ = tokio::time::timeout(within, asked).await;
    }

    fn failures(&self, user: &UserId) -> Vec<(String, String)> {
        let known = self.shared.known();
        let servers = self.shared.servers.iter().enumerate();
        let failed = servers.filter_map(|(index, server)| {
            let failure = known.get(&server.key(index, user))?.failure.clone()?;
            Some((server.name.clone(), failure))
        });
        failed.collect()
    }

    async fn call(
        &self,
        user: &UserId,
        name: &str,
        input: &Value,
        cancel: &CancellationToken,
    ) -> Result<Value, String> {
        let (index, tool) = self.shared.find(user, name).ok_or("there is no tool of this name")?;
        let Value::Object(input) = input else { return Err("the input must be a JSON object".to_owned()) };
        let server = &self.shared.servers[index];
        let called = within(CALL_WITHIN, async {
            let token = self.shared.token(server, user).await?;
            server.endpoint.call_tool(token.as_ref(), &tool, input.clone(), CALL_WITHIN).await
        });
        let answer = tokio::select! {
            answer = called => answer,
            () = cancel.cancelled() => return Err("the call was cancelled".to_owned()),
        };
        match answer {
            Ok(answer) if answer.is_error => {
                Err(format!("the tool says: {}", text(&bounded(answer.content))))
            }
            Ok(answer) => Ok(bounded(answer.content)),
            Err(error) => {
                tracing::warn!(server = server.name, %error, "a remote tool gave no answer");
                Err(error.to_string())
            }
        }
    }
}

impl Server {
    fn new(server: &RemoteServer) -> Result<Self, McpError> {
        let endpoint =
            McpEndpoint::new(&server.url, "lakeledger", env!("CARGO_PKG_VERSION"), CONNECT_WITHIN)?;
        Ok(Self { name: server.name.clone(), endpoint, auth: server.auth.clone() })
    }

    fn key(&self, index: usize, user: &UserId) -> Key {
        (index, matches!(self.auth, RemoteAuth::User).then(|| user.clone()))
    }
}

impl Shared {
    fn known(&self) -> MutexGuard<'_, HashMap<Key, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_asking(&self, user: &UserId) -> bool {
        let known = self.known();
        let mut keys = self.servers.iter().enumerate().map(|(index, server)| server.key(index, user));
        keys.any(|key| known.get(&key).is_some_and(|known| known.is_asked))
    }

    fn token_of(&self, user: &UserId) -> Option<SecretString> {
        self.tokens.as_ref()?.find(user)
    }

    async fn token(&self, server: &Server, user: &UserId) -> Result<Option<SecretString>, McpError> {
        match &server.auth {
            RemoteAuth::None => Ok(None),
            RemoteAuth::Bearer(token) => Ok(Some(token.clone())),
            RemoteAuth::User => self.token_of(user).map(Some).ok_or(McpError::Denied),
            RemoteAuth::App => {
                let workspace = self.workspace.as_ref().ok_or(McpError::Denied)?;
                workspace.access_token().await.map(Some).map_err(|error| {
                    tracing::warn!(server = server.name, %error, "no token for a remote server");
                    McpError::Denied
                })
            }
        }
    }

    async fn list(&self, index: usize, user: &UserId) -> Result<Vec<Listed>, McpError> {
        let server = &self.servers[index];
        let tools = within(LIST_WITHIN, async {
            let token = self.token(server, user).await?;
            server.endpoint.list_tools(token.as_ref(), LIST_WITHIN).await
        });
        Ok(listed(&server.name, tools.await?))
    }

    /// A list that could not be had leaves the one before in place, until it is had again.
    fn learn(&self, key: Key, answer: Result<Vec<Listed>, McpError>) {
        let server = &self.servers[key.0].name;
        let mut known = self.known();
        let entry = known.entry(key).or_default();
        entry.is_asked = false;
        entry.asked_at = Some(Instant::now());
        match answer {
            Ok(tools) => {
                entry.tools = tools.into();
                entry.failure = None;
            }
            Err(error) => {
                tracing::warn!(server, %error, "a remote server does not list its tools");
                entry.tools = Arc::default();
                entry.failure = Some(error.to_string());
            }
        }
    }

    /// The server of a tool, and the tool's name there.
    fn find(&self, user: &UserId, name: &str) -> Option<(usize, String)> {
        let known = self.known();
        self.servers.iter().enumerate().find_map(|(index, server)| {
            let tools = &known.get(&server.key(index, user))?.tools;
            let tool = tools.iter().find(|tool| tool.definition.name == name)?;
            Some((index, tool.name.clone()))
        })
    }
}

/// The login takes its time too.
async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, McpError>>) -> Result<T, McpError> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(McpError::Timeout { limit }))
}

fn forget_oldest(known: &mut HashMap<Key, Known>) {
    let oldest = known.iter().filter(|(key, known)| key.1.is_some() && !known.is_asked);
    let oldest = oldest.min_by_key(|(_, known)| known.asked_at).map(|(key, _)| key.clone());
    if let Some(key) = oldest {
        known.remove(&key);
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
