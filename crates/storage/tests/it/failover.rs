//! The contract on the failover store: with its database, and with what stands in for it.

use std::{ops::Deref, sync::Arc};

use async_trait::async_trait;
use domain::FixedClock;
use jiff::Timestamp;
use storage::{FailoverOptions, FailoverStore, MemoryStore, Outage, PingProbe, Probe, Store};
use tempfile::TempDir;

use crate::contract::journal_path;

struct Failover {
    store: FailoverStore,
    _folder: TempDir,
}

impl Deref for Failover {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &self.store
    }
}

struct NeverThere;

#[async_trait]
impl Probe for NeverThere {
    async fn check(&self) -> Result<(), Outage> {
        Err(Outage::Unreachable)
    }
}

fn open(probe: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Probe>) -> Failover {
    let (folder, path) = journal_path();
    let primary = Arc::new(MemoryStore::default()) as Arc<dyn Store>;
    let probe = probe(Arc::clone(&primary));
    let clock = Arc::new(FixedClock(Timestamp::UNIX_EPOCH));
    let store = FailoverStore::open(primary, probe, Some(&path), FailoverOptions::default(), clock).unwrap();
    Failover { store, _folder: folder }
}

async fn up() -> Failover {
    let failover = open(|primary| Arc::new(PingProbe(primary)));
    failover.store.connected().await;
    failover
}

fn down() -> Failover {
    open(|_| Arc::new(NeverThere))
}

mod with_its_database {
    use super::*;
    storage::contract_tests!(up().await);
}

/// Without its database the store cannot know that a row is missing: it answers that it is
/// unavailable where the contract asks for "not there" or "refused". The laws left out are the ones
/// that ask for rows which were never written, or never by this user:
/// `a_refused_change_writes_nothing`, `nobody_reads_rows_of_another_user`,
/// `nobody_changes_rows_of_another_user`, `a_question_is_sent_once`,
/// `an_import_is_committed_once_and_undone_as_a_whole`, `a_transaction_needs_its_account`.
mod with_its_journal {
    use super::*;
    storage::contract_tests! { @each down();
        a_change_applied_twice_is_written_once
        a_change_applied_twice_at_once_is_written_once
        two_users_may_hold_rows_of_the_same_ids
        a_profile_is_replaced_as_a_whole
        chats_come_newest_first_in_pages_of_any_size
        chats_are_found_by_title_whatever_its_case
        a_deleted_chat_lies_in_the_trash_until_it_is_restored
        messages_come_in_order_and_page_from_the_newest
        run_events_are_kept_once_and_without_gaps
        a_sealed_answer_is_final
        a_ledger_has_every_row_by_day
        undoing_an_import_keeps_what_a_person_edited_elsewhere
        an_import_planned_on_other_imports_is_refused
        undoing_an_import_gives_back_the_anchor_it_replaced
        a_persons_category_stays_and_rows_that_are_not_there_are_passed_over
        a_renamed_account_is_listed_by_its_new_name
        a_ledger_is_a_snapshot
        a_cursor_of_something_else_is_refused
        any_text_is_kept
    }
}
