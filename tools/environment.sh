#!/bin/sh
# Make the Python environment in .venv, by lock file, and the web assets; quick when
# nothing changed.   tools/environment.sh run|dev
#
# Asks of the machine a python3 >= 3.11 and nothing else: not pip (PEP 668 forbids it on
# Debian) and not ensurepip (Debian packages it apart).
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}
say() { echo "$*" >&2; }

is_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=${PYTHON:-python3}
# The distribution's is built with profile-guided optimization. Others often are not, as
# pyenv's by default, and every request through the gate would take a fifth longer.
if [ -z "${PYTHON:-}" ] && [ "$(uname)" = Linux ] && is_enough /usr/bin/python3; then
	python=/usr/bin/python3
fi
if ! is_enough "$python"; then
	say "Gatepost needs Python 3.11 or later; '$python' is not. Name one with PYTHON=/path/to/python3."
	exit 1
fi

wanted=$(cat uv.lock pyproject.toml sdk/pyproject.toml server/pyproject.toml | cksum)
stamp() { echo ".venv/.made-for-$1"; }
is_made() { [ -x .venv/bin/python ] && [ "$(cat "$(stamp "$1")" 2>/dev/null)" = "$wanted" ]; }

if ! is_made dev && ! is_made "$purpose"; then
	say "Making the Python environment (.venv) …"
	[ -x .venv/bin/python ] || "$python" -m venv --without-pip .venv
	uv=.venv/bin/uv
	[ -x "$uv" ] || uv=$("$python" tools/fetch_uv.py .uv)
	# A cache on another disk cannot be linked from; copying then is no accident to warn of.
	cache=$("$uv" cache dir 2>/dev/null || echo .)
	mkdir -p "$cache"
	[ "$(stat -c %d "$cache")" = "$(stat -c %d .venv)" ] || export UV_LINK_MODE=copy
	groups=--no-dev
	[ "$purpose" = run ] || groups=--all-groups
	UV_PYTHON_DOWNLOADS=never "$uv" sync --frozen --quiet --inexact $groups
	echo "$wanted" >"$(stamp "$purpose")"
fi

.venv/bin/python -m gatepost_server.ui.assets.build >&2
