use std::collections::VecDeque;

use tokio::sync::Semaphore;

use super::*;

/// Gives out numbered tokens of scripted lives; a life of none is a failure. Each fetch needs a permit.
struct Script {
    lives: Mutex<VecDeque<Option<u64>>>,
    asked: Mutex<usize>,
    permits: Semaphore,
}

fn cache(lives: &[Option<u64>], permits: usize) -> TokenCache<Script> {
    let lives = Mutex::new(lives.iter().copied().collect());
    TokenCache::new(Script { lives, asked: Mutex::new(0), permits: Semaphore::new(permits) })
}

impl TokenSource for Script {
    async fn fetch(&self) -> Result<Token, Error> {
        let number = {
            let mut asked = self.asked.lock().unwrap();
            *asked += 1;
            *asked
        };
        self.permits.acquire().await.unwrap().forget();
        match self.lives.lock().unwrap().pop_front().expect("another life") {
            Some(life) => Ok(Token {
                secret: format!("token-{number}").into(),
                kind: "Bearer".into(),
                life: Duration::from_secs(life),
            }),
            None => Err(Error::Timeout { operation: "fetch", limit: Duration::from_secs(5) }),
        }
    }
}

impl TokenCache<Script> {
    fn asked(&self) -> usize {
        *self.source().asked.lock().unwrap()
    }

    async fn number(&self) -> usize {
        use secrecy::ExposeSecret as _;
        let cached = self.get().await.unwrap();
        cached.token.secret.expose_secret().strip_prefix("token-").unwrap().parse().unwrap()
    }

    /// Lets a renewal in the background finish.
    async fn settle(&self) {
        let renewal = self.shared.state().renewal.take();
        if let Some(renewal) = renewal {
            renewal.await.unwrap();
        }
    }
}

async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_fresh_token_is_served_without_asking_again() {
    let cache = cache(&[Some(3_600)], 1);
    assert_eq!(cache.number().await, 1);
    pass(2_399).await;
    assert_eq!((cache.number().await, cache.asked()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_stale_token_is_served_while_a_new_one_is_fetched() {
    let cache = cache(&[Some(3_600), Some(3_600)], 1);
    assert_eq!(cache.number().await, 1);
    pass(2_400).await;
    assert_eq!((cache.number().await, cache.number().await), (1, 1));
    cache.source().permits.add_permits(1);
    cache.settle().await;
    assert_eq!((cache.number().await, cache.asked()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_is_tried_again_a_minute_later() {
    let cache = cache(&[Some(3_600), None, Some(3_600)], 9);
    cache.number().await;
    pass(2_400).await;
    cache.number().await;
    cache.settle().await;
    pass(59).await;
    assert_eq!(cache.number().await, 1);
    cache.settle().await;
    assert_eq!(cache.asked(), 2);
    pass(1).await;
    assert_eq!(cache.number().await, 1);
    cache.settle().await;
    assert_eq!((cache.number().await, cache.asked()), (2 + 1, 3));
}

#[tokio::test(start_paused = true)]
async fn a_token_counts_as_expired_forty_seconds_early() {
    let cache = cache(&[Some(3_600), Some(3_600)], 2);
    cache.number().await;
    pass(3_560).await;
    assert_eq!((cache.number().await, cache.asked()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_short_lived_token_is_used_for_three_quarters_of_its_life() {
    let cache = cache(&[Some(8), Some(0), Some(0)], 3);
    cache.number().await;
    pass(3).await;
    assert_eq!((cache.number().await, cache.asked()), (1, 1));
    pass(3).await;
    assert_eq!(cache.number().await, 2);
    assert_eq!(cache.number().await, 3);
}

#[tokio::test(start_paused = true)]
async fn callers_that_wait_together_share_one_fetch() {
    let cache = cache(&[Some(3_600)], 0);
    let callers = async { tokio::join!(cache.number(), cache.number(), cache.number()) };
    let lift = async {
        tokio::task::yield_now().await;
        assert_eq!(cache.asked(), 1);
        cache.source().permits.add_permits(1);
    };
    assert_eq!(tokio::join!(callers, lift).0, (1, 1, 1));
    assert_eq!(cache.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn callers_that_wait_together_share_one_failure_and_the_next_asks_anew() {
    let cache = cache(&[None, Some(3_600)], 0);
    let callers = async { tokio::join!(cache.get(), cache.get(), cache.get()) };
    let lift = async {
        tokio::task::yield_now().await;
        cache.source().permits.add_permits(2);
    };
    let (failed, ()) = tokio::join!(callers, lift);
    assert!(failed.0.is_err() && failed.1.is_err() && failed.2.is_err());
    assert_eq!(cache.asked(), 1);
    assert_eq!((cache.number().await, cache.asked()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_leaves_the_fetch_to_the_next() {
    let cache = cache(&[Some(3_600)], 0);
    let gave_up = tokio::time::timeout(Duration::from_secs(1), cache.get()).await;
    assert!(gave_up.is_err());
    cache.source().permits.add_permits(1);
    assert_eq!((cache.number().await, cache.asked()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_thrown_away_once() {
    let cache = cache(&[Some(3_600), Some(3_600)], 9);
    let first = cache.get().await.unwrap();
    assert!(first.is_new);
    cache.invalidate(first.generation);
    assert_eq!(cache.number().await, 2);
    cache.invalidate(first.generation);
    assert_eq!((cache.number().await, cache.asked()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_result_that_comes_after_its_generation_was_thrown_away_is_not_kept() {
    let cache = cache(&[Some(3_600), Some(3_600), Some(3_600)], 1);
    let first = cache.get().await.unwrap();
    pass(2_400).await;
    cache.number().await;
    tokio::task::yield_now().await;
    assert_eq!(cache.asked(), 2, "the renewal is under way");
    cache.invalidate(first.generation);
    cache.source().permits.add_permits(2);
    cache.settle().await;
    assert_eq!(cache.number().await, 3);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_cache_ends_its_renewal() {
    let cache = cache(&[Some(3_600)], 1);
    cache.number().await;
    pass(2_400).await;
    cache.number().await;
    tokio::task::yield_now().await;
    let shared = Arc::downgrade(&cache.shared);
    drop(cache);
    tokio::task::yield_now().await;
    assert!(shared.upgrade().is_none());
}
