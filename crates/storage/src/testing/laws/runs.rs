use domain::{MessageStatus, RunId, RunStatus, Usage};
use jiff::tz::TimeZone;

use crate::{
    Applied, ChangeKind, Store, StoreError,
    testing::{Household, fixtures::text_events},
};

fn claim(run_id: RunId, owner: &str, epoch: u32) -> ChangeKind {
    ChangeKind::RunClaimed { run_id, owner: owner.to_owned(), epoch }
}

fn events(run_id: RunId, epoch: u32, numbers: std::ops::RangeInclusive<u64>) -> ChangeKind {
    ChangeKind::RunEventsAppended { run_id, epoch, events: text_events(numbers) }
}

pub async fn of_two_that_claim_a_run_at_once_one_has_it(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Claimed").await;
    let (_, _, run) = ada.write_question(store, chat.id, "How much?").await;
    let (here, there) =
        tokio::join!(ada.apply(store, claim(run.id, "here", 2)), ada.apply(store, claim(run.id, "there", 2)));
    let owner = match (here.unwrap(), there.unwrap()) {
        (Applied::Now, Applied::Before) => "here",
        (Applied::Before, Applied::Now) => "there",
        both => panic!("{both:?}"),
    };
    let claimed = store.find_run(&ada.user, run.id).await.unwrap().unwrap();
    assert_eq!((claimed.owner.as_str(), claimed.epoch), (owner, 2));
    assert!(claimed.heartbeat_at > run.heartbeat_at);
    for epoch in [0, 1, 2, 4, u32::MAX] {
        assert_eq!(ada.apply(store, claim(run.id, "late", epoch)).await.unwrap(), Applied::Before);
    }
    assert_eq!(store.find_run(&ada.user, run.id).await.unwrap(), Some(claimed));
    let nowhere = claim(RunId::generate(&ada.clock), "here", 1);
    assert!(matches!(ada.apply(store, nowhere).await, Err(StoreError::RowMissing)));
}

pub async fn an_owner_of_an_earlier_epoch_writes_nothing(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Fenced").await;
    let (_, answer, run) = ada.write_question(store, chat.id, "How much?").await;
    ada.write(store, events(run.id, 1, 1..=2)).await;
    ada.write(store, claim(run.id, "there", 2)).await;
    let claimed = store.find_run(&ada.user, run.id).await.unwrap();
    for kind in [
        events(run.id, 1, 3..=4),
        events(run.id, 1, 9..=9),
        ada.seal(&run, "From before", MessageStatus::Complete),
        ChangeKind::RunReleased { run_id: run.id, epoch: 1 },
    ] {
        assert_eq!(ada.apply(store, kind).await.unwrap(), Applied::Before);
    }
    assert_eq!(store.find_run(&ada.user, run.id).await.unwrap(), claimed);
    assert_eq!(store.list_run_events(&ada.user, run.id, 0).await.unwrap(), text_events(1..=2));
    let streaming = store.find_message(&ada.user, answer.id).await.unwrap().unwrap();
    assert_eq!(streaming.status, MessageStatus::Streaming);
    ada.write(store, events(run.id, 2, 3..=3)).await;
    let owned = domain::Run { epoch: 2, ..run };
    ada.write(store, ada.recorded_seal(&owned, "**12.50 EUR**")).await;
    assert_eq!(ada.apply(store, claim(owned.id, "late", 3)).await.unwrap(), Applied::Before, "it has ended");
    let ended = store.find_run(&ada.user, owned.id).await.unwrap().unwrap();
    assert_eq!((ended.status, ended.epoch), (RunStatus::Ended, 2));
}

pub async fn a_run_that_is_let_go_of_says_so_and_one_that_is_written_to_lives(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Released").await;
    let (_, _, run) = ada.write_question(store, chat.id, "How much?").await;
    let find = async || store.find_run(&ada.user, run.id).await.unwrap().unwrap();
    let heartbeat = ChangeKind::RunEventsAppended { run_id: run.id, epoch: 1, events: Vec::new() };
    ada.write(store, heartbeat).await;
    let alive = find().await;
    assert!(alive.heartbeat_at > run.heartbeat_at && !alive.is_released());
    ada.write(store, ChangeKind::RunReleased { run_id: run.id, epoch: 1 }).await;
    assert!(find().await.is_released());
    let again = ChangeKind::RunReleased { run_id: run.id, epoch: 1 };
    assert_eq!(ada.apply(store, again).await.unwrap(), Applied::Before);
    ada.write(store, claim(run.id, "there", 2)).await;
    assert!(!find().await.is_released());
}

pub async fn what_a_model_saw_is_kept_with_its_run(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Seen").await;
    let (_, _, run) = ada.write_question(store, chat.id, "How much?").await;
    assert_eq!(store.find_run_record(&ada.user, run.id).await.unwrap(), None);
    let seal = ada.recorded_seal(&run, "**12.50 EUR**");
    let ChangeKind::AnswerSealed { record: Some(record), .. } = &seal else { panic!("{seal:?}") };
    ada.write(store, seal.clone()).await;
    let kept = store.find_run_record(&ada.user, run.id).await.unwrap();
    assert_eq!(kept.as_ref(), Some(&**record));
    let (_, _, unseen) = ada.write_question(store, chat.id, "And in May?").await;
    ada.write(store, ada.seal(&unseen, "Nothing", MessageStatus::Stopped)).await;
    assert_eq!(store.find_run_record(&ada.user, unseen.id).await.unwrap(), None);

    let title = ada.change(ada.aside(&run));
    let ChangeKind::AsideRecorded { aside, .. } = &title.kind else { panic!("{title:?}") };
    store.apply(&title).await.unwrap();
    store.apply(&title).await.unwrap();
    let refused = ada.apply(store, ada.aside(&unseen)).await;
    assert!(matches!(refused, Err(StoreError::RowMissing)), "it joins what is there: {refused:?}");
    let mut with_title = (**record).clone();
    with_title.asides.push((**aside).clone());
    assert_eq!(store.find_run_record(&ada.user, run.id).await.unwrap(), Some(with_title));
    let counted = store.usage(&ada.user, title.at.to_zoned(TimeZone::UTC).date()).await.unwrap();
    let usage = Usage { answers: 1, input_tokens: 120 + 30, output_tokens: 7 + 3 };
    assert_eq!(counted[0].usage, usage, "what is written counts, once");
    ada.write(store, ChangeKind::ChatPurged { chat_id: chat.id }).await;
    let late = ada.apply(store, ada.aside(&run)).await;
    assert!(matches!(late, Err(StoreError::RowMissing)), "nothing of a chat that has gone: {late:?}");
}
