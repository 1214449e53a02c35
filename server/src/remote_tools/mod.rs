//! Tools that remote MCP servers lend to the assistant.
//!
//! What a server says of its tools is remembered for a while, so that no answer waits for a list; a
//! server that is away is left alone for a while, and harms nothing but its own tools. Names,
//! descriptions and results are a stranger's words: bounded, and never ours to follow.

mod known;
mod listed;
mod writes;

use std::{sync::Arc, time::Duration};

use assistant::{RESULT_MAX_BYTES, RemoteTools, ToolDefinition, bounded};
use async_trait::async_trait;
use databricks::mcp::{McpEndpoint, McpError};
use domain::UserId;
use secrecy::SecretString;
use serde_json::Value;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    known::{Key, Lists},
    listed::{Listed, listed},
};
use crate::{
    configuration::{McpConfiguration, RemoteAuth, RemoteServer},
    model::PersonTokens,
};

/// How long a server may take to list its tools.
const LIST_WITHIN: Duration = Duration::from_secs(10);
/// How long a tool may take. An answer waits for it.
const CALL_WITHIN: Duration = Duration::from_secs(30);
/// How long a connect may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How often it is looked whether lists that are waited for have come.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The remote tools of a configuration, and where the tokens of people go that they or a model are
/// asked with.
pub(crate) fn open(
    configuration: &McpConfiguration,
    tokens: Option<PersonTokens>,
) -> (Option<Arc<RemoteServers>>, Option<PersonTokens>) {
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
    lists: Lists,
}

struct Server {
    name: String,
    endpoint: McpEndpoint,
    auth: RemoteAuth,
}

impl RemoteServers {
    /// The configured servers; nothing is asked yet. `tokens` are those of the people who ask.
    pub fn new(configuration: &McpConfiguration, tokens: Option<PersonTokens>) -> Result<Self, McpError> {
        let servers = configuration.servers.iter().map(Server::new).collect::<Result<_, _>>()?;
        let workspace = configuration.workspace.clone().map(databricks::Client::new).transpose()?;
        let workspace = workspace.map(|client| client.with_retry_policy(databricks::RetryPolicy::none()));
        let shared = Shared { servers, workspace, tokens, lists: Lists::default() };
        Ok(Self { shared: Arc::new(shared), tasks: TaskTracker::new() })
    }

    fn refresh_in_background(&self, user: &UserId) {
        for (index, server) in self.shared.servers.iter().enumerate() {
            // Without a token there is nothing to ask for; it comes with the person's next request.
            let lacks_token = matches!(server.auth, RemoteAuth::User) && self.shared.token_of(user).is_none();
            let key = server.key(index, user);
            if lacks_token || !self.shared.lists.claim(&key) {
                continue;
            }
            let (shared, user) = (Arc::clone(&self.shared), user.clone());
            self.tasks.spawn(async move {
                let answer = shared.list(index, &user).await;
                if let Err(error) = &answer {
                    let server = &shared.servers[index].name;
                    tracing::warn!(server, %error, "a remote server does not list its tools");
                }
                shared.lists.learn(key, answer);
            });
        }
    }
}

#[async_trait]
impl RemoteTools for RemoteServers {
    fn definitions(&self, user: &UserId) -> Vec<ToolDefinition> {
        self.refresh_in_background(user);
        let tools = self.shared.keys(user).map(|(_, key)| self.shared.lists.tools(&key));
        let definitions =
            tools.map(|tools| tools.iter().map(|tool| tool.definition.clone()).collect::<Vec<_>>());
        definitions.flatten().collect()
    }

    async fn refresh(&self, user: &UserId, within: Duration) {
        self.refresh_in_background(user);
        let asked = async {
            while self.shared.keys(user).any(|(_, key)| self.shared.lists.is_asked(&key)) {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        // A server that takes longer is shown as it stands.
        let _ = tokio::time::timeout(within, asked).await;
    }

    fn failures(&self, user: &UserId) -> Vec<(String, String)> {
        let servers = self.shared.keys(user);
        let failed = servers.filter_map(|(server, key)| {
            self.shared.lists.failure(&key).map(|failure| (server.name.clone(), failure))
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
        let (server, tool) = self.shared.find(user, name).ok_or("there is no tool of this name")?;
        let Value::Object(input) = input else { return Err("the input must be a JSON object".to_owned()) };
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
                let words = bounded(answer.content, RESULT_MAX_BYTES);
                let words = words.as_str().map_or_else(|| words.to_string(), str::to_owned);
                Err(format!("the tool says: {words}"))
            }
            Ok(answer) => Ok(bounded(answer.content, RESULT_MAX_BYTES)),
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
    /// The servers, and whose lists of them are the person's.
    fn keys<'a>(&'a self, user: &'a UserId) -> impl Iterator<Item = (&'a Server, Key)> {
        self.servers.iter().enumerate().map(|(index, server)| (server, server.key(index, user)))
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

    /// The server of a tool, and the tool's name there.
    fn find(&self, user: &UserId, name: &str) -> Option<(&Server, String)> {
        self.servers.iter().enumerate().find_map(|(index, server)| {
            let tools = self.lists.tools(&server.key(index, user));
            let tool = tools.iter().find(|tool| tool.definition.name == name)?;
            Some((server, tool.name.clone()))
        })
    }
}

/// The login takes its time too.
async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, McpError>>) -> Result<T, McpError> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(McpError::Timeout { limit }))
}
