//! One exchange with a server: what is sent, how much of the answer is read, and when it is an error.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Method, Request, Response, Url};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::config::Timeouts;
use crate::error::{Error, api_error};
use crate::host::Host;

/// The largest answer to a token or credential call, and the most that is read of an error: real ones have 2 kB.
pub(crate) const SMALL_BYTES: usize = 64 * 1024;
/// The largest page of a list.
const LARGE_BYTES: usize = 8 * 1024 * 1024;

/// A call of the REST API, which can be sent more than once.
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    method: Method,
    /// What comes before the segments: `api/2.0` but for a few calls.
    base: &'static [&'static str],
    segments: Vec<String>,
    name: Option<String>,
    query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    is_credential: bool,
}

impl Call {
    /// `GET /api/2.0/{segments}`.
    pub(crate) fn get(operation: &'static str, segments: &[&str]) -> Self {
        Self {
            operation,
            method: Method::GET,
            base: &["api", "2.0"],
            segments: segments.iter().map(|&segment| segment.to_owned()).collect(),
            name: None,
            query: Vec::new(),
            body: None,
            is_credential: false,
        }
    }

    /// `POST /api/2.0/{segments}` with a JSON body.
    pub(crate) fn post(operation: &'static str, segments: &[&str], body: Value) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(operation, segments) }
    }

    /// `PATCH /api/2.0/{segments}` with a JSON body.
    pub(crate) fn patch(operation: &'static str, segments: &[&str], body: Value) -> Self {
        Self { method: Method::PATCH, ..Self::post(operation, segments, body) }
    }

    /// `DELETE /api/2.0/{segments}`.
    pub(crate) fn delete(operation: &'static str, segments: &[&str]) -> Self {
        Self { method: Method::DELETE, ..Self::get(operation, segments) }
    }

    /// Under another path than `/api/2.0`.
    pub(crate) fn under(mut self, base: &'static [&'static str]) -> Self {
        self.base = base;
        self
    }

    /// Appends a resource name, each of whose parts is a segment.
    pub(crate) fn name(mut self, name: &str) -> Self {
        self.segments.extend(name.split('/').map(str::to_owned));
        self.name = Some(name.to_owned());
        self
    }

    pub(crate) fn query(mut self, key: &'static str, value: &str) -> Self {
        self.query.push((key, value.to_owned()));
        self
    }

    /// The short time and size limits of a credential call.
    pub(crate) fn credential(mut self) -> Self {
        self.is_credential = true;
        self
    }

    pub(crate) fn limit(&self, timeouts: &Timeouts) -> Duration {
        if self.is_credential { timeouts.credential } else { timeouts.request }
    }

    pub(crate) fn limit_bytes(&self) -> usize {
        if self.is_credential { SMALL_BYTES } else { LARGE_BYTES }
    }

    /// The request without its authorisation; `page_token` continues a list.
    pub(crate) fn request(&self, host: &Host, page_token: Option<&str>) -> Result<Request, Error> {
        // An address drops `.` and `..` silently, and an empty part would name another thing.
        if let Some(bad) = self.segments.iter().find(|part| matches!(part.as_str(), "" | "." | "..")) {
            let name = self.name.clone().unwrap_or_else(|| bad.clone());
            return Err(Error::InvalidName { operation: self.operation, name });
        }
        let mut url = Url::parse(host.as_str()).expect("a host is an address");
        url.path_segments_mut().expect("a host has a path").clear().extend(self.base).extend(&self.segments);
        for (key, value) in &self.query {
            url.query_pairs_mut().append_pair(key, value);
        }
        if let Some(page_token) = page_token {
            url.query_pairs_mut().append_pair("page_token", page_token);
        }
        let mut request = Request::new(self.method.clone(), url);
        if let Some(body) = &self.body {
            request.headers_mut().insert(CONTENT_TYPE, "application/json".parse().expect("a header value"));
            *request.body_mut() = Some(body.to_string().into());
        }
        Ok(request)
    }
}

/// One page of a list.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next_page_token: Option<String>,
}

impl<T> Page<T> {
    /// An empty token ends a list as a missing one does.
    pub(crate) fn new(items: Vec<T>, next_page_token: Option<String>) -> Self {
        Self { items, next_page_token: next_page_token.filter(|token| !token.is_empty()) }
    }
}

/// A successful answer, whole.
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    /// The body as JSON. What serde says is left out where it would repeat the body.
    pub(crate) fn json<T: DeserializeOwned>(&self, operation: &'static str) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let body = self.body.trim_ascii_start();
            let reason = if body.is_empty() {
                "the answer is empty".to_owned()
            } else if body.starts_with(b"<") {
                "the answer is a web page, not JSON: is a proxy or a login page in between?".to_owned()
            } else if error.is_data() {
                "the answer is JSON, but without the fields that the API promises".to_owned()
            } else {
                format!("the answer is not JSON (column {} of line {})", error.column(), error.line())
            };
            Error::Unreadable { operation, reason }
        })
    }
}

/// Sends a request and reads the whole answer, within a time and a size.
pub(crate) async fn exchange(
    http: &reqwest::Client,
    request: Request,
    operation: &'static str,
    limits: (Duration, usize),
    secrets: &[&SecretString],
) -> Result<Answer, Error> {
    let (limit, limit_bytes) = limits;
    let whole = async {
        let response = open(http, request, operation, limit, secrets).await?;
        let headers = response.headers().clone();
        let (body, is_whole) = read(response, limit_bytes, operation, limit).await?;
        if is_whole { Ok(Answer { headers, body }) } else { Err(Error::TooLarge { operation, limit_bytes }) }
    };
    tokio::time::timeout(limit, whole).await.unwrap_or(Err(Error::Timeout { operation, limit }))
}

/// Sends a request, within a time. A success is given with its body unread, anything else is read and is an error.
pub(crate) async fn open(
    http: &reqwest::Client,
    request: Request,
    operation: &'static str,
    limit: Duration,
    secrets: &[&SecretString],
) -> Result<Response, Error> {
    let head = async {
        let response =
            http.execute(request).await.map_err(|error| Error::from_reqwest(operation, limit, error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(redirect(operation, status.as_u16(), response.headers()));
        }
        if status.is_success() {
            return Ok(response);
        }
        let headers = response.headers().clone();
        // The status says enough when the rest of an error cannot be read.
        let body =
            read(response, SMALL_BYTES, operation, limit).await.map(|(body, _)| body).unwrap_or_default();
        Err(Error::Api(Box::new(api_error(operation, status, &headers, &body, secrets))))
    };
    tokio::time::timeout(limit, head).await.unwrap_or(Err(Error::Timeout { operation, limit }))
}

/// The body up to a size, and whether that is all of it.
async fn read(
    mut response: Response,
    limit_bytes: usize,
    operation: &'static str,
    limit: Duration,
) -> Result<(Vec<u8>, bool), Error> {
    let mut body = Vec::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| Error::from_reqwest(operation, limit, error))?
    {
        let room = limit_bytes - body.len();
        if chunk.len() > room {
            body.extend_from_slice(&chunk[..room]);
            return Ok((body, false));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((body, true))
}

fn redirect(operation: &'static str, status: u16, headers: &HeaderMap) -> Error {
    let location = headers.get(LOCATION).and_then(|location| location.to_str().ok()).unwrap_or_default();
    let (path, query) = location.split_once('?').unwrap_or((location, ""));
    if path.ends_with("/login.html") && query.contains("error=private-link-validation-error") {
        return Error::PrivateLink { operation };
    }
    Error::Redirect { operation, status }
}
