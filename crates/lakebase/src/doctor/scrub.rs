//! Cuts what a server said down to what may be shown.

/// The longest text that is kept, in characters.
const LONGEST: usize = 300;

/// One line, without the given secrets and without anything that looks like a token.
pub(super) fn scrub(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
        text = text.replace(secret, "[redacted]");
    }
    let mut kept = String::new();
    let mut word = String::new();
    for character in text.trim().chars().chain([' ']) {
        if character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_') {
            word.push(character);
            continue;
        }
        kept.push_str(if looks_like_a_token(&word) { "[redacted]" } else { &word });
        word.clear();
        if !character.is_whitespace() && !character.is_control() {
            kept.push(character);
        } else if !kept.ends_with(' ') {
            kept.push(' ');
        }
    }
    kept.trim().chars().take(LONGEST).collect()
}

/// JWTs, personal access tokens and OAuth secrets, by how they begin.
fn looks_like_a_token(word: &str) -> bool {
    word.len() >= 16 && ["eyJ", "dapi", "dose", "dkea"].iter().any(|start| word.starts_with(start))
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
