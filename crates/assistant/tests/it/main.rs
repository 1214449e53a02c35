//! The assistant from outside: answers and runs.

mod runs;
