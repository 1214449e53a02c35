#!/usr/bin/env bash
# Measures what the program adds to a serving endpoint's own first words, on the emulator. The goal is 50 ms at most.
# Usage: scripts/bench-model.sh [debug|release]
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

options=(--release)
if [ "${1:-release}" = debug ]; then options=(); fi
cargo build --quiet --locked --package lakeledger --example first_byte "${options[@]}"
folder="${CARGO_TARGET_DIR:-$root/target}/${1:-release}"
exec scripts/emulate.sh run env SERVING_ENDPOINT=lakeledger-chat LAKELEDGER_ENV_FILE=/dev/null "$folder/examples/first_byte"
