//! A server that answers by script and keeps what it was asked.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

#[derive(Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    hangs: bool,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), hangs: false }
    }

    pub fn ok(body: impl Into<Bytes>) -> Self {
        Self::new(200, body)
    }

    /// No answer, ever.
    pub fn hang() -> Self {
        Self { hangs: true, ..Self::ok("") }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

pub struct Recorded {
    /// Such as `GET /api/2.0/apps/shop?page=2`.
    pub line: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Recorded {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

#[derive(Default)]
struct Scripts {
    replies: HashMap<String, VecDeque<Reply>>,
    recorded: Vec<Recorded>,
}

pub struct Server {
    url: String,
    scripts: Arc<Mutex<Scripts>>,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let scripts = Arc::new(Mutex::new(Scripts::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&scripts));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, scripts, task }
    }

    /// One that logs a service principal in, as workspaces do.
    pub async fn workspace() -> Self {
        let server = Self::start().await;
        let url = server.url().to_owned();
        server.on(
            "GET /.well-known/databricks-config",
            [Reply::ok(format!(r#"{{"oidc_endpoint":"{url}/oidc","account_id":"a","workspace_id":77}}"#))],
        );
        server.on(
            "GET /oidc/.well-known/oauth-authorization-server",
            [Reply::ok(format!(r#"{{"token_endpoint":"{url}/oidc/v1/token"}}"#))],
        );
        server.on("POST /oidc/v1/token", [token("workspace-token-1")]);
        server
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers requests for `line` (without its query) by these, the last one for good.
    pub fn on(&self, line: &str, replies: impl IntoIterator<Item = Reply>) {
        self.scripts.lock().unwrap().replies.insert(line.to_owned(), replies.into_iter().collect());
    }

    pub fn lines(&self) -> Vec<String> {
        self.scripts.lock().unwrap().recorded.iter().map(|recorded| recorded.line.clone()).collect()
    }

    pub fn count(&self, line: &str) -> usize {
        self.lines().iter().filter(|recorded| *recorded == line).count()
    }

    /// The last request.
    pub fn last(&self) -> Recorded {
        self.scripts.lock().unwrap().recorded.pop().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub fn token(name: &str) -> Reply {
    Reply::ok(format!(
        r#"{{"access_token":"{name}","token_type":"Bearer","expires_in":"3600","scope":"all-apis"}}"#
    ))
}

async fn answer(State(scripts): State<Arc<Mutex<Scripts>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let reply = {
        let mut scripts = scripts.lock().unwrap();
        scripts.recorded.push(Recorded {
            line: format!("{} {}", parts.method, parts.uri),
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        });
        let replies = scripts.replies.get_mut(&format!("{} {}", parts.method, parts.uri.path()));
        replies.and_then(
            |replies| if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() },
        )
    };
    let reply = reply.unwrap_or_else(|| Reply::new(404, r#"{"message":"no script"}"#));
    if reply.hangs {
        std::future::pending::<()>().await;
    }
    let mut response = (StatusCode::from_u16(reply.status).unwrap(), Body::from(reply.body)).into_response();
    for (name, value) in reply.headers {
        response.headers_mut().append(name, value.parse().unwrap());
    }
    response
}
