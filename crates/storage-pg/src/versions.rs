//! One look at a user's version for everybody who waits for it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::UserId;
use tokio::{sync, task::yield_now};

use crate::PgError;

/// Slots kept for users whom nobody waits for.
const IDLE_SLOTS_MAX: usize = 1024;

/// Shares looks at a user's version: who asks while one is under way waits for the next one, which
/// then answers all who have asked by the time it starts. A look never answers somebody who asked
/// after it had started: it may have missed a change that they know of.
#[derive(Debug, Default)]
pub(crate) struct Versions(Mutex<HashMap<UserId, Arc<Slot>>>);

#[derive(Debug, Default)]
struct Slot {
    /// How many looks have been started.
    started: AtomicU64,
    last: sync::Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    number: u64,
    version: Option<i64>,
}

impl Versions {
    /// The user's version, no older than this call: from `look`, or from the look of another that
    /// started after this call did.
    pub(crate) async fn current(
        &self,
        user: &UserId,
        look: impl Future<Output = Result<i64, PgError>>,
    ) -> Result<i64, PgError> {
        let slot = self.slot(user);
        let started = slot.started.load(Ordering::SeqCst);
        let mut last = slot.last.lock().await;
        // One that was given up (its request was cancelled) or failed tells nothing: this one looks itself.
        if last.number > started
            && let Some(version) = last.version
        {
            return Ok(version);
        }
        // The other reads of the same page ask before this one goes on.
        yield_now().await;
        *last = Last { number: slot.started.fetch_add(1, Ordering::SeqCst) + 1, version: None };
        let version = look.await?;
        last.version = Some(version);
        Ok(version)
    }

    fn slot(&self, user: &UserId) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() > IDLE_SLOTS_MAX {
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        Arc::clone(slots.entry(user.clone()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{
        join,
        time::{sleep, timeout},
    };

    use super::*;

    fn ada() -> UserId {
        UserId::try_from("ada".to_owned()).expect("a name")
    }

    /// A look that takes a second and counts how many there were.
    async fn look(looks: &AtomicU64) -> Result<i64, PgError> {
        let number = looks.fetch_add(1, Ordering::SeqCst) + 1;
        sleep(Duration::from_secs(1)).await;
        Ok(number.cast_signed())
    }

    #[tokio::test(start_paused = true)]
    async fn reads_that_start_together_share_one_look() {
        let (versions, looks, ada) = (Versions::default(), AtomicU64::new(0), ada());
        let current = || versions.current(&ada, look(&looks));
        let (first, second, third) = join!(current(), current(), current());
        assert_eq!([first.unwrap(), second.unwrap(), third.unwrap()], [1, 1, 1]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_while_a_look_is_under_way_gets_the_next_one() {
        let (versions, looks, ada) = (Versions::default(), AtomicU64::new(0), ada());
        let late = |after: u64| {
            let (versions, looks, ada) = (&versions, &looks, &ada);
            async move {
                sleep(Duration::from_millis(after)).await;
                versions.current(ada, look(looks)).await.unwrap()
            }
        };
        let (first, second, third) = join!(late(0), late(100), late(200));
        assert_eq!([first, second, third], [1, 2, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_a_look_that_failed_or_was_given_up_looks_themselves() {
        let (versions, looks, ada) = (Versions::default(), AtomicU64::new(0), ada());
        let failing = versions.current(&ada, async { Err(PgError::TimedOut { waited: Duration::ZERO }) });
        let (first, second) = join!(failing, versions.current(&ada, look(&looks)));
        assert!(first.is_err());
        assert_eq!(second.unwrap(), 1);

        let given_up = timeout(Duration::from_millis(100), versions.current(&ada, look(&looks)));
        let (first, second) = join!(given_up, versions.current(&ada, look(&looks)));
        assert!(first.is_err());
        assert!(second.is_ok());
    }
}
