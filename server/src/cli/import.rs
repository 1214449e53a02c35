//! `lakeledger import`.

use std::{path::PathBuf, sync::Arc};

use domain::{SystemClock, UserId};
use operations::Operations;

use super::{offline::import_file, print};
use crate::{configuration::Configuration, store::open_ready_store};

pub(super) async fn import(
    configuration: Configuration,
    files: &[PathBuf],
    user: &UserId,
) -> anyhow::Result<()> {
    let open = open_ready_store(&configuration.storage, Arc::new(SystemClock)).await?;
    let operations = Operations::new(Arc::clone(&open.store), Arc::new(SystemClock));
    for file in files {
        let import = import_file(&operations, user, file).await?;
        print(&format!(
            "{}: {} imported, {} duplicates, {} skipped",
            import.file_name, import.imported, import.duplicates, import.skipped
        ))?;
        for row in &import.skipped_rows {
            print(&format!("  {row}"))?;
        }
    }
    open.close().await;
    Ok(())
}
