//! The background task: probes, and gives the database what has waited.

use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use domain::UserId;
use tokio::time::{Instant, sleep_until, timeout};

use super::{
    Inner, Local, Outage,
    circuit::{Circuit, Step},
};
use crate::{
    Applied, BatchApplied, Change, ChangeKind, StoreError, journal::Numbered, journal::RefusedChange,
};

/// What a replay carries from one batch to the next.
struct Replay<'a> {
    local: &'a Local,
    /// Most changes in the next batch: halved where one fails, so that a database which cannot
    /// take many at once still takes some.
    batch: usize,
    /// Users of whom a change was refused: what is remembered of them shows it.
    to_forget: HashSet<UserId>,
}

impl Inner {
    /// Does what the circuit says until the store is closed.
    pub(super) async fn run(self: Arc<Self>) {
        let mut batch = self.options.replay_batch;
        loop {
            let step = self.with_circuit(|circuit| circuit.step(self.opened_at.elapsed()));
            match step {
                Step::Rest => {
                    let mut news = self.news.subscribe();
                    drop(news.wait_for(|news| !news.is_up || news.is_closed).await);
                }
                Step::WaitUntil(due) => {
                    self.unless_closed(sleep_until(self.opened_at + due)).await;
                }
                Step::Probe => self.probe().await,
                Step::Replay => batch = self.replay(batch).await,
            }
            if self.news.borrow().is_closed {
                return;
            }
        }
    }

    /// What a future gives, unless the store is closed first.
    async fn unless_closed<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let mut news = self.news.subscribe();
        tokio::select! {
            biased;
            given = future => Some(given),
            _ = news.wait_for(|news| news.is_closed) => None,
        }
    }

    async fn probe(&self) {
        let checked = timeout(self.options.probe_timeout, self.probe.check());
        let Some(checked) = self.unless_closed(checked).await else { return };
        match checked.unwrap_or(Err(Outage::Silent)) {
            Ok(()) => self.with_circuit(Circuit::probe_succeeded),
            Err(outage) => {
                tracing::debug!(%outage, "the database was probed");
                let now = self.now();
                self.with_circuit(|circuit| circuit.probe_failed(outage, now));
                self.news.send_modify(|news| news.has_probed = true);
            }
        }
    }

    /// Gives the database what has waited; the circuit is up afterwards, or down. Gives the size
    /// to begin with next time.
    async fn replay(&self, batch: usize) -> usize {
        let Some(local) = &self.local else {
            self.go_up();
            return batch;
        };
        let mut replay = Replay { local, batch: batch.max(1), to_forget: HashSet::new() };
        if let Err(outage) = self.replay_all(&mut replay).await {
            let now = self.now();
            self.with_circuit(|circuit| circuit.replay_failed(outage, now));
            replay.batch = (replay.batch / 2).max(1);
        }
        replay.batch
    }

    async fn replay_all(&self, replay: &mut Replay<'_>) -> Result<(), Outage> {
        let mut may_gate = true;
        let mut gate_timeout = self.options.gate_timeout;
        loop {
            let changes = self.read(replay).await?;
            let are_few = changes.len() <= self.options.gated_changes && changes.len() < replay.batch;
            if are_few && may_gate {
                if self.replay_gated(replay, gate_timeout).await? {
                    return Ok(());
                }
                gate_timeout = (gate_timeout * 2).min(self.options.longest_gate);
                // The database is slow; without the gate there may be fewer left next time.
                may_gate = false;
                continue;
            }
            may_gate = true;
            if !changes.is_empty() {
                self.give(replay, changes, None).await?.ok_or(Outage::Silent)?;
                replay.batch = (replay.batch * 2).min(self.options.replay_batch.max(1));
            }
        }
    }

    /// With writes held back: replays the rest and closes the circuit. False when the time was too
    /// short for that.
    async fn replay_gated(&self, replay: &mut Replay<'_>, gate_timeout: Duration) -> Result<bool, Outage> {
        let _gate = self.gate.write().await;
        let end = Instant::now() + gate_timeout;
        loop {
            let changes = self.read(replay).await?;
            if changes.is_empty() {
                for user in replay.to_forget.drain() {
                    replay.local.memory.forget(&user);
                }
                replay.local.memory.trim(self.options.remembered_bytes);
                self.go_up();
                return Ok(true);
            }
            let left = end.saturating_duration_since(Instant::now());
            if self.give(replay, changes, Some(left)).await?.is_none() {
                return Ok(false);
            }
        }
    }

    fn go_up(&self) {
        let at = self.clock.now();
        let opened_at = self.with_circuit(|circuit| {
            circuit.replay_ended(at);
            circuit.opened_at()
        });
        let away = self.opened_at.elapsed().saturating_sub(opened_at);
        tracing::info!(away_ms = away.as_millis() as u64, "requests go to the database");
    }

    async fn read(&self, replay: &Replay<'_>) -> Result<Vec<Numbered>, Outage> {
        let after = replay.local.replayed.load(Ordering::Relaxed);
        replay.local.writer.read_after(after, replay.batch).await.map_err(|error| {
            tracing::error!(error = %crate::causes(&error), "the journal cannot be read");
            Outage::Connecting
        })
    }

    /// Gives the database some changes and takes those that it has out of the journal. None when
    /// the time was too short.
    async fn give(
        &self,
        replay: &mut Replay<'_>,
        changes: Vec<Numbered>,
        limit: Option<Duration>,
    ) -> Result<Option<()>, Outage> {
        let (numbers, changes): (Vec<u64>, Vec<Change>) = changes.into_iter().unzip();
        let limit = limit.unwrap_or_else(|| self.replay_limit(&changes));
        let given = self.patiently(limit, self.primary.apply_all(&changes));
        let Some(given) = self.unless_closed(given).await else { return Err(Outage::Closed) };
        let Some(BatchApplied { applied, stopped }) = given else { return Ok(None) };
        let mut done = applied.len().min(changes.len());
        // Another instance took the run on meanwhile; what is remembered of it did not come about.
        let fenced = changes.iter().zip(&applied).filter(|(change, applied)| {
            **applied == Applied::Before
                && matches!(
                    &change.kind,
                    ChangeKind::RunEventsAppended { .. } | ChangeKind::AnswerSealed { .. }
                )
        });
        replay.to_forget.extend(fenced.map(|(change, _)| change.user.clone()));
        let mut refused = Vec::new();
        let outage = match stopped {
            Some(
                error @ (StoreError::RowMissing
                | StoreError::Outdated
                | StoreError::Rejected(_)
                | StoreError::CursorMalformed
                | StoreError::Failed(_)),
            ) if done < changes.len() => {
                refused.push((numbers[done], self.refuse(&changes[done], &error)));
                replay.to_forget.insert(changes[done].user.clone());
                done += 1;
                None
            }
            Some(error) => {
                tracing::warn!(error = %crate::causes(&error), "the database took no more");
                Some(Outage::of(&error))
            }
            // A store that applies less than it was given and does not say why.
            None => (done < changes.len()).then_some(Outage::Unreachable),
        };
        if done > 0 {
            self.settle(replay.local, numbers[done - 1], refused, &changes[..done]).await;
        }
        outage.map_or(Ok(Some(())), Err)
    }

    /// What a change made go in the database goes from the journal's file too, where bytes outlast what was
    /// taken out.
    pub(super) async fn expunge(&self, local: &Local, change: &Change) {
        if change.expunges()
            && let Err(error) = local.writer.expunge(change.clone()).await
        {
            tracing::error!(error = %crate::causes(&error), "the journal cannot be written anew");
        }
    }

    fn refuse(&self, change: &Change, error: &StoreError) -> RefusedChange {
        tracing::warn!(
            change = %change.id,
            error = %crate::causes(error),
            "the database refuses a change that was acknowledged here; it is set aside in the journal"
        );
        RefusedChange { change: change.clone(), reason: error.to_string(), at: self.clock.now() }
    }

    async fn settle(
        &self,
        local: &Local,
        through: u64,
        refused: Vec<(u64, RefusedChange)>,
        changes: &[Change],
    ) {
        if let Err(error) = local.writer.settle(through, refused).await {
            // What stays there is given to the database again, which knows it.
            tracing::error!(error = %crate::causes(&error), "the journal cannot be shortened");
        }
        local.replayed.store(through, Ordering::Relaxed);
        for change in changes {
            local.memory.unpin(&change.user);
            self.expunge(local, change).await;
        }
        self.with_circuit(Circuit::replay_went_on);
    }
}
