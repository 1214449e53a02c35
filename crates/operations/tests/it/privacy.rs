use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use domain::{Aside, AsidePurpose, Clock, SeenStep};
use jiff::Timestamp;
use operations::{ERASE_WORDS, OperationError, Operations, Person};
use storage::{ChatFilter, EmbeddedStore, MemoryStore, PageRequest, Standing};

use crate::{operations, user};

const DAY_S: i64 = 86_400;

struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

#[tokio::test]
async fn everything_is_deleted_only_by_the_very_words() {
    let (operations, ada) = (operations(), user("ada"));
    operations.create_chat(&ada, Some("Kept")).await.unwrap();
    for words in ["", "yes", "Delete everything", "delete everything!"] {
        let refused = operations.erase_everything(&ada, words).await;
        assert!(matches!(refused, Err(OperationError::Invalid(_))), "{words}");
    }
    let all = ChatFilter::default();
    let page = PageRequest::first(9);
    assert_eq!(operations.list_chats(&ada, &all, &page).await.unwrap().items.len(), 1);
    operations.erase_everything(&ada, ERASE_WORDS).await.unwrap();
    assert_eq!(operations.list_chats(&ada, &all, &page).await.unwrap().items, []);
}

#[tokio::test]
async fn a_chat_is_purged_from_the_trash_too_and_by_nobody_else() {
    let (operations, ada, eve) = (operations(), user("ada"), user("eve"));
    let chat = operations.create_chat(&ada, None).await.unwrap();
    operations.delete_chat(&ada, chat.id).await.unwrap();
    assert!(matches!(operations.purge_chat(&eve, chat.id).await, Err(OperationError::NotFound)));
    operations.purge_chat(&ada, chat.id).await.unwrap();
    assert!(matches!(operations.restore_chat(&ada, chat.id).await, Err(OperationError::NotFound)));
    assert!(matches!(operations.purge_chat(&ada, chat.id).await, Err(OperationError::NotFound)));
}

#[tokio::test]
async fn chats_that_have_stayed_long_enough_go_when_the_person_comes_on_another_day() {
    let clock = Arc::new(HandClock(AtomicI64::new(1_711_886_400)));
    let operations = Operations::new(Arc::new(MemoryStore::default()), Arc::<HandClock>::clone(&clock));
    let (ada, eve) = (user("ada"), user("eve"));
    let forward = |days: i64| clock.0.fetch_add(days * DAY_S, Ordering::Relaxed);
    let (all, trash) = (ChatFilter::default(), ChatFilter { deleted: true, ..ChatFilter::default() });
    let listed = async |of, filter| {
        let page = operations.list_chats(of, filter, &PageRequest::first(9)).await.unwrap();
        page.items.into_iter().map(|chat| chat.id).collect::<Vec<_>>()
    };
    let old = operations.create_chat(&ada, Some("Old")).await.unwrap().id;
    let trashed = operations.create_chat(&ada, Some("Trashed")).await.unwrap().id;
    let kept = operations.create_chat(&ada, Some("Written to")).await.unwrap().id;
    let of_eve = operations.create_chat(&eve, Some("Eve's")).await.unwrap().id;
    operations.delete_chat(&ada, trashed).await.unwrap();
    assert!(operations.set_retention(&ada, Some(0)).await.is_err());
    operations.set_retention(&ada, Some(30)).await.unwrap();
    forward(20);
    operations.send_message(&Person::from(ada.clone()), Some(kept), "Still there?", None).await.unwrap();
    assert_eq!(listed(&ada, &all).await, [kept, old]);
    forward(11);
    assert_eq!(listed(&ada, &all).await, [kept]);
    assert_eq!(listed(&ada, &trash).await, []);
    assert_eq!(listed(&eve, &all).await, [of_eve], "who said nothing keeps everything");
    forward(400);
    operations.set_retention(&ada, None).await.unwrap();
    assert_eq!(listed(&ada, &all).await, [kept]);
}

#[tokio::test]
async fn of_a_title_that_comes_after_its_chat_has_gone_only_the_count_is_kept() {
    let (operations, ada) = (operations(), user("ada"));
    let sent = operations.send_message(&Person::from(ada.clone()), None, "How much?", None).await.unwrap();
    operations.purge_chat(&ada, sent.chat.id).await.unwrap();
    let aside = Aside {
        purpose: AsidePurpose::Title,
        step: SeenStep { system: "A secret".to_owned(), ..SeenStep::default() },
        input_tokens: 30,
        output_tokens: 3,
        is_cut: false,
    };
    operations.record_aside(&ada, sent.run.id, sent.chat.id, aside).await.unwrap();
    let record = operations.get_run_record(&ada, sent.run.id).await;
    assert!(matches!(record, Err(OperationError::NotFound)));
    assert_eq!(operations.tokens_since(&ada, jiff::civil::Date::MIN).await.unwrap(), 33);
}

#[tokio::test]
async fn chats_of_people_who_do_not_come_any_more_go_too() {
    let clock = Arc::new(HandClock(AtomicI64::new(1_711_886_400)));
    let operations = Operations::new(Arc::new(MemoryStore::default()), Arc::<HandClock>::clone(&clock));
    let (ada, eve) = (user("ada"), user("eve"));
    let old = operations.create_chat(&ada, Some("Old")).await.unwrap().id;
    let of_eve = operations.create_chat(&eve, Some("Eve's")).await.unwrap().id;
    operations.set_retention(&ada, Some(30)).await.unwrap();
    clock.0.fetch_add(29 * DAY_S, Ordering::Relaxed);
    assert!(operations.keep_all_retentions().await.unwrap());
    operations.get_chat(&ada, old).await.unwrap();
    clock.0.fetch_add(2 * DAY_S, Ordering::Relaxed);
    assert!(operations.keep_all_retentions().await.unwrap());
    assert!(matches!(operations.get_chat(&ada, old).await, Err(OperationError::NotFound)));
    operations.get_chat(&eve, of_eve).await.unwrap();
}

#[tokio::test]
async fn no_chat_goes_while_the_database_that_knows_it_is_away() {
    let clock = Arc::new(HandClock(AtomicI64::new(1_711_886_400)));
    let away = Standing { degraded: true, reason: "The database is away.".to_owned() };
    let store = EmbeddedStore::in_memory(clock.as_ref(), away);
    let operations = Operations::new(Arc::new(store), Arc::<HandClock>::clone(&clock));
    let ada = user("ada");
    operations.create_chat(&ada, Some("Old")).await.unwrap();
    operations.set_retention(&ada, Some(30)).await.unwrap();
    clock.0.fetch_add(31 * DAY_S, Ordering::Relaxed);
    assert!(!operations.keep_all_retentions().await.unwrap(), "it is tried again");
    let chats = operations.list_chats(&ada, &ChatFilter::default(), &PageRequest::first(9)).await.unwrap();
    assert_eq!(chats.items.len(), 1);
}
