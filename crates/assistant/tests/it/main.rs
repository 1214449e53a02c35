//! The assistant from outside: answers and runs.

#![expect(clippy::unwrap_used, reason = "helpers of tests unwrap as the tests do")]

mod calculators;
mod corpus;
mod desk;
mod household;
mod insights;
mod properties;
mod questions;
mod runs;
mod sample;
mod scripted;
mod serving;
mod shared_questions;
mod sources;
mod tools;
