use domain::{Chat, Clock, Message, MessageId, MessageStatus, Run, RunStatus, Title};

use crate::{
    Applied, ChangeKind, ChatFilter, PageRequest, Store, StoreError,
    testing::{
        Household,
        fixtures::{text_events, text_part},
    },
};

async fn list_chats(store: &dyn Store, ada: &Household, filter: &ChatFilter, limit: u16) -> Vec<Chat> {
    let mut page = PageRequest::first(limit);
    let mut chats = Vec::new();
    loop {
        let part = store.list_chats(&ada.user, filter, &page).await.unwrap();
        assert!(part.items.len() <= usize::from(limit));
        chats.extend(part.items);
        match part.next_cursor {
            Some(cursor) => page.cursor = Some(cursor),
            None => return chats,
        }
    }
}

pub async fn chats_come_newest_first_in_pages_of_any_size(store: &dyn Store) {
    let ada = Household::new("ada");
    let at = ada.clock.now();
    for number in 0..7 {
        let mut chat = ada.chat(&format!("Chat {number}"));
        if number % 3 == 0 {
            chat.updated_at = at; // the same moment: the id decides
        }
        ada.write(store, ChangeKind::ChatCreated { chat }).await;
    }
    let renamed = list_chats(store, &ada, &ChatFilter::default(), 500).await[6].id;
    let title = Title::new("Moved to the top").unwrap();
    ada.write(store, ChangeKind::ChatRenamed { chat_id: renamed, title }).await;

    let whole = list_chats(store, &ada, &ChatFilter::default(), 500).await;
    assert_eq!(whole.len(), 7);
    assert_eq!(whole[0].id, renamed);
    assert!(whole.is_sorted_by_key(|chat| std::cmp::Reverse((chat.updated_at, chat.id))));
    for limit in 1..=8 {
        assert_eq!(list_chats(store, &ada, &ChatFilter::default(), limit).await, whole);
    }
}

pub async fn chats_are_found_by_title_whatever_its_case(store: &dyn Store) {
    let ada = Household::new("ada");
    for title in ["Groceries in MÄRZ", "Rent", "100% of March", "ΌΔΟΣ"] {
        ada.write_chat(store, title).await;
    }
    for (search, titles) in [
        ("märz", &["Groceries in MÄRZ"][..]),
        ("GROCERIES", &["Groceries in MÄRZ"]),
        ("%", &["100% of March"]),
        ("_", &[]),
        ("όδος", &["ΌΔΟΣ"]),
        ("", &["ΌΔΟΣ", "100% of March", "Rent", "Groceries in MÄRZ"]),
    ] {
        let filter = ChatFilter { search: Some(search.to_owned()), ..ChatFilter::default() };
        let found = list_chats(store, &ada, &filter, 2).await;
        let found: Vec<_> = found.iter().map(|chat| chat.title.as_str()).collect();
        assert_eq!(found, titles, "for {search:?}");
    }
}

pub async fn a_deleted_chat_lies_in_the_trash_until_it_is_restored(store: &dyn Store) {
    let ada = Household::new("ada");
    let trash = ChatFilter { deleted: true, ..ChatFilter::default() };
    let kept = ada.write_chat(store, "Kept").await;
    let chat = ada.write_chat(store, "Deleted").await;
    let delete = ada.change(ChangeKind::ChatDeleted { chat_id: chat.id });
    assert_eq!(store.apply(&delete).await.unwrap(), Applied::Now);

    let in_trash = Chat { deleted_at: Some(delete.at), ..chat.clone() };
    assert_eq!(list_chats(store, &ada, &trash, 5).await, std::slice::from_ref(&in_trash));
    assert_eq!(list_chats(store, &ada, &ChatFilter::default(), 5).await, std::slice::from_ref(&kept));
    assert_eq!(store.find_chat(&ada.user, chat.id).await.unwrap(), Some(in_trash.clone()));
    let again = ada.apply(store, ChangeKind::ChatDeleted { chat_id: chat.id }).await.unwrap();
    assert_eq!(again, Applied::Before);
    assert_eq!(store.find_chat(&ada.user, chat.id).await.unwrap(), Some(in_trash));

    ada.write(store, ChangeKind::ChatRestored { chat_id: chat.id }).await;
    assert_eq!(list_chats(store, &ada, &trash, 5).await, []);
    assert_eq!(list_chats(store, &ada, &ChatFilter::default(), 5).await, [chat, kept]);
}

async fn list_messages(store: &dyn Store, ada: &Household, chat: &Chat, limit: u16) -> Vec<Message> {
    let mut page = PageRequest::first(limit);
    let mut messages = Vec::new();
    loop {
        let mut part = store.list_messages(&ada.user, chat.id, &page).await.unwrap();
        assert!(part.items.len() <= usize::from(limit));
        part.items.extend(messages);
        messages = part.items;
        match part.next_cursor {
            Some(cursor) => page.cursor = Some(cursor),
            None => return messages,
        }
    }
}

pub async fn messages_come_in_order_and_page_from_the_newest(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Long").await;
    let other = ada.write_chat(store, "Other").await;
    let mut written = Vec::new();
    for number in 0..4 {
        let (question, answer, _) = ada.write_question(store, chat.id, &format!("Question {number}")).await;
        written.extend([question, answer]);
        ada.write_question(store, other.id, "Elsewhere").await;
    }
    for limit in 1..=9 {
        assert_eq!(list_messages(store, &ada, &chat, limit).await, written);
    }
    let newest = store.list_messages(&ada.user, chat.id, &PageRequest::first(3)).await.unwrap();
    assert_eq!(newest.items, written[5..]);
    for message in &written {
        assert_eq!(store.find_message(&ada.user, message.id).await.unwrap().as_ref(), Some(message));
    }
    let touched = store.find_chat(&ada.user, chat.id).await.unwrap().unwrap();
    assert!(touched.updated_at > chat.updated_at, "a message moves its chat to the top");
}

pub async fn a_question_is_sent_once(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.chat("New");
    let (question, answer, run) = ada.exchange(chat.id, "How much?");
    let kind = ChangeKind::MessageSent {
        chat: Some(chat.clone()),
        question: question.clone(),
        answer,
        run: run.clone(),
    };
    ada.write(store, kind).await;
    assert_eq!(store.find_run(&ada.user, run.id).await.unwrap(), Some(run));

    // The same form posted again makes another change with the same question in it.
    let second = ada.chat("New");
    let (mut same, answer, run) = ada.exchange(second.id, "How much?");
    same.id = question.id;
    let kind = ChangeKind::MessageSent { chat: Some(second.clone()), question: same, answer, run };
    assert_eq!(ada.apply(store, kind).await.unwrap(), Applied::Before);
    assert_eq!(store.find_chat(&ada.user, second.id).await.unwrap(), None);
    assert_eq!(store.find_message(&ada.user, question.id).await.unwrap(), Some(question));

    let nowhere = ada.chat("Never written");
    let (question, answer, run) = ada.exchange(nowhere.id, "How much?");
    let kind = ChangeKind::MessageSent { chat: None, question, answer, run };
    assert!(matches!(ada.apply(store, kind).await, Err(StoreError::RowMissing)));
}

pub async fn run_events_are_kept_once_and_without_gaps(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Streaming").await;
    let (_, _, run) = ada.write_question(store, chat.id, "How much?").await;
    let append = |numbers| ada.events(run.id, numbers);
    ada.write(store, append(1..=3)).await;
    ada.write(store, append(2..=6)).await;
    assert!(matches!(ada.apply(store, append(8..=9)).await, Err(StoreError::RowMissing)), "7 is missing");
    for after in 0..8 {
        let events = store.list_run_events(&ada.user, run.id, after).await.unwrap();
        assert_eq!(events, text_events(after + 1..=6));
    }
    assert_eq!(store.list_run_events(&ada.user, run.id, u64::MAX).await.unwrap(), []);
}

pub async fn a_sealed_answer_is_final(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Sealed").await;
    let (_, answer, run) = ada.write_question(store, chat.id, "How much?").await;
    let other = Run { message_id: MessageId::generate(&ada.clock), ..run.clone() };
    let wrong = ada.apply(store, ada.seal(&other, "No", MessageStatus::Complete)).await;
    assert!(matches!(wrong, Err(StoreError::RowMissing)), "the run writes another message");

    ada.write(store, ada.seal(&run, "**12.50 EUR**", MessageStatus::Complete)).await;
    let second = ada.apply(store, ada.seal(&run, "Stopped", MessageStatus::Stopped)).await.unwrap();
    assert_eq!(second, Applied::Before);

    let sealed = store.find_message(&ada.user, answer.id).await.unwrap().unwrap();
    assert_eq!(*sealed.parts, [text_part("**12.50 EUR**")]);
    assert_eq!(sealed.status, MessageStatus::Complete);
    let run = store.find_run(&ada.user, run.id).await.unwrap().unwrap();
    assert_eq!(run.status, RunStatus::Ended);
    // The last events may come after the seal.
    ada.write(store, ada.events(run.id, 1..=2)).await;
    assert_eq!(store.list_run_events(&ada.user, run.id, 0).await.unwrap().len(), 2);
}
