use domain::{Category, ChatSummary, MessageStatus, Persona, Profile, Title, ToolWriteStatus};

use crate::{
    Applied, Change, ChangeKind, ChatFilter, PageRequest, RuleResult, Store, StoreError,
    testing::{Household, snapshot},
};

/// The same household as told by somebody else: ids of the one, user of the other.
fn told_by(other: &Household, change: &Change) -> Change {
    Change { user: other.user.clone(), ..change.clone() }
}

pub async fn nobody_reads_rows_of_another_user(store: &dyn Store) {
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let nothing = snapshot(store, &eve.user).await;
    let profile = Profile { notes: Some("secret".to_owned()), ..Profile::default() };
    ada.write(store, ChangeKind::ProfileSaved { profile: Box::new(profile), based_on: None }).await;
    let chat = ada.write_chat(store, "Secret").await;
    let (question, answer, run) = ada.write_question(store, chat.id, "Secret?").await;
    ada.write(store, ada.events(run.id, 1..=2)).await;
    ada.write(store, ada.recorded_seal(&run, "Secret.")).await;
    let (again, second) = ada.another_answer(&question);
    ada.write(store, ChangeKind::AnswerStarted { answer: again, run: second }).await;
    let trashed = ada.write_chat(store, "Trashed").await;
    ada.write(store, ChangeKind::ChatDeleted { chat_id: trashed.id }).await;
    let (account, rows) = ada.write_account(store, "Checking", &["Bakery", "Rent"]).await;
    ada.write_tool_write(store, chat.id).await;
    ada.write(store, ChangeKind::SettingsSaved { settings: vec![ada.budget("Food", 100)] }).await;

    assert_eq!(snapshot(store, &eve.user).await, nothing);
    let eve = &eve.user;
    assert_eq!(store.find_profile(eve).await.unwrap(), None);
    for id in [chat.id, trashed.id] {
        assert_eq!(store.find_chat(eve, id).await.unwrap(), None);
        assert_eq!(store.list_messages(eve, id, &PageRequest::first(9)).await.unwrap().items, []);
    }
    for id in [question.id, answer.id] {
        assert_eq!(store.find_message(eve, id).await.unwrap(), None);
        assert_eq!(store.find_leaf(eve, id).await.unwrap(), None);
    }
    assert_eq!(store.list_forks(eve, chat.id).await.unwrap(), []);
    assert_eq!(store.find_run(eve, run.id).await.unwrap(), None);
    assert_eq!(store.find_run_record(eve, run.id).await.unwrap(), None);
    assert_eq!(store.list_run_events(eve, run.id, 0).await.unwrap(), []);
    assert_eq!(store.find_transaction(eve, rows[0].id).await.unwrap(), None);
    assert_eq!(store.find_import(eve, account.import_id).await.unwrap(), None);
    assert_eq!(*store.ledger(eve).await.unwrap(), domain::Ledger::default());
    for deleted in [false, true] {
        let filter = ChatFilter { search: Some("t".to_owned()), deleted, ..ChatFilter::default() };
        assert_eq!(store.list_chats(eve, &filter, &PageRequest::first(9)).await.unwrap().items, []);
    }
}

pub async fn nobody_changes_rows_of_another_user(store: &dyn Store) {
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let chat = ada.write_chat(store, "Ada's").await;
    let (question, answer, run) = ada.write_question(store, chat.id, "Ada's?").await;
    let (another, another_run) = eve.another_answer(&question);
    let summary = ChatSummary { text: "Eve's".to_owned(), up_to: answer.id };
    let (account, rows) = ada.write_account(store, "Checking", &["Bakery"]).await;
    let budget = ada.budget("Food", 40_000);
    let setting_id = budget.id();
    let tool_write_id = ada.write_tool_write(store, chat.id).await.id;
    ada.write(store, ChangeKind::SettingsSaved { settings: vec![budget] }).await;
    let before = snapshot(store, &ada.user).await;
    let nothing = snapshot(store, &eve.user).await;

    let (eves_question, eves_answer, eves_run) = eve.exchange(chat.id, "Eve's?");
    let import_id = eve.import_id();
    let mut foreign_row = eve.transaction(&account, "2026-05-09".parse().unwrap(), "Eve's", -1);
    foreign_row.import_id = import_id;
    for kind in [
        ChangeKind::ChatRenamed { chat_id: chat.id, title: Title::new("Eve's").unwrap() },
        ChangeKind::ChatDeleted { chat_id: chat.id },
        ChangeKind::ChatRestored { chat_id: chat.id },
        ChangeKind::MessageSent { chat: None, question: eves_question, answer: eves_answer, run: eves_run },
        ChangeKind::ChatTitled { chat_id: chat.id, title: Title::new("Eve's").unwrap() },
        ChangeKind::ChatPersonaChosen { chat_id: chat.id, persona: Persona::Coach },
        ChangeKind::ChatSummarised { chat_id: chat.id, summary: Some(summary) },
        ChangeKind::BranchChosen { chat_id: chat.id, head_id: question.id },
        ChangeKind::AnswerStarted { answer: another, run: another_run },
        ChangeKind::RunClaimed { run_id: run.id, owner: "eve's".to_owned(), epoch: 2 },
        ChangeKind::RunReleased { run_id: run.id, epoch: 1 },
        eve.events(run.id, 1..=1),
        eve.seal(&run, "Eve's", MessageStatus::Stopped),
        eve.import(import_id, Vec::new(), vec![foreign_row]),
        ChangeKind::ImportUndone { import_id: account.import_id },
        ChangeKind::AccountRenamed { account_id: account.id, name: "Eve's".to_owned() },
        ChangeKind::TransactionEdited { transaction_id: rows[0].id, edit: Box::default() },
        ChangeKind::SettingDeleted { setting_id },
        ChangeKind::FeedbackGiven { message_id: answer.id, feedback: None },
        ChangeKind::ToolWriteDecided { tool_write_id, status: ToolWriteStatus::Approved, outcome: None },
    ] {
        let refused = eve.apply(store, kind.clone()).await;
        assert!(matches!(refused, Err(StoreError::RowMissing)), "{refused:?} for {kind:?}");
    }
    let category = Category::known("Food");
    let transaction_ids = vec![rows[0].id];
    let result =
        RuleResult { transaction_ids: transaction_ids.clone(), category: category.clone(), payee: None };
    eve.write(store, ChangeKind::RulesApplied { results: vec![result] }).await;
    eve.write(store, ChangeKind::TransactionsCategorised { transaction_ids, category }).await;

    assert_eq!(snapshot(store, &ada.user).await, before);
    assert_eq!(snapshot(store, &eve.user).await, nothing);
}

pub async fn two_users_may_hold_rows_of_the_same_ids(store: &dyn Store) {
    let (ada, eve) = (Household::new("ada"), Household::new("eve"));
    let chat = ada.chat("Same ids");
    let (question, answer, run) = ada.exchange(chat.id, "Same?");
    let sent = ada.change(ChangeKind::MessageSent { chat: Some(chat.clone()), question, answer, run });
    let account = ada.account("Same account", ada.import_id());
    let row = ada.transaction(&account, "2026-05-01".parse().unwrap(), "Same payee", 100);
    let imported = ada.change(ada.import(account.import_id, vec![account.clone()], vec![row]));
    for change in [&sent, &imported] {
        // Nothing tells Eve that Ada holds these ids, not even a refusal.
        assert_eq!(store.apply(change).await.unwrap(), Applied::Now);
        assert_eq!(store.apply(&told_by(&eve, change)).await.unwrap(), Applied::Now);
    }
    assert_eq!(snapshot(store, &ada.user).await, snapshot(store, &eve.user).await);
    eve.write(store, ChangeKind::ChatDeleted { chat_id: chat.id }).await;
    eve.write(store, ChangeKind::ImportUndone { import_id: account.import_id }).await;
    assert_eq!(store.find_chat(&ada.user, chat.id).await.unwrap().unwrap().deleted_at, None);
    assert_eq!(store.list_accounts(&ada.user).await.unwrap(), [account]);
}
