//! Why a model did not answer, as a caller needs to tell the cases apart.

use std::time::Duration;

use crate::error::{ApiError, Error};

/// Why a turn failed. The words of the endpoint are in the source only: providers repeat there what they were asked.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ServingError {
    /// Too many requests or tokens, of this caller or of all.
    #[error("the endpoint's rate limit is reached")]
    RateLimited {
        /// How long to wait, where the endpoint says so.
        retry_after: Option<Duration>,
        /// What the endpoint answered.
        source: Error,
    },
    /// The conversation is longer than the model can read.
    #[error("the conversation is too long for the model")]
    ContextTooLong {
        /// What the endpoint answered.
        source: Error,
    },
    /// A filter of the provider, or a guardrail of the workspace, keeps the question or the answer back.
    #[error("a content filter keeps the answer back")]
    ContentFiltered {
        /// What the endpoint answered; none when it ended the answer for that reason.
        source: Option<Error>,
    },
    /// The caller may not query the endpoint, or its token is no longer good.
    #[error("the endpoint may not be queried")]
    Denied {
        /// What the endpoint answered.
        source: Error,
    },
    /// There is no endpoint of that name.
    #[error("there is no such endpoint")]
    NotFound {
        /// What the workspace answered.
        source: Error,
    },
    /// The request is not one that the endpoint takes.
    #[error("the endpoint does not take the request")]
    Refused {
        /// What the endpoint answered.
        source: Error,
    },
    /// The endpoint cannot be reached, is starting, or has failed.
    #[error("the endpoint is not available")]
    Unavailable {
        /// What happened.
        source: Error,
    },
    /// The endpoint fell silent.
    #[error("the endpoint said nothing for {} s", limit.as_secs_f32())]
    Silent {
        /// How long it had.
        limit: Duration,
    },
    /// The stream ended before the answer did.
    #[error("the endpoint's answer broke off")]
    CutOff {
        /// What happened to the connection; none when it was closed in good order.
        source: Option<Error>,
    },
    /// The answer is not what such endpoints send.
    #[error("the endpoint's answer cannot be read: {reason}")]
    Unreadable {
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// Words for a conversation that is too long, in lower case: of Databricks' own models and of OpenAI's, Anthropic's,
/// Amazon's, Google's and Meta's. There is no common code.
const TOO_LONG: [&str; 13] = [
    "context length",
    "context_length_exceeded",
    "context window",
    "context limit",
    "maximum context",
    "prompt is too long",
    "input is too long",
    "input length",
    "input token count",
    "too many input tokens",
    "reduce the length of the messages",
    "reduce the length of the prompt",
    "`inputs` tokens + `max_new_tokens`",
];

/// Words for a filter, in lower case.
const FILTERED: [&str; 6] = [
    "content_filter",
    "content filter",
    "content management policy",
    "guardrail",
    "responsibleaipolicy",
    "safety policy",
];

impl ServingError {
    /// What kind of failure an error of the client is to a caller of a model.
    pub(crate) fn from_error(source: Error) -> Self {
        match &source {
            Error::Api(api) => match kind(api) {
                Kind::RateLimited => Self::RateLimited { retry_after: api.retry_after, source },
                Kind::TooLong => Self::ContextTooLong { source },
                Kind::Filtered => Self::ContentFiltered { source: Some(source) },
                Kind::Denied => Self::Denied { source },
                Kind::NotFound => Self::NotFound { source },
                Kind::Refused => Self::Refused { source },
                Kind::Failed => Self::Unavailable { source },
            },
            Error::Login(_) if source.is_auth() => Self::Denied { source },
            Error::InvalidName { .. } => Self::NotFound { source },
            Error::TooLarge { .. } => Self::Unreadable { reason: "it is larger than any answer" },
            Error::Login(_)
            | Error::Connect { .. }
            | Error::Timeout { .. }
            | Error::Unreadable { .. }
            | Error::Redirect { .. }
            | Error::PrivateLink { .. } => Self::Unavailable { source },
        }
    }

    /// What the endpoint, the workspace or the connection said.
    pub fn cause(&self) -> Option<&Error> {
        match self {
            Self::RateLimited { source, .. }
            | Self::ContextTooLong { source }
            | Self::Denied { source }
            | Self::NotFound { source }
            | Self::Refused { source }
            | Self::Unavailable { source } => Some(source),
            Self::ContentFiltered { source } | Self::CutOff { source } => source.as_ref(),
            Self::Silent { .. } | Self::Unreadable { .. } => None,
        }
    }

    /// Whether the endpoint's words say that it is the request's `what` that it does not take.
    pub(crate) fn names(&self, what: &str) -> bool {
        let (Self::Refused { source } | Self::Unavailable { source }) = self else { return false };
        // Endpoints without streaming answer 400, 500 or 501; a 503 is one that starts.
        let is_answer = source.status().is_some_and(|status| status != 503);
        is_answer && source.message().is_some_and(|message| message.to_lowercase().contains(what))
    }
}

enum Kind {
    RateLimited,
    TooLong,
    Filtered,
    Denied,
    NotFound,
    Refused,
    Failed,
}

fn kind(api: &ApiError) -> Kind {
    let code = api.error_code.as_deref().unwrap_or_default().to_lowercase();
    let message = api.message.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| code.contains(word) || message.contains(word));
    let is_limited = ["request_limit_exceeded", "resource_exhausted", "rate_limit", "too_many_requests"];
    match api.status {
        429 => Kind::RateLimited,
        401 | 403 => Kind::Denied,
        _ if is_limited.iter().any(|limited| code.contains(limited)) => Kind::RateLimited,
        _ if says(&FILTERED) => Kind::Filtered,
        _ if says(&TOO_LONG) || api.status == 413 => Kind::TooLong,
        404 => Kind::NotFound,
        _ if ["resource_does_not_exist", "endpoint_not_found"].contains(&code.as_str()) => Kind::NotFound,
        400..=499 => Kind::Refused,
        _ => Kind::Failed,
    }
}
