//! What calculators are called with: numbers, percentages, and the schema that a type describes.

use std::{fmt, marker::PhantomData, str::FromStr};

use domain::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, Visitor},
};
use serde_json::{Map, Value, json};

use crate::toolbox::ToolError;

/// A type with a JSON schema.
pub(super) trait Described {
    /// A call must have it.
    const IS_REQUIRED: bool = true;

    /// Its schema, without a description.
    fn schema() -> Value;
}

/// Declares the input of a calculator: a type that is read strictly, and its schema.
macro_rules! input {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty = $about:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            $(pub(super) $field: $type,)+
        }

        impl $crate::toolbox::calculators::input::Described for $name {
            fn schema() -> serde_json::Value {
                $crate::toolbox::calculators::input::object(&[$((
                    stringify!($field),
                    $about,
                    <$type as $crate::toolbox::calculators::input::Described>::IS_REQUIRED,
                    <$type as $crate::toolbox::calculators::input::Described>::schema(),
                )),+])
            }
        }
    };
}
pub(super) use input;

/// Declares a choice between words.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
        pub(super) enum $name {
            $(#[serde(rename = $word)] $variant,)+
        }

        impl $crate::toolbox::calculators::input::Described for $name {
            fn schema() -> serde_json::Value {
                serde_json::json!({ "type": "string", "enum": [$($word),+] })
            }
        }
    };
}
pub(super) use choice;

/// The schema of an object: each field's name, what it is for, whether it must be there, its own schema.
pub(super) fn object(fields: &[(&'static str, &'static str, bool, Value)]) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|(name, about, _, schema)| {
            let mut schema = schema.clone();
            schema["description"] = json!(about);
            ((*name).to_owned(), schema)
        })
        .collect();
    let required: Vec<&str> =
        fields.iter().filter(|(_, _, is_required, _)| *is_required).map(|(name, ..)| *name).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

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

impl Described for Number {
    fn schema() -> Value {
        json!({ "type": ["number", "string"] })
    }
}

impl Described for Rate {
    fn schema() -> Value {
        json!({ "type": ["number", "string"] })
    }
}

impl<T> Described for Count<T> {
    fn schema() -> Value {
        json!({ "type": "integer" })
    }
}

impl Described for Date {
    fn schema() -> Value {
        json!({ "type": "string", "format": "date" })
    }
}

impl Described for Currency {
    fn schema() -> Value {
        json!({ "type": "string", "pattern": "^[A-Za-z]{3}$" })
    }
}

impl Described for String {
    fn schema() -> Value {
        json!({ "type": "string", "maxLength": 200 })
    }
}

impl<T: Described> Described for Vec<T> {
    fn schema() -> Value {
        json!({ "type": "array", "items": T::schema() })
    }
}

impl<T: Described> Described for Option<T> {
    const IS_REQUIRED: bool = false;

    fn schema() -> Value {
        T::schema()
    }
}
