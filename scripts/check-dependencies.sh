#!/usr/bin/env bash
# The dependency rules of docs/ARCHITECTURE.md, checked on the graph that cargo resolves. Prints every breach, then fails.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

breaches=0
breach() {
  echo "dependency rule $1: $2" >&2
  breaches=$((breaches + 1))
}

tree() { cargo tree --locked --quiet --target all --prefix none --format '{p}' "$@" | awk '{ print $1 }' | sort -u; }

members="$(tree --workspace --depth 0)"
allowed_members() {
  case "$1" in
    domain) echo ;;
    finance | storage) echo domain ;;
    storage-pg) echo domain storage ;;
    operations) echo domain finance storage ;;
    assistant) echo domain finance storage operations ;;
    app) echo domain finance storage operations assistant ;;
    frontend) echo app ;;
    databricks) echo ;;
    lakebase) echo databricks ;;
    # A tool of development: nothing of ours in it, and it in nothing of ours.
    emulator) echo ;;
    lakeledger) echo "$members" | grep -vx emulator ;;
    *) echo unknown ;;
  esac
}
contains() { [[ " ${1//$'\n'/ } " == *" $2 "* ]]; }

for member in $members; do
  allowed="$(allowed_members "$member")"
  if [ "$allowed" = unknown ]; then
    breach 1 "$member has no place in the layering yet: give it one in scripts/check-dependencies.sh"
    continue
  fi
  direct="$(tree --package "$member" --all-features --edges normal,build --depth 1 | grep -vx "$member" || true)"
  for dependency in $direct; do
    contains "$members" "$dependency" || continue
    # Rules 1, 3 and the first half of 4: the layers, and who may know storage-pg, databricks and lakebase.
    contains "$allowed" "$dependency" || breach 1 "$member must not depend on $dependency"
  done
  every_kind="$(tree --package "$member" --all-features --depth 1)"
  while read -r library homes; do
    if contains "$every_kind" "$library" && ! contains "$homes" "$member"; then
      breach 2 "$member must not depend on $library (only: $homes)"
    fi
  done <<'HOMES'
sqlx storage-pg lakebase
reqwest databricks
leptos app frontend lakeledger
HOMES
done

# The second half of rule 4: what the browser downloads. leptos_config is not looked into: it asks for regex to read
# Cargo.toml, which nothing in the bundle calls, so the linker drops it.
bundle="$(cargo tree --locked --quiet --package frontend --target wasm32-unknown-unknown --edges normal,no-proc-macro --prune leptos_config \
  --prefix none --format '{p}' | awk '{ print $1 }' | sort -u)"
for crate in $bundle; do
  case "$crate" in
    sqlx* | reqwest | tokio | tokio-* | hyper* | axum* | regex* | pulldown-cmark | comrak | ammonia | html5ever | plotters* | charming | \
      finance | storage | storage-pg | operations | assistant | databricks | lakebase | lakeledger)
      breach 4 "the browser's bundle holds $crate"
      ;;
  esac
done

# Rule 5. Tests and examples, which are programs, may read where their database is, and simulations which seeds they are to run.
if git grep -nE '\benv::(var|vars|var_os|vars_os|set_var)\b' -- '*.rs' ':!server/' ':!crates/databricks/' ':!crates/emulator/' ':!*/tests/*' ':!*/benches/*' ':!*/examples/*' ':!*/simulation*'; then
  breach 5 "the environment is read outside server and databricks (lines above)"
fi

[ "$breaches" = 0 ] || fail "$breaches dependency rules broken"
