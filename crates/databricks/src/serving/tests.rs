//! Turns out of the pieces that endpoints of each kind send.

use serde_json::{Value, json};

use super::chat::{ChatEvent, FinishReason, ToolCall, Usage};
use super::error::ServingError;
use super::turn::Turn;

/// What a stream of these pieces, closed in good order, says.
pub(super) fn turn(pieces: &[Value]) -> Result<Vec<ChatEvent>, ServingError> {
    let (mut turn, mut events) = (Turn::default(), Vec::new());
    for piece in pieces {
        turn.take(piece, &mut events)?;
    }
    turn.end(None, &mut events)?;
    Ok(events)
}

fn text(delta: &str) -> ChatEvent {
    ChatEvent::Text(delta.to_owned())
}

pub(super) fn said(events: &[ChatEvent]) -> String {
    let deltas = events.iter().filter_map(|event| match event {
        ChatEvent::Text(delta) => Some(delta.as_str()),
        _ => None,
    });
    deltas.collect()
}

pub(super) fn calls(events: &[ChatEvent]) -> Vec<(&str, &str, &str)> {
    let calls = events.iter().filter_map(|event| match event {
        ChatEvent::ToolCall(ToolCall { id, name, arguments }) => {
            Some((id.as_str(), name.as_str(), arguments.as_str()))
        }
        _ => None,
    });
    calls.collect()
}

pub(super) fn chunk(delta: Value, finish_reason: Option<&str>) -> Value {
    json!({
        "id": "chatcmpl_1", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    })
}

pub(super) fn call_delta(call: Value) -> Value {
    chunk(json!({"content": null, "tool_calls": [call]}), None)
}

#[test]
fn text_comes_as_it_is_said_and_the_last_usage_is_the_sum() {
    let mut first = chunk(json!({"role": "assistant", "content": "Hel"}), None);
    first["usage"] = json!({"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10});
    let mut last = chunk(json!({"content": "lo"}), Some("stop"));
    last["usage"] = json!({"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11});
    let usage = ChatEvent::Usage(Usage { input_tokens: 9, output_tokens: 2 });
    let finish = ChatEvent::Finish(FinishReason::Stop);
    assert_eq!(turn(&[first, last]).unwrap(), [text("Hel"), text("lo"), usage, finish]);
}

#[test]
fn the_usage_may_come_alone_after_the_end() {
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}});
    let events = turn(&[chunk(json!({"content": "x"}), Some("stop")), usage]).unwrap();
    assert_eq!(events[1], ChatEvent::Usage(Usage { input_tokens: 3, output_tokens: 4 }));
}

#[test]
fn of_content_in_parts_only_the_text_is_said() {
    let parts = json!([
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hmm"}]},
        {"type": "text", "text": "a"}, {"type": "text", "text": "b"},
    ]);
    assert_eq!(said(&turn(&[chunk(json!({ "content": parts }), Some("stop"))]).unwrap()), "ab");
}

#[test]
fn a_calls_arguments_are_put_together_by_index() {
    let events = turn(&[
        call_delta(
            json!({"index": 0, "id": "a", "type": "function", "function": {"name": "x", "arguments": ""}}),
        ),
        call_delta(json!({"index": 0, "function": {"arguments": "{\"n\""}})),
        call_delta(json!({"index": 1, "id": "b", "function": {"name": "y", "arguments": ""}})),
        call_delta(json!({"index": 0, "function": {"arguments": ":1}"}})),
        chunk(json!({}), Some("tool_calls")),
    ])
    .unwrap();
    assert_eq!(calls(&events), [("a", "x", "{\"n\":1}"), ("b", "y", "{}")]);
    assert_eq!(events.last(), Some(&ChatEvent::Finish(FinishReason::ToolCalls)));
}

#[test]
fn calls_that_share_an_index_are_told_apart_by_their_ids() {
    let events = turn(&[
        call_delta(json!({"index": 0, "id": "a", "function": {"name": "x", "arguments": "{}"}})),
        call_delta(json!({"index": 0, "id": "b", "function": {"name": "x", "arguments": "{}"}})),
        chunk(json!({}), Some("stop")),
    ])
    .unwrap();
    assert_eq!(calls(&events), [("a", "x", "{}"), ("b", "x", "{}")]);
    assert_eq!(events.last(), Some(&ChatEvent::Finish(FinishReason::ToolCalls)));
}

#[test]
fn a_repeated_id_goes_on_with_its_call_and_a_missing_one_is_made_up() {
    let repeated = turn(&[
        call_delta(json!({"index": 0, "id": "a", "function": {"name": "x", "arguments": "{\"n\":"}})),
        call_delta(json!({"index": 0, "id": "a", "function": {"name": "x", "arguments": "1}"}})),
        chunk(json!({}), Some("tool_calls")),
    ]);
    assert_eq!(calls(&repeated.unwrap()), [("a", "x", "{\"n\":1}")]);
    let missing = turn(&[
        call_delta(json!({"function": {"name": "x", "arguments": {"n": 1}}})),
        call_delta(json!({"function": {"name": "y", "arguments": {}}})),
        chunk(json!({}), Some("tool_calls")),
    ])
    .unwrap();
    let calls = calls(&missing);
    assert_eq!((calls[0].1, calls[0].2, calls[1].1), ("x", "{\"n\":1}", "y"));
    assert!(calls[0].0.starts_with("call_") && calls[0].0 != calls[1].0);
}

#[test]
fn a_turn_that_neither_finishes_nor_says_that_it_is_done_was_cut_off() {
    let cut = turn(&[chunk(json!({"content": "Hel"}), None)]);
    assert!(matches!(cut, Err(ServingError::CutOff { source: None })));
    assert!(matches!(turn(&[]), Err(ServingError::CutOff { .. })));
}

#[test]
fn a_filter_is_told_and_a_length_is_kept() {
    let filtered = turn(&[chunk(json!({"content": "x"}), Some("content_filter"))]);
    assert!(matches!(filtered, Err(ServingError::ContentFiltered { source: None })));
    let long = turn(&[chunk(json!({"content": "x"}), Some("length"))]).unwrap();
    assert_eq!(long.last(), Some(&ChatEvent::Finish(FinishReason::Length)));
}

#[test]
fn an_error_inside_the_stream_is_told_by_kind() {
    let of = |piece: Value| turn(&[chunk(json!({"content": "x"}), None), piece]).unwrap_err();
    let limited = of(json!({"error": {"code": 429, "message": "slow down"}}));
    assert!(matches!(limited, ServingError::RateLimited { .. }));
    let limited = of(json!({"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "Exceeded workspace QPS"}));
    assert!(matches!(limited, ServingError::RateLimited { .. }));
    let long = of(json!({"error": {"code": "context_length_exceeded", "message": "too much"}}));
    assert!(matches!(long, ServingError::ContextTooLong { .. }));
    let long = of(
        json!({"error_code": "BAD_REQUEST", "message": "prompt is too long: 210000 tokens > 200000 maximum"}),
    );
    assert!(matches!(long, ServingError::ContextTooLong { .. }));
    let guarded =
        of(json!({"input_guardrail": [{"flagged": true}], "finishReason": "input_guardrail_triggered"}));
    assert!(matches!(guarded, ServingError::ContentFiltered { .. }));
    let provider = json!({
        "external_model_provider": "azure-openai",
        "external_model_message": {"error": {"code": "content_filter", "message": "no"}},
    });
    assert!(matches!(of(provider), ServingError::ContentFiltered { .. }));
    assert!(matches!(of(json!({"error": {"message": "boom"}})), ServingError::Unavailable { .. }));
    assert!(matches!(of(json!({"type": "error", "message": "boom"})), ServingError::Unavailable { .. }));
}

#[test]
fn a_chat_agent_speaks_without_choices_and_its_own_calls_are_not_ours() {
    let events = turn(&[
        json!({"id": "1", "delta": {"role": "assistant", "id": "m1", "content": "Let me look."}}),
        json!({"delta": {"role": "assistant", "id": "m1", "content": "", "tool_calls": [
            {"id": "own", "type": "function", "function": {"name": "sql", "arguments": "{}"}},
        ]}, "choices": null}),
        json!({"delta": {"role": "tool", "id": "m2", "name": "sql", "tool_call_id": "own", "content": "42 rows"}}),
        json!({"delta": {"role": "assistant", "id": "m3", "content": "It is 42."}, "custom_outputs": {}}),
    ])
    .unwrap();
    assert_eq!(said(&events), "Let me look.\n\nIt is 42.");
    assert_eq!(calls(&events), []);
    assert_eq!(events.last(), Some(&ChatEvent::Finish(FinishReason::Stop)));
}

#[test]
fn a_chat_agents_whole_answer_is_read_too() {
    let events = turn(&[json!({
        "messages": [
            {"role": "assistant", "id": "1", "content": "a"},
            {"role": "tool", "id": "2", "tool_call_id": "x", "content": "secret"},
            {"role": "assistant", "id": "3", "content": "b"},
        ],
        "finish_reason": "stop", "usage": {"prompt_tokens": 1, "completion_tokens": 2},
    })])
    .unwrap();
    assert_eq!(said(&events), "a\n\nb");
}

#[test]
fn a_responses_agent_says_its_text_once() {
    let message = |text: &str| json!({"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": text}]});
    let events = turn(&[
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "delta": "It is"}),
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "delta": " 42"}),
        json!({"type": "response.output_item.done", "item": message("It is 42.")}),
        json!({"type": "response.output_item.done", "item": {
            "type": "function_call", "call_id": "own", "name": "sql", "arguments": "{}"}}),
        json!({"type": "response.output_item.done", "item": {
            "type": "function_call_output", "call_id": "own", "output": "42"}}),
        json!({"type": "response.output_item.done", "item": {
            "type": "function_call", "id": "fc_1", "call_id": "ours", "name": "spending", "arguments": "{\"n\":1}"}}),
        json!({"type": "response.output_item.done", "item": message("And more.")}),
    ])
    .unwrap();
    assert_eq!(said(&events), "It is 42.\n\nAnd more.");
    assert_eq!(calls(&events), [("ours", "spending", "{\"n\":1}")]);
}

#[test]
fn a_responses_agents_end_tells_the_usage_and_why() {
    let response = json!({
        "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"},
        "output": [{"type": "message", "content": [{"type": "output_text", "text": "x"}]}],
        "usage": {"input_tokens": 5, "output_tokens": 6, "total_tokens": 11},
    });
    let expected = [
        text("x"),
        ChatEvent::Usage(Usage { input_tokens: 5, output_tokens: 6 }),
        ChatEvent::Finish(FinishReason::Length),
    ];
    let streamed = turn(&[json!({"type": "response.incomplete", "response": response})]).unwrap();
    assert_eq!(streamed, expected);
    assert_eq!(turn(&[response]).unwrap(), expected);
    let failed =
        json!({"type": "response.failed", "response": {"error": {"code": "server_error", "message": "no"}}});
    assert!(matches!(turn(&[failed]), Err(ServingError::Unavailable { .. })));
}

#[test]
fn a_whole_chat_completion_is_read_too() {
    let call = json!({"id": "a", "type": "function", "function": {"name": "x", "arguments": "{}"}});
    let events = turn(&[json!({
        "id": "1", "object": "chat.completion", "model": "m",
        "choices": [{"index": 0, "finish_reason": "tool_calls", "message": {
            "role": "assistant", "content": "Let me look.", "tool_calls": [call],
        }}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    })])
    .unwrap();
    assert_eq!(said(&events), "Let me look.");
    assert_eq!(calls(&events), [("a", "x", "{}")]);
}
