use domain::{Clock, Feedback, Profile, Rating, Remembered, Setting, SettingId};

use crate::{
    Applied, Change, ChangeKind, PageRequest, SearchQuery, Store,
    testing::{Household, snapshot},
};

/// Writes something of every kind, each text with the marker in it; gives the chat's id.
pub async fn write_everything(store: &dyn Store, by: &Household, marker: &str) -> domain::ChatId {
    let profile = Profile { notes: Some(marker.to_owned()), ..Profile::default() };
    by.write(store, ChangeKind::ProfileSaved { profile: Box::new(profile), based_on: None }).await;
    let chat = by.write_chat(store, &format!("About {marker}")).await;
    let (_, answer, run) = by.write_question(store, chat.id, &format!("What about {marker}?")).await;
    by.write(store, by.events(run.id, 1..=2)).await;
    by.write(store, by.recorded_seal(&run, &format!("It is {marker}."))).await;
    let at = by.change(ChangeKind::UserErased).at;
    let feedback = Some(Feedback { rating: Rating::Up, reason: Some(marker.to_owned()), at });
    by.write(store, ChangeKind::FeedbackGiven { message_id: answer.id, feedback }).await;
    let mut write = by.tool_write(chat.id);
    write.preview = format!("Sets {marker}");
    by.write(store, ChangeKind::ToolWriteProposed { write: Box::new(write) }).await;
    by.write_account(store, &format!("Account {marker}"), &[marker, "Bakery"]).await;
    let id = SettingId::generate(&by.clock);
    let remembered = Setting::Remembered(Remembered { id, text: marker.to_owned(), source: None, at });
    by.write(store, ChangeKind::SettingsSaved { settings: vec![remembered, by.rule(1, marker, "Food")] })
        .await;
    let query = SearchQuery { text: marker.to_owned(), ..SearchQuery::default() };
    let found = store.search(&by.user, &query, &PageRequest::first(9)).await.unwrap();
    assert_eq!(found.items.len(), 3, "a title, a question and an answer");
    chat.id
}

pub async fn a_purged_chat_goes_with_everything_in_it(store: &dyn Store) {
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let kept = ada.write_chat(store, "Kept").await;
    ada.write_question(store, kept.id, "Still there?").await;
    ada.write_tool_write(store, kept.id).await;
    let before = snapshot(store, &ada.user).await;
    let chat = ada.write_chat(store, "Purged zebra").await;
    let (question, answer, run) = ada.write_question(store, chat.id, "A zebra?").await;
    ada.write(store, ada.events(run.id, 1..=3)).await;
    let write = ada.write_tool_write(store, chat.id).await;
    ada.write(store, ChangeKind::ChatDeleted { chat_id: chat.id }).await;

    eve.write(store, ChangeKind::ChatPurged { chat_id: chat.id }).await;
    assert!(store.find_chat(&ada.user, chat.id).await.unwrap().is_some(), "Eve purges nothing of Ada's");
    let purge = ada.change(ChangeKind::ChatPurged { chat_id: chat.id });
    assert_eq!(store.apply(&purge).await.unwrap(), Applied::Now);
    assert_eq!(snapshot(store, &ada.user).await, before);
    assert_eq!(store.find_chat(&ada.user, chat.id).await.unwrap(), None);
    for id in [question.id, answer.id] {
        assert_eq!(store.find_message(&ada.user, id).await.unwrap(), None);
    }
    assert_eq!(store.find_run(&ada.user, run.id).await.unwrap(), None);
    assert_eq!(store.list_run_events(&ada.user, run.id, 0).await.unwrap(), []);
    assert_eq!(store.find_tool_write(&ada.user, write.id).await.unwrap(), None);
    let zebra = SearchQuery { text: "zebra".to_owned(), ..SearchQuery::default() };
    assert_eq!(store.search(&ada.user, &zebra, &PageRequest::first(9)).await.unwrap().items, []);
    assert_eq!(store.apply(&purge).await.unwrap(), Applied::Before);
}

pub async fn a_chat_expires_unless_something_was_said_in_it_since(store: &dyn Store) {
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let chat = ada.write_chat(store, "Old zebra").await;
    ada.write_tool_write(store, chat.id).await;
    let until = ada.clock.now();
    let (question, answer, run) = ada.write_question(store, chat.id, "A zebra?").await;
    ada.write(store, ada.seal(&run, "No.", domain::MessageStatus::Complete)).await;
    let before = snapshot(store, &ada.user).await;
    let expire = |until| ChangeKind::ChatExpired { chat_id: chat.id, until };

    assert_eq!(ada.apply(store, expire(until)).await.unwrap(), Applied::Before, "something was said since");
    let later = ada.clock.now();
    assert_eq!(eve.apply(store, expire(later)).await.unwrap(), Applied::Before, "it is not Eve's");
    assert_eq!(snapshot(store, &ada.user).await, before);

    let written_to = store.find_chat(&ada.user, chat.id).await.unwrap().unwrap().updated_at;
    let mut late = ada.change(ChangeKind::ChatRenamed { chat_id: chat.id, title: chat.title.clone() });
    late.at = until;
    store.apply(&late).await.unwrap();
    let renamed = store.find_chat(&ada.user, chat.id).await.unwrap().unwrap();
    assert_eq!(renamed.updated_at, written_to, "what comes late makes a chat no older");
    assert_eq!(ada.apply(store, expire(written_to)).await.unwrap(), Applied::Before, "it is not older");
    ada.write(store, expire(later)).await;
    assert_eq!(store.find_chat(&ada.user, chat.id).await.unwrap(), None);
    for id in [question.id, answer.id] {
        assert_eq!(store.find_message(&ada.user, id).await.unwrap(), None);
    }
    assert_eq!(ada.apply(store, expire(later)).await.unwrap(), Applied::Before);
}

pub async fn of_an_erased_user_nothing_is_left_and_nothing_from_before_comes_back(store: &dyn Store) {
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let nothing = snapshot(store, &ada.user).await;
    let late: Change = ada.change(ChangeKind::ChatCreated { chat: ada.chat("On its way") });
    write_everything(store, &ada, "zebra").await;
    write_everything(store, &eve, "zebra").await;
    let of_eve = snapshot(store, &eve.user).await;

    let erase = ada.change(ChangeKind::UserErased);
    assert_eq!(store.apply(&erase).await.unwrap(), Applied::Now);
    assert_eq!(snapshot(store, &ada.user).await, nothing);
    let zebra = SearchQuery { text: "zebra".to_owned(), ..SearchQuery::default() };
    assert_eq!(store.search(&ada.user, &zebra, &PageRequest::first(9)).await.unwrap().items, []);
    assert_eq!(store.apply(&late).await.unwrap(), Applied::Before, "another instance held it back");
    assert_eq!(snapshot(store, &ada.user).await, nothing);
    assert_eq!(snapshot(store, &eve.user).await, of_eve);

    write_everything(store, &ada, "zebra").await;
    let again = snapshot(store, &ada.user).await;
    assert_eq!(store.apply(&erase).await.unwrap(), Applied::Before, "it was done once");
    assert_eq!(store.apply(&late).await.unwrap(), Applied::Before);
    assert_eq!(snapshot(store, &ada.user).await, again);
    ada.write(store, ChangeKind::UserErased).await;
    assert_eq!(snapshot(store, &ada.user).await, nothing);
    assert_eq!(snapshot(store, &eve.user).await, of_eve);
}
