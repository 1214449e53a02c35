//! Serves the emulator.

fn main() {}
