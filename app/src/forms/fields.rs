//! The fields of a submitted form, by name.

use domain::{FieldError, NumberReader};
use operations::OperationError;
use rust_decimal::Decimal;

/// The fields of a submitted form, in order; a name can come more than once.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// The first value of a name; empty when it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        let field = self.0.iter().find(|(key, _)| key == name);
        field.map_or("", |(_, value)| value.as_str())
    }

    /// The first value of a name without the space around it; none when that is empty.
    pub(super) fn filled(&self, name: &str) -> Option<String> {
        Some(self.text(name).trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The number of a name as its sender types numbers; none when it was left empty.
    pub(super) fn number(&self, name: &str, reader: NumberReader) -> Result<Option<Decimal>, FieldError> {
        let read = self.filled(name).map(|text| reader.read(&text)).transpose();
        read.map_err(|error| FieldError { field: name.to_owned(), message: error.to_string() })
    }

    /// Every value of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What a field was refused for, as an operation's error.
pub(super) fn wrong(error: FieldError) -> OperationError {
    OperationError::Invalid(vec![error])
}

/// One refused field, before an operation sees it.
pub(super) fn refused(field: &str, message: &str) -> OperationError {
    wrong(crate::components::refused(field, message))
}

/// The address to go back to: a path of this app, else `fallback`. Another site's address in a
/// form of ours would make us a redirector for its links.
pub(super) fn own_path<'a>(path: &'a str, fallback: &'a str) -> &'a str {
    let is_own = path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && !path.chars().any(|c| c.is_control() || c == '\\')
        && path.is_ascii();
    if is_own { path } else { fallback }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_app_are_gone_back_to() {
        assert_eq!(own_path("/money?text=a", "/"), "/money?text=a");
        for path in ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\r\nb", "/é"] {
            assert_eq!(own_path(path, "/"), "/", "{path}");
        }
    }
}
