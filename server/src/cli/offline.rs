//! A ledger that lasts as long as the command: files in memory, no store, no server.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use assistant::Toolbox;
use domain::{SystemClock, UserId};
use jiff::civil::Date;
use operations::{Operations, Upload};
use storage::{EmbeddedStore, Standing};

/// Reads files into a ledger of their own and lays the assistant's tools out on it.
pub(super) async fn toolbox(files: &[PathBuf], as_of: Date) -> anyhow::Result<Toolbox> {
    let standing = Standing { degraded: false, reason: "in memory".to_owned() };
    let store = Arc::new(EmbeddedStore::in_memory(&SystemClock, standing));
    let operations = Operations::new(store, Arc::new(SystemClock));
    let user = UserId::local();
    for file in files {
        import_file(&operations, &user, file).await?;
    }
    let ledger = operations.ledger(&user).await?;
    let profile = operations.get_profile(&user).await?;
    Ok(Toolbox::new(ledger, profile, as_of))
}

/// Imports one file as a whole.
pub(super) async fn import_file(
    operations: &Operations,
    user: &UserId,
    file: &Path,
) -> anyhow::Result<domain::Import> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let upload = Arc::new(Upload::new(operations.clock(), &name, bytes));
    operations.commit_import(user, upload).await.with_context(|| file.display().to_string())
}
