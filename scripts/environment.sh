# Sourced by the other scripts: one place for versions, paths and messages.
# shellcheck shell=bash
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"

export CARGO_LEPTOS_VERSION="0.3.10"
# Tools of a version that the person's own installation does not have live here, so theirs stays as it is.
tools_dir="$root/.tools"
user_path="$PATH"
PATH="$tools_dir/bin:$root/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
export PATH user_path

# build_bundle dev|release: the browser's half into target/site. Names carry hashes, so an older bundle would stay beside
# the new one.
build_bundle() {
  local folder=debug options=()
  if [ "$1" = release ]; then
    folder=release
    options=(--release)
  fi
  rm -rf "$root/target/site/pkg"
  cargo leptos build --frontend-only "${options[@]}"
  # What the program has to know to serve it, wherever it was built itself.
  export LEPTOS_SITE_ROOT="$root/target/site" LEPTOS_HASH_FILES=true LEPTOS_HASH_FILE_NAME="$root/target/$folder/hash.txt"
}

say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }
fail() {
  printf '\033[31merror:\033[0m %s\n' "$*" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# The first Chromium on this machine: CHROMIUM, then the usual names.
find_chromium() {
  local name
  for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome-stable google-chrome; do
    if command -v "$name" 2>/dev/null; then return 0; fi
  done
  return 1
}

# The folder of the newest installed PostgreSQL server's programs.
find_postgres_bin() {
  local candidate
  if has initdb && has pg_ctl; then
    dirname "$(command -v initdb)"
    return 0
  fi
  candidate="$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb \
    /usr/local/opt/postgresql*/bin/initdb /usr/pgsql-*/bin/initdb | sort -V | while read -r path; do
    if [ -x "$path" ]; then echo "$path"; fi
  done | tail -n 1)"
  [ -n "$candidate" ] || return 1
  dirname "$candidate"
}

# make_venv FOLDER: a Python environment of its own, with pip and venv where there are both, else with what Debian needs.
make_venv() {
  has python3 || fail "Python 3 is missing. Install it and try again (Debian calls it: python3)."
  rm -rf "$1"
  python3 -m venv "$1" >/dev/null 2>&1 && return
  if has apt-get && [ "$(id -u)" = 0 ]; then
    say "Installing python3-venv"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends python3-venv >/dev/null 2>&1 || {
      apt-get update -qq >/dev/null
      apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    }
    rm -rf "$1"
    python3 -m venv "$1" >/dev/null && return
  fi
  fail "Python's venv module is missing. Install it and try again: sudo apt-get install python3-venv"
}
