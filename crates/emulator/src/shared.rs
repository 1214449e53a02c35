//! What the workspace, the door and the admin surface share.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ring::digest;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use crate::{
    clock,
    counters::Snapshot,
    faults::{Faults, HttpAction, HttpFault, HttpFaults},
    inventory::Inventory,
    tokens::{Minted, Order, Purpose, TokenError, Tokens},
    workspace::serving::Endpoints,
};

const DEFAULT_LIFETIME_SECONDS: u32 = 3600;

/// How open sessions end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kill {
    /// The socket is closed (FIN) without a word.
    #[default]
    Close,
    /// The socket is reset (RST).
    Reset,
    /// `FATAL` 57P01 `terminating connection due to administrator command`, then closed.
    AdminShutdown,
}

/// The faults as the door's sessions see them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    pub(crate) faults: Faults,
    /// Sessions with a lower number are frozen.
    pub(crate) frozen_below: u64,
}

/// A group of paths that share a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Token,
    Credentials,
    Me,
    Other,
}

impl Target {
    fn fault(self, faults: &mut HttpFaults) -> &mut Option<HttpFault> {
        match self {
            Self::Token => &mut faults.token,
            Self::Credentials => &mut faults.credentials,
            Self::Me => &mut faults.me,
            Self::Other => &mut faults.other,
        }
    }
}

/// The compute behind the endpoint.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Compute {
    Active,
    Suspended,
    Waking { until: Instant },
}

pub(crate) struct Shared {
    pub(crate) inventory: Inventory,
    pub(crate) client_secret: SecretString,
    pub(crate) live: watch::Sender<Live>,
    pub(crate) kills: watch::Sender<Kill>,
    /// Something was counted.
    pub(crate) counters_changed: Notify,
    tokens: Tokens,
    counters: Mutex<Snapshot>,
    compute: Mutex<Compute>,
    last_activity: Mutex<Instant>,
    draws: Mutex<Draws>,
    serving: Mutex<Endpoints>,
    /// By trace and by their own id.
    assessments: Mutex<BTreeMap<(String, String), Value>>,
    /// By their id.
    traces: Mutex<BTreeMap<String, Value>>,
}

struct Draws {
    seed: u64,
    count: u64,
}

impl Shared {
    pub(crate) fn new(inventory: Inventory, client_secret: Option<SecretString>, seed: u64) -> Self {
        let tokens = Tokens::new();
        let client_secret =
            client_secret.unwrap_or_else(|| SecretString::from(format!("dose{}", tokens.random_hex(16))));
        Self {
            inventory,
            client_secret,
            live: watch::Sender::default(),
            kills: watch::Sender::default(),
            counters_changed: Notify::new(),
            tokens,
            counters: Mutex::default(),
            compute: Mutex::new(Compute::Active),
            last_activity: Mutex::new(Instant::now()),
            draws: Mutex::new(Draws { seed, count: 0 }),
            serving: Mutex::default(),
            assessments: Mutex::default(),
            traces: Mutex::default(),
        }
    }

    pub(crate) fn counters(&self) -> MutexGuard<'_, Snapshot> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn serving(&self) -> MutexGuard<'_, Endpoints> {
        self.serving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn assessments(&self) -> MutexGuard<'_, BTreeMap<(String, String), Value>> {
        self.assessments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn traces(&self) -> MutexGuard<'_, BTreeMap<String, Value>> {
        self.traces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A trace with its assessments.
    pub(crate) fn trace(&self, id: &str) -> Option<Value> {
        let mut info = self.traces().get(id).cloned()?;
        let assessments = self.assessments();
        let of_trace = assessments.iter().filter(|((trace, _), _)| trace == id).map(|(_, kept)| kept.clone());
        info["assessments"] = of_trace.collect();
        Some(info)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let suspended = matches!(*self.compute(), Compute::Suspended);
        Snapshot { suspended, ..self.counters().clone() }
    }

    pub(crate) fn faults(&self) -> Faults {
        self.live.borrow().faults.clone()
    }

    /// Where the door is now.
    pub(crate) fn pg_host(&self) -> IpAddr {
        let moved_to = self.live.borrow().faults.pg.moved_to;
        moved_to.filter(IpAddr::is_loopback).unwrap_or(self.inventory.pg_host)
    }

    /// Switches faults; `next_session` is the number that the next session gets.
    pub(crate) fn set_faults(&self, faults: Faults, next_session: u64) {
        self.live.send_modify(|live| {
            live.frozen_below = match (live.faults.pg.freeze, faults.pg.freeze) {
                (false, true) => next_session,
                (true, true) => live.frozen_below,
                (_, false) => 0,
            };
            live.faults = faults;
        });
    }

    /// What happens to one call, with its count and its chance taken into account.
    pub(crate) fn draw_http_fault(&self, target: Target) -> Option<HttpAction> {
        let mut current = self.live.borrow().faults.http.clone();
        let fault = target.fault(&mut current).take()?;
        if !self.draw(fault.probability) {
            return None;
        }
        if fault.times.is_some() {
            let mut taken = false;
            self.live.send_if_modified(|live| {
                let slot = target.fault(&mut live.faults.http);
                let Some(HttpFault { times: Some(times), .. }) = slot else { return false };
                taken = *times > 0;
                *times = times.saturating_sub(1);
                if *times == 0 {
                    *slot = None;
                }
                true
            });
            return taken.then_some(fault.action);
        }
        Some(fault.action)
    }

    fn draw(&self, probability: f64) -> bool {
        if probability >= 1.0 {
            return true;
        }
        let mut draws = self.draws.lock().unwrap_or_else(PoisonError::into_inner);
        draws.count += 1;
        let mut input = [0; 16];
        input[..8].copy_from_slice(&draws.seed.to_be_bytes());
        input[8..].copy_from_slice(&draws.count.to_be_bytes());
        let digest = digest::digest(&digest::SHA256, &input);
        let drawn = digest.as_ref().iter().take(4).fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
        f64::from(drawn) < probability * (f64::from(u32::MAX) + 1.0)
    }

    /// A credential for the door. `asked_seconds` is the request's `ttl`.
    pub(crate) fn mint_credential(&self, subject: &str, asked_seconds: Option<u32>, dead: bool) -> Minted {
        let faults = self.faults();
        let lifetime_seconds =
            faults.token_lifetime_seconds.or(asked_seconds).unwrap_or(DEFAULT_LIFETIME_SECONDS);
        self.mint(Purpose::Database, subject, &self.inventory.workspace_id, lifetime_seconds, dead)
    }

    /// A workspace token and its life in seconds.
    pub(crate) fn mint_workspace_token(&self, subject: &str, dead: bool) -> (Minted, u32) {
        let lifetime_seconds =
            self.faults().workspace_token_lifetime_seconds.unwrap_or(DEFAULT_LIFETIME_SECONDS);
        (
            self.mint(Purpose::Workspace, subject, &self.inventory.host, lifetime_seconds, dead),
            lifetime_seconds,
        )
    }

    fn mint(
        &self,
        purpose: Purpose,
        subject: &str,
        audience: &str,
        lifetime_seconds: u32,
        dead: bool,
    ) -> Minted {
        let clock_skew_seconds = self.faults().clock_skew_seconds;
        let order = Order { subject, audience, purpose, lifetime_seconds, clock_skew_seconds, dead };
        self.tokens.mint(&order, clock::now())
    }

    pub(crate) fn check_token(&self, token: &str, purpose: Purpose) -> Result<String, TokenError> {
        self.tokens.check(token, purpose, clock::now())
    }

    pub(crate) fn is_client_secret(&self, text: &str) -> bool {
        self.client_secret.expose_secret() == text
    }

    pub(crate) fn revoke(&self, purpose: Purpose) {
        self.tokens.revoke(purpose);
    }

    pub(crate) fn request_id(&self) -> String {
        self.tokens.random_hex(16)
    }

    pub(crate) fn kill(&self, how: Kill) {
        self.kills.send_replace(how);
    }

    pub(crate) fn compute(&self) -> MutexGuard<'_, Compute> {
        self.compute.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the compute to sleep: its sessions end as at a shutdown.
    pub(crate) fn suspend(&self) {
        *self.compute() = Compute::Suspended;
        self.kill(Kill::AdminShutdown);
    }

    pub(crate) fn note_activity(&self) {
        *self.last_activity.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Suspends whenever no client has sent anything for as long as the faults say. Runs until dropped.
    pub(crate) async fn suspend_when_idle(&self) {
        let mut live = self.live.subscribe();
        loop {
            let woken = self.counters_changed.notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            let idle = live.borrow_and_update().faults.pg.suspend_after_idle_ms.map(Duration::from_millis);
            let active = matches!(*self.compute(), Compute::Active);
            let Some(idle) = idle.filter(|_| active) else {
                // A wake-up comes with a login, which is counted.
                tokio::select! {
                    _ = live.changed() => {}
                    () = woken => {}
                }
                continue;
            };
            let due = *self.last_activity.lock().unwrap_or_else(PoisonError::into_inner) + idle;
            if due <= Instant::now() {
                self.suspend();
                continue;
            }
            tokio::select! {
                _ = live.changed() => {}
                () = tokio::time::sleep_until(due) => {}
            }
        }
    }

    /// Healthy, awake, counters at zero, endpoints without scripts. Tokens stay good.
    pub(crate) fn reset(&self) {
        self.set_faults(Faults::default(), 0);
        *self.compute() = Compute::Active;
        self.counters().reset();
        *self.serving() = Endpoints::default();
        self.assessments().clear();
        self.traces().clear();
    }
}
