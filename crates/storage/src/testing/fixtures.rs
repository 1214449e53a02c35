//! People, chats and accounts for tests.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::{
    Account, AccountId, AccountKind, Aside, AsidePurpose, BalanceAnchor, Budget, Category, CategorySource,
    ChangeId, Chat, ChatId, Clock, Currency, Import, ImportId, ImportSource, Message, MessageId,
    MessageStatus, Money, Part, Persona, Role, Rule, RuleCondition, Run, RunEvent, RunEventKind, RunId,
    RunRecord, RunStatus, SeenMessage, SeenStep, Setting, SettingId, Title, ToolWrite, ToolWriteId,
    ToolWriteOrigin, ToolWriteStatus, Transaction, TransactionId, UserId,
};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use crate::{Applied, Change, ChangeKind, ConfirmedRow, Store, StoreError};

/// A clock that moves on by a second whenever it is read.
#[derive(Debug)]
pub struct TickingClock(AtomicI64);

impl TickingClock {
    /// Starts at a second after 1970.
    pub const fn starting_at(second: i64) -> Self {
        Self(AtomicI64::new(second))
    }
}

impl Clock for TickingClock {
    fn now(&self) -> Timestamp {
        let second = self.0.fetch_add(1, Ordering::Relaxed);
        Timestamp::from_second(second).expect("the clock starts in this century")
    }
}

/// A user whom no other test knows.
pub fn new_user(name: &str) -> UserId {
    let clock = TickingClock::starting_at(1_700_000_000);
    UserId::try_from(format!("{name} {}", ChangeId::generate(&clock))).expect("letters and an id")
}

/// One user and what they write: each method makes a change's contents, [`Household::apply`] sends it.
#[derive(Debug)]
pub struct Household {
    /// Whose changes these are.
    pub user: UserId,
    /// When they are made.
    pub clock: TickingClock,
}

impl Household {
    /// A household of a user whom no other test knows.
    pub fn new(name: &str) -> Self {
        Self { user: new_user(name), clock: TickingClock::starting_at(1_750_000_000) }
    }

    /// A change of this user.
    pub fn change(&self, kind: ChangeKind) -> Change {
        Change { id: ChangeId::generate(&self.clock), user: self.user.clone(), at: self.clock.now(), kind }
    }

    /// Applies a change of this user.
    pub async fn apply(&self, store: &dyn Store, kind: ChangeKind) -> Result<Applied, StoreError> {
        store.apply(&self.change(kind)).await
    }

    /// Applies a change of this user that has to be written now.
    pub async fn write(&self, store: &dyn Store, kind: ChangeKind) {
        let applied = self.apply(store, kind).await.expect("the store takes the change");
        assert_eq!(applied, Applied::Now);
    }

    /// A new chat.
    pub fn chat(&self, title: &str) -> Chat {
        let now = self.clock.now();
        Chat {
            id: ChatId::generate(&self.clock),
            title: Title::new(title).expect("a title"),
            created_at: now,
            updated_at: now,
            deleted_at: None,
            head_id: None,
            persona: Persona::Plain,
            titled_by_person: false,
            summary: None,
        }
    }

    /// Writes a new chat.
    pub async fn write_chat(&self, store: &dyn Store, title: &str) -> Chat {
        let chat = self.chat(title);
        self.write(store, ChangeKind::ChatCreated { chat: chat.clone() }).await;
        chat
    }

    /// A question, its empty answer and the run, in a chat.
    pub fn exchange(&self, chat_id: ChatId, text: &str) -> (Message, Message, Run) {
        let run_id = RunId::generate(&self.clock);
        let question = Message {
            id: MessageId::generate(&self.clock),
            chat_id,
            parent_id: None,
            role: Role::User,
            parts: [text_part(text)].into(),
            status: MessageStatus::Complete,
            run_id: None,
            created_at: self.clock.now(),
            feedback: None,
        };
        let answer = Message {
            id: MessageId::generate(&self.clock),
            chat_id,
            parent_id: None,
            role: Role::Assistant,
            parts: [].into(),
            status: MessageStatus::Streaming,
            run_id: Some(run_id),
            created_at: self.clock.now(),
            feedback: None,
        };
        let run = Run {
            id: run_id,
            chat_id,
            message_id: answer.id,
            status: RunStatus::Running,
            started_at: self.clock.now(),
            today: Some(self.clock.today()),
            owner: "here".to_owned(),
            epoch: 1,
            heartbeat_at: self.clock.now(),
        };
        (question, answer, run)
    }

    /// Another empty answer to a question, and its run.
    pub fn another_answer(&self, question: &Message) -> (Message, Run) {
        let (_, mut answer, run) = self.exchange(question.chat_id, "");
        answer.parent_id = Some(question.id);
        (answer, run)
    }

    /// A batch of events of a run's first owner.
    pub fn events(&self, run: RunId, numbers: std::ops::RangeInclusive<u64>) -> ChangeKind {
        ChangeKind::RunEventsAppended { run_id: run, epoch: 1, events: text_events(numbers) }
    }

    /// The end of a run by its first owner.
    pub fn seal(&self, run: &Run, text: &str, status: MessageStatus) -> ChangeKind {
        ChangeKind::AnswerSealed {
            run_id: run.id,
            message_id: run.message_id,
            parts: vec![text_part(text)],
            status,
            epoch: 1,
            record: None,
        }
    }

    /// The model is asked for a title of a run's chat.
    pub fn aside(&self, run: &Run) -> ChangeKind {
        let message = SeenMessage { role: "user".to_owned(), text: "How much?\0".to_owned() };
        let step = SeenStep { system: "A title.".to_owned(), messages: vec![message], tools: Vec::new() };
        let purpose = AsidePurpose::Title;
        let aside = Aside { purpose, step, input_tokens: 30, output_tokens: 3, is_cut: false };
        ChangeKind::AsideRecorded { run_id: run.id, chat_id: run.chat_id, aside: Box::new(aside) }
    }

    /// The same, with what the model saw.
    pub fn recorded_seal(&self, run: &Run, text: &str) -> ChangeKind {
        let message = SeenMessage { role: "user".to_owned(), text: "How much?\0".to_owned() };
        let step = SeenStep {
            system: "You answer.".to_owned(),
            messages: vec![message],
            tools: vec!["sum".to_owned()],
        };
        let record = RunRecord {
            model: "a model".to_owned(),
            input_tokens: 120,
            output_tokens: 7,
            steps: vec![step],
            is_cut: false,
            asides: Vec::new(),
        };
        ChangeKind::AnswerSealed {
            run_id: run.id,
            message_id: run.message_id,
            parts: vec![text_part(text)],
            status: MessageStatus::Complete,
            epoch: run.epoch,
            record: Some(Box::new(record)),
        }
    }

    /// Writes a question into a chat that is there, behind the branch that is shown.
    pub async fn write_question(
        &self,
        store: &dyn Store,
        chat: ChatId,
        text: &str,
    ) -> (Message, Message, Run) {
        let (question, answer, run) = self.exchange(chat, text);
        let kind = ChangeKind::MessageSent {
            chat: None,
            question: question.clone(),
            answer: answer.clone(),
            run: run.clone(),
        };
        self.write(store, kind).await;
        let find = async |id| store.find_message(&self.user, id).await.ok().flatten();
        let linked = (find(question.id).await, find(answer.id).await);
        (linked.0.expect("the question is there"), linked.1.expect("the answer is there"), run)
    }

    /// An account.
    pub fn account(&self, name: &str, import_id: ImportId) -> Account {
        Account {
            id: AccountId::generate(&self.clock),
            name: name.to_owned(),
            kind: AccountKind::Checking,
            currency: Currency::EUR,
            number: Some("DE02 1234".to_owned()),
            anchor: None,
            import_id,
        }
    }

    /// A transaction of some cents on an account.
    pub fn transaction(&self, account: &Account, date: Date, payee: &str, cents: i64) -> Transaction {
        Transaction {
            id: TransactionId::generate(&self.clock),
            account_id: account.id,
            import_id: account.import_id,
            date,
            amount: money(cents, account.currency),
            payee: payee.into(),
            description: "".into(),
            category: Category::UNCATEGORISED,
            category_source: CategorySource::Rule,
            external_id: None,
            line: 1,
            details: None,
        }
    }

    /// An import of some accounts and transactions.
    pub fn import(&self, id: ImportId, accounts: Vec<Account>, transactions: Vec<Transaction>) -> ChangeKind {
        self.import_beside(id, accounts, transactions, &[])
    }

    /// An import whose file has, in lines from 2 on, also rows that the ledger holds already.
    pub fn import_beside(
        &self,
        id: ImportId,
        accounts: Vec<Account>,
        transactions: Vec<Transaction>,
        held: &[TransactionId],
    ) -> ChangeKind {
        let import = Import {
            id,
            source: ImportSource::File,
            file_name: "checking.csv".to_owned(),
            format: "CSV".to_owned(),
            account_ids: accounts.iter().map(|account| account.id).collect(),
            imported: transactions.len() as u32,
            duplicates: 1,
            skipped: 0,
            skipped_rows: Vec::new(),
            created_at: self.clock.now(),
            undone_at: None,
        };
        let confirms = (2..).zip(held).map(|(line, id)| ConfirmedRow { transaction_id: *id, line }).collect();
        ChangeKind::ImportCommitted { import, accounts, transactions, confirms, planned_on: None }
    }

    /// A budget from January 2026 on.
    pub fn budget(&self, category: &str, cents: i64) -> Setting {
        Setting::Budget(Budget {
            id: SettingId::generate(&self.clock),
            category: Category::new(category).expect("a category"),
            amount: money(cents, Currency::EUR),
            from: Date::constant(2026, 1, 1),
            until: None,
            rollover: true,
        })
    }

    /// A rule for payees that contain a text.
    pub fn rule(&self, position: u32, text: &str, category: &str) -> Setting {
        Setting::Rule(Rule {
            id: SettingId::generate(&self.clock),
            position,
            conditions: vec![RuleCondition::PayeeContains { text: text.to_owned() }],
            category: Category::new(category).expect("a category"),
            payee: None,
        })
    }

    /// A write that a tool wants to make in a chat, undecided.
    pub fn tool_write(&self, chat_id: ChatId) -> ToolWrite {
        ToolWrite {
            id: ToolWriteId::generate(&self.clock),
            tool: "set_category".to_owned(),
            input: r#"{"category":"Food"}"#.to_owned(),
            preview: "3 transactions become Food.".to_owned(),
            origin: ToolWriteOrigin::Chat { chat_id, message_id: MessageId::generate(&self.clock) },
            status: ToolWriteStatus::Pending,
            outcome: None,
            created_at: self.clock.now(),
            decided_at: None,
        }
    }

    /// Writes an undecided write of a tool.
    pub async fn write_tool_write(&self, store: &dyn Store, chat_id: ChatId) -> ToolWrite {
        let write = self.tool_write(chat_id);
        self.write(store, ChangeKind::ToolWriteProposed { write: Box::new(write.clone()) }).await;
        write
    }

    /// A new import id.
    pub fn import_id(&self) -> ImportId {
        ImportId::generate(&self.clock)
    }

    /// Writes an account with one transaction of 1.00 per payee, on consecutive days of May 2026.
    pub async fn write_account(
        &self,
        store: &dyn Store,
        name: &str,
        payees: &[&str],
    ) -> (Account, Vec<Transaction>) {
        let account = self.account(name, self.import_id());
        let rows: Vec<Transaction> = (1..)
            .zip(payees)
            .map(|(day, payee)| self.transaction(&account, Date::constant(2026, 5, day), payee, -100))
            .collect();
        self.write(store, self.import(account.import_id, vec![account.clone()], rows.clone())).await;
        (account, rows)
    }
}

/// Some cents.
pub(super) fn money(cents: i64, currency: Currency) -> Money {
    Money::new(Decimal::new(cents, 2), currency).expect("within range")
}

/// A balance at the end of a day.
pub(super) fn anchor(date: Date, cents: i64) -> BalanceAnchor {
    BalanceAnchor { date, balance: money(cents, Currency::EUR) }
}

/// A block of markdown.
pub(crate) fn text_part(markdown: &str) -> Part {
    Part::text(markdown)
}

/// Events of some text with the numbers given.
pub(crate) fn text_events(numbers: std::ops::RangeInclusive<u64>) -> Vec<RunEvent> {
    numbers
        .map(|number| RunEvent { number, kind: RunEventKind::Text { delta: format!("word {number} ") } })
        .collect()
}
