//! Categories: a colon-separated path of at most two levels, `Food:Groceries`.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The text is no category: empty, too long, or with empty levels.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a category is a name, or a group and a name with a colon between, of 60 characters at most")]
pub struct InvalidCategory;

/// Which side of the household's books a category stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CategoryKind {
    /// Money spent; refunds reduce it.
    Spending,
    /// Money earned.
    Income,
    /// Money moved between the person's own accounts; neither spent nor earned.
    Transfer,
}

/// A category path such as `Food:Groceries` or `Income:Salary`. Clones share its text.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Category(Path);

#[derive(Clone)]
enum Path {
    /// Known when the program is written.
    Known(&'static str),
    /// A person's, or a bank's.
    Read(Arc<str>),
}

impl Category {
    /// Spending that no rule names.
    pub const UNCATEGORISED: Self = Self(Path::Known("Uncategorised"));
    /// Income that no rule names.
    pub const OTHER_INCOME: Self = Self(Path::Known("Income:Other"));
    /// Money between own accounts.
    pub const TRANSFER: Self = Self(Path::Known("Transfer"));
    /// Opening balances and corrections, which are neither income nor spending.
    pub const OPENING_BALANCE: Self = Self(Path::Known("Transfer:Opening balance"));

    /// A category known when the program is written; `path` must be valid.
    pub const fn known(path: &'static str) -> Self {
        Self(Path::Known(path))
    }

    /// Checks a path: one or two levels, 60 characters at most.
    pub fn new(path: &str) -> Result<Self, InvalidCategory> {
        let levels: Vec<&str> = path.split(':').map(str::trim).collect();
        let malformed = levels.len() > 2
            || levels.iter().any(|level| level.is_empty())
            || path.chars().count() > 60
            || path.chars().any(char::is_control);
        if malformed {
            return Err(InvalidCategory);
        }
        Ok(Self(Path::Read(levels.join(":").into())))
    }

    /// The whole path.
    pub fn path(&self) -> &str {
        match &self.0 {
            Path::Known(path) => path,
            Path::Read(path) => path,
        }
    }

    /// The first level: `Food`.
    pub fn group(&self) -> &str {
        self.path().split_once(':').map_or(self.path(), |(group, _)| group)
    }

    /// The last level, which pages show: `Groceries`.
    pub fn name(&self) -> &str {
        self.path().rsplit_once(':').map_or(self.path(), |(_, name)| name)
    }

    /// The side of the books, told by the first level.
    pub fn kind(&self) -> CategoryKind {
        match self.group() {
            "Income" => CategoryKind::Income,
            "Transfer" => CategoryKind::Transfer,
            _ => CategoryKind::Spending,
        }
    }
}

impl TryFrom<String> for Category {
    type Error = InvalidCategory;

    fn try_from(path: String) -> Result<Self, InvalidCategory> {
        Self::new(&path)
    }
}

impl From<Category> for String {
    fn from(category: Category) -> Self {
        category.path().to_owned()
    }
}

impl PartialEq for Category {
    fn eq(&self, other: &Self) -> bool {
        self.path() == other.path()
    }
}

impl Eq for Category {}

impl PartialOrd for Category {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Category {
    fn cmp(&self, other: &Self) -> Ordering {
        self.path().cmp(other.path())
    }
}

impl Hash for Category {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.path().hash(state);
    }
}

impl fmt::Debug for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Category").field(&self.path()).finish()
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
