//! What a model puts into a call: a result that repeats it is no source of it.

use std::collections::HashSet;

use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    number::{What, mentions},
    sources::{Sources, Verdict, decimal_of},
};

/// Numbers of a call's input that had no source when it was called.
#[derive(Debug, Clone, Default)]
pub(super) struct Echoes {
    /// Of numbers and texts, without sign. As a count (`12` months, `5` rows) they are the tool's too.
    pub amounts: HashSet<Decimal>,
    /// Of texts: names, categories, what is searched for.
    pub said: HashSet<Decimal>,
    pub odd: HashSet<String>,
}

impl Echoes {
    /// The input's numbers that `sources`, which are settled, do not know.
    pub fn of(sources: &Sources, input: &Value) -> Self {
        let mut echoes = Self::default();
        echoes.walk(sources, input);
        echoes
    }

    fn walk(&mut self, sources: &Sources, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Array(items) => items.iter().for_each(|item| self.walk(sources, item)),
            Value::Object(fields) => fields.values().for_each(|value| self.walk(sources, value)),
            Value::Number(_) | Value::String(_) => match (decimal_of(value), value) {
                (Some(number), _) => self.number(sources, number.abs()),
                (None, Value::String(text)) => self.text(sources, text),
                (None, _) => {}
            },
        }
    }

    /// A rate of 0.07 is also 7 %.
    fn number(&mut self, sources: &Sources, number: Decimal) {
        let percent = number.checked_mul(Decimal::ONE_HUNDRED).filter(|_| number <= Decimal::ONE);
        if number.is_zero() || sources.holds(number) || percent.is_some_and(|it| sources.holds(it)) {
            return;
        }
        self.amounts.insert(number.normalize());
        self.amounts.extend(percent.map(|percent| percent.normalize()));
    }

    fn text(&mut self, sources: &Sources, text: &str) {
        for mention in mentions(text, sources.style()) {
            let written = &text[mention.range.clone()];
            if matches!(sources.judge(&mention.what, written), Verdict::Sourced(_)) {
                continue;
            }
            match mention.what {
                What::Number(number) => self.say(number.value),
                What::Rest(number) => self.say(number),
                What::Year(year) => self.say(Decimal::from(year)),
                What::Odd => {
                    self.odd.insert(written.to_owned());
                }
                // A day says which rows are meant.
                What::Days(_) => {}
            }
        }
    }

    fn say(&mut self, number: Decimal) {
        self.said.insert(number.normalize());
        self.amounts.insert(number.normalize());
    }
}
