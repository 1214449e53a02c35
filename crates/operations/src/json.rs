//! What JSON says that types do not.

use serde::{Deserialize, Deserializer};

/// A field that is there, be it null; for `Option<Option<T>>` with a default.
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}
