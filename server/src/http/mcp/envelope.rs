//! JSON-RPC's envelope: what is no message of the protocol gets the error that the protocol has for it.

use axum::{
    Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

/// A message that is refused before it is looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    code: i32,
    id: Value,
    message: &'static str,
}

impl Refusal {
    const fn parse(message: &'static str) -> Self {
        Self { code: -32_700, id: Value::Null, message }
    }

    const fn request(id: Value, message: &'static str) -> Self {
        Self { code: -32_600, id, message }
    }

    /// The parameters are not those of the method.
    pub(super) const fn params(id: Value, message: &'static str) -> Self {
        Self { code: -32_602, id, message }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let error = json!({ "code": self.code, "message": self.message });
        let body = json!({ "jsonrpc": "2.0", "id": self.id, "error": error });
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    }
}

/// The body is said to be JSON.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// Looks at a message's envelope; gives its id, null where it has none.
pub(super) fn check(bytes: &[u8]) -> Result<Value, Refusal> {
    let message: Value =
        serde_json::from_slice(bytes).map_err(|_| Refusal::parse("the body is not one JSON value"))?;
    let Value::Object(message) = message else {
        return Err(Refusal::request(Value::Null, "the body must be one JSON-RPC message, not a batch"));
    };
    let id = match message.get("id") {
        None => Value::Null,
        Some(id) if id.is_string() || id.is_i64() || id.is_u64() => id.clone(),
        Some(_) => return Err(Refusal::request(Value::Null, "id must be a string or a whole number")),
    };
    if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(Refusal::request(id, "jsonrpc must be \"2.0\""));
    }
    let Some(method) = message.get("method") else {
        if message.contains_key("result") || message.contains_key("error") {
            return Ok(id);
        }
        return Err(Refusal::request(id, "method is missing"));
    };
    let Some(method) = method.as_str() else {
        return Err(Refusal::request(id, "method must be a string"));
    };
    let empty = Map::new();
    let params = match message.get("params") {
        None => &empty,
        Some(Value::Object(params)) => params,
        Some(_) => return Err(Refusal::params(id, "params must be an object")),
    };
    match misfit(method, params) {
        Some(message) => Err(Refusal::params(id, message)),
        None => Ok(id),
    }
}

/// What is wrong with the parameters of the methods that cannot do without.
fn misfit(method: &str, params: &Map<String, Value>) -> Option<&'static str> {
    let is_text = |name: &str| params.get(name).is_some_and(Value::is_string);
    match method {
        "tools/call" if !is_text("name") => Some("name must be the name of a tool"),
        "tools/call" if params.get("arguments").is_some_and(|value| !value.is_object()) => {
            Some("arguments must be an object")
        }
        "initialize" if !is_text("protocolVersion") => Some("protocolVersion must be a string"),
        "initialize" if !params.get("capabilities").is_some_and(Value::is_object) => {
            Some("capabilities must be an object")
        }
        "initialize" => {
            let client = |name: &str| params.get("clientInfo").is_some_and(|info| info[name].is_string());
            (!client("name") || !client("version")).then_some("clientInfo must have name and version")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(message: &str) -> (i32, Value) {
        let refusal = check(message.as_bytes()).unwrap_err();
        (refusal.code, refusal.id)
    }

    #[test]
    fn what_is_no_message_gets_the_protocol_s_own_error() {
        for (message, code, id) in [
            ("", -32_700, Value::Null),
            ("{", -32_700, Value::Null),
            (r#"{"jsonrpc":"2.0"} {}"#, -32_700, Value::Null),
            ("[]", -32_600, Value::Null),
            ("1", -32_600, Value::Null),
            (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32_600, Value::Null),
            (r#"{"id":1,"method":"ping"}"#, -32_600, json!(1)),
            (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32_600, json!(1)),
            (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32_600, Value::Null),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32_600, Value::Null),
            (r#"{"jsonrpc":"2.0","id":"a"}"#, -32_600, json!("a")),
            (r#"{"jsonrpc":"2.0","id":"a","method":7}"#, -32_600, json!("a")),
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32_602, json!(1)),
            (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#, -32_602, json!(1)),
            (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":1}}"#, -32_602, json!(1)),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":[]}}"#,
                -32_602,
                json!(1),
            ),
            (r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#, -32_602, json!(1)),
        ] {
            assert_eq!(refused(message), (code, id), "{message}");
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(refused(&deep).0, -32_700);
    }

    #[test]
    fn a_message_passes_with_its_id() {
        for (message, id) in [
            (r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#, json!(7)),
            (r#"{"jsonrpc":"2.0","id":"x","method":"no/such"}"#, json!("x")),
            (r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, Value::Null),
            (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, json!(1)),
        ] {
            assert_eq!(check(message.as_bytes()), Ok(id), "{message}");
        }
    }
}
