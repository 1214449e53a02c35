//! Feedback on a model's answers, told to MLflow as assessments of traces.
//!
//! A click only leaves a note in a queue. A task takes the notes one after the other and makes MLflow say
//! what the store says by then: of several clicks on one answer the last is told, and nothing is told twice.
//! Only what was said of an answer leaves, with the model's name and its tokens: no question, no answer.

use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
    time::Duration,
};

use assistant::{BuiltinModel, ChatModel};
use databricks::{
    Client, RetryPolicy,
    mlflow::{Feedback, Mlflow, NewTrace},
};
use domain::{Message, MessageId, MessageStatus, Rating, RunRecord, UserId};
use operations::{HearsFeedback, OperationError, Operations};
use thiserror::Error;
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::configuration::MlflowConfiguration;

/// Notes that wait at once; more are dropped, with a word in the log.
const WAITING_MAX: usize = 1_000;
/// How long one note may take.
const WITHIN: Duration = Duration::from_secs(15);
/// Pauses before a note is taken up again; after the last it is dropped, with a word in the log.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(2), Duration::from_secs(10), Duration::from_mins(1), Duration::from_mins(5)];

/// That something was said of an answer.
#[derive(Debug, Clone)]
struct Note {
    user: UserId,
    message: MessageId,
    /// How often it was tried.
    tries: usize,
}

/// Takes notes of clicks.
pub(crate) struct Assessments {
    notes: mpsc::Sender<Note>,
}

/// Tells MLflow what the notes are about.
pub(crate) struct Teller {
    notes: mpsc::Receiver<Note>,
    mlflow: Mlflow,
    experiment_id: String,
    pauses: [Duration; PAUSES.len()],
}

#[derive(Debug, Error)]
enum Untold {
    #[error("MLflow did not take it")]
    Refused(#[from] databricks::Error),
    #[error("the answer could not be read")]
    Unread(#[from] OperationError),
    #[error("MLflow took too long")]
    TooLong,
}

/// A queue, and who works on it; none where no experiment is configured.
pub(crate) fn open(configuration: Option<&MlflowConfiguration>) -> Option<(Arc<Assessments>, Teller)> {
    let configuration = configuration?;
    let client = match Client::new(configuration.workspace.clone()) {
        Ok(client) => client.with_retry_policy(RetryPolicy::none()),
        Err(error) => {
            tracing::error!(%error, "feedback stays here: MLflow cannot be asked");
            return None;
        }
    };
    let (sender, notes) = mpsc::channel(WAITING_MAX);
    let (mlflow, experiment_id) = (client.mlflow(), configuration.experiment_id.clone());
    tracing::info!(experiment_id, "feedback is told to MLflow");
    Some((Arc::new(Assessments { notes: sender }), Teller { notes, mlflow, experiment_id, pauses: PAUSES }))
}

impl HearsFeedback for Assessments {
    fn hear(&self, user: &UserId, message: MessageId) {
        let note = Note { user: user.clone(), message, tries: 0 };
        if self.notes.try_send(note).is_err() {
            tracing::warn!(message.id = %message, "too much feedback waits for MLflow: this stays here");
        }
    }
}

impl Teller {
    /// Works until the operations are gone.
    pub(crate) async fn run(mut self, operations: Weak<Operations>) {
        let mut later: JoinSet<Note> = JoinSet::new();
        loop {
            let note = tokio::select! {
                note = self.notes.recv() => match note {
                    Some(note) => note,
                    None => return,
                },
                Some(Ok(note)) = later.join_next() => note,
            };
            let Some(operations) = operations.upgrade() else { return };
            let told = timeout(WITHIN, self.tell(&operations, &note)).await.unwrap_or(Err(Untold::TooLong));
            let Err(error) = told else { continue };
            let Some(pause) = self.pauses.get(note.tries).copied() else {
                tracing::error!(message.id = %note.message, ?error, "feedback did not reach MLflow; it is kept here");
                continue;
            };
            tracing::warn!(message.id = %note.message, ?error, "feedback is told to MLflow later");
            if later.len() < WAITING_MAX {
                later.spawn(async move {
                    sleep(pause).await;
                    Note { tries: note.tries + 1, ..note }
                });
            }
        }
    }

    /// Makes MLflow say what the store says.
    async fn tell(&self, operations: &Operations, note: &Note) -> Result<(), Untold> {
        let (user, id) = (&note.user, note.message);
        let Some((message, record)) = answer_of_model(operations, user, id).await? else { return Ok(()) };
        let trace_id = format!("tr-{}", id.as_uuid().simple());
        let trace = self.mlflow.find_trace(&trace_id).await?;
        let is_new = trace.is_none();
        let assessments = trace.map(|trace| trace.assessments).unwrap_or_default();
        let told = assessments.iter().find(|it| it.is_feedback_of(user.as_str()));
        match (message.feedback.as_deref(), told) {
            (Some(said), told) => {
                let feedback = Feedback {
                    source_id: user.as_str().to_owned(),
                    value: said.rating == Rating::Up,
                    rationale: said.reason.clone(),
                };
                if let Some(told) = told {
                    self.mlflow.update_feedback(&trace_id, &told.assessment_id, &feedback).await?;
                } else {
                    if is_new {
                        self.mlflow.create_trace(&self.trace(&trace_id, &message, &record)).await?;
                    }
                    self.mlflow.create_feedback(&trace_id, &feedback).await?;
                }
            }
            (None, Some(told)) => self.mlflow.delete_feedback(&trace_id, &told.assessment_id).await?,
            (None, None) => {}
        }
        Ok(())
    }

    fn trace(&self, trace_id: &str, message: &Message, record: &RunRecord) -> NewTrace {
        let tokens = serde_json::json!({
            "input_tokens": record.input_tokens,
            "output_tokens": record.output_tokens,
            "total_tokens": record.usage().tokens(),
        });
        let metadata = [
            ("mlflow.trace.tokenUsage".to_owned(), tokens.to_string()),
            ("lakeledger.model".to_owned(), record.model.clone()),
            ("lakeledger.message_id".to_owned(), message.id.to_string()),
        ];
        NewTrace {
            trace_id: trace_id.to_owned(),
            experiment_id: self.experiment_id.clone(),
            request_time: message.created_at.to_string(),
            is_ok: message.status == MessageStatus::Complete,
            metadata: BTreeMap::from(metadata),
        }
    }
}

/// An answer that a model wrote; none where the built-in engine did, or the answer has gone.
async fn answer_of_model(
    operations: &Operations,
    user: &UserId,
    id: MessageId,
) -> Result<Option<(Message, RunRecord)>, OperationError> {
    let found = async {
        let message = operations.get_message(user, id).await?;
        let run = message.run_id.ok_or(OperationError::NotFound)?;
        let record = operations.get_run_record(user, run).await?;
        Ok((message, record))
    };
    match found.await {
        Ok((_, record)) if record.model == BuiltinModel.name() => Ok(None),
        Ok(found) => Ok(Some(found)),
        Err(OperationError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
