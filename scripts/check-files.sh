#!/usr/bin/env bash
# What must not stand in a tracked file: paths of one machine, and where one machine downloads packages from.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

found="$({
  git grep -nIE '(^|[^[:alnum:]_.])/(home|root|Users)/[[:alnum:]_.-]+/' -- . ':!scripts/check-files.sh' || true
  git grep -nIF -e "$root/" -- . || true
  git grep -nE '"resolved": *"' -- '*package-lock.json' || true
  git grep -nE '^source = ' -- Cargo.lock | grep -vF '"registry+https://github.com/rust-lang/crates.io-index"' || true
  git grep -nE '^(registry|//).*=' -- '*.npmrc' || true
})"
[ -z "$found" ] || {
  cut -c1-160 <<<"$found" >&2
  fail "tracked files name a path of this machine or a package host"
}
