//! Killed at any moment, the journal holds every change that was acknowledged.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

use storage::{ChatFilter, PageRequest, Store, testing::Household};

use crate::contract::{journal_path, open};

/// Set for the child process only, which is this binary run again.
const JOURNAL: &str = "LAKELEDGER_TEST_JOURNAL";
const CHILD: &str = "crash::writes_until_it_is_killed";

#[test]
fn a_killed_process_loses_no_acknowledged_change() {
    let (_folder, path) = journal_path();
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 1..=3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([CHILD, "--exact", "--nocapture", "--test-threads=1"])
            .env(JOURNAL, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines =
            lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("kept ").map(str::to_owned));
        acknowledged.extend(lines.by_ref().take(20 * round));
        // SIGKILL on unix; what was acknowledged while it was on its way still stands in the pipe.
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(lines);

        let store = open(&path);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            for line in &acknowledged {
                let (user, chat) = line.split_once('|').unwrap();
                let user = user.to_owned().try_into().unwrap();
                let chat = chat.parse().unwrap();
                assert!(store.find_chat(&user, chat).await.unwrap().is_some(), "{line} is lost");
            }
        });
    }
    assert!(acknowledged.len() >= 120);
}

/// The child: writes chats and names each once it is acknowledged. As a test of its own it writes
/// a few and ends.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the parent names the journal by an environment variable")]
async fn writes_until_it_is_killed() {
    let (_folder, own) = journal_path();
    let told = std::env::var_os(JOURNAL).map(PathBuf::from);
    let count = if told.is_some() { usize::MAX } else { 3 };
    let store = open(told.as_ref().unwrap_or(&own));
    let ada = Household::new("ada");
    for _ in 0..count {
        let chat = ada.write_chat(&store, "Kept").await;
        if told.is_none() {
            continue;
        }
        let mut out = std::io::stdout().lock();
        // The parent may be gone; there is nobody to tell then.
        if writeln!(out, "\nkept {}|{}", ada.user, chat.id).and_then(|()| out.flush()).is_err() {
            return;
        }
    }
    let chats = store.list_chats(&ada.user, &ChatFilter::default(), &PageRequest::first(9)).await.unwrap();
    assert_eq!(chats.items.len(), 3);
}
