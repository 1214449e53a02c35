//! Writes: one transaction per change.

mod anchors;
mod batch;
mod chats;
mod imports;
mod ledger_version;
mod profile;
mod purge;
mod runs;
mod settings;
mod tool_writes;
mod transactions;
mod usage;

use std::time::Duration;

use domain::AccountId;
use jiff_sqlx::ToSqlx;
use sqlx::{Connection, PgConnection, Postgres, Transaction as Work};
use storage::{Applied, Change, ChangeKind, StoreError, storable};

use super::{PgStore, bounded};
use crate::{
    PgError,
    error::{AsPgError, WriteError},
};

/// `foreign_key_violation`: the change names a row that is not there.
const FOREIGN_KEY_VIOLATION: &str = "23503";

use ledger_version::{Touched, count_ledger_up};

type Outcome = Result<Applied, WriteError>;

impl PgStore {
    /// Writes a change, and once more on another connection where the one that it had was lost. If it was
    /// lost behind the commit, the change is there already: for its sender it is written now all the same.
    pub(super) async fn apply_surely(&self, change: &Change) -> Result<Applied, StoreError> {
        let first = self.apply_change(change).await;
        let was_lost = |error: &StoreError| error.as_pg_error().is_some_and(PgError::is_connection_lost);
        if !first.as_ref().is_err_and(was_lost) {
            return first;
        }
        match self.apply_change(change).await? {
            Applied::Before if self.is_written(change).await? => Ok(Applied::Now),
            applied => Ok(applied),
        }
    }

    /// Whether what was written under the change's id is this very change. A sender who repeats
    /// themselves uses the id again for rows of other ids.
    async fn is_written(&self, change: &Change) -> Result<bool, PgError> {
        match &change.kind {
            ChangeKind::MessageSent { run, .. } | ChangeKind::AnswerStarted { run, .. } => {
                Ok(self.select_run(&change.user, run.id).await?.is_some())
            }
            ChangeKind::RunClaimed { run_id, owner, epoch } => {
                let run = self.select_run(&change.user, *run_id).await?;
                Ok(run.is_some_and(|run| run.epoch == *epoch && run.owner == *owner))
            }
            ChangeKind::RunEventsAppended { run_id, epoch, .. } => {
                let run = self.select_run(&change.user, *run_id).await?;
                Ok(run.is_some_and(|run| run.epoch == *epoch))
            }
            ChangeKind::ImportCommitted { import, .. } => {
                Ok(self.select_import(&change.user, import.id).await?.is_some())
            }
            ChangeKind::ImportUndone { .. }
            | ChangeKind::TransactionsCategorised { .. }
            | ChangeKind::TransactionEdited { .. }
            | ChangeKind::RulesApplied { .. }
            | ChangeKind::SettingsSaved { .. }
            | ChangeKind::SettingDeleted { .. }
            | ChangeKind::ProfileSaved { .. }
            | ChangeKind::ChatCreated { .. }
            | ChangeKind::ChatRenamed { .. }
            | ChangeKind::ChatDeleted { .. }
            | ChangeKind::ChatRestored { .. }
            | ChangeKind::ChatTitled { .. }
            | ChangeKind::ChatPersonaChosen { .. }
            | ChangeKind::ChatSummarised { .. }
            | ChangeKind::BranchChosen { .. }
            | ChangeKind::RunReleased { .. }
            | ChangeKind::AnswerSealed { .. }
            | ChangeKind::AccountRenamed { .. }
            | ChangeKind::FeedbackGiven { .. }
            | ChangeKind::ToolWriteProposed { .. }
            | ChangeKind::ToolWriteDecided { .. }
            | ChangeKind::UsageCounted { .. }
            | ChangeKind::AsideRecorded { .. }
            | ChangeKind::ChatPurged { .. }
            | ChangeKind::ChatExpired { .. }
            | ChangeKind::UserErased
            | ChangeKind::Removed => Ok(true),
        }
    }

    pub(super) async fn apply_change(&self, change: &Change) -> Result<Applied, StoreError> {
        change.check_links()?;
        if change.is_nobodys() {
            return Ok(Applied::Before);
        }
        let limit = self.limit(change);
        let limit_ms = limit.as_millis().to_string();
        let outcome: Outcome =
            bounded!(self, limit, connection => write(connection, change, &limit_ms).await);
        outcome.map_err(|error| match error {
            WriteError::Refused(error) => error,
            WriteError::Pg(PgError::Failed(sqlx::Error::Database(error)))
                if error.code().as_deref() == Some(FOREIGN_KEY_VIOLATION) =>
            {
                StoreError::RowMissing
            }
            WriteError::Pg(error) => error.into(),
        })
    }

    fn limit(&self, change: &Change) -> Duration {
        match &change.kind {
            ChangeKind::ImportCommitted { .. }
            | ChangeKind::ImportUndone { .. }
            | ChangeKind::TransactionsCategorised { .. }
            | ChangeKind::RulesApplied { .. }
            | ChangeKind::SettingsSaved { .. }
            | ChangeKind::ChatPurged { .. }
            | ChangeKind::ChatExpired { .. }
            | ChangeKind::UserErased => self.config.import_timeout,
            ChangeKind::ProfileSaved { .. }
            | ChangeKind::ChatCreated { .. }
            | ChangeKind::ChatRenamed { .. }
            | ChangeKind::ChatDeleted { .. }
            | ChangeKind::ChatRestored { .. }
            | ChangeKind::MessageSent { .. }
            | ChangeKind::ChatTitled { .. }
            | ChangeKind::ChatPersonaChosen { .. }
            | ChangeKind::ChatSummarised { .. }
            | ChangeKind::BranchChosen { .. }
            | ChangeKind::AnswerStarted { .. }
            | ChangeKind::RunClaimed { .. }
            | ChangeKind::RunReleased { .. }
            | ChangeKind::RunEventsAppended { .. }
            | ChangeKind::AnswerSealed { .. }
            | ChangeKind::TransactionEdited { .. }
            | ChangeKind::AccountRenamed { .. }
            | ChangeKind::SettingDeleted { .. }
            | ChangeKind::FeedbackGiven { .. }
            | ChangeKind::ToolWriteProposed { .. }
            | ChangeKind::ToolWriteDecided { .. }
            | ChangeKind::UsageCounted { .. }
            | ChangeKind::AsideRecorded { .. }
            | ChangeKind::Removed => self.config.statement_timeout,
        }
    }
}

async fn write(connection: &mut PgConnection, change: &Change, limit_ms: &str) -> Outcome {
    let mut work = connection.begin().await?;
    let applied = if guard(&mut work, change, limit_ms).await? {
        write_kind(&mut work, change).await?
    } else {
        Applied::Before
    };
    match applied {
        Applied::Now => work.commit().await?,
        // Also takes back the guard of a change whose effect was there already.
        Applied::Before => work.rollback().await?,
    }
    Ok(applied)
}

/// Whether a change joins rows that it names with the ledger. Until the table is analysed, the planner takes
/// the rows of somebody who has just imported many for one, and would read all of them once for each row named.
fn joins_many_rows(change: &Change) -> bool {
    matches!(
        change.kind,
        ChangeKind::ImportCommitted { .. }
            | ChangeKind::ImportUndone { .. }
            | ChangeKind::RulesApplied { .. }
    )
}

/// Sets the user, the time allowed and how rows are joined, until the end of the transaction or the next
/// change of it, and writes the row that guards against repeats. False: the change was written before.
async fn guard(work: &mut Work<'_, Postgres>, change: &Change, limit_ms: &str) -> Result<bool, WriteError> {
    let guarded = sqlx::query!(
        r#"
        with me as materialized (
            select
                set_config('app.user_id', $1, true) as user_id,
                set_config('statement_timeout', $2, true) as statement_timeout,
                set_config('enable_nestloop', $6, true) as enable_nestloop
        )
        insert into applied_change (user_id, id, applied_at)
        select me.user_id, $3, $4
        from me
        where me.statement_timeout is not null
            and me.enable_nestloop is not null
            and not exists (
                select from erased_user
                where me.user_id is not null and (erased_at > $4 or (erased_at = $4 and $5))
            )
        on conflict do nothing
        "#,
        change.user.as_str(),
        limit_ms,
        change.id.as_uuid(),
        change.at.to_sqlx() as _,
        matches!(change.kind, ChangeKind::UserErased),
        if joins_many_rows(change) { "off" } else { "on" }
    )
    .execute(&mut **work)
    .await?;
    Ok(guarded.rows_affected() > 0)
}

async fn write_kind(work: &mut Work<'_, Postgres>, change: &Change) -> Outcome {
    match &change.kind {
        ChangeKind::ProfileSaved { profile, based_on } => {
            profile::save(work, change, profile, based_on.as_deref()).await
        }
        ChangeKind::ChatCreated { chat } => chats::create(work, change, chat).await,
        ChangeKind::ChatRenamed { chat_id, title } => chats::rename(work, change, *chat_id, title).await,
        ChangeKind::ChatDeleted { chat_id } => chats::delete(work, change, *chat_id).await,
        ChangeKind::ChatRestored { chat_id } => chats::restore(work, change, *chat_id).await,
        ChangeKind::ChatTitled { chat_id, title } => chats::title(work, change, *chat_id, title).await,
        ChangeKind::ChatPersonaChosen { chat_id, persona } => {
            chats::choose_persona(work, change, *chat_id, *persona).await
        }
        ChangeKind::ChatSummarised { chat_id, summary } => {
            chats::summarise(work, change, *chat_id, summary.as_ref()).await
        }
        ChangeKind::BranchChosen { chat_id, head_id } => {
            chats::choose_branch(work, change, *chat_id, *head_id).await
        }
        ChangeKind::MessageSent { chat, question, answer, run } => {
            chats::send(work, change, chat.as_ref(), [question, answer], run).await
        }
        ChangeKind::AnswerStarted { answer, run } => chats::start_answer(work, change, answer, run).await,
        ChangeKind::RunClaimed { run_id, owner, epoch } => {
            runs::claim(work, change, *run_id, owner, *epoch).await
        }
        ChangeKind::RunReleased { run_id, epoch } => runs::release(work, change, *run_id, *epoch).await,
        ChangeKind::RunEventsAppended { run_id, epoch, events } => {
            runs::append_events(work, change, *run_id, *epoch, events).await
        }
        ChangeKind::AnswerSealed { run_id, message_id, parts, status, epoch, record } => {
            let ids = (*run_id, *message_id);
            runs::seal(work, change, ids, (parts, *status), *epoch, record.as_deref()).await
        }
        ChangeKind::ImportCommitted { import, accounts, transactions, confirms, planned_on } => {
            imports::commit(work, change, import, (accounts, transactions, confirms), *planned_on).await
        }
        ChangeKind::ImportUndone { import_id } => imports::undo(work, change, *import_id).await,
        ChangeKind::TransactionsCategorised { transaction_ids, category } => {
            transactions::categorise(work, change, transaction_ids, category).await
        }
        ChangeKind::TransactionEdited { transaction_id, edit } => {
            transactions::edit(work, change, *transaction_id, edit).await
        }
        ChangeKind::RulesApplied { results } => transactions::apply_rules(work, change, results).await,
        ChangeKind::SettingsSaved { settings } => settings::save(work, change, settings).await,
        ChangeKind::SettingDeleted { setting_id } => settings::delete(work, change, *setting_id).await,
        ChangeKind::AccountRenamed { account_id, name } => {
            rename_account(work, change, *account_id, name).await
        }
        ChangeKind::FeedbackGiven { message_id, feedback } => {
            tool_writes::give_feedback(work, change, *message_id, feedback.as_ref()).await
        }
        ChangeKind::ChatPurged { chat_id } => purge::purge_chat(work, change, *chat_id).await,
        ChangeKind::ChatExpired { chat_id, until } => {
            purge::expire_chat(work, change, *chat_id, *until).await
        }
        ChangeKind::UserErased => purge::erase(work, change).await,
        ChangeKind::Removed => Ok(Applied::Now),
        ChangeKind::UsageCounted { chat_id, usage } => usage::count(work, change, *chat_id, usage).await,
        ChangeKind::AsideRecorded { run_id, chat_id, aside } => {
            runs::keep_aside(work, change, *run_id, aside).await?;
            usage::count(work, change, *chat_id, &aside.usage()).await
        }
        ChangeKind::ToolWriteProposed { write } => tool_writes::propose(work, change, write).await,
        ChangeKind::ToolWriteDecided { tool_write_id, status, outcome } => {
            tool_writes::decide(work, change, *tool_write_id, *status, outcome.as_deref()).await
        }
    }
}

/// One row was there to be changed; else the change is refused.
fn found(rows: u64) -> Outcome {
    if rows == 0 { Err(StoreError::RowMissing.into()) } else { Ok(Applied::Now) }
}

async fn rename_account(
    work: &mut Work<'_, Postgres>,
    change: &Change,
    id: AccountId,
    name: &str,
) -> Outcome {
    let renamed = sqlx::query!(
        "update account set name = $3 where user_id = $1 and id = $2",
        change.user.as_str(),
        id.as_uuid(),
        storable(name.to_owned())
    )
    .execute(&mut **work)
    .await?;
    found(renamed.rows_affected())?;
    count_ledger_up(work, change, Touched::NoRow).await
}
