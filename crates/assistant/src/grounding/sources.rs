//! What a run has to show for its figures: the results of its tools, the question, the profile.

use std::collections::{BTreeSet, HashSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    day::Day,
    echoes::Echoes,
    held::{Held, HeldUnit},
    number::{Style, Unit, What, Written, mentions},
    rest::List,
};
use crate::{format::NumberFormat, toolbox::day_order};

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
    pub(super) lists: Vec<List>,
    /// What the answer says so far, in small letters.
    heard: String,
    /// What is no source while the result of a call is read.
    pub(super) echoes: Echoes,
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
            lists: Vec::new(),
            heard: String::new(),
            echoes: Echoes::default(),
        };
        sources.hold_day(today);
        sources
    }

    pub(super) fn style(&self) -> Style {
        self.style
    }

    /// A text; `bare` is what a number without a unit is.
    pub(super) fn read(&mut self, text: &str, bare: &HeldUnit) {
        for mention in mentions(text, self.style) {
            match mention.what {
                What::Number(written) => {
                    self.hold_said(written.value, HeldUnit::of(&written.unit, bare));
                }
                What::Year(year) => {
                    self.years.insert(year);
                    self.hold_said(Decimal::from(year), bare.clone());
                }
                What::Rest(value) => self.hold_said(value, bare.clone()),
                What::Days(days) => days.into_iter().for_each(|day| self.hold_named(day)),
                What::Odd => {
                    let odd = &text[mention.range];
                    if !self.echoes.odd.contains(odd) {
                        self.odd.insert(odd.to_owned());
                    }
                }
            }
        }
    }

    fn hold_said(&mut self, value: Decimal, unit: HeldUnit) {
        if !self.echoes.said.contains(&value.abs().normalize()) {
            self.hold(value, unit, None);
        }
    }

    /// Rows speak for an amount even where a model happened to name it before.
    pub(super) fn hold(&mut self, value: Decimal, unit: HeldUnit, href: Option<String>) {
        let value = value.abs();
        let is_echo = href.is_none() && !unit.is_count() && self.echoes.amounts.contains(&value.normalize());
        if !is_echo {
            self.held.push(Held { value, unit, href });
            self.is_sorted = false;
        }
    }

    pub(super) fn hold_day(&mut self, day: Date) {
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
            What::Rest(value) => self.counts(*value) || self.is_rest(*value),
            What::Odd => self.odd.contains(text),
        };
        if is_known { Verdict::Sourced(None) } else { Verdict::Unverified }
    }

    /// Hears what an answer says, so that what is left of a list is known.
    pub(super) fn hear(&mut self, text: &str) {
        self.heard.push_str(&text.to_lowercase());
        self.heard.push('\n');
    }

    fn is_rest(&self, rest: Decimal) -> bool {
        rest > Decimal::ZERO && self.lists.iter().any(|list| list.leaves(rest, &self.heard))
    }

    fn counts(&self, value: Decimal) -> bool {
        self.equal(value).any(|held| matches!(held.unit, HeldUnit::Count | HeldUnit::Any))
    }

    /// Whether a value is known as anything but a count.
    pub(super) fn holds(&self, value: Decimal) -> bool {
        self.equal(value).any(|held| !held.unit.is_count())
    }

    fn equal(&self, value: Decimal) -> impl Iterator<Item = &Held> {
        let from = self.held.partition_point(|held| held.value < value);
        self.held[from..].iter().take_while(move |held| held.value == value)
    }

    fn knows(&self, day: Day) -> bool {
        match day {
            Day { year: Some(year), month: Some(month), day: None } => self.months.contains(&(year, month)),
            _ => self.days.iter().any(|date| day.fits(*date)),
        }
    }

    fn judge_number(&self, written: &Written) -> Verdict {
        let found = self.find(written, |held| held.says(written)).or_else(|| {
            let value = written.value.checked_div(Decimal::ONE_HUNDRED)?;
            let step = written.step.checked_div(Decimal::ONE_HUNDRED)?;
            let fraction = Written { value, step, unit: Unit::Percent };
            let is_rate = written.unit == Unit::Percent;
            if is_rate { self.find(&fraction, |held| held.says_rate(&fraction)) } else { None }
        });
        match found {
            Some(held) if written.unit != Unit::None => Verdict::Sourced(held.href.clone()),
            Some(_) => Verdict::Sourced(None),
            None => Verdict::Unverified,
        }
    }

    /// The best source of a number: one that says its unit and leads to rows, the nearest.
    fn find(&self, written: &Written, says: impl Fn(&Held) -> bool) -> Option<&Held> {
        debug_assert!(self.is_sorted, "sources are settled before they are asked");
        let value = written.value;
        let (low, high) = (value.checked_sub(written.step)?, value.checked_add(written.step)?);
        let from = self.held.partition_point(|held| held.value < low);
        let near = self.held[from..].iter().take_while(|held| held.value <= high);
        near.filter(|held| says(held)).min_by_key(|held| {
            let is_vague = matches!(held.unit, HeldUnit::Any | HeldUnit::Sign(_));
            ((held.value - value).abs(), is_vague, held.href.is_none())
        })
    }
}

/// A JSON number, or a text that is nothing but one.
pub(super) fn decimal_of(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
        }
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
