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
use jiff::civil::{Date, date};
use operations::{OperationError, Operations, Person, Sent};
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
    operations_on(&store(), date(2024, 3, 31))
}

fn store() -> Arc<EmbeddedStore> {
    let standing = Standing { degraded: false, reason: "a test".to_owned() };
    Arc::new(EmbeddedStore::in_memory(&FixedClock::on(date(2024, 3, 31)), standing))
}

fn operations_on(store: &Arc<EmbeddedStore>, day: Date) -> Arc<Operations> {
    Arc::new(Operations::new(Arc::<EmbeddedStore>::clone(store), Arc::new(FixedClock::on(day))))
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
        let sent = operations.send_message(&Person::from(ada.clone()), None, "Tell me", None).await.unwrap();
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

/// What a page shows after these events: the text since the answer was last begun.
fn shown(events: &[RunEvent]) -> String {
    let mut text = String::new();
    for event in events {
        match &event.kind {
            RunEventKind::Restarted => text.clear(),
            RunEventKind::Block { part, .. } => {
                if let Part::Text { markdown, .. } = &**part {
                    text.push_str(markdown);
                }
            }
            _ => {}
        }
    }
    text
}

/// Runs of a process that comes after the one whose operations these are, with a model that says one
/// thing.
fn next_process(operations: &Arc<Operations>, text: &str) -> Runs {
    let (words, turn) = mpsc::unbounded();
    words.unbounded_send(Ok(ModelEvent::Text { delta: text.to_owned() })).unwrap();
    let model = Arc::new(Dictated(Mutex::new(Some(turn))));
    Runs::new(Arc::clone(operations), Models::only(model), render)
}

#[tokio::test]
async fn a_run_that_a_killed_process_left_is_written_anew_behind_every_number_it_may_have_shown() {
    let operations = operations();
    let ada = user("ada");
    let sent = operations.send_message(&Person::from(ada.clone()), None, "Tell me", None).await.unwrap();
    let half = RunEvent { number: 1, kind: RunEventKind::Text { delta: "Half".to_owned() } };
    operations.append_run_events(&ada, &sent.run, vec![half]).await.unwrap();
    let runs = next_process(&operations, "Whole.");
    let events: Vec<_> = runs.subscribe(&ada, sent.run.id, 0).await.unwrap().collect().await;
    assert_gapless(&events, 0);
    assert_eq!(shown(&events), "Whole.");
    let anew = events.iter().rposition(|event| event.kind == RunEventKind::Restarted).unwrap();
    assert!(anew > 200, "whoever had seen events that were not stored misses none of the new ones: {anew}");
    let answer = operations.get_message(&ada, sent.answer.id).await.unwrap();
    assert_eq!((answer.status, &*answer.parts), (MessageStatus::Complete, &[Part::text("Whole.")][..]));
}

#[tokio::test]
async fn an_answer_that_ended_two_instances_is_ended_itself() {
    let operations = operations();
    let ada = user("ada");
    let sent = operations.send_message(&Person::from(ada.clone()), None, "Tell me", None).await.unwrap();
    let half = RunEvent { number: 1, kind: RunEventKind::Text { delta: "Half".to_owned() } };
    operations.append_run_events(&ada, &sent.run, vec![half]).await.unwrap();
    let mut run = sent.run.clone();
    for _ in 0..2 {
        run = operations.claim_run(&ada, &run).await.unwrap().unwrap();
    }
    let runs = next_process(&operations, "Never said.");
    let events: Vec<_> = runs.subscribe(&ada, run.id, 0).await.unwrap().collect().await;
    assert_gapless(&events, 0);
    let answer = operations.get_message(&ada, sent.answer.id).await.unwrap();
    assert_eq!(answer.status, MessageStatus::Failed);
    assert!(matches!(
        &*answer.parts,
        [Part::Notice(_), Part::Text { .. }] | [Part::Text { .. }, Part::Notice(_)]
    ));
}

#[tokio::test]
async fn a_question_waits_until_the_answer_before_it_has_ended() {
    let mut dictation = Dictation::start().await;
    let (ada, chat) = (dictation.ada.clone(), dictation.sent.chat.id);
    let second = dictation
        .operations
        .send_message(&Person::from(ada.clone()), Some(chat), "And then?", None)
        .await
        .unwrap();
    dictation.runs.start(ada.clone(), &second);
    let third = dictation
        .operations
        .send_message(&Person::from(ada.clone()), Some(chat), "Never mind", None)
        .await
        .unwrap();
    dictation.runs.start(ada.clone(), &third);
    dictation.runs.cancel(&ada, third.run.id).await.unwrap();
    let stopped: Vec<_> = dictation.runs.subscribe(&ada, third.run.id, 0).await.unwrap().collect().await;
    assert_eq!(stopped.len(), 1, "it never began: {stopped:?}");
    let waits = dictation.operations.get_message(&ada, second.answer.id).await.unwrap();
    assert_eq!(waits.status, MessageStatus::Streaming);
    dictation.say("One.");
    (dictation.words, _) = mpsc::unbounded();
    let events: Vec<_> = dictation.runs.subscribe(&ada, second.run.id, 0).await.unwrap().collect().await;
    assert_gapless(&events, 0);
    let first = dictation.operations.get_message(&ada, dictation.sent.answer.id).await.unwrap();
    assert_eq!(first.status, MessageStatus::Complete);
}

#[tokio::test]
async fn a_model_that_panics_fails_its_answer_and_nothing_else() {
    let operations = operations();
    let ada = user("ada");
    let runs = Runs::new(Arc::clone(&operations), Models::only(Arc::new(Panicking)), render);
    let sent = operations.send_message(&Person::from(ada.clone()), None, "Tell me", None).await.unwrap();
    runs.start(ada.clone(), &sent);
    runs.wait(sent.run.id, Duration::from_secs(5)).await;
    let answer = operations.get_message(&ada, sent.answer.id).await.unwrap();
    assert_eq!(answer.status, MessageStatus::Failed);
    assert!(matches!(&*answer.parts, [Part::Notice(_)]));
}

#[tokio::test(start_paused = true)]
async fn chats_that_have_stayed_long_enough_go_though_their_person_does_not_come() {
    let (store, ada) = (store(), user("ada"));
    let operations = operations_on(&store, date(2024, 3, 31));
    let old = operations.create_chat(&ada, Some("Old")).await.unwrap().id;
    operations.set_retention(&ada, Some(30)).await.unwrap();
    let later = operations_on(&store, date(2024, 5, 1));
    let runs = next_process(&later, "Nothing");
    let gone = async {
        while later.get_chat(&ada, old).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = runs.watch() => panic!("it watches until it is told to stop"),
        gone = tokio::time::timeout(Duration::from_secs(20), gone) => gone.unwrap(),
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_end_in_time_is_handed_over_when_the_process_stops() {
    let dictation = Dictation::start().await;
    let (ada, run) = (&dictation.ada, dictation.sent.run.id);
    let mut events = dictation.runs.subscribe(ada, run, 0).await.unwrap();
    dictation.say("Half");
    let seen = events.next().await.unwrap().number;
    dictation.runs.shutdown(Duration::from_secs(5)).await;
    assert_eq!(events.next().await, None, "the stream ends without an end of the answer");
    assert!(dictation.operations.get_run(ada, run).await.unwrap().is_released());
    let answer = dictation.operations.get_message(ada, dictation.sent.answer.id).await.unwrap();
    assert_eq!(answer.status, MessageStatus::Streaming);

    let runs = next_process(&dictation.operations, "Whole.");
    let rest: Vec<_> = runs.subscribe(ada, run, seen).await.unwrap().collect().await;
    assert_gapless(&rest, seen);
    let restarts = rest.iter().filter(|event| event.kind == RunEventKind::Restarted).count();
    assert_eq!((restarts, shown(&rest).as_str()), (1, "Whole."));
}

#[tokio::test]
async fn an_owner_that_lost_its_run_follows_the_new_one() {
    let dictation = Dictation::start().await;
    let (ada, run) = (&dictation.ada, dictation.sent.run.clone());
    let mut events = dictation.runs.subscribe(ada, run.id, 0).await.unwrap();
    dictation.say("Mine");
    events.next().await.unwrap();
    let ours = dictation.operations.claim_run(ada, &run).await.unwrap().unwrap();
    let parts = vec![Part::text("Theirs")];
    let status = MessageStatus::Complete;
    dictation.operations.seal_answer(ada, &ours, parts, status, None).await.unwrap();
    dictation.say(" too");
    let rest: Vec<_> = events.collect().await;
    assert_eq!(rest.last().unwrap().kind, RunEventKind::Done { status });
    let answer = dictation.operations.get_message(ada, run.message_id).await.unwrap();
    assert_eq!(*answer.parts, [Part::text("Theirs")]);
    assert_eq!(dictation.runs.count(), 0);
}

#[tokio::test]
async fn what_a_stopped_answer_took_is_counted() {
    let operations = operations();
    let (words, turn) = mpsc::unbounded();
    let serving: Arc<dyn ChatModel> = Arc::new(Dictated(Mutex::new(Some(turn))));
    let models = Models { builtin: Arc::new(assistant::BuiltinModel), serving: Some(serving) };
    let runs = Runs::new(Arc::clone(&operations), models, render);
    let ada = user("ada");
    let sent = operations.send_message(&Person::from(ada.clone()), None, "Tell me", None).await.unwrap();
    runs.start(ada.clone(), &sent);
    let mut events = runs.subscribe(&ada, sent.run.id, 0).await.unwrap();
    words.unbounded_send(Ok(ModelEvent::Usage { input_tokens: 100, output_tokens: 1 })).unwrap();
    words.unbounded_send(Ok(ModelEvent::Usage { input_tokens: 100, output_tokens: 5 })).unwrap();
    words.unbounded_send(Ok(ModelEvent::Text { delta: "One ".to_owned() })).unwrap();
    events.next().await.unwrap();
    runs.cancel(&ada, sent.run.id).await.unwrap();
    events.for_each(|_| async {}).await;
    runs.shutdown(Duration::from_secs(5)).await;
    let answer = operations.get_message(&ada, sent.answer.id).await.unwrap();
    assert_eq!(answer.status, MessageStatus::Stopped);
    assert_eq!(operations.tokens_since(&ada, date(2024, 3, 31)).await.unwrap(), 105);
    let record = operations.get_run_record(&ada, sent.run.id).await.unwrap();
    let seen = record;
    assert_eq!((seen.input_tokens, seen.output_tokens), (100, 5));
    assert_eq!(seen.steps[0].messages.last().unwrap().text, "Tell me");
    assert_eq!(operations.tokens_since(&ada, date(2024, 4, 1)).await.unwrap(), 0);
}
