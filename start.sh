#!/bin/sh
# What Databricks Apps runs. The upload loses the executable bit; exec hands SIGTERM to the program itself.
set -eu
folder="$(cd "$(dirname "$0")" && pwd)"
program="$folder/lakeledger"
# The platform takes no file over 10,485,760 bytes: a larger program comes compressed, in parts.
if [ -f "$program.gz.00" ]; then
  program="$(mktemp -d)/lakeledger"
  cat "$folder"/lakeledger.gz.* | gzip -dc >"$program"
fi
chmod +x "$program"
export LEPTOS_ENV=PROD LEPTOS_SITE_ROOT="$folder/site" LEPTOS_HASH_FILES=true LEPTOS_HASH_FILE_NAME="$folder/hash.txt"
exec "$program" serve
