//! A few words from a model beside an answer: a title, a summary. They are never waited for long.

use std::{sync::Arc, time::Duration};

use domain::{Aside, AsidePurpose, SeenMessage, SeenStep, Usage, UserId};
use futures::StreamExt;
use jiff::civil::Date;

use crate::{
    answer::estimated_tokens,
    model::{ChatModel, ModelContext, ModelEvent, ModelMessage, ModelRequest},
};

/// How long a title or summary may take.
const WITHIN: Duration = Duration::from_secs(15);

/// What a model is asked for beside an answer.
pub(crate) struct Request<'a> {
    pub purpose: AsidePurpose,
    pub system: &'a str,
    pub text: String,
    pub tokens_max: u32,
}

/// What a model makes of a text; none when it fails, calls tools or takes too long. What it was sent, and
/// what that took, stands in `asked` all the same.
pub(crate) async fn ask(
    model: &dyn ChatModel,
    user: &UserId,
    Request { purpose, system, text, tokens_max }: Request<'_>,
    asked: &mut Option<Aside>,
) -> Option<String> {
    let asked_bytes = system.len() + text.len();
    let message = SeenMessage { role: "user".to_owned(), text: text.clone() };
    let step = SeenStep { system: system.to_owned(), messages: vec![message], tools: Vec::new() };
    let (mut counted, mut said_bytes) = (Usage::default(), 0);
    let request = ModelRequest {
        user: user.clone(),
        system: Arc::from(system),
        messages: vec![ModelMessage::User(text)],
        tools: Arc::new([]),
        context: ModelContext { as_of: Date::default(), locale: None, base_currency: None },
        output_tokens_max: Some(tokens_max),
    };
    let mut stream = model.respond(request);
    let said = async {
        let mut text = String::new();
        while let Some(event) = stream.next().await {
            match event.ok()? {
                ModelEvent::Text { delta } => {
                    said_bytes += delta.len();
                    text.push_str(&delta);
                }
                ModelEvent::ToolCall(_) => return None,
                ModelEvent::Usage { input_tokens, output_tokens } => {
                    counted = Usage { answers: 0, input_tokens, output_tokens };
                }
                ModelEvent::Intent(_) | ModelEvent::Cut => {}
            }
        }
        Some(text)
    };
    let text = tokio::time::timeout(WITHIN, said).await;
    if counted.tokens() == 0 && said_bytes > 0 {
        counted.input_tokens = estimated_tokens(asked_bytes);
        counted.output_tokens = estimated_tokens(said_bytes);
    }
    let Usage { input_tokens, output_tokens, .. } = counted;
    *asked = Some(Aside { purpose, step, input_tokens, output_tokens, is_cut: false }.bounded());
    let text = text.ok()??;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
