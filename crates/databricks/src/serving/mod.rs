//! Model serving: `/api/2.0/serving-endpoints`, and chat with an endpoint, streamed.
//!
//! Whatever an endpoint's task and model, a turn is one [`ChatRequest`] and one [`ChatStream`]. The wire's variants stay
//! in here: content as parts, chunks without `choices`, calls in pieces, agents that make calls themselves, endpoints
//! that do not stream, answers without an end.

mod body;
mod calls;
mod chat;
mod endpoint;
mod error;
#[cfg(test)]
mod properties;
mod sse;
mod stream;
#[cfg(test)]
mod tests;
mod turn;

use std::time::Duration;

use serde::Deserialize;
use tokio::time::Instant;

pub use chat::{
    ChatAnswer, ChatEvent, ChatMessage, ChatRequest, ChatTool, FinishReason, ToolCall, ToolChoice, Usage,
};
pub use endpoint::{
    Dialect, EndpointConfig, EndpointState, NamedModel, ServedEntity, ServingEndpoint, Task, UnknownTask,
};
pub use error::ServingError;
pub use stream::ChatStream;

use crate::client::Client;
use crate::error::Error;
use crate::lenient::null_as_default;
use crate::random::random;
use crate::request::Call;
use crate::retry::RetryPolicy;
use turn::OPERATION;

/// The most that is read of one turn; a server that never ends one would be read forever.
const SAID_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How long a turn may take. Connecting has the client's own limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Until the answer's first byte, from the attempt's beginning; 60 s. Smaller gives up on models that think first.
    pub first_byte: Duration,
    /// Between two pieces of an answer; 30 s. Smaller gives up on agents that work in between.
    pub idle: Duration,
    /// All attempts to get an answer begun, and the waits between them; 10 s. An endpoint that asks to wait longer
    /// (`Retry-After`) is not waited for, and neither is one that wakes from zero.
    pub retry: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_mins(1),
            idle: Duration::from_secs(30),
            retry: Duration::from_secs(10),
        }
    }
}

/// The serving API of one workspace; made by [`Client::serving`].
#[derive(Debug, Clone)]
pub struct Serving {
    client: Client,
    limits: Limits,
}

impl Serving {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, limits: Limits::default() }
    }

    /// The same, with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same, on behalf of the person whose token this is; see [`Client::on_behalf_of`].
    pub fn on_behalf_of(&self, token: secrecy::SecretString) -> Result<Self, crate::ClientError> {
        Ok(Self { client: self.client.on_behalf_of(token)?, limits: self.limits.clone() })
    }

    /// All endpoints that the caller may see.
    pub async fn list(&self) -> Result<Vec<ServingEndpoint>, Error> {
        #[derive(Deserialize)]
        struct Endpoints {
            #[serde(default, deserialize_with = "null_as_default")]
            endpoints: Vec<ServingEndpoint>,
        }
        let found: Endpoints =
            self.client.call(&Call::get("list the serving endpoints", &["serving-endpoints"])).await?;
        Ok(found.endpoints)
    }

    /// The endpoint of that name.
    pub async fn get(&self, name: &str) -> Result<ServingEndpoint, Error> {
        self.client.call(&Call::get("read a serving endpoint", &["serving-endpoints", name])).await
    }

    /// Begins one turn. What the endpoint does not take, streaming or tools, is left out and the request made again.
    ///
    /// A rate limit, a starting endpoint and a connection that does not come about are tried again within
    /// [`Limits::retry`]. Once an answer has begun nothing is.
    pub async fn chat(
        &self,
        endpoint: &str,
        dialect: &Dialect,
        request: &ChatRequest,
    ) -> Result<ChatStream, ServingError> {
        let mut dialect = dialect.clone();
        loop {
            let error = match self.begin(endpoint, &dialect, request).await {
                Ok(stream) => return Ok(stream),
                Err(error) => ServingError::from_error(error),
            };
            if dialect.streams && error.names("stream") {
                dialect.streams = false;
            } else if dialect.takes_tools && dialect.task != Task::Chat && error.names("tool") {
                // An agent has tools of its own, and may take no others.
                dialect.takes_tools = false;
            } else {
                return Err(error);
            }
            tracing::info!(endpoint, ?dialect, "asking again without what the endpoint does not take");
        }
    }

    async fn begin(
        &self,
        endpoint: &str,
        dialect: &Dialect,
        request: &ChatRequest,
    ) -> Result<ChatStream, Error> {
        let body = body::body(endpoint, dialect, request);
        let call = Call::post(OPERATION, &[endpoint, "invocations"], body).under(&["serving-endpoints"]);
        let retry = RetryPolicy { deadline: self.limits.retry, ..self.client.retry_policy().clone() };
        let attempt = || async {
            let until = Instant::now() + self.limits.first_byte;
            let ticket = self.client.ticket(OPERATION).await?;
            let opened = self.client.open(&call, &ticket, self.limits.first_byte).await;
            let response = if self.client.is_outdated(&ticket, opened.as_ref().err()) {
                let ticket = self.client.ticket(OPERATION).await?;
                self.client.open(&call, &ticket, self.limits.first_byte).await?
            } else {
                opened?
            };
            Ok(ChatStream::new(response, dialect.clone(), self.limits.clone(), until))
        };
        retry.run(random, attempt).await
    }
}
