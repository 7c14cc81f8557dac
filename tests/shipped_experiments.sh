#!/bin/sh
# shipped_experiments.sh PROGRAM JSON_QUERY FILE...: the quick version of each experiment of data/experiments runs, and leaves what
# doc/experiments.md promises. Minutes long, so it is not part of `make check`: .ci/run calls it.
set -eu
program=$(readlink -f "$1") query=$(readlink -f "$2")
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() { echo "$*" >&2; exit 1; }

for file; do
    name=$scratch/$(basename "$file" .yaml)
    started=$(date +%s)
    "$program" sweep "$file" --quick --output="$name" --format=json >"$name.json"
    echo "experiment $file, its quick version, took $(($(date +%s) - started)) s"
    "$query" "$name.json" . sound
    "$query" "$name.json" sweep.finished is 7
    "$query" "$name.json" 'beside.rows.T-S' count 6
    for left in table.csv sweep.html samples.png losses.svg losses.png sweep.csv sweep.jsonl; do
        [ -s "$name/$left" ] || fail "experiment $file left no $left"
    done
    [ "$(wc -l <"$name/table.csv")" -eq 8 ] || fail "experiment $file: table.csv has not seven settings"
    # each setting learns
    for setting in F R-L R-M R-S T-L T-M T-S; do
        awk -F, -v setting="$setting" '$2 == setting && $3 == "F0" { before = $5 } $2 == setting && $3 == "FR" { after = $5 }
            END { exit !(after > 0 && after < before) }' "$name/sweep.csv" || fail "experiment $file: $setting learned nothing"
    done
done
echo "1 passed, 0 failed"
