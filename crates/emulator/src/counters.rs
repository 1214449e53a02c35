//! What has happened so far, as counts. Nothing in here is secret.

use std::collections::BTreeMap;

use serde::Serialize;

/// Paths beyond this many are counted together, so that a fuzzer cannot fill the memory.
const MAX_PATHS: usize = 500;

/// A copy of the counters, as `/_emulator/state` gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Credentials handed out.
    pub mints: Mints,
    /// Calls of the two credential endpoints, whatever became of them.
    pub mint_calls: u64,
    /// Calls of the token endpoint, whatever became of them.
    pub token_calls: u64,
    /// Sessions that reached PostgreSQL.
    pub logins_ok: u64,
    /// Logins that ended in an error of the door or of PostgreSQL.
    pub logins_refused: u64,
    /// The same by reason: `expired`, `revoked`, `not_a_jwt`, `signature`, `audience`, `wrong_user`, `insecure`, `no_sni`,
    /// `too_many_connections`, `waking`, `rejected`, `backend`.
    pub logins_refused_by: BTreeMap<&'static str, u64>,
    /// Sockets the door has taken and not closed, logged in or not.
    pub open_sockets: usize,
    /// The most sockets at once.
    pub max_open_sockets: usize,
    /// Sessions that are logged in now.
    pub open_connections: usize,
    /// The most sessions at once.
    pub max_open_connections: usize,
    /// Queries and executions that clients have sent.
    pub statements: u64,
    /// Cancel requests passed on.
    pub cancel_requests: u64,
    /// Whether the compute sleeps.
    pub suspended: bool,
    /// Requests by `METHOD /path`, without the query.
    pub requests: BTreeMap<String, u64>,
}

/// Credentials handed out, by product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Mints {
    /// By `/api/2.0/database/credentials`.
    pub provisioned: u64,
    /// By `/api/2.0/postgres/credentials`.
    pub autoscaling: u64,
}

impl Snapshot {
    pub(crate) fn count_request(&mut self, method: &str, path: &str) {
        let mut name = format!("{method} {path}");
        if self.requests.len() >= MAX_PATHS && !self.requests.contains_key(&name) {
            "other".clone_into(&mut name);
        }
        *self.requests.entry(name).or_default() += 1;
    }

    pub(crate) fn open_socket(&mut self) {
        self.open_sockets += 1;
        self.max_open_sockets = self.max_open_sockets.max(self.open_sockets);
    }

    pub(crate) fn open_connection(&mut self) {
        self.open_connections += 1;
        self.max_open_connections = self.max_open_connections.max(self.open_connections);
    }

    pub(crate) fn refuse_login(&mut self, reason: &'static str) {
        self.logins_refused += 1;
        *self.logins_refused_by.entry(reason).or_default() += 1;
    }

    /// Back to zero, but for what is open now.
    pub(crate) fn reset(&mut self) {
        *self = Self {
            open_sockets: self.open_sockets,
            max_open_sockets: self.open_sockets,
            open_connections: self.open_connections,
            max_open_connections: self.open_connections,
            suspended: self.suspended,
            ..Self::default()
        };
    }
}
