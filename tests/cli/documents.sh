#!/bin/sh
# Every command shown in the README and in doc/ runs and exits with 0. What takes long, ./quickstart, `claim all` and the shipped
# sweeps, is run by .ci/run.
documents=$(cd "${srcdir:-.}" && pwd)
. "$(dirname "$0")/tap.sh"
mkdir -p build && ln -s "$SCOREBOUND" build/scorebound
PATH=$(dirname "$SCOREBOUND"):$PATH
export PATH

# commands FILE: the lines of its sh blocks
commands() { awk '/^```sh$/ { inside = 1; next } /^```/ { inside = 0 } inside && !/^\.\/quickstart/ && !/ claim all/ && !/ sweep data\// && NF' "$1"; }
succeeds() { sh -c "$1" >out 2>err; status=$?; exits 0; }

for file in "$documents/README.md" "$documents"/doc/*.md; do
    commands "$file" >list
    while IFS= read -r line <&3; do
        check "$(basename "$file"): $line" succeeds "$line"
    done 3<list
done
finish
