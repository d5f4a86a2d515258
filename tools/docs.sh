#!/bin/sh
# Write the generated references anew, or (--check) tell which of them are out of date.
set -eu
cd "$(dirname "$0")/.."
tools/environment.sh dev
exec .venv/bin/python tools/references.py "$@"
