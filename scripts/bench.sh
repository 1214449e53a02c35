#!/usr/bin/env bash
# Measures the numbers of docs/ARCHITECTURE.md on the program as it ships and prints each with its goal; fails when one is missed.
# Usage: scripts/bench.sh [size|start|streams|load|pages|streaming|import]...
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

scripts/setup.sh bench
scripts/package.sh
# The package's program before it was packed, and the site beside it.
export LAKELEDGER_BIN="$root/target/x86_64-unknown-linux-musl/ship/lakeledger"
export LEPTOS_SITE_ROOT="$root/dist/site" LEPTOS_HASH_FILES=true LEPTOS_HASH_FILE_NAME="$root/dist/hash.txt"
say "Building what it is measured against"
cargo build --locked --release --package lakeledger --examples

TEST_DATABASE_URL="$(scripts/postgres.sh start)"
CHROMIUM="$(find_chromium || true)"
export TEST_DATABASE_URL CHROMIUM
trap 'scripts/postgres.sh stop' EXIT
# Each open stream is a socket.
ulimit -n "$(ulimit -Hn)"
say "Measuring"
node bench/main.mjs "$@"
