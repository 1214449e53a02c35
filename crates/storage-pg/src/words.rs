//! Unit enums as the words that their JSON has, so that a column and the API say the same.

use serde::{
    Serialize,
    de::{DeserializeOwned, IntoDeserializer, value::Error as ValueError},
};

use crate::PgError;

/// The word for a unit enum's value.
pub(crate) fn word<T: Serialize>(value: T) -> Result<String, PgError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(other) => Ok(other.to_string()),
        Err(error) => Err(PgError::ValueUnwritable(error)),
    }
}

/// The value that a word stands for.
pub(crate) fn from_word<T: DeserializeOwned>(
    word: &str,
    table: &'static str,
    column: &'static str,
) -> Result<T, PgError> {
    T::deserialize(IntoDeserializer::<ValueError>::into_deserializer(word))
        .map_err(|_| PgError::RowMalformed { table, column })
}

/// A value as JSON text; bound as text and cast to `json`, because `jsonb` cannot hold `\u0000`.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, PgError> {
    serde_json::to_string(value).map_err(PgError::ValueUnwritable)
}
