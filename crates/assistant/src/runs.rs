//! Runs: answers in the making. A run outlives the request that started it; anyone who may see it
//! can attach, leave and attach again without missing an event.
//!
//! Events are numbered and kept in memory at once, in the store in batches. When the answer is
//! sealed the run leaves memory, and later readers are served from the store. Whoever listens to a
//! run that another instance writes is served from the store too, and that instance's place is taken
//! when it is gone: see [`attend`].

mod attend;
mod live;
mod sweep;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{Part, RunEvent, RunEventKind, RunId, RunStatus, UserId};
use futures::{Stream, StreamExt, future::BoxFuture, stream};
use operations::{OperationError, Operations, Sent, if_known};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    attend::{Finished, Next},
    live::{LiveRun, follow},
    sweep::Wakefulness,
};
use crate::{Answer, AnswerEvent, Desk, Models};

/// How long it is waited for that a run of another instance stops.
const STOP_WITHIN: Duration = Duration::from_secs(5);
/// Makes a finished part's sanitised HTML, in the formats of a person's locale (a BCP 47 tag).
pub type Render = fn(&Part, Option<&str>) -> String;

/// The runs of this process, and the way to those of others.
pub struct Runs {
    shared: Arc<Shared>,
}

struct Shared {
    operations: Arc<Operations>,
    desk: Desk,
    render: Render,
    live: Mutex<HashMap<RunId, Arc<LiveRun>>>,
    tasks: TaskTracker,
    /// The program ends: no more runs are looked for.
    closing: CancellationToken,
    /// Runs that are still written are to be handed over.
    shutdown: CancellationToken,
    wakefulness: Wakefulness,
}

impl Runs {
    /// Runs that answer with `models`; `render` makes a finished part's sanitised HTML.
    pub fn new(operations: Arc<Operations>, models: Models, render: Render) -> Self {
        Self::at(Desk::new(operations, models), render)
    }

    /// Runs that are answered at a desk; `render` makes a finished part's sanitised HTML.
    pub fn at(desk: Desk, render: Render) -> Self {
        let shared = Shared {
            operations: Arc::clone(desk.operations()),
            desk,
            render,
            live: Mutex::default(),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
            shutdown: CancellationToken::new(),
            wakefulness: Wakefulness::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Starts to answer a question that was written down; when the answer before it is still being
    /// written, once that has ended.
    pub fn start(&self, user: UserId, sent: &Sent) {
        self.shared.attach(user, sent.run.id, Next::Write(sent.run.clone()));
    }

    /// The events of a run with a number greater than `after`, and those still to come; ends with
    /// `Done`, or without it when this instance stops or lets go of the run.
    pub async fn subscribe(
        &self,
        user: &UserId,
        id: RunId,
        after: u64,
    ) -> Result<impl Stream<Item = RunEvent> + Send + use<>, OperationError> {
        if let Some(live) = self.shared.find_live(user, id) {
            return Ok(follow(live, after).boxed());
        }
        let operations = &self.shared.operations;
        let run = operations.get_run(user, id).await?;
        if run.status == RunStatus::Running {
            // It is held before the task looks whether anybody listens.
            return Ok(follow(self.shared.attach(user.clone(), id, Next::Follow), after).boxed());
        }
        let mut events = operations.list_run_events(user, id, after).await?;
        let status = operations.get_message(user, run.message_id).await?.status;
        let number = events.last().map_or(after, |event| event.number).saturating_add(1);
        events.push(RunEvent { number, kind: RunEventKind::Done { status } });
        Ok(stream::iter(events).boxed())
    }

    /// Stops a run, whichever instance writes it; what was written stays.
    pub async fn cancel(&self, user: &UserId, id: RunId) -> Result<(), OperationError> {
        if let Some(live) = self.shared.find_live(user, id) {
            live.stop.cancel();
            return Ok(());
        }
        if self.shared.operations.get_run(user, id).await?.status == RunStatus::Running {
            let live = self.shared.attach(user.clone(), id, Next::Follow);
            live.stop.cancel();
            self.wait(id, STOP_WITHIN).await;
        }
        Ok(())
    }

    /// Waits until a run has ended, or this instance has let go of it, `limit` at most.
    pub async fn wait(&self, id: RunId, limit: Duration) {
        let live = self.shared.live().get(&id).map(Arc::clone);
        if let Some(live) = live {
            let ended = follow(live, u64::MAX).for_each(|_| async {});
            // A run that takes longer is shown as it stands.
            let _ = tokio::time::timeout(limit, ended).await;
        }
    }

    /// Where the questions are answered.
    pub fn desk(&self) -> &Desk {
        &self.shared.desk
    }

    /// Looks after a run that no instance may be writing any more: it is taken on if so.
    pub async fn settle(&self, user: &UserId, id: RunId) -> Result<(), OperationError> {
        if self.shared.find_live(user, id).is_none()
            && self.shared.operations.get_run(user, id).await?.status == RunStatus::Running
        {
            self.shared.attach(user.clone(), id, Next::Follow);
        }
        Ok(())
    }

    /// Ends within `limit` and a moment: runs that do not finish by themselves are handed over to
    /// the next instance that is asked for them.
    pub async fn shutdown(&self, limit: Duration) {
        let tasks = &self.shared.tasks;
        self.shared.closing.cancel();
        tasks.close();
        if tokio::time::timeout(limit, tasks.wait()).await.is_err() {
            self.shared.shutdown.cancel();
            tasks.wait().await;
        }
    }

    /// How many runs this instance writes or follows.
    pub fn count(&self) -> usize {
        self.shared.live().len()
    }
}

impl Shared {
    fn live(&self) -> MutexGuard<'_, HashMap<RunId, Arc<LiveRun>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find_live(&self, user: &UserId, id: RunId) -> Option<Arc<LiveRun>> {
        self.live().get(&id).filter(|live| live.user == *user).map(Arc::clone)
    }

    /// A run of this instance; when there is none yet, one whose task begins with `next`.
    fn attach(self: &Arc<Self>, user: UserId, id: RunId, next: Next) -> Arc<LiveRun> {
        let mut runs = self.live();
        if let Some(live) = runs.get(&id) {
            return Arc::clone(live);
        }
        let live = LiveRun::new(user, id);
        runs.insert(id, Arc::clone(&live));
        // Erased: the task waits for other runs, which are tasks of the same type.
        let task: BoxFuture<'static, ()> = Box::pin(Arc::clone(self).attend(Arc::clone(&live), next));
        self.tasks.spawn(task);
        live
    }

    /// Waits until a run has ended, whichever instance writes it.
    async fn ended(self: &Arc<Self>, user: &UserId, id: RunId) -> Result<(), OperationError> {
        while self.operations.get_run(user, id).await?.status == RunStatus::Running {
            let live = self.attach(user.clone(), id, Next::Follow);
            follow(live, u64::MAX).for_each(|_| async {}).await;
        }
        Ok(())
    }

    async fn answer(&self, live: &LiveRun, sent: &Sent) -> Result<Finished, OperationError> {
        let profile = if_known(self.operations.get_profile(&live.user).await)?;
        let locale = profile.and_then(|profile| profile.locale);
        let mut emit = |event| self.hear(live, event, locale.as_deref());
        let answer = self.desk.answer(&live.user, sent, &mut emit).await?;
        Ok(Finished {
            status: answer.status,
            record: Some(answer.record.clone()),
            follow_up: Some((sent.clone(), answer)),
        })
    }

    /// What follows from an answer that is sealed. Nobody waits for it, not even the end of the program.
    fn follow_up(&self, user: &UserId, (sent, answer): (Sent, Answer)) {
        let (desk, user, shutdown) = (self.desk.clone(), user.clone(), self.shutdown.clone());
        self.tasks.spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = desk.follow_up(&user, &sent, &answer) => {}
            }
        });
    }

    /// Keeps what happens, and shows what a listener is to see of it.
    fn hear(&self, live: &LiveRun, event: AnswerEvent, locale: Option<&str>) {
        live.push(match event {
            AnswerEvent::Spent(spent) => return live.spend(spent),
            AnswerEvent::Asked(record) => return live.keep_record(*record),
            AnswerEvent::ToolStarted { name } => RunEventKind::ToolStarted { name },
            AnswerEvent::ToolFinished(call) => RunEventKind::ToolFinished { call: Box::new(call) },
            AnswerEvent::Text { delta } => RunEventKind::Text { delta },
            AnswerEvent::Restarted => RunEventKind::Restarted,
            AnswerEvent::Block(part) => {
                RunEventKind::Block { html: (self.render)(&part, locale), part: Box::new(part) }
            }
        });
    }
}
