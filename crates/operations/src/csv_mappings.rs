//! How a bank's CSV is read, remembered once the person has corrected it.

use std::sync::Arc;

use domain::{CsvMapping, RememberedMapping, Setting, SettingId, UserId};
use finance::statement::{CsvLayout, ReadOptions, Statement};
use storage::ChangeKind;

use crate::{OperationError, Operations, Upload};

impl Operations {
    /// Reads a file: by the mapping that was sent with it, else by the one that is remembered for its
    /// header, else as it is found out.
    pub(crate) async fn read_upload(
        &self,
        user: &UserId,
        upload: &Arc<Upload>,
    ) -> Result<Statement, OperationError> {
        let statement = read(Arc::clone(upload), upload.mapping.clone()).await?;
        let (None, Some(layout)) = (&upload.mapping, &statement.csv) else { return Ok(statement) };
        let Some(header) = header_key(layout) else { return Ok(statement) };
        let settings = self.settings(user).await?;
        let remembered = settings.csv_mappings.iter().find(|it| it.header == header);
        match remembered.filter(|it| it.mapping != layout.mapping) {
            // What no longer fits the file is passed over.
            Some(it) => Ok(read(Arc::clone(upload), Some(it.mapping.clone())).await.unwrap_or(statement)),
            None => Ok(statement),
        }
    }

    /// Remembers the mapping that the person sent with a file, for other files of its header.
    pub(crate) async fn remember_mapping(
        &self,
        user: &UserId,
        upload: &Upload,
        statement: &Statement,
    ) -> Result<(), OperationError> {
        let (Some(mapping), Some(layout)) = (&upload.mapping, &statement.csv) else { return Ok(()) };
        let Some(header) = header_key(layout) else { return Ok(()) };
        let settings = self.settings(user).await?;
        let there = settings.csv_mappings.iter().find(|it| it.header == header);
        if there.is_some_and(|it| it.mapping == *mapping) {
            return Ok(());
        }
        let id = there.map_or_else(|| SettingId::generate(self.clock.as_ref()), |it| it.id);
        let remembered = RememberedMapping { id, header, mapping: mapping.clone() };
        self.write(user, ChangeKind::SettingsSaved { settings: vec![Setting::CsvMapping(remembered)] }).await
    }
}

/// What tells files of a layout: see [`RememberedMapping::header`]. None where there is no header.
fn header_key(layout: &CsvLayout) -> Option<String> {
    layout.mapping.header_line?;
    let names = layout.columns.iter().map(|name| name.trim().to_lowercase());
    Some(names.collect::<Vec<_>>().join("|"))
}

/// Reads a file on a thread for blocking work: a large one takes hundreds of milliseconds.
async fn read(upload: Arc<Upload>, mapping: Option<CsvMapping>) -> Result<Statement, OperationError> {
    let reading = tokio::task::spawn_blocking(move || {
        let options = ReadOptions { mapping, file_name: upload.file_name.clone() };
        finance::statement::read(&upload.bytes, &options)
    });
    match reading.await {
        Ok(statement) => Ok(statement?),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}
