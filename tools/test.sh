#!/bin/sh
# Run every test: the quick ones two by two, then the guide's, and beside them those that start whole
# instances, one by one, which mostly wait. Only the guide's and those count what they cover: counting makes
# the quick ones take half as long again, and lines that no whole story of a user reaches are what the floor
# is about. `make coverage` counts all.
#   tools/test.sh [--cover-all] [PYTEST OPTION …]
set -eu
cd "$(dirname "$0")/.."
quick_counts=""
if [ "${1:-}" = --cover-all ]; then
	quick_counts="--cov --cov-report="
	shift
fi
tools/environment.sh dev
tools/machine.sh test

mkdir -p artefacts
rm -f .coverage .coverage.*
present() { for folder in "$@"; do [ -z "$(find "tests/$folder" -name 'test_*.py' 2>/dev/null)" ] || echo "tests/$folder"; done; }
# part NAME [PYTEST OPTION …]: become the tests of one part; what it covers goes to a file of its own
part() {
	name=$1
	shift
	COVERAGE_FILE=".coverage.$name" exec .venv/bin/python -m pytest --junitxml "artefacts/$name.xml" "$@"
}

whole=0
# shellcheck disable=SC2046  # one word per folder is meant
(part tests-e2e --cov --cov-report= $(present e2e) "$@" >artefacts/tests-e2e.txt 2>&1) &
beside=$!
trap 'kill -INT $beside 2>/dev/null || true' EXIT
# shellcheck disable=SC2046,SC2086
(part tests $quick_counts $(present unit property worlds contract golden api attack) -n 2 "$@") || whole=$?
# shellcheck disable=SC2046
(part tests-docs --cov --cov-report= $(present docs) "$@") || whole=$?
echo "Waiting for the tests that start whole instances (artefacts/tests-e2e.txt) …"
wait $beside || whole=$?
cat artefacts/tests-e2e.txt

# A chosen part of the tests says nothing about coverage.
if [ $# -eq 0 ]; then
	.venv/bin/python -m coverage combine -q
	.venv/bin/python -m coverage html -q -d artefacts/coverage || true
	.venv/bin/python -m coverage report >artefacts/coverage.txt || whole=$?
	tail -n 40 artefacts/coverage.txt
fi
exit $whole
