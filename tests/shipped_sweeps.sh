#!/bin/sh
# shipped_sweeps.sh PROGRAM JSON_QUERY DIRECTORY: every sweep of data/sweeps runs, leaves its table and picture, and finds what its first lines
# say is expected. Minutes long, so it is not part of `make check`: .ci/run calls it.
set -eu
program=$(readlink -f "$1") query=$(readlink -f "$2") shipped=$(readlink -f "$3")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

for file in "$shipped"/*.yaml; do
    name=$(basename "$file" .yaml)
    started=$(date +%s)
    "$program" sweep "$file" --output="$name" --format=json >"$name.json"
    echo "sweep $name took $(($(date +%s) - started)) s"
    "$query" "$name.json" . sound
    [ -s "$name/sweep.csv" ] && [ -s "$name/sweep.jsonl" ] && grep -q '</svg>' "$name/sweep.svg" && [ -s "$name/sweep.png" ] ||
        { echo "sweep $name left no table or no picture" >&2; exit 1; }
done

# slope SWEEP COLUMN PART: of the fitted exponent. above, below: SWEEP COLUMN NUMBER, the whole interval
slope() { "$query" "$1.json" "slopes[column=$2].slope.$3"; }
above() { awk -v a="$(slope "$1" "$2" lo)" -v b="$3" 'BEGIN { exit !(a > b) }' || { echo "$1: $2 does not grow faster than $3" >&2; exit 1; }; }
below() { awk -v a="$(slope "$1" "$2" hi)" -v b="$3" 'BEGIN { exit !(a < b) }' || { echo "$1: $2 does not grow slower than $3" >&2; exit 1; }; }
near() { above "$1" "$2" "$(awk -v a="$3" -v b="$4" 'BEGIN { print a - b }')" && below "$1" "$2" "$(awk -v a="$3" -v b="$4" 'BEGIN { print a + b }')"; }

# linear in d: the divergence itself and every form of the theorem
for column in kl theorem_4_11.printed theorem_4_11.corrected theorem_4_11.sharp lemma_4_5.printed; do near dimension $column 1 0.05; done
# more rounds: KL falls, the theorem rises
below rounds kl_pooled 0
above rounds theorem_4_11.printed 0.9
above rounds theorem_4_11.corrected 0.9
# Lemma 4.6's floor is inversely proportional to Gamma*, its left side is not
near gamma lemma_4_6.corrected -1 0.1
above gamma lemma_4_6.lhs -0.3
# workers that resemble each other cost less
below heterogeneity kl 0
below heterogeneity heterogeneity.lhs 0
# Lemma 4.5 falls as 1/K, KL nearly as 1/K^2
near grids lemma_4_5.lhs -1 0.1
near grids kl -2 0.3
# at the same R S the number of local steps changes nothing
near local-steps kl 0 0.05

# what is finished is not run again
touch stamp
"$program" sweep "$shipped/rounds.yaml" --output=rounds --format=json >again.json
cmp rounds.json again.json
[ -z "$(find rounds -name measured.json -newer stamp)" ] || { echo "a finished run was run again" >&2; exit 1; }
echo "1 passed, 0 failed"
