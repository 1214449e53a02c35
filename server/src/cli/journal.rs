//! `lakeledger journal`, while no server has it open.

use anyhow::Context;
use serde_json::json;
use storage::{Journal, RefusedChange};

use super::{print, print_json};
use crate::{configuration::StorageConfiguration, store::JOURNAL};

/// What the journal holds: how many changes wait, and what the database has refused.
pub(super) fn journal(configuration: &StorageConfiguration, as_json: bool) -> anyhow::Result<()> {
    let path = configuration.data_dir.join(JOURNAL);
    anyhow::ensure!(path.is_file(), "there is no journal {}", path.display());
    let journal = Journal::open(&path, |_, _| Ok(()))?;
    let refused = journal.refused_changes().context("the changes set aside cannot be read")?;
    if as_json {
        let refused: Vec<_> = refused.into_iter().map(|(_, refused)| refused).collect();
        return print_json(&json!({ "changes": journal.len(), "refused": refused }));
    }
    print(&format!(
        "{}: changes {}, refused by the database {}",
        path.display(),
        journal.len(),
        refused.len()
    ))?;
    for (number, refused) in &refused {
        let RefusedChange { change, reason, .. } = refused;
        let kind = serde_json::to_value(&change.kind)?;
        let kind = kind.as_str().or_else(|| kind.as_object()?.keys().next().map(String::as_str));
        let kind = kind.unwrap_or("change");
        print(&format!("{number}  {}  {kind} of {}: {reason}", change.at, change.user))?;
    }
    if !refused.is_empty() {
        print("--json prints them whole")?;
    }
    Ok(())
}
