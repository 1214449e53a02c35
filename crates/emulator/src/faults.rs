//! The faults that can be switched on, as Rust values and as the JSON of `/_emulator/faults`.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything that can be made to go wrong. The default is a workspace in good health.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Faults of the HTTP workspace.
    pub http: HttpFaults,
    /// Faults of the PostgreSQL front door.
    pub pg: PgFaults,
    /// Life of database credentials in seconds, whatever the request's `ttl` says; 3600 when absent.
    pub token_lifetime_seconds: Option<u32>,
    /// Life of workspace tokens in seconds; 3600 when absent.
    pub workspace_token_lifetime_seconds: Option<u32>,
    /// How far the workspace's clock is ahead of this machine's: moves `iat`, `exp` and the expiry in answers. The door
    /// goes by the life a credential was given, as the workspace and the door share one clock.
    pub clock_skew_seconds: i64,
    /// `expires_in` of the token endpoint as a string, as Databricks' own fake server answers.
    pub expires_in_as_text: bool,
}

/// One fault for each group of paths.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpFaults {
    /// `POST /oidc/v1/token`.
    pub token: Option<HttpFault>,
    /// `POST /api/2.0/database/credentials` and `POST /api/2.0/postgres/credentials`.
    pub credentials: Option<HttpFault>,
    /// `GET /api/2.0/preview/scim/v2/Me`.
    pub me: Option<HttpFault>,
    /// Every other path of the workspace.
    pub other: Option<HttpFault>,
}

/// What happens to the calls of one group of paths.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpFault {
    /// What the call gets.
    pub action: HttpAction,
    /// The share of calls that it happens to, 0 to 1. Which ones follows from [`Options::seed`](crate::Options::seed).
    #[serde(default = "always")]
    pub probability: f64,
    /// After so many calls it has happened to, the fault is off again.
    #[serde(default)]
    pub times: Option<u32>,
}

fn always() -> f64 {
    1.0
}

impl From<HttpAction> for HttpFault {
    fn from(action: HttpAction) -> Self {
        Self { action, probability: 1.0, times: None }
    }
}

/// What a call gets instead of its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum HttpAction {
    /// An error in the shape Databricks gives it.
    Status {
        /// The HTTP status.
        code: u16,
        /// The `Retry-After` header.
        #[serde(default)]
        retry_after: Option<RetryAfter>,
        /// The body's `error_code` (`error` at the token endpoint); the usual one of the status when absent.
        #[serde(default)]
        error_code: Option<String>,
        /// The body's message; the usual one of the status when absent.
        #[serde(default)]
        message: Option<String>,
    },
    /// No answer, ever: the call is lost, and stays open until its caller goes away, when the fault is long over too. Calls
    /// that come after the fault are answered; [`HttpAction::Delay`] is the one that answers late.
    Hang,
    /// The connection is closed without an answer.
    Disconnect,
    /// The right answer, late.
    Delay {
        /// How late.
        ms: u64,
    },
    /// 200 and bytes that are no JSON.
    Garbage,
    /// 200 and a web page, as a captive portal answers.
    Html,
    /// 200 and no byte.
    Empty,
    /// The right answer without its token (without `userName` at `/Me`).
    NoToken,
    /// The right answer with an expiry that is no date.
    BadDate,
    /// 200 and a JSON string of 10 MB.
    LargeBody,
    /// The right answer with a token that the door (or the workspace) refuses as revoked.
    Dead,
}

/// Both forms of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// `Retry-After: 2`.
    Seconds(u32),
    /// An HTTP date so many seconds from now.
    DateInSeconds(u32),
}

/// Faults of the PostgreSQL front door.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own; any of them may be on together"
)]
pub struct PgFaults {
    /// New connections are not taken.
    pub refuse: Option<Refuse>,
    /// The door is at this address of loopback instead, on the same port, and the workspace says so. Its certificate names
    /// 127.0.0.1 to 127.0.0.9. Sessions stay open.
    pub moved_to: Option<IpAddr>,
    /// New connections are taken and never answered; they go on when the fault is lifted.
    pub black_hole: bool,
    /// The sessions that are open when this is switched on forward nothing either way and send no FIN; new sessions work.
    /// To freeze those too, switch it off and on.
    pub freeze: bool,
    /// `default_transaction_read_only` is on: writes end in 25006. New sessions get it as a startup parameter, open ones by
    /// a `set` that the door slips in between two statements, outside of transactions. `reset all` undoes the latter.
    pub read_only: bool,
    /// Sessions over a limit are refused.
    pub max_connections: Option<MaxConnections>,
    /// What a login meets while a suspended compute wakes up.
    pub wake: Wake,
    /// Without a byte from any client for so long, the compute suspends: sessions are closed, the next login wakes it.
    pub suspend_after_idle_ms: Option<u64>,
    /// Waited before each piece of data is passed on, each way.
    pub latency_ms: u64,
    /// The rate at which each session's data is passed on, each way.
    pub bytes_per_second: Option<u64>,
    /// Refuse logins whose TLS handshake names no host, as Autoscaling does. Clients that connect to an IP address send none.
    pub require_sni: bool,
    /// The wording of refused credentials.
    pub login_errors: LoginErrors,
    /// Refuse every login with this, whatever the credential.
    pub reject_logins: Option<Rejection>,
}

/// How a connection is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refuse {
    /// Nobody listens: connection refused.
    Closed,
    /// Taken and reset at once.
    Reset,
}

/// A limit on open sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaxConnections {
    /// Sessions that may be open at once.
    pub limit: usize,
    /// Who says so.
    #[serde(default)]
    pub error: TooMany,
}

/// The error of one session too many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TooMany {
    /// `FATAL` 53300 `sorry, too many clients already`.
    #[default]
    Postgres,
    /// `ERROR` XX000 `Too many connections to this endpoint. Please try again later.`
    Proxy,
}

/// How a suspended compute wakes up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wake {
    /// From the first login to the moment that logins work.
    pub delay_ms: u64,
    /// What logins meet meanwhile.
    pub symptom: WakeSymptom,
}

/// What a login meets while the compute wakes up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WakeSymptom {
    /// The login takes as long as the compute needs.
    #[default]
    Slow,
    /// `FATAL` 57P03 `the database system is starting up`.
    StartingUp,
    /// `password authentication failed for user '…'`, though the credential is good.
    PasswordFailed,
}

/// The wording of refused credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginErrors {
    /// The proxy's: severity `ERROR`, XX000, a text that names the reason.
    #[default]
    Autoscaling,
    /// PostgreSQL's: `FATAL` 28P01 `password authentication failed for user "…"`, whatever the reason.
    Provisioned,
}

/// An error that every login gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// `ERROR` when absent.
    #[serde(default = "proxy_severity")]
    pub severity: String,
    /// `XX000` when absent.
    #[serde(default = "proxy_code")]
    pub code: String,
    /// The text.
    pub message: String,
}

fn proxy_severity() -> String {
    "ERROR".to_owned()
}

fn proxy_code() -> String {
    "XX000".to_owned()
}

impl Faults {
    /// These faults with `patch` applied: what it names is replaced, `null` goes back to the default, the rest stays.
    /// `http` and `pg` are patched field by field.
    pub(crate) fn patched(&self, patch: Value) -> Result<Self, serde_json::Error> {
        let mut merged = serde_json::to_value(self)?;
        merge(&mut merged, patch, 2);
        serde_json::from_value(merged)
    }
}

fn merge(target: &mut Value, patch: Value, depth: u8) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) if depth > 0 => {
            for (name, value) in patch {
                if value.is_null() {
                    target.remove(&name);
                } else {
                    merge(target.entry(name).or_insert(Value::Null), value, depth - 1);
                }
            }
        }
        (target, patch) => *target = patch,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_replaces_what_it_names_and_keeps_the_rest() {
        let faults = Faults::default().patched(json!({
            "token_lifetime_seconds": 3,
            "http": {"credentials": {"action": {"status": {"code": 429, "retry_after": {"seconds": 2}}}, "times": 2}},
            "pg": {"read_only": true, "max_connections": {"limit": 2}},
        }));
        let faults = faults
            .unwrap()
            .patched(json!({"http": {"credentials": {"action": "hang"}}, "pg": {"read_only": null}}));
        let faults = faults.unwrap();
        assert_eq!(faults.http.credentials, Some(HttpAction::Hang.into()));
        assert_eq!(faults.token_lifetime_seconds, Some(3));
        assert!(!faults.pg.read_only);
        assert_eq!(faults.pg.max_connections.map(|max| max.limit), Some(2));
    }

    #[test]
    fn a_fault_nobody_knows_is_refused() {
        assert!(Faults::default().patched(json!({"pg": {"explode": true}})).is_err());
        assert!(Faults::default().patched(json!({"http": {"token": {"action": "explode"}}})).is_err());
    }
}
