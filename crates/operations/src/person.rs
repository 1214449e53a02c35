//! Who is using the app.

use domain::UserId;

/// Who is using the app. Rows are keyed by `user`; name and e-mail are only shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The stable key.
    pub user: UserId,
    /// The identity provider's user name.
    pub name: Option<String>,
    /// The identity provider's e-mail.
    pub email: Option<String>,
}

impl Person {
    /// The one person of an app without an identity provider.
    pub fn local() -> Self {
        Self { user: UserId::local(), name: None, email: None }
    }
}
