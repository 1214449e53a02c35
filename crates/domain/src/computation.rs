//! How the figures of an answer came about, as the answer keeps it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Currency, TransactionFilter};

/// How the figures of one result were computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Computation {
    /// The result whose figures they are: its table's or chart's title, else its headline's label.
    pub title: String,
    /// The figures, the headline first.
    pub figures: Vec<ComputedFigure>,
    /// How many further figures the result has.
    #[serde(default)]
    pub left_out: u32,
}

/// A figure, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComputedFigure {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: Decimal,
    /// Its currency; none for counts, percentages and months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The rows that it was computed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Box<TransactionFilter>>,
    /// The formula in words.
    pub formula: String,
    /// A command line that reproduces it beside the exported journal; none where there are no words for
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}
