//! The `lakeledger` binary.
fn main() {}
