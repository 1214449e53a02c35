use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use tokio::time::{Instant, sleep, timeout};

use super::{Credential, Credentials, MintError, Minter, Policy};

/// Longer than any recovery takes: how long that is, is measured.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers one call after the other, each after so long, the last one's for ever. `None` is never.
struct Workspace {
    takes_ms: &'static [Option<u64>],
    calls: AtomicUsize,
    is_asked: AtomicBool,
}

/// A call, until it is answered or given up.
struct Asked<'a>(&'a AtomicBool);

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl Minter for Workspace {
    async fn mint(&self) -> Result<Credential, MintError> {
        // Its task fails, which counts as one more failed mint.
        assert!(!self.is_asked.swap(true, Ordering::Relaxed), "two calls at once");
        let _asked = Asked(&self.is_asked);
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let takes_ms = self.takes_ms.get(call).or(self.takes_ms.last()).expect("a script has an entry");
        match takes_ms {
            Some(takes_ms) => sleep(Duration::from_millis(*takes_ms)).await,
            None => std::future::pending().await,
        }
        Ok(Credential { token: "t".into(), lifetime: Duration::from_hours(1), expires_at: None })
    }
}

fn credentials(takes_ms: &'static [Option<u64>]) -> Credentials<Workspace> {
    let workspace = Workspace { takes_ms, calls: AtomicUsize::new(0), is_asked: AtomicBool::new(false) };
    let mint_timeout = Duration::from_secs(5);
    Credentials::new(workspace, Policy::default(), mint_timeout, ChaCha8Rng::seed_from_u64(1))
}

/// Has the token refused that is held, and waits for another: how long that takes.
async fn replace(credentials: &Credentials<Workspace>) -> Duration {
    let held = credentials.get(PATIENCE).await.unwrap();
    credentials.accepted(held.generation);
    assert!(credentials.invalidate(held.generation));
    let refused_at = Instant::now();
    credentials.get(PATIENCE).await.unwrap();
    refused_at.elapsed()
}

fn mints(credentials: &Credentials<Workspace>) -> (u64, u64) {
    let view = credentials.view();
    (view.mints, view.failed_mints)
}

#[tokio::test(start_paused = true)]
async fn who_has_no_token_waits_a_second_and_a_half_for_a_call_that_is_lost() {
    let credentials = credentials(&[Some(50), None, Some(50)]);
    let took = replace(&credentials).await;
    assert!(took <= Duration::from_millis(1_560), "{took:?}");
    assert_eq!(mints(&credentials), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_workspace_that_becomes_slow_is_asked_twice_and_once_from_then_on() {
    let credentials = credentials(&[Some(50), Some(4_000)]);
    let took = replace(&credentials).await;
    assert!(took <= Duration::from_millis(5_510), "{took:?}");
    assert_eq!(mints(&credentials), (2, 1));
    let took = replace(&credentials).await;
    assert!(took <= Duration::from_millis(4_010), "{took:?}");
    assert_eq!(mints(&credentials), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn many_who_wait_for_a_slow_workspace_make_one_call() {
    let credentials = credentials(&[Some(3_000)]);
    let waiting: Vec<_> = (0..100)
        .map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(async move { credentials.get(PATIENCE).await.unwrap().generation })
        })
        .collect();
    for task in waiting {
        assert_eq!(task.await.unwrap(), 1);
    }
    assert_eq!(mints(&credentials), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_is_lost_is_given_up_once_the_old_token_is_refused() {
    let credentials = credentials(&[Some(50), None, Some(50)]);
    let held = credentials.get(PATIENCE).await.unwrap();
    let refresher = tokio::spawn({
        let credentials = credentials.clone();
        async move { credentials.keep_fresh().await }
    });
    let mut changed = credentials.subscribe();
    while !credentials.view().minting {
        // Half of its life passes.
        let _ = timeout(Duration::from_secs(1), changed.changed()).await;
    }
    sleep(Duration::from_secs(2)).await;
    assert!(credentials.invalidate(held.generation));
    let refused_at = Instant::now();
    credentials.get(PATIENCE).await.unwrap();
    let took = refused_at.elapsed();
    assert!(took <= Duration::from_millis(60), "{took:?}");
    assert_eq!(mints(&credentials), (2, 1));
    refresher.abort();
}
