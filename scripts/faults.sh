#!/usr/bin/env bash
# The fault matrix: the real server in front of the emulator and a PostgreSQL of its own, which are made to fail while
# people work; fails when a change is lost or doubled, a request fails, or a rule of docs/reliability.md is broken.
# Usage: scripts/faults.sh [--write] [--keep] [ROW...]
#   --write  also writes the table into docs/reliability.md
#   --keep   leaves the folders of rows that broke a rule
#   ROW      runs some: 1, 12c, 21, kill9x10, replay5000, never; --help lists them
# FAULTS_FULL=1 runs long rows at full length. FAULTS_PROGRAM names another lakeledger, which is then not built.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

bin="$(find_postgres_bin)" || fail "PostgreSQL's server is missing: sudo apt-get install postgresql"
FAULTS_POSTGRES_BIN="$(dirname "$(readlink -f "$bin/initdb")")"
# PostgreSQL refuses to run as root.
FAULTS_POSTGRES_OWNER=""
if [ "$(id -u)" = 0 ]; then
  FAULTS_POSTGRES_OWNER=postgres
  id postgres >/dev/null 2>&1 || FAULTS_POSTGRES_OWNER=nobody
fi
export FAULTS_POSTGRES_BIN FAULTS_POSTGRES_OWNER

target="${CARGO_TARGET_DIR:-$root/target}"
if [ -z "${FAULTS_PROGRAM:-}" ]; then
  cargo build --locked --quiet -p lakeledger
  export FAULTS_PROGRAM="$target/debug/lakeledger"
fi
if [ -z "${FAULTS_EMULATOR:-}" ]; then
  cargo build --locked --quiet -p emulator
  export FAULTS_EMULATOR="$target/debug/emulator"
fi
exec node faults/main.mjs "$@"
