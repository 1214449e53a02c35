#!/usr/bin/env bash
# Measures the Lakebase pool beside its peers, on one PostgreSQL and one emulator. Fails when a goal is missed.
# Usage: scripts/bench-pool.sh [throughput|rotation|revocation|storm]... [--only NAME...] [--write] [--verbose]
#   --only     runs these alone: pgbench lakebase lakebase-tenant deadpool sqlx ai-bridge ai-bridge-async npm npm-named
#   --write    puts the tables into docs/benchmarks.md
#   --verbose  also prints what each pool's failed requests said
#   BENCH_FULL=1 in the environment: 9 rounds instead of 5, 60 s of rotation instead of 20 s
#
# The PostgreSQL is a cluster of its own that goes when this ends. Both peers of Python know one port only, 5432, so the
# addresses 127.0.0.2 and 127.0.0.3 are used, which Linux has without being asked.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

client_id="00000000-0000-4000-8000-0000000000aa"

# Whether $1 is to run: among the words after --only, or no such option.
is_wanted() {
  case " $all_words " in
    *" --only "*) case " ${all_words#*--only} " in *" $1 "*) return 0 ;; *) return 1 ;; esac ;;
    *) return 0 ;;
  esac
}
all_words="$*"

has node || fail "Node.js is missing. Install it and try again."
has openssl || fail "openssl is missing: it makes PostgreSQL's certificate. Install it and try again."
bin="$(find_postgres_bin)" || fail "PostgreSQL's server is missing. Install it and try again: sudo apt-get install postgresql"
bin="$(dirname "$(readlink -f "$bin/initdb")")"
pgbench="$bin/pgbench"
[ -x "$pgbench" ] || pgbench="$(command -v pgbench)" ||
  fail "pgbench is missing beside $bin/initdb. Install it and try again (Debian has it in the package postgresql)."
for address in 127.0.0.2 127.0.0.3; do
  ! (exec 3<>"/dev/tcp/$address/5432") 2>/dev/null ||
    fail "something listens on $address:5432 already (a PostgreSQL on all addresses?). The peers know no other port: stop it and try again."
done

if (is_wanted npm || is_wanted npm-named) && ! [ bench/pool/node_modules/.package-lock.json -nt bench/pool/package-lock.json ]; then
  say "Installing the npm packages of bench/pool"
  (cd bench/pool && npm ci --silent --no-progress) || fail "@databricks/lakebase could not be installed from npm. Leave it out with --only."
  touch bench/pool/node_modules/.package-lock.json
fi
python_home="$tools_dir/python-pools"
if is_wanted ai-bridge || is_wanted ai-bridge-async; then
  has python3 || fail "Python 3 is missing, which databricks-ai-bridge needs. Install it, or leave it out with --only."
  if ! cmp -s bench/pool/requirements.txt "$python_home/.done"; then
    say "Installing databricks-ai-bridge, once"
    mkdir -p "$tools_dir"
    rm -rf "$python_home"
    python3 -m venv "$python_home" >/dev/null || fail "Python's venv module is missing. Install it and try again: sudo apt-get install python3-venv"
    "$python_home/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r bench/pool/requirements.txt ||
      fail "databricks-ai-bridge could not be installed from PyPI (bench/pool/requirements.txt). Leave it out with --only."
    cp bench/pool/requirements.txt "$python_home/.done"
  fi
fi

say "Building for release"
cargo build --locked --release --package emulator
program="$(cargo build --locked --release --package lakebase --bench pool --message-format json-render-diagnostics |
  sed -n 's/.*"kind":\["bench"\].*"executable":"\([^"]*\)".*/\1/p')"
[ -x "$program" ] || fail "cargo did not say where it built the bench program"

# initdb refuses root: as root the cluster belongs to a system user.
as_owner=()
if [ "$(id -u)" = 0 ]; then
  owner=postgres
  id "$owner" >/dev/null 2>&1 || owner=nobody
  has runuser || fail "runuser is missing: PostgreSQL refuses to run as root, so start this as another user."
  as_owner=(runuser -u "$owner" --)
fi
owned() { (cd / && "${as_owner[@]}" "$@"); }

home="$(mktemp -d "${TMPDIR:-/tmp}/lakeledger-bench-pool-XXXXXX")"
data="$home/data"
clean_up() {
  owned "$bin/pg_ctl" stop -D "$data" -m immediate -s >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap clean_up EXIT
[ "${#as_owner[@]}" = 0 ] || chown "$owner" "$home"
# The certificate is read by the contestants.
chmod 755 "$home"

say "Making a PostgreSQL cluster with TLS"
owned "$bin/initdb" -D "$data" --username=postgres --auth=trust --encoding=UTF8 --locale=C --no-sync >/dev/null
owned openssl req -new -x509 -days 2 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=localhost \
  -addext "subjectAltName=DNS:localhost,IP:127.0.0.2" -addext "basicConstraints=critical,CA:FALSE" \
  -keyout "$data/server.key" -out "$home/server.pem" 2>/dev/null
owned chmod 600 "$data/server.key"
chmod 644 "$home/server.pem"
# A login's credential is not looked at here: what is measured comes after it. Nobody but this role gets in over TCP, and it
# may read two tables of made-up messages.
owned tee "$data/pg_hba.conf" >/dev/null <<RULES
local   all all          trust
hostssl all $client_id 127.0.0.0/8 trust
RULES
owned tee -a "$data/postgresql.conf" >/dev/null <<SETTINGS
listen_addresses = '127.0.0.2'
port = 5432
unix_socket_directories = '$home'
max_connections = 200
ssl = on
ssl_cert_file = '$home/server.pem'
fsync = off
synchronous_commit = off
full_page_writes = off
SETTINGS
owned "$bin/pg_ctl" start -D "$data" -w -s -l "$home/log" </dev/null >/dev/null || fail "PostgreSQL did not start: $(tail -n 3 "$home/log")"
psql() { owned "$bin/psql" -X -q -v ON_ERROR_STOP=1 -U postgres -h "$home" "$@"; }
psql -d postgres -c "create database databricks_postgres"
psql -d databricks_postgres -v client_id="$client_id" <bench/pool/data.sql

BENCH_POOL_DIR="$(mktemp -d "$home/run-XXXXXX")"
BENCH_POOL_URL="postgres://postgres@localhost/postgres?host=$home&port=5432"
export BENCH_POOL_DIR BENCH_POOL_URL
export BENCH_POOL_PROGRAM="$program" BENCH_POOL_PGBENCH="$pgbench" BENCH_POOL_CERTIFICATE="$home/server.pem"
export BENCH_POOL_EMULATOR="${CARGO_TARGET_DIR:-$root/target}/release/emulator" BENCH_POOL_PYTHON="$python_home/bin/python"
say "Measuring"
node bench/pool/main.mjs "$@"
