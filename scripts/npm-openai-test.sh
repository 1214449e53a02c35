#!/usr/bin/env bash
# Drives the emulator with OpenAI's official client for Node, as proof that it speaks the real protocol.
# Usage: scripts/npm-openai-test.sh
# The client is installed once beside the test; without a network that has to have happened before.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

folder=scripts/emulator/openai
has node || fail "Node.js is missing. Install it and try again (Debian calls it: nodejs npm)."
if ! [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then
  say "Installing OpenAI's client for Node, once"
  (cd "$folder" && npm ci --silent --no-progress)
fi
exec scripts/emulate.sh run node "$folder/test.mjs"
