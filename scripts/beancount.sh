#!/usr/bin/env bash
# Installs beancount into .tools/beancount, once: the tests of the export ask it whether the file is sound.
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

package="beancount==3.2.3"
home="$tools_dir/beancount"

[ "$(cat "$home/.done" 2>/dev/null)" != "$package" ] || exit 0
say "Installing $package, once"
mkdir -p "$tools_dir"
make_venv "$home"
"$home/bin/python" -m pip install --quiet --disable-pip-version-check "$package"
echo "$package" >"$home/.done"
