//! How a bank's CSV is read, remembered once the person has corrected it.

use std::sync::Arc;

use domain::{CsvMapping, RememberedMapping, Setting, SettingId, UserId};
use finance::statement::{CsvLayout, ReadOptions, Statement};
use storage::ChangeKind;

use crate::{OperationError, Operations, Upload, settings::SETTINGS_MAX};

/// The largest file that is tried with every remembered mapping when nothing can be found out of it.
const EXPLAINED_MAX_BYTES: usize = 1 << 20;

impl Operations {
    /// The columns that are remembered, by the header of their files.
    pub async fn list_csv_mappings(&self, user: &UserId) -> Result<Vec<RememberedMapping>, OperationError> {
        let mut mappings = self.settings(user).await?.csv_mappings.clone();
        mappings.sort_by(|a, b| a.header.cmp(&b.header));
        Ok(mappings)
    }

    /// Forgets the columns of a header: its files are found out anew.
    pub async fn delete_csv_mapping(&self, user: &UserId, id: SettingId) -> Result<(), OperationError> {
        if !self.settings(user).await?.csv_mappings.iter().any(|it| it.id == id) {
            return Err(OperationError::NotFound);
        }
        self.write(user, ChangeKind::SettingDeleted { setting_id: id }).await
    }

    /// Reads a file: by the mapping that was sent with it, else by the one that is remembered for its
    /// header, else as it is found out.
    pub(crate) async fn read_upload(
        &self,
        user: &UserId,
        upload: &Arc<Upload>,
    ) -> Result<Statement, OperationError> {
        let found_out = read(Arc::clone(upload), upload.mapping.clone()).await;
        if upload.mapping.is_some() {
            return found_out;
        }
        let settings = self.settings(user).await?;
        let layout = found_out.as_ref().ok().map(|statement| statement.csv.as_ref());
        let may_fit = |it: &&RememberedMapping| match layout {
            Some(Some(layout)) => is_same_header(&header_key(layout), &it.header),
            Some(None) => false,
            // A file that cannot be found out may be one that a person had to explain.
            None => upload.bytes.len() <= EXPLAINED_MAX_BYTES,
        };
        // The lines above the header are more in one month than in another.
        let at_its_header = |it: &RememberedMapping| {
            let mut mapping = it.mapping.clone();
            if let (Some(Some(layout)), Some(_)) = (layout, mapping.header_line) {
                mapping.header_line = layout.mapping.header_line;
            }
            mapping
        };
        let is_the_same =
            |mapping: &CsvMapping| layout.flatten().is_some_and(|layout| layout.mapping == *mapping);
        for it in settings.csv_mappings.iter().filter(may_fit) {
            let mapping = at_its_header(it);
            if is_the_same(&mapping) {
                continue;
            }
            let read = read(Arc::clone(upload), Some(mapping)).await;
            let is_of_header = |statement: &Statement| {
                statement.csv.as_ref().is_some_and(|layout| is_same_header(&header_key(layout), &it.header))
            };
            // Another bank's file may hold the same in the same places: what reads less of it is not meant.
            let reads_as_much = |statement: &Statement| {
                let found_out = found_out.as_ref().ok();
                it.mapping.header_line.is_some()
                    || found_out.is_none_or(|found| statement.skipped.len() <= found.skipped.len())
            };
            if read.as_ref().is_ok_and(|statement| is_of_header(statement) && reads_as_much(statement)) {
                return read;
            }
        }
        found_out
    }

    /// Remembers the mapping that the person sent with a file, for other files of its header.
    pub(crate) async fn remember_mapping(
        &self,
        user: &UserId,
        upload: &Upload,
        statement: &Statement,
    ) -> Result<(), OperationError> {
        let (Some(mapping), Some(layout)) = (&upload.mapping, &statement.csv) else { return Ok(()) };
        let header = header_key(layout);
        let settings = self.settings(user).await?;
        let there = settings.csv_mappings.iter().find(|it| is_same_header(&header, &it.header));
        if there.is_some_and(|it| it.mapping == *mapping) {
            return Ok(());
        }
        if there.is_none() && settings.len() >= SETTINGS_MAX {
            return Ok(());
        }
        let id = there.map_or_else(|| SettingId::generate(self.clock.as_ref()), |it| it.id);
        let remembered = RememberedMapping { id, header, mapping: mapping.clone() };
        self.write(user, ChangeKind::SettingsSaved { settings: vec![Setting::CsvMapping(remembered)] }).await
    }
}

/// What tells files of a layout: see [`RememberedMapping::header`].
fn header_key(layout: &CsvLayout) -> String {
    let names = layout.columns.iter().map(|name| name.trim().to_lowercase());
    let has_header = layout.mapping.header_line.is_some();
    let name = |(column, name): (usize, String)| {
        if has_header { name } else { format!("{name} ({})", kind_of(layout, column)) }
    };
    names.enumerate().map(name).collect::<Vec<_>>().join("|")
}

/// A column of nothing is the same as any of its place: debits of a month without one.
fn is_same_header(one: &str, other: &str) -> bool {
    let is_same = |(one, other): (&str, &str)| match (one.split_once(" ("), other.split_once(" (")) {
        (Some((place, kind)), Some((other_place, other_kind))) if place == other_place => {
            kind == other_kind || [kind, other_kind].contains(&EMPTY_SHOWN)
        }
        _ => one == other,
    };
    one.split('|').count() == other.split('|').count() && one.split('|').zip(other.split('|')).all(is_same)
}

const EMPTY: &str = "empty";
/// The end of such a column's name.
const EMPTY_SHOWN: &str = "empty)";

/// What a column without a name holds, by the first rows.
fn kind_of(layout: &CsvLayout, column: usize) -> &'static str {
    let cells = layout.samples.iter().filter_map(|row| row.get(column)).map(|cell| cell.trim());
    let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = |cell: &&str| {
        let has_digit = cell.bytes().any(|byte| byte.is_ascii_digit());
        has_digit && cell.bytes().all(|byte| byte.is_ascii_digit() || b"+-.,' ".contains(&byte))
    };
    let is_date = |cell: &&str| {
        let parts: Vec<&str> = cell.split(['-', '/', '.']).collect();
        parts.iter().all(|part| is_digits(part)) && (parts.len() == 3 || parts.len() == 1 && cell.len() == 8)
    };
    match cells.as_slice() {
        [] => EMPTY,
        cells if cells.iter().all(is_date) => "date",
        cells if cells.iter().all(is_number) => "number",
        _ => "text",
    }
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
