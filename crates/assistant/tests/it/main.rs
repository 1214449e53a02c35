//! The assistant from outside: answers and runs.

mod household;
mod properties;
mod questions;
mod runs;
mod tools;
