//! Who calls a tool, with which program, and from where.

use assistant::ToolOutput;
use axum::http::{header, request::Parts};
use domain::ToolWrite;
use operations::Person;
use rmcp::{ErrorData, RoleServer, service::RequestContext};
use serde_json::{Value, json};

use super::super::host::base_address;
use crate::configuration::IdentityPolicy;

/// Characters of a program's name that are kept.
const CLIENT_MAX: usize = 60;
/// The page where the person decides.
const DECIDE_AT: &str = "/assistant";

/// Who calls, with which program, and from where.
pub(super) struct Caller {
    pub person: Person,
    /// What the program calls itself.
    pub client: String,
    /// The address of the pages.
    base: Option<String>,
}

impl Caller {
    pub fn of(context: &RequestContext<RoleServer>, policy: IdentityPolicy) -> Result<Self, ErrorData> {
        let parts = context.extensions.get::<Parts>();
        // A route outside the identity layer is a mistake of ours, never a person's.
        let person = parts.and_then(|parts| parts.extensions.get::<Person>()).cloned();
        let person = person.ok_or_else(|| ErrorData::internal_error("the caller is not known", None))?;
        let base = parts.and_then(|parts| base_address(&parts.headers, &parts.uri, policy));
        // Without sessions, only the newest protocol names the program in every request.
        let named = context.meta.client_info().map(|client| client.title.unwrap_or(client.name));
        let agent = parts.and_then(|parts| parts.headers.get(header::USER_AGENT)?.to_str().ok());
        let client = named.or_else(|| agent.map(str::to_owned)).unwrap_or_default();
        Ok(Self { person, client: name(&client), base })
    }

    /// A tool's output with links that lead somewhere outside the app's own pages too.
    pub fn output(&self, output: &ToolOutput) -> Value {
        let mut json = output.to_json();
        absolute(&mut json, self.base.as_deref().unwrap_or_default());
        json
    }

    /// A change that waits for the person's yes.
    pub fn waiting(&self, write: &ToolWrite) -> Value {
        let base = self.base.as_deref().unwrap_or_default();
        json!({
            "status": "waiting for the person's confirmation",
            "preview": write.preview,
            "tool_write_id": write.id,
            "confirm_at": format!("{base}{DECIDE_AT}"),
        })
    }
}

/// One line of a program's name; one that has none is another program.
fn name(text: &str) -> String {
    let line: String = text.chars().filter(|c| !c.is_control()).take(CLIENT_MAX).collect();
    let line = line.trim();
    if line.is_empty() { "another program".to_owned() } else { line.to_owned() }
}

/// Puts the pages' address before every link to one.
fn absolute(value: &mut Value, base: &str) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(link) if name == "link" && link.starts_with('/') => {
                        link.insert_str(0, base);
                    }
                    _ => absolute(field, base),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                absolute(item, base);
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_pages_and_nothing_else_is_touched() {
        let mut value = json!({ "link": "/money", "hits": [{ "link": "/chats/1", "text": "/money" }] });
        absolute(&mut value, "https://app.example");
        assert_eq!(
            value,
            json!({
                "link": "https://app.example/money",
                "hits": [{ "link": "https://app.example/chats/1", "text": "/money" }],
            })
        );
    }

    #[test]
    fn a_program_s_name_is_one_short_line() {
        assert_eq!(name(" My\u{1b} Agent\n "), "My Agent");
        assert_eq!(name("\n"), "another program");
        assert_eq!(name(&"x".repeat(500)).len(), CLIENT_MAX);
    }
}
