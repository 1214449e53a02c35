//! The tokens that the proxy forwards for people, for as long as an answer may need them. In memory only.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::UserId;
use secrecy::SecretString;
use tokio::time::Instant;

/// Forwarded tokens live an hour at most; one that has not been seen for so long is dead weight.
const KEPT_FOR: Duration = Duration::from_hours(1);
/// People at once; more push out who was seen longest ago, whose answers then come from the built-in engine.
const PEOPLE_MAX: usize = 10_000;

/// The newest token of each person. Clones share it.
#[derive(Clone, Default)]
pub struct PersonTokens {
    seen: Arc<Mutex<HashMap<UserId, Seen>>>,
}

struct Seen {
    token: SecretString,
    at: Instant,
}

impl PersonTokens {
    /// Keeps the token of a person's request.
    pub fn keep(&self, user: &UserId, token: &str) {
        let now = Instant::now();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= PEOPLE_MAX && !seen.contains_key(user) {
            seen.retain(|_, it| now.duration_since(it.at) < KEPT_FOR);
            if seen.len() >= PEOPLE_MAX
                && let Some(oldest) = seen.iter().min_by_key(|(_, it)| it.at).map(|(user, _)| user.clone())
            {
                seen.remove(&oldest);
            }
        }
        seen.insert(user.clone(), Seen { token: token.into(), at: now });
    }

    /// The person's token, if one came within the hour.
    pub fn find(&self, user: &UserId) -> Option<SecretString> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let it = seen.get(user)?;
        if it.at.elapsed() >= KEPT_FOR {
            seen.remove(user);
            return None;
        }
        Some(it.token.clone())
    }
}

impl fmt::Debug for PersonTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonTokens").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn user(name: &str) -> UserId {
        UserId::try_from(name.to_owned()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_its_owners_alone_the_newest_and_an_hour_old_at_most() {
        let tokens = PersonTokens::default();
        tokens.keep(&user("ann"), "old-token");
        tokens.keep(&user("ann"), "new-token");
        assert_eq!(tokens.find(&user("ann")).unwrap().expose_secret(), "new-token");
        assert!(tokens.find(&user("bob")).is_none());
        assert!(!format!("{tokens:?}").contains("new-token"));
        tokio::time::advance(KEPT_FOR).await;
        assert!(tokens.find(&user("ann")).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn the_memory_is_bounded() {
        let tokens = PersonTokens::default();
        for number in 0..=PEOPLE_MAX {
            tokens.keep(&user(&format!("person-{number}")), "token");
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert!(tokens.find(&user("person-0")).is_none());
        assert!(tokens.find(&user("person-1")).is_some());
        assert_eq!(tokens.seen.lock().unwrap().len(), PEOPLE_MAX);
    }
}
