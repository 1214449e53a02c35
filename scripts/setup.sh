#!/usr/bin/env bash
# Installs what is missing and nothing else. Usage: scripts/setup.sh [run|test|package|bench]
#   run      the wasm target, cargo-leptos, wasm-bindgen, sass
#   test     the same, Playwright, Chromium, PostgreSQL's server programs, hledger
#   package  what run needs, the musl target and its C compiler
#   bench    what test needs, wrk and the pages that Lakeledger is measured against
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

scope="${1:-test}"
case "$scope" in run | test | package | bench) ;; *) fail "unknown scope '$scope': run, test, package or bench" ;; esac

# install_package PROGRAM PACKAGE...: from Debian's archive when allowed to, else a sentence that says what to install.
install_package() {
  local program="$1"
  shift
  if has apt-get && [ "$(id -u)" = 0 ]; then
    say "Installing $* (for $program)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 || {
      apt-get update -qq >/dev/null
      apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    }
  elif has apt-get; then
    fail "$program is missing. Install it and try again: sudo apt-get install $*"
  else
    fail "$program is missing. Install it with your system's package manager and try again (Debian calls it: $*)."
  fi
}

rust_target() {
  [ -d "$(rustc --print sysroot)/lib/rustlib/$1" ] && return
  has rustup || fail "Rust's target $1 is missing, and there is no rustup to add it. Install it beside your rustc."
  say "Adding Rust's target $1"
  rustup target add "$1" >&2
}

# cargo_tool CRATE VERSION PROGRAM [OPTION...]: into cargo's own folder where there is none yet, else into .tools.
cargo_tool() {
  local crate="$1" version="$2" program="$3"
  shift 3
  local where=()
  if has "$program"; then
    where=(--root "$tools_dir")
  fi
  if has cargo-binstall && cargo binstall --no-confirm --quiet "${where[@]}" "$crate@$version" >&2; then
    return
  fi
  say "Building $crate $version, once (several minutes on two cores)"
  # These crates ask for fat LTO, which costs many minutes here and saves seconds.
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
    cargo install "${where[@]}" "$crate" --version "$version" "$@" >&2
}

npm_packages() {
  local folder="$1" lock="$1/package-lock.json" done="$1/node_modules/.package-lock.json"
  if [ -f "$done" ] && [ ! "$lock" -nt "$done" ]; then return; fi
  say "Installing the npm packages of $folder"
  (cd "$folder" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --silent --no-progress)
  touch "$done"
}

has cargo || fail "Rust is missing. Install it from https://rustup.rs and try again."
has cc || install_package "a C compiler" gcc libc6-dev
if ! has node || ! has npm; then install_package "Node.js" nodejs npm; fi
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || fail "Node.js 18 or newer is needed, $(node --version) is installed."

rust_target wasm32-unknown-unknown

# Any 0.3 builds this project; the pinned one is the one that the tests ran with.
case "$(cargo-leptos --version 2>/dev/null || true)" in
  "cargo-leptos 0.3."*) ;;
  *) cargo_tool cargo-leptos "$CARGO_LEPTOS_VERSION" cargo-leptos --locked --no-default-features --features no_downloads ;;
esac

# The program and the library write and read one format, so their versions are the same to the last digit.
wasm_bindgen_version="$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock)"
[ "$(wasm-bindgen --version 2>/dev/null || true)" = "wasm-bindgen $wasm_bindgen_version" ] ||
  cargo_tool wasm-bindgen-cli "$wasm_bindgen_version" wasm-bindgen

npm_packages .

# `cargo leptos watch`, called by hand, looks for these two on PATH: beside cargo it finds them.
for program in sass wasm-opt; do
  PATH="$user_path" command -v "$program" >/dev/null 2>&1 ||
    ln -sf "$root/node_modules/.bin/$program" "${CARGO_HOME:-$HOME/.cargo}/bin/$program"
done

if [ "$scope" = test ] || [ "$scope" = bench ]; then
  npm_packages end2end
  if ! find_chromium >/dev/null; then
    if has apt-get && [ "$(id -u)" = 0 ]; then
      install_package Chromium chromium
    else
      say "Downloading Playwright's Chromium"
      (cd end2end && npx playwright install chromium >&2)
    fi
  fi
  has hledger || install_package hledger hledger
  find_postgres_bin >/dev/null || install_package "PostgreSQL's server" postgresql
fi
if [ "$scope" = package ]; then
  rust_target x86_64-unknown-linux-musl
  # ring compiles C against musl's headers.
  has musl-gcc || install_package musl-gcc musl-tools
fi
if [ "$scope" = bench ]; then
  has wrk || install_package wrk wrk
  npm_packages bench/react
fi
