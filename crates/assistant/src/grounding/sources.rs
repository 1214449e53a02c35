//! What a run has to show for its figures: the results of its tools, the question, the profile.

use std::collections::{BTreeSet, HashSet};

use domain::{Cell, Currency, TransactionFilter};
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use super::{
    day::Day,
    number::{Style, Unit, What, Written, mentions},
    sign,
};
use crate::{
    format::NumberFormat,
    toolbox::{ToolOutput, day_order},
};

/// The farthest that a number rounded to tens or more may be from its source, in percent.
const ROUNDING_MAX_PERCENT: Decimal = Decimal::from_parts(5, 0, 0, false, 0);

/// Items of a list that a text names before it says how many more there are.
const TOLD_MAX: Decimal = Decimal::from_parts(10, 0, 0, false, 0);

/// A number that a run has a source for.
#[derive(Debug, Clone)]
struct Held {
    /// Without its sign.
    value: Decimal,
    unit: HeldUnit,
    /// The page with the rows that it was computed from.
    href: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HeldUnit {
    Money(Currency),
    /// A count, a percentage, a number of months.
    Plain,
    /// A number of a text, which says no unit, or one that is not relied on.
    Said,
}

/// Everything that a figure of an answer can come from.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    style: Style,
    held: Vec<Held>,
    is_sorted: bool,
    days: BTreeSet<Date>,
    months: BTreeSet<(i16, i8)>,
    years: BTreeSet<i16>,
    odd: HashSet<String>,
}

/// What speaks for a figure.
pub(super) enum Verdict {
    /// A source, and the page with its rows.
    Sourced(Option<String>),
    Unverified,
}

impl Sources {
    /// No sources yet, but today; `locale` is how numbers and days are written.
    pub fn new(locale: Option<&str>, today: Date) -> Self {
        let style = Style { format: NumberFormat::of(locale), order: day_order(locale) };
        let mut sources = Self {
            style,
            held: Vec::new(),
            is_sorted: true,
            days: BTreeSet::new(),
            months: BTreeSet::new(),
            years: BTreeSet::new(),
            odd: HashSet::new(),
        };
        sources.hold_day(today);
        sources
    }

    pub(super) fn style(&self) -> Style {
        self.style
    }

    /// The person's own words: a number of theirs may be meant in any unit.
    pub fn add_text(&mut self, text: &str) {
        self.read(text, HeldUnit::Said);
    }

    /// A text; `bare` is what a number without a unit is.
    fn read(&mut self, text: &str, bare: HeldUnit) {
        for mention in mentions(text, self.style) {
            match mention.what {
                What::Number(written) => {
                    let unit = if matches!(written.unit, Unit::Money(_)) { HeldUnit::Said } else { bare };
                    self.hold(written.value, unit, None);
                }
                What::Year(year) => {
                    self.years.insert(year);
                    self.hold(Decimal::from(year), bare, None);
                }
                What::Rest(value) => self.hold(value, bare, None),
                What::Days(days) => days.into_iter().for_each(|day| self.hold_named(day)),
                What::Odd => {
                    self.odd.insert(text[mention.range].to_owned());
                }
            }
        }
    }

    /// Any JSON: numbers, texts, and how long its lists are.
    pub fn add_json(&mut self, value: &Value) {
        self.walk(value, HeldUnit::Said);
    }

    /// What a tool says instead of a result.
    pub fn add_error(&mut self, text: &str) {
        self.read(text, HeldUnit::Plain);
    }

    /// A tool's output.
    pub fn add_output(&mut self, output: &ToolOutput) {
        for figure in &output.figures {
            let unit = figure.currency.map_or(HeldUnit::Plain, HeldUnit::Money);
            self.hold(figure.value, unit, figure.link.clone());
            self.read(&figure.label, HeldUnit::Plain);
        }
        for table in &output.tables {
            self.hold(Decimal::from(table.rows.len()), HeldUnit::Plain, None);
            self.read(&table.title, HeldUnit::Plain);
            table.columns.iter().for_each(|column| self.read(&column.name, HeldUnit::Plain));
            table.rows.iter().flatten().for_each(|cell| self.add_cell(cell));
        }
        for chart in &output.charts {
            self.read(&chart.title, HeldUnit::Plain);
            for point in &chart.points {
                self.read(&point.label, HeldUnit::Plain);
                let href = point.rows.as_deref().map(TransactionFilter::href);
                self.hold(point.value, HeldUnit::Money(chart.currency), href);
            }
        }
        self.read(&output.summary, HeldUnit::Plain);
        self.walk(&output.details, HeldUnit::Plain);
        output.result.values().for_each(|value| self.walk(value, HeldUnit::Plain));
    }

    fn add_cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Text { text } => self.read(text, HeldUnit::Plain),
            Cell::Count { count } => self.hold(Decimal::from(*count), HeldUnit::Plain, None),
            Cell::Percent { percent } => self.hold(*percent, HeldUnit::Plain, None),
            Cell::Date { date } => self.hold_day(*date),
            Cell::Money { money, rows } => {
                let href = rows.as_deref().map(TransactionFilter::href);
                self.hold(money.amount(), HeldUnit::Money(money.currency()), href);
            }
        }
    }

    /// `number` is what a JSON number counts; a decimal in a string says no unit.
    fn walk(&mut self, value: &Value, number: HeldUnit) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(given) => {
                let text = given.to_string();
                let read = text.parse().or_else(|_| Decimal::from_scientific(&text));
                if let Ok(value) = read {
                    self.hold(value, number, None);
                }
            }
            Value::String(text) => match text.parse::<Decimal>() {
                Ok(value) => self.hold(value, HeldUnit::Said, None),
                Err(_) => self.read(text, number),
            },
            Value::Array(items) => {
                self.hold(Decimal::from(items.len()), HeldUnit::Plain, None);
                for item in items {
                    self.walk(item, number);
                }
            }
            Value::Object(fields) => fields.values().for_each(|value| self.walk(value, number)),
        }
    }

    fn hold(&mut self, value: Decimal, unit: HeldUnit, href: Option<String>) {
        self.held.push(Held { value: value.abs(), unit, href });
        self.is_sorted = false;
    }

    fn hold_day(&mut self, day: Date) {
        self.days.insert(day);
        self.months.insert((day.year(), day.month()));
        self.years.insert(day.year());
    }

    fn hold_named(&mut self, day: Day) {
        match day {
            Day { year: Some(year), month: Some(month), day: Some(day) } => {
                if let Ok(date) = Date::new(year, month, day) {
                    self.hold_day(date);
                }
            }
            Day { year: Some(year), month: Some(month), day: None } => {
                self.months.insert((year, month));
                self.years.insert(year);
            }
            // "March 5" of a question is taken for any year's.
            Day { year: None, month: Some(month), day: Some(day) } => {
                let years: Vec<i16> = self.years.iter().copied().collect();
                years.into_iter().filter_map(|year| Date::new(year, month, day).ok()).for_each(|date| {
                    self.days.insert(date);
                });
            }
            Day { .. } => {}
        }
    }

    /// Sorts what is held, once, before figures are looked up.
    pub(super) fn settle(&mut self) {
        if !self.is_sorted {
            // Of equal values the first added comes first: a headline before a table's cell.
            self.held.sort_by_key(|held| held.value);
            self.is_sorted = true;
        }
    }

    pub(super) fn judge(&self, what: &What, text: &str) -> Verdict {
        let is_known = match what {
            What::Number(written) => return self.judge_number(written),
            What::Year(year) => {
                let written = Written { value: Decimal::from(*year), step: Decimal::ONE, unit: Unit::None };
                if self.years.contains(year) { true } else { return self.judge_number(&written) }
            }
            What::Days(days) => days.iter().all(|day| self.knows(*day)),
            What::Rest(value) => self.is_rest(*value),
            What::Odd => self.odd.contains(text),
        };
        if is_known { Verdict::Sourced(None) } else { Verdict::Unverified }
    }

    /// Whether a number is what is left of a count once the first few are told.
    fn is_rest(&self, rest: Decimal) -> bool {
        let counts = self.held.iter().filter(|held| held.unit == HeldUnit::Plain);
        counts.map(|held| held.value - rest).any(|told| told >= Decimal::ZERO && told <= TOLD_MAX)
    }

    fn knows(&self, day: Day) -> bool {
        match day {
            Day { year: Some(year), month: Some(month), day: None } => self.months.contains(&(year, month)),
            _ => self.days.iter().any(|date| day.fits(*date)),
        }
    }

    fn judge_number(&self, written: &Written) -> Verdict {
        let found = self.find(written, written.value).or_else(|| {
            // A rate of 0.05 is 5 %.
            let share = written.value.checked_div(Decimal::ONE_HUNDRED)?;
            let step = written.step.checked_div(Decimal::ONE_HUNDRED)?;
            let is_share = written.unit == Unit::Percent && share <= Decimal::ONE;
            let written = Written { value: share, step, unit: Unit::Percent };
            if is_share { self.find(&written, share) } else { None }
        });
        match found {
            Some(held) if written.unit != Unit::None => Verdict::Sourced(held.href.clone()),
            Some(_) => Verdict::Sourced(None),
            None => Verdict::Unverified,
        }
    }

    /// The best source of a number: one that says its currency and leads to rows, the nearest.
    fn find(&self, written: &Written, value: Decimal) -> Option<&Held> {
        debug_assert!(self.is_sorted, "sources are settled before they are asked");
        let (low, high) = (value.checked_sub(written.step)?, value.checked_add(written.step)?);
        let from = self.held.partition_point(|held| held.value < low);
        let near = self.held[from..].iter().take_while(|held| held.value <= high);
        near.filter(|held| unit_fits(&written.unit, held.unit) && rounds_to(held.value, written))
            .min_by_key(|held| ((held.value - value).abs(), held.unit == HeldUnit::Said, held.href.is_none()))
    }
}

fn unit_fits(written: &Unit, held: HeldUnit) -> bool {
    match (written, held) {
        (Unit::None, _) | (_, HeldUnit::Said) | (Unit::Percent, HeldUnit::Plain) => true,
        (Unit::Money(sign), HeldUnit::Money(currency)) => sign::means(sign, currency),
        (Unit::Percent, HeldUnit::Money(_)) | (Unit::Money(_), HeldUnit::Plain) => false,
    }
}

/// Whether a value is what is written, or is once rounded as that is.
fn rounds_to(value: Decimal, written: &Written) -> bool {
    if value == written.value {
        return true;
    }
    let Some(steps) = value.checked_div(written.step) else { return false };
    let rounded = [RoundingStrategy::MidpointAwayFromZero, RoundingStrategy::MidpointNearestEven]
        .into_iter()
        .filter_map(|strategy| steps.round_dp_with_strategy(0, strategy).checked_mul(written.step));
    let is_near = written.step <= Decimal::ONE || {
        let off = (value - written.value).abs().checked_mul(Decimal::ONE_HUNDRED);
        off.zip(value.checked_mul(ROUNDING_MAX_PERCENT)).is_some_and(|(off, most)| off <= most)
    };
    is_near && rounded.into_iter().any(|rounded| rounded == written.value)
}
