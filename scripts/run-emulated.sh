#!/usr/bin/env bash
# The whole app as a Databricks App with a Lakebase database and a serving endpoint, all of it on this machine: no account needed.
# What it writes is in this checkout's own PostgreSQL (scripts/postgres.sh) and, while that is away, in data/emulated.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

say "Emulated: the workspace, its credentials and the front door of the database and a model stay on this machine"
# The journal in ./data is a person's own: it must not move to an emulated database, nor .env.local choose another one.
export LAKELEDGER_DATA_DIR="${LAKELEDGER_DATA_DIR:-data/emulated}" LAKELEDGER_ENV_FILE=/dev/null
# A model of the emulator's own answers; LAKELEDGER_MODEL=builtin leaves it to the built-in engine.
export SERVING_ENDPOINT="${SERVING_ENDPOINT:-lakeledger-chat}"
exec scripts/emulate.sh run scripts/run.sh
