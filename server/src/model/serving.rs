//! A serving endpoint as a model of the assistant.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use assistant::{ChatModel, ModelError, ModelEvent, ModelRequest};
use databricks::{
    Client, RetryPolicy,
    serving::{ChatStream, Dialect, Serving, ServingError, Task},
};
use domain::UserId;
use futures::{StreamExt, future, stream, stream::BoxStream};
use tokio::time::timeout;

use super::{PersonTokens, convert};
use crate::configuration::ModelConfiguration;

/// How long the workspace may take to say what the endpoint is, before the first answer.
const DESCRIBED_WITHIN: Duration = Duration::from_secs(5);

/// A serving endpoint.
pub struct ServingModel {
    inner: Arc<Inner>,
}

struct Inner {
    serving: Serving,
    /// For the endpoint's description, which is asked for once: the answer waits for it.
    describing: Serving,
    endpoint: String,
    task: Option<Task>,
    tokens: Option<PersonTokens>,
    /// How the endpoint is spoken to, once known.
    dialect: Mutex<Option<Dialect>>,
}

impl ServingModel {
    /// The configured endpoint. With `tokens` it is asked on behalf of people, else as the app.
    pub fn new(client: &Client, configuration: &ModelConfiguration, tokens: Option<PersonTokens>) -> Self {
        let inner = Inner {
            serving: client.serving().with_limits(configuration.limits.clone()),
            describing: client.with_retry_policy(RetryPolicy::none()).serving(),
            endpoint: configuration.endpoint.clone(),
            task: configuration.task,
            tokens,
            dialect: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }
}

impl ChatModel for ServingModel {
    fn name(&self) -> &str {
        &self.inner.endpoint
    }

    fn respond(&self, request: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        let inner = Arc::clone(&self.inner);
        let begun = async move {
            match inner.begin(&request).await {
                Ok(stream) => Said { inner, stream, is_heard: false }.events(),
                Err(error) => stream::iter([Err(error)]).boxed(),
            }
        };
        stream::once(begun).flatten().boxed()
    }
}

impl Inner {
    async fn begin(&self, request: &ModelRequest) -> Result<ChatStream, ModelError> {
        let (serving, describing) = match &self.tokens {
            None => (self.serving.clone(), self.describing.clone()),
            Some(tokens) => self.on_behalf_of(tokens, &request.user)?,
        };
        let dialect = self.dialect(&describing).await;
        let request = convert::request(request);
        let begun = serving.chat(&self.endpoint, &dialect, &request).await;
        let stream = begun.map_err(|error| self.failed(&error))?;
        if *stream.dialect() != dialect {
            self.keep(stream.dialect().clone());
        }
        Ok(stream)
    }

    fn on_behalf_of(&self, tokens: &PersonTokens, user: &UserId) -> Result<(Serving, Serving), ModelError> {
        let Some(token) = tokens.find(user) else {
            tracing::warn!("no token of the person is forwarded; is user authorization on for the app?");
            return Err(ModelError::Denied);
        };
        let denied = |_| ModelError::Denied;
        let serving = self.serving.on_behalf_of(token.clone()).map_err(denied)?;
        Ok((serving, self.describing.on_behalf_of(token).map_err(denied)?))
    }

    /// How the endpoint is spoken to: as configured, else as the workspace says. Without the right to read the endpoint
    /// chat completions are tried.
    async fn dialect(&self, describing: &Serving) -> Dialect {
        let known = self.dialect.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known {
            return known;
        }
        if let Some(task) = self.task {
            let dialect = Dialect::of(task);
            self.keep(dialect.clone());
            return dialect;
        }
        match timeout(DESCRIBED_WITHIN, describing.get(&self.endpoint)).await {
            Ok(Ok(endpoint)) => {
                let dialect = endpoint.dialect().unwrap_or_else(|| {
                    let task = endpoint.task.as_deref().unwrap_or_default();
                    tracing::warn!(endpoint = self.endpoint, task, "the endpoint's task is no chat");
                    Dialect::of(Task::Chat)
                });
                self.keep(dialect.clone());
                dialect
            }
            Ok(Err(error)) => {
                tracing::info!(endpoint = self.endpoint, %error, "taken for chat completions");
                let dialect = Dialect::of(Task::Chat);
                // What the app may not read will not be readable next time either; a person may not be the next one.
                if error.is_auth() && self.tokens.is_none() {
                    self.keep(dialect.clone());
                }
                dialect
            }
            Err(_) => Dialect::of(Task::Chat),
        }
    }

    fn keep(&self, dialect: Dialect) {
        *self.dialect.lock().unwrap_or_else(PoisonError::into_inner) = Some(dialect);
    }

    /// The words of an endpoint may repeat the question, so only their level shows them.
    fn failed(&self, error: &ServingError) -> ModelError {
        let cause = error.cause();
        let status = cause.and_then(databricks::Error::status);
        let error_code = cause.and_then(databricks::Error::error_code);
        let request_id = cause.and_then(databricks::Error::request_id);
        tracing::warn!(endpoint = self.endpoint, status, error_code, request_id, %error, "the model did not answer");
        if let Some(cause) = cause {
            tracing::debug!(endpoint = self.endpoint, %cause, "why the model did not answer");
        }
        convert::error(error)
    }
}

/// A turn under way.
struct Said {
    inner: Arc<Inner>,
    stream: ChatStream,
    /// Text or a call came.
    is_heard: bool,
}

impl Said {
    fn events(self) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        let next = |said: Option<Self>| async move {
            let mut said = said?;
            match said.stream.next().await {
                Some(Ok(event)) => {
                    let event = convert::event(event);
                    said.is_heard |= matches!(event, Some(ModelEvent::Text { .. } | ModelEvent::ToolCall(_)));
                    Some((event.map(Ok), Some(said)))
                }
                Some(Err(error)) => Some((Some(Err(said.inner.failed(&error))), None)),
                None if said.is_heard => None,
                None => {
                    tracing::warn!(endpoint = said.inner.endpoint, "the model said nothing");
                    Some((Some(Err(ModelError::Unreadable)), None))
                }
            }
        };
        stream::unfold(Some(self), next).filter_map(future::ready).boxed()
    }
}
