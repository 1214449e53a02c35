//! Runs: answers in the making. A run outlives the request that started it; anyone who may see it
//! can attach, leave and attach again without missing an event.
//!
//! Events are numbered and kept in memory at once, in the store in batches. When the answer is
//! sealed the run leaves memory, and later readers are served from the store.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    MessageStatus, Notice, NoticeLevel, Part, Run, RunEvent, RunEventKind, RunId, RunStatus, UserId,
};
use futures::{FutureExt, Stream, StreamExt, stream};
use operations::{OperationError, Operations, Sent};
use storage::PageRequest;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{AnswerEvent, Models, Question, Toolbox, answer};

/// How often unstored events are written down. Longer loses more of a half-made answer when the
/// process dies; shorter writes more often than a person can read.
const STORE_EVERY: Duration = Duration::from_millis(250);
/// How often another process's run is looked at for new events.
const POLL_EVERY: Duration = Duration::from_millis(500);
/// How long another process's run may be silent before it is taken for dead. Shorter seals answers
/// of a slow model under its hands.
const SILENCE_MAX: Duration = Duration::from_mins(1);
/// Messages of the chat that a model is shown.
const HISTORY_MESSAGES: u16 = 20;

/// Makes a finished part's sanitised HTML, in the formats of a person's locale (a BCP 47 tag).
pub type Render = fn(&Part, Option<&str>) -> String;

/// The runs of this process, and the way to those of others.
pub struct Runs {
    shared: Arc<Shared>,
    tasks: TaskTracker,
}

struct Shared {
    operations: Arc<Operations>,
    models: Models,
    render: Render,
    live: Mutex<HashMap<RunId, Arc<LiveRun>>>,
    shutdown: CancellationToken,
}

/// One run of this process.
struct LiveRun {
    user: UserId,
    run: Run,
    progress: Mutex<Progress>,
    /// How many events there are; tells listeners to look.
    count: watch::Sender<usize>,
    stop: CancellationToken,
}

#[derive(Default)]
struct Progress {
    events: Vec<RunEvent>,
    stored: usize,
}

impl LiveRun {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, kind: RunEventKind) {
        let count = {
            let mut progress = self.progress();
            let number = progress.events.len() as u64 + 1;
            progress.events.push(RunEvent { number, kind });
            progress.events.len()
        };
        self.count.send_replace(count);
    }

    /// Events with a number greater than `after`.
    fn events_after(&self, after: u64) -> Vec<RunEvent> {
        let progress = self.progress();
        let from = usize::try_from(after).unwrap_or(usize::MAX).min(progress.events.len());
        progress.events[from..].to_vec()
    }
}

impl Runs {
    /// Runs that answer with `models`; `render` makes a finished part's sanitised HTML.
    pub fn new(operations: Arc<Operations>, models: Models, render: Render) -> Self {
        let shared =
            Shared { operations, models, render, live: Mutex::default(), shutdown: CancellationToken::new() };
        Self { shared: Arc::new(shared), tasks: TaskTracker::new() }
    }

    /// Starts to answer a question that was written down.
    pub fn start(&self, user: UserId, sent: &Sent) {
        let live = Arc::new(LiveRun {
            user,
            run: sent.run.clone(),
            progress: Mutex::default(),
            count: watch::Sender::new(0),
            stop: self.shared.shutdown.child_token(),
        });
        self.shared.live().insert(sent.run.id, Arc::clone(&live));
        let shared = Arc::clone(&self.shared);
        let sent = sent.clone();
        self.tasks.spawn(async move { shared.run(&live, &sent).await });
    }

    /// The events of a run with a number greater than `after`, and those still to come; ends with
    /// `Done`.
    pub async fn subscribe(
        &self,
        user: &UserId,
        id: RunId,
        after: u64,
    ) -> Result<impl Stream<Item = RunEvent> + Send + use<>, OperationError> {
        if let Some(live) = self.shared.find_live(user, id) {
            return Ok(follow(live, after).boxed());
        }
        self.settle(user, id).await?;
        let run = self.shared.operations.get_run(user, id).await?;
        Ok(follow_stored(Arc::clone(&self.shared), user.clone(), run, after).boxed())
    }

    /// Stops a run; what was written stays.
    pub async fn cancel(&self, user: &UserId, id: RunId) -> Result<(), OperationError> {
        if let Some(live) = self.shared.find_live(user, id) {
            live.stop.cancel();
            return Ok(());
        }
        self.settle(user, id).await
    }

    /// Waits until a run of this process has ended, `limit` at most.
    pub async fn wait(&self, id: RunId, limit: Duration) {
        let live = self.shared.live().get(&id).map(Arc::clone);
        if let Some(live) = live {
            let ended = follow(live, 0).for_each(|_| async {});
            // A run that takes longer is shown as it stands.
            let _ = tokio::time::timeout(limit, ended).await;
        }
    }

    /// Seals a run that a stopped process left behind. With a store of this process's own, every
    /// run that is not live here is such a one.
    pub async fn settle(&self, user: &UserId, id: RunId) -> Result<(), OperationError> {
        let run = self.shared.operations.get_run(user, id).await?;
        let is_orphan = run.status == RunStatus::Running
            && self.shared.find_live(user, id).is_none()
            && self.shared.operations.store_is_own();
        if is_orphan { self.shared.seal_orphan(user, &run).await } else { Ok(()) }
    }

    /// Ends every run within `limit`: those that do not finish by themselves are stopped, and
    /// what they have written is sealed.
    pub async fn shutdown(&self, limit: Duration) {
        self.tasks.close();
        if tokio::time::timeout(limit, self.tasks.wait()).await.is_err() {
            self.shared.shutdown.cancel();
            self.tasks.wait().await;
        }
    }
}

impl Shared {
    fn live(&self) -> MutexGuard<'_, HashMap<RunId, Arc<LiveRun>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find_live(&self, user: &UserId, id: RunId) -> Option<Arc<LiveRun>> {
        self.live().get(&id).filter(|live| live.user == *user).map(Arc::clone)
    }

    async fn run(&self, live: &LiveRun, sent: &Sent) {
        let outcome = {
            let work = AssertUnwindSafe(self.answer(live, sent)).catch_unwind();
            tokio::pin!(work);
            let mut store_tick = tokio::time::interval(STORE_EVERY);
            store_tick.tick().await;
            loop {
                tokio::select! {
                    outcome = &mut work => break match outcome {
                        Ok(Ok(status)) => status,
                        Ok(Err(error)) => self.fail(live, &error),
                        Err(_panic) => {
                            tracing::error!(run.id = %live.run.id, "the assistant panicked");
                            self.fail(live, &OperationError::NotFound)
                        }
                    },
                    () = live.stop.cancelled() => break MessageStatus::Stopped,
                    _ = store_tick.tick() => self.store_events(live).await,
                }
            }
        };
        self.store_events(live).await;
        let parts = parts_of(&live.progress().events);
        let sealed = self.operations.seal_answer(&live.user, &live.run, parts, outcome).await;
        if let Err(error) = sealed {
            tracing::error!(run.id = %live.run.id, error = ?error, "the answer could not be sealed");
        }
        live.push(RunEventKind::Done { status: outcome });
        self.live().remove(&live.run.id);
    }

    async fn answer(&self, live: &LiveRun, sent: &Sent) -> Result<MessageStatus, OperationError> {
        let user = &live.user;
        let ledger = self.operations.ledger(user).await?;
        let profile = self.operations.get_profile(user).await?;
        let page = PageRequest::first(HISTORY_MESSAGES);
        let mut history = self.operations.list_messages(user, sent.chat.id, &page).await?.items;
        history.retain(|message| message.id != sent.question.id && message.id != sent.answer.id);
        let as_of = self.operations.clock().today();
        let text = match sent.question.parts.first() {
            Some(Part::Text { markdown, .. }) => markdown.clone(),
            _ => String::new(),
        };
        let locale = profile.locale.clone();
        let settings = self.operations.settings(user).await?;
        let toolbox = Toolbox::new(ledger, profile, as_of)
            .with_exchange_rates(settings.exchange_rates.clone())
            .with_budgets(settings.budgets.clone());
        let question = Question { text, as_of, history };
        let mut emit = |event: AnswerEvent| live.push(self.numbered(event, locale.as_deref()));
        Ok(answer(self.models.builtin.as_ref(), &toolbox, question, &mut emit).await.status)
    }

    fn numbered(&self, event: AnswerEvent, locale: Option<&str>) -> RunEventKind {
        match event {
            AnswerEvent::ToolStarted { name } => RunEventKind::ToolStarted { name },
            AnswerEvent::ToolFinished(call) => RunEventKind::ToolFinished { call },
            AnswerEvent::Text { delta } => RunEventKind::Text { delta },
            AnswerEvent::Block(part) => RunEventKind::Block { html: (self.render)(&part, locale), part },
        }
    }

    fn fail(&self, live: &LiveRun, error: &OperationError) -> MessageStatus {
        tracing::error!(run.id = %live.run.id, error = ?error, "the answer failed");
        let text = "The answer failed. Your question is kept; ask it again.".to_owned();
        let part = Part::Notice(Notice { level: NoticeLevel::Error, text });
        live.push(RunEventKind::Block { html: (self.render)(&part, None), part });
        MessageStatus::Failed
    }

    async fn store_events(&self, live: &LiveRun) {
        let (unstored, count) = {
            let progress = live.progress();
            (progress.events[progress.stored..].to_vec(), progress.events.len())
        };
        if unstored.is_empty() {
            return;
        }
        match self.operations.append_run_events(&live.user, live.run.id, unstored).await {
            Ok(()) => live.progress().stored = count,
            Err(error) => {
                tracing::warn!(run.id = %live.run.id, error = ?error, "events stay in memory");
            }
        }
    }

    async fn seal_orphan(&self, user: &UserId, run: &Run) -> Result<(), OperationError> {
        let events = self.operations.list_run_events(user, run.id, 0).await?;
        let mut parts = parts_of(&events);
        let text = "The answer was interrupted. Ask again to have it whole.".to_owned();
        let notice = Part::Notice(Notice { level: NoticeLevel::Warning, text });
        let number = events.last().map_or(1, |event| event.number + 1);
        let html = (self.render)(&notice, None);
        let event = RunEvent { number, kind: RunEventKind::Block { part: notice.clone(), html } };
        self.operations.append_run_events(user, run.id, vec![event]).await?;
        parts.push(notice);
        self.operations.seal_answer(user, run, parts, MessageStatus::Failed).await
    }
}

/// The parts that events have written so far; text that no block has replaced is a part too.
fn parts_of(events: &[RunEvent]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut unfinished = String::new();
    for event in events {
        match &event.kind {
            RunEventKind::ToolFinished { call } => parts.push(Part::ToolCall(call.clone())),
            RunEventKind::Text { delta } => unfinished.push_str(delta),
            RunEventKind::Block { part: part @ Part::Text { .. }, .. } => {
                unfinished.clear();
                parts.push(part.clone());
            }
            RunEventKind::Block { part, .. } => parts.push(part.clone()),
            RunEventKind::ToolStarted { .. } | RunEventKind::Done { .. } => {}
        }
    }
    if !unfinished.trim().is_empty() {
        parts.push(Part::text(unfinished));
    }
    parts
}

/// Events of a run in this process, until `Done`.
fn follow(live: Arc<LiveRun>, after: u64) -> impl Stream<Item = RunEvent> + Send {
    let count = live.count.subscribe();
    let batches = stream::unfold(Some((live, count, after)), |state| async move {
        let (live, mut count, after) = state?;
        let seen = usize::try_from(after).unwrap_or(usize::MAX);
        count.wait_for(|count| *count > seen).await.ok()?;
        let events = live.events_after(after);
        let ended = events.iter().any(|event| matches!(event.kind, RunEventKind::Done { .. }));
        let after = after + events.len() as u64;
        Some((stream::iter(events), (!ended).then_some((live, count, after))))
    });
    batches.flatten()
}

/// Events of a run from the store: of one that has ended, or of one in another process, which is
/// looked at until it ends or falls silent.
fn follow_stored(
    shared: Arc<Shared>,
    user: UserId,
    run: Run,
    after: u64,
) -> impl Stream<Item = RunEvent> + Send {
    let batches = stream::unfold(Some((after, Duration::ZERO)), move |state| {
        let (shared, user, run) = (Arc::clone(&shared), user.clone(), run.clone());
        async move {
            let (after, silent_for) = state?;
            // The status is read first: a run that ends in between is seen whole the next time.
            let status = shared.operations.get_run(&user, run.id).await.ok()?.status;
            let mut events = shared.operations.list_run_events(&user, run.id, after).await.ok()?;
            let after = events.last().map_or(after, |event| event.number);
            match status {
                RunStatus::Ended => {
                    let message = shared.operations.get_message(&user, run.message_id).await.ok()?;
                    let kind = RunEventKind::Done { status: message.status };
                    events.push(RunEvent { number: after + 1, kind });
                    Some((stream::iter(events), None))
                }
                RunStatus::Running if silent_for >= SILENCE_MAX => {
                    shared.seal_orphan(&user, &run).await.ok()?;
                    Some((stream::iter(events), Some((after, Duration::ZERO))))
                }
                RunStatus::Running => {
                    let silent_for = if events.is_empty() {
                        tokio::time::sleep(POLL_EVERY).await;
                        silent_for + POLL_EVERY
                    } else {
                        Duration::ZERO
                    };
                    Some((stream::iter(events), Some((after, silent_for))))
                }
            }
        }
    });
    batches.flatten()
}
