//! Who is using the app.

use domain::{Clock, UserId};
use jiff::{civil::Date, tz::Offset};

/// Who is using the app. Rows are keyed by `user`; name and e-mail are only shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The stable key.
    pub user: UserId,
    /// The identity provider's user name.
    pub name: Option<String>,
    /// The identity provider's e-mail.
    pub email: Option<String>,
    /// How far their clocks are ahead of UTC, as their browser says; UTC where nothing does.
    pub utc_offset: Offset,
}

impl Person {
    /// The one person of an app without an identity provider.
    pub fn local() -> Self {
        Self::from(UserId::local())
    }

    /// The present day where they are.
    pub fn today(&self, clock: &dyn Clock) -> Date {
        clock.today_at(self.utc_offset)
    }
}

/// Of whom only the key is known.
impl From<UserId> for Person {
    fn from(user: UserId) -> Self {
        Self { user, name: None, email: None, utc_offset: Offset::UTC }
    }
}
