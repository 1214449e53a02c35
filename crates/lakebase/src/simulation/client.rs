//! A user of the pool: takes a connection, asks something, gives it back, or throws it away.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use tokio::time::{Instant, sleep, timeout};

use super::SimCore;
use super::world::{QueryFailure, World};
use crate::core::Guard;
use crate::failure::ConnectFailure;
use crate::simulation::world::{SimConnector, SimMinter};

/// The longest acquire, and one tick of the clock.
const LONGEST_ACQUIRE: Duration = Duration::from_millis(3_001);

pub(super) struct Client {
    core: SimCore,
    world: Arc<World>,
    rng: ChaCha8Rng,
}

impl Client {
    pub(super) fn new(core: SimCore, world: Arc<World>, rng: ChaCha8Rng) -> Self {
        Self { core, world, rng }
    }

    pub(super) async fn run(mut self) {
        while Instant::now() < self.world.lift() + Duration::from_secs(2) {
            let asked = Instant::now();
            let acquired = self.core.acquire(self.core.supply.config.acquire_timeout).await;
            let waited = asked.elapsed();
            if waited > LONGEST_ACQUIRE {
                self.world.violation(format!("a caller waited {waited:?}"));
            }
            self.world.count(acquired.is_ok());
            match acquired {
                Ok(connection) => self.work(connection).await,
                Err(_) => self.pause(20..200).await,
            }
            self.pause(50..1_500).await;
        }
    }

    async fn work(&mut self, mut connection: Guard<SimConnector, SimMinter>) {
        for _ in 0..self.rng.random_range(1..4) {
            let takes = Duration::from_millis(self.rng.random_range(1..100));
            // Some give up early, and leave an answer unread.
            let patience = if self.rng.random_bool(0.1) { takes / 2 } else { Duration::from_secs(1) };
            match timeout(patience, self.world.query(&mut connection, takes)).await {
                Ok(Ok(())) => {}
                Ok(Err(failure)) => {
                    self.world.doom(&mut connection);
                    match failure {
                        QueryFailure::Lost => connection.discard(),
                        QueryFailure::ReadOnly => connection.discard_as(ConnectFailure::ReadOnly),
                    }
                    return;
                }
                Err(_) => return,
            }
        }
    }

    async fn pause(&mut self, milliseconds: std::ops::Range<u64>) {
        sleep(Duration::from_millis(self.rng.random_range(milliseconds))).await;
    }
}
