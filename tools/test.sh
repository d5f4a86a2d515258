#!/bin/sh
# Run every test: the quick ones side by side, then those that own the machine, one by one.
#   tools/test.sh [PYTEST OPTION …]
set -eu
cd "$(dirname "$0")/.."
tools/environment.sh dev
tools/machine.sh test

mkdir -p artefacts
rm -f .coverage .coverage.*
present() { for folder in "$@"; do [ -z "$(find "tests/$folder" -name 'test_*.py' 2>/dev/null)" ] || echo "tests/$folder"; done; }
run() { .venv/bin/python -m pytest --cov --cov-report= --cov-append "$@"; }

status=0
# shellcheck disable=SC2046  # one word per folder is meant
run -n 2 --junitxml artefacts/tests.xml $(present unit property worlds contract golden api attack) "$@" || status=$?
# shellcheck disable=SC2046
run --junitxml artefacts/tests-e2e.xml $(present e2e docs) "$@" || status=$?

# A chosen part of the tests says nothing about coverage.
if [ $# -eq 0 ]; then
	.venv/bin/python -m coverage html -q -d artefacts/coverage || true
	.venv/bin/python -m coverage report >artefacts/coverage.txt || status=$?
	tail -n 40 artefacts/coverage.txt
fi
exit $status
