#!/bin/sh
# The paper's experiment, tiny: named cases on images, their quick version, the pictures and the page, and what others report beside it.
. "$(dirname "$0")/tap.sh"
cat >tiny.yaml <<'YAML'
seed: 1
data: {kind: shapes, images: {side: 4, count: 24}, workers: 10}
diffusion: {T: 2, delta: 0.1, grid: log-snr, K: 6}
model: {kind: mlp, width: 8, depth: 1}
train: {rounds: 12, local_steps: 2, batch: 8, optimiser: adam, learning_rate: 0.02, precision: float}
measure: {every: 4, replicas: 1, workers: 1, samples: 64, chain_samples: 64, hessian_iterations: 2, kl: [chain]}
sweep:
  title: Tiny & quick
  cases: {F: {pruning.kind: none}, R-S: {pruning.kind: random, pruning.level: S}, T-S: {pruning.kind: top-k, pruning.level: S}}
  show: [FR, kl, lemma_4_6.printed, theorem_4_11.printed]
  beside: others.json
  quick: {train.rounds: 4}
YAML
cat >others.json <<'JSON'
{"title": "Others", "source": "somebody", "note": "only the order compares", "columns": [{"name": "x.FID", "title": "X FID"}],
 "rows": {"F": [73.73], "R-S": [[111.21, 0.5]], "T-S": [null]}}
JSON

quick() {
    run sweep tiny.yaml --quick --output quick && exits 0 && [ "$(find quick -name rounds.jsonl | wc -l)" -eq 3 ] &&
        [ "$(cat quick/*/rounds.jsonl | wc -l)" -eq 12 ] && says out "REPORTED BY OTHERS" && says out "111.21 +- 0.5"
}
whole() { run sweep tiny.yaml --output whole --format json && exits 0 && [ "$(cat whole/*/rounds.jsonl | wc -l)" -eq 36 ] && json . sound; }
cases_in_json() { tr -d ' \n' <out | grep -q '"T-S":{"pruning.kind":"top-k","pruning.level":"S"}'; }
files() {
    for file in sweep.csv sweep.jsonl table.csv sweep.html samples.png; do [ -s "quick/$file" ] || { echo "no $file"; return 1; }; done
    head -n 1 quick/sweep.csv | grep -q '^run,case,name,kind' && grep -q '^1,R-S,kl,divergence,' quick/sweep.csv
}
table() {
    head -n 1 quick/table.csv | grep -q '^run,case,FR,FR.lo,FR.hi,kl,.*,x.FID,x.FID.deviation$' &&
        grep -q '^1,R-S,.*,111.20999999999999,0.5$' quick/table.csv && grep -q '^2,T-S,.*,,$' quick/table.csv
}
page() {
    grep -q '<h1>Tiny &amp; quick</h1>' quick/sweep.html && grep -q 'the quick version' quick/sweep.html && grep -q 'data:image/png;base64,' quick/sweep.html &&
        ! grep -q 'src="[^d]' quick/sweep.html && grep -q 'Rows from the top: data; F; R-S; T-S' quick/sweep.html
}
outside() { # the theorem is not about Adam; the diffusion part alone still is judged
    grep -q '^0,F,theorem_4_11.printed,rhs,.*,not-applicable$' quick/sweep.csv && ! grep -q 'lemma_4_9.printed,rhs,.*,not-applicable$' quick/sweep.csv &&
        set -- quick/????????/ && run report "$1" && exits 0 && says out "outside the theorem: Adam"
}
same_again() {
    cp -r quick before && run sweep tiny.yaml --quick --output quick --threads 2 && exits 0 && cmp before/samples.png quick/samples.png && cmp before/table.csv quick/table.csv
}
no_quick() { sed '/quick:/d' tiny.yaml >slow.yaml && refuses "--quick: error: this sweep has no quick version" sweep slow.yaml --quick --output nowhere; }
no_table() { sed 's/others.json/nothing.json/' tiny.yaml >lost.yaml && refuses "nothing.json" sweep lost.yaml --output nowhere; }
# Three rows of images 4096 pixels high are all that a sheet has room for: the data and two runs.
too_high() {
    idx_images high 12 4096 1
    sed -e 's/^data:.*/data: {kind: images, images: {format: idx, path: high-images, labels: high-labels}, workers: 2}/' -e 's/width: 8/width: 1/' tiny.yaml >high.yaml
    run sweep high.yaml --quick --output high && exits 0 && says err "note: high/samples.png has no room for samples of the last 1 run" && [ -s high/table.csv ] &&
        says high/sweep.html 'Rows from the top: data; F; R-S. Of each the first 12, not chosen. There was no room for the other runs.'
}
no_sheet() {
    cp -r quick plain && rm plain/samples.png plain/table.csv plain/sweep.html && mkdir plain/samples.png && run sweep tiny.yaml --quick --output plain && exits 0 &&
        says err "note: no samples are shown: cannot write plain/samples.png" && [ -s plain/table.csv ] && [ -s plain/sweep.html ] && ! grep -q 'Rows from the top' plain/sweep.html
}

check "the quick version" quick
check "the whole one" whole
check "its cases" cases_in_json
check "files" files
check "the table" table
check "the page" page
check "outside the theorem" outside
check "the same on two threads" same_again
check "more rows than a sheet has room for" too_high
check "a sheet that cannot be written" no_sheet
check "no quick version" no_quick
check "no table of others" no_table
check "a key of the cases" refuses "the case 'F' of the file's section 'sweep' sets this key" sweep tiny.yaml --pruning.kind=none --output nowhere
check "a rule for Adam" refuses "Adam needs 'train.learning_rate' as a number" train tiny.yaml --train.learning_rate=lemma-4.6 --output nowhere
check "choose with Adam" refuses "train.optimiser: error: choose is about the paper's steps (7)" choose tiny.yaml
finish
