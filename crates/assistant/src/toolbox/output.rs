//! What a tool gives back: figures with the rows behind them, tables, charts, details.

use domain::{
    Align, Cell, Chart, Computation, ComputedFigure, Currency, Ledger, Money, Table, TableColumn,
    TransactionFilter, TransactionId,
};
use finance::proof::{self, Arithmetic, Proof, Term, Working};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::answer::Figure;

/// What a tool gives back. As JSON it is all that a model knows of the ledger.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ToolOutput {
    /// What came back, in a few words for the person.
    pub summary: String,
    /// The figures, the headline first.
    pub figures: Vec<ToolFigure>,
    /// What else the tool has to tell; its shape is the tool's own.
    pub details: Value,
    /// Tables that the answer shows below its text.
    pub tables: Vec<Table>,
    /// Charts that the answer shows below its text.
    pub charts: Vec<Chart>,
    /// The rows behind the headline, where no single filter finds them.
    #[serde(skip)]
    pub ids: Option<Vec<TransactionId>>,
    /// A calculator's results by name, beside the other keys: `payment`, `schedule`, `formula`.
    #[serde(flatten)]
    pub result: Map<String, Value>,
}

/// Rows of a calculator's list that a model reads; a schedule of 360 would fill its context.
const LIST_ROWS: usize = 24;
/// Figures of a result whose computation an answer shows.
const COMPUTED_MAX: usize = 12;

/// A figure and the rows that it was computed from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolFigure {
    /// What it is, for programs: `total`, `difference`, `balance`.
    pub name: String,
    /// What it is, for people.
    pub label: String,
    /// Its value; spending is positive.
    pub value: Decimal,
    /// Its currency; none for counts, percentages and months.
    pub currency: Option<Currency>,
    /// The rows that it was computed from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<TransactionFilter>,
    /// The page that shows those rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// How it came about.
    #[serde(default)]
    pub proof: Proof,
    /// What it was made of, where that is more than the sum or the number of its rows.
    #[serde(skip)]
    pub(crate) made: Option<Made>,
}

/// What a figure was made of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Made {
    formula: String,
    terms: Vec<Term>,
    arithmetic: Option<Arithmetic>,
}

impl ToolOutput {
    /// The output as a model reads it: long lists of a calculator are cut, proofs left out.
    pub fn to_json(&self) -> Value {
        let mut json = serde_json::to_value(self).expect("an output has only string keys");
        for figure in json["figures"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            figure.remove("proof");
        }
        for key in self.result.keys() {
            if let Some(list) = json[key].as_array_mut().filter(|list| list.len() > LIST_ROWS) {
                let left_out = list.len() - LIST_ROWS;
                list.truncate(LIST_ROWS);
                list.push(Value::String(format!("{left_out} more")));
            }
        }
        json
    }
}

impl ToolOutput {
    /// How its figures were computed; none of an output without figures.
    pub(crate) fn computation(&self) -> Option<Computation> {
        let proven = || self.figures.iter().filter(|figure| !figure.proof.formula.is_empty());
        let headline = proven().next()?;
        let exhibit = self.tables.first().map(|table| &table.title);
        let exhibit = exhibit.or_else(|| self.charts.first().map(|chart| &chart.title));
        Some(Computation {
            title: exhibit.unwrap_or(&headline.label).clone(),
            figures: proven().take(COMPUTED_MAX).map(ToolFigure::computed).collect(),
            left_out: u32::try_from(proven().count().saturating_sub(COMPUTED_MAX)).unwrap_or(u32::MAX),
        })
    }
}

impl ToolFigure {
    fn computed(&self) -> ComputedFigure {
        ComputedFigure {
            label: self.label.clone(),
            value: self.value,
            currency: self.currency,
            rows: self.rows.clone().map(Box::new),
            formula: self.proof.formula.clone(),
            command: self.proof.command.clone(),
        }
    }

    /// A figure of money with its rows.
    pub(crate) fn money(
        name: &str,
        label: impl Into<String>,
        value: Decimal,
        currency: Currency,
        rows: Option<TransactionFilter>,
    ) -> Self {
        let link = rows.as_ref().map(TransactionFilter::href);
        let value = exact(value, currency);
        Self {
            name: name.to_owned(),
            label: label.into(),
            value,
            currency: Some(currency),
            rows,
            link,
            proof: Proof::default(),
            made: None,
        }
    }

    /// A count, a percentage, a number of months.
    pub(crate) fn plain(
        name: &str,
        label: impl Into<String>,
        value: Decimal,
        rows: Option<TransactionFilter>,
    ) -> Self {
        let link = rows.as_ref().map(TransactionFilter::href);
        Self {
            name: name.to_owned(),
            label: label.into(),
            value,
            currency: None,
            rows,
            link,
            proof: Proof::default(),
            made: None,
        }
    }

    /// The same figure, of what hledger cannot tell: a profile, a forecast, a choice of rows.
    pub(crate) fn by(self, formula: impl Into<String>) -> Self {
        self.made_of(formula, Vec::new(), None)
    }

    /// The same figure, of one term alone.
    pub(crate) fn of(self, term: Term) -> Self {
        self.made_of(term.formula(), vec![term], None)
    }

    /// The same figure, of terms: `expression` is what becomes of them in awk's words.
    pub(crate) fn worked_out(
        self,
        formula: impl Into<String>,
        terms: Vec<Term>,
        expression: impl Into<String>,
    ) -> Self {
        let digits = self.value.scale();
        self.made_of(formula, terms, Some(Arithmetic { expression: expression.into(), digits }))
    }

    /// The same, of terms that were gathered with their expression.
    pub(crate) fn worked(self, formula: impl Into<String>, working: Working) -> Self {
        self.worked_out(formula, working.terms, working.expression)
    }

    fn made_of(
        mut self,
        formula: impl Into<String>,
        terms: Vec<Term>,
        arithmetic: Option<Arithmetic>,
    ) -> Self {
        self.made = Some(Made { formula: formula.into(), terms, arithmetic });
        self
    }

    /// Writes the proof: of what the figure was made of, else of its rows, else the tool's own formula.
    pub(crate) fn prove(&mut self, ledger: &Ledger, formula: &str) {
        self.proof = match (self.made.take(), &self.rows) {
            (Some(made), _) => {
                let command = match (&made.arithmetic, made.terms.as_slice()) {
                    (Some(arithmetic), terms) => proof::command(ledger, terms, arithmetic),
                    (None, [term]) => proof::prove(ledger, term).command,
                    (None, _) => None,
                };
                Proof { formula: made.formula, command }
            }
            (None, Some(rows)) if self.currency.is_some() => proof::prove(ledger, &Term::Sum(rows.clone())),
            (None, Some(rows)) => proof::prove(ledger, &Term::Count(rows.clone())),
            (None, None) => Proof { formula: formula.to_owned(), command: None },
        };
    }
}

impl From<&ToolFigure> for Figure {
    fn from(figure: &ToolFigure) -> Self {
        Self {
            label: figure.label.clone(),
            value: figure.value,
            currency: figure.currency,
            link: figure.link.clone(),
            proof: figure.proof.clone(),
        }
    }
}

/// The value with at least the currency's digits and no negative zero.
pub(crate) fn exact(value: Decimal, currency: Currency) -> Decimal {
    if value.is_zero() {
        return Decimal::new(0, currency.minor_digits());
    }
    let mut value = value.normalize();
    value.rescale(value.scale().max(currency.minor_digits()));
    value
}

/// Rounded to the currency's digits, halves away from zero.
pub(crate) fn rounded(value: Decimal, currency: Currency) -> Decimal {
    let strategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    value.round_dp_with_strategy(currency.minor_digits(), strategy)
}

/// `part` of `whole` in percent, one digit; none of nothing.
pub(crate) fn percent(part: Decimal, whole: Decimal) -> Option<Decimal> {
    if whole.is_zero() {
        return None;
    }
    let share = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
    Some(share.round_dp_with_strategy(1, rust_decimal::RoundingStrategy::MidpointAwayFromZero))
}

pub(crate) fn text(text: impl Into<String>) -> Cell {
    Cell::Text { text: text.into() }
}

pub(crate) fn count(count: u64) -> Cell {
    Cell::Count { count: i64::try_from(count).unwrap_or(i64::MAX) }
}

/// An amount with its rows; a sum beyond what money holds is written out.
pub(crate) fn money(value: Decimal, currency: Currency, rows: Option<TransactionFilter>) -> Cell {
    match Money::new(exact(value, currency), currency) {
        Ok(money) => Cell::Money { money, rows: rows.map(Box::new) },
        Err(_) => text(format!("{value} {currency}")),
    }
}

pub(crate) fn column(name: &str, align: Align) -> TableColumn {
    TableColumn { name: name.to_owned(), align }
}

/// A column of words.
pub(crate) fn words(name: &str) -> TableColumn {
    column(name, Align::Start)
}

/// A column of figures.
pub(crate) fn figures(name: &str) -> TableColumn {
    column(name, Align::End)
}
