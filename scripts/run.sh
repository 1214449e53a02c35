#!/usr/bin/env bash
# Installs what is missing, builds, and serves http://127.0.0.1:3000 with its data in ./data until Ctrl-C.
# The dev profile: from nothing it builds in less than half the release profile's time, and is quick enough for one person.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

scripts/setup.sh run
say "Building"
cargo build --locked --package lakeledger
build_bundle dev
node scripts/precompress.mjs target/site --fast
say "Serving http://${LEPTOS_SITE_ADDR:-127.0.0.1:3000}, Ctrl-C stops it"
exec target/debug/lakeledger serve
