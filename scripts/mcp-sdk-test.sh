#!/usr/bin/env bash
# Drives /mcp with the official clients of the Model Context Protocol, for Python and for TypeScript.
# Usage: scripts/mcp-sdk-test.sh
# The SDKs are installed once into .tools; without a network the test needs that to have happened before.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

python_sdk="mcp==2.3.0"
npm_sdk="@modelcontextprotocol/sdk@1.32.2"
python_home="$tools_dir/python-mcp"
npm_home="$tools_dir/npm-mcp"

has python3 || fail "Python 3 is missing. Install it and try again (Debian calls it: python3)."
has curl || fail "curl is missing. Install it and try again."

if [ "$(cat "$python_home/.done" 2>/dev/null)" != "$python_sdk" ]; then
  say "Installing $python_sdk, once"
  mkdir -p "$tools_dir"
  rm -rf "$python_home"
  python3 -m venv "$python_home" || fail "Python's venv module is missing. Install it and try again: sudo apt-get install python3-venv"
  "$python_home/bin/python" -m pip install --quiet --disable-pip-version-check "$python_sdk"
  echo "$python_sdk" >"$python_home/.done"
fi
if [ "$(cat "$npm_home/.done" 2>/dev/null)" != "$npm_sdk" ]; then
  say "Installing $npm_sdk, once"
  rm -rf "$npm_home"
  mkdir -p "$npm_home"
  echo '{ "private": true }' >"$npm_home/package.json"
  (cd "$npm_home" && npm install --silent --no-progress --no-audit --no-fund "$npm_sdk")
  echo "$npm_sdk" >"$npm_home/.done"
fi

cargo build --quiet --locked --package lakeledger
folder="$(mktemp -d "${TMPDIR:-/tmp}/lakeledger-mcp-XXXXXX")"
port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
export LAKELEDGER_URL="http://127.0.0.1:$port" MCP_SDK_HOME="$npm_home"
program="${CARGO_TARGET_DIR:-$root/target}/debug/lakeledger"
# Nothing of the person's own configuration: their database is not what is tested.
env -i PATH="$PATH" LEPTOS_SITE_ADDR="127.0.0.1:$port" LAKELEDGER_DATA_DIR="$folder" LAKELEDGER_LOG=warn \
  LAKELEDGER_ENV_FILE=/dev/null LAKELEDGER_TRUST_FORWARDED_HEADERS=true LAKELEDGER_MCP_RATE_PER_MINUTE=6000 \
  "$program" serve &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$folder"' EXIT

for _ in $(seq 100); do
  curl --silent --fail --output /dev/null "$LAKELEDGER_URL/health" && break
  kill -0 "$server" 2>/dev/null || fail "the server ended before it answered"
  sleep 0.1
done
curl --silent --fail --output /dev/null --request POST --header 'X-Forwarded-User: ada' "$LAKELEDGER_URL/api/v1/sample"

"$python_home/bin/python" scripts/mcp/test_client.py
node scripts/mcp/test_client.mjs
