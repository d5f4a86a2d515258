#!/bin/sh
# Let the tools mend what they can.
set -eu
cd "$(dirname "$0")/.."
tools/environment.sh dev
.venv/bin/ruff check --fix --quiet . || true
.venv/bin/ruff format --quiet .
git ls-files -z | xargs -0 .venv/bin/codespell --write-changes || true
