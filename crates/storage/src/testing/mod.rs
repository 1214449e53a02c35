//! The contract suite: laws that every store keeps, and what they are told with.
//!
//! A crate with a store writes `storage::contract_tests!(make().await);` where `make()` gives
//! something that dereferences to a [`Store`](crate::Store); each law becomes a test. Laws make
//! users of their own, so they may share a store.

mod fixtures;
pub mod laws;
mod random;
mod snapshot;

#[cfg(test)]
pub(crate) use fixtures::text_events;
pub use fixtures::{Household, TickingClock, new_user};
pub use laws::write_everything;
#[cfg(test)]
pub(crate) use random::Dice;
pub use random::random_changes;
pub use snapshot::snapshot;

/// Makes a test of each law, run on the store that the expression gives.
#[macro_export]
macro_rules! contract_tests {
    ($store:expr) => {
        $crate::contract_tests! { @each $store;
            a_change_applied_twice_is_written_once
            a_change_applied_twice_at_once_is_written_once
            a_refused_change_writes_nothing
            nobody_reads_rows_of_another_user
            nobody_changes_rows_of_another_user
            two_users_may_hold_rows_of_the_same_ids
            a_profile_is_replaced_as_a_whole
            chats_come_newest_first_in_pages_of_any_size
            chats_are_found_by_title_whatever_its_case
            a_deleted_chat_lies_in_the_trash_until_it_is_restored
            messages_come_in_order_and_page_from_the_newest
            a_question_is_sent_once
            run_events_are_kept_once_and_without_gaps
            a_sealed_answer_is_final
            a_question_follows_the_branch_that_is_shown
            both_branches_are_kept_and_one_is_shown
            a_branch_is_of_its_own_chat
            a_title_that_was_made_gives_way_to_the_persons
            a_chat_keeps_its_persona_and_its_summary
            of_two_that_claim_a_run_at_once_one_has_it
            an_owner_of_an_earlier_epoch_writes_nothing
            a_run_that_is_let_go_of_says_so_and_one_that_is_written_to_lives
            what_a_model_saw_is_kept_with_its_run
            a_ledger_has_every_row_by_day
            usage_is_counted_by_day_and_chat_and_outlives_the_chat
            runs_that_are_silent_are_found_whosever_they_are
            a_transaction_needs_its_account
            an_import_is_committed_once_and_undone_as_a_whole
            undoing_an_import_keeps_what_a_person_edited_elsewhere
            an_import_planned_on_other_imports_is_refused
            undoing_an_import_gives_back_the_anchor_it_replaced
            a_row_that_standing_imports_have_too_stays_when_its_own_is_undone
            an_account_stays_while_a_row_of_it_does_and_its_anchor_with_it
            a_persons_category_stays_and_rows_that_are_not_there_are_passed_over
            an_edited_transaction_keeps_what_stood_there_before
            parts_notes_and_other_details_come_with_an_import
            a_persons_rules_never_overwrite_their_own_choice
            undoing_an_import_keeps_edits_of_other_rows
            settings_are_kept_in_order_until_they_are_deleted
            a_setting_saved_again_is_replaced
            a_tools_write_goes_only_where_its_status_may_lead
            a_tools_write_is_decided_once_by_two_at_once
            writes_of_tools_come_newest_first_in_pages_of_any_size
            feedback_stands_on_its_answer_until_it_is_taken_back
            what_the_assistant_remembers_and_may_use_is_a_setting
            messages_are_found_by_their_words
            a_hit_shows_its_words_and_where_it_stands
            titles_are_found_before_messages_until_they_are_renamed
            a_search_keeps_to_its_filters
            hits_come_in_pages_of_any_size
            an_answer_is_found_once_it_is_sealed
            a_purged_chat_goes_with_everything_in_it
            a_chat_expires_unless_something_was_said_in_it_since
            of_an_erased_user_nothing_is_left_and_nothing_from_before_comes_back
            a_renamed_account_is_listed_by_its_new_name
            a_ledger_is_a_snapshot
            a_cursor_of_something_else_is_refused
            any_text_is_kept
        }
    };
    (@each $store:expr; $($law:ident)*) => {$(
        #[tokio::test]
        async fn $law() {
            let store = $store;
            $crate::testing::laws::$law(&*store).await;
        }
    )*};
}
