#!/usr/bin/env bash
# A Databricks workspace with a Lakebase database on this machine: no account needed.
# Usage: scripts/emulate.sh [EMULATOR-OPTION...]
#        scripts/emulate.sh run [EMULATOR-OPTION... --] COMMAND [ARGUMENT...]
#   (none)  prints the environment an app needs and runs until it is stopped
#   run     runs COMMAND in that environment and ends with it; options end with --, as in
#           scripts/emulate.sh run --pg-port 5432 -- env
#
# The PostgreSQL behind it is this checkout's own (scripts/postgres.sh) and stays when the emulator ends.
# Options: --http-port, --pg-host, --pg-port, --products, --env-file and more, see `emulator --help`.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

options=()
command=()
if [ "${1:-}" = run ]; then
  shift
  [ "$#" -gt 0 ] || fail "usage: scripts/emulate.sh run [EMULATOR-OPTION... --] COMMAND [ARGUMENT...]"
  # Options are there only where the first word looks like one.
  if [ "${1#-}" != "$1" ]; then
    while [ "$#" -gt 0 ] && [ "$1" != -- ]; do
      options+=("$1")
      shift
    done
    shift || true
  fi
  [ "$#" -gt 0 ] || fail "there is no command after the options: put -- between them"
  command=(-- "$@")
else
  options=("$@")
fi

postgres_url="$(scripts/postgres.sh start)"
# The app gets a role and a database of its own, as in a Databricks workspace, and not those of the tests. Only the superuser
# can make them, who is reached through the cluster's own socket; without that the tests' role and database have to do.
cluster="${LAKELEDGER_PGDATA:-$root/.pgdata}"
if [ -r "$cluster/socket" ] && [ -r "$cluster/port" ]; then
  postgres_url="postgres://postgres@localhost/postgres?host=$(cat "$cluster/socket")&port=$(cat "$cluster/port")"
fi
cargo build --quiet -p emulator
# Every start has certificates of its own; they go when it ends.
certificates="$(mktemp -d "${TMPDIR:-/tmp}/lakeledger-emulator-XXXXXX")"
exec "${CARGO_TARGET_DIR:-$root/target}/debug/emulator" --postgres "$postgres_url" \
  --dir "$certificates" "${options[@]}" "${command[@]}"
