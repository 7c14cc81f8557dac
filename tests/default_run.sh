#!/bin/sh
# default_run.sh PROGRAM JSON_QUERY: what the README promises of `scorebound check` without arguments. A minute long, so it is not part of
# `make check`: .ci/run calls it.
set -eu
program=$(readlink -f "$1") query=$(readlink -f "$2") readme=$(readlink -f "$(dirname "$0")/../README.md")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

started=$(date +%s)
"$program" check --output=run --format=json >two.json
echo "the default run took $(($(date +%s) - started)) s"
ask() { "$query" two.json "$@"; }
less() { awk -v a="$(ask "$1")" -v b="$(ask "$2")" -v share="$3" 'BEGIN { exit !(a < share * b) }' || { echo "$1 is not below $3 of $2" >&2; exit 1; }; }

# training learns: the score loss of every worker falls by half at least, the chain and the divergence clearly
for worker in 0 1 2 3 4 5 6 7 8 9; do
    less "workers[worker=$worker].score_loss_after.hi" "workers[worker=$worker].score_loss_before.lo" 0.5
    less "kl[worker=$worker].chain.hi" "kl[worker=$worker].before.chain.lo" 0.5
    less "kl[worker=$worker].grid.hi" "kl[worker=$worker].before.grid.lo" 0.5
done
# eta meets Lemma 4.6's condition for the L of this very run, so the lemma applies in each form; nothing that is true looks violated
for form in printed corrected sharp; do ask "statements[name=lemma_4_6,form=$form].verdict" is holds; done
ask "statements[name=lemma_4_8,form=exact].verdict" is holds
ask "statements[name=theorem_4_11,form=sharp].verdict" is holds
ask "statements[name=theorem_4_11,form=printed].verdict" is vacuous
ask . sound

# what the README shows of this run is what it prints: summary and ledger, then the waterfall
shown() { awk -v wanted="$1" '/^```text$/ { n++; inside = n == wanted; next } /^```/ { inside = 0 } inside' "$readme"; }
"$program" report run | sed "s/ *\$//" >table
for block in 1 2; do
    shown $block >block
    awk 'NR == FNR { block[++n] = $0; next } $0 == block[at + 1] { if (++at == n) exit; next } { at = $0 == block[1] } END { exit at < n || n == 0 }' block table ||
        { echo "block $block of the README is not what the default run prints" >&2; exit 1; }
done

# the same bytes on one thread
"$program" check --threads=1 --output=one >/dev/null
cmp run/ledger.json one/ledger.json
cmp run/measured.json one/measured.json
cmp run/checkpoint.safetensors one/checkpoint.safetensors
echo "1 passed, 0 failed"
