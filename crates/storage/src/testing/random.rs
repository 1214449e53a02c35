//! Random but repeatable sequences of changes, wrong ones among them.

use domain::{
    Account, AccountId, Category, CategoryChoice, CategorySource, ChatId, ChatSummary, Clock as _, Feedback,
    ImportId, Message, MessageStatus, Persona, Profile, Rating, Run, Setting, SettingId, Title, ToolWriteId,
    ToolWriteStatus, TransactionEdit, TransactionId, TransferChoice, Usage,
};
use jiff::civil::Date;

use super::fixtures::{Household, anchor};
use crate::{Change, ChangeKind, RuleResult};

/// `count` changes by the households given, told by `seed`. Some name rows that are not there or
/// that another household holds, and some come twice.
pub fn random_changes(households: &[Household], seed: u64, count: usize) -> Vec<Change> {
    let mut made = Made { dice: Dice(seed), ..Made::default() };
    let mut changes: Vec<Change> = Vec::with_capacity(count);
    for _ in 0..count {
        if made.dice.below(12) == 0 && !changes.is_empty() {
            let again = changes[made.dice.below(changes.len())].clone();
            changes.push(again);
            continue;
        }
        let household = &households[made.dice.below(households.len())];
        let kind = made.kind(household);
        changes.push(household.change(kind));
    }
    changes
}

/// SplitMix64: a few lines, so that a seed tells the same story on every platform.
#[derive(Default)]
pub(crate) struct Dice(u64);

impl Dice {
    #[cfg(test)]
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn cents(&mut self) -> i64 {
        i64::try_from(self.below(100_000)).unwrap_or_default()
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) as usize % bound.max(1)
    }

    fn pick<T: Clone>(&mut self, made: &[T], otherwise: impl FnOnce() -> T) -> T {
        if made.is_empty() { otherwise() } else { made[self.below(made.len())].clone() }
    }
}

/// What has been made so far, by any household and whether it was taken or refused.
#[derive(Default)]
struct Made {
    dice: Dice,
    chats: Vec<ChatId>,
    runs: Vec<Run>,
    questions: Vec<Message>,
    accounts: Vec<Account>,
    imports: Vec<ImportId>,
    transactions: Vec<TransactionId>,
    settings: Vec<SettingId>,
    tool_writes: Vec<ToolWriteId>,
}

impl Made {
    fn kind(&mut self, by: &Household) -> ChangeKind {
        match self.dice.below(25) {
            0 => {
                let notes = Some(format!("note {}", self.dice.below(100)));
                let based_on = (self.dice.below(2) == 0).then(Box::default);
                ChangeKind::ProfileSaved {
                    profile: Box::new(Profile { notes, ..Profile::default() }),
                    based_on,
                }
            }
            1 => {
                let chat = by.chat("Groceries in May");
                self.chats.push(chat.id);
                ChangeKind::ChatCreated { chat }
            }
            2 => ChangeKind::ChatRenamed {
                chat_id: self.chat(by),
                title: Title::new("Straße nach Ürümqi").expect("a title"),
            },
            3 => ChangeKind::ChatDeleted { chat_id: self.chat(by) },
            4 => ChangeKind::ChatRestored { chat_id: self.chat(by) },
            5 | 6 => self.message(by),
            7 | 8 => {
                let first = 1 + self.dice.below(6) as u64;
                let last = first + self.dice.below(6) as u64;
                by.events(self.run(by).id, first..=last)
            }
            9 => {
                let run = self.run(by);
                match self.dice.below(2) {
                    0 => by.seal(&run, "You spent **12.50 EUR**.", MessageStatus::Complete),
                    _ => by.recorded_seal(&run, "You spent **12.50 EUR**."),
                }
            }
            16 if self.dice.below(2) == 0 => {
                let usage = Usage { answers: 0, input_tokens: self.dice.below(900) as u64, output_tokens: 7 };
                ChangeKind::UsageCounted { chat_id: self.chat(by), usage }
            }
            16 if self.dice.below(2) == 0 => by.aside(&self.run(by)),
            10 | 11 => self.import(by),
            12 => match self.dice.below(3) {
                0 | 1 => {
                    ChangeKind::ImportUndone { import_id: self.dice.pick(&self.imports, || by.import_id()) }
                }
                _ => ChangeKind::AccountRenamed { account_id: self.account(by).id, name: "Élan".to_owned() },
            },
            13 => self.setting(by),
            14 => self.edit(by),
            23 if self.dice.below(3) == 0 => ChangeKind::ChatPurged { chat_id: self.chat(by) },
            23 if self.dice.below(2) == 0 => {
                let ago = self.dice.below(60) as i64;
                let until = by.clock.now() - jiff::SignedDuration::from_secs(ago);
                ChangeKind::ChatExpired { chat_id: self.chat(by), until }
            }
            24 if self.dice.below(4) == 0 => ChangeKind::UserErased,
            17 => {
                let reason = (self.dice.below(2) == 0).then(|| "nul\0 and more".to_owned());
                let given = Feedback { rating: Rating::Down, reason, at: by.clock.now() };
                let feedback = (self.dice.below(3) > 0).then_some(given);
                ChangeKind::FeedbackGiven { message_id: self.run(by).message_id, feedback }
            }
            18 => {
                let write = by.tool_write(self.chat(by));
                self.tool_writes.push(write.id);
                ChangeKind::ToolWriteProposed { write: Box::new(write) }
            }
            19 => {
                let status = ToolWriteStatus::ALL[self.dice.below(ToolWriteStatus::ALL.len())];
                let outcome = (self.dice.below(2) == 0).then(|| "done\0".to_owned());
                let tool_write_id = self.dice.pick(&self.tool_writes, || ToolWriteId::generate(&by.clock));
                ChangeKind::ToolWriteDecided { tool_write_id, status, outcome }
            }
            20 => self.branch(by),
            21 => self.of_chat(by),
            22 => {
                let (run_id, epoch) = (self.run(by).id, 1 + self.dice.below(3) as u32);
                match self.dice.below(2) {
                    0 => ChangeKind::RunReleased { run_id, epoch },
                    _ => ChangeKind::RunClaimed { run_id, owner: "there".to_owned(), epoch },
                }
            }
            15 => {
                let transaction_ids = vec![self.transaction(by)];
                let payee = (self.dice.below(2) == 0).then(|| "Élan".to_owned());
                let result = RuleResult { transaction_ids, category: Category::known("Food"), payee };
                ChangeKind::RulesApplied { results: vec![result] }
            }
            _ => {
                let clock = &by.clock;
                let transaction_ids = (0..3)
                    .map(|_| self.dice.pick(&self.transactions, || TransactionId::generate(clock)))
                    .collect();
                ChangeKind::TransactionsCategorised {
                    transaction_ids,
                    category: Category::known("Food:Groceries"),
                }
            }
        }
    }

    fn transaction(&mut self, by: &Household) -> TransactionId {
        self.dice.pick(&self.transactions, || TransactionId::generate(&by.clock))
    }

    fn edit(&mut self, by: &Household) -> ChangeKind {
        let mut edit = TransactionEdit::default();
        match self.dice.below(4) {
            0 => edit.note = Some(format!("note {}\0", self.dice.below(3))),
            1 => edit.payee = Some("Bäckerei Müller".to_owned()),
            2 => edit.transfer = Some((self.dice.below(2) == 0).then_some(TransferChoice::No)),
            _ => {
                let source = CategorySource::Person;
                edit.category = Some(CategoryChoice { category: Category::known("Gifts"), source });
            }
        }
        ChangeKind::TransactionEdited { transaction_id: self.transaction(by), edit: Box::new(edit) }
    }

    fn setting(&mut self, by: &Household) -> ChangeKind {
        let known = self.settings.len();
        match self.dice.below(3) {
            0 => ChangeKind::SettingDeleted {
                setting_id: self.dice.pick(&self.settings, || SettingId::generate(&by.clock)),
            },
            1 if known > 0 => {
                let id = self.settings[self.dice.below(known)];
                let mut again = by.budget("Food", self.dice.cents());
                if let Setting::Budget(budget) = &mut again {
                    budget.id = id;
                }
                ChangeKind::SettingsSaved { settings: vec![again] }
            }
            _ => {
                let settings =
                    vec![by.rule(self.dice.below(9) as u32, "bäck", "Food"), by.budget("Food", 100)];
                self.settings.extend(settings.iter().map(Setting::id));
                ChangeKind::SettingsSaved { settings }
            }
        }
    }

    fn chat(&mut self, by: &Household) -> ChatId {
        self.dice.pick(&self.chats, || ChatId::generate(&by.clock))
    }

    fn run(&mut self, by: &Household) -> Run {
        self.dice.pick(&self.runs, || by.exchange(ChatId::generate(&by.clock), "?").2)
    }

    fn account(&mut self, by: &Household) -> Account {
        self.dice.pick(&self.accounts, || by.account("Nobody's", by.import_id()))
    }

    fn message(&mut self, by: &Household) -> ChangeKind {
        let chat = (self.dice.below(2) == 0).then(|| by.chat("A question"));
        let chat_id = chat.as_ref().map_or_else(|| self.chat(by), |chat| chat.id);
        let (question, answer, run) = by.exchange(chat_id, "How much did I spend?");
        self.chats.push(chat_id);
        self.runs.push(run.clone());
        self.questions.push(question.clone());
        ChangeKind::MessageSent { chat, question, answer, run }
    }

    /// A question or an answer beside another, or another branch shown.
    fn branch(&mut self, by: &Household) -> ChangeKind {
        let beside = self.dice.pick(&self.questions, || by.exchange(ChatId::generate(&by.clock), "?").0);
        match self.dice.below(3) {
            0 => ChangeKind::BranchChosen { chat_id: beside.chat_id, head_id: beside.id },
            1 => {
                let (answer, run) = by.another_answer(&beside);
                self.runs.push(run.clone());
                ChangeKind::AnswerStarted { answer, run }
            }
            _ => {
                let (mut question, mut answer, run) = by.exchange(beside.chat_id, "In other words?");
                question.parent_id = (self.dice.below(2) == 0).then_some(beside.id);
                answer.parent_id = Some(question.id);
                self.runs.push(run.clone());
                ChangeKind::MessageSent { chat: None, question, answer, run }
            }
        }
    }

    fn of_chat(&mut self, by: &Household) -> ChangeKind {
        let chat_id = self.chat(by);
        match self.dice.below(3) {
            0 => ChangeKind::ChatTitled { chat_id, title: Title::new("Made for you").expect("a title") },
            1 => ChangeKind::ChatPersonaChosen { chat_id, persona: Persona::ALL[self.dice.below(4)] },
            _ => {
                let up_to = by.exchange(chat_id, "?").0.id;
                let summary = ChatSummary { text: "It was about food.\0".to_owned(), up_to };
                ChangeKind::ChatSummarised { chat_id, summary: Some(summary) }
            }
        }
    }

    fn import(&mut self, by: &Household) -> ChangeKind {
        let import_id = by.import_id();
        let mut account = match self.dice.below(2) {
            0 => by.account(["Checking", "Savings", "Visa"][self.dice.below(3)], import_id),
            _ => self.account(by),
        };
        let day = 1 + self.dice.below(28) as i8;
        if self.dice.below(2) == 0 {
            let cents = self.dice.cents();
            account.anchor = Some(anchor(Date::constant(2026, 5, day), cents));
        }
        let rows: Vec<_> = (0..self.dice.below(5))
            .map(|_| {
                let cents = self.dice.cents() - 50_000;
                let mut row = by.transaction(&account, Date::constant(2026, 4, day), "Bäckerei", cents);
                row.import_id = import_id;
                row
            })
            .collect();
        // An account that is not given must be there already, or the import is refused.
        let given = if self.dice.below(5) == 0 { Vec::new() } else { vec![account.clone()] };
        self.imports.push(import_id);
        self.transactions.extend(rows.iter().map(|row| row.id));
        self.accounts.push(account);
        let held: Vec<_> = (0..self.dice.below(6)).map(|_| self.transaction(by)).collect();
        by.import_beside(import_id, given, rows, &held)
    }
}

impl Household {
    /// An account id that nothing has.
    pub fn unknown_account(&self) -> AccountId {
        AccountId::generate(&self.clock)
    }
}
