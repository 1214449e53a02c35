//! Randomness from the crypto provider, for jitter and for ids of requests.

use uuid::Uuid;

use crate::tls;

fn fill(bytes: &mut [u8]) {
    // Without the system's randomness an id of zeroes and a wait without jitter are harmless.
    let _ = tls::provider().secure_random.fill(bytes);
}

/// A random number in [0, 1).
pub(crate) fn random() -> f64 {
    let mut bytes = [0; 4];
    fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

/// A random UUID (version 4).
pub(crate) fn random_uuid() -> Uuid {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
