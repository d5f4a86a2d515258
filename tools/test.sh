#!/bin/sh
# Run every test: the quick ones two by two, then the guide's with those of the command line and of what lies
# behind programs and data connections (file by file, since the pages of the guide are one story), and beside
# them those that start whole instances, one by one, which mostly wait; those of the tree of processes come
# after the guide's, so that both ways take as long. Only the last two count what they cover: counting makes
# tests take half as long again, and lines that no whole story of a user reaches are what the floor is about.
# The guide runs its commands in processes of their own, which are not counted; that is why the command line's
# own tests are. `make coverage` counts all.
#   tools/test.sh [--cover-all] [PYTEST OPTION …]
set -eu
cd "$(dirname "$0")/.."
quick_counts=""
if [ "${1:-}" = --cover-all ]; then
	quick_counts="--cov --cov-report= --cov-fail-under=0"
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

counted="unit/cli unit/sdk unit/broker unit/connections api/sdk api/broker api/clients api/connections api/credentials"
elsewhere=""
for folder in $counted; do elsewhere="$elsewhere --ignore=tests/$folder"; done

whole=0
# shellcheck disable=SC2046  # one word per folder is meant
(part tests-e2e --cov --cov-report= --cov-fail-under=0 --ignore=tests/e2e/tree $(present e2e) "$@" >artefacts/tests-e2e.txt 2>&1) &
beside=$!
trap 'kill -INT $beside 2>/dev/null || true' EXIT
# shellcheck disable=SC2046,SC2086
(part tests $quick_counts $elsewhere $(present unit property worlds contract golden api attack) -n 2 "$@") || whole=$?
# shellcheck disable=SC2046,SC2086
(part tests-docs --cov --cov-report= --cov-fail-under=0 -n 2 --dist loadscope $(present docs $counted e2e/tree) "$@") || whole=$?
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
