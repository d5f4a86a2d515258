#!/bin/sh
# Read the code without running it. Every check runs, so that all faults are seen at once.
set -u
cd "$(dirname "$0")/.." || exit 1
tools/environment.sh dev || exit 1
PATH="$PWD/.venv/bin:$PATH"
status=0
check() {
	echo "— $1" >&2
	shift
	"$@" || status=1
}
check "style" ruff check --quiet .
check "format" ruff format --check --quiet .
check "types" mypy
check "floors" lint-imports --no-cache
check "house" python tools/house.py
check "spelling" sh -c 'git ls-files -z | xargs -0 codespell'
check "templates" djlint --quiet --configuration pyproject.toml --lint server/src/gatepost_server/ui
check "fragments" sh -c 'towncrier build --draft --version next >/dev/null 2>&1'
check "lock file" uv lock --check --quiet
check "generated docs" tools/docs.sh --check
[ $status = 0 ] && echo "All checks passed." >&2
exit $status
