use domain::{Chat, ChatId, ChatSummary, Message, MessageId, Persona, RunId, Title};

use crate::{Applied, ChangeKind, ChatFilter, Fork, PageRequest, Store, StoreError, testing::Household};

async fn shown(store: &dyn Store, ada: &Household, chat: ChatId) -> Vec<MessageId> {
    let page = store.list_messages(&ada.user, chat, &PageRequest::first(500)).await.unwrap();
    page.items.iter().map(|message| message.id).collect()
}

/// Writes another question beside one; gives it and its answer.
async fn edit(store: &dyn Store, ada: &Household, beside: &Message) -> (Message, Message) {
    let (mut question, mut answer, run) = ada.exchange(beside.chat_id, "In other words?");
    question.parent_id = beside.parent_id;
    answer.parent_id = Some(question.id);
    let kind =
        ChangeKind::MessageSent { chat: None, question: question.clone(), answer: answer.clone(), run };
    ada.write(store, kind).await;
    (question, answer)
}

pub async fn a_question_follows_the_branch_that_is_shown(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Branches").await;
    assert_eq!(chat.head_id, None);
    let (first, first_answer, _) = ada.write_question(store, chat.id, "One?").await;
    let (second, second_answer, _) = ada.write_question(store, chat.id, "Two?").await;
    let parents = [&first, &first_answer, &second, &second_answer].map(|message| message.parent_id);
    assert_eq!(parents, [None, Some(first.id), Some(first_answer.id), Some(second.id)]);
    let head = store.find_chat(&ada.user, chat.id).await.unwrap().unwrap().head_id;
    assert_eq!(head, Some(second_answer.id));
}

pub async fn both_branches_are_kept_and_one_is_shown(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Branches").await;
    let (first, first_answer, _) = ada.write_question(store, chat.id, "One?").await;
    let (second, second_answer, _) = ada.write_question(store, chat.id, "Two?").await;
    let whole = [first.id, first_answer.id, second.id, second_answer.id];
    assert_eq!(store.list_forks(&ada.user, chat.id).await.unwrap(), []);

    let (edited, edited_answer) = edit(store, &ada, &second).await;
    let other = [first.id, first_answer.id, edited.id, edited_answer.id];
    assert_eq!(shown(store, &ada, chat.id).await, other);
    let (root, root_answer) = edit(store, &ada, &first).await;
    assert_eq!(shown(store, &ada, chat.id).await, [root.id, root_answer.id]);
    let (again, run) = ada.another_answer(&first);
    ada.write(store, ChangeKind::AnswerStarted { answer: again.clone(), run: run.clone() }).await;
    assert_eq!(shown(store, &ada, chat.id).await, [first.id, again.id]);
    assert_eq!(store.find_run(&ada.user, run.id).await.unwrap(), Some(run));

    let forks = [[first.id, root.id], [first_answer.id, again.id], [second.id, edited.id]];
    let forks: Vec<Fork> = forks.iter().map(|ids| Fork { ids: ids.to_vec() }).collect();
    assert_eq!(store.list_forks(&ada.user, chat.id).await.unwrap(), forks);
    for (message, leaf) in [
        (first_answer.id, edited_answer.id),
        (second.id, second_answer.id),
        (first.id, again.id),
        (root.id, root_answer.id),
        (again.id, again.id),
    ] {
        assert_eq!(store.find_leaf(&ada.user, message).await.unwrap(), Some(leaf));
    }
    assert_eq!(store.find_leaf(&ada.user, MessageId::generate(&ada.clock)).await.unwrap(), None);

    let choose = |head_id| ChangeKind::BranchChosen { chat_id: chat.id, head_id };
    ada.write(store, choose(second_answer.id)).await;
    assert_eq!(shown(store, &ada, chat.id).await, whole);
    assert_eq!(ada.apply(store, choose(second_answer.id)).await.unwrap(), Applied::Before);
    let leading = PageRequest::leading_to(second.id, 5);
    let leading = store.list_messages(&ada.user, chat.id, &leading).await.unwrap();
    assert_eq!(leading.items.iter().map(|message| message.id).collect::<Vec<_>>(), whole[..2]);
    let (next, ..) = ada.write_question(store, chat.id, "Three?").await;
    assert_eq!(next.parent_id, Some(second_answer.id), "a question follows what is shown");
}

pub async fn a_branch_is_of_its_own_chat(store: &dyn Store) {
    let ada = Household::new("ada");
    let here = ada.write_chat(store, "Here").await;
    let there = ada.write_chat(store, "There").await;
    let (question, ..) = ada.write_question(store, there.id, "There?").await;
    let choose = ChangeKind::BranchChosen { chat_id: here.id, head_id: question.id };
    let (mut foreign, run) = ada.another_answer(&question);
    foreign.chat_id = here.id;
    let answer = ChangeKind::AnswerStarted { answer: foreign, run: domain::Run { chat_id: here.id, ..run } };
    let (mut asked, mut answered, run) = ada.exchange(here.id, "Here?");
    asked.parent_id = Some(question.id);
    answered.parent_id = Some(asked.id);
    let ask = ChangeKind::MessageSent { chat: None, question: asked, answer: answered, run };
    for kind in [choose, answer, ask] {
        assert!(matches!(ada.apply(store, kind).await, Err(StoreError::RowMissing)));
    }
    assert_eq!(shown(store, &ada, here.id).await, []);
}

pub async fn a_title_that_was_made_gives_way_to_the_persons(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "New chat").await;
    let made = |text| ChangeKind::ChatTitled { chat_id: chat.id, title: Title::new(text).unwrap() };
    let find = async || store.find_chat(&ada.user, chat.id).await.unwrap().unwrap();
    ada.write(store, made("Groceries in May")).await;
    let titled = find().await;
    let expected = Chat { title: Title::new("Groceries in May").unwrap(), ..chat.clone() };
    assert_eq!(titled, expected, "and stays where it is in the history");
    ada.write(store, ChangeKind::ChatRenamed { chat_id: chat.id, title: Title::new("Mine").unwrap() }).await;
    assert_eq!(ada.apply(store, made("Not theirs")).await.unwrap(), Applied::Before);
    let renamed = find().await;
    assert_eq!((renamed.title.as_str(), renamed.titled_by_person), ("Mine", true));
}

pub async fn a_chat_keeps_its_persona_and_its_summary(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Kept").await;
    let (_, answer, _) = ada.write_question(store, chat.id, "One?").await;
    let summary = |text: &str| Some(ChatSummary { text: text.to_owned(), up_to: answer.id });
    for text in ["It was about food.", "It was about rent."] {
        ada.write(store, ChangeKind::ChatSummarised { chat_id: chat.id, summary: summary(text) }).await;
    }
    ada.write(store, ChangeKind::ChatPersonaChosen { chat_id: chat.id, persona: Persona::Analyst }).await;
    let kept = store.find_chat(&ada.user, chat.id).await.unwrap().unwrap();
    assert_eq!((kept.persona, kept.summary), (Persona::Analyst, summary("It was about rent.")));
    let summarised = ChatFilter { summarised: true, ..ChatFilter::default() };
    let listed =
        async || store.list_chats(&ada.user, &summarised, &PageRequest::first(10)).await.unwrap().items;
    ada.write_chat(store, "Short").await;
    let with_one: Vec<_> = listed().await.into_iter().map(|chat| chat.id).collect();
    assert_eq!(with_one, [chat.id]);
    ada.write(store, ChangeKind::ChatSummarised { chat_id: chat.id, summary: None }).await;
    let forgotten = store.find_chat(&ada.user, chat.id).await.unwrap().unwrap();
    assert_eq!((forgotten.persona, forgotten.summary), (Persona::Analyst, None));
    assert_eq!(listed().await, []);
    let nowhere = ChatId::generate(&ada.clock);
    for kind in [
        ChangeKind::ChatSummarised { chat_id: nowhere, summary: summary("Nothing.") },
        ChangeKind::ChatPersonaChosen { chat_id: nowhere, persona: Persona::Brief },
        ChangeKind::ChatTitled { chat_id: nowhere, title: Title::new("Nothing").unwrap() },
        ChangeKind::BranchChosen { chat_id: nowhere, head_id: answer.id },
        ChangeKind::RunReleased { run_id: RunId::generate(&ada.clock), epoch: 1 },
    ] {
        assert!(matches!(ada.apply(store, kind).await, Err(StoreError::RowMissing)));
    }
}
