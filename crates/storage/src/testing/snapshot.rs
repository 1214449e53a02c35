//! All that a user can read of a store, as text.

use std::fmt::Write;

use domain::UserId;
use jiff::civil::Date;

use crate::{ChatFilter, PageRequest, Store, ToolWriteFilter};

/// Every read of one user, as text: two stores that hold the same give the same.
pub async fn snapshot(store: &dyn Store, user: &UserId) -> String {
    let mut out = String::new();
    let mut put = |what: &str, rows: &dyn std::fmt::Debug| {
        writeln!(out, "{what}: {rows:#?}").expect("writing to a string cannot fail");
    };
    put("profile", &store.find_profile(user).await.expect("profile"));
    for deleted in [false, true] {
        let filter = ChatFilter { deleted, ..ChatFilter::default() };
        let chats = store.list_chats(user, &filter, &PageRequest::first(500)).await.expect("chats");
        put("chats", &chats);
        for chat in chats.items {
            let messages =
                store.list_messages(user, chat.id, &PageRequest::first(500)).await.expect("messages");
            put("messages", &messages);
            put("forks", &store.list_forks(user, chat.id).await.expect("forks"));
            for run in messages.items.into_iter().filter_map(|message| message.run_id) {
                put("run", &store.find_run(user, run).await.expect("run"));
                put("record", &store.find_run_record(user, run).await.expect("record"));
                put("events", &store.list_run_events(user, run, 0).await.expect("events"));
            }
        }
    }
    put("accounts", &store.list_accounts(user).await.expect("accounts"));
    put("imports", &store.list_imports(user).await.expect("imports"));
    put("settings", &store.settings(user).await.expect("settings"));
    let writes = store.list_tool_writes(user, &ToolWriteFilter::default(), &PageRequest::first(500)).await;
    put("tool writes", &writes.expect("tool writes"));
    put("usage", &store.usage(user, Date::constant(1970, 1, 1)).await.expect("usage"));
    put("ledger", &store.ledger(user).await.expect("ledger"));
    out
}
