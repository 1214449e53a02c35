//! How a CSV file's columns are understood.

use serde::{Deserialize, Serialize};

use crate::SettingId;

/// The columns of a bank's CSV files, as a person corrected or confirmed them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RememberedMapping {
    /// Its id.
    pub id: SettingId,
    /// What tells files of this layout: the header's column names, lower case, joined by `|`; without a
    /// header what each column holds: `column 1 (date)|column 2 (text)|column 3 (number)`.
    pub header: String,
    /// How they are read.
    pub mapping: CsvMapping,
}

/// Which column of a CSV means what. Columns count from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvMapping {
    /// The field delimiter: one of `,` `;` tab `|`.
    pub delimiter: char,
    /// The line of the header, from 1; none when the data starts at once. Lines above it are
    /// preamble.
    pub header_line: Option<u32>,
    /// The booking day's column.
    pub date: usize,
    /// How dates are written.
    pub date_order: DateOrder,
    /// The columns that hold the amount.
    pub amount: AmountColumns,
    /// The mark between whole and fraction: `.` or `,`.
    pub decimal_mark: char,
    /// Payee; may be the description's column.
    pub payee: Option<usize>,
    /// Text beside the payee.
    pub description: Option<usize>,
    /// The file's own category.
    pub category: Option<usize>,
    /// The account that the row belongs to.
    pub account: Option<usize>,
    /// The row's currency.
    pub currency: Option<usize>,
    /// The balance after the row.
    pub balance: Option<usize>,
    /// The bank's id of the row.
    pub external_id: Option<usize>,
}

/// How a file writes dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 2024-03-31, 2024/3/31, 20240331.
    YearMonthDay,
    /// 31.03.2024, 31/03/24, 31 Mar 2024.
    DayMonthYear,
    /// 03/31/2024, Mar 31, 2024.
    MonthDayYear,
}

/// Which columns hold the amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AmountColumns {
    /// One signed column.
    Signed {
        /// The column.
        column: usize,
        /// Positive means money out (card exports that list charges as positive).
        positive_is_out: bool,
    },
    /// Money out and money in have a column each; signs inside them do not count.
    DebitCredit {
        /// Money out.
        debit: usize,
        /// Money in.
        credit: usize,
    },
    /// An unsigned amount, and a column that tells the direction (`debit`/`credit`, `D`/`C`, `-`/`+`).
    Directed {
        /// The amount.
        column: usize,
        /// The direction.
        direction: usize,
    },
}
