//! The two loads: as fast as it goes for a time, and a steady pace until it is stopped.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

use crate::contestant::Contestant;

/// As fast as it goes: each task asks again as soon as it is answered.
#[derive(serde::Deserialize)]
pub(crate) struct Closed {
    tasks: u64,
    warm_up_seconds: f64,
    seconds: f64,
}

pub(crate) async fn run(contestant: &Arc<Contestant>, closed: &Closed, chats: i64) -> Value {
    let from = Instant::now() + Duration::from_secs_f64(closed.warm_up_seconds);
    let until = from + Duration::from_secs_f64(closed.seconds);
    let mut tasks = JoinSet::new();
    for task in 0..closed.tasks {
        let contestant = Arc::clone(contestant);
        tasks.spawn(async move {
            let (mut chat, mut took, mut errors) = (Chats::new(task, chats), Vec::new(), Vec::new());
            loop {
                let begun = Instant::now();
                if begun >= until {
                    return (took, errors);
                }
                let result = contestant.request(chat.next()).await;
                if begun < from {
                    continue;
                }
                match result {
                    Ok(()) => took.push(begun.elapsed().as_secs_f64() * 1000.0),
                    Err(error) => errors.push(error.to_string()),
                }
            }
        });
    }
    let (mut took, mut errors) = (Vec::new(), Vec::new());
    while let Some(Ok((some_took, some_errors))) = tasks.join_next().await {
        took.extend(some_took);
        errors.extend(some_errors);
    }
    let seconds = from.elapsed().as_secs_f64();
    json!({"seconds": seconds, "took_ms": rounded(&took), "failed": errors.len(), "error": errors.first()})
}

/// A steady pace: each task asks at its next tick, or when it is answered if that is later.
pub(crate) struct Paced {
    log: Arc<Mutex<Log>>,
    tasks: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Log {
    /// When it began, how long it took, whether it succeeded.
    samples: Vec<(f64, f64, bool)>,
    /// When each task's request began, as long as it waits for the answer.
    waiting: Vec<Option<f64>>,
    errors: BTreeMap<String, u64>,
}

impl Paced {
    pub(crate) fn start(contestant: &Arc<Contestant>, tasks: usize, every_ms: u64, chats: i64) -> Self {
        let log = Arc::new(Mutex::new(Log { waiting: vec![None; tasks], ..Log::default() }));
        let every = Duration::from_millis(every_ms);
        let spawn = |task: usize| {
            let (contestant, log) = (Arc::clone(contestant), Arc::clone(&log));
            tokio::spawn(async move {
                let mut chat = Chats::new(task as u64, chats);
                let mut tick = Instant::now() + every.mul_f64(task as f64 / tasks as f64);
                loop {
                    sleep_until(tick).await;
                    let (begun, begun_at) = (Instant::now(), now_ms());
                    lock(&log).waiting[task] = Some(begun_at);
                    let result = contestant.request(chat.next()).await;
                    let took = begun.elapsed().as_secs_f64() * 1000.0;
                    lock(&log).note(task, begun_at, took, result.err().map(|error| error.to_string()));
                    tick = (tick + every).max(Instant::now());
                }
            })
        };
        let tasks = (0..tasks).map(spawn).collect();
        Self { log, tasks }
    }

    pub(crate) fn first_success(&self, since: f64) -> Value {
        let log = lock(&self.log);
        let after = log.samples.iter().filter(|(begun, _, succeeded)| *succeeded && *begun >= since);
        let ended = after.map(|(begun, took, _)| begun + took).min_by(f64::total_cmp);
        json!({"at": ended})
    }

    pub(crate) fn stop(self) -> Value {
        self.tasks.iter().for_each(JoinHandle::abort);
        let log = std::mem::take(&mut *lock(&self.log));
        let waiting: Vec<f64> = log.waiting.into_iter().flatten().collect();
        let samples: Vec<Value> = log
            .samples
            .iter()
            .map(|(begun, took, succeeded)| json!([begun, round(*took), succeeded]))
            .collect();
        json!({"now": now_ms(), "samples": samples, "waiting": waiting, "errors": log.errors})
    }
}

impl Log {
    fn note(&mut self, task: usize, begun: f64, took: f64, error: Option<String>) {
        self.samples.push((begun, took, error.is_none()));
        // Stopped: nobody waits any more.
        if let Some(waiting) = self.waiting.get_mut(task) {
            *waiting = None;
        }
        if let Some(error) = error {
            *self.errors.entry(error).or_default() += 1;
        }
    }
}

/// Chats in an order that is the same in every run.
struct Chats {
    state: u64,
    count: i64,
}

impl Chats {
    fn new(task: u64, count: i64) -> Self {
        Self { state: task.wrapping_mul(0x9e37_79b9_7f4a_7c15), count }
    }

    fn next(&mut self) -> i64 {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1 + (self.state >> 33) as i64 % self.count
    }
}

fn lock(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0
}

fn round(ms: f64) -> f64 {
    (ms * 1000.0).round() / 1000.0
}

fn rounded(took: &[f64]) -> Vec<f64> {
    took.iter().copied().map(round).collect()
}
