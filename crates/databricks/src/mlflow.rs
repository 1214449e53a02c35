//! MLflow: what people thought of an answer, as assessments of its trace.
//!
//! The paths and fields are those of Databricks' own chat template. Not verified against a workspace: `rationale`
//! (documented as a field of the entity), and what is answered to an unknown trace.

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
}

#[derive(Deserialize)]
struct Kept {
    assessment: Assessment,
}

impl Mlflow {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
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
        "trace_id": trace_id, "assessment_name": "user_feedback",
        "source": {"source_type": "HUMAN", "source_id": feedback.source_id},
        "feedback": {"value": feedback.value},
    });
    if let Some(rationale) = &feedback.rationale {
        assessment["rationale"] = rationale.as_str().into();
    }
    assessment
}
