//! Runs with a model whose words the test sends one by one.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use assistant::{ChatModel, ModelError, ModelEvent, ModelRequest, Models, Runs};
use domain::{FixedClock, MessageStatus, Part, RunEvent, RunEventKind, UserId};
use futures::{
    StreamExt,
    channel::mpsc::{self, UnboundedReceiver, UnboundedSender},
    stream::{self, BoxStream},
};
use jiff::civil::date;
use operations::{OperationError, Operations, Sent};
use storage::{EmbeddedStore, Standing};

type Turn = UnboundedReceiver<Result<ModelEvent, ModelError>>;

/// Says what the test sends; the answer ends when the sender is dropped.
struct Dictated(Mutex<Option<Turn>>);

impl ChatModel for Dictated {
    fn name(&self) -> &'static str {
        "dictated"
    }

    fn respond(&self, _: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        let turn = self.0.lock().unwrap().take();
        turn.map_or_else(|| stream::empty().boxed(), StreamExt::boxed)
    }
}

struct Panicking;

impl ChatModel for Panicking {
    fn name(&self) -> &'static str {
        "panicking"
    }

    fn respond(&self, _: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        panic!("a model that panics")
    }
}

fn operations() -> Arc<Operations> {
    let clock = Arc::new(FixedClock::on(date(2024, 3, 31)));
    let standing = Standing { degraded: false, reason: "a test".to_owned() };
    let store = EmbeddedStore::in_memory(clock.as_ref(), standing);
    Arc::new(Operations::new(Arc::new(store), clock))
}

fn user(name: &str) -> UserId {
    UserId::try_from(name.to_owned()).unwrap()
}

fn render(part: &Part, _locale: Option<&str>) -> String {
    match part {
        Part::Text { markdown, .. } => format!("<p>{}</p>", markdown.trim()),
        _ => String::new(),
    }
}

struct Dictation {
    operations: Arc<Operations>,
    runs: Runs,
    sent: Sent,
    ada: UserId,
    words: UnboundedSender<Result<ModelEvent, ModelError>>,
}

impl Dictation {
    async fn start() -> Self {
        let operations = operations();
        let (words, turn) = mpsc::unbounded();
        let model = Arc::new(Dictated(Mutex::new(Some(turn))));
        let runs = Runs::new(Arc::clone(&operations), Models::only(model), render);
        let ada = user("ada");
        let sent = operations.send_message(&ada, None, "Tell me", None).await.unwrap();
        runs.start(ada.clone(), &sent);
        Self { operations, runs, sent, ada, words }
    }

    fn say(&self, text: &str) {
        self.words.unbounded_send(Ok(ModelEvent::Text { delta: text.to_owned() })).unwrap();
    }

    async fn events_after(&self, number: u64) -> Vec<RunEvent> {
        self.runs.subscribe(&self.ada, self.sent.run.id, number).await.unwrap().collect().await
    }
}

fn assert_gapless(events: &[RunEvent], after: u64) {
    let numbers: Vec<u64> = events.iter().map(|event| event.number).collect();
    let expected: Vec<u64> = (after + 1..=after + events.len() as u64).collect();
    assert_eq!(numbers, expected);
    assert!(matches!(events.last().unwrap().kind, RunEventKind::Done { .. }));
}

#[tokio::test]
async fn whoever_attaches_again_misses_nothing() {
    let dictation = Dictation::start().await;
    let mut first = dictation.runs.subscribe(&dictation.ada, dictation.sent.run.id, 0).await.unwrap();
    dictation.say("One ");
    let seen = first.next().await.unwrap().number;
    drop(first);
    dictation.say("two.\n\nThree.");
    let later = dictation.runs.subscribe(&dictation.ada, dictation.sent.run.id, seen).await.unwrap();
    drop(dictation.words);
    let rest: Vec<_> = later.collect().await;
    assert_gapless(&rest, seen);
}

#[tokio::test]
async fn an_ended_run_is_read_from_the_store_as_it_was_heard() {
    let mut dictation = Dictation::start().await;
    let live = dictation.runs.subscribe(&dictation.ada, dictation.sent.run.id, 0).await.unwrap();
    dictation.say("One.\n\nTwo.");
    (dictation.words, _) = mpsc::unbounded();
    let heard: Vec<_> = live.collect().await;
    assert_gapless(&heard, 0);
    dictation.runs.wait(dictation.sent.run.id, Duration::from_secs(5)).await;
    assert_eq!(dictation.events_after(0).await, heard);
    assert_eq!(dictation.events_after(2).await, heard[2..]);
}

#[tokio::test]
async fn stopping_keeps_what_was_written() {
    let dictation = Dictation::start().await;
    let mut events = dictation.runs.subscribe(&dictation.ada, dictation.sent.run.id, 0).await.unwrap();
    dictation.say("Half a sent");
    events.next().await.unwrap();
    dictation.runs.cancel(&dictation.ada, dictation.sent.run.id).await.unwrap();
    let last = events.collect::<Vec<_>>().await.pop().unwrap();
    assert_eq!(last.kind, RunEventKind::Done { status: MessageStatus::Stopped });
    let answer = dictation.operations.get_message(&dictation.ada, dictation.sent.answer.id).await.unwrap();
    assert_eq!(answer.status, MessageStatus::Stopped);
    assert_eq!(*answer.parts, [Part::text("Half a sent")]);
}

#[tokio::test]
async fn somebody_else_can_neither_read_nor_stop_a_run() {
    let dictation = Dictation::start().await;
    let (eve, run) = (user("eve"), dictation.sent.run.id);
    let read = dictation.runs.subscribe(&eve, run, 0).await.map(|_| ());
    assert!(matches!(read, Err(OperationError::NotFound)));
    assert!(matches!(dictation.runs.cancel(&eve, run).await, Err(OperationError::NotFound)));
    dictation.say("Still here.");
    drop(dictation.words);
    dictation.runs.wait(run, Duration::from_secs(5)).await;
    let answer = dictation.operations.get_message(&dictation.ada, dictation.sent.answer.id).await.unwrap();
    assert_eq!(answer.status, MessageStatus::Complete);
}

#[tokio::test]
async fn a_run_that_a_stopped_process_left_is_sealed_as_interrupted() {
    let operations = operations();
    let ada = user("ada");
    let sent = operations.send_message(&ada, None, "Tell me", None).await.unwrap();
    let half = RunEvent { number: 1, kind: RunEventKind::Text { delta: "Half".to_owned() } };
    operations.append_run_events(&ada, sent.run.id, vec![half]).await.unwrap();
    let runs = Runs::new(Arc::clone(&operations), Models::only(Arc::new(Panicking)), render);
    let events: Vec<_> = runs.subscribe(&ada, sent.run.id, 0).await.unwrap().collect().await;
    assert_gapless(&events, 0);
    let answer = operations.get_message(&ada, sent.answer.id).await.unwrap();
    assert_eq!(answer.status, MessageStatus::Failed);
    assert_eq!(answer.parts[0], Part::text("Half"));
}

#[tokio::test]
async fn a_model_that_panics_fails_its_answer_and_nothing_else() {
    let operations = operations();
    let ada = user("ada");
    let runs = Runs::new(Arc::clone(&operations), Models::only(Arc::new(Panicking)), render);
    let sent = operations.send_message(&ada, None, "Tell me", None).await.unwrap();
    runs.start(ada.clone(), &sent);
    runs.wait(sent.run.id, Duration::from_secs(5)).await;
    let answer = operations.get_message(&ada, sent.answer.id).await.unwrap();
    assert_eq!(answer.status, MessageStatus::Failed);
    assert!(matches!(&*answer.parts, [Part::Notice(_)]));
}

#[tokio::test(start_paused = true)]
async fn shutting_down_seals_what_was_written() {
    let dictation = Dictation::start().await;
    let mut events = dictation.runs.subscribe(&dictation.ada, dictation.sent.run.id, 0).await.unwrap();
    dictation.say("Half");
    events.next().await.unwrap();
    dictation.runs.shutdown(Duration::from_secs(5)).await;
    let answer = dictation.operations.get_message(&dictation.ada, dictation.sent.answer.id).await.unwrap();
    assert_eq!(answer.status, MessageStatus::Stopped);
}
