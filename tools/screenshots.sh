#!/bin/sh
# Photograph the pages of a running instance with examples, for README and docs.
set -eu
cd "$(dirname "$0")/.."
tools/environment.sh dev
tools/machine.sh test
mkdir -p artefacts/screenshots
exec .venv/bin/python tools/screenshots.py artefacts/screenshots "$@"
