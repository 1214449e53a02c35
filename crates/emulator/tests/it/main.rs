//! The emulator against a real PostgreSQL, with clients that know nothing but the protocols.
#![expect(clippy::unwrap_used, reason = "a test ends where an assumption fails, helpers included")]

mod door;
mod faults;
mod http;
mod pg;
mod serving;
mod workspace;

use std::{
    process::Command,
    sync::{Arc, OnceLock},
};

use emulator::{Emulator, Options};
use secrecy::SecretString;
use tempfile::TempDir;

/// An emulator of this test's own, on the cluster that all tests share.
struct Harness {
    emulator: Emulator,
    _dir: Arc<TempDir>,
}

impl Harness {
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn start_with(change: impl FnOnce(&mut Options)) -> Self {
        let dir = Arc::new(TempDir::new().unwrap());
        let mut options = Options::new(SecretString::from(postgres_url()), dir.path());
        change(&mut options);
        Self { emulator: Emulator::start(options).await.unwrap(), _dir: dir }
    }
}

impl std::ops::Deref for Harness {
    type Target = Emulator;

    fn deref(&self) -> &Emulator {
        &self.emulator
    }
}

#[expect(clippy::disallowed_methods, reason = "the test script says where its cluster is")]
fn postgres_url() -> String {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_| {
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres.sh");
            let output = Command::new(script).arg("start").output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        })
    })
    .clone()
}
