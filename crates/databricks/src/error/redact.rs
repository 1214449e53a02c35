//! Cutting a server's words down to what may be logged.

use secrecy::{ExposeSecret, SecretString};

/// The longest message that is kept, in characters.
const MESSAGE_CHARS: usize = 500;

/// One line of at most 500 characters, without the given secrets and without anything that looks like a token.
pub(super) fn message(text: &str, secrets: &[&SecretString]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        let secret = secret.expose_secret();
        // A secret of a few characters would blank out ordinary words; no real one is that short.
        if secret.len() >= 6 && text.contains(secret) {
            text = text.replace(secret, "[redacted]");
        }
    }
    let kept = without_tokens(&text);
    match kept.char_indices().nth(MESSAGE_CHARS) {
        None => kept,
        Some(_) => kept.chars().take(MESSAGE_CHARS - 1).chain(['…']).collect(),
    }
}

/// The text as one line, with `[redacted]` for everything that looks like a token: JWTs, personal access tokens and
/// OAuth secrets, wherever they come from.
pub fn without_tokens(text: &str) -> String {
    let mut kept = String::new();
    let mut word = String::new();
    for character in text.trim().chars().chain([' ']) {
        if character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_') {
            word.push(character);
            continue;
        }
        kept.push_str(if looks_like_a_token(&word) { "[redacted]" } else { &word });
        word.clear();
        let is_space = character.is_whitespace() || character.is_control();
        if !is_space {
            kept.push(character);
        } else if !kept.ends_with(' ') {
            kept.push(' ');
        }
    }
    kept.trim().to_owned()
}

/// JWTs, personal access tokens and OAuth secrets, by how they begin.
fn looks_like_a_token(word: &str) -> bool {
    word.len() >= 16 && ["eyJ", "dapi", "dose", "dkea"].iter().any(|start| word.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_of_at_most_500_characters() {
        assert_eq!(message(" a\r\n\tb\u{1b}[31m  c ", &[]), "a b [31m c");
        let long = message(&"ü".repeat(2_000), &[]);
        assert_eq!(long.chars().count(), 500);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn tokens_and_known_secrets_are_taken_out_of_a_message() {
        let secret = SecretString::from("s3cret+value/with=signs");
        let text = r#"bad "s3cret+value/with=signs", (eyJhbGciOiJSUzI1NiJ9.eyJzdWIi.x-_), token=dapi0123456789abcdef."#;
        let kept = message(text, &[&secret]);
        assert_eq!(kept, r#"bad "[redacted]", ([redacted]), token=[redacted]"#);
    }

    #[test]
    fn ordinary_words_are_kept() {
        let text = "Field 'project_id' is required, expected non-default value (not \"\")!";
        assert_eq!(message(text, &[&"s".into()]), text);
    }
}
