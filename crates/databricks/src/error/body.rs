//! The shapes in which Databricks, and the proxies before it, send errors.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use secrecy::SecretString;
use serde_json::Value;

use super::{ApiError, redact};

/// Longest wait that is believed; anything longer is an hour too.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(1);

/// Reads an error answer, whatever its shape.
pub(crate) fn api_error(
    operation: &'static str,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    secrets: &[&SecretString],
) -> ApiError {
    let text = String::from_utf8_lossy(body);
    let found = from_json(&text)
        .or_else(|| from_code_and_text(&text))
        .or_else(|| from_html(&text, status))
        .unwrap_or_default();
    let message = found.message.as_deref().map(|message| redact::message(message, secrets));
    ApiError {
        operation,
        status: status.as_u16(),
        error_code: found.error_code.map(|code| redact::message(&code, secrets)),
        message: message.filter(|message| !message.is_empty()).unwrap_or_else(|| reason(status).to_owned()),
        request_id: found
            .request_id
            .or_else(|| header(headers, "x-request-id"))
            .or_else(|| header(headers, "x-databricks-request-id"))
            .map(|id| redact::message(&id, secrets)),
        retry_after: retry_after(headers).or(found.retry_delay).map(|wait| wait.min(RETRY_AFTER_MAX)),
    }
}

#[derive(Default)]
struct Found {
    error_code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    retry_delay: Option<Duration>,
}

fn from_json(text: &str) -> Option<Found> {
    let Ok(Value::Object(body)) = serde_json::from_str::<Value>(text) else { return None };
    let string = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut found =
        Found { error_code: string("error_code"), message: string("message"), ..Found::default() };
    // API 1.2 has only `error`; OAuth has `error` as the code, or the same two in Okta's spelling.
    match (string("error"), string("error_description")) {
        (Some(code), Some(description)) => {
            (found.error_code, found.message) = (Some(code), Some(description));
        }
        (Some(message), None) => found.message = Some(message),
        (None, _) => {}
    }
    // Model endpoints have an object there, as OpenAI's API does; its code may be missing or a number.
    if let Some(error) = body.get("error").filter(|error| error.is_object()) {
        let inner = |key: &str| error.get(key).and_then(Value::as_str).map(str::to_owned);
        found.error_code = inner("code").or_else(|| inner("type")).or(found.error_code);
        found.message = inner("message").or(found.message);
    }
    // What an external model's provider said comes whole beside Databricks' own words, which are general.
    let provider = body.get("external_model_message");
    if let Some(said) = provider.map(|said| said.get("error").unwrap_or(said)) {
        let inner = |key: &str| said.get(key).and_then(Value::as_str).map(str::to_owned);
        found.error_code = inner("code").or(found.error_code);
        found.message = inner("message").or(found.message);
    }
    // A guardrail's refusal names itself only here.
    if let Some(reason) = string("finishReason") {
        found.error_code = Some(reason);
    }
    if let Some(code) = string("errorCode") {
        found.error_code = Some(code);
        found.message = string("errorSummary").or(found.message);
    }
    if let Some(detail) = string("detail") {
        let detail = if detail == "null" { "SCIM API Internal Error".to_owned() } else { detail };
        found.message = Some(match string("scimType") {
            Some(scim_type) => format!("{scim_type} {detail}"),
            None => detail,
        });
        let status = body.get("status").map(|status| status.to_string().trim_matches('"').to_owned());
        found.error_code = status.map(|status| format!("SCIM_{status}"));
    }
    for detail in body.get("details").and_then(Value::as_array).into_iter().flatten() {
        let kind = detail.get("@type").and_then(Value::as_str).unwrap_or_default();
        if kind.ends_with("google.rpc.RequestInfo") {
            found.request_id = detail.get("request_id").and_then(Value::as_str).map(str::to_owned);
        } else if kind.ends_with("google.rpc.RetryInfo") {
            found.retry_delay = detail.get("retry_delay").and_then(Value::as_str).and_then(seconds);
        }
    }
    Some(found)
}

/// An error that came as JSON inside a successful answer; `status` is what stands in for the missing one.
pub(crate) fn error_in_success(operation: &'static str, body: &Value, secrets: &[&SecretString]) -> ApiError {
    // A number in `code` is the status that the answer could no longer have.
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let told =
        body.pointer("/error/code").and_then(number).or_else(|| body.get("error_code").and_then(number));
    let status = told.and_then(|code| StatusCode::from_u16(u16::try_from(code).ok()?).ok());
    let status = status.filter(|status| !status.is_success()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    api_error(operation, status, &HeaderMap::new(), body.to_string().as_bytes(), secrets)
}

/// `CODE: text`, and text without a code.
fn from_code_and_text(text: &str) -> Option<Found> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('<') {
        return None;
    }
    let is_code = |code: &str| !code.is_empty() && code.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    Some(match text.split_once(": ").filter(|(code, _)| is_code(code)) {
        Some((code, message)) => {
            Found { error_code: Some(code.to_owned()), message: Some(message.to_owned()), ..Found::default() }
        }
        None => Found { message: Some(text.to_owned()), ..Found::default() },
    })
}

/// A page: its `<pre>`, else its `<title>`; the code is made from the status, as the SDK does.
fn from_html(text: &str, status: StatusCode) -> Option<Found> {
    let message = between(text, "<pre>", "</pre>").or_else(|| between(text, "<title>", "</title>"))?;
    let code = reason(status).to_uppercase().replace(' ', "_");
    Some(Found { error_code: Some(code), message: Some(message.to_owned()), ..Found::default() })
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}

fn reason(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("request failed")
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// `Retry-After` in seconds or as a date; a date is measured against the server's own clock where it shows one.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let date = headers.get(DATE).and_then(|date| date.to_str().ok());
    let now = date.and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

/// A protobuf duration: `3s`, `1.5s`.
fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.strip_suffix('s')?.parse().ok()?).ok()
}
