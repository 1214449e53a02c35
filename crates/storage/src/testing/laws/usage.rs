use domain::{DailyUsage, RunStatus, Usage};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    Change, ChangeKind, Store,
    testing::{Household, snapshot},
};

fn usage(answers: u64, input_tokens: u64, output_tokens: u64) -> Usage {
    Usage { answers, input_tokens, output_tokens }
}

pub async fn usage_is_counted_by_day_and_chat_and_outlives_the_chat(store: &dyn Store) {
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let first = ada.write_chat(store, "First").await;
    let second = ada.write_chat(store, "Second").await;
    for (chat, question) in [(&first, "A?"), (&first, "B?"), (&second, "C?")] {
        let (_, _, run) = ada.write_question(store, chat.id, question).await;
        ada.write(store, ada.recorded_seal(&run, "So much.")).await;
        let again = ada.apply(store, ada.recorded_seal(&run, "So much.")).await;
        assert_eq!(again.unwrap(), crate::Applied::Before);
    }
    let title = ada.change(ChangeKind::UsageCounted { chat_id: first.id, usage: usage(0, 30, 3) });
    store.apply(&title).await.unwrap();
    store.apply(&title).await.unwrap();
    let today = title.at.to_zoned(TimeZone::UTC).date();
    let row = |day, chat: &domain::Chat, usage| {
        let chat_title = Some(chat.title.clone());
        DailyUsage { day, chat_id: chat.id, chat_title, usage }
    };
    let (of_first, of_second) =
        (row(today, &first, usage(2, 270, 17)), row(today, &second, usage(1, 120, 7)));
    let read = async |from| store.usage(&ada.user, from).await.unwrap();
    assert_eq!(read(today).await, [of_first.clone(), of_second.clone()]);

    let later = Change {
        at: title.at + SignedDuration::from_hours(24),
        ..ada.change(ChangeKind::UsageCounted { chat_id: first.id, usage: usage(0, 1, 1) })
    };
    store.apply(&later).await.unwrap();
    let tomorrow = today.tomorrow().unwrap();
    let of_tomorrow = row(tomorrow, &first, usage(0, 1, 1));
    assert_eq!(read(tomorrow).await, std::slice::from_ref(&of_tomorrow), "days are apart");
    assert_eq!(read(today).await, [of_first.clone(), of_second.clone(), of_tomorrow]);
    assert_eq!(store.usage(&eve.user, today).await.unwrap(), []);

    ada.write(store, ChangeKind::ChatPurged { chat_id: second.id }).await;
    let gone = DailyUsage { chat_title: None, ..of_second };
    assert_eq!(read(today).await[1], gone, "what a chat took is counted when it has gone");
    let of_eve = snapshot(store, &eve.user).await;
    ada.write(store, ChangeKind::UserErased).await;
    assert_eq!(read(today).await, []);
    assert_eq!(snapshot(store, &eve.user).await, of_eve);
}

pub async fn runs_that_are_silent_are_found_whosever_they_are(store: &dyn Store) {
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let mut runs = Vec::new();
    for person in [&ada, &eve] {
        let chat = person.write_chat(store, "Orphaned").await;
        let (_, _, run) = person.write_question(store, chat.id, "How much?").await;
        runs.push((person, run));
    }
    let ours = async |heard_before: Timestamp| {
        let all = store.list_silent_runs(heard_before, u16::MAX).await.unwrap();
        let mut found: Vec<_> =
            all.into_iter().filter(|(_, id)| runs.iter().any(|(_, it)| it.id == *id)).collect();
        found.sort_unstable();
        found
    };
    let mut both: Vec<_> = runs.iter().map(|(person, run)| (person.user.clone(), run.id)).collect();
    both.sort_unstable();
    let soon = eve.change(ChangeKind::UserErased).at + SignedDuration::from_mins(1);
    assert_eq!(ours(soon).await, both);
    assert_eq!(ours(runs[0].1.heartbeat_at).await, [], "both were heard of since");
    let one = store.list_silent_runs(soon, 1).await.unwrap();
    assert_eq!(one.len(), 1);

    let heartbeat = ChangeKind::RunEventsAppended { run_id: runs[0].1.id, epoch: 1, events: Vec::new() };
    let alive = Change { at: soon, ..ada.change(heartbeat) };
    store.apply(&alive).await.unwrap();
    assert_eq!(ours(soon).await, [(eve.user.clone(), runs[1].1.id)], "one of them lives");
    eve.write(store, eve.seal(&runs[1].1, "Done", domain::MessageStatus::Complete)).await;
    let ended = store.find_run(&eve.user, runs[1].1.id).await.unwrap().unwrap();
    assert_eq!(ended.status, RunStatus::Ended);
    assert_eq!(ours(soon).await, []);
    ada.write(store, ChangeKind::RunReleased { run_id: runs[0].1.id, epoch: 1 }).await;
    assert_eq!(ours(runs[0].1.started_at).await, [(ada.user.clone(), runs[0].1.id)], "one was let go of");
}
