//! A Databricks workspace and its Lakebase on loopback, for development and tests.
//!
//! It is an HTTP workspace (log-in, credentials of both PostgreSQL products, instances, projects, apps, the current user)
//! and a PostgreSQL front door with TLS that takes a signed credential as the password and then passes bytes on to a real
//! PostgreSQL. It is not for production, and it depends on no crate of this workspace: it judges them. Anything may have it
//! as a dev-dependency.
//!
//! # In a test
//! ```no_run
//! # async fn example(postgres_url: secrecy::SecretString, dir: std::path::PathBuf) -> anyhow::Result<()> {
//! use emulator::{Emulator, HttpAction, HttpFault, Kill, Options};
//!
//! let emulator = Emulator::start(Options::new(postgres_url, dir)).await?;
//! // DATABRICKS_HOST, PGHOST and the rest, for the configuration under test.
//! let environment = emulator.environment();
//! let admin = emulator.admin();
//! admin.change_faults(|faults| {
//!     faults.token_lifetime_seconds = Some(3);
//!     faults.http.credentials = Some(HttpFault { probability: 0.3, ..HttpAction::Hang.into() });
//! });
//! admin.revoke_credentials();
//! admin.kill_connections(Kill::Reset);
//! admin.wait_for(|state| state.mints.autoscaling == 2).await;
//! assert_eq!(admin.state().logins_refused, 1);
//! # Ok(())
//! # }
//! ```
//! Emulators share a cluster well; [`Options::database`] keeps their data apart. [`Options::workspace_only`] needs none: the
//! workspace with its models, and no front door. `freeze` and `read_only` touch no other
//! emulator's sessions.
//!
//! # Known objects
//! Service principal [`CLIENT_ID`]; person [`USER_NAME`] with the personal access token [`PERSONAL_ACCESS_TOKEN`];
//! Provisioned instance [`INSTANCE_NAME`]; Autoscaling endpoint [`ENDPOINT_NAME`]; database [`DATABASE_NAME`]; serving
//! endpoints [`SERVING_ENDPOINT_NAME`], `lakeledger-agent`, `lakeledger-chat-agent` and `lakeledger-embeddings`; apps
//! `lakeledger` and `lakeledger-provisioned`.
//!
//! # What differs from the real thing
//! Sessions run as one role of the real server, whoever logs in, so `current_user` is that role. Credentials are signed with
//! a key of this start. Nobody knows the real proxy's words for a revoked credential; here they are those of a wrong
//! password. There is no leeway at expiry.
//!
//! # The admin surface
//! Rust tests use [`Admin`]; over HTTP, on the workspace's port and without a token:
//!
//! | Request | Body | Effect |
//! |---|---|---|
//! | `GET /_emulator/state` | | the counters, [`Snapshot`] |
//! | `GET /_emulator/faults` | | the faults that are on, [`Faults`] |
//! | `POST /_emulator/faults` | any part of [`Faults`] | what is named is replaced, `null` is the default again, the rest stays |
//! | `DELETE /_emulator/faults` | | all off |
//! | `POST /_emulator/revoke` | `{"workspace_tokens": false}` or nothing | takes back all credentials (and workspace tokens) |
//! | `POST /_emulator/kill-connections` | `{"how": "close"\|"reset"\|"admin_shutdown"}` or nothing | ends all sessions |
//! | `POST /_emulator/suspend` | | puts the compute to sleep |
//! | `PUT /_emulator/serving/{name}` | [`ServingScript`] | makes a serving endpoint, or gives one another script |
//! | `DELETE /_emulator/serving/{name}` | | takes it away |
//! | `GET /_emulator/serving/{name}/requests` | | what it was asked, oldest first |
//! | `POST /_emulator/reset` | | faults off, awake, counters at zero, the endpoints of the start |
//!
//! The faults with their defaults; `http.me` and `http.other` are as `http.token`:
//!
//! ```json
//! {
//!   "http": {"token": null, "credentials": null, "me": null, "other": null},
//!   "token_lifetime_seconds": null,
//!   "workspace_token_lifetime_seconds": null,
//!   "clock_skew_seconds": 0,
//!   "expires_in_as_text": false,
//!   "pg": {
//!     "refuse": null,
//!     "moved_to": null,
//!     "black_hole": false,
//!     "freeze": false,
//!     "read_only": false,
//!     "max_connections": null,
//!     "wake": {"delay_ms": 0, "symptom": "slow"},
//!     "suspend_after_idle_ms": null,
//!     "latency_ms": 0,
//!     "bytes_per_second": null,
//!     "require_sni": false,
//!     "login_errors": "autoscaling",
//!     "reject_logins": null
//!   }
//! }
//! ```
//!
//! A fault of HTTP calls is `{"action": ACTION, "probability": 0.3, "times": 2}`, the last two optional. ACTION is one of
//! `{"status": {"code": 429, "retry_after": {"seconds": 2} | {"date_in_seconds": 2}, "error_code": "…", "message": "…"}}`
//! (all but `code` optional), `{"delay": {"ms": 10000}}`, `"hang"`, `"disconnect"`, `"garbage"`, `"html"`, `"empty"`, `"no_token"`,
//! `"bad_date"`, `"large_body"`, `"dead"`. A call that `"hang"` has caught is never answered, after the fault neither; one that
//! `"delay"` has caught keeps its delay. `refuse` is `"closed"` or `"reset"`; `moved_to` is an address of
//! loopback; `max_connections` is
//! `{"limit": 2, "error": "postgres" | "proxy"}`; `symptom` is `"slow"`, `"starting_up"` or `"password_failed"`;
//! `login_errors` is `"autoscaling"` or `"provisioned"`; `reject_logins` is `{"severity": "ERROR", "code": "XX000",
//! "message": "…"}`. [`Faults`] and its parts say what each does.

mod admin;
mod clock;
mod counters;
mod door;
mod emulator;
mod faults;
mod inventory;
mod options;
mod shared;
mod tls;
mod tokens;
mod workspace;

pub use admin::Admin;
pub use counters::{Mints, Snapshot};
pub use emulator::Emulator;
pub use faults::{
    Faults, HttpAction, HttpFault, HttpFaults, LoginErrors, MaxConnections, PgFaults, Refuse, Rejection,
    RetryAfter, TooMany, Wake, WakeSymptom,
};
pub use inventory::{
    CLIENT_ID, DATABASE_NAME, ENDPOINT_NAME, INSTANCE_NAME, PERSONAL_ACCESS_TOKEN, SERVING_ENDPOINT_NAME,
    USER_NAME, WORKSPACE_ID,
};
pub use options::{Options, Products};
pub use shared::Kill;
pub use workspace::serving::{Saying, ServingFault, ServingScript, ServingTurn, Streaming};
