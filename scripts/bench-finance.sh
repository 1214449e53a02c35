#!/usr/bin/env bash
# Times the reading of CSVs beside a bare csv-crate loop, duckdb, hledger and beancount, in interleaved rounds.
# Usage: scripts/bench-finance.sh [ROUNDS] (5 by default). Needs hledger (Debian) and python3 with venv; installs duckdb
# and beancount (PyPI) under target/. Numbers mean something on a quiet machine only.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds="${1:-5}"
target="${CARGO_TARGET_DIR:-target}"
work="$target/bench-finance"
mkdir -p "$work"

cargo build --quiet --release -p finance --example finance_bench
bench="$target/release/examples/finance_bench"
python="$work/venv/bin/python"
if [ ! -x "$python" ]; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet duckdb==2.0.0 beancount==3.2.3
fi
[ -f "$work/million.csv" ] || "$bench" generate "$work/million.csv" 1000000 >/dev/null
[ -f "$work/small.csv" ] || "$bench" generate "$work/small.csv" 20000 >/dev/null
"$python" scripts/bench_finance.py "$bench" "$work" "$rounds"
