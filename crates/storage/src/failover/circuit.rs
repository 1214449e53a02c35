//! When the database is asked: a state machine without I/O, clock or randomness of its own.
//!
//! ```text
//! Up --one failed request--> Down --probe succeeds--> Recovering --queue is empty--> Up
//!                             ^--probe fails, later-'      '--replay fails--> Down
//! ```

use std::time::Duration;

use jiff::Timestamp;

use super::Outage;

/// The present moment, as the circuit sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Time since the store was opened.
    pub(super) elapsed: Duration,
    /// The time of day, for the person.
    pub(super) at: Timestamp,
    /// A random number from 0 to 1, which keeps instances from probing in step.
    pub(super) jitter: f64,
}

/// How long to wait before the next probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Backoff {
    /// After the first failure.
    pub(super) first: Duration,
    /// At most. It bounds how long the database's return goes unseen.
    pub(super) longest: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Requests go to the database.
    Up,
    /// They do not; the next probe is due at a time.
    Down { outage: Outage, probe_at: Duration },
    /// A probe is under way.
    Probing { outage: Outage },
    /// The database answers again and takes what has waited.
    Recovering { outage: Outage },
}

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing until a request fails.
    Rest,
    /// Nothing until a time.
    WaitUntil(Duration),
    /// Ask the database whether it can be used.
    Probe,
    /// Give the database what has waited.
    Replay,
}

#[derive(Debug)]
pub(super) struct Circuit {
    backoff: Backoff,
    phase: Phase,
    /// Counts the times that the circuit has opened: a request that began before is not counted
    /// as a failure of now.
    epoch: u64,
    /// Failures since requests last went to the database or it took a change.
    failures: u32,
    since: Timestamp,
    /// When it opened, as time since the store was opened.
    opened_at: Duration,
}

impl Circuit {
    pub(super) fn new(backoff: Backoff, at: Timestamp) -> Self {
        let phase = Phase::Down { outage: Outage::Connecting, probe_at: Duration::ZERO };
        Self { backoff, phase, epoch: 0, failures: 0, since: at, opened_at: Duration::ZERO }
    }

    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Since when requests go to the database, or do not.
    pub(super) fn since(&self) -> Timestamp {
        self.since
    }

    /// When it last opened, as time since the store was opened.
    pub(super) fn opened_at(&self) -> Duration {
        self.opened_at
    }

    /// The database has failed this often in a row.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// A request that began in `epoch` has failed. Whether that opens the circuit.
    pub(super) fn request_failed(&mut self, epoch: u64, outage: Outage, now: Moment) -> bool {
        if self.phase != Phase::Up || epoch != self.epoch {
            return false;
        }
        self.epoch += 1;
        self.since = now.at;
        self.opened_at = now.elapsed;
        self.failures = 0;
        self.open(outage, now);
        true
    }

    /// What is to be done; a probe that is due counts as begun.
    pub(super) fn step(&mut self, elapsed: Duration) -> Step {
        match self.phase {
            Phase::Up => Step::Rest,
            Phase::Down { outage, probe_at } if probe_at <= elapsed => {
                self.phase = Phase::Probing { outage };
                Step::Probe
            }
            Phase::Down { probe_at, .. } => Step::WaitUntil(probe_at),
            // The one who steps is the one who probes.
            Phase::Probing { .. } => Step::Probe,
            Phase::Recovering { .. } => Step::Replay,
        }
    }

    pub(super) fn probe_succeeded(&mut self) {
        if let Phase::Probing { outage } = self.phase {
            self.phase = Phase::Recovering { outage };
        }
    }

    pub(super) fn probe_failed(&mut self, outage: Outage, now: Moment) {
        if let Phase::Probing { .. } = self.phase {
            self.open(outage, now);
        }
    }

    /// The database has taken a change that waited.
    pub(super) fn replay_went_on(&mut self) {
        self.failures = 0;
    }

    pub(super) fn replay_failed(&mut self, outage: Outage, now: Moment) {
        if let Phase::Recovering { .. } = self.phase {
            self.open(outage, now);
        }
    }

    /// Nothing waits any more.
    pub(super) fn replay_ended(&mut self, at: Timestamp) {
        if let Phase::Recovering { .. } = self.phase {
            self.phase = Phase::Up;
            self.failures = 0;
            self.since = at;
        }
    }

    fn open(&mut self, outage: Outage, now: Moment) {
        let doubled = self.backoff.first.saturating_mul(1 << self.failures.min(16));
        let longest = doubled.min(self.backoff.longest);
        // Three quarters to the whole of it.
        let wait = longest.mul_f64(0.75 + 0.25 * now.jitter.clamp(0.0, 1.0));
        self.failures = self.failures.saturating_add(1);
        self.phase = Phase::Down { outage, probe_at: now.elapsed + wait };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BACKOFF: Backoff =
        Backoff { first: Duration::from_millis(100), longest: Duration::from_millis(500) };

    fn moment(elapsed_ms: u64, jitter: f64) -> Moment {
        let at = Timestamp::from_millisecond(elapsed_ms as i64).unwrap();
        Moment { elapsed: Duration::from_millis(elapsed_ms), at, jitter }
    }

    fn up() -> Circuit {
        let mut circuit = Circuit::new(BACKOFF, Timestamp::UNIX_EPOCH);
        assert_eq!(circuit.step(Duration::ZERO), Step::Probe);
        circuit.probe_succeeded();
        circuit.replay_ended(Timestamp::UNIX_EPOCH);
        assert_eq!(circuit.step(Duration::ZERO), Step::Rest);
        circuit
    }

    #[test]
    fn one_failed_request_opens_it_and_a_late_one_does_not() {
        let mut circuit = up();
        assert!(circuit.request_failed(0, Outage::Unreachable, moment(1_000, 1.0)));
        assert!(!circuit.request_failed(0, Outage::Silent, moment(1_001, 1.0)), "it is open already");
        assert_eq!(circuit.step(Duration::from_millis(1_099)), Step::WaitUntil(Duration::from_millis(1_100)));
        assert_eq!(circuit.step(Duration::from_millis(1_100)), Step::Probe);
        circuit.probe_succeeded();
        circuit.replay_ended(Timestamp::UNIX_EPOCH);
        assert!(!circuit.request_failed(0, Outage::Silent, moment(1_200, 1.0)), "it began in another epoch");
        assert_eq!(circuit.phase(), Phase::Up);
    }

    #[test]
    fn probes_come_after_waits_that_double_up_to_the_longest() {
        let mut circuit = up();
        circuit.request_failed(0, Outage::Unreachable, moment(0, 1.0));
        let mut now = 0;
        let mut waits = Vec::new();
        for _ in 0..5 {
            let Step::WaitUntil(at) = circuit.step(Duration::from_millis(now)) else { panic!("it waits") };
            waits.push(at.as_millis() as u64 - now);
            now = at.as_millis() as u64;
            assert_eq!(circuit.step(at), Step::Probe);
            circuit.probe_failed(Outage::Unreachable, moment(now, 1.0));
        }
        assert_eq!(waits, [100, 200, 400, 500, 500]);
    }

    proptest! {
        #[test]
        fn whatever_happens_a_probe_is_due_within_the_longest_wait_and_none_is_skipped_to_up(
            events in prop::collection::vec((0_u8..7, 0_u64..700, 0.0_f64..1.0), 1..200),
        ) {
            let mut circuit = Circuit::new(BACKOFF, Timestamp::UNIX_EPOCH);
            let mut now = 0;
            let mut has_replayed_since_open = false;
            for (event, wait, jitter) in events {
                now += wait;
                let moment = moment(now, jitter);
                let epoch = circuit.epoch();
                let was = circuit.phase();
                match event {
                    0 => drop(circuit.request_failed(epoch, Outage::Unreachable, moment)),
                    1 => drop(circuit.step(moment.elapsed)),
                    2 => circuit.probe_succeeded(),
                    3 => circuit.probe_failed(Outage::Silent, moment),
                    4 => circuit.replay_failed(Outage::Full, moment),
                    5 => circuit.replay_ended(moment.at),
                    _ => circuit.replay_went_on(),
                }
                has_replayed_since_open = match was {
                    Phase::Recovering { .. } => true,
                    Phase::Up => false,
                    Phase::Down { .. } | Phase::Probing { .. } => has_replayed_since_open,
                };
                match circuit.phase() {
                    Phase::Up => prop_assert!(was == Phase::Up || has_replayed_since_open),
                    Phase::Down { probe_at, .. } if was != circuit.phase() => {
                        prop_assert!(probe_at <= moment.elapsed + BACKOFF.longest);
                        prop_assert!(probe_at >= moment.elapsed + BACKOFF.first.mul_f64(0.75));
                    }
                    Phase::Down { .. } | Phase::Probing { .. } | Phase::Recovering { .. } => {}
                }
                prop_assert_eq!(circuit.epoch() > epoch, was == Phase::Up && circuit.phase() != Phase::Up);
            }
        }
    }
}
