#!/bin/sh
# report RUN RUN ...: runs side by side in three formats, and their page.
. "$(dirname "$0")/tap.sh"
tiny_config | sed 's/keep: 0.8/keep: [1, 0.9, 0.8]/' >tiny.yaml
run check tiny.yaml --output one
run check tiny.yaml --output 'two<&"' --seed=4 --train.rounds=4
run check tiny.yaml --output three --pruning.keep=0.05

sound() {
    if command -v xmllint >/dev/null; then xmllint --noout --nonet "$1" || return 1; fi
    tail -c 15 "$1" | grep -q '^</body></html>$' && ! grep -E -q 'https?://|@import|url\(|<link' "$1"
}
tables() {
    run report one 'two<&"' three && exits 0 && silent err && says out '  [2]  two<&"' && says out 'SLACK WATERFALL' && says out 'Theorem 4.11 corrected' &&
        says out 'violated' && says out 'KL after, pooled data' && grep -q '^R  *6  *4  *6$' out
}
page() { [ "$(ls runs | grep -c -E '^comparison-[0-9a-f]{8}\.html$')" -eq 1 ] && says out "$(ls runs/*.html)" && sound runs/*.html && says runs/*.html '[2] two&lt;&amp;&quot;'; }
again() { run report one 'two<&"' three && [ "$(ls runs | wc -l)" -eq 1 ] && run report three one && [ "$(ls runs | wc -l)" -eq 2 ]; }
named() { run report one three -o here.html && exits 0 && says out here.html && sound here.html && [ "$(ls runs | wc -l)" -eq 2 ]; }
as_json() {
    run report one 'two<&"' --format json && exits 0 && json . sound && json runs count 2 && json 'runs[1].run' is 'two<&"' && json 'runs[0].constants.R.value' is 6 && json 'runs[1].constants.R.value' is 4
}
as_csv() {
    run report one 'two<&"' --format csv && [ "$(head -n 1 out)" = "run,$(head -n 1 one/ledger.csv)" ] && grep '^one,' out | sed 's/^one,//' >mine && tail -n +2 one/ledger.csv | cmp - mine &&
        [ "$(grep -c '^"two<&"""' out)" -eq "$(($(wc -l <'two<&"/ledger.csv') - 1))" ]
}
narrow() { for width in 80 100 120; do COLUMNS=$width "$SCOREBOUND" report one 'two<&"' three one >out && [ "$(awk -v w="$width" '{ if (length > w) n++ } END { print n + 0 }' out)" -eq 0 ] || return 1; done; }
the_same_twice() { run report one one && exits 0 && says out '  [2]  one'; }
strict() { run report one three --strict; exits 3; }
no_such_run() { refuses "nowhere: error: no run directory" report one nowhere; }
no_plot() { refuses "--plot: error: draws the waterfall of one run" report one three --plot; }
too_many() {
    set --
    while [ $# -lt 61 ]; do set -- "$@" one; done
    refuses "61 runs, and up to 60 can be compared" report "$@"
}
no_gnuplot() {
    mkdir bare && env PATH="$PWD/bare" "$SCOREBOUND" report one three -o dry.html >out 2>err
    status=$?
    exits 0 && says out LEDGER && says err "dry.html is written without curves and densities" && sound dry.html && ! grep -q '<img' dry.html && says dry.html "gnuplot was not installed"
}

check "three runs side by side" tables
check "their page" page
check "the same runs, the same page" again
check "a page with a name" named
check "as json" as_json
check "as csv" as_csv
check "no line is too wide" narrow
check "a run beside itself" the_same_twice
check "strict" strict
check "no such run" no_such_run
check "no drawing of several" no_plot
check "too many" too_many
check "without gnuplot" no_gnuplot
finish
