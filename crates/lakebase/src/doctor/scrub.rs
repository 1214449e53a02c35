//! Cuts what a server said down to what may be shown.

/// The longest text that is kept, in characters.
const LONGEST: usize = 300;

/// One line, without the given secrets and without anything that looks like a token.
pub(super) fn scrub(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
        text = text.replace(secret, "[redacted]");
    }
    databricks::without_tokens(&text).chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_said_is_shown_without_secrets() {
        let text = "bad \"hunter2\"\n token eyJhbGciOiJSUzI1NiJ9.eyJzdWIi.x, dapi0123456789abcdef";
        assert_eq!(scrub(text, &["hunter2"]), "bad \"[redacted]\" token [redacted], [redacted]");
        assert_eq!(scrub(&"ü ".repeat(1000), &[]).chars().count(), 300);
    }
}
