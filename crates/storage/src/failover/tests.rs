use domain::{ChatId, FixedClock, MessageStatus, Profile, RunId, Title};
use jiff::Timestamp;
use tokio::time::sleep;

use super::{
    simulation::{Fault, SimulatedJournal, SimulatedPrimary, World},
    *,
};
use crate::{
    Applied, ChatFilter, EmbeddedStore, PageRequest, Standing, StorageMode,
    journal::{ChangeLog, faulty},
    testing::{Household, snapshot, text_events},
};

/// A store on a database that fails as told, with a journal of its own.
struct Scene {
    primary: Arc<SimulatedPrimary>,
    store: FailoverStore,
    journal: SimulatedJournal,
}

fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock(Timestamp::UNIX_EPOCH))
}

/// Time stands still in these tests, which a journal's thread would not know: it is simulated too.
fn open(primary: &Arc<SimulatedPrimary>, journal: Option<&SimulatedJournal>) -> FailoverStore {
    open_with(primary, journal, FailoverOptions::default())
}

fn open_with(
    primary: &Arc<SimulatedPrimary>,
    journal: Option<&SimulatedJournal>,
    options: FailoverOptions,
) -> FailoverStore {
    let database = Arc::clone(primary) as Arc<dyn Store>;
    let probe = Arc::new(PingProbe(Arc::clone(&database)));
    let local = journal.map(|journal| {
        Local::simulated(Box::new(journal.clone()), Box::new(|| Duration::ZERO), &options).unwrap()
    });
    FailoverStore::start(database, probe, local, options, clock())
}

impl Scene {
    async fn with(fault: Fault) -> Self {
        let primary = Arc::new(SimulatedPrimary::new(World::new(1)));
        primary.set(fault);
        let journal = SimulatedJournal::default();
        let store = open(&primary, Some(&journal));
        assert_eq!(store.connect(Duration::from_secs(2)).await, fault == Fault::None);
        Self { primary, store, journal }
    }

    /// The database fails, and a request has met that.
    async fn goes_down(&self) {
        self.primary.set(Fault::Refuse);
        drop(self.store.find_profile(&Household::new("somebody").user).await);
        assert_eq!(self.store.status().mode, StorageMode::Memory);
    }

    async fn comes_back(&self) {
        self.primary.set(Fault::None);
        let begun = Instant::now();
        self.store.connected().await;
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
        let status = self.store.status();
        assert_eq!((status.mode, status.pending_changes), (StorageMode::Postgres, 0));
    }
}

fn assert_unavailable<T: std::fmt::Debug>(answer: Result<T, StoreError>) {
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_streams_on_while_the_database_goes_and_comes_back() {
    let scene = Scene::with(Fault::None).await;
    let store = &scene.store;
    let ada = Household::new("ada");
    let chat = ada.write_chat(store, "Streaming").await;
    let (_, _, run) = ada.write_question(store, chat.id, "How much?").await;
    let append = |numbers| ada.events(run.id, numbers);
    ada.write(store, append(1..=3)).await;
    scene.primary.set(Fault::Refuse);
    ada.write(store, append(4..=5)).await;
    assert_eq!(store.status().pending_changes, 1);
    assert_eq!(store.list_run_events(&ada.user, run.id, 0).await.unwrap(), text_events(1..=5));
    assert_eq!(
        store.status().reason,
        "Saving locally: the database cannot be reached. 1 change waits for it."
    );
    scene.comes_back().await;
    ada.write(store, append(6..=8)).await;
    // Read once, all of it is known.
    drop(snapshot(store, &ada.user).await);
    scene.goes_down().await;
    ada.write(store, ada.seal(&run, "12.50 EUR", MessageStatus::Complete)).await;
    assert_eq!(store.list_run_events(&ada.user, run.id, 2).await.unwrap(), text_events(3..=8));
    let remembered = snapshot(store, &ada.user).await;
    scene.comes_back().await;
    assert_eq!(snapshot(scene.primary.memory(), &ada.user).await, remembered);
    store.close().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_read_once_stays_readable_and_what_was_not_is_unavailable() {
    let scene = Scene::with(Fault::None).await;
    let ada = Household::new("ada");
    let elsewhere = scene.primary.memory();
    let chat = ada.write_chat(elsewhere, "Opened").await;
    let unopened = ada.write_chat(elsewhere, "Never opened").await;
    for number in 0..4 {
        ada.write_question(elsewhere, chat.id, &format!("Question {number}")).await;
    }
    let (_, _, run) = ada.write_question(elsewhere, unopened.id, "Elsewhere").await;
    ada.write_account(elsewhere, "Checking", &["Bakery", "Rent"]).await;
    let store = &scene.store;
    let user = &ada.user;
    let (filter, page) = (ChatFilter::default(), PageRequest::first(4));
    let chats = store.list_chats(user, &filter, &page).await.unwrap();
    let newest = store.list_messages(user, chat.id, &page).await.unwrap();
    let ledger = store.ledger(user).await.unwrap();

    scene.goes_down().await;
    assert_eq!(store.list_chats(user, &filter, &page).await.unwrap(), chats);
    assert_eq!(store.list_messages(user, chat.id, &page).await.unwrap(), newest);
    assert!(Arc::ptr_eq(&store.ledger(user).await.unwrap(), &ledger));
    let older = PageRequest { cursor: newest.next_cursor, ..page.clone() };
    assert_unavailable(store.list_messages(user, chat.id, &older).await);
    assert_unavailable(store.list_messages(user, unopened.id, &page).await);
    assert_unavailable(store.find_run(user, run.id).await);
    assert_unavailable(store.list_run_events(user, run.id, 0).await);
    assert_unavailable(store.find_chat(user, ChatId::generate(&ada.clock)).await);
    let rename = ChangeKind::ChatRenamed {
        chat_id: ChatId::generate(&ada.clock),
        title: Title::new("Unknown").unwrap(),
    };
    assert_unavailable(ada.apply(store, rename).await);
    let append = ada.events(RunId::generate(&ada.clock), 1..=1);
    assert_unavailable(ada.apply(store, append).await);
    assert_eq!(store.status().pending_changes, 0);

    ada.write_question(store, chat.id, "Asked while it is away").await;
    let page = store.list_messages(user, chat.id, &PageRequest::first(3)).await.unwrap();
    assert_eq!((page.items.len(), &page.items[0]), (3, &newest.items[3]));
    let stranger = Household::new("eve");
    assert_eq!(store.list_chats(&stranger.user, &filter, &PageRequest::first(9)).await.unwrap().items, []);
    stranger.write_chat(store, "First seen in an outage").await;
    assert_unavailable(store.find_profile(&stranger.user).await);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_only_the_database_has_is_not_taken_for_an_empty_one() {
    let scene = Scene::with(Fault::None).await;
    let (ada, new) = (Household::new("ada"), Household::new("new"));
    ada.write_account(scene.primary.memory(), "Checking", &["Bakery"]).await;
    let store = &scene.store;
    assert_eq!(store.list_accounts(&new.user).await.unwrap(), []);
    scene.goes_down().await;
    let user = &ada.user;
    assert_unavailable(store.ledger(user).await);
    assert_unavailable(store.list_accounts(user).await);
    assert_unavailable(store.list_imports(user).await);
    assert_unavailable(store.find_profile(user).await);
    assert_unavailable(store.settings(user).await);
    ada.write_chat(store, "Goes on").await;

    // Who has no account has no transactions either.
    let (account, _) = new.write_account(store, "First", &["Bakery"]).await;
    assert_eq!(store.list_accounts(&new.user).await.unwrap(), [account]);
    assert_eq!(store.ledger(&new.user).await.unwrap().transactions.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_commit_whose_answer_is_lost_is_neither_lost_nor_doubled() {
    let scene = Scene::with(Fault::None).await;
    let ada = Household::new("ada");
    let mut written = Vec::new();
    for _ in 0..8 {
        scene.primary.set(Fault::LoseAnswers);
        let change = ada.change(ChangeKind::ChatCreated { chat: ada.chat("Kept once") });
        assert_eq!(scene.store.apply(&change).await.unwrap(), Applied::Now);
        written.push(change.id);
        scene.comes_back().await;
    }
    let log: Vec<_> = scene.primary.log().into_iter().filter(|id| written.contains(id)).collect();
    assert_eq!(log, written);
}

#[tokio::test]
async fn what_the_embedded_default_kept_moves_into_the_database() {
    let primary = Arc::new(SimulatedPrimary::new(World::new(1)));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.redb");
    let standing = Standing { degraded: false, reason: String::new() };
    let ada = Household::new("ada");
    let embedded = EmbeddedStore::open(&path, &*clock(), standing.clone()).unwrap();
    for number in 0..3 {
        let chat = ada.write_chat(&embedded, &format!("Chat {number}")).await;
        ada.write_question(&embedded, chat.id, "How much?").await;
    }
    ada.write_account(&embedded, "Checking", &["Bakery"]).await;
    let kept = snapshot(&embedded, &ada.user).await;
    drop(embedded);

    primary.set(Fault::Refuse);
    let database = Arc::clone(&primary) as Arc<dyn Store>;
    let probe = Arc::new(PingProbe(Arc::clone(&database)));
    let store =
        FailoverStore::open(database, probe, Some(&path), FailoverOptions::default(), clock()).unwrap();
    assert!(!store.connect(Duration::from_secs(2)).await);
    assert_eq!(store.status().pending_changes, 7);
    // The process has never met the database, and goes on with what it has.
    assert_eq!(snapshot(&store, &ada.user).await, kept);
    primary.set(Fault::None);
    store.connected().await;
    assert_eq!(snapshot(primary.memory(), &ada.user).await, kept);
    assert_eq!(store.status().pending_changes, 0);
    store.close().await;
    assert!(Journal::open(&path, |_, _| Ok(())).unwrap().is_empty());
    // The embedded default opens what is left of it, too.
    drop(EmbeddedStore::open(&path, &*clock(), standing).unwrap());
}

#[tokio::test]
async fn a_full_disk_refuses_changes_until_it_has_room_and_loses_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.redb");
    let standing = Standing { degraded: false, reason: String::new() };
    let ada = Household::new("ada");
    let store = EmbeddedStore::open(&path, &*clock(), standing.clone()).unwrap();
    let before = ada.write_chat(&store, "Before").await;
    faulty::set_full(&path, true);
    for _ in 0..2 {
        let refused = ada.apply(&store, ChangeKind::ChatDeleted { chat_id: before.id }).await;
        assert!(matches!(refused, Err(StoreError::Full)), "{refused:?}");
    }
    assert_eq!(store.status().mode, StorageMode::Unavailable);
    faulty::set_full(&path, false);
    while store.status().mode == StorageMode::Unavailable {
        sleep(Duration::from_millis(20)).await;
    }
    let after = ada.write_chat(&store, "After").await;
    let kept = snapshot(&store, &ada.user).await;
    drop(store);
    let store = EmbeddedStore::open(&path, &*clock(), standing).unwrap();
    assert_eq!(snapshot(&store, &ada.user).await, kept);
    for chat in [before, after] {
        assert!(store.find_chat(&ada.user, chat.id).await.unwrap().is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn changes_wait_in_the_journal_while_the_process_is_gone() {
    let scene = Scene::with(Fault::None).await;
    let ada = Household::new("ada");
    let chat = ada.write_chat(&scene.store, "Before").await;
    scene.goes_down().await;
    let rename = ChangeKind::ChatRenamed { chat_id: chat.id, title: Title::new("After").unwrap() };
    ada.write(&scene.store, rename).await;
    scene.store.close().await;
    assert_unavailable(ada.apply(&scene.store, ChangeKind::ChatDeleted { chat_id: chat.id }).await);

    let store = open(&scene.primary, Some(&scene.journal));
    assert_eq!(store.status().pending_changes, 1);
    scene.primary.set(Fault::None);
    store.connected().await;
    let renamed = scene.primary.memory().find_chat(&ada.user, chat.id).await.unwrap().unwrap();
    assert_eq!(renamed.title.as_str(), "After");
    store.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_change_that_the_database_refuses_is_set_aside_and_counted() {
    let primary = Arc::new(SimulatedPrimary::new(World::new(1)));
    let mut journal = SimulatedJournal::default();
    let ada = Household::new("ada");
    let gone = ada.chat("Only ever in another database");
    let refused = ada.change(ChangeKind::ChatDeleted { chat_id: gone.id });
    let taken = ada.change(ChangeKind::ChatCreated { chat: ada.chat("Taken") });
    let records: Vec<_> = [&refused, &taken].map(|change| Journal::encode(change).unwrap()).into();
    journal.append(&records).unwrap();

    let store = open(&primary, Some(&journal));
    store.connected().await;
    assert_eq!(primary.log(), [taken.id]);
    assert_eq!((store.refused_changes(), store.status().pending_changes), (1, 0));
    assert!(store.status().reason.contains("could not be moved"), "{}", store.status().reason);
    store.close().await;
    let store = open(&primary, Some(&journal));
    assert_eq!(store.refused_changes(), 1, "the next process knows of it");
}

#[tokio::test(start_paused = true)]
async fn without_a_fallback_everything_fails_at_once_while_the_database_is_away() {
    let primary = Arc::new(SimulatedPrimary::new(World::new(1)));
    let store = open(&primary, None);
    assert!(store.connect(Duration::from_secs(2)).await);
    let ada = Household::new("ada");
    let chat = ada.write_chat(&store, "Kept").await;
    primary.set(Fault::Hang);
    assert_unavailable(store.find_chat(&ada.user, chat.id).await);
    let begun = Instant::now();
    assert_unavailable(store.find_chat(&ada.user, chat.id).await);
    assert_unavailable(ada.apply(&store, ChangeKind::ChatDeleted { chat_id: chat.id }).await);
    assert_unavailable(store.ping().await);
    assert_eq!(begun.elapsed(), Duration::ZERO);
    let status = store.status();
    assert_eq!((status.mode, status.degraded), (StorageMode::Unavailable, true));
    assert_eq!(status.reason, "Changes are refused: the database does not answer.");
    primary.set(Fault::None);
    store.connected().await;
    assert!(store.find_chat(&ada.user, chat.id).await.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn requests_on_their_way_are_cut_off_when_the_circuit_opens() {
    let scene = Scene::with(Fault::None).await;
    let ada = Household::new("ada");
    let chat = ada.write_chat(&scene.store, "Waiting").await;
    scene.primary.set(Fault::Hang);
    let store = &scene.store;
    let begun = Instant::now();
    let late = async {
        sleep(Duration::from_millis(2_900)).await;
        let begun = Instant::now();
        ada.write_question(store, chat.id, "Asked last").await;
        begun.elapsed()
    };
    let (first, last) = tokio::join!(store.find_chat(&ada.user, chat.id), late);
    assert_eq!(first.unwrap().unwrap().id, chat.id, "memory answers in its place");
    assert!(begun.elapsed() < Duration::from_millis(3_250));
    assert!(last < Duration::from_millis(350), "{last:?}: it waited for its own time-out");
}

#[tokio::test(start_paused = true)]
async fn a_replay_comes_to_its_end_under_steady_writes() {
    let scene = Scene::with(Fault::Refuse).await;
    let ada = Household::new("ada");
    let store = &scene.store;
    for number in 0..300 {
        ada.write_chat(store, &format!("Chat {number}")).await;
    }
    scene.primary.set(Fault::None);
    let writing = async {
        for number in 0..400 {
            ada.write_chat(store, &format!("Later chat {number}")).await;
            sleep(Duration::from_millis(20)).await;
        }
    };
    let ended = async {
        store.connected().await;
        Instant::now()
    };
    let begun = Instant::now();
    let ((), ended) = tokio::join!(writing, ended);
    assert!(ended - begun < Duration::from_secs(6), "{:?}", ended - begun);
    assert_eq!(store.status().pending_changes, 0);
    let ids = scene.primary.log();
    assert_eq!(ids.len(), 700);
    assert!(ids.is_sorted(), "one user's changes come in their order");
}

#[tokio::test(start_paused = true)]
async fn edits_of_a_profile_here_and_elsewhere_are_merged_by_field() {
    let scene = Scene::with(Fault::None).await;
    let ada = Household::new("ada");
    let base = Profile { display_name: Some("Ada".to_owned()), ..Profile::default() };
    let save = |profile: &Profile| ChangeKind::ProfileSaved {
        profile: Box::new(profile.clone()),
        based_on: Some(Box::new(base.clone())),
    };
    let first = ChangeKind::ProfileSaved { profile: Box::new(base.clone()), based_on: None };
    ada.write(&scene.store, first).await;
    scene.goes_down().await;
    let here = Profile { notes: Some("saves".to_owned()), country: Some("DE".to_owned()), ..base.clone() };
    ada.write(&scene.store, save(&here)).await;
    let elsewhere = Profile { country: Some("FR".to_owned()), household_size: Some(2), ..base.clone() };
    ada.write(scene.primary.memory(), save(&elsewhere)).await;
    scene.comes_back().await;
    let merged = Profile { notes: Some("saves".to_owned()), ..elsewhere };
    assert_eq!(scene.store.find_profile(&ada.user).await.unwrap(), Some(merged));
}

#[tokio::test(start_paused = true)]
async fn whoever_was_not_seen_for_longest_gives_way_but_nobody_whose_changes_wait() {
    let primary = Arc::new(SimulatedPrimary::new(World::new(1)));
    let options = FailoverOptions { remembered_bytes: 4_000, ..FailoverOptions::default() };
    let store = open_with(&primary, Some(&SimulatedJournal::default()), options);
    store.connected().await;
    let waiting = Household::new("waiting");
    primary.set(Fault::Refuse);
    let kept = waiting.write_chat(&store, "Waits").await;
    let mut seen = Vec::new();
    for _ in 0..20 {
        let person = Household::new("person");
        seen.push((person.user.clone(), person.write_chat(primary.memory(), "Seen").await));
    }
    assert!(store.find_chat(&waiting.user, kept.id).await.unwrap().is_some());
    primary.set(Fault::None);
    store.connected().await;
    for (user, chat) in &seen {
        assert!(store.find_chat(user, chat.id).await.unwrap().is_some());
    }
    primary.set(Fault::Refuse);
    let (last, chat) = &seen[19];
    assert!(store.find_chat(last, chat.id).await.unwrap().is_some());
    let (first, chat) = &seen[0];
    assert_unavailable(store.find_chat(first, chat.id).await);
}

#[tokio::test(start_paused = true)]
async fn a_full_memory_refuses_changes_and_keeps_the_users_whose_changes_wait() {
    let primary = Arc::new(SimulatedPrimary::new(World::new(1)));
    primary.set(Fault::Refuse);
    let limits = crate::MemoryLimits { size_bytes: 3_000, users: 10 };
    let options = FailoverOptions { limits, ..FailoverOptions::default() };
    let store = open_with(&primary, Some(&SimulatedJournal::default()), options);
    let ada = Household::new("ada");
    let kept = ada.write_chat(&store, "Waits").await;
    let eve = Household::new("eve");
    let mut written = 1;
    loop {
        match eve.apply(&store, ChangeKind::ChatCreated { chat: eve.chat("Many") }).await {
            Ok(_) => written += 1,
            Err(error) => break assert!(matches!(error, StoreError::Full), "{error}"),
        }
    }
    assert_eq!(store.find_chat(&ada.user, kept.id).await.unwrap(), Some(kept));
    assert_eq!(store.status().pending_changes, written);
    primary.set(Fault::None);
    store.connected().await;
    assert_eq!(primary.log().len() as u64, written);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_nothing_less_than_the_database_leaves_nothing_elsewhere() {
    let scene = Scene::with(Fault::None).await;
    let (store, ada) = (&scene.store, Household::new("ada"));
    let chat = ada.write_chat(store, "Kept").await;
    drop(store.find_chat(&ada.user, chat.id).await.unwrap());
    scene.primary.set(Fault::Refuse);
    let title = Title::new("Changed").unwrap();
    // The first meets the outage itself, the second an open circuit.
    for _ in 0..2 {
        let renamed = ada.change(ChangeKind::ChatRenamed { chat_id: chat.id, title: title.clone() });
        assert_unavailable(persistently(store.apply(&renamed)).await);
        assert_unavailable(persistently(store.find_chat(&ada.user, chat.id)).await);
    }
    assert_eq!(store.status().pending_changes, 0);
    let found = store.find_chat(&ada.user, chat.id).await.unwrap().unwrap();
    assert_eq!(found.title.as_str(), "Kept", "others go on from memory");
    scene.comes_back().await;
    store.close().await;
}
