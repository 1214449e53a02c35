#!/usr/bin/env bash
# Everything that is checked without running the product: format, lints, dependency rules, types, shell.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

say "Format"
cargo fmt --all --check
say "Tracked files"
scripts/check-files.sh
say "Dependency rules"
scripts/check-dependencies.sh
say "Databricks bundle"
node scripts/check-bundle.mjs --self-test
say "Scripts and browser tests"
if has shellcheck; then shellcheck scripts/*.sh .ci/run start.sh; fi
(cd end2end && npx --no-install tsc --noEmit)
say "Lints"
cargo clippy --locked --quiet --workspace --exclude frontend --all-targets -- -D warnings
cargo clippy --locked --quiet --package frontend --target wasm32-unknown-unknown -- -D warnings
