//! What an instance does with a run: write it, or follow the instance that does and take its place
//! when that is gone.
//!
//! The store is where instances meet. A run's owner writes its events there in batches and is heard
//! of at least every [`HEARTBEAT_EVERY`]; others read them every [`POLL_EVERY`]. Whoever takes a run on
//! raises its epoch, and what the owner before still writes is passed over: an instance that was
//! only slow learns by that, and follows.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use domain::{MessageStatus, Notice, NoticeLevel, Part, Run, RunEventKind, RunRecord, RunStatus};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use operations::{OperationError, Sent, Written};
use storage::StoreError;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{
    Shared,
    live::{LiveRun, SHOWN_AHEAD_MAX},
};
use crate::Answer;

/// How often unstored events are written down. Longer loses more of a half-made answer when the
/// process dies, and shows other instances' listeners the answer later; shorter writes more often
/// than a person can read.
const STORE_EVERY: Duration = Duration::from_millis(250);
/// How much later that is with each further run, so that many at once do not drown the store.
const STORE_LATER: Duration = Duration::from_millis(4);
/// The longest that events wait for the store, however many runs there are.
const STORE_EVERY_MAX: Duration = Duration::from_secs(2);
/// How often another instance's run is looked at for new events.
const POLL_EVERY: Duration = Duration::from_millis(250);
/// How often the owner of a silent run says that it lives.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(3);
/// How long an owner may be silent before it is taken for dead: three heartbeats and a second. Shorter
/// takes runs from instances that are only slow, or whose clock is behind.
const LEASE: SignedDuration = SignedDuration::from_secs(10);
/// The same while the database is away and nobody can be heard of.
const DEGRADED_LEASE: SignedDuration = SignedDuration::from_mins(1);
/// The epoch after which a run is not taken on again: an answer that ends two instances is likely
/// to end a third.
const EPOCH_MAX: u32 = 3;

/// What to do next with a run.
pub(super) enum Next {
    /// Write it, as its owner.
    Write(Run),
    /// Follow its owner.
    Follow,
    /// Nothing.
    Leave,
}

/// How the keeping of events ended.
enum Kept {
    /// They are stored, as far as the store can be reached.
    All,
    /// Another instance owns the run.
    Fenced,
}

/// How the work on an answer ended.
pub(super) struct Finished {
    pub(super) status: MessageStatus,
    pub(super) record: Option<RunRecord>,
    /// What a title or summary is made of.
    pub(super) follow_up: Option<(Sent, Answer)>,
}

impl Finished {
    /// One that ended before its time.
    fn without_record(status: MessageStatus) -> Self {
        Self { status, record: None, follow_up: None }
    }
}

impl Shared {
    /// Writes or follows a run until it ends, or until nobody here needs it.
    pub(super) async fn attend(self: Arc<Self>, live: Arc<LiveRun>, mut next: Next) {
        loop {
            next = match next {
                Next::Write(run) => self.write(&live, run).await,
                Next::Follow => self.follow_owner(&live).await,
                Next::Leave => return self.leave(&live),
            };
        }
    }

    /// Takes a run out of the map and ends its listeners' streams.
    fn leave(&self, live: &Arc<LiveRun>) {
        let mut runs = self.live();
        if runs.get(&live.id).is_some_and(|there| Arc::ptr_eq(there, live)) {
            runs.remove(&live.id);
        }
        live.close();
    }

    async fn write(self: &Arc<Self>, live: &LiveRun, run: Run) -> Next {
        let next = self.write_down(live, &run).await;
        // What no record says: of a run that is handed over, or that another instance has taken on.
        let spent = live.take_spent();
        if let Err(error) = self.operations.count_usage(&live.user, run.chat_id, spent).await {
            tracing::warn!(run.id = %live.id, error = ?error, "tokens are not counted");
        }
        next
    }

    async fn write_down(self: &Arc<Self>, live: &LiveRun, run: &Run) -> Next {
        let finished = CancellationToken::new();
        let keeper = self.keep(live, run, finished.clone());
        tokio::pin!(keeper);
        let outcome = {
            let work = AssertUnwindSafe(self.work(live, run)).catch_unwind();
            tokio::pin!(work);
            tokio::select! {
                biased;
                () = live.stop.cancelled() => Some(Finished::without_record(MessageStatus::Stopped)),
                () = self.shutdown.cancelled() => None,
                kept = &mut keeper => {
                    debug_assert!(matches!(kept, Kept::Fenced));
                    return fenced(live);
                }
                outcome = &mut work => Some(match outcome {
                    Ok(Ok(ended)) => ended,
                    Ok(Err(error)) => Finished::without_record(self.fail(live, &error)),
                    Err(_panic) => {
                        tracing::error!(run.id = %live.id, "the assistant panicked");
                        Finished::without_record(self.fail(live, &OperationError::NotFound))
                    }
                }),
            }
        };
        finished.cancel();
        if let Kept::Fenced = keeper.await {
            return fenced(live);
        }
        match outcome {
            Some(Finished { status, record, follow_up }) => {
                let record = record.or_else(|| live.unfinished_record());
                let next = self.seal(live, run, status, record).await;
                // A title's record joins that of its answer, which must be there.
                if let (Next::Leave, Some(follow_up)) = (&next, follow_up) {
                    self.follow_up(&live.user, follow_up);
                }
                next
            }
            None => self.hand_over(live, run).await,
        }
    }

    /// Waits until the answer before this one has ended, then writes this one.
    async fn work(self: &Arc<Self>, live: &LiveRun, run: &Run) -> Result<Finished, OperationError> {
        // Where a question stands in its chat is known once it is stored.
        let sent = self.operations.get_sent(&live.user, run).await?;
        if let Some(before) = sent.question.parent_id {
            let before = self.operations.get_message(&live.user, before).await?;
            if let (MessageStatus::Streaming, Some(run)) = (before.status, before.run_id) {
                self.ended(&live.user, run).await?;
            }
        }
        self.answer(live, &sent).await
    }

    /// Writes events down as they come, and says that this instance lives, until it is told that no
    /// more come or learns that another has taken the run on.
    async fn keep(&self, live: &LiveRun, run: &Run, finished: CancellationToken) -> Kept {
        let mut heard_at = Instant::now();
        loop {
            let runs = u32::try_from(self.live().len()).unwrap_or(u32::MAX);
            let pause = (STORE_EVERY + STORE_LATER.saturating_mul(runs)).min(STORE_EVERY_MAX);
            let is_last = tokio::select! {
                biased;
                () = finished.cancelled() => true,
                () = live.is_full.notified() => false,
                () = sleep(pause) => false,
            };
            let (unstored, count) = live.unstored();
            let is_due = heard_at.elapsed() >= HEARTBEAT_EVERY && !self.operations.store_is_own();
            if !unstored.is_empty() || (is_due && !is_last) {
                match self.operations.append_run_events(&live.user, run, unstored).await {
                    Ok(Written::Now) => {
                        live.set_stored(Some(count));
                        heard_at = Instant::now();
                    }
                    Ok(Written::NotOurs) => return Kept::Fenced,
                    Err(error) => {
                        tracing::warn!(run.id = %live.id, error = ?error, "events stay in memory");
                        live.set_stored(None);
                    }
                }
            }
            if is_last {
                return Kept::All;
            }
        }
    }

    async fn seal(
        &self,
        live: &LiveRun,
        run: &Run,
        status: MessageStatus,
        record: Option<RunRecord>,
    ) -> Next {
        let is_recorded = record.is_some();
        match self.operations.seal_answer(&live.user, run, live.parts(), status, record).await {
            Ok(Written::Now) if is_recorded => drop(live.take_spent()),
            Ok(Written::Now) => {}
            Ok(Written::NotOurs) => return fenced(live),
            Err(error) => {
                tracing::error!(run.id = %live.id, error = ?error, "the answer could not be sealed");
            }
        }
        live.end(status);
        Next::Leave
    }

    /// Lets go of a run whose process stops, so that another instance takes it on at once. Where
    /// not all of its events are stored that one must know it, and the lease has to run out.
    async fn hand_over(&self, live: &LiveRun, run: &Run) -> Next {
        if live.unstored().0.is_empty() {
            match self.operations.release_run(&live.user, run).await {
                Ok(_) => tracing::info!(run.id = %live.id, "an answer is handed over"),
                Err(error) => tracing::warn!(run.id = %live.id, error = ?error, "an answer is left behind"),
            }
        }
        Next::Leave
    }

    /// Reads what the run's owner writes, until the run ends, its owner is gone, or nobody listens.
    async fn follow_owner(&self, live: &LiveRun) -> Next {
        loop {
            match self.look(live).await {
                Ok(Some(next)) => return next,
                Ok(None) => {}
                Err(OperationError::NotFound) => return Next::Leave,
                Err(error) => tracing::warn!(run.id = %live.id, error = ?error, "a run cannot be followed"),
            }
            if !live.has_listeners() && !live.stop.is_cancelled() {
                return Next::Leave;
            }
            tokio::select! {
                () = self.shutdown.cancelled() => return Next::Leave,
                () = sleep(POLL_EVERY) => {}
                () = live.stop.cancelled(), if !live.stop.is_cancelled() => {}
            }
        }
    }

    async fn look(&self, live: &LiveRun) -> Result<Option<Next>, OperationError> {
        // The status is read first: a run that ends in between is seen whole the next time.
        let run = self.operations.get_run(&live.user, live.id).await?;
        self.catch_up(live).await?;
        if run.status == RunStatus::Ended {
            let status = self.operations.get_message(&live.user, run.message_id).await?.status;
            live.end(status);
            return Ok(Some(Next::Leave));
        }
        if !live.stop.is_cancelled() && !self.is_abandoned(&run) {
            return Ok(None);
        }
        let Some(ours) = self.operations.claim_run(&live.user, &run).await? else { return Ok(None) };
        tracing::info!(run.id = %live.id, epoch = ours.epoch, from = run.owner, "a run is taken on");
        // What its owner wrote until it lost the run.
        self.catch_up(live).await?;
        if live.stop.is_cancelled() {
            return Ok(Some(self.seal(live, &ours, MessageStatus::Stopped, None).await));
        }
        if ours.epoch > EPOCH_MAX {
            let text = "The answer was interrupted. Ask again to have it whole.";
            self.notice(live, NoticeLevel::Warning, text);
            let (unstored, count) = live.unstored();
            if self.operations.append_run_events(&live.user, &ours, unstored).await? == Written::Now {
                live.set_stored(Some(count));
            }
            return Ok(Some(self.seal(live, &ours, MessageStatus::Failed, None).await));
        }
        let void = if run.is_released() { usize::from(live.len() > 0) } else { SHOWN_AHEAD_MAX + 1 };
        for _ in 0..void {
            live.push(RunEventKind::Restarted);
        }
        Ok(Some(Next::Write(ours)))
    }

    /// Reads the events that the store holds and this instance does not.
    async fn catch_up(&self, live: &LiveRun) -> Result<(), OperationError> {
        let after = live.len() as u64;
        live.extend_stored(self.operations.list_run_events(&live.user, live.id, after).await?);
        Ok(())
    }

    /// Whether a run's owner is gone: it let go of it, it is this very instance, which does not write
    /// it, or it was not heard of for too long.
    fn is_abandoned(&self, run: &Run) -> bool {
        if run.is_released() || run.owner == self.operations.instance() || self.operations.store_is_own() {
            return true;
        }
        is_older(run.heartbeat_at, self.operations.clock().now(), self.lease())
    }

    /// How long an owner may be silent.
    pub(super) fn lease(&self) -> SignedDuration {
        if self.operations.store_is_degraded() { DEGRADED_LEASE } else { LEASE }
    }

    /// Says something beside the answer.
    pub(super) fn notice(&self, live: &LiveRun, level: NoticeLevel, text: &str) {
        let part = Part::Notice(Notice { level, text: text.to_owned() });
        live.push(RunEventKind::Block { html: (self.render)(&part, None), part: Box::new(part) });
    }

    fn fail(&self, live: &LiveRun, error: &OperationError) -> MessageStatus {
        tracing::error!(run.id = %live.id, error = ?error, "the answer failed");
        let text = match error {
            OperationError::Storage(StoreError::Unavailable(_) | StoreError::NotGranted(_)) => {
                "What the answer needs is in the database, which cannot be reached at the moment. \
                 Your question is kept; ask it again when the database is back."
            }
            _ => "The answer failed. Your question is kept; ask it again.",
        };
        self.notice(live, NoticeLevel::Error, text);
        MessageStatus::Failed
    }
}

/// Another instance writes the run: what it did not see of this one's never was.
fn fenced(live: &LiveRun) -> Next {
    tracing::warn!(run.id = %live.id, "another instance has taken the run on");
    live.drop_unstored();
    Next::Follow
}

fn is_older(heartbeat: Timestamp, now: Timestamp, lease: SignedDuration) -> bool {
    now.duration_since(heartbeat) > lease
}
