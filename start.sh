#!/bin/sh
# What Databricks Apps runs. The upload loses the executable bit; exec hands SIGTERM to the program itself.
set -eu
folder="$(cd "$(dirname "$0")" && pwd)"
chmod +x "$folder/lakeledger"
export LEPTOS_ENV=PROD
exec "$folder/lakeledger" serve
