#!/usr/bin/env bash
# Drives the emulator with Databricks' and OpenAI's official Python clients, as proof that it speaks the real protocols.
# Usage: scripts/python-sdk-test.sh
# They are installed once into .tools/python; without a network the test needs that to have happened before.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

sdk="databricks-sdk==0.162.0"
openai="openai==3.54.0"
home="$tools_dir/python"

has python3 || fail "Python 3 is missing. Install it and try again (Debian calls it: python3)."

# With pip and venv where there are both, else with what Debian needs for that.
make_venv() {
  rm -rf "$home"
  python3 -m venv "$home" >/dev/null 2>&1 && return
  if has apt-get && [ "$(id -u)" = 0 ]; then
    say "Installing python3-venv"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends python3-venv >/dev/null 2>&1 || {
      apt-get update -qq >/dev/null
      apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    }
    rm -rf "$home"
    python3 -m venv "$home" >/dev/null && return
  fi
  fail "Python's venv module is missing. Install it and try again: sudo apt-get install python3-venv"
}

if [ "$(cat "$home/.done" 2>/dev/null)" != "$sdk $openai" ]; then
  say "Installing $sdk and $openai, once"
  mkdir -p "$tools_dir"
  make_venv
  pip=("$home/bin/python" -m pip install --quiet --disable-pip-version-check)
  # The SDK asks for a newer certifi than some mirrors have; on loopback no certificate authority is asked.
  "${pip[@]}" "$sdk" 2>/dev/null || {
    "${pip[@]}" certifi 'requests<3,>=2.28.1' 'google-auth~=2.0' 'protobuf<8.0,>=4.25.8' 'urllib3<3,>=1.26'
    "${pip[@]}" --no-deps "$sdk"
  }
  "${pip[@]}" "$openai"
  echo "$sdk $openai" >"$home/.done"
fi

# shellcheck disable=SC2016 # the inner shell expands it
exec scripts/emulate.sh run sh -c '"$0" scripts/emulator/test_sdk.py && "$0" scripts/emulator/test_openai.py' "$home/bin/python"
