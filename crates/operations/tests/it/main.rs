//! Operations on the in-memory store.

#![expect(clippy::unwrap_used, reason = "helpers of tests unwrap as the tests do")]

mod chats;
mod imports;
mod privacy;
mod profile;
mod settings;
mod tool_writes;
mod transactions;

use std::sync::Arc;

use domain::{FixedClock, UserId};
use jiff::civil::date;
use operations::Operations;
use storage::{EmbeddedStore, Standing};

fn operations() -> Operations {
    let clock = Arc::new(FixedClock::on(date(2024, 3, 31)));
    let standing = Standing { degraded: false, reason: "a test".to_owned() };
    let store = EmbeddedStore::in_memory(clock.as_ref(), standing);
    Operations::new(Arc::new(store), clock)
}

fn user(name: &str) -> UserId {
    UserId::try_from(name.to_owned()).unwrap()
}
