#!/usr/bin/env bash
# Measures the numbers of docs/ARCHITECTURE.md on release builds and prints each with its goal; fails when one is missed.
# Usage: scripts/bench.sh [size|start|streams|pages|streaming|import]...
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

scripts/setup.sh bench
say "Building for release"
cargo build --locked --release --package lakeledger --bins --examples
build_bundle release
node scripts/precompress.mjs

TEST_DATABASE_URL="$(scripts/postgres.sh start)"
CHROMIUM="$(find_chromium || true)"
export TEST_DATABASE_URL CHROMIUM
trap 'scripts/postgres.sh stop' EXIT
# Each open stream is a socket.
ulimit -n "$(ulimit -Hn)"
say "Measuring"
node bench/main.mjs "$@"
