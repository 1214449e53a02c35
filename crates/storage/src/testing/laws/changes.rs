use domain::{ChatId, Profile, RunId};

use crate::{
    Applied, ChangeKind, ChatFilter, PageRequest, Store, StoreError,
    testing::{Household, snapshot},
};

pub async fn a_change_applied_twice_is_written_once(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Groceries").await;
    let renamed = ada.change(ChangeKind::ChatDeleted { chat_id: chat.id });
    assert_eq!(store.apply(&renamed).await.unwrap(), Applied::Now);
    ada.write(store, ChangeKind::ChatRestored { chat_id: chat.id }).await;

    assert_eq!(store.apply(&renamed).await.unwrap(), Applied::Before);
    let chat = store.find_chat(&ada.user, chat.id).await.unwrap().unwrap();
    assert_eq!(chat.deleted_at, None, "a change that was applied before deletes nothing again");
}

pub async fn a_change_applied_twice_at_once_is_written_once(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Groceries").await;
    let (question, answer, run) = ada.exchange(chat.id, "How much?");
    let change = ada.change(ChangeKind::MessageSent { chat: None, question, answer, run });
    let (first, second, third) =
        tokio::join!(store.apply(&change), store.apply(&change), store.apply(&change));
    let now = [first, second, third].into_iter().filter(|applied| matches!(applied, Ok(Applied::Now)));
    assert_eq!(now.count(), 1);
    let messages = store.list_messages(&ada.user, chat.id, &PageRequest::first(10)).await.unwrap();
    assert_eq!(messages.items.len(), 2);
}

pub async fn a_refused_change_writes_nothing(store: &dyn Store) {
    let ada = Household::new("ada");
    ada.write_account(store, "Checking", &["Bakery"]).await;
    let before = snapshot(store, &ada.user).await;

    let chat = ada.chat("New");
    let (question, answer, mut run) = ada.exchange(chat.id, "How much?");
    run.chat_id = ChatId::generate(&ada.clock);
    let crossed = ada.change(ChangeKind::MessageSent { chat: Some(chat), question, answer, run });
    let import_id = ada.import_id();
    let orphan = ada.transaction(&ada.account("Gone", import_id), "2026-05-01".parse().unwrap(), "Shop", 5);
    let new = ada.account("New", import_id);
    let orphaned = ada.change(ada.import(import_id, vec![new], vec![orphan]));
    let unknown_run = ada.change(ChangeKind::RunEventsAppended {
        run_id: RunId::generate(&ada.clock),
        epoch: 1,
        events: Vec::new(),
    });
    for change in [crossed, orphaned, unknown_run] {
        for _ in 0..2 {
            let refused = store.apply(&change).await;
            assert!(matches!(refused, Err(StoreError::RowMissing)), "{refused:?} for {change:?}");
        }
    }
    assert_eq!(snapshot(store, &ada.user).await, before);
}

pub async fn a_profile_is_replaced_as_a_whole(store: &dyn Store) {
    let ada = Household::new("ada");
    assert_eq!(store.find_profile(&ada.user).await.unwrap(), None);
    let first = Profile {
        display_name: Some("Ada".to_owned()),
        annual_income: Some("85000.50".parse().unwrap()),
        ..Profile::default()
    };
    ada.write(store, ChangeKind::ProfileSaved { profile: Box::new(first.clone()), based_on: None }).await;
    assert_eq!(store.find_profile(&ada.user).await.unwrap(), Some(first));
    let second = Profile { notes: Some("Saves for a house".to_owned()), ..Profile::default() };
    ada.write(store, ChangeKind::ProfileSaved { profile: Box::new(second.clone()), based_on: None }).await;
    assert_eq!(store.find_profile(&ada.user).await.unwrap(), Some(second));
}

pub async fn a_cursor_of_something_else_is_refused(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Groceries").await;
    for cursor in ["", "1", "x.y", "1.2.3", "9999999999999999999.00000000-0000-0000-0000-000000000000", "\0"]
    {
        let page = PageRequest { limit: 10, cursor: Some(cursor.to_owned()) };
        let chats = store.list_chats(&ada.user, &ChatFilter::default(), &page).await.map(drop);
        let messages = store.list_messages(&ada.user, chat.id, &page).await.map(drop);
        for refused in [chats, messages] {
            assert!(matches!(refused, Err(StoreError::CursorMalformed)), "{refused:?} for {cursor:?}");
        }
    }
}

pub async fn any_text_is_kept(store: &dyn Store) {
    const TEXTS: [&str; 6] = [
        "' or 1=1; drop table chat; --",
        "\u{202E}rtl \u{200B}zero width",
        "%_\\ like",
        "<script>alert(1)</script>",
        "emoji 👩‍👩‍👧 and a lone combining \u{0301}",
        "tab\tand\nnew line",
    ];
    let ada = Household::new("ada");
    for text in TEXTS {
        let chat = ada.write_chat(store, text).await;
        assert_eq!(store.find_chat(&ada.user, chat.id).await.unwrap(), Some(chat.clone()));
        let (question, _, _) = ada.write_question(store, chat.id, &format!("{text}\0")).await;
        assert_eq!(store.find_message(&ada.user, question.id).await.unwrap(), Some(question));
        let (_, rows) = ada.write_account(store, text, &[text]).await;
        assert_eq!(store.find_transaction(&ada.user, rows[0].id).await.unwrap(), Some(rows[0].clone()));
        let filter = ChatFilter { search: Some(text.to_uppercase()), ..ChatFilter::default() };
        let found = store.list_chats(&ada.user, &filter, &PageRequest::first(500)).await.unwrap();
        let titled = chat.title.as_str().to_lowercase().contains(&text.to_uppercase().to_lowercase());
        assert_eq!(found.items.iter().any(|found| found.id == chat.id), titled);
    }
    let (_, rows) = ada.write_account(store, "nul\0", &["nul\0"]).await;
    let row = store.find_transaction(&ada.user, rows[0].id).await.unwrap().unwrap();
    assert_eq!(&*row.payee, "nul\u{FFFD}");
    let searched = ChatFilter { search: Some("nul\0".to_owned()), ..ChatFilter::default() };
    let found = store.list_chats(&ada.user, &searched, &PageRequest::first(5)).await.unwrap();
    assert!(found.items.is_empty());
}
