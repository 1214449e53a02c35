//! What handlers take out of a request. Each names the field it refuses.

use std::str::FromStr;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request, rejection::BytesRejection},
    http::{HeaderMap, HeaderName, StatusCode, request::Parts},
    response::IntoResponse,
};
use serde::de::DeserializeOwned;
use storage::PageRequest;

use super::Problem;

/// Items of a page when the request names no number.
const LIMIT_DEFAULT: u16 = 50;
/// Most items of a page.
const LIMIT_MAX: u16 = 500;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The `{id}` of the path.
pub(super) struct Id<T>(pub(super) T);

impl<T: FromStr + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        let id = text.ok().and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| Problem::malformed("id", "is not a UUID"))
    }
}

/// A JSON body; unknown fields are refused where `T` does.
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = request.headers().get("content-type").is_some_and(|value| {
            let value = value.to_str().unwrap_or_default();
            let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            matches!(essence.as_str(), "application/json" | "application/merge-patch+json")
        });
        if !is_json {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_CONTENT_TYPE",
                "The body must be JSON.",
                "Send it with content-type application/json.",
            ));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(body_unread)?;
        parse_json(&bytes).map(Self)
    }
}

fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // serde would take a list of a struct's fields for the struct.
    if bytes.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
        return Err(Problem::malformed("body", "must be a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut deserializer);
    let value = parsed.map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        if error.is_data() {
            let (field, message) = refused_field(&path, &error.to_string());
            return Problem::invalid(&field, message);
        }
        let at = format!("is not JSON: line {}, column {}", error.line(), error.column());
        Problem::malformed("body", at)
    })?;
    deserializer.end().map_err(|_| Problem::malformed("body", "holds more than one JSON value"))?;
    Ok(value)
}

/// The field of a serde error and what is wrong with it. serde names an unknown or missing field
/// between back quotes.
fn refused_field(path: &str, message: &str) -> (String, String) {
    let quoted = || message.split('`').nth(1).unwrap_or("body").to_owned();
    let within = |name: String| match path {
        "." | "" | "?" => name,
        path if path.ends_with(&name) => path.to_owned(),
        path => format!("{path}.{name}"),
    };
    if message.starts_with("unknown field") {
        return (within(quoted()), "is not a field of this request".to_owned());
    }
    if message.starts_with("missing field") {
        return (within(quoted()), "must be given".to_owned());
    }
    if message.starts_with("duplicate field") {
        return (within(quoted()), "must not be given twice".to_owned());
    }
    let field = if matches!(path, "." | "" | "?") { "body" } else { path };
    let reason = message.split(" at line ").next().unwrap_or("is refused");
    (field.to_owned(), format!("is refused: {reason}"))
}

/// Why a body could not be read whole.
pub(super) fn body_unread(rejection: BytesRejection) -> Problem {
    match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "BODY_TOO_LARGE",
            "The body is too large.",
            "Send less at once; split a statement by year.",
        ),
        _ => Problem::malformed("body", "ended before it was whole"),
    }
}

/// The query of the address.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// Parses a query string, or the part of it that `T` knows.
pub(super) fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let parsed = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs));
    parsed.map_err(|error| {
        let path = error.path().to_string();
        let (field, message) = refused_field(&path, &error.into_inner().to_string());
        Problem::malformed(&field, message)
    })
}

/// `?limit=&cursor=`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PageQuery {
    limit: Option<u16>,
    cursor: Option<String>,
}

impl PageQuery {
    pub(super) const FIELDS: [&str; 2] = ["limit", "cursor"];

    pub(super) fn request(self) -> Result<PageRequest, Problem> {
        let limit = self.limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(Problem::malformed("limit", format!("must be 1 to {LIMIT_MAX}")));
        }
        Ok(PageRequest { limit, cursor: self.cursor.filter(|cursor| !cursor.is_empty()) })
    }
}

/// A query of paging and of something else, each with its own fields.
pub(super) struct PagedQuery<T> {
    pub(super) page: PageRequest,
    pub(super) rest: T,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for PagedQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let (mut page, mut rest) = (Vec::new(), Vec::new());
        for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            let part = if PageQuery::FIELDS.contains(&name.as_ref()) { &mut page } else { &mut rest };
            part.push((name, value));
        }
        let query =
            |pairs: Vec<_>| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Ok(Self {
            page: parse_query::<PageQuery>(&query(page))?.request()?,
            rest: parse_query(&query(rest))?,
        })
    }
}

/// The caller's own id of a request that must not be done twice.
pub(super) struct IdempotencyKey<T>(pub(super) Option<T>);

impl<T: FromStr, S: Sync> FromRequestParts<S> for IdempotencyKey<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let parsed = header_parsed(&parts.headers, &IDEMPOTENCY_KEY, "is not a UUID")?;
        Ok(Self(parsed))
    }
}

/// A header's value as a `T`; none when it is not sent.
pub(super) fn header_parsed<T: FromStr>(
    headers: &HeaderMap,
    name: &HeaderName,
    message: &str,
) -> Result<Option<T>, Problem> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let parsed = value.to_str().ok().and_then(|text| text.trim().parse().ok());
    parsed.map(Some).ok_or_else(|| Problem::malformed(name.as_str(), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the refusals are looked at")]
    struct Body {
        text: String,
    }

    #[test]
    fn every_refusal_of_json_names_its_field() {
        for (json, field) in [
            (r#"{"text":1}"#, "text"),
            (r#"{"text":"a","more":1}"#, "more"),
            ("{}", "text"),
            ("[]", "body"),
            (r#"{"text":"#, "body"),
            (r#"{"text":"a"} {}"#, "body"),
            ("", "body"),
        ] {
            let body = parse_json::<Body>(json.as_bytes()).unwrap_err().json("id");
            let bytes = futures::executor::block_on(axum::body::to_bytes(body.into_body(), 10_000)).unwrap();
            let problem: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(problem["errors"][0]["field"], field, "{json}");
        }
    }
}
