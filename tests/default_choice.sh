#!/bin/sh
# default_choice.sh PROGRAM JSON_QUERY EXAMPLES: what the README promises of `scorebound choose` on the default run: the remark's choice is infeasible, with
# its certificate; the other two are feasible, and a run of the recommended one keeps the promise. Minutes long, so it is not part of `make
# check`: .ci/run calls it. On shifted-gaussian.yaml the promise is worth something: less than pure noise has, and kept.
set -eu
program=$(readlink -f "$1") query=$(readlink -f "$2") examples=$(readlink -f "$3")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

started=$(date +%s)
"$program" choose --format=json --apply=chosen.yaml >choices.json
echo "choosing took $(($(date +%s) - started)) s"
ask() { "$query" choices.json "$@"; }
ordered() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }' || { echo "$3" >&2; exit 1; }; }

ask . sound
for choice in printed corrected; do
    ask "choices[name=$choice].feasible" is false
    ask "choices[name=$choice].remark.conditions[name=T >= 1].holds" is false
    ordered "$(ask "choices[name=$choice].certificate.F0_most")" "$(ask "choices[name=$choice].certificate.F0_least")" \
        "the certificate of $choice does not say that no model makes it feasible"
    ordered 0.011 "$(ask "choices[name=$choice].certificate.delta_perfect")" "$choice: the perfect score would do at this delta"
done
for choice in repaired optimised; do ask "choices[name=$choice].feasible" is true; done
ordered "$(ask "choices[name=optimised].bound.rhs")" "$(ask "choices[name=repaired].bound.rhs")" "optimised is worse than repaired"
ordered "$(ask "choices[name=printed].training.share_most")" 0.02 "the printed eta lets training move"

"$program" check chosen.yaml --output=run --format=json >run.json
"$query" run.json "statements[name=a_priori,form=sharp].verdict" is vacuous # true, and more than pure noise has
"$query" run.json "statements[name=lemma_4_6,form=sharp].verdict" is holds

"$program" choose "$examples/shifted-gaussian.yaml" --target=0.5 --format=json --apply=shifted.yaml >choices.json
"$program" check shifted.yaml --output=shifted --format=json >shifted.json
"$query" shifted.json "statements[name=a_priori,form=pl].verdict" is holds
ordered "$("$query" shifted.json "kl[worker=0].closed.hi")" "$(ask "choices[name=optimised].bound.rhs")" "the promise is not kept"
echo "1 passed, 0 failed"
