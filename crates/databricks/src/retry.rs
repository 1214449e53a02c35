//! When a failed call is made again: the SDK's rules, bounded by time.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, RetryWait};

/// How often and how long a call is made again.
///
/// As in the SDK: 429 and 503 wait as long as `Retry-After` says (one second when it says nothing), broken connections,
/// timeouts and a few known texts wait longer from attempt to attempt, and everything else, a 500 too, is final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// All attempts and waits together; 300 s. A wait that would not end by then is not begun.
    pub deadline: Duration,
    /// The largest number of attempts; none means that only the deadline counts. 1 never repeats.
    pub attempts_max: Option<u32>,
    /// The wait after a 429 or 503 without a readable `Retry-After`; 1 s.
    pub throttled_wait: Duration,
    /// The wait after the first broken connection, growing by as much from attempt to attempt; 1 s.
    pub backoff_step: Duration,
    /// The longest wait after a broken connection; 10 s.
    pub backoff_max: Duration,
    /// Each wait is longer by a random part of this; 1 s. Without it, clients that failed together return together.
    pub jitter: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            deadline: Duration::from_mins(5),
            attempts_max: None,
            throttled_wait: Duration::from_secs(1),
            backoff_step: Duration::from_secs(1),
            backoff_max: Duration::from_secs(10),
            jitter: Duration::from_secs(1),
        }
    }
}

impl RetryPolicy {
    /// One attempt: for callers that have a rhythm of their own.
    pub fn none() -> Self {
        Self { attempts_max: Some(1), ..Self::default() }
    }

    fn wait(&self, wait: RetryWait, attempt: u32, random: f64) -> Duration {
        let wait = match wait {
            RetryWait::Throttled(retry_after) => retry_after.unwrap_or(self.throttled_wait),
            RetryWait::Backoff => self.backoff_step.saturating_mul(attempt).min(self.backoff_max),
        };
        wait + self.jitter.mul_f64(random)
    }

    /// Runs `attempt` until it succeeds, fails for good, or the time is up; the last failure is returned.
    pub(crate) async fn run<T, F>(
        &self,
        random: impl Fn() -> f64,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let deadline = Instant::now() + self.deadline;
        let mut attempts = 1;
        loop {
            let error = match attempt().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(wait) = error.retry_wait() else { return Err(error) };
            let wait = self.wait(wait, attempts, random());
            if self.attempts_max.is_some_and(|max| attempts >= max) || Instant::now() + wait >= deadline {
                return Err(error);
            }
            tracing::debug!(attempts, wait_ms = wait.as_millis() as u64, %error, "trying again");
            tokio::time::sleep(wait).await;
            attempts += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::error::ApiError;

    fn api(status: u16, message: &str, retry_after: Option<u64>) -> Error {
        Error::Api(Box::new(ApiError {
            operation: "test",
            status,
            error_code: None,
            message: message.into(),
            request_id: None,
            retry_after: retry_after.map(Duration::from_secs),
        }))
    }

    /// Attempts made and seconds waited until the call succeeded at the `successful`-th attempt, or failed.
    async fn run(policy: RetryPolicy, error: Error, successful: u32) -> (u32, f32, bool) {
        let (attempts, start) = (Cell::new(0), Instant::now());
        let attempt = || {
            attempts.set(attempts.get() + 1);
            let result = if attempts.get() == successful { Ok(()) } else { Err(error.clone()) };
            std::future::ready(result)
        };
        let result = policy.run(|| 0.5, attempt).await;
        (attempts.get(), start.elapsed().as_secs_f32(), result.is_ok())
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_waits_as_long_as_the_server_says_and_a_second_otherwise() {
        assert_eq!(run(RetryPolicy::default(), api(429, "", Some(7)), 2).await, (2, 7.5, true));
        assert_eq!(run(RetryPolicy::default(), api(503, "", Some(0)), 2).await, (2, 0.5, true));
        assert_eq!(run(RetryPolicy::default(), api(429, "", None), 3).await, (3, 3.0, true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_broken_connection_waits_longer_from_attempt_to_attempt_up_to_ten_seconds() {
        let timeout = Error::Timeout { operation: "test", limit: Duration::from_secs(1) };
        assert_eq!(run(RetryPolicy::default(), timeout.clone(), 4).await, (4, 1.5 + 2.5 + 3.5, true));
        let policy = RetryPolicy { jitter: Duration::ZERO, ..RetryPolicy::default() };
        assert_eq!(run(policy, timeout, 13).await, (13, 55.0 + 20.0, true));
    }

    #[tokio::test(start_paused = true)]
    async fn the_listed_texts_are_tried_again_whatever_the_status() {
        let busy = api(400, "Please try again later or try a faster operation.", None);
        assert_eq!(run(RetryPolicy::default(), busy, 2).await, (2, 1.5, true));
    }

    #[tokio::test(start_paused = true)]
    async fn other_failures_are_final() {
        for status in [400, 401, 403, 404, 409, 500, 502, 504] {
            assert_eq!(
                run(RetryPolicy::default(), api(status, "no", None), 9).await,
                (1, 0.0, false),
                "{status}"
            );
        }
        let unreadable = Error::Unreadable { operation: "test", reason: "empty".into() };
        assert_eq!(run(RetryPolicy::default(), unreadable, 9).await, (1, 0.0, false));
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_ends_it_and_a_wait_beyond_it_is_not_begun() {
        let (attempts, seconds, done) = run(RetryPolicy::default(), api(503, "", None), 1_000).await;
        assert!(!done && seconds <= 300.0 && attempts == 200, "{attempts} attempts in {seconds} s");
        assert_eq!(run(RetryPolicy::default(), api(429, "", Some(3_600)), 2).await, (1, 0.0, false));
    }

    #[tokio::test(start_paused = true)]
    async fn no_retries_means_one_attempt() {
        assert_eq!(run(RetryPolicy::none(), api(429, "", Some(1)), 2).await, (1, 0.0, false));
    }
}
