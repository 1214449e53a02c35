//! `lakeledger ask`.

use std::path::PathBuf;

use assistant::{Answer, AnswerSummary, BuiltinModel, Question};
use domain::{Clock, MessageStatus, Part, SystemClock, Table};
use jiff::civil::Date;
use serde::Serialize;

use super::{offline, print, print_json};

/// The answer as a program reads it. The headline figure is the first; spending is positive.
#[derive(Debug, Serialize)]
struct AnswerJson {
    answer_markdown: String,
    #[serde(flatten)]
    summary: AnswerSummary,
    tables: Vec<Table>,
}

pub(super) async fn ask(
    text: String,
    files: &[PathBuf],
    as_of: Option<Date>,
    json: bool,
) -> anyhow::Result<()> {
    let as_of = as_of.unwrap_or_else(|| SystemClock.today());
    let toolbox = offline::toolbox(files, as_of).await?;
    let question = Question { text, as_of, history: Vec::new() };
    let answer = assistant::answer(&BuiltinModel, &toolbox, question, &mut |_event| {}).await;
    if answer.status == MessageStatus::Failed {
        anyhow::bail!("the question could not be answered: {}", markdown(&answer.parts));
    }
    if json { print_json(&AnswerJson::from(answer)) } else { print(&markdown(&answer.parts)) }
}

impl From<Answer> for AnswerJson {
    fn from(answer: Answer) -> Self {
        let answer_markdown = markdown(&answer.parts);
        let tables = answer.parts.into_iter().filter_map(|part| match part {
            Part::Table(table) => Some(table),
            Part::Text { .. }
            | Part::Chart(_)
            | Part::ToolCall(_)
            | Part::Notice(_)
            | Part::Confirmation(_)
            | Part::Computation(_) => None,
        });
        Self { answer_markdown, summary: answer.summary, tables: tables.collect() }
    }
}

/// The words of an answer; tables and charts have their own place.
fn markdown(parts: &[Part]) -> String {
    let words = parts.iter().filter_map(|part| match part {
        Part::Text { markdown, .. } => Some(markdown.as_str()),
        Part::Notice(notice) => Some(notice.text.as_str()),
        Part::Confirmation(confirmation) => Some(confirmation.preview.as_str()),
        Part::Table(_) | Part::Chart(_) | Part::ToolCall(_) | Part::Computation(_) => None,
    });
    words.collect::<Vec<_>>().join("\n\n")
}
