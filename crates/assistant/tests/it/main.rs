//! The assistant from outside: answers and runs.

#![expect(clippy::unwrap_used, reason = "helpers of tests unwrap as the tests do")]

mod agreement;
mod calculators;
mod corpus;
mod desk;
mod hledger;
mod household;
mod insights;
#[expect(clippy::inconsistent_digit_grouping, reason = "cents stand behind an underscore")]
#[path = "../../../finance/tests/it/ledgers.rs"]
mod ledgers;
mod periods;
mod properties;
mod questions;
mod runs;
mod sample;
mod scripted;
mod serving;
mod shared_questions;
mod sources;
mod tools;
