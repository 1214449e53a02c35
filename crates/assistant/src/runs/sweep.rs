//! Looking for runs whose instance has died, so that they are taken on though nobody asks for them, and
//! for chats that have stayed long enough.
//!
//! An instance that nobody has come to for a while stops looking: a database that scales to zero would
//! never sleep. Whoever comes next sets it going again.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use operations::OperationError;
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

use super::{Runs, attend::Next};

/// How often silent runs are looked for. With the lease of an owner and [`LATER_AT_MOST`] it stays below
/// the 15 s within which an answer is gone on with.
const EVERY: Duration = Duration::from_secs(2);
/// How much later that is at random, so that instances do not all look at once.
const LATER_AT_MOST: Duration = Duration::from_secs(2);
/// How long after somebody has come it goes on.
const AWAKE_FOR: Duration = Duration::from_mins(10);
/// Runs that are taken on at once; other instances take others, and the next look takes the rest.
const RUNS_MAX: u16 = 32;

/// When somebody last came.
#[derive(Debug)]
pub(super) struct Wakefulness {
    woken_at: Mutex<Instant>,
    woken: Notify,
}

impl Default for Wakefulness {
    fn default() -> Self {
        Self { woken_at: Mutex::new(Instant::now()), woken: Notify::new() }
    }
}

impl Wakefulness {
    fn is_awake(&self) -> bool {
        self.woken_at.lock().unwrap_or_else(PoisonError::into_inner).elapsed() < AWAKE_FOR
    }

    fn wake(&self) {
        let was_awake = self.is_awake();
        *self.woken_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        if !was_awake {
            self.woken.notify_one();
        }
    }
}

impl Runs {
    /// Somebody has come: silent runs are looked for, for a while.
    pub fn wake(&self) {
        self.shared.wakefulness.wake();
    }

    /// Takes on runs whose instance has died, whosever they are, until [`Runs::shutdown`]. With a store
    /// of its own a process looks once, for what the one before it left. Once a day, chats that have stayed
    /// as long as their people say go.
    pub async fn watch(&self) {
        let shared = &self.shared;
        let mut kept_on = None;
        for round in 0_u64.. {
            let today = shared.operations.clock().today();
            if kept_on != Some(today) {
                match shared.operations.keep_all_retentions().await {
                    Ok(true) => kept_on = Some(today),
                    Ok(false) => {}
                    Err(error) => {
                        tracing::warn!(?error, "chats that have stayed long enough cannot be looked for");
                    }
                }
            }
            if round == 0 || !shared.operations.store_is_own() {
                match self.sweep().await {
                    Ok(0) => {}
                    Ok(count) => tracing::info!(count, "silent runs are looked after"),
                    Err(error) => tracing::warn!(?error, "silent runs cannot be looked for"),
                }
            }
            let awake = async {
                sleep(EVERY + later(shared.operations.instance(), round)).await;
                if !shared.wakefulness.is_awake() && shared.live().is_empty() {
                    shared.wakefulness.woken.notified().await;
                }
            };
            tokio::select! {
                () = shared.closing.cancelled() => return,
                () = awake => {}
            }
        }
    }

    /// Looks after the runs that have been silent for longer than a lease; tells how many.
    async fn sweep(&self) -> Result<usize, OperationError> {
        let shared = &self.shared;
        let lease = if shared.operations.store_is_own() { SignedDuration::ZERO } else { shared.lease() };
        let heard_before = shared.operations.clock().now().saturating_sub(lease).unwrap_or(Timestamp::MIN);
        let silent = shared.operations.list_silent_runs(heard_before, RUNS_MAX).await?;
        let mut count = 0;
        for (user, id) in silent {
            if shared.find_live(&user, id).is_none() {
                shared.attach(user, id, Next::Follow);
                count += 1;
            }
        }
        Ok(count)
    }
}

/// A pause of up to [`LATER_AT_MOST`], told by the instance's name.
fn later(instance: &str, round: u64) -> Duration {
    let mut hasher = DefaultHasher::new();
    (instance, round).hash(&mut hasher);
    Duration::from_millis(hasher.finish() % LATER_AT_MOST.as_millis() as u64)
}
