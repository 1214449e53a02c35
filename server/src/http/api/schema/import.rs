//! Imports.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// One file, or the sample household, taken into the ledger.
#[derive(ToSchema)]
#[schema(as = Import)]
pub struct ImportSchema {
    id: Uuid,
    source: ImportSourceSchema,
    file_name: String,
    /// `CSV`, `OFX 1.x`, `OFX 2.x`, `QIF`, `XLSX`, `sample`.
    format: String,
    /// The accounts that it created or added to.
    account_ids: Vec<Uuid>,
    /// Rows added.
    imported: u32,
    /// Rows that the ledger held already.
    duplicates: u32,
    /// How many rows could not be read.
    skipped: u32,
    /// The first 100 of them.
    skipped_rows: Vec<SkippedRowSchema>,
    created_at: Timestamp,
    /// When it was undone.
    #[schema(required)]
    undone_at: Option<Timestamp>,
}

/// Where an import came from.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = ImportSource)]
#[serde(rename_all = "snake_case")]
pub enum ImportSourceSchema {
    File,
    Sample,
}

/// A row of the file that was not imported, and why.
#[derive(ToSchema)]
#[schema(as = SkippedRow)]
pub struct SkippedRowSchema {
    /// The line in the file, from 1.
    line: u32,
    /// Where in the line, from 1: the field of a table, the character of other formats; absent
    /// where the row as a whole is meant.
    column: Option<u32>,
    reason: String,
}

/// Every import.
#[derive(ToSchema)]
#[schema(as = ImportList)]
pub struct ImportListSchema {
    items: Vec<ImportSchema>,
    /// Always null: the list is whole.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A statement to import.
#[derive(ToSchema)]
#[schema(as = Upload)]
pub struct UploadSchema {
    /// The statement: CSV, XLSX, OFX, QIF, CAMT or MT940.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The account to book a file on that names none: its id, or `new` for a new one. Left out, the account
    /// that has the file's name or holds its rows, else a new one.
    account: Option<String>,
    /// A correction of how the CSV is understood: a preview's `csv.mapping` as JSON text.
    mapping: Option<String>,
    /// The `row` of a preview's `unsure` rows that are to be added nevertheless, with commas between.
    keep: Option<String>,
}

/// How a CSV file was understood, with what a person needs to correct it.
#[derive(ToSchema)]
#[schema(as = CsvLayout)]
pub struct CsvLayoutSchema {
    mapping: CsvMappingSchema,
    /// The columns' names.
    columns: Vec<String>,
    /// The first data rows.
    samples: Vec<Vec<String>>,
}

/// Which column of a CSV means what. Columns count from 0.
#[derive(ToSchema)]
#[schema(as = CsvMapping)]
pub struct CsvMappingSchema {
    /// One of `,` `;` tab `|`.
    delimiter: String,
    /// The line of the header, from 1; null when the data starts at once.
    #[schema(required)]
    header_line: Option<u32>,
    date: usize,
    date_order: DateOrderSchema,
    amount: AmountColumnsSchema,
    /// `.` or `,`.
    decimal_mark: String,
    #[schema(required)]
    payee: Option<usize>,
    #[schema(required)]
    description: Option<usize>,
    #[schema(required)]
    category: Option<usize>,
    #[schema(required)]
    account: Option<usize>,
    #[schema(required)]
    currency: Option<usize>,
    #[schema(required)]
    balance: Option<usize>,
    #[schema(required)]
    external_id: Option<usize>,
}

/// How a file writes dates.
#[derive(ToSchema, Serialize, Deserialize)]
#[schema(as = DateOrder)]
#[serde(rename_all = "snake_case")]
pub enum DateOrderSchema {
    YearMonthDay,
    DayMonthYear,
    MonthDayYear,
}

/// Which columns hold the amount.
#[derive(ToSchema, Serialize)]
#[schema(as = AmountColumns)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AmountColumnsSchema {
    /// One signed column.
    Signed {
        column: usize,
        /// Positive means money out.
        positive_is_out: bool,
    },
    /// Money out and money in have a column each.
    DebitCredit { debit: usize, credit: usize },
    /// An unsigned amount, and a column that tells the direction.
    Directed { column: usize, direction: usize },
}
