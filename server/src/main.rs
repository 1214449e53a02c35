//! The `lakeledger` binary.

fn main() -> std::process::ExitCode {
    lakeledger::cli::main()
}
