//! What becomes of an account's balance anchor when an import is undone. One law for memory and PostgreSQL.

use domain::{AccountId, BalanceAnchor};

/// What an import did to an account's anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplacedAnchor {
    /// The account.
    pub account_id: AccountId,
    /// The anchor that it had after the import.
    pub given: Option<BalanceAnchor>,
    /// The anchor that it had before.
    pub before: Option<BalanceAnchor>,
}

impl ReplacedAnchor {
    /// Takes the anchor of an import that is undone out of what later ones replaced.
    ///
    /// `later` are the standing imports after it that touched the account, oldest first, each with whether it
    /// confirms rows of others. One that leaves the anchor as it was has stated it too if it confirms rows, and
    /// has merely carried it on if it does not.
    ///
    /// True: the account itself goes back to [`ReplacedAnchor::before`], if it has the anchor given.
    pub fn take_back<'a>(&self, later: impl IntoIterator<Item = (&'a mut Self, bool)>) -> bool {
        for (import, confirms) in later {
            if import.before != self.given {
                return false;
            }
            import.before = self.before;
            if import.given != self.given || confirms {
                return false;
            }
            import.given = self.before;
        }
        true
    }
}
