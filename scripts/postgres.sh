#!/usr/bin/env bash
# A PostgreSQL cluster of this checkout's own, on loopback, for tests and for trying things out.
# Usage: scripts/postgres.sh start|stop|url|psql [ARGUMENT...]
#   start  makes and starts the cluster where it is not there or not running; prints its DATABASE_URL
#   stop   stops it; its data stays in .pgdata
#   url    prints the DATABASE_URL of the running cluster
#   psql   opens psql on it as the app's role; arguments are passed on
#
# The app's role owns the database and nothing else: it is no superuser and cannot bypass row-level
# security, as in production. The superuser can be reached through the cluster's own socket only.
# The data is thrown away when in doubt, so the server does not wait for the disk.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

role=lakeledger
database=lakeledger

# initdb refuses root: as root the cluster belongs to a system user.
as_owner=()
if [ "$(id -u)" = 0 ]; then
  owner=postgres
  id "$owner" >/dev/null 2>&1 || owner=nobody
  has runuser || fail "runuser is missing: PostgreSQL refuses to run as root, so start this as another user."
  as_owner=(runuser -u "$owner" --)
fi
owned() { (cd / && "${as_owner[@]}" "$@"); }

home="${LAKELEDGER_PGDATA:-$root/.pgdata}"
# A checkout under /root cannot be entered by the system user.
if [ "$(id -u)" = 0 ] && ! owned test -x "$(dirname "$home")"; then
  home="${TMPDIR:-/tmp}/lakeledger-postgres-$(printf '%s' "$root" | cksum | cut -d' ' -f1)"
fi
data="$home/data"

if ! bin="$(find_postgres_bin)"; then
  if [ "$(id -u)" = 0 ] && has apt-get; then
    say "Installing PostgreSQL's server"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null 2>&1 || {
      apt-get update -qq >/dev/null
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
    }
  fi
  bin="$(find_postgres_bin)" || fail "PostgreSQL's server is missing. Install it and try again: sudo apt-get install postgresql"
fi

# psql stands beside the server's own programs, not beside links to them.
bin="$(dirname "$(readlink -f "$bin/initdb")")"

# Sockets have short paths: one beside the data may be too long.
socket() { cat "$home/socket"; }
running() { [ -f "$home/port" ] && owned "$bin/pg_ctl" status -D "$data" >/dev/null 2>&1; }
url() { printf 'postgres://%s:%s@127.0.0.1:%s/%s\n' "$role" "$(cat "$home/password")" "$(cat "$home/port")" "$database"; }

free_port() {
  local port
  for _ in $(seq 100); do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  fail "no free port between 20000 and 32000"
}

make_cluster() {
  say "Making a PostgreSQL cluster in $home"
  rm -rf "$home"
  mkdir -p "$home"
  [ "${#as_owner[@]}" = 0 ] || chown "$owner" "$home"
  chmod 700 "$home"
  owned "$bin/initdb" -D "$data" --username=postgres --auth-local=trust --auth-host=scram-sha-256 \
    --encoding=UTF8 --locale=C --no-sync >/dev/null
  cat >>"$data/postgresql.conf" <<'SETTINGS'
listen_addresses = '127.0.0.1'
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = '2GB'
timezone = 'UTC'
log_timezone = 'UTC'
SETTINGS
  (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$home/password")
}

start() {
  if [ ! -s "$home/password" ] || [ ! -f "$data/PG_VERSION" ]; then make_cluster; fi
  if running && [ -f "$home/ready" ]; then return; fi
  if ! running; then start_server; fi
  as_superuser -q -d postgres -v password="$(cat "$home/password")" <<SQL
select 'create role $role' where not exists (select from pg_roles where rolname = '$role') \gexec
alter role $role login nosuperuser nobypassrls nocreatedb nocreaterole password :'password';
select 'create database $database owner $role' where not exists (select from pg_database where datname = '$database') \gexec
SQL
  touch "$home/ready"
}

start_server() {
  local attempt socket_dir
  socket_dir="$(mktemp -d "${TMPDIR:-/tmp}/lakeledger-socket-XXXXXX")"
  [ "${#as_owner[@]}" = 0 ] || chown "$owner" "$socket_dir"
  echo "$socket_dir" >"$home/socket"
  # Another program may take the port between the look and the start.
  for attempt in 1 2 3; do
    free_port >"$home/port"
    if owned "$bin/pg_ctl" start -D "$data" -w -t 60 -s -l "$home/log" \
      -o "-p $(cat "$home/port") -k $socket_dir" </dev/null >/dev/null 2>&1; then
      break
    fi
    [ "$attempt" -lt 3 ] || fail "PostgreSQL did not start; see $home/log"
  done
}

as_superuser() {
  owned "$bin/psql" -X -v ON_ERROR_STOP=1 -U postgres -h "$(socket)" -p "$(cat "$home/port")" "$@"
}

# Two starts at once (two test runs of one checkout) wait for each other.
locked() {
  if has flock; then
    exec 9>"${TMPDIR:-/tmp}/lakeledger-postgres-$(printf '%s' "$home" | cksum | cut -d' ' -f1).lock"
    flock 9
    "$@" 9>&-
    flock -u 9
  else
    "$@"
  fi
}

case "${1:-}" in
  start)
    locked start
    url
    ;;
  stop)
    if running; then
      owned "$bin/pg_ctl" stop -D "$data" -m fast -w -s >/dev/null
      rm -rf "$(socket)"
    fi
    ;;
  url)
    running || fail "the cluster is not running: scripts/postgres.sh start"
    url
    ;;
  psql)
    running || fail "the cluster is not running: scripts/postgres.sh start"
    shift
    exec "$bin/psql" "$(url)" "$@"
    ;;
  *) fail "usage: scripts/postgres.sh start|stop|url|psql" ;;
esac
