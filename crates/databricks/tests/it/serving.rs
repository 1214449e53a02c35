//! Chat with a serving endpoint, and everything that can happen to it.

use std::time::Duration;

use databricks::serving::{
    ChatEvent, ChatMessage, ChatRequest, ChatTool, Dialect, FinishReason, Limits, Serving, ServingError, Task,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::server::{Reply, Server};
use crate::{PAT, client, pat, quick, service_principal};

const LINE: &str = "POST /serving-endpoints/chat-model/invocations";

fn limits() -> Limits {
    let tenth = Duration::from_millis(150);
    Limits { first_byte: tenth, idle: tenth, retry: tenth }
}

fn serving(server: &Server) -> Serving {
    client(server, pat()).serving().with_limits(Limits { first_byte: Duration::from_secs(1), ..limits() })
}

fn request() -> ChatRequest {
    let tool = ChatTool {
        name: "spending".into(),
        description: "Money spent.".into(),
        parameters: json!({"type": "object", "properties": {}}),
        strict: None,
    };
    ChatRequest {
        messages: vec![ChatMessage::User("How much?".into())],
        tools: vec![tool],
        ..ChatRequest::default()
    }
}

fn chunk(text: &str, finish: Option<&str>) -> String {
    let choice = json!({"index": 0, "delta": {"content": text}, "finish_reason": finish});
    format!("data: {}\n\n", json!({ "choices": [choice] }))
}

fn stream(events: &[String]) -> Reply {
    Reply::ok(events.concat()).header("content-type", "text/event-stream")
}

async fn ask(serving: &Serving, task: Task) -> Result<String, ServingError> {
    let stream = serving.chat("chat-model", &Dialect::of(task), &request()).await?;
    Ok(stream.collect().await?.text)
}

/// What happens to a model that answers with this.
async fn failure(reply: Reply) -> ServingError {
    let server = Server::start().await;
    server.on(LINE, [reply]);
    ask(&serving(&server), Task::Chat).await.unwrap_err()
}

#[tokio::test]
async fn an_answer_streams_from_the_endpoints_own_path() {
    let server = Server::start().await;
    server.on(LINE, [stream(&[chunk("Hel", None), chunk("lo", Some("stop")), "data: [DONE]\n\n".into()])]);
    assert_eq!(ask(&serving(&server), Task::Chat).await.unwrap(), "Hello");
    let recorded = server.last();
    assert_eq!(recorded.line, LINE);
    assert_eq!(recorded.header("authorization"), Some(format!("Bearer {PAT}").as_str()));
    let body: Value = serde_json::from_str(&recorded.body).unwrap();
    assert_eq!(body["stream"], true);
    assert_eq!(body.get("stream_options"), None);
    assert_eq!(body["messages"], json!([{"role": "user", "content": "How much?"}]));
}

#[tokio::test]
async fn on_behalf_of_a_person_only_the_persons_token_is_sent() {
    let server = Server::start().await;
    server.on(LINE, [stream(&[chunk("x", Some("stop"))])]);
    let app = client(&server, service_principal());
    let person = app.serving().on_behalf_of("eyJ-the-persons-token".into()).unwrap();
    assert_eq!(ask(&person, Task::Chat).await.unwrap(), "x");
    assert_eq!(server.last().header("authorization"), Some("Bearer eyJ-the-persons-token"));
    assert!(server.lines().is_empty(), "the app did not log in");
    assert!(!format!("{person:?}").contains("the-persons-token"));
    let client = app.on_behalf_of("eyJ-the-persons-token".into()).unwrap();
    assert_eq!(client.auth_type(), databricks::AuthType::Pat);
    assert!(app.on_behalf_of("line\nbreak".into()).is_err());
}

#[tokio::test]
async fn a_revoked_token_of_the_app_is_replaced_once() {
    let server = Server::workspace().await;
    let refused = Reply::new(401, r#"{"error_code":"UNAUTHENTICATED","message":"no"}"#);
    server.on(LINE, [stream(&[chunk("a", Some("stop"))]), refused, stream(&[chunk("b", Some("stop"))])]);
    let app = client(&server, service_principal()).serving();
    assert_eq!(ask(&app, Task::Chat).await.unwrap(), "a");
    assert_eq!(ask(&app, Task::Chat).await.unwrap(), "b");
    assert_eq!(server.count("POST /oidc/v1/token"), 2);
}

#[tokio::test]
async fn an_endpoint_that_answers_json_to_a_stream_is_read() {
    let server = Server::start().await;
    let message = json!({"role": "assistant", "content": "whole"});
    let body = json!({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).to_string();
    server.on(LINE, [Reply::ok(body)]);
    assert_eq!(ask(&serving(&server), Task::Chat).await.unwrap(), "whole");
}

#[tokio::test]
async fn an_endpoint_that_refuses_to_stream_is_asked_again_without() {
    let server = Server::start().await;
    let refused = Reply::new(
        400,
        r#"{"error_code":"BAD_REQUEST","message":"This endpoint does not support streaming."}"#,
    );
    let body =
        json!({"output": [{"type": "message", "content": [{"type": "output_text", "text": "whole"}]}]});
    server.on(LINE, [refused, Reply::ok(body.to_string())]);
    let stream =
        serving(&server).chat("chat-model", &Dialect::of(Task::Responses), &request()).await.unwrap();
    assert!(!stream.dialect().streams);
    assert_eq!(stream.collect().await.unwrap().text, "whole");
    let body: Value = serde_json::from_str(&server.last().body).unwrap();
    assert_eq!((body.get("stream"), &body["input"][0]["content"]), (None, &json!("How much?")));
}

#[tokio::test]
async fn an_agent_that_takes_no_tools_is_asked_again_without() {
    let server = Server::start().await;
    let refused = Reply::new(400, r#"{"error_code":"BAD_REQUEST","message":"Extra inputs: tools"}"#);
    server.on(
        LINE,
        [refused, stream(&["data: {\"delta\":{\"role\":\"assistant\",\"content\":\"x\"}}\n\n".into()])],
    );
    assert_eq!(ask(&serving(&server), Task::ChatAgent).await.unwrap(), "x");
    assert_eq!(server.count(LINE), 2);
}

#[tokio::test]
async fn a_short_rate_limit_is_waited_for_and_a_long_one_is_told() {
    let server = Server::start().await;
    let limited = |seconds: &str| {
        let body = r#"{"error_code":"REQUEST_LIMIT_EXCEEDED","message":"Exceeded workspace QPS rate limit"}"#;
        Reply::new(429, body).header("retry-after", seconds)
    };
    server.on(LINE, [limited("0"), limited("0"), stream(&[chunk("x", Some("stop"))])]);
    let patient = Limits { retry: Duration::from_secs(5), ..limits() };
    let serving_patient = client(&server, pat()).with_retry_policy(quick()).serving().with_limits(patient);
    assert_eq!(ask(&serving_patient, Task::Chat).await.unwrap(), "x");
    assert_eq!(server.count(LINE), 3);
    match failure(limited("60")).await {
        ServingError::RateLimited { retry_after, .. } => {
            assert_eq!(retry_after, Some(Duration::from_mins(1)));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_refusal_is_told_by_its_kind() {
    let error = |status: u16, body: &'static str| failure(Reply::new(status, body));
    let long = r#"{"error_code":"BAD_REQUEST","message":"{\"message\":\"Input is too long for requested model.\"}"}"#;
    assert!(matches!(error(400, long).await, ServingError::ContextTooLong { .. }));
    let guarded =
        r#"{"usage":{},"input_guardrail":[{"flagged":true}],"finishReason":"input_guardrail_triggered"}"#;
    assert!(matches!(error(400, guarded).await, ServingError::ContentFiltered { .. }));
    assert!(matches!(error(403, "{}").await, ServingError::Denied { .. }));
    let missing = r#"{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"The given endpoint does not exist"}"#;
    assert!(matches!(error(404, missing).await, ServingError::NotFound { .. }));
    assert!(matches!(error(400, "{}").await, ServingError::Refused { .. }));
    assert!(matches!(error(500, "{}").await, ServingError::Unavailable { .. }));
    let starting =
        failure(Reply::new(503, r#"{"message":"scaled to zero"}"#).header("retry-after", "120")).await;
    assert!(matches!(&starting, ServingError::Unavailable { source } if source.status() == Some(503)));
    assert!(matches!(failure(Reply::hang()).await, ServingError::Unavailable { .. }));
}

#[tokio::test]
async fn a_success_that_is_no_answer_is_unreadable() {
    for body in ["<html>log in</html>", "", "data: nothing\n\n", "{\"choices\":"] {
        let error = failure(Reply::ok(body)).await;
        assert!(matches!(error, ServingError::Unreadable { .. }), "{body:?}: {error:?}");
    }
    let limited =
        failure(Reply::ok(r#"{"error_code":"REQUEST_LIMIT_EXCEEDED","message":"slow down"}"#)).await;
    assert!(matches!(limited, ServingError::RateLimited { .. }));
}

#[tokio::test]
async fn no_error_shows_the_words_of_the_endpoint_or_a_token() {
    let error = failure(Reply::new(400, format!(r#"{{"message":"my salary is 5000, token {PAT}"}}"#))).await;
    assert!(!error.to_string().contains("salary"));
    assert!(error.cause().unwrap().to_string().contains("salary"), "it is told to who asks for it");
    assert!(!format!("{error:?}").contains(PAT));
}

enum Step {
    Send(String),
    /// Nothing more, and the connection stays open.
    Hang,
    /// The connection ends in the middle of the body.
    Cut,
}

/// A server whose answer's body goes by steps, in chunks.
async fn stepwise(steps: Vec<Step>) -> Serving {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 64 * 1024];
        let _ = socket.read(&mut request).await.unwrap();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        socket.write_all(head.as_bytes()).await.unwrap();
        for step in steps {
            match step {
                Step::Send(text) => {
                    // In the middle of characters too.
                    for piece in text.as_bytes().chunks(7) {
                        let size = format!("{:x}\r\n", piece.len());
                        socket.write_all(&[size.as_bytes(), piece, b"\r\n"].concat()).await.unwrap();
                        socket.flush().await.unwrap();
                        tokio::task::yield_now().await;
                    }
                }
                Step::Hang => std::future::pending().await,
                Step::Cut => return,
            }
        }
        socket.write_all(b"0\r\n\r\n").await.unwrap();
    });
    let config = databricks::Config::new(url.parse().unwrap(), pat());
    databricks::Client::new(config).unwrap().serving().with_limits(limits())
}

/// The text that came, and how the turn ended.
async fn outcome(steps: Vec<Step>) -> (String, Result<Option<FinishReason>, ServingError>) {
    let serving = stepwise(steps).await;
    let (mut text, mut finish) = (String::new(), None);
    let mut stream = match serving.chat("chat-model", &Dialect::of(Task::Chat), &request()).await {
        Ok(stream) => stream,
        Err(error) => return (text, Err(error)),
    };
    while let Some(event) = stream.next().await {
        match event {
            Ok(ChatEvent::Text(delta)) => text.push_str(&delta),
            Ok(ChatEvent::Finish(reason)) => finish = Some(reason),
            Ok(_) => {}
            Err(error) => {
                assert!(stream.next().await.is_none(), "nothing follows an error");
                return (text, Err(error));
            }
        }
    }
    (text, Ok(finish))
}

#[tokio::test]
async fn characters_that_are_cut_between_packets_are_whole() {
    let (text, finish) =
        outcome(vec![Step::Send(chunk("5 € – ok 🙂", None) + &chunk("", Some("stop")))]).await;
    assert_eq!((text.as_str(), finish.unwrap()), ("5 € – ok 🙂", Some(FinishReason::Stop)));
}

#[tokio::test]
async fn an_answer_without_its_done_is_whole_when_it_said_that_it_is_finished() {
    for end in [None, Some(Step::Hang), Some(Step::Cut)] {
        let mut steps = vec![Step::Send(chunk("all", None) + &chunk("", Some("stop")))];
        steps.extend(end);
        let (text, finish) = outcome(steps).await;
        assert_eq!((text.as_str(), finish.unwrap()), ("all", Some(FinishReason::Stop)));
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_gives_its_text_and_then_the_error() {
    let (text, error) = outcome(vec![Step::Send(chunk("half", None)), Step::Cut]).await;
    assert_eq!(text, "half");
    assert!(matches!(error, Err(ServingError::CutOff { source: Some(_) })), "{error:?}");
    let (text, error) = outcome(vec![Step::Send(chunk("half", None))]).await;
    assert_eq!(text, "half");
    assert!(matches!(error, Err(ServingError::CutOff { source: None })), "{error:?}");
}

#[tokio::test]
async fn silence_is_left_in_time_before_the_first_byte_and_after_it() {
    let (_, error) = outcome(vec![Step::Hang]).await;
    assert!(matches!(error, Err(ServingError::Silent { .. })), "{error:?}");
    let (text, error) = outcome(vec![Step::Send(chunk("half", None)), Step::Hang]).await;
    assert_eq!(text, "half");
    assert!(matches!(error, Err(ServingError::Silent { .. })), "{error:?}");
}

#[tokio::test]
async fn endpoints_are_listed_and_read_with_their_task() {
    let server = Server::start().await;
    let endpoint = json!({
        "name": "chat-model", "task": "llm/v1/chat", "state": {"ready": "READY", "config_update": "NOT_UPDATING"},
        "config": {"served_entities": [
            {"name": "x", "foundation_model": {"name": "claude-sonnet-4-5"}, "scale_to_zero_enabled": true},
        ]},
        "permission_level": "CAN_QUERY",
    });
    let list = json!({"endpoints": [endpoint, {"name": "e", "task": "llm/v1/embeddings", "state": null}]});
    server.on("GET /api/2.0/serving-endpoints", [Reply::ok(list.to_string())]);
    server.on("GET /api/2.0/serving-endpoints/chat-model", [Reply::ok(endpoint.to_string())]);
    let serving = serving(&server);
    let found = serving.get("chat-model").await.unwrap();
    assert!(found.is_ready() && found.scales_to_zero());
    let dialect = found.dialect().unwrap();
    assert_eq!((dialect.task, dialect.model.as_deref()), (Task::Chat, Some("claude-sonnet-4-5")));
    let listed = serving.list().await.unwrap();
    assert_eq!(listed[0], found);
    assert_eq!((listed[1].dialect(), listed[1].is_ready()), (None, false));
}
