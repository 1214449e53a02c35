//! How the failover store behaves; each default says what breaks when it is larger or smaller.

use std::time::Duration;

use super::circuit::Backoff;
use crate::MemoryLimits;

/// How the failover store behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailoverOptions {
    /// How long the database may take over a read or a change, as the last guard behind the
    /// database's own limits. Longer lets the first request of an outage hang; shorter takes a busy
    /// database for one that is away.
    pub call_timeout: Duration,
    /// How long it may take over the largest import, as long as it answers others meanwhile; a smaller
    /// one gets a second for each thousand rows beyond `call_timeout`.
    pub import_timeout: Duration,
    /// How long it may take over a batch of changes that waited with an import among them. Shorter
    /// than what the largest import needs, and that import is tried again for ever.
    pub replay_timeout: Duration,
    /// How long a probe may take. Longer leaves the database's return unseen while one hangs;
    /// shorter than a new connection takes, and it is never seen.
    pub probe_timeout: Duration,
    /// How long after the first failure the database is probed; it doubles with each probe that fails.
    pub first_probe_after: Duration,
    /// At most so long. Longer leaves the database's return unseen; shorter is more work for a
    /// database that has trouble already.
    pub longest_probe_wait: Duration,
    /// Most changes given to the database at once when it is back. It is halved when they fail.
    pub replay_batch: usize,
    /// How many changes may be left when writes are made to wait for the last of them.
    pub gated_changes: usize,
    /// For how long at most writes are made to wait so the first time; then it goes on without, and the
    /// next time it is twice as long.
    pub gate_timeout: Duration,
    /// The longest that it becomes. Longer holds people up; shorter than a slow database takes for a few
    /// changes, and the circuit does not close while people write.
    pub longest_gate: Duration,
    /// What memory may hold of changes that wait; beyond it they are refused as
    /// [`Full`](crate::StoreError::Full).
    pub limits: MemoryLimits,
    /// About how many bytes may be remembered of users for whom nothing waits. More is memory taken
    /// from the process; less makes conversations unavailable while the database is away.
    pub remembered_bytes: u64,
    /// Spreads the probes of several instances; a test gives the same for the same run.
    pub jitter_seed: u64,
}

impl Default for FailoverOptions {
    fn default() -> Self {
        Self {
            call_timeout: Duration::from_secs(3),
            import_timeout: Duration::from_mins(1),
            replay_timeout: Duration::from_mins(1),
            probe_timeout: Duration::from_secs(3),
            first_probe_after: Duration::from_millis(100),
            longest_probe_wait: Duration::from_millis(500),
            replay_batch: 256,
            gated_changes: 32,
            gate_timeout: Duration::from_millis(150),
            longest_gate: Duration::from_millis(1_200),
            limits: MemoryLimits::default(),
            remembered_bytes: 256 << 20,
            jitter_seed: u64::from(std::process::id()),
        }
    }
}

impl FailoverOptions {
    pub(super) fn backoff(&self) -> Backoff {
        Backoff { first: self.first_probe_after, longest: self.longest_probe_wait }
    }
}
