use domain::{FixedClock, MessageId, MessageStatus, Part, Role};
use jiff::civil::date;
use operations::{OperationError, Person, QUESTION_MAX_BYTES};
use storage::{ChatFilter, PageRequest};

use crate::{operations, user};

#[tokio::test]
async fn a_first_question_opens_a_chat_that_is_named_after_it() {
    let (operations, ada) = (operations(), user("ada"));
    let sent = operations
        .send_message(&Person::from(ada.clone()), None, "  How much on\ngroceries? ", None)
        .await
        .unwrap();
    assert_eq!(sent.chat.title.as_str(), "How much on groceries?");
    let messages = operations.list_messages(&ada, sent.chat.id, &PageRequest::first(10)).await.unwrap().items;
    let roles: Vec<_> = messages.iter().map(|message| (message.role, message.status)).collect();
    assert_eq!(roles, [(Role::User, MessageStatus::Complete), (Role::Assistant, MessageStatus::Streaming)]);
}

#[tokio::test]
async fn the_same_form_sent_twice_asks_once() {
    let (operations, ada) = (operations(), user("ada"));
    let key = MessageId::generate(&FixedClock::on(date(2024, 3, 31)));
    operations.send_message(&Person::from(ada.clone()), None, "Balance?", Some(key)).await.unwrap();
    let repeated = operations.send_message(&Person::from(ada.clone()), None, "Balance?", Some(key)).await;
    assert!(matches!(repeated, Err(OperationError::AlreadyDone)));
    let chats = operations.list_chats(&ada, &ChatFilter::default(), &PageRequest::first(10)).await.unwrap();
    assert_eq!(chats.items.len(), 1);
}

#[tokio::test]
async fn a_question_that_is_empty_or_too_long_names_its_field() {
    let (operations, ada) = (operations(), user("ada"));
    let long = "a".repeat(QUESTION_MAX_BYTES + 1);
    for text in ["", " \n\t", long.as_str(), "nul \0"] {
        let Err(OperationError::Invalid(errors)) =
            operations.send_message(&Person::from(ada.clone()), None, text, None).await
        else {
            panic!("{:?} was accepted", &text[..text.len().min(10)]);
        };
        assert_eq!(errors[0].field, "text");
    }
}

#[tokio::test]
async fn a_deleted_chat_is_not_found_until_it_is_restored() {
    let (operations, ada) = (operations(), user("ada"));
    let chat = operations.create_chat(&ada, Some("Taxes")).await.unwrap();
    operations.delete_chat(&ada, chat.id).await.unwrap();
    assert!(matches!(operations.get_chat(&ada, chat.id).await, Err(OperationError::NotFound)));
    let asked =
        operations.send_message(&Person::from(ada.clone()), Some(chat.id), "Still there?", None).await;
    assert!(matches!(asked, Err(OperationError::NotFound)));
    assert_eq!(operations.restore_chat(&ada, chat.id).await.unwrap().title, chat.title);
}

#[tokio::test]
async fn somebody_else_s_chat_is_not_found_by_any_operation() {
    let (operations, ada, eve) = (operations(), user("ada"), user("eve"));
    let sent = operations.send_message(&Person::from(ada.clone()), None, "Balance?", None).await.unwrap();
    let id = sent.chat.id;
    let page = PageRequest::first(10);
    let outcomes = [
        operations.get_chat(&eve, id).await.map(|_| ()),
        operations.rename_chat(&eve, id, "Mine").await.map(|_| ()),
        operations.delete_chat(&eve, id).await,
        operations.restore_chat(&eve, id).await.map(|_| ()),
        operations.list_messages(&eve, id, &page).await.map(|_| ()),
        operations.get_message(&eve, sent.answer.id).await.map(|_| ()),
        operations.send_message(&Person::from(eve.clone()), Some(id), "Hello", None).await.map(|_| ()),
        operations.get_run(&eve, sent.run.id).await.map(|_| ()),
        operations.list_run_events(&eve, sent.run.id, 0).await.map(|_| ()),
        operations.append_run_events(&eve, &sent.run, Vec::new()).await.map(drop),
        operations.seal_answer(&eve, &sent.run, Vec::new(), MessageStatus::Complete, None).await.map(drop),
    ];
    for (index, outcome) in outcomes.into_iter().enumerate() {
        assert!(matches!(outcome, Err(OperationError::NotFound)), "operation {index} let eve in");
    }
    assert_eq!(operations.get_chat(&ada, id).await.unwrap().title, sent.chat.title);
}

#[tokio::test]
async fn a_sealed_answer_says_what_was_written() {
    let (operations, ada) = (operations(), user("ada"));
    let sent = operations.send_message(&Person::from(ada.clone()), None, "Balance?", None).await.unwrap();
    let parts = vec![Part::text("**12 USD**")];
    operations.seal_answer(&ada, &sent.run, parts.clone(), MessageStatus::Complete, None).await.unwrap();
    let answer = operations.get_message(&ada, sent.answer.id).await.unwrap();
    assert_eq!((&*answer.parts, answer.status), (&*parts, MessageStatus::Complete));
}
