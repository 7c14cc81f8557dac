#!/bin/sh
# report RUN RUN ...: runs side by side in three formats, and their page.
. "$(dirname "$0")/tap.sh"
tiny_config | sed 's/keep: 0.8/keep: [1, 0.9, 0.8]/' >tiny.yaml
run check tiny.yaml --output one
run check tiny.yaml --output 'two<&"' --seed=4 --train.rounds=4
run check tiny.yaml --output three --pruning.keep=0.05
run check tiny.yaml --output grid --measure.kl='[chain,grid]'

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
no_page_from() { before=$(ls runs) && "$@" && [ "$(ls runs)" = "$before" ]; }
as_json() {
    no_page_from run report one 'two<&"' --format json && exits 0 && json . sound && json runs count 2 && json 'runs[1].run' is 'two<&"' && json 'runs[0].constants.R.value' is 6 && json 'runs[1].constants.R.value' is 4
}
as_csv() {
    no_page_from run report one 'two<&"' --format csv && [ "$(head -n 1 out)" = "run,$(head -n 1 one/ledger.csv)" ] && grep '^one,' out | sed 's/^one,//' >mine && tail -n +2 one/ledger.csv | cmp - mine &&
        [ "$(grep -c '^"two<&"""' out)" -eq "$(($(wc -l <'two<&"/ledger.csv') - 1))" ]
}
page_beside_csv() { run report one three --format csv -o beside.html && head -n 1 out | grep -q '^run,' && sound beside.html; }
# KL is known of a run with a grid, and bounded from above of one with the chain alone; neither is called by the other's name.
bounds_and_measurements() {
    for order in 'one grid' 'grid one'; do
        run report $order && exits 0 && [ "$(grep -c -E 'measured KL|KL at most' out)" -eq 0 ] || return 1
        awk '/^SLACK WATERFALL$/ { on = 1 } on && /^KL / { print; exit }' out >kl
        if [ "$order" = 'one grid' ]; then grep -q -E '^KL +<= [0-9.]+ +[0-9.]+$' kl && says out '[1]: only an upper bound of KL is known' || return 1
        else grep -q -E '^KL +[0-9.]+ +<= [0-9.]+$' kl && says out '[2]: only an upper bound of KL is known' || return 1; fi
    done
}
caveats() {
    run check tiny.yaml --output adam --train.optimiser=adam --diffusion.sampler=ddpm && run check tiny.yaml --output steep --train.learning_rate=0.2
    run report one adam steep three && exits 0 && tr -s '\n ' ' ' <out >words && says words "[2]: \"chain to path\" gives nothing away" &&
        says words "[2]: the descent lemma is about the steps (7), and these were Adam's" && says words '[3]: the descent lemma does not apply at the learning rate used'
}
# Densities on the line stand in one picture, with a curve for each run; without any there is no title.
densities() {
    run report one grid -o line.html && exits 0 && says line.html '>WHAT THEY GENERATE<' || return 1
    grep -o 'svg+xml;base64,[^"]*" *' line.html | sed 's/.*,//; s/"//' | while read -r picture; do echo "$picture" | base64 -d; done >svgs
    says svgs '>data<' && says svgs 'after training, at most' || return 1
    for name in one grid; do cp -r $name bald-$name && rm bald-$name/pictures.json; done
    run report bald-one bald-grid -o line.html && exits 0 && ! says line.html 'WHAT THEY GENERATE'
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
    exits 0 && says out LEDGER && says err "dry.html is written without curves and densities" && sound dry.html && ! grep -q '<img' dry.html && says dry.html "gnuplot was not installed" &&
        ! says dry.html '>DIVERGENCE<' && ! says dry.html '>WHAT THEY GENERATE<'
}
failing_gnuplot() {
    mkdir broken && printf '#!/bin/sh\ncat >/dev/null\necho "line 0: unknown terminal svg" >&2\nexit 1\n' >broken/gnuplot && chmod +x broken/gnuplot
    PATH="$PWD/broken:$PATH" "$SCOREBOUND" report one three -o failed.html >out 2>err
    status=$?
    exits 0 && says err "failed.html is written without 3 pictures: gnuplot failed: line 0: unknown terminal svg" && sound failed.html && ! says failed.html '>DIVERGENCE<'
}

check "three runs side by side" tables
check "their page" page
check "the same runs, the same page" again
check "a page with a name" named
check "as json" as_json
check "as csv" as_csv
check "a page beside csv" page_beside_csv
check "bounds and measurements" bounds_and_measurements
check "what is to be known of waterfalls" caveats
if command -v gnuplot >/dev/null; then check "densities on the line" densities; fi
check "no line is too wide" narrow
check "a run beside itself" the_same_twice
check "strict" strict
check "no such run" no_such_run
check "no drawing of several" no_plot
check "too many" too_many
check "without gnuplot" no_gnuplot
check "a gnuplot that fails" failing_gnuplot
finish
