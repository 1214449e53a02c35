//! What a credential says about itself. It is not verified here: only the server can do that.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// The claims that matter to a client.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    /// The identity, which is the PostgreSQL role's name too.
    pub(crate) sub: Option<String>,
    iat: Option<f64>,
    pub(crate) exp: Option<f64>,
}

impl Claims {
    /// The claims of a token in JWT form, else `None`.
    pub(crate) fn read(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
            return None;
        };
        let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&payload).ok()
    }

    /// `exp` − `iat`: both are the issuer's clock, so the difference holds on any machine.
    pub(crate) fn lifetime(&self) -> Option<Duration> {
        Duration::try_from_secs_f64(self.exp? - self.iat?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn a_token_says_who_it_is_for_and_how_long_it_lives() {
        let claims = Claims::read(&token(r#"{"sub":"a@b.c","iat":1000,"exp":4600}"#)).unwrap();
        assert_eq!(claims.sub.as_deref(), Some("a@b.c"));
        assert_eq!(claims.lifetime(), Some(Duration::from_hours(1)));
    }

    #[test]
    fn a_token_that_expires_before_it_was_issued_has_no_lifetime() {
        assert_eq!(Claims::read(&token(r#"{"iat":4600,"exp":1000}"#)).unwrap().lifetime(), None);
        assert_eq!(Claims::read(&token(r#"{"exp":1000}"#)).unwrap().lifetime(), None);
    }

    #[test]
    fn what_is_no_token_has_no_claims() {
        for text in ["", "dapi0123", "a.b", "a.b.c", "a.e30.c.d"] {
            assert!(Claims::read(text).is_none(), "{text}");
        }
    }
}
