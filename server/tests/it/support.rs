//! A server in this process, and requests to it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use assistant::{ChatModel, ModelError, ModelEvent, ModelRequest, Models, Runs};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use domain::Clock;
use futures::{StreamExt, stream, stream::BoxStream};
use jiff::{Timestamp, civil::date, tz::TimeZone};
use lakeledger::{
    app_state,
    configuration::{Configuration, Environment},
    http,
};
use operations::Operations;
use serde_json::Value;
use storage::{EmbeddedStore, Standing, Store};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Noon of 31 March 2024, until it is told to break.
#[derive(Default)]
pub struct TestClock {
    pub broken: AtomicBool,
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        assert!(!self.broken.load(Ordering::Relaxed), "the clock is broken");
        let noon = date(2024, 3, 31).at(12, 0, 0, 0).to_zoned(TimeZone::UTC);
        noon.expect("UTC has no gaps").timestamp()
    }
}

struct Silent;

impl ChatModel for Silent {
    fn name(&self) -> &'static str {
        "silent"
    }

    fn respond(&self, _: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        stream::pending().boxed()
    }
}

/// A server in this process.
pub struct Server {
    router: Router,
    pub clock: Arc<TestClock>,
    pub shutdown: CancellationToken,
    pub operations: Arc<Operations>,
    pub runs: Arc<Runs>,
}

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

pub const CSV: &str = "Date,Description,Amount\n\
    2024-03-01,Corner Market,-12.50\n\
    2024-03-02,Coffee House,-4.20\n\
    2024-03-15,Northwind Payroll,2500.00\n";

/// The name that the tests' requests use.
const SERVED_AS: (&str, &str) = ("LAKELEDGER_HOSTS", "app.example");

pub fn in_memory(clock: &TestClock) -> Arc<dyn Store> {
    let standing = Standing { degraded: false, reason: "In memory.".to_owned() };
    Arc::new(EmbeddedStore::in_memory(clock, standing))
}

impl Server {
    /// In memory, with one local user.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// In memory, with people told apart by forwarded headers.
    pub fn for_people() -> Self {
        Self::with(&[("LAKELEDGER_TRUST_FORWARDED_HEADERS", "true")])
    }

    pub fn with(variables: &[(&str, &str)]) -> Self {
        let clock = Arc::new(TestClock::default());
        let store = in_memory(&clock);
        Self::on(store, clock, variables)
    }

    pub fn on(store: Arc<dyn Store>, clock: Arc<TestClock>, variables: &[(&str, &str)]) -> Self {
        let variables = [&[SERVED_AS], variables].concat();
        let configuration = Configuration::from_environment(&Environment::of(&variables)).unwrap();
        let dyn_clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&clock);
        let app = app_state(&configuration, store, Arc::clone(&dyn_clock));
        let (shutdown, runs) = (CancellationToken::new(), Arc::clone(&app.runs));
        let operations = Arc::clone(&app.operations);
        let router = http::router(&configuration, app, dyn_clock, shutdown.clone());
        Self { router, clock, shutdown, operations, runs }
    }

    /// In memory, with a model that never says a word.
    pub fn with_silent_model() -> Self {
        let clock = Arc::new(TestClock::default());
        let configuration = Configuration::from_environment(&Environment::of(&[SERVED_AS])).unwrap();
        let dyn_clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&clock);
        let mut app = app_state(&configuration, in_memory(&clock), Arc::clone(&dyn_clock));
        app.runs = Arc::new(Runs::new(
            Arc::clone(&app.operations),
            Models::only(Arc::new(Silent)),
            app::render::part_html,
        ));
        let (shutdown, runs) = (CancellationToken::new(), Arc::clone(&app.runs));
        let operations = Arc::clone(&app.operations);
        let router = http::router(&configuration, app, dyn_clock, shutdown.clone());
        Self { router, clock, shutdown, operations, runs }
    }

    pub async fn send(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn answer(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.send(request).await.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.answer(request(Method::GET, path, None)).await
    }

    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.answer(json(method, path, None, body)).await
    }

    pub async fn import(&self, user: Option<&str>, file_name: &str, bytes: &[u8]) -> Answer {
        self.answer(upload("/api/v1/imports", user, file_name, bytes)).await
    }

    /// A chat, and a question in it that is being answered.
    pub async fn ask(&self, user: Option<&str>, text: &str) -> (String, Value) {
        let chat = self.answer(json(Method::POST, "/api/v1/chats", user, &serde_json::json!({}))).await;
        assert_eq!(chat.status, StatusCode::CREATED, "{}", chat.text());
        let chat = chat.json()["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/chats/{chat}/messages");
        let sent = self.answer(json(Method::POST, &path, user, &serde_json::json!({ "text": text }))).await;
        assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.text());
        (chat, sent.json())
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: impl AsRef<str>) -> &str {
        self.headers.get(name.as_ref()).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts a problem of this status, code and field.
    #[track_caller]
    pub fn refuses(&self, status: u16, code: &str, field: Option<&str>) {
        let text = self.text();
        assert_eq!(self.status.as_u16(), status, "{text}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{text}");
        let problem = self.json();
        assert_eq!(problem["error_code"], code, "{text}");
        assert_eq!(problem["request_id"], self.header("x-request-id"), "{text}");
        if let Some(field) = field {
            assert_eq!(problem["errors"][0]["field"], field, "{text}");
        }
    }
}

pub fn request(method: Method, path: &str, user: Option<&str>) -> Request<Body> {
    let mut builder = Request::builder().method(method).uri(path).header(header::HOST, "app.example");
    if let Some(user) = user {
        builder = builder.header("x-forwarded-user", user);
    }
    builder.body(Body::empty()).unwrap()
}

pub fn json(method: Method, path: &str, user: Option<&str>, body: &Value) -> Request<Body> {
    let mut request = request(method, path, user);
    request.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    *request.body_mut() = Body::from(body.to_string());
    request
}

pub fn upload(path: &str, user: Option<&str>, file_name: &str, bytes: &[u8]) -> Request<Body> {
    multipart(path, user, &[("file", Some(file_name), bytes)])
}

pub fn multipart(path: &str, user: Option<&str>, fields: &[(&str, Option<&str>, &[u8])]) -> Request<Body> {
    let mut body = Vec::new();
    for (name, file_name, bytes) in fields {
        let file_name = file_name.map_or_else(String::new, |name| format!("; filename=\"{name}\""));
        let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    let mut request = request(Method::POST, path, user);
    let content_type = "multipart/form-data; boundary=edge".parse().unwrap();
    request.headers_mut().insert(header::CONTENT_TYPE, content_type);
    *request.body_mut() = Body::from(body);
    request
}

/// Replaces what differs from run to run: ids and durations.
pub fn stable(mut value: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::String(text) if uuid::Uuid::try_parse(text).is_ok() => "[id]".clone_into(text),
            Value::Array(items) => items.iter_mut().for_each(walk),
            Value::Object(fields) => {
                for (name, value) in fields {
                    match name.as_str() {
                        "duration_us" => *value = "[duration]".into(),
                        "next_cursor" if value.is_string() => *value = "[cursor]".into(),
                        _ => walk(value),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    walk(&mut value);
    value
}
