//! Imports: a bank's file into the ledger. Preview and import share one plan, so what the
//! preview shows is what the import does.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::{
    Account, AccountId, Category, ChangeId, Currency, Import, ImportId, ImportSource, Ledger, Money,
    SkippedRow, Transaction, TransactionId, UserId,
};
use finance::{
    BalanceCheck,
    rules::RuleSet,
    statement::{Statement, StatementAccount, StatementRow},
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use storage::{Applied, ChangeKind, ImportsSeen};

use crate::{OperationError, Operations, Upload, booked::Booking, error::if_known};

/// How often an import is planned anew because another instance imports for the same person at the moment.
pub(crate) const PLANS_MAX: u32 = 5;
/// Skipped rows that an import remembers one by one; the count is exact.
const SKIPPED_ROWS_MAX: usize = 100;
/// Rows that a preview shows for each account.
const PREVIEW_ROWS: usize = 20;
/// Rows that a preview asks a person about at most; more is another account's file.
const UNSURE_ROWS_MAX: usize = 500;

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPreview {
    /// What was read from the file.
    pub statement: Statement,
    /// What would happen to each account.
    pub accounts: Vec<PreviewAccount>,
}

/// What an import would do to one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewAccount {
    /// Its name.
    pub name: String,
    /// The account that it would add to; none when it would be new.
    pub existing: Option<Account>,
    /// Its currency.
    pub currency: Currency,
    /// Rows that would be added.
    pub new_rows: u32,
    /// Rows that the ledger holds already.
    pub duplicates: u32,
    /// Rows that it seems to hold under another text or day, so that the person should look; the first
    /// of them. Those that are to be added nevertheless are no duplicates.
    pub unsure: Vec<UnsurePreview>,
    /// How many such rows there are. Those beyond the first are left out.
    pub unsure_count: u32,
    /// What the file's balances say of its rows, and of the ledger's.
    pub balances: BalanceCheck,
    /// The earliest day in the file.
    pub first: Option<Date>,
    /// The latest day in the file.
    pub last: Option<Date>,
    /// Signed sum of the rows that would be added.
    pub sum: Decimal,
    /// The first rows of the file.
    pub rows: Vec<PreviewRow>,
}

/// A row that the ledger probably holds already, beside what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsurePreview {
    /// The file's row.
    pub row: PreviewRow,
    /// The ledger's.
    pub held: Transaction,
}

/// One row as it would be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRow {
    /// Its line in the file, from 1.
    pub line: u32,
    /// The booking day.
    pub date: Date,
    /// Who was paid or who paid.
    pub payee: String,
    /// Signed amount.
    pub amount: Money,
    /// The category it would get.
    pub category: Category,
    /// The ledger holds it already; it would not be added.
    pub duplicate: bool,
}

/// What becomes of a statement: the one thing that preview and import share.
struct Plan {
    accounts: Vec<AccountPlan>,
    skipped: Vec<SkippedRow>,
}

struct AccountPlan {
    account: Account,
    is_new: bool,
    /// Every readable row in the file's order; true marks a duplicate.
    rows: Vec<(Transaction, bool)>,
    /// By their lines, what the ledger holds in place of rows that may be none of its own.
    unsure: HashMap<u32, TransactionId>,
    balances: BalanceCheck,
}

impl Operations {
    /// Reads a file and tells what importing it would do; writes nothing.
    pub async fn preview_import(
        &self,
        user: &UserId,
        upload: Arc<Upload>,
    ) -> Result<ImportPreview, OperationError> {
        let statement = self.read_upload(user, &upload).await?;
        let plan = self.plan(user, upload.id, &statement, upload.account, &upload.keep).await?;
        let ledger = self.store.ledger(user).await?;
        let accounts = plan.accounts.into_iter().map(|account| preview_account(account, &ledger)).collect();
        let mut statement = statement;
        statement.skipped = plan.skipped;
        Ok(ImportPreview { statement, accounts })
    }

    /// Imports a file as a whole. An upload that was imported before is
    /// [`OperationError::AlreadyDone`].
    pub async fn commit_import(&self, user: &UserId, upload: Arc<Upload>) -> Result<Import, OperationError> {
        let mut plans = 0;
        let (statement, import) = loop {
            let mut statement = self.read_upload(user, &upload).await?;
            let from = (upload.id, ImportSource::File, upload.file_name.as_str());
            let outcome =
                self.commit_statement(user, from, &mut statement, (upload.account, &upload.keep)).await;
            plans += 1;
            match outcome {
                Err(OperationError::Outdated) if plans < PLANS_MAX => {}
                outcome => break (statement, outcome?),
            }
        };
        self.discard_upload(user, upload.id);
        self.remember_mapping(user, &upload, &statement).await?;
        Ok(import)
    }

    /// Takes the statement's rows: they and what is booked of them would be in memory twice. Where another
    /// instance imports for the person at the same moment, one of the two is [`OperationError::Outdated`].
    pub(crate) async fn commit_statement(
        &self,
        user: &UserId,
        (id, source, file_name): (ImportId, ImportSource, &str),
        statement: &mut Statement,
        (account, keep): (Option<AccountId>, &[u32]),
    ) -> Result<Import, OperationError> {
        // Of two imports of one file at once the second is planned on what the first has added.
        let turn = self.import_turns.of(user);
        let _turn = turn.lock().await;
        // Before the ledger: what comes between the two is noticed.
        let imports = if_known(self.list_imports(user).await)?;
        let planned_on = imports.map(|imports| ImportsSeen::of(&imports));
        let plan = self.plan(user, id, statement, account, keep).await?;
        statement.accounts.clear();
        let count = |duplicate: bool| {
            let rows = plan.accounts.iter().flat_map(|account| &account.rows);
            rows.filter(|(_, is_duplicate)| *is_duplicate == duplicate).count() as u32
        };
        let import = Import {
            id,
            source,
            file_name: file_name.to_owned(),
            format: statement.format.clone(),
            account_ids: plan.accounts.iter().map(|planned| planned.account.id).collect(),
            imported: count(false),
            duplicates: count(true),
            skipped: plan.skipped.len() as u32,
            skipped_rows: plan.skipped.iter().take(SKIPPED_ROWS_MAX).cloned().collect(),
            created_at: self.clock.now(),
            undone_at: None,
        };
        let mut accounts = Vec::new();
        let mut transactions = Vec::new();
        for planned in plan.accounts {
            accounts.push(planned.account);
            let new = planned.rows.into_iter().filter(|(_, duplicate)| !duplicate);
            transactions.extend(new.map(|(row, _)| row));
        }
        let kind = ChangeKind::ImportCommitted { import: import.clone(), accounts, transactions, planned_on };
        match self.write_once(user, ChangeId::from(id.as_uuid()), kind).await? {
            Applied::Now => Ok(import),
            Applied::Before => Err(OperationError::AlreadyDone),
        }
    }

    /// Takes an import's transactions, and accounts left without any, out of the ledger.
    pub async fn undo_import(&self, user: &UserId, id: ImportId) -> Result<Import, OperationError> {
        if self.get_import(user, id).await?.undone_at.is_some() {
            return Err(OperationError::AlreadyDone);
        }
        self.write(user, ChangeKind::ImportUndone { import_id: id }).await?;
        self.get_import(user, id).await
    }

    /// Every import, newest first.
    pub async fn list_imports(&self, user: &UserId) -> Result<Vec<Import>, OperationError> {
        Ok(self.store.list_imports(user).await?)
    }

    /// One import.
    pub async fn get_import(&self, user: &UserId, id: ImportId) -> Result<Import, OperationError> {
        self.store.find_import(user, id).await?.ok_or(OperationError::NotFound)
    }

    async fn plan(
        &self,
        user: &UserId,
        import: ImportId,
        statement: &Statement,
        chosen: Option<AccountId>,
        keep: &[u32],
    ) -> Result<Plan, OperationError> {
        let ledger = self.store.ledger(user).await?;
        if let Some(id) = chosen {
            ledger.account(id).ok_or_else(|| OperationError::field("account", "is not one of yours"))?;
        }
        let base = self.get_profile(user).await?.base_currency;
        let settings = self.settings(user).await?;
        let rules = RuleSet::new(&settings.rules);
        let mut booking = Booking::new(import, &rules);
        let mut skipped = statement.skipped.clone();
        let accounts = statement
            .accounts
            .iter()
            .map(|read| {
                let (account, is_new) = self.planned_account(&ledger, import, read, chosen, base);
                let mut plan = AccountPlan {
                    account,
                    is_new,
                    rows: Vec::with_capacity(read.rows.len()),
                    unsure: HashMap::new(),
                    balances: BalanceCheck::default(),
                };
                self.plan_rows(&ledger, &mut booking, (read, keep), &mut plan, &mut skipped);
                plan
            })
            .collect();
        skipped.sort_by_key(|row| row.line);
        Ok(Plan { accounts, skipped })
    }

    /// The account of the ledger that a statement's account is: by the bank's number, else the
    /// one the person chose, else by name; else a new one.
    fn planned_account(
        &self,
        ledger: &Ledger,
        import: ImportId,
        read: &StatementAccount,
        chosen: Option<AccountId>,
        base: Option<Currency>,
    ) -> (Account, bool) {
        let same_currency = |account: &&Account| read.currency.is_none_or(|it| it == account.currency);
        let by_number = read.number.as_ref().and_then(|number| {
            let numbered = ledger.accounts.iter().filter(same_currency);
            numbered.into_iter().find(|account| account.number.as_ref() == Some(number))
        });
        let by_choice = chosen.filter(|_| read.number.is_none()).and_then(|id| ledger.account(id));
        let by_name = || {
            let unnumbered = ledger.accounts.iter().filter(same_currency);
            unnumbered.into_iter().find(|account| {
                read.number.is_none() && account.number.is_none() && account.name == read.name
            })
        };
        // A file that names accounts instead of numbering them, as our own export does; of two with one name
        // none is meant.
        let by_number_that_is_a_name = || {
            let number = read.number.as_ref()?;
            let named = ledger.accounts.iter().filter(same_currency);
            let mut named = named.filter(|account| account.name == *number);
            named.next().filter(|_| named.next().is_none())
        };
        let existing = by_number.or(by_choice).or_else(by_name).or_else(by_number_that_is_a_name);
        let mut account = existing.cloned().unwrap_or_else(|| Account {
            id: AccountId::generate(self.clock.as_ref()),
            name: read.name.clone(),
            kind: read.kind,
            currency: read.currency.or(base).unwrap_or(Currency::USD),
            number: read.number.clone(),
            anchor: None,
            import_id: import,
        });
        let stated = read.anchor(account.currency);
        if let Some(stated) = stated
            && account.anchor.is_none_or(|anchor| stated.date >= anchor.date)
        {
            account.anchor = Some(stated);
        }
        (account, existing.is_none())
    }

    fn plan_rows(
        &self,
        ledger: &Ledger,
        booking: &mut Booking<'_>,
        (read, keep): (&StatementAccount, &[u32]),
        plan: &mut AccountPlan,
        skipped: &mut Vec<SkippedRow>,
    ) {
        let account = &plan.account;
        let held: Vec<&Transaction> =
            ledger.transactions.iter().filter(|row| row.account_id == account.id).collect();
        let reconciled = finance::reconcile(&held, &read.rows);
        let keep: HashSet<u32> = keep.iter().copied().collect();
        plan.unsure = reconciled.unsure.iter().map(|it| (it.row.line, it.held)).collect();
        let unsure = reconciled.unsure.iter().map(|it| it.row).filter(|row| !keep.contains(&row.line));
        let known: HashSet<*const StatementRow> =
            reconciled.duplicates.iter().copied().chain(unsure).map(std::ptr::from_ref).collect();
        let is_new = |row: &&StatementRow| known.is_empty() || !known.contains(&std::ptr::from_ref(*row));
        let added: Vec<&StatementRow> = read.rows.iter().filter(is_new).collect();
        plan.balances = finance::check_balances(read, ledger, Some(account.id), &added);
        for row in &read.rows {
            match self.booked(booking, account, row) {
                Some(transaction) => plan.rows.push((transaction, !is_new(&row))),
                None => skipped.push(SkippedRow::new(row.line, "amount is out of range".to_owned())),
            }
        }
    }
}

fn preview_account(plan: AccountPlan, ledger: &Ledger) -> PreviewAccount {
    let AccountPlan { account, is_new, rows, unsure, balances } = plan;
    let new = || rows.iter().filter(|(_, duplicate)| !duplicate);
    let asked: Vec<(&(Transaction, bool), TransactionId)> =
        rows.iter().filter_map(|row| Some((row, *unsure.get(&row.0.line)?))).take(UNSURE_ROWS_MAX).collect();
    let wanted: HashSet<TransactionId> = asked.iter().map(|(_, held)| *held).collect();
    let held = ledger.transactions.iter().filter(|it| !wanted.is_empty() && wanted.contains(&it.id));
    let held: HashMap<TransactionId, &Transaction> = held.map(|it| (it.id, it)).collect();
    let beside_held = |(row, id): &(&(Transaction, bool), TransactionId)| {
        Some(UnsurePreview { row: preview_row(row), held: Transaction::clone(held.get(id)?) })
    };
    PreviewAccount {
        name: account.name.clone(),
        currency: account.currency,
        new_rows: new().count() as u32,
        duplicates: (rows.len() - new().count()) as u32,
        first: rows.iter().map(|(row, _)| row.date).min(),
        last: rows.iter().map(|(row, _)| row.date).max(),
        sum: new().map(|(row, _)| row.amount.amount()).sum(),
        unsure: asked.iter().filter_map(beside_held).collect(),
        unsure_count: rows.iter().filter(|row| unsure.contains_key(&row.0.line)).count() as u32,
        balances,
        rows: rows.iter().take(PREVIEW_ROWS).map(preview_row).collect(),
        existing: (!is_new).then_some(account),
    }
}

fn preview_row((row, duplicate): &(Transaction, bool)) -> PreviewRow {
    PreviewRow {
        line: row.line,
        date: row.date,
        payee: row.payee.to_string(),
        amount: row.amount,
        category: row.category.clone(),
        duplicate: *duplicate,
    }
}
