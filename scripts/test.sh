#!/usr/bin/env bash
# Everything: checks, Rust tests on memory and PostgreSQL, browser tests on both. Needs no service running and leaves none.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

scripts/setup.sh test
scripts/check.sh

say "PostgreSQL"
TEST_DATABASE_URL="$(scripts/postgres.sh start)"
export TEST_DATABASE_URL
trap 'scripts/postgres.sh stop' EXIT

scripts/beancount.sh
say "Rust tests"
cargo test --locked --workspace --exclude frontend
say "The pool's example, on the emulator"
# The tests have built it.
scripts/emulate.sh run "${CARGO_TARGET_DIR:-target}/debug/examples/lakebase" | grep "^logged in as "
say "The emulator, by Databricks' own SDK and by OpenAI's clients"
scripts/python-sdk-test.sh
scripts/npm-openai-test.sh
say "The tools for other agents, by the protocol's own clients"
scripts/mcp-sdk-test.sh
scripts/e2e.sh
