//! The switches as methods.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use serde_json::Value;

use crate::{
    counters::Snapshot,
    faults::Faults,
    shared::{Kill, Shared},
    tokens::Purpose,
    workspace::serving::ServingScript,
};

/// Switches faults and reads counters of a running emulator. Clones switch the same one.
#[derive(Clone)]
pub struct Admin {
    shared: Arc<Shared>,
    next_session: Arc<AtomicU64>,
}

impl Admin {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, next_session: Arc::new(AtomicU64::new(1)) }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn number_session(&self) -> u64 {
        self.next_session.fetch_add(1, Ordering::SeqCst)
    }

    /// The faults that are on.
    pub fn faults(&self) -> Faults {
        self.shared.faults()
    }

    /// Switches to exactly these faults.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.set_faults(faults, self.next_session.load(Ordering::SeqCst));
    }

    /// Changes some of the faults.
    pub fn change_faults(&self, change: impl FnOnce(&mut Faults)) {
        let mut faults = self.faults();
        change(&mut faults);
        self.set_faults(faults);
    }

    /// The counters.
    pub fn state(&self) -> Snapshot {
        self.shared.snapshot()
    }

    /// Takes back every database credential: new logins with one fail, open sessions go on.
    pub fn revoke_credentials(&self) {
        self.shared.revoke(Purpose::Database);
    }

    /// Takes back every workspace token: calls with one get 401.
    pub fn revoke_workspace_tokens(&self) {
        self.shared.revoke(Purpose::Workspace);
    }

    /// Ends every session that is open now, logins under way included.
    pub fn kill_connections(&self, how: Kill) {
        self.shared.kill(how);
    }

    /// Puts the compute to sleep: sessions end with 57P01, the next login wakes it as [`Wake`](crate::Wake) says.
    pub fn suspend(&self) {
        self.shared.suspend();
    }

    /// Makes a serving endpoint, or gives one another script.
    pub fn set_serving(&self, name: &str, script: ServingScript) {
        self.shared.serving().set(name, script);
    }

    /// Takes a serving endpoint away.
    pub fn remove_serving(&self, name: &str) {
        self.shared.serving().remove(name);
    }

    /// What a serving endpoint was asked, oldest first: the last 200 bodies.
    pub fn serving_requests(&self, name: &str) -> Vec<Value> {
        self.shared.serving().requests(name).unwrap_or_default()
    }

    /// A trace of MLflow with what was said of it.
    pub fn trace(&self, id: &str) -> Option<Value> {
        self.shared.trace(id)
    }

    /// No faults, awake, counters at zero (but for what is open), serving endpoints without scripts. Credentials stay good.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Returns once the counters satisfy `condition`. A socket's end reaches the counters a moment after its peer sees it.
    pub async fn wait_for(&self, condition: impl Fn(&Snapshot) -> bool) {
        loop {
            let changed = self.shared.counters_changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if condition(&self.state()) {
                return;
            }
            changed.await;
        }
    }
}
