//! MLflow: what people thought of an answer, as assessments of its trace.
//!
//! The paths and fields are those of Databricks' own chat template. Not verified against a workspace: `rationale`
//! (documented as a field of the entity), and what is answered to an unknown trace. A trace is begun and read as MLflow's
//! own client does it (`POST` and `GET /api/3.0/mlflow/traces`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::Client;
use crate::error::Error;
use crate::request::Call;

/// Where MLflow's third API is.
const BASE: &[&str] = &["api", "3.0", "mlflow"];

/// The MLflow API of one workspace; made by [`Client::mlflow`].
#[derive(Debug, Clone)]
pub struct Mlflow {
    client: Client,
}

/// What somebody thought of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Who, mostly an e-mail address.
    pub source_id: String,
    /// Whether they liked it.
    pub value: bool,
    /// Why, in their words.
    pub rationale: Option<String>,
}

/// An assessment as MLflow keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Assessment {
    /// What to name when it is changed.
    pub assessment_id: String,
    /// What is assessed; feedback of people is `user_feedback`.
    #[serde(default)]
    pub assessment_name: String,
    /// Who assessed.
    #[serde(default)]
    pub source: AssessmentSource,
}

impl Assessment {
    /// Whether this is somebody's feedback, as [`Mlflow::create_feedback`] makes it.
    pub fn is_feedback_of(&self, source_id: &str) -> bool {
        self.assessment_name == FEEDBACK && self.source.source_id == source_id
    }
}

/// Who assessed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct AssessmentSource {
    /// Mostly an e-mail address.
    #[serde(default)]
    pub source_id: String,
}

/// A trace as MLflow keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Trace {
    /// Its id.
    pub trace_id: String,
    /// What was said of it.
    #[serde(default)]
    pub assessments: Vec<Assessment>,
}

/// A trace to be made, which is over: an answer that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTrace {
    /// Its id: `tr-` and 32 hexadecimal digits.
    pub trace_id: String,
    /// The experiment it belongs to.
    pub experiment_id: String,
    /// When it began, RFC 3339.
    pub request_time: String,
    /// Whether it came to a good end.
    pub is_ok: bool,
    /// What is told of it, by name.
    pub metadata: BTreeMap<String, String>,
}

/// What feedback of people is called.
const FEEDBACK: &str = "user_feedback";

#[derive(Deserialize)]
struct Kept {
    assessment: Assessment,
}

#[derive(Deserialize)]
struct Found {
    trace: FoundTrace,
}

#[derive(Deserialize)]
struct FoundTrace {
    trace_info: Trace,
}

impl Mlflow {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Makes a trace, without spans.
    pub async fn create_trace(&self, trace: &NewTrace) -> Result<(), Error> {
        let location = json!({
            "type": "MLFLOW_EXPERIMENT", "mlflow_experiment": { "experiment_id": trace.experiment_id },
        });
        let info = json!({
            "trace_id": trace.trace_id, "trace_location": location, "request_time": trace.request_time,
            "state": if trace.is_ok { "OK" } else { "ERROR" }, "trace_metadata": trace.metadata,
        });
        let call = Call::post("make a trace", &["traces"], json!({ "trace": { "trace_info": info } }));
        let _: Value = self.client.call(&call.under(BASE)).await?;
        Ok(())
    }

    /// A trace with what was said of it; none where there is none.
    pub async fn find_trace(&self, trace_id: &str) -> Result<Option<Trace>, Error> {
        let call = Call::get("look at a trace", &["traces", trace_id]);
        match self.client.call::<Found>(&call.under(BASE)).await {
            Ok(found) => Ok(Some(found.trace.trace_info)),
            Err(error) if error.status() == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Adds feedback named `user_feedback` to a trace.
    pub async fn create_feedback(&self, trace_id: &str, feedback: &Feedback) -> Result<Assessment, Error> {
        let body = json!({ "assessment": assessment(trace_id, feedback) });
        let call = Call::post("add feedback to a trace", &["traces", trace_id, "assessments"], body);
        let kept: Kept = self.client.call(&call.under(BASE)).await?;
        Ok(kept.assessment)
    }

    /// Changes feedback that was given before.
    pub async fn update_feedback(
        &self,
        trace_id: &str,
        assessment_id: &str,
        feedback: &Feedback,
    ) -> Result<Assessment, Error> {
        let body = json!({
            "assessment": assessment(trace_id, feedback), "update_mask": "feedback,rationale",
        });
        let segments = ["traces", trace_id, "assessments", assessment_id];
        let call = Call::patch("change the feedback on a trace", &segments, body);
        let kept: Kept = self.client.call(&call.under(BASE)).await?;
        Ok(kept.assessment)
    }

    /// Takes feedback back.
    pub async fn delete_feedback(&self, trace_id: &str, assessment_id: &str) -> Result<(), Error> {
        let segments = ["traces", trace_id, "assessments", assessment_id];
        let call = Call::delete("take feedback on a trace back", &segments);
        let _: Value = self.client.call(&call.under(BASE)).await?;
        Ok(())
    }
}

fn assessment(trace_id: &str, feedback: &Feedback) -> Value {
    let mut assessment = json!({
        "trace_id": trace_id, "assessment_name": FEEDBACK,
        "source": {"source_type": "HUMAN", "source_id": feedback.source_id},
        "feedback": {"value": feedback.value},
    });
    if let Some(rationale) = &feedback.rationale {
        assessment["rationale"] = rationale.as_str().into();
    }
    assessment
}
