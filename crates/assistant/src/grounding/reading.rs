//! How tools' results and profiles become sources.

use domain::{Cell, Currency, TransactionFilter};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::{
    echoes::Echoes,
    held::HeldUnit,
    number::{What, mentions},
    rest::{self, List},
    sources::{Sources, decimal_of},
};
use crate::toolbox::{ToolError, ToolOutput};

/// Figures in percent whose names do not end in one of [`RATES`].
const PERCENT_FIGURES: &[&str] = &["held"];
/// Last words of the names of percentages and rates.
const RATES: &[&str] = &["rate", "share", "percent", "return", "probability"];
/// Fields that hold no text for people.
const REFERENCES: &[&str] = &["id", "link", "seed"];

/// What the numbers of some JSON are.
#[derive(Clone)]
struct Bare {
    /// Of a JSON number.
    number: HeldUnit,
    /// Of a text.
    text: HeldUnit,
    /// Of a decimal in a string, which is how amounts are written.
    decimal: HeldUnit,
}

impl Sources {
    /// The person's own words: a number of theirs may be meant in any unit.
    pub fn add_text(&mut self, text: &str) {
        self.read(text, &HeldUnit::Any);
    }

    /// The profile, whose amounts are in its base currency.
    pub fn add_profile(&mut self, profile: &Value) {
        let bare = Bare { number: HeldUnit::Count, text: HeldUnit::Any, decimal: HeldUnit::Any };
        self.walk(profile, &bare);
    }

    /// A tool's output. What a model put into the call, its `input`, is no source by being repeated.
    pub fn add_output(&mut self, output: &ToolOutput, input: Option<&Value>) {
        self.with_echoes(input, |sources| sources.read_output(output));
    }

    /// What a proposed change would do.
    pub fn add_preview(&mut self, preview: &str, input: Option<&Value>) {
        self.with_echoes(input, |sources| sources.read(preview, &HeldUnit::Count));
    }

    /// What a tool says instead of a result: only what was calculated or looked up. The other errors
    /// repeat what they were given, or are a stranger's.
    pub fn add_error(&mut self, error: &ToolError, input: Option<&Value>) {
        let text = match error {
            ToolError::Calculation(error) => error.to_string(),
            ToolError::Ambiguous { choices, .. } => choices.clone(),
            ToolError::UnknownTool
            | ToolError::InvalidInput { .. }
            | ToolError::UnknownName { .. }
            | ToolError::TooManyCalls
            | ToolError::Repeated
            | ToolError::SwitchedOff
            | ToolError::Told { .. } => return,
        };
        self.with_echoes(input, |sources| sources.read(&text, &HeldUnit::Any));
    }

    /// What a search of chats found: the person's words, and when something was said. What the
    /// assistant said then needs a source today.
    pub fn add_hits(&mut self, output: &ToolOutput) {
        let hits = output.details["hits"].as_array().map_or(&[][..], Vec::as_slice);
        self.hold(Decimal::from(hits.len()), HeldUnit::Count, None);
        for hit in hits {
            let text = |name: &str| hit[name].as_str().unwrap_or_default();
            self.read(text("when"), &HeldUnit::Count);
            // A hit without a message is a chat's title, which a model may have written.
            if text("who") == "person" && text("link").contains('#') {
                self.add_text(text("text"));
            }
        }
    }

    /// What a model was sent: lists that were cut say how much they lack.
    pub fn add_cuts(&mut self, sent: &Value) {
        match sent {
            Value::Array(items) => {
                for item in items {
                    self.add_cuts(item);
                }
                let note = items.last().and_then(Value::as_str).map(|text| mentions(text, self.style()));
                if let Some([first, ..]) = note.as_deref()
                    && let What::Rest(rest) = first.what
                    && first.range.start == 0
                {
                    self.hold(rest, HeldUnit::Count, None);
                }
            }
            Value::Object(fields) => fields.values().for_each(|value| self.add_cuts(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn with_echoes(&mut self, input: Option<&Value>, add: impl FnOnce(&mut Self)) {
        self.settle();
        self.echoes = input.map_or_else(Echoes::default, |input| Echoes::of(self, input));
        add(self);
        self.echoes = Echoes::default();
    }

    fn read_output(&mut self, output: &ToolOutput) {
        let (lists, count) = (self.lists.len(), HeldUnit::Count);
        let mut totals = Vec::new();
        for figure in &output.figures {
            let unit = match figure.currency {
                Some(currency) => HeldUnit::Money(currency),
                None if is_rate(&figure.name) || PERCENT_FIGURES.contains(&&*figure.name) => {
                    HeldUnit::Percent
                }
                None => HeldUnit::Count,
            };
            totals.extend(unit.is_count().then_some(figure.value));
            self.hold(figure.value, unit, figure.link.clone());
            self.read(&figure.label, &count);
        }
        for table in &output.tables {
            self.hold(Decimal::from(rest::rows_of(table)), HeldUnit::Count, None);
            self.read(&table.title, &count);
            table.columns.iter().for_each(|column| self.read(&column.name, &count));
            table.rows.iter().flatten().for_each(|cell| self.add_cell(cell));
            self.lists.extend(List::of_table(table));
        }
        for chart in &output.charts {
            self.read(&chart.title, &count);
            for point in &chart.points {
                self.read(&point.label, &count);
                let href = point.rows.as_deref().map(TransactionFilter::href);
                self.hold(point.value, HeldUnit::Money(chart.currency), href);
            }
        }
        self.read(&output.summary, &count);
        let bare = Bare { number: HeldUnit::Count, text: HeldUnit::Count, decimal: HeldUnit::Count };
        self.walk(&output.details, &bare);
        self.walk_fields(&output.result, &bare);
        for mention in mentions(&output.summary, self.style()) {
            totals.extend(if let What::Number(number) = mention.what { Some(number.value) } else { None });
        }
        // How many groups or rows there are, where a table shows the first.
        let counted = output.details.as_object().into_iter().flat_map(Map::values);
        totals.extend(counted.filter(|value| value.is_number()).filter_map(decimal_of));
        self.lists[lists..].iter_mut().for_each(|list| list.totals.extend_from_slice(&totals));
    }

    fn add_cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Text { text } => self.read(text, &HeldUnit::Count),
            Cell::Count { count } => self.hold(Decimal::from(*count), HeldUnit::Count, None),
            Cell::Percent { percent } => self.hold(*percent, HeldUnit::Percent, None),
            Cell::Date { date } => self.hold_day(*date),
            Cell::Money { money, rows } => {
                let href = rows.as_deref().map(TransactionFilter::href);
                self.hold(money.amount(), HeldUnit::Money(money.currency()), href);
            }
        }
    }

    fn walk(&mut self, value: &Value, bare: &Bare) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(_) | Value::String(_) => match (decimal_of(value), value) {
                (Some(number), Value::Number(_)) => self.hold(number, bare.number.clone(), None),
                (Some(number), _) => self.hold(number, bare.decimal.clone(), None),
                (None, Value::String(text)) if !is_uuid(text) => self.read(text, &bare.text),
                (None, _) => {}
            },
            Value::Array(items) => {
                self.hold(Decimal::from(items.len()), HeldUnit::Count, None);
                self.lists.extend(List::of_json(items));
                for item in items {
                    self.walk(item, bare);
                }
            }
            Value::Object(fields) => self.walk_fields(fields, bare),
        }
    }

    /// An object names its currency, or the amounts in it do, or the object around it does.
    fn walk_fields(&mut self, fields: &Map<String, Value>, around: &Bare) {
        let mut bare = around.clone();
        match currency_of(fields) {
            Some(currency) => bare.decimal = HeldUnit::Money(currency),
            // An amount of whatever currency the person means.
            None if fields.contains_key("currency") => bare.decimal = HeldUnit::Any,
            None => {}
        }
        let is_exchange = ["from", "to"].iter().all(|name| fields.get(*name).and_then(code).is_some());
        let rate = if is_exchange { HeldUnit::Any } else { HeldUnit::Percent };
        let rate = Bare { number: rate.clone(), decimal: rate, text: bare.text.clone() };
        for (name, value) in fields {
            if !REFERENCES.contains(&&**name) {
                self.walk(value, if is_rate(name) { &rate } else { &bare });
            }
        }
    }
}

fn is_rate(name: &str) -> bool {
    name.rsplit('_').next().is_some_and(|last| RATES.contains(&last))
}

fn code(value: &Value) -> Option<Currency> {
    value.as_str()?.parse().ok()
}

/// The currency of an object's amounts; none where it names none or its amounts are in several.
fn currency_of(fields: &Map<String, Value>) -> Option<Currency> {
    let own = ["currency", "base_currency"].iter().find_map(|name| fields.get(*name));
    if let Some(own) = own {
        return code(own);
    }
    let mut inner = fields.values().filter_map(|value| code(value.get("currency")?));
    let first = inner.next()?;
    inner.all(|other| other == first).then_some(first)
}

/// The shape of an id, whose digits are nobody's figures.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
