#!/usr/bin/env bash
# Makes .sqlx anew: what the database says about every query of storage-pg. Run it after a change to
# a query or a migration, and commit .sqlx with it. Needs neither sqlx-cli nor an existing schema.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

base_url="$(scripts/postgres.sh start)"
schema="sqlx_prepare"
scripts/postgres.sh psql -qX -v ON_ERROR_STOP=1 \
  -c "set client_min_messages = warning; drop schema if exists $schema cascade; create schema $schema"
for migration in migrations/*.sql; do
  scripts/postgres.sh psql -qX -v ON_ERROR_STOP=1 -c "set search_path to $schema" -f "$migration"
done

fresh="$(mktemp -d)"
trap 'rm -rf "$fresh"' EXIT
# The macros run again only when the crate is compiled again.
touch crates/storage-pg/src/lib.rs
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$fresh" DATABASE_URL="$base_url?options=-c%20search_path%3D$schema" \
  cargo check -p storage-pg
mkdir -p .sqlx
rm -f .sqlx/query-*.json
cp "$fresh"/query-*.json .sqlx/
say "$(find .sqlx -name 'query-*.json' | wc -l) queries in .sqlx"
