//! The serving endpoint, as `doctor` looks at it.

use databricks::{
    Client, RetryPolicy,
    serving::{ChatMessage, ChatRequest, Dialect, Limits, ServingError, Task},
};
use lakebase::doctor::Outcome;
use serde::Serialize;

use super::PROGRAM;
use crate::configuration::{ModelConfiguration, ServingAuth};

/// What was found about the serving endpoint; printed as a step of the database is.
#[derive(Debug, Serialize)]
pub(super) struct ModelFinding {
    step: &'static str,
    pub(super) outcome: Outcome,
    pub(super) what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) detail: Option<String>,
}

impl ModelFinding {
    pub(super) const TITLE: &str = "serving endpoint";

    fn ok(what: String) -> Self {
        Self { step: "serving_endpoint", outcome: Outcome::Ok, what, fix: None, detail: None }
    }

    fn failed(what: impl Into<String>, fix: impl Into<String>) -> Self {
        let fix = Some(fix.into());
        Self { outcome: Outcome::Failed, fix, ..Self::ok(what.into()) }
    }

    fn with_detail(self, detail: String) -> Self {
        Self { detail: Some(detail), ..self }
    }
}

/// Looks at the endpoint; with `asks` it is asked for one word, too.
pub(super) async fn examine(model: &ModelConfiguration, asks: bool) -> ModelFinding {
    let client = match Client::new(model.workspace.clone()) {
        Ok(client) => client.with_retry_policy(RetryPolicy::none()),
        Err(error) => {
            return ModelFinding::failed("the workspace cannot be called", "see the steps above")
                .with_detail(error.to_string());
        }
    };
    let (dialect, described) = match client.serving().get(&model.endpoint).await {
        Ok(endpoint) if !endpoint.is_ready() => {
            return ModelFinding::failed(
                format!("{} is not ready", model.endpoint),
                "wait until it is, or look at its events in the workspace under Serving; questions are answered by the \
                 built-in engine meanwhile",
            );
        }
        Ok(endpoint) => {
            let task = endpoint.task.clone().unwrap_or_else(|| "no task".to_owned());
            let dialect = model.task.map(Dialect::of).or_else(|| endpoint.dialect());
            let Some(dialect) = dialect else {
                return ModelFinding::failed(
                    format!("{} does not chat: its task is {task}", model.endpoint),
                    "name one whose task is llm/v1/chat or an agent's in SERVING_ENDPOINT",
                );
            };
            let sleeps = if endpoint.scales_to_zero() { "; it sleeps while nobody asks" } else { "" };
            (dialect, format!("{} is ready: {task}{sleeps}", model.endpoint))
        }
        Err(error) if error.is_not_found() => {
            return ModelFinding::failed(
                format!("there is no serving endpoint {}", model.endpoint),
                "correct SERVING_ENDPOINT; the workspace lists its endpoints under Serving",
            );
        }
        // The right to query does not always bring the right to read.
        Err(error) if error.status() == Some(403) => {
            let dialect = Dialect::of(model.task.unwrap_or(Task::Chat));
            (
                dialect,
                format!(
                    "{} may not be read by the app, which is no harm if it may be queried",
                    model.endpoint
                ),
            )
        }
        Err(error) => {
            return ModelFinding::failed(
                format!("{} cannot be looked at", model.endpoint),
                "see the steps above; without them, check DATABRICKS_HOST and its login",
            )
            .with_detail(error.to_string());
        }
    };
    if model.auth == ServingAuth::User {
        return ModelFinding::ok(format!(
            "{described}; asked on behalf of people, whose tokens only the proxy has"
        ));
    }
    if !asks {
        return ModelFinding::ok(format!("{described}; not asked (`{PROGRAM} doctor --ask` does)"));
    }
    ask(&client, model, &dialect, &described).await
}

async fn ask(
    client: &Client,
    model: &ModelConfiguration,
    dialect: &Dialect,
    described: &str,
) -> ModelFinding {
    let request = ChatRequest {
        messages: vec![ChatMessage::User("Say the word yes and nothing else.".to_owned())],
        max_tokens: Some(16),
        ..ChatRequest::default()
    };
    let serving = client.serving().with_limits(Limits { ..model.limits.clone() });
    let asked = async { serving.chat(&model.endpoint, dialect, &request).await?.collect().await };
    match asked.await {
        Ok(answer) => {
            let tokens = answer.usage.map_or(0, |usage| usage.input_tokens + usage.output_tokens);
            ModelFinding::ok(format!("{described}; it answers ({tokens} tokens)"))
        }
        Err(error) => {
            let finding = ModelFinding::failed(format!("{}: {error}", model.endpoint), fix(&error));
            match error.cause() {
                Some(cause) => finding.with_detail(cause.to_string()),
                None => finding,
            }
        }
    }
}

fn fix(error: &ServingError) -> &'static str {
    match error {
        ServingError::Denied { .. } => {
            "give the app's service principal CAN QUERY on the endpoint (the resource serving-endpoint of the app does)"
        }
        ServingError::RateLimited { .. } => {
            "wait, or ask for a higher limit of the endpoint; a provisioned one has its own"
        }
        ServingError::NotFound { .. } => "correct SERVING_ENDPOINT",
        ServingError::Refused { .. } | ServingError::Unreadable { .. } => {
            "set SERVING_TASK to what the endpoint takes: llm/v1/chat, agent/v2/chat or agent/v1/responses"
        }
        ServingError::ContentFiltered { .. } => "look at the guardrails of the endpoint's AI Gateway",
        _ => "wait a minute and try again; one that scales to zero takes minutes to wake",
    }
}
