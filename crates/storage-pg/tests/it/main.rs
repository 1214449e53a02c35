//! The store contract on a real `PostgreSQL`, and what only a database can break.
//!
//! `TEST_DATABASE_URL` names the database; `scripts/postgres.sh start` makes one and prints it.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]

mod contract;
mod database;
mod faults;
mod isolation;
mod large;
mod migrations;
mod packs;
mod purge;
mod random;
mod search;
