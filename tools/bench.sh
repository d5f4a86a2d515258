#!/bin/sh
# Run each measurement of bench/ and keep what it prints.
set -eu
cd "$(dirname "$0")/.."
tools/environment.sh dev
tools/machine.sh test
mkdir -p bench/results
for script in bench/[a-z]*.py; do
	name=$(basename "$script" .py)
	echo "— $name" >&2
	.venv/bin/python "$script" | tee "bench/results/$name.txt"
done
