#!/usr/bin/env bash
# The browser tests on their own: builds the program and the release bundle, then Playwright. Options go to Playwright,
# for example: scripts/e2e.sh --project hydrate --headed. With TEST_DATABASE_URL set, PostgreSQL's projects run too.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

scripts/setup.sh test
say "Building the program and the bundle"
cargo build --locked --package lakeledger
build_bundle release
node scripts/precompress.mjs
node scripts/check-size.mjs
say "Browser tests"
CHROMIUM="$(find_chromium || true)"
export CHROMIUM
cd end2end
npx --no-install playwright test "$@"
