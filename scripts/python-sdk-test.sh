#!/usr/bin/env bash
# Drives the emulator with Databricks' and OpenAI's official Python clients, as proof that it speaks the real protocols.
# Usage: scripts/python-sdk-test.sh
# They are installed once into .tools/python; without a network the test needs that to have happened before.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

sdk="databricks-sdk==0.162.0"
openai="openai==3.54.0"
home="$tools_dir/python"

if [ "$(cat "$home/.done" 2>/dev/null)" != "$sdk $openai" ]; then
  say "Installing $sdk and $openai, once"
  mkdir -p "$tools_dir"
  make_venv "$home"
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
