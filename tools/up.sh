#!/bin/sh
# From a checkout to a running instance: environment, web assets, isolation, `gatepost up`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/environment.sh" run
"$here/machine.sh" run
cd "$here/.."
exec .venv/bin/gatepost up "$@"
