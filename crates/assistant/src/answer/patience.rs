//! What to do when a turn of a serving model fails: wait, say less, or give up.

use std::time::Duration;

use crate::model::ModelError;

/// The longest wait for a model that is asked too often; a person waits no longer for a first word.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// Waits of one answer.
const WAITS_MAX: u32 = 2;

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Ask again after a while.
    Wait(Duration),
    /// Ask again with less.
    Shorten,
    /// Let the built-in engine answer.
    GiveUp,
}

/// What an answer has put up with.
#[derive(Debug, Default)]
pub(super) struct Patience {
    waits: u32,
    is_shortened: bool,
}

impl Patience {
    /// What to do about an error that came before the turn's first word.
    pub fn next(&mut self, error: &ModelError) -> Next {
        match error {
            ModelError::RateLimited { retry_after: Some(wait) }
                if *wait <= WAIT_MAX && self.waits < WAITS_MAX =>
            {
                self.waits += 1;
                Next::Wait(*wait)
            }
            ModelError::ContextTooLong if !self.is_shortened => {
                self.is_shortened = true;
                Next::Shorten
            }
            ModelError::RateLimited { .. }
            | ModelError::ContextTooLong
            | ModelError::Unavailable
            | ModelError::Unreadable
            | ModelError::Filtered
            | ModelError::Denied
            | ModelError::BudgetSpent => Next::GiveUp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_wait_is_waited_twice_and_a_long_one_never() {
        let limited = |secs| ModelError::RateLimited { retry_after: Some(Duration::from_secs(secs)) };
        let mut patience = Patience::default();
        assert_eq!(patience.next(&limited(60)), Next::GiveUp);
        assert_eq!(patience.next(&limited(2)), Next::Wait(Duration::from_secs(2)));
        assert_eq!(patience.next(&limited(0)), Next::Wait(Duration::ZERO));
        assert_eq!(patience.next(&limited(1)), Next::GiveUp);
        assert_eq!(patience.next(&ModelError::RateLimited { retry_after: None }), Next::GiveUp);
    }

    #[test]
    fn a_conversation_is_shortened_once() {
        let mut patience = Patience::default();
        assert_eq!(patience.next(&ModelError::ContextTooLong), Next::Shorten);
        assert_eq!(patience.next(&ModelError::ContextTooLong), Next::GiveUp);
    }
}
