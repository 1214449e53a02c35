#!/usr/bin/env bash
# The browser tests on their own: builds the program, the emulator and the release bundle, then Playwright. Options go to Playwright,
# for example: scripts/e2e.sh --project hydrate --headed. With TEST_DATABASE_URL set, PostgreSQL's projects run too.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

scripts/setup.sh test
say "Building the program and the bundle"
cargo build --locked --package lakeledger --package emulator
build_bundle release
node scripts/precompress.mjs
node scripts/check-size.mjs
say "Browser tests"
CHROMIUM="$(find_chromium || true)"
export CHROMIUM
status=0
(cd end2end && npx --no-install playwright test "$@") || status=$?
if [ -n "${TEST_DATABASE_URL:-}" ] && [ "$TEST_DATABASE_URL" = "$(scripts/postgres.sh url 2>/dev/null || true)" ]; then
  # Each server had a schema of its own.
  scripts/postgres.sh psql -X -q -o /dev/null <<'SQL'
set client_min_messages = warning;
select format('drop schema %I cascade', nspname) from pg_namespace where nspname like 'e2e\_%' \gexec
SQL
fi
exit "$status"
