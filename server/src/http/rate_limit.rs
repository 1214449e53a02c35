//! How often one person may ask for what costs much.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::UserId;
use jiff::Timestamp;

/// More people than this within a minute and those who may ask again are forgotten at once.
const PEOPLE_KEPT: usize = 10_000;
const MINUTE_NS: i128 = 60_000_000_000;

/// So many a minute and person, all at once or spread out (the generic cell rate algorithm: one
/// timestamp a person).
#[derive(Debug)]
pub(super) struct RateLimit {
    interval_ns: i128,
    /// When each person's allowance is whole again.
    whole_at: Mutex<HashMap<UserId, i128>>,
}

impl RateLimit {
    pub(super) fn per_minute(count: u32) -> Self {
        Self { interval_ns: MINUTE_NS / i128::from(count.max(1)), whole_at: Mutex::default() }
    }

    /// Takes one; else tells after how many seconds there is one.
    pub(super) fn take(&self, user: &UserId, now: Timestamp) -> Result<(), u32> {
        let now = now.as_nanosecond();
        let mut people = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= PEOPLE_KEPT {
            people.retain(|_, whole_at| *whole_at > now);
        }
        let whole_at = people.get(user).copied().unwrap_or(now).max(now) + self.interval_ns;
        let wait_ns = whole_at - now - MINUTE_NS;
        if wait_ns > 0 {
            let seconds = (wait_ns + 999_999_999) / 1_000_000_000;
            return Err(u32::try_from(seconds).unwrap_or(60));
        }
        people.insert(user.clone(), whole_at);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn the_allowance_of_a_minute_can_be_used_at_once_and_comes_back_evenly() {
        let limit = RateLimit::per_minute(6);
        let (ada, bob) = (UserId::local(), UserId::try_from("bob".to_owned()).unwrap());
        let now = Timestamp::UNIX_EPOCH;
        assert!((0..6).all(|_| limit.take(&ada, now).is_ok()));
        assert_eq!(limit.take(&ada, now), Err(10));
        assert_eq!(limit.take(&bob, now), Ok(()));
        let later = now + SignedDuration::from_secs(10);
        assert_eq!(limit.take(&ada, later), Ok(()));
        assert_eq!(limit.take(&ada, later), Err(10));
    }
}
