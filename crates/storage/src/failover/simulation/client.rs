//! A person with the app open: sends, reads back, and tries again where it is told to.

use std::{sync::Arc, time::Duration};

use domain::{
    Account, ChangeId, ChatId, FinancialGoal, Ledger, MessageStatus, Run, Title, TransactionEdit, UserId,
};
use jiff::civil::date;
use tokio::time::{Instant, sleep};

use super::{BOUND, World};
use crate::{
    Change, ChangeKind, ChatFilter, FailoverStore, PageRequest, Store, StoreError,
    testing::{Household, text_events},
};

/// The default of `call_timeout`.
const CALL: Duration = Duration::from_secs(3);

pub(super) struct Client {
    world: Arc<World>,
    /// Its own: in which order clients are woken at one moment is not told by the seed.
    dice: Arc<World>,
    household: Arc<Household>,
    /// Nobody else writes for the household, so everything of it may be deleted.
    is_alone: bool,
    kept: Kept,
}

/// What a client was told is kept.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) user: UserId,
    /// The changes that were acknowledged, in order.
    pub(super) acknowledged: Vec<ChangeId>,
    /// How many of them came before everything was deleted for the last time.
    pub(super) erased: usize,
    /// The chats that are there.
    pub(super) chats: Vec<ChatId>,
    /// The number of the account that this client alone imports to, and the days of its rows.
    pub(super) account: String,
    pub(super) days: Vec<i8>,
    /// The names of the goals, where nobody else edits them.
    pub(super) goals: Vec<String>,
}

/// The days of an account's rows.
pub(super) fn rows_of(ledger: &Ledger, number: &str) -> Vec<i8> {
    let accounts = ledger.accounts.iter().filter(|account| account.number.as_deref() == Some(number));
    let ids: Vec<_> = accounts.map(|account| account.id).collect();
    let rows = ledger.transactions.iter().filter(|row| ids.contains(&row.account_id));
    rows.map(|row| row.date.day()).collect()
}

fn goal(name: &str) -> FinancialGoal {
    let json = format!(r#"{{"name":"{name}","target_amount":"500","target_date":null,"priority":1}}"#);
    serde_json::from_str(&json).expect("a goal")
}

impl Client {
    pub(super) fn new(world: Arc<World>, household: Arc<Household>, number: u64, is_alone: bool) -> Self {
        let kept = Kept {
            user: household.user.clone(),
            acknowledged: Vec::new(),
            erased: 0,
            chats: Vec::new(),
            account: format!("account of {number}"),
            days: Vec::new(),
            goals: Vec::new(),
        };
        let dice = World::new(world.below(1 << 32));
        Self { world, dice, household, is_alone, kept }
    }

    pub(super) async fn run(mut self) -> Result<Kept, String> {
        for _ in 0..2 + self.dice.below(4) {
            self.dice.pause(700).await;
            match self.dice.below(9) {
                0 => self.save_profile().await?,
                1 => self.import().await?,
                2 => self.rename().await?,
                3 => self.purge().await?,
                4 if self.is_alone => self.erase().await?,
                _ => self.converse().await?,
            }
        }
        Ok(self.kept)
    }

    async fn erase(&mut self) -> Result<(), String> {
        self.send(ChangeKind::UserErased).await?;
        self.kept.erased = self.kept.acknowledged.len() - 1;
        self.kept.chats.clear();
        self.kept.days.clear();
        self.kept.goals.clear();
        // Often the next thing is done at once, while the erasure is on its way to the database.
        for _ in 0..self.dice.below(4) {
            self.dice.pause(40).await;
            self.create_chat().await?;
        }
        Ok(())
    }

    async fn purge(&mut self) -> Result<(), String> {
        if self.kept.chats.is_empty() {
            return self.create_chat().await;
        }
        let chat_id = self.dice.pick(&self.kept.chats);
        self.kept.chats.retain(|id| *id != chat_id);
        self.send(ChangeKind::ChatPurged { chat_id }).await
    }

    async fn create_chat(&mut self) -> Result<(), String> {
        let chat = self.household.chat("New");
        let id = chat.id;
        self.send(ChangeKind::ChatCreated { chat }).await?;
        self.kept.chats.push(id);
        Ok(())
    }

    async fn converse(&mut self) -> Result<(), String> {
        let home = Arc::clone(&self.household);
        let is_new = self.kept.chats.is_empty() || self.dice.below(2) == 0;
        let chat = is_new.then(|| home.chat("A question"));
        let chat_id = match &chat {
            Some(chat) => chat.id,
            None => self.dice.pick(&self.kept.chats),
        };
        let (question, answer, run) = home.exchange(chat_id, "How much did I spend?");
        self.send(ChangeKind::MessageSent { chat, question, answer: answer.clone(), run: run.clone() })
            .await?;
        if is_new {
            self.kept.chats.push(chat_id);
        }
        self.read_back(chat_id, &run).await?;
        let mut last = 0;
        for _ in 0..self.dice.below(5) {
            self.dice.pause(300).await;
            let (first, count) = (last + 1, 1 + self.dice.below(4));
            last += count;
            self.send(home.events(run.id, first..=last)).await?;
            self.listen(&run, last).await?;
        }
        self.send(home.seal(&run, "12.50 EUR", MessageStatus::Complete)).await
    }

    /// Adds a goal to those that are there, as the operation does: where they cannot be known nothing is
    /// done.
    async fn save_profile(&mut self) -> Result<(), String> {
        let user = &self.household.user;
        let read =
            async |store: &FailoverStore| Ok((store.find_profile(user).await?, has_met_database(store)));
        let found = self.call(CALL, read).await?;
        let Some(Ok((found, is_whole))) = found else { return Ok(()) };
        let base = found.unwrap_or_default();
        if self.is_alone && is_whole {
            let goals: Vec<&str> = base.financial_goals.iter().map(|goal| goal.name.as_str()).collect();
            if goals != self.kept.goals {
                return Err(format!("the goals {:?} read {goals:?}", self.kept.goals));
            }
        }
        let mut profile = Box::new(base.clone());
        if self.is_alone {
            let name = format!("goal {}", self.kept.goals.len());
            profile.financial_goals.push(goal(&name));
            self.kept.goals.push(name);
        }
        profile.notes = Some(format!("note {}", self.dice.below(100)));
        self.send(ChangeKind::ProfileSaved { profile, based_on: Some(Box::new(base)) }).await
    }

    /// Imports the statement of a day, as the operation does: rows that are there already are passed over,
    /// and where the ledger cannot be known nothing is done.
    async fn import(&mut self) -> Result<(), String> {
        let home = Arc::clone(&self.household);
        let read =
            async |store: &FailoverStore| Ok((store.ledger(&home.user).await?, has_met_database(store)));
        let found = self.call(CALL, read).await?;
        let Some(Ok((ledger, true))) = found else { return Ok(()) };
        let rows = rows_of(&ledger, &self.kept.account);
        if rows != self.kept.days {
            return Err(format!("the ledger has rows of {rows:?}, not of {:?}", self.kept.days));
        }
        let day = 1 + self.dice.below(3) as i8;
        if rows.contains(&day) {
            return Ok(());
        }
        let known = ledger.accounts.iter().find(|it| it.number.as_ref() == Some(&self.kept.account));
        let account = known.cloned().unwrap_or_else(|| Account {
            number: Some(self.kept.account.clone()),
            ..home.account("Checking", home.import_id())
        });
        let import_id = home.import_id();
        let mut row = home.transaction(&account, date(2026, 5, day), "Bakery", -450);
        row.import_id = import_id;
        let row_id = row.id;
        self.send(home.import(import_id, vec![account.clone()], vec![row])).await?;
        self.kept.days.push(day);
        self.kept.days.sort_unstable();
        let category = domain::Category::known("Food:Groceries");
        self.send(ChangeKind::TransactionsCategorised { transaction_ids: vec![row_id], category }).await?;
        self.send(ChangeKind::AccountRenamed { account_id: account.id, name: "Giro".to_owned() }).await?;
        let edit = Box::new(TransactionEdit { note: Some("cake".to_owned()), ..TransactionEdit::default() });
        self.send(ChangeKind::TransactionEdited { transaction_id: row_id, edit }).await?;
        if self.dice.below(3) == 0 {
            self.send(ChangeKind::ImportUndone { import_id }).await?;
            self.kept.days.retain(|it| *it != day);
        }
        self.set_budget().await
    }

    async fn set_budget(&mut self) -> Result<(), String> {
        let home = Arc::clone(&self.household);
        let budget = home.budget("Food", 40_000);
        let (setting_id, settings) = (budget.id(), vec![budget]);
        self.send(ChangeKind::SettingsSaved { settings }).await?;
        let found = self.call(CALL, async |store| store.settings(&home.user).await).await?;
        if let Some(Ok(settings)) = found
            && !settings.contains(setting_id)
        {
            return Err("a setting was acknowledged and is not there".to_owned());
        }
        if self.dice.below(2) == 0 {
            self.send(ChangeKind::SettingDeleted { setting_id }).await?;
        }
        Ok(())
    }

    async fn rename(&mut self) -> Result<(), String> {
        if self.kept.chats.is_empty() {
            return self.create_chat().await;
        }
        let chat_id = self.dice.pick(&self.kept.chats);
        let title = Title::new("Another title").expect("a title");
        self.send(ChangeKind::ChatRenamed { chat_id, title }).await
    }

    /// Sends a change until it is acknowledged, through kills of the process.
    async fn send(&mut self, kind: ChangeKind) -> Result<(), String> {
        let change: Change = self.household.change(kind);
        let limit = match &change.kind {
            ChangeKind::ImportUndone { .. } | ChangeKind::ChatPurged { .. } | ChangeKind::UserErased => {
                4 * CALL
            }
            _ => CALL,
        };
        loop {
            match self.call(limit, async |store| store.apply(&change).await).await? {
                Some(Ok(_)) => break,
                Some(Err(StoreError::Unavailable(_) | StoreError::NotGranted(_) | StoreError::Full))
                | None => {
                    sleep(Duration::from_millis(50 + self.dice.below(200))).await;
                }
                Some(Err(refused)) => return Err(format!("{refused} for {change:?}")),
            }
        }
        self.kept.acknowledged.push(change.id);
        Ok(())
    }

    /// What was acknowledged is there, or is not known to be missing.
    async fn read_back(&self, chat: ChatId, run: &Run) -> Result<(), String> {
        let user = &self.household.user;
        let found = self.call(CALL, async |store| store.find_message(user, run.message_id).await).await?;
        if let Some(Ok(None)) = found {
            return Err(format!("{} was acknowledged and cannot be found", run.message_id));
        }
        if self.dice.below(3) == 0 {
            let (filter, page) = (ChatFilter::default(), PageRequest::first(3));
            self.call(CALL, async |store| store.list_chats(user, &filter, &page).await).await?;
            self.call(CALL, async |store| store.find_run(user, run.id).await).await?;
        }
        let page = PageRequest::first(2);
        let listed = self.call(CALL, async |store| store.list_messages(user, chat, &page).await).await?;
        if let Some(Ok(page)) = listed
            && !page.items.iter().any(|message| message.id >= run.message_id)
        {
            return Err(format!("{} was acknowledged and is not listed", run.message_id));
        }
        Ok(())
    }

    async fn listen(&self, run: &Run, last: u64) -> Result<(), String> {
        let user = &self.household.user;
        let events = self.call(CALL, async |store| store.list_run_events(user, run.id, 0).await).await?;
        match events {
            Some(Ok(events)) if events != text_events(1..=last) => {
                Err(format!("{} events of {last} that were acknowledged", events.len()))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Asks the store that lives; none if it is killed meanwhile. Fails where that takes too long.
    async fn call<T>(
        &self,
        limit: Duration,
        request: impl AsyncFnOnce(&FailoverStore) -> Result<T, StoreError>,
    ) -> Result<Option<Result<T, StoreError>>, String> {
        let mut life = self.world.life.subscribe();
        let Some(store) = life.borrow_and_update().clone() else { return Ok(None) };
        let begun = Instant::now();
        let answer = tokio::select! {
            biased;
            _ = life.changed() => return Ok(None),
            answer = request(&store) => answer,
        };
        let ended = Instant::now();
        let longest = limit + BOUND;
        if ended - begun > longest {
            return Err(format!("a request took {:?}", ended - begun));
        }
        if let Some(opened_at) = store.inner.open_since() {
            let waited = ended - begun.max(opened_at);
            if waited > BOUND {
                let at = ended - self.world.opened_at;
                return Err(format!("a request took {waited:?} with the circuit open, at {at:?}"));
            }
        }
        Ok(Some(answer))
    }
}

/// Whether the process has been told anything: before, it takes what it has for all.
fn has_met_database(store: &FailoverStore) -> bool {
    store.inner.local.as_ref().is_some_and(|local| local.memory.has_met_database())
}
