//! Errors as one line of a log.

use std::error::Error;

/// An error and what it comes from, colons between.
pub fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Some tell their source themselves.
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the database failed")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn an_error_is_told_with_what_it_comes_from() {
        let error = Outer(std::io::Error::other("permission denied for schema app_data"));
        assert_eq!(causes(&error), "the database failed: permission denied for schema app_data");
    }
}
