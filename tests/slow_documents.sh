#!/bin/sh
# slow_documents.sh PROGRAM ROOT: runs the commands of the documents that are marked `slow` in tests/documents.list. Too long for
# `make check`: .ci/run calls it.
set -eu
program=$(readlink -f "$1") root=$(readlink -f "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
ln -s "$root/data" data
PATH=$(dirname "$program"):$PATH
export PATH

ran=0
sed -n 's/ | slow$//p' "$root/tests/documents.list" | sort -u >commands
while read -r command <&3; do
    started=$(date +%s)
    sh -c "$command" >out 2>err </dev/null || { echo "$command" && cat err; exit 1; } >&2
    echo "$command took $(($(date +%s) - started)) s"
    ran=$((ran + 1))
done 3<commands
echo "$ran passed, 0 failed"
