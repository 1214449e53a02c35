#!/usr/bin/env bash
# Makes dist/, the folder that Databricks Apps runs: a static binary, the site with its compressed copies, app.yaml, start.sh.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

# The platform refuses a larger file: "File is larger than 10485760 bytes".
limit_bytes=10485760
target=x86_64-unknown-linux-musl

scripts/setup.sh package
say "Building the bundle"
build_bundle release
say "Building the static binary"
cargo build --locked --package lakeledger --profile ship --target "$target"

rm -rf dist
mkdir -p dist
program="target/$target/ship/lakeledger"
if readelf --dynamic "$program" | grep -q NEEDED; then fail "$program is not static"; fi
# start.sh joins and unpacks a program that is too large as it stands.
if [ "$(wc -c <"$program")" -gt "$limit_bytes" ]; then
  gzip -9 -n -c "$program" | split --bytes="$limit_bytes" --numeric-suffixes - dist/lakeledger.gz.
else
  cp "$program" dist/
fi
cp target/release/hash.txt app.yaml start.sh dist/
cp -R target/site dist/site
node scripts/precompress.mjs dist/site
node scripts/check-size.mjs dist/site

too_large="$(find dist -type f -size +"$limit_bytes"c)"
[ -z "$too_large" ] || fail "larger than $limit_bytes bytes: $too_large"
find dist -type f -printf '%10s  %P\n' | sort -k2
