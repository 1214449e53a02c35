//! One turn of a model: its text is streamed, its calls are gathered.

use futures::StreamExt;
use tokio::time::{Instant, timeout};

use super::{limits::SILENCE_MAX, writing::Writing};
use crate::{
    blocks::{Blocks, Piece},
    model::{ChatModel, ModelError, ModelEvent, ModelRequest, ToolRequest},
};

/// What a turn gave.
#[derive(Debug, Default)]
pub(super) struct Turn {
    pub text: String,
    pub calls: Vec<ToolRequest>,
    /// It would have gone on.
    pub is_cut: bool,
}

/// A turn that broke off.
#[derive(Debug)]
pub(super) struct Broken {
    pub error: ModelError,
    /// Nothing was said before.
    pub is_early: bool,
}

/// Runs a turn. A model with a deadline is given up on when that passes or it falls silent; what
/// it has written of an unfinished block stays untold when it breaks off.
pub(super) async fn turn(
    writing: &mut Writing<'_>,
    model: &dyn ChatModel,
    request: ModelRequest,
    deadline: Option<Instant>,
) -> Result<Turn, Broken> {
    writing.ask(model.name(), &request, deadline.is_some());
    let mut stream = model.respond(request);
    let (mut turn, mut blocks) = (Turn::default(), Blocks::default());
    let error = loop {
        let next = match deadline {
            None => stream.next().await,
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now()).min(SILENCE_MAX);
                match timeout(left, stream.next()).await {
                    Ok(next) => next,
                    Err(_elapsed) => break Some(ModelError::Unavailable),
                }
            }
        };
        match next {
            None => break None,
            Some(Ok(ModelEvent::Text { delta })) => {
                turn.text.push_str(&delta);
                writing.hear(delta.len());
                blocks.push(&delta).into_iter().for_each(|piece| writing.piece(piece));
            }
            Some(Ok(ModelEvent::ToolCall(call))) => {
                writing.hear(call.name.len() + call.input.to_string().len());
                turn.calls.push(call);
            }
            Some(Ok(ModelEvent::Cut)) => turn.is_cut = true,
            Some(Ok(ModelEvent::Intent(intent))) => writing.intent = Some(intent),
            Some(Ok(ModelEvent::Usage { input_tokens, output_tokens })) => {
                writing.use_tokens(input_tokens, output_tokens);
            }
            Some(Err(error)) => break Some(error),
        }
    };
    writing.recorder.end_turn();
    if let Some(error) = error {
        tracing::warn!(model = model.name(), %error, "a turn broke off");
        // What the built-in model has said stays; another one's answer is written anew.
        if deadline.is_none() {
            finish(writing, blocks);
        }
        return Err(Broken { error, is_early: turn.text.is_empty() });
    }
    finish(writing, blocks);
    Ok(turn)
}

fn finish(writing: &mut Writing<'_>, blocks: Blocks) {
    if let Some(markdown) = blocks.finish() {
        writing.piece(Piece::Block(markdown));
    }
}
