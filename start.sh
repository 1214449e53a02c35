#!/bin/sh
# What Databricks Apps runs. The upload loses the executable bit; exec hands SIGTERM to the program itself.
set -eu
folder="$(cd "$(dirname "$0")" && pwd)"
chmod +x "$folder/lakeledger"
LEPTOS_SITE_ROOT="$folder/site"
LEPTOS_ENV=PROD
export LEPTOS_SITE_ROOT LEPTOS_ENV
exec "$folder/lakeledger" serve
