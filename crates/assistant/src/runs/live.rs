//! A run as this instance knows it: its events so far, and who listens.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{MessageStatus, Part, RunEvent, RunEventKind, RunId, RunRecord, Usage, UserId};
use futures::{Stream, StreamExt, stream};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// How many events may be shown before they are stored. When an instance dies with events that were
/// shown and not stored, the next one leaves so many numbers out, so that no listener takes an event
/// of the new answer for one of the old. More leave longer gaps to fill; fewer make listeners of a
/// fast model wait for the store.
pub(super) const SHOWN_AHEAD_MAX: usize = 256;

/// One run, written or followed by this instance.
pub(super) struct LiveRun {
    pub(super) user: UserId,
    pub(super) id: RunId,
    progress: Mutex<Progress>,
    shown: watch::Sender<Shown>,
    /// More events wait for the store than may be shown.
    pub(super) is_full: Notify,
    /// The person has stopped it.
    pub(super) stop: CancellationToken,
    /// What its answer has taken and no record says.
    spent: Mutex<Usage>,
    /// What the models of its answer were sent so far.
    record: Mutex<Option<RunRecord>>,
}

#[derive(Default)]
struct Progress {
    events: Vec<RunEvent>,
    stored: usize,
    /// The store takes nothing: everything is shown all the same.
    is_unstored: bool,
    /// How the answer ended.
    ended: Option<MessageStatus>,
}

/// What listeners may see.
#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    count: usize,
    /// Nothing more comes from this instance.
    is_closed: bool,
}

impl LiveRun {
    pub(super) fn new(user: UserId, id: RunId) -> Arc<Self> {
        Arc::new(Self {
            user,
            id,
            progress: Mutex::default(),
            shown: watch::Sender::default(),
            is_full: Notify::new(),
            stop: CancellationToken::new(),
            spent: Mutex::default(),
            record: Mutex::default(),
        })
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the events, and shows what may be shown of them.
    fn update<T>(&self, change: impl FnOnce(&mut Progress) -> T) -> T {
        let (given, count, is_full) = {
            let mut progress = self.progress();
            let given = change(&mut progress);
            let may_show = if progress.is_unstored { usize::MAX } else { progress.stored + SHOWN_AHEAD_MAX };
            let ahead = progress.events.len() - progress.stored;
            (given, progress.events.len().min(may_show), ahead >= SHOWN_AHEAD_MAX)
        };
        if is_full {
            self.is_full.notify_one();
        }
        self.shown.send_if_modified(|shown| {
            let is_news = shown.count != count;
            shown.count = count;
            is_news
        });
        given
    }

    /// Adds the next event of a run that this instance writes.
    pub(super) fn push(&self, kind: RunEventKind) {
        self.update(|progress| {
            let number = progress.events.len() as u64 + 1;
            progress.events.push(RunEvent { number, kind });
        });
    }

    /// What the answer has taken so far.
    pub(super) fn spend(&self, spent: Usage) {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner) = spent;
    }

    /// What the models of its answer were sent so far.
    pub(super) fn keep_record(&self, record: RunRecord) {
        *self.record.lock().unwrap_or_else(PoisonError::into_inner) = Some(record);
    }

    /// The record of an answer that ends before it is whole; none where no model was asked.
    pub(super) fn unfinished_record(&self) -> Option<RunRecord> {
        let record = self.record.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let spent = *self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        Some(RunRecord { input_tokens: spent.input_tokens, output_tokens: spent.output_tokens, ..record })
    }

    /// What it has taken; the next time nothing.
    pub(super) fn take_spent(&self) -> Usage {
        std::mem::take(&mut *self.spent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The answer is sealed: shows everything there is, and `Done` behind it once this is closed.
    pub(super) fn end(&self, status: MessageStatus) {
        self.update(|progress| {
            progress.is_unstored = true;
            progress.ended = Some(status);
        });
    }

    /// Adds events that the store holds.
    pub(super) fn extend_stored(&self, events: Vec<RunEvent>) {
        self.update(|progress| {
            let last = progress.events.len() as u64;
            progress.events.extend(events.into_iter().filter(|event| event.number > last));
            progress.stored = progress.events.len();
        });
    }

    /// The events that the store does not hold yet, and how many there are with them.
    pub(super) fn unstored(&self) -> (Vec<RunEvent>, usize) {
        let progress = self.progress();
        (progress.events[progress.stored..].to_vec(), progress.events.len())
    }

    /// What became of an attempt to store the first `count`.
    pub(super) fn set_stored(&self, count: Option<usize>) {
        self.update(|progress| {
            progress.is_unstored = count.is_none();
            progress.stored = count.unwrap_or(progress.stored).max(progress.stored);
        });
    }

    /// Forgets what the store does not hold: another instance writes the run.
    pub(super) fn drop_unstored(&self) {
        self.update(|progress| {
            progress.events.truncate(progress.stored);
            progress.is_unstored = false;
        });
    }

    /// How many events there are.
    pub(super) fn len(&self) -> usize {
        self.progress().events.len()
    }

    /// The parts that the events have written so far.
    pub(super) fn parts(&self) -> Vec<Part> {
        parts_of(&self.progress().events)
    }

    pub(super) fn has_listeners(&self) -> bool {
        self.shown.receiver_count() > 0
    }

    /// Ends every listener's stream behind what it may see.
    pub(super) fn close(&self) {
        self.shown.send_modify(|shown| shown.is_closed = true);
    }

    /// Shown events with a number greater than `after`.
    fn events_after(&self, after: u64, shown: usize) -> Vec<RunEvent> {
        let progress = self.progress();
        let end = shown.min(progress.events.len());
        let from = usize::try_from(after).unwrap_or(usize::MAX).min(end);
        progress.events[from..end].to_vec()
    }

    /// The last event, for who has seen `after`; none while the answer is not sealed. It is not
    /// stored, because the answer's status says the same.
    fn done(&self, after: u64) -> Option<RunEvent> {
        let status = self.progress().ended?;
        Some(RunEvent { number: after.saturating_add(1), kind: RunEventKind::Done { status } })
    }
}

/// The parts that events have written so far; text that no block has replaced is a part too.
pub(super) fn parts_of(events: &[RunEvent]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut unfinished = String::new();
    for event in events {
        match &event.kind {
            RunEventKind::ToolFinished { call } => parts.push(Part::ToolCall((**call).clone())),
            RunEventKind::Text { delta } => unfinished.push_str(delta),
            RunEventKind::Block { part, .. } => {
                if matches!(**part, Part::Text { .. }) {
                    unfinished.clear();
                }
                parts.push((**part).clone());
            }
            RunEventKind::Restarted => {
                parts.clear();
                unfinished.clear();
            }
            RunEventKind::ToolStarted { .. } | RunEventKind::Done { .. } => {}
        }
    }
    if !unfinished.trim().is_empty() {
        parts.push(Part::text(unfinished));
    }
    parts
}

/// Events of a run after a number, until `Done` or until this instance lets go of it.
pub(super) fn follow(live: Arc<LiveRun>, after: u64) -> impl Stream<Item = RunEvent> + Send {
    let shown = live.shown.subscribe();
    let batches = stream::unfold(Some((live, shown, after)), |state| async move {
        let (live, mut shown, after) = state?;
        let seen = usize::try_from(after).unwrap_or(usize::MAX);
        let now = *shown.wait_for(|shown| shown.count > seen || shown.is_closed).await.ok()?;
        let mut events = live.events_after(after, now.count);
        if events.is_empty() {
            events.extend(live.done(after));
            return Some((stream::iter(events), None));
        }
        let after = after + events.len() as u64;
        Some((stream::iter(events), Some((live, shown, after))))
    });
    batches.flatten()
}
