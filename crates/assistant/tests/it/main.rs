//! The assistant from outside: answers and runs.

#![expect(clippy::unwrap_used, reason = "helpers of tests unwrap as the tests do")]

mod calculators;
mod corpus;
mod household;
mod insights;
mod properties;
mod questions;
mod runs;
mod sample;
mod shared_questions;
mod tools;
