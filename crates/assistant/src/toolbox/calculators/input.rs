//! What calculators are called with: exact numbers, rates and counts, read from JSON numbers and text.

use std::{borrow::Cow, fmt, marker::PhantomData, str::FromStr};

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, Visitor},
};
use serde_json::{Map, Value};

use crate::toolbox::ToolError;

/// Reads a call's input; a mistake is named with the field that it is in.
pub(super) fn read<T: DeserializeOwned>(input: &Value) -> Result<T, ToolError> {
    let Value::Object(given) = input else {
        return Err(ToolError::InvalidInput { message: "must be a JSON object".to_owned() });
    };
    let cleaned: Map<String, Value> = given
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    serde_path_to_error::deserialize(Value::Object(cleaned)).map_err(|error| {
        let path = error.path().to_string();
        let reason = error.into_inner().to_string();
        let message = if path == "." { reason } else { format!("{path}: {reason}") };
        ToolError::InvalidInput { message }
    })
}

/// An exact number, written as a JSON number or as text: `1250.5`, `"1250.50"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number(pub Decimal);

/// A rate as a fraction or in percent: `0.05`, `"0.05"`, `"5%"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate(pub Decimal);

/// A whole number: `360`, `"360"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count<T>(pub T);

impl FromStr for Number {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Decimal::from_str_exact(text.trim()).map(Self).map_err(drop)
    }
}

impl FromStr for Rate {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (number, is_percent) =
            text.trim().strip_suffix('%').map_or((text, false), |number| (number, true));
        let Number(rate) = number.parse()?;
        let rate = if is_percent { rate.checked_div(Decimal::ONE_HUNDRED).ok_or(())? } else { rate };
        Ok(Self(rate))
    }
}

impl<T: TryFrom<i128>> FromStr for Count<T> {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let Number(number) = text.parse()?;
        let whole = number.is_integer().then(|| number.trunc().normalize().mantissa()).ok_or(())?;
        T::try_from(whole).map(Self).map_err(drop)
    }
}

/// Reads what `FromStr` reads, from text and from numbers. A JSON number is taken as it is written in its
/// shortest form, which is what the sender meant.
struct Written<T>(&'static str, PhantomData<T>);

impl<T: FromStr> Visitor<'_> for Written<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|_| E::custom(format!("expected {}", self.0)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written("a number of at most 28 digits", PhantomData))
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a rate as a fraction such as 0.05, or in percent such as \"5%\"";
        deserializer.deserialize_any(Written(expected, PhantomData))
    }
}

impl<'de, T: TryFrom<i128>> Deserialize<'de> for Count<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written("a whole number", PhantomData))
    }
}

/// A scalar that is read from numbers and from text has a schema of its own.
macro_rules! scalar_schema {
    ($name:literal, $schema:tt) => {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            Cow::Borrowed($name)
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!($schema)
        }
    };
}

impl JsonSchema for Number {
    scalar_schema!("Number", { "type": ["number", "string"] });
}

impl JsonSchema for Rate {
    scalar_schema!("Rate", { "type": ["number", "string"] });
}

impl<T> JsonSchema for Count<T> {
    scalar_schema!("Count", { "type": "integer" });
}
