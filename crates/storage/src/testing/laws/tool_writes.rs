use domain::{
    Feedback, MessageId, Privacy, Rating, Remembered, Setting, SettingId, ToolSwitch, ToolWrite,
    ToolWriteOrigin, ToolWriteStatus,
};

use crate::{Applied, ChangeKind, PageRequest, Store, StoreError, ToolWriteFilter, testing::Household};

async fn list(store: &dyn Store, ada: &Household, filter: &ToolWriteFilter, limit: u16) -> Vec<ToolWrite> {
    let mut page = PageRequest::first(limit);
    let mut writes = Vec::new();
    loop {
        let part = store.list_tool_writes(&ada.user, filter, &page).await.unwrap();
        assert!(part.items.len() <= usize::from(limit));
        writes.extend(part.items);
        match part.next_cursor {
            Some(cursor) => page.cursor = Some(cursor),
            None => return writes,
        }
    }
}

pub async fn a_tools_write_goes_only_where_its_status_may_lead(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Groceries").await;
    let decide = |write: &ToolWrite, status| ChangeKind::ToolWriteDecided {
        tool_write_id: write.id,
        status,
        outcome: (status == ToolWriteStatus::Done).then(|| "3 transactions are Food.\0".to_owned()),
    };
    for first in ToolWriteStatus::ALL {
        for second in ToolWriteStatus::ALL {
            let write = ada.write_tool_write(store, chat.id).await;
            let mut status = write.status;
            for next in [first, second] {
                let expected = if status.may_become(next) { Applied::Now } else { Applied::Before };
                assert_eq!(ada.apply(store, decide(&write, next)).await.unwrap(), expected);
                status = if expected == Applied::Now { next } else { status };
            }
            let stored = store.find_tool_write(&ada.user, write.id).await.unwrap().unwrap();
            assert_eq!(stored.status, status, "{first:?}, {second:?}");
            assert_eq!(stored.decided_at.is_some(), status != ToolWriteStatus::Pending);
            let outcome = (status == ToolWriteStatus::Done).then_some("3 transactions are Food.\u{FFFD}");
            assert_eq!(stored.outcome.as_deref(), outcome);
            assert_eq!((stored.tool, stored.input, stored.preview), (write.tool, write.input, write.preview));
        }
    }
    let unknown = ada.tool_write(chat.id);
    let refused = ada.apply(store, decide(&unknown, ToolWriteStatus::Approved)).await;
    assert!(matches!(refused, Err(StoreError::RowMissing)), "{refused:?}");
}

pub async fn a_tools_write_is_decided_once_by_two_at_once(store: &dyn Store) {
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Groceries").await;
    let write = ada.write_tool_write(store, chat.id).await;
    let decide =
        |status| ada.change(ChangeKind::ToolWriteDecided { tool_write_id: write.id, status, outcome: None });
    let (yes, no) = (decide(ToolWriteStatus::Approved), decide(ToolWriteStatus::Refused));
    let (yes, no) = tokio::join!(store.apply(&yes), store.apply(&no));
    let (yes, no) = (yes.unwrap(), no.unwrap());
    assert_ne!(yes, no, "one of them decides");
    let stored = store.find_tool_write(&ada.user, write.id).await.unwrap().unwrap();
    let decided = if yes == Applied::Now { ToolWriteStatus::Approved } else { ToolWriteStatus::Refused };
    assert_eq!(stored.status, decided);
}

pub async fn writes_of_tools_come_newest_first_in_pages_of_any_size(store: &dyn Store) {
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let (chat, other) = (ada.write_chat(store, "One").await, ada.write_chat(store, "Other").await);
    let mut written = Vec::new();
    for number in 0..5 {
        written.push(ada.write_tool_write(store, if number % 2 == 0 { chat.id } else { other.id }).await);
    }
    let mut by_mcp = ada.tool_write(chat.id);
    by_mcp.origin = ToolWriteOrigin::Mcp { client: "an agent\0".to_owned() };
    ada.write(store, ChangeKind::ToolWriteProposed { write: Box::new(by_mcp.clone()) }).await;
    by_mcp.origin = ToolWriteOrigin::Mcp { client: "an agent\u{FFFD}".to_owned() };
    written.push(by_mcp);
    let refuse = ChangeKind::ToolWriteDecided {
        tool_write_id: written[1].id,
        status: ToolWriteStatus::Refused,
        outcome: None,
    };
    ada.write(store, refuse).await;
    written[1] = store.find_tool_write(&ada.user, written[1].id).await.unwrap().unwrap();
    written.reverse();
    let filters =
        [None, Some(ToolWriteStatus::Pending), Some(ToolWriteStatus::Refused)].into_iter().flat_map(
            |status| [None, Some(chat.id), Some(other.id)].map(|chat_id| ToolWriteFilter { status, chat_id }),
        );
    for filter in filters {
        let expected: Vec<_> = written.iter().filter(|write| filter.matches(write)).cloned().collect();
        for limit in 1..=7 {
            assert_eq!(list(store, &ada, &filter, limit).await, expected, "{filter:?}");
        }
        assert_eq!(list(store, &eve, &filter, 9).await, []);
    }
    assert_eq!(store.find_tool_write(&eve.user, written[0].id).await.unwrap(), None);
    let again = ada.apply(store, ChangeKind::ToolWriteProposed { write: Box::new(written[0].clone()) }).await;
    assert_eq!(again.unwrap(), Applied::Before);
}

pub async fn feedback_stands_on_its_answer_until_it_is_taken_back(store: &dyn Store) {
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let chat = ada.write_chat(store, "Rated").await;
    let (question, answer, _) = ada.write_question(store, chat.id, "How much?").await;
    let given = Feedback {
        rating: Rating::Down,
        reason: Some("wrong month\0 \u{202E}".to_owned()),
        at: ada.change(ChangeKind::ChatRestored { chat_id: chat.id }).at,
    };
    for feedback in [Some(given.clone()), Some(Feedback { rating: Rating::Up, reason: None, ..given }), None]
    {
        let kind = ChangeKind::FeedbackGiven { message_id: answer.id, feedback: feedback.clone() };
        ada.write(store, kind.clone()).await;
        let found = store.find_message(&ada.user, answer.id).await.unwrap().unwrap();
        assert_eq!(found.feedback.as_deref(), feedback.as_ref());
        let listed = store.list_messages(&ada.user, chat.id, &PageRequest::first(9)).await.unwrap().items;
        assert_eq!(listed.last(), Some(&found));
        assert_eq!(listed[0].feedback, None, "the question has none");
        assert!(matches!(eve.apply(store, kind).await, Err(StoreError::RowMissing)));
    }
    assert_eq!(store.find_message(&ada.user, question.id).await.unwrap(), Some(question));
    let unknown = MessageId::generate(&ada.clock);
    let refused = ada.apply(store, ChangeKind::FeedbackGiven { message_id: unknown, feedback: None }).await;
    assert!(matches!(refused, Err(StoreError::RowMissing)));
}

pub async fn what_the_assistant_remembers_and_may_use_is_a_setting(store: &dyn Store) {
    let ada = Household::new("ada");
    let remembered = Remembered {
        id: SettingId::generate(&ada.clock),
        text: "Saves for a house\0".to_owned(),
        source: None,
        at: jiff::Timestamp::UNIX_EPOCH,
    };
    let switch =
        ToolSwitch { id: SettingId::generate(&ada.clock), tool: "forecast".to_owned(), enabled: false };
    let privacy = Privacy { id: Privacy::id(), retention_days: Some(90) };
    let settings = vec![
        Setting::Remembered(remembered.clone()),
        Setting::ToolSwitch(switch.clone()),
        Setting::Privacy(privacy),
    ];
    ada.write(store, ChangeKind::SettingsSaved { settings }).await;
    let kept = store.settings(&ada.user).await.unwrap();
    assert_eq!((&kept.remembered[..], &kept.tool_switches[..]), (&[remembered.clone()][..], &[switch][..]));
    assert_eq!(kept.privacy, Some(privacy));
    let retains = async || store.list_retaining_users().await.unwrap().contains(&ada.user);
    assert!(retains().await, "who has set days is found without being known");
    assert!(!kept.tool_is_enabled("forecast") && kept.tool_is_enabled("spending"));
    let forever = Setting::Privacy(Privacy { retention_days: None, ..privacy });
    ada.write(store, ChangeKind::SettingsSaved { settings: vec![forever] }).await;
    ada.write(store, ChangeKind::SettingDeleted { setting_id: remembered.id }).await;
    let kept = store.settings(&ada.user).await.unwrap();
    assert_eq!((kept.len(), kept.privacy.and_then(|privacy| privacy.retention_days)), (2, None));
    assert!(!retains().await);
}
