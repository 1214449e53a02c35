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
    BalanceCheck, Reconciled,
    rules::RuleSet,
    statement::{Statement, StatementAccount, StatementRow},
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use storage::{Applied, ChangeKind, ConfirmedRow, ImportsSeen};

use crate::{
    AccountChoice, AccountOptions, OperationError, Operations, Upload,
    booked::Booking,
    error::if_known,
    import_account::{account_options, check_choice, find_account},
};

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
    /// The accounts that it could add to instead; none where the file itself tells, or there is no other.
    pub options: Option<AccountOptions>,
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
    /// Its number, from 1, over all accounts in the file's order. Rows may share a line, and a file be one.
    pub row: u32,
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
    /// Every readable row in the file's order.
    rows: Vec<PlannedRow>,
    /// By their numbers, what the ledger holds in place of rows that may be none of its own.
    unsure: HashMap<u32, TransactionId>,
    /// What the ledger holds in place of the rows that are left out.
    confirms: Vec<ConfirmedRow>,
    balances: BalanceCheck,
}

struct PlannedRow {
    /// As in [`PreviewRow::row`].
    number: u32,
    is_duplicate: bool,
    transaction: Transaction,
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
        let read_and_planned = statement.accounts.iter().zip(plan.accounts);
        let accounts = read_and_planned
            .map(|(read, account)| {
                preview_account(account, account_options(&ledger, &statement, read), &ledger)
            })
            .collect();
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
        (account, keep): (AccountChoice, &[u32]),
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
            rows.filter(|row| row.is_duplicate == duplicate).count() as u32
        };
        let (imported, duplicates) = (count(false), count(true));
        let mut accounts = Vec::new();
        let mut transactions = Vec::new();
        let mut confirms = Vec::new();
        for planned in plan.accounts {
            // Two of a file's accounts may be one of the person's: the later of their balances holds.
            match accounts.iter_mut().find(|account: &&mut Account| account.id == planned.account.id) {
                Some(known) => {
                    let anchors = [known.anchor, planned.account.anchor].into_iter().flatten();
                    known.anchor = anchors.max_by_key(|anchor| anchor.date);
                }
                None => accounts.push(planned.account),
            }
            let new = planned.rows.into_iter().filter(|row| !row.is_duplicate);
            transactions.extend(new.map(|row| row.transaction));
            confirms.extend(planned.confirms);
        }
        // A file that added nothing holds nothing: undoing the import before it takes what both have.
        if imported == 0 {
            confirms.clear();
        }
        let import = Import {
            id,
            source,
            file_name: file_name.to_owned(),
            format: statement.format.clone(),
            account_ids: accounts.iter().map(|account| account.id).collect(),
            imported,
            duplicates,
            skipped: plan.skipped.len() as u32,
            skipped_rows: plan.skipped.iter().take(SKIPPED_ROWS_MAX).cloned().collect(),
            created_at: self.clock.now(),
            undone_at: None,
        };
        let kind = ChangeKind::ImportCommitted {
            import: import.clone(),
            accounts,
            transactions,
            confirms,
            planned_on,
        };
        match self.write_once(user, ChangeId::from(id.as_uuid()), kind).await? {
            Applied::Now => Ok(import),
            Applied::Before => Err(OperationError::AlreadyDone),
        }
    }

    /// Takes an import's transactions, and accounts left without any, out of the ledger. Those that the file
    /// of another import has too stay as that one's, until it is undone as well.
    pub async fn undo_import(&self, user: &UserId, id: ImportId) -> Result<Import, OperationError> {
        // An import that is being planned on its rows counts on them.
        let turn = self.import_turns.of(user);
        let _turn = turn.lock().await;
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
        choice: AccountChoice,
        keep: &[u32],
    ) -> Result<Plan, OperationError> {
        let ledger = self.store.ledger(user).await?;
        check_choice(&ledger, statement, choice)?;
        let base = self.get_profile(user).await?.base_currency;
        let settings = self.settings(user).await?;
        let rules = RuleSet::new(&settings.rules);
        let mut booking = Booking::new(import, &rules);
        let mut skipped = statement.skipped.clone();
        let keep: HashSet<u32> = keep.iter().copied().collect();
        let mut first_row = 1;
        let mut accounts: Vec<AccountPlan> = statement
            .accounts
            .iter()
            .map(|read| {
                let is_one_of_several = read.number.is_some() && statement.accounts.len() > 1;
                let choice = if is_one_of_several { AccountChoice::Found } else { choice };
                let found = find_account(&ledger, read, choice);
                let mut plan = AccountPlan {
                    account: self.planned_account(found.as_ref().map(|it| it.account), import, read, base),
                    is_new: found.is_none(),
                    rows: Vec::with_capacity(read.rows.len()),
                    unsure: HashMap::new(),
                    confirms: Vec::new(),
                    balances: BalanceCheck::default(),
                };
                let reconciled = found.and_then(|it| it.reconciled).unwrap_or_else(|| {
                    let held = ledger.transactions.iter().filter(|row| row.account_id == plan.account.id);
                    finance::reconcile(&held.collect::<Vec<_>>(), &read.rows)
                });
                let rows = (read, &reconciled, first_row);
                self.plan_rows(&ledger, &mut booking, rows, &keep, &mut plan, &mut skipped);
                first_row += read.rows.len() as u32;
                plan
            })
            .collect();
        let rows = accounts.iter_mut().flat_map(|plan| &mut plan.rows);
        let added = rows.filter(|row| !row.is_duplicate).map(|row| &mut row.transaction);
        finance::net_refunds(&ledger.transactions, &mut added.collect::<Vec<_>>());
        skipped.sort_by_key(|row| row.line);
        Ok(Plan { accounts, skipped })
    }

    /// The account that was found, else a new one, with the file's balance where that is the newer.
    fn planned_account(
        &self,
        found: Option<&Account>,
        import: ImportId,
        read: &StatementAccount,
        base: Option<Currency>,
    ) -> Account {
        let mut account = found.cloned().unwrap_or_else(|| Account {
            id: AccountId::generate(self.clock.as_ref()),
            name: read.name.clone(),
            kind: read.kind,
            currency: read.currency.or(base).unwrap_or(Currency::USD),
            number: read.number.clone(),
            anchor: None,
            import_id: import,
        });
        account.number = account.number.or_else(|| read.number.clone());
        let stated = read.anchor(account.currency);
        if let Some(stated) = stated
            && account.anchor.is_none_or(|anchor| stated.date >= anchor.date)
        {
            account.anchor = Some(stated);
        }
        account
    }

    fn plan_rows(
        &self,
        ledger: &Ledger,
        booking: &mut Booking<'_>,
        (read, reconciled, first_row): (&StatementAccount, &Reconciled<'_>, u32),
        keep: &HashSet<u32>,
        plan: &mut AccountPlan,
        skipped: &mut Vec<SkippedRow>,
    ) {
        let account = &plan.account;
        let duplicates: HashSet<*const StatementRow> =
            reconciled.duplicates.iter().copied().map(std::ptr::from_ref).collect();
        let unsure: HashMap<*const StatementRow, TransactionId> =
            reconciled.unsure.iter().map(|it| (std::ptr::from_ref(it.row), it.held)).collect();
        let numbered = || read.rows.iter().zip(first_row..);
        let is_new = |row: &StatementRow, number: u32| {
            let row = std::ptr::from_ref(row);
            !duplicates.contains(&row) && (!unsure.contains_key(&row) || keep.contains(&number))
        };
        let kept: HashSet<*const StatementRow> = numbered()
            .filter(|(row, number)| keep.contains(number) && unsure.contains_key(&std::ptr::from_ref(*row)))
            .map(|(row, _)| std::ptr::from_ref(row))
            .collect();
        let held = reconciled.held.iter().filter(|(row, _)| !kept.contains(&std::ptr::from_ref(*row)));
        plan.confirms = held.map(|(row, id)| ConfirmedRow { transaction_id: *id, line: row.line }).collect();
        let added: Vec<&StatementRow> =
            numbered().filter(|(row, number)| is_new(row, *number)).map(|(row, _)| row).collect();
        plan.balances = finance::check_balances(read, ledger, Some(account.id), &added);
        for (row, number) in numbered() {
            if let Some(held) = unsure.get(&std::ptr::from_ref(row)) {
                plan.unsure.insert(number, *held);
            }
            match self.booked(booking, account, row) {
                Some(transaction) => {
                    let is_duplicate = !is_new(row, number);
                    plan.rows.push(PlannedRow { number, is_duplicate, transaction });
                }
                None => skipped.push(SkippedRow::new(row.line, "amount is out of range".to_owned())),
            }
        }
    }
}

fn preview_account(plan: AccountPlan, options: Option<AccountOptions>, ledger: &Ledger) -> PreviewAccount {
    let AccountPlan { account, is_new, rows, unsure, balances, .. } = plan;
    let new = || rows.iter().filter(|row| !row.is_duplicate);
    let asked: Vec<(&PlannedRow, TransactionId)> =
        rows.iter().filter_map(|row| Some((row, *unsure.get(&row.number)?))).take(UNSURE_ROWS_MAX).collect();
    let wanted: HashSet<TransactionId> = asked.iter().map(|(_, held)| *held).collect();
    let held = ledger.transactions.iter().filter(|it| !wanted.is_empty() && wanted.contains(&it.id));
    let held: HashMap<TransactionId, &Transaction> = held.map(|it| (it.id, it)).collect();
    let beside_held = |(row, id): &(&PlannedRow, TransactionId)| {
        Some(UnsurePreview { row: preview_row(row), held: Transaction::clone(held.get(id)?) })
    };
    PreviewAccount {
        name: account.name.clone(),
        options,
        currency: account.currency,
        new_rows: new().count() as u32,
        duplicates: (rows.len() - new().count()) as u32,
        first: rows.iter().map(|row| row.transaction.date).min(),
        last: rows.iter().map(|row| row.transaction.date).max(),
        sum: new().map(|row| row.transaction.amount.amount()).sum(),
        unsure: asked.iter().filter_map(beside_held).collect(),
        unsure_count: rows.iter().filter(|row| unsure.contains_key(&row.number)).count() as u32,
        balances,
        rows: rows.iter().take(PREVIEW_ROWS).map(preview_row).collect(),
        existing: (!is_new).then_some(account),
    }
}

fn preview_row(PlannedRow { number, is_duplicate, transaction }: &PlannedRow) -> PreviewRow {
    PreviewRow {
        row: *number,
        line: transaction.line,
        date: transaction.date,
        payee: transaction.payee.to_string(),
        amount: transaction.amount,
        category: transaction.category.clone(),
        duplicate: *is_duplicate,
    }
}
