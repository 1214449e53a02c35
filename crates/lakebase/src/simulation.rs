//! The real pool, credential machine and gate, run on virtual time against a world that breaks by seed.
//!
//! One thread, paused time, one seeded generator: a seed is the same run every time. A failing seed is run
//! again with `LAKEBASE_SEED=… cargo test -p lakebase simulation`; `LAKEBASE_SEEDS=100000` runs many.

mod client;
mod world;

use std::sync::Arc;
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::config::PoolConfig;
use crate::core::Core;
use crate::credential::{Credentials, Policy};
use crate::gate::Gate;
use crate::supply::Supply;

use client::Client;
use world::{SimConnector, SimMinter, World};

pub(super) type SimCore = Core<SimConnector, SimMinter>;

/// The seeds of every test run.
const SEEDS: u64 = 1_000;
/// What a recovery may take beyond what the schedule itself forces.
const GRACE: Duration = Duration::from_secs(1);
/// One more step of gate and credential: what broke during the faults may be found out after them (a token
/// revoked while nobody logged in).
const FOUND_LATE: Duration = Duration::from_millis(500);

/// What a run did; two runs of one seed are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    violations: Vec<String>,
    acquired: u64,
    refused: u64,
    mints: u64,
    bad_logins: u64,
    recovery: Duration,
}

fn run(seed: u64) -> Outcome {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O can be built")
        .block_on(simulate(seed))
}

async fn simulate(seed: u64) -> Outcome {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let config = PoolConfig { max_connections: rng.random_range(1..=4), ..PoolConfig::default() };
    let acquire_timeout = config.acquire_timeout;
    let max = config.max_connections;
    let world = World::new(max, &mut rng);
    let credentials = Credentials::new(
        SimMinter::new(Arc::clone(&world)),
        Policy::default(),
        config.mint_timeout,
        ChaCha8Rng::from_rng(&mut rng),
    );
    let gate = Gate::new(ChaCha8Rng::from_rng(&mut rng));
    let connector = SimConnector::new(Arc::clone(&world));
    let supply =
        Supply::new(connector, Some(credentials.clone()), config, gate, ChaCha8Rng::from_rng(&mut rng));
    let core = SimCore::new(supply);

    let refresher = rng.random_bool(0.7).then(|| tokio::spawn(async move { credentials.keep_fresh().await }));
    let clients: Vec<_> = (0..rng.random_range(2..=6))
        .map(|_| {
            let client = Client::new(core.clone(), Arc::clone(&world), ChaCha8Rng::from_rng(&mut rng));
            tokio::spawn(client.run())
        })
        .collect();
    sleep_until(world.lift()).await;
    let recovery = recover(&core, &world, acquire_timeout).await;
    for client in clients {
        client.await.expect("a client does not panic");
    }
    check_permits(&core, &world, max, acquire_timeout).await;
    if let Some(refresher) = refresher {
        refresher.abort();
    }
    world.shut_down();
    core.close().await;
    let tally = world.tally();
    Outcome {
        violations: tally.violations,
        acquired: tally.acquired,
        refused: tally.refused,
        mints: tally.mints,
        bad_logins: tally.bad_logins,
        recovery,
    }
}

/// All faults are over: the next connection comes within a second and what the machines still wait for.
async fn recover(core: &SimCore, world: &World, acquire_timeout: Duration) -> Duration {
    let lifted = Instant::now();
    let credentials = core.supply.credentials.as_ref().expect("the simulation mints");
    let step = credentials.blocked_for().max(world.mint_waits()).max(core.supply.gate.blocked_for());
    // A connect or a socket that was swallowed is silent for ever: it is found out by waiting.
    // The oldest attempt is left alone, as it may be about to wake an endpoint; a pool of one or two has no
    // place left for another.
    let config = &core.supply.config;
    let silent = match (world.held_up(), config.max_connections) {
        (false, _) => Duration::ZERO,
        (true, 1..=2) => config.connect_timeout + acquire_timeout,
        // One acquire that waits in vain, and one more.
        (true, _) => acquire_timeout * 2,
    };
    let allowed = step + silent + GRACE + FOUND_LATE;
    loop {
        match core.acquire(acquire_timeout).await {
            Ok(mut connection) => {
                let query = world.query(&mut connection, Duration::from_millis(5));
                match timeout(Duration::from_secs(1), query).await {
                    Ok(Ok(())) => break,
                    Ok(Err(_)) => {
                        world.doom(&mut connection);
                        connection.discard();
                    }
                    // Given up, as a client does: the pool finds out that the socket is silent.
                    Err(_) => drop(connection),
                }
            }
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
        if lifted.elapsed() > Duration::from_mins(3) {
            break;
        }
    }
    let took = lifted.elapsed();
    if took > allowed {
        world.violation(format!("recovery took {took:?}, allowed were {allowed:?}"));
    }
    took
}

/// No permit has leaked: as many connections as the limit can be held at once.
async fn check_permits(core: &SimCore, world: &World, max: usize, acquire_timeout: Duration) {
    // What the clients abandoned last has been cleaned up.
    sleep(Duration::from_secs(20)).await;
    let mut held = Vec::new();
    for _ in 0..max {
        match core.acquire(acquire_timeout).await {
            Ok(connection) => held.push(connection),
            Err(refusal) => world.violation(format!("connection {} of {max}: {refusal:?}", held.len() + 1)),
        }
    }
    if core.acquire(Duration::from_millis(50)).await.is_ok() {
        world.violation(format!("more than {max} connections"));
    }
}

fn check(seed: u64) -> Outcome {
    let outcome = run(seed);
    assert!(
        outcome.violations.is_empty(),
        "seed {seed}: {:#?}\nLAKEBASE_SEED={seed} cargo test -p lakebase simulation",
        outcome.violations,
    );
    outcome
}

#[expect(clippy::disallowed_methods, reason = "a test's own switch")]
fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|value| value.parse().expect("a number"))
}

#[test]
fn the_simulation_finds_no_schedule_of_faults_that_breaks_the_pool() {
    if let Some(seed) = number("LAKEBASE_SEED") {
        println!("{:#?}", check(seed));
        return;
    }
    let seeds = number("LAKEBASE_SEEDS").unwrap_or(SEEDS);
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || (half..seeds).step_by(2).for_each(|seed| drop(check(seed))));
        }
    });
}

#[test]
fn a_seed_of_the_simulation_is_the_same_run_every_time() {
    for seed in 0..20 {
        assert_eq!(run(seed), run(seed), "seed {seed}");
    }
}
