//! Signed tokens: who holds one, until when, and whether it was taken back.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use ring::{
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;

/// Expired tokens are forgotten once there are more than this many.
const MAX_REMEMBERED: usize = 100_000;

/// What a token opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Workspace,
    Database,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum TokenError {
    #[error("not a signed token")]
    NotJwt,
    #[error("not signed by this workspace")]
    Signature,
    #[error("made for something else")]
    Audience,
    #[error("taken back")]
    Revoked,
    #[error("expired")]
    Expired { exp: i64 },
}

pub(crate) struct Minted {
    pub(crate) token: String,
    /// By the workspace's clock.
    pub(crate) expires_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    aud: String,
    iat: i64,
    exp: i64,
    jti: String,
}

struct Issued {
    purpose: Purpose,
    /// By this machine's clock, unlike `exp`.
    expires_at: Timestamp,
    revoked: bool,
}

pub(crate) struct Order<'a> {
    pub(crate) subject: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) purpose: Purpose,
    pub(crate) lifetime_seconds: u32,
    pub(crate) clock_skew_seconds: i64,
    pub(crate) dead: bool,
}

/// Signs and remembers tokens. The key is drawn at start, so no token outlives the emulator.
pub(crate) struct Tokens {
    key: hmac::Key,
    random: SystemRandom,
    issued: Mutex<HashMap<String, Issued>>,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        let random = SystemRandom::new();
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &random).expect("the system has random bytes");
        Self { key, random, issued: Mutex::default() }
    }

    /// Random bytes in hexadecimal.
    pub(crate) fn random_hex(&self, bytes: usize) -> String {
        let mut drawn = vec![0; bytes];
        self.random.fill(&mut drawn).expect("the system has random bytes");
        hex(&drawn)
    }

    pub(crate) fn mint(&self, order: &Order<'_>, now: Timestamp) -> Minted {
        let lifetime = SignedDuration::from_secs(i64::from(order.lifetime_seconds));
        let skew = SignedDuration::from_secs(order.clock_skew_seconds);
        let told = now.saturating_add(skew).unwrap_or(now);
        let expires_at = told.saturating_add(lifetime).unwrap_or(told);
        let claims = Claims {
            sub: order.subject.to_owned(),
            aud: order.audience.to_owned(),
            iat: told.as_second(),
            exp: expires_at.as_second(),
            jti: self.random_hex(16),
        };
        let issued = Issued {
            purpose: order.purpose,
            expires_at: now.saturating_add(lifetime).unwrap_or(now),
            revoked: order.dead,
        };
        let header = json!({"alg": "HS256", "typ": "JWT", "kid": "emulator"});
        let payload = serde_json::to_vec(&claims).expect("claims are plain strings and numbers");
        let signed =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(payload));
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, signed.as_bytes()));
        let mut remembered = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= MAX_REMEMBERED {
            remembered.retain(|_, token| token.expires_at > now);
        }
        remembered.insert(claims.jti, issued);
        Minted { token: format!("{signed}.{signature}"), expires_at }
    }

    /// The subject of a token that is good now.
    pub(crate) fn check(&self, token: &str, purpose: Purpose, now: Timestamp) -> Result<String, TokenError> {
        let mut parts = token.rsplitn(2, '.');
        let signature = parts.next().ok_or(TokenError::NotJwt)?;
        let signed = parts.next().ok_or(TokenError::NotJwt)?;
        let (_header, payload) = signed.split_once('.').ok_or(TokenError::NotJwt)?;
        let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| TokenError::NotJwt)?;
        let claims: Claims = serde_json::from_slice(&payload).map_err(|_| TokenError::NotJwt)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::NotJwt)?;
        hmac::verify(&self.key, signed.as_bytes(), &signature).map_err(|_| TokenError::Signature)?;

        let remembered = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        // Only expired tokens are ever forgotten.
        let Some(issued) = remembered.get(&claims.jti) else {
            return Err(TokenError::Expired { exp: claims.exp });
        };
        if issued.purpose != purpose {
            return Err(TokenError::Audience);
        }
        if issued.revoked {
            return Err(TokenError::Revoked);
        }
        if issued.expires_at <= now {
            return Err(TokenError::Expired { exp: claims.exp });
        }
        Ok(claims.sub)
    }

    /// Takes back every token of one kind.
    pub(crate) fn revoke(&self, purpose: Purpose) {
        let mut remembered = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        for token in remembered.values_mut().filter(|token| token.purpose == purpose) {
            token.revoked = true;
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;

    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(lifetime_seconds: u32) -> Order<'static> {
        Order {
            subject: "app",
            audience: "1",
            purpose: Purpose::Database,
            lifetime_seconds,
            clock_skew_seconds: 600,
            dead: false,
        }
    }

    #[test]
    fn a_token_lives_as_long_as_it_was_given_whatever_its_clock_says() {
        let (tokens, now) = (Tokens::new(), Timestamp::UNIX_EPOCH);
        let minted = tokens.mint(&order(10), now);
        assert_eq!(minted.expires_at.as_second(), 610);
        assert_eq!(tokens.check(&minted.token, Purpose::Database, now), Ok("app".to_owned()));
        let later = now + SignedDuration::from_secs(10);
        let expired = Err(TokenError::Expired { exp: 610 });
        assert_eq!(tokens.check(&minted.token, Purpose::Database, later), expired);
    }

    #[test]
    fn several_tokens_are_good_at_once_until_all_are_taken_back() {
        let (tokens, now) = (Tokens::new(), Timestamp::UNIX_EPOCH);
        let both = [tokens.mint(&order(10), now), tokens.mint(&order(10), now)];
        for minted in &both {
            assert!(tokens.check(&minted.token, Purpose::Database, now).is_ok());
        }
        tokens.revoke(Purpose::Database);
        for minted in &both {
            assert_eq!(tokens.check(&minted.token, Purpose::Database, now), Err(TokenError::Revoked));
        }
    }

    #[test]
    fn what_was_not_signed_here_is_refused() {
        let (tokens, now) = (Tokens::new(), Timestamp::UNIX_EPOCH);
        let foreign = Tokens::new().mint(&order(10), now).token;
        assert_eq!(tokens.check(&foreign, Purpose::Database, now), Err(TokenError::Signature));
        assert_eq!(tokens.check("dapi-emulator", Purpose::Database, now), Err(TokenError::NotJwt));
        let own = tokens.mint(&order(10), now).token;
        assert_eq!(tokens.check(&own, Purpose::Workspace, now), Err(TokenError::Audience));
    }
}
