//! Identifiers: one type per entity, so that a chat's id cannot stand where a run's belongs.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a UUID")]
pub struct InvalidId;

macro_rules! id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        ///
        /// A UUID of version 7 (RFC 9562): ids made later sort later.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new id at the clock's time; later ids sort later, within a millisecond too.
            #[cfg(feature = "generate")]
            pub fn generate(clock: &dyn crate::Clock) -> Self {
                Self(crate::clock::next_uuid(clock.now()))
            }

            /// The id as a plain UUID.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    )+};
}

id! {
    /// Names an [`Account`](crate::Account).
    AccountId,
    /// Names one change in the change log; applying it twice changes nothing.
    ChangeId,
    /// Names a [`Chat`](crate::Chat).
    ChatId,
    /// Names an [`Import`](crate::Import).
    ImportId,
    /// Names a [`Message`](crate::Message).
    MessageId,
    /// Names a [`Run`](crate::Run).
    RunId,
    /// Names a [`Setting`](crate::Setting).
    SettingId,
    /// Names a [`ToolWrite`](crate::ToolWrite).
    ToolWriteId,
    /// Names a [`Transaction`](crate::Transaction).
    TransactionId,
}

/// The stable key of a person: the identity provider's id, else an e-mail, else `local`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserId(String);

impl UserId {
    /// Longest accepted key in bytes; identity providers stay far below it.
    pub const MAX_BYTES: usize = 256;

    /// The one user of an app that runs without an identity provider.
    pub fn local() -> Self {
        Self("local".to_owned())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for UserId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        let malformed = text.is_empty()
            || text.len() > Self::MAX_BYTES
            || text.trim() != text
            || text.chars().any(|c| c.is_control() || c == ',');
        if malformed { Err(InvalidId) } else { Ok(Self(text)) }
    }
}

impl From<UserId> for String {
    fn from(user: UserId) -> Self {
        user.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
