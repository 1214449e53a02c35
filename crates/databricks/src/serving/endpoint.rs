//! What the workspace says of an endpoint, and how it therefore wants to be spoken to.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use crate::lenient::null_as_default;

/// A serving endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ServingEndpoint {
    /// The name, unique in the workspace.
    pub name: String,
    /// What it does, such as `llm/v1/chat`; models of one's own may have none.
    pub task: Option<String>,
    /// Whether it can be asked.
    #[serde(default, deserialize_with = "null_as_default")]
    pub state: EndpointState,
    /// What it serves.
    #[serde(default, deserialize_with = "null_as_default")]
    pub config: EndpointConfig,
    /// What the caller may do with it, such as `CAN_QUERY`.
    pub permission_level: Option<String>,
}

/// Whether an endpoint can be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct EndpointState {
    /// `READY` or `NOT_READY`.
    pub ready: Option<String>,
    /// `NOT_UPDATING`, `IN_PROGRESS`, `UPDATE_FAILED` or `UPDATE_CANCELED`.
    pub config_update: Option<String>,
}

/// What an endpoint serves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct EndpointConfig {
    /// The models behind it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub served_entities: Vec<ServedEntity>,
}

/// A model behind an endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ServedEntity {
    /// A model registered in Unity Catalog.
    pub entity_name: Option<String>,
    /// A model that Databricks hosts.
    pub foundation_model: Option<NamedModel>,
    /// A model that somebody else hosts.
    pub external_model: Option<NamedModel>,
    /// Whether it sleeps while nobody asks: the first answer then takes minutes.
    pub scale_to_zero_enabled: Option<bool>,
}

/// A model's name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct NamedModel {
    /// Such as `claude-sonnet-4-5`.
    pub name: Option<String>,
}

impl ServingEndpoint {
    /// Whether it answers now.
    pub fn is_ready(&self) -> bool {
        self.state.ready.as_deref() == Some("READY")
    }

    /// Whether any model behind it sleeps while nobody asks.
    pub fn scales_to_zero(&self) -> bool {
        self.config.served_entities.iter().any(|entity| entity.scale_to_zero_enabled == Some(true))
    }

    /// The name of the first model behind it.
    pub fn model_name(&self) -> Option<&str> {
        self.config.served_entities.iter().find_map(|entity| {
            let hosted = entity.foundation_model.as_ref().or(entity.external_model.as_ref());
            hosted.and_then(|model| model.name.as_deref()).or(entity.entity_name.as_deref())
        })
    }

    /// How to speak to it. None: it does not chat.
    pub fn dialect(&self) -> Option<Dialect> {
        let task = match self.task.as_deref() {
            // What a model of one's own takes is not told; chat completions are the common case.
            None | Some("") => Task::Chat,
            Some(task) => task.parse().ok()?,
        };
        Some(Dialect { model: self.model_name().map(str::to_owned), ..Dialect::of(task) })
    }
}

/// What an endpoint that chats takes and gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Chat completions: `llm/v1/chat`.
    Chat,
    /// Messages in, messages out: MLflow's `ChatAgent` and `ChatModel`, `agent/v1/chat` and `agent/v2/chat`.
    ChatAgent,
    /// Input items in, output items out: MLflow's `ResponsesAgent`, `agent/v1/responses` and `agent/v2/responses`.
    Responses,
}

/// A task that is no chat, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be llm/v1/chat, agent/v1/chat, agent/v2/chat, agent/v1/responses or agent/v2/responses")]
pub struct UnknownTask;

impl FromStr for Task {
    type Err = UnknownTask;

    fn from_str(text: &str) -> Result<Self, UnknownTask> {
        match text {
            "llm/v1/chat" => Ok(Self::Chat),
            "agent/v1/chat" | "agent/v2/chat" => Ok(Self::ChatAgent),
            "agent/v1/responses" | "agent/v2/responses" => Ok(Self::Responses),
            _ => Err(UnknownTask),
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chat => "llm/v1/chat",
            Self::ChatAgent => "agent/v2/chat",
            Self::Responses => "agent/v1/responses",
        })
    }
}

/// How an endpoint is spoken to. What it refused once is not tried again: keep
/// [`ChatStream::dialect`](super::ChatStream::dialect) for the next request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// The shape of requests and answers.
    pub task: Task,
    /// The model behind the endpoint, where it is known: a few rules depend on whose it is. The endpoint's own name
    /// stands in.
    pub model: Option<String>,
    /// Whether it is asked to stream.
    pub streams: bool,
    /// Whether it is told of tools.
    pub takes_tools: bool,
}

impl Dialect {
    /// The dialect of a task, with everything that it may have.
    pub fn of(task: Task) -> Self {
        Self { task, model: None, streams: true, takes_tools: true }
    }
}
