//! The line that says where changes go while PostgreSQL is away.

use leptos::prelude::*;
use storage::{StorageMode, StorageStatus};

/// What the banner says; nothing while all is well.
fn banner_text(status: &StorageStatus) -> Option<String> {
    if status.mode == StorageMode::Unavailable {
        return Some("The database cannot be reached, and changes are refused for now.".to_owned());
    }
    if status.mode == StorageMode::Recovering {
        return Some(format!("The database is back. {} being moved there.", changes(status.pending_changes)));
    }
    status.degraded.then(|| match status.pending_changes {
        0 => "Saving locally: the database cannot be reached.".to_owned(),
        pending => format!("Saving locally: {} waiting for the database.", changes(pending)),
    })
}

fn changes(count: u64) -> String {
    if count == 1 { "1 change is".to_owned() } else { format!("{count} changes are") }
}

/// Tells when changes do not go to the database that was configured.
#[component]
pub(crate) fn StorageBanner(status: StorageStatus) -> impl IntoView {
    banner_text(&status).map(|text| {
        view! {
            <p class="banner" role="status">
                {text} " " <a href="/status">"Details"</a>
            </p>
        }
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn status(mode: StorageMode, degraded: bool, pending_changes: u64) -> StorageStatus {
        StorageStatus { mode, degraded, pending_changes, since: Timestamp::UNIX_EPOCH, reason: String::new() }
    }

    #[test]
    fn the_embedded_store_by_itself_is_no_news() {
        assert_eq!(banner_text(&status(StorageMode::Memory, false, 0)), None);
    }

    #[test]
    fn waiting_changes_are_counted() {
        assert_eq!(
            banner_text(&status(StorageMode::Memory, true, 3)).unwrap(),
            "Saving locally: 3 changes are waiting for the database."
        );
    }
}
