#!/usr/bin/env bash
# Feeds the statement readers changed bytes until they panic, hang or take too much memory; fails when they do.
# Usage: scripts/fuzz.sh [TARGET]... [--seconds N]     targets: camt csv mt940 ofx qif xlsx (all), 600 seconds each
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

seconds=600
targets=()
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds) seconds="${2:?--seconds needs a number}"; shift 2 ;;
    -*) fail "unknown option $1" ;;
    *) targets+=("$1"); shift ;;
  esac
done
[ ${#targets[@]} -gt 0 ] || targets=(camt csv mt940 ofx qif xlsx)

has cargo-fuzz || {
  say "Building cargo-fuzz, once"
  cargo install --quiet --locked cargo-fuzz --version 0.13.2
}
rustup toolchain list | grep -q '^nightly' || fail "libFuzzer needs a nightly compiler: rustup toolchain install nightly"

cd "$root"
for target in "${targets[@]}"; do
  [ -f "fuzz/targets/$target.rs" ] || fail "no such target: $target"
  seeds=()
  for folder in "crates/finance/tests/fixtures/$target" "fuzz/seeds/$target"; do
    [ -d "$folder" ] && seeds+=("$root/$folder")
  done
  mkdir -p "fuzz/corpus/$target"
  say "Fuzzing $target for $seconds s"
  # No sanitizer: our code has no unsafe block, and without one a target tries several times as many inputs.
  cargo +nightly fuzz run --sanitizer none "$target" "$root/fuzz/corpus/$target" "${seeds[@]}" -- \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1
done
