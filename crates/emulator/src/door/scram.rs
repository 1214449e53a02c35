//! SCRAM-SHA-256 as a client (RFC 7677), for the real server behind the door.

use std::num::NonZeroU32;

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{digest, hmac, pbkdf2};

/// The first message; `nonce` is any printable text without a comma.
pub(super) fn first_message(nonce: &str) -> String {
    format!("n,,{}", bare(nonce))
}

fn bare(nonce: &str) -> String {
    format!("n=,r={nonce}")
}

/// The answer to the server's first message; `None` when that makes no sense.
pub(super) fn final_message(password: &str, nonce: &str, server_first: &str) -> Option<String> {
    let field = |name: &str| server_first.split(',').find_map(|part| part.strip_prefix(name));
    let server_nonce = field("r=")?;
    let salt = STANDARD.decode(field("s=")?).ok()?;
    let iterations: NonZeroU32 = field("i=")?.parse().ok()?;
    if !server_nonce.starts_with(nonce) {
        return None;
    }

    let mut salted = [0; digest::SHA256_OUTPUT_LEN];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, iterations, &salt, password.as_bytes(), &mut salted);
    let sign = |key: &[u8], data: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data);
    let client_key = sign(&salted, b"Client Key");
    let stored_key = digest::digest(&digest::SHA256, client_key.as_ref());

    let without_proof = format!("c=biws,r={server_nonce}");
    let signed = format!("{},{server_first},{without_proof}", bare(nonce));
    let signature = sign(stored_key.as_ref(), signed.as_bytes());
    let proof: Vec<u8> =
        client_key.as_ref().iter().zip(signature.as_ref()).map(|(key, sign)| key ^ sign).collect();
    Some(format!("{without_proof},p={}", STANDARD.encode(proof)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_gets_the_proof_it_expects() {
        // Computed with Python's hashlib and hmac.
        let server_first = "r=abcXYZ,s=c2FsdHNhbHRzYWx0c2FsdA==,i=4096";
        let answer = final_message("pencil", "abc", server_first).unwrap();
        assert_eq!(answer, "c=biws,r=abcXYZ,p=9/lORQN/3pZoTMDGK+IzEXO9dM81bFkwVOdb7PERs/A=");
        assert_eq!(final_message("pencil", "other", server_first), None);
    }
}
