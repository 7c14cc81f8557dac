#!/bin/sh
# report.html: one sound file with everything in it, whatever the run is called and whatever it lacks.
. "$(dirname "$0")/tap.sh"
tiny_config | sed 's/keep: 0.8/keep: [1, 0.9, 0.8]/; s/kl: \[chain\]/kl: [chain, grid]/' >tiny.yaml
command -v gnuplot >/dev/null && have_gnuplot=1 || have_gnuplot=0
command -v xmllint >/dev/null && have_xmllint=1 || have_xmllint=0

mkdir bare broken
cat >broken/gnuplot <<'END'
#!/bin/sh
cat >/dev/null
echo 'line 0: unknown terminal svg' >&2
exit 1
END
chmod +x broken/gnuplot
without_gnuplot() {
    env PATH="$PWD/bare" "$SCOREBOUND" "$@" >out 2>err
    status=$?
}

# The page is well-formed, and reaches for nothing outside of itself.
sound() {
    [ "$(head -c 15 "$1")" = "<!DOCTYPE html>" ] && tail -c 15 "$1" | grep -q '^</body></html>$' || return 1
    if [ "$have_xmllint" -eq 1 ]; then xmllint --noout --nonet "$1" || return 1; fi
    ! grep -E -o '(src|href|srcset|data|action)="[^"]{0,30}' "$1" | grep -v -E '^(src="data:image/(svg\+xml|png);base64,|href="#)' &&
        ! grep -E -q 'https?://|@import|url\(|<link|<iframe|<script [^>]*src' "$1"
}
# Numbers of ledger.csv that are long enough to be no part of a name stand on the page as they stand there.
has_the_ledger() {
    grep -oE -e '-?[0-9]+(\.[0-9]+)?(e[-+][0-9]+)?' "$1/ledger.csv" | awk 'length > 7' | sort -u >wanted
    grep -oE '<data value="[^"]*"' "$2" | sed 's/.*="//; s/"//' | sort -u >shown
    [ "$(wc -l <wanted)" -gt 100 ] && [ -z "$(comm -23 wanted shown)" ]
}
# No title stands over nothing, and no frame is empty.
no_empty_place() { ! tr -d '\n' <"$1" | grep -q -E '</h2>(<h2|<p>gnuplot|<p>[0-9]* picture|</body>)|class="sheet"></div>'; }
pictures() { grep -o '<img ' "$1" | wc -l; }

checks() { run check tiny.yaml --output run && exits 0 && silent err && says out "  run/report.html" && sound run/report.html; }
sections() {
    for title in SUMMARY 'SLACK WATERFALL' 'WHAT IT GENERATES' LEDGER CONDITIONS STATEMENTS ASSUMPTIONS MEASURED MASKS WORKERS 'KL LADDER' CONFIGURATION PROVENANCE; do
        grep -q "\">$title</h2>" run/report.html || return 1
    done
}
# The sentences at the top are those of the terminal: one after the other, without the breaks of its lines.
same_words() {
    run report run && awk '/^SUMMARY$/ { on = 1; next } /^$/ { on = 0 } on' out | sed 's/^  - //; s/^ *//' | tr '\n' ' ' | tr -s ' ' >terminal
    sed -n '/id="summary"/,/id="slack-waterfall"/p' run/report.html | grep 'class="point"' | sed 's/<[^>]*>//g; s/&#160;/ /g' | tr '\n' ' ' | tr -s ' ' >page
    [ -s page ] && cmp terminal page
}
formulas() { [ "$(grep -o '<math ' run/report.html | wc -l)" -gt 60 ] && grep -q '<msubsup>' run/report.html; }
all_numbers() { has_the_ledger run run/report.html; }
all_pictures() { [ "$(pictures run/report.html)" -ge 10 ]; }
drawn_pictures_are_svg() {
    grep -o 'svg+xml;base64,[^"]*' run/report.html | sed 's/.*,//' | while read -r picture; do
        echo "$picture" | base64 -d >picture.svg && grep -q '</svg>' picture.svg || exit 1
        if [ "$have_xmllint" -eq 1 ]; then xmllint --noout --nonet picture.svg || exit 1; fi
    done
}
report_writes_it_again() { cp run/report.html before && rm run/report.html && run report run --format csv && cmp out run/ledger.csv && cmp before run/report.html; }
named() { run report run -o elsewhere.html && exits 0 && says out elsewhere.html && cmp elsewhere.html run/report.html; }
bad_name() { run report run -o run; exits 2 && says err "--output=run: error: this is a directory"; }
train_removes_it() { cp -r run again && run train tiny.yaml --output again && exits 0 && [ ! -e again/report.html ] && [ ! -e again/pictures.json ]; }

no_gnuplot() {
    cp -r run dry && rm dry/waterfall.svg dry/waterfall.png dry/report.html && without_gnuplot report dry && exits 0 && says out "SLACK WATERFALL" &&
        says err "note: gnuplot is not installed" && says err "dry/report.html is written without curves and densities" &&
        sound dry/report.html && [ "$(pictures dry/report.html)" -eq 0 ] && says dry/report.html "gnuplot was not installed" && has_the_ledger dry dry/report.html &&
        no_empty_place dry/report.html && ! says dry/report.html "OVER THE ROUNDS" && ! says dry/report.html "WHAT IT GENERATES" && ! says dry/report.html "Densities: "
}
# In the plane, where densities are several pictures in a frame.
plane() {
    sed 's/mean: \[\([-0-9.]*\)\]/mean: [\1, 0.5]/; s/covariance: \([0-9.]*\)/covariance: [\1, 0.3]/; s/kl: .*/kl: [chain]}/' tiny.yaml >plane.yaml
    run check plane.yaml --output plane && exits 0 && sound plane/report.html && no_empty_place plane/report.html || return 1
    if [ "$have_gnuplot" -eq 1 ]; then says plane/report.html "All share one scale." && grep -q 'class="sheet"' plane/report.html || return 1; fi
    without_gnuplot report plane && exits 0 && sound plane/report.html && no_empty_place plane/report.html && ! says plane/report.html "All share one scale."
}
# A gnuplot that fails costs pictures, no page. This run has no waterfall, which is drawn before the page is.
failing_gnuplot() {
    PATH="$PWD/broken:$PATH" "$SCOREBOUND" report none >out 2>err
    status=$?
    exits 0 && says err "pictures: gnuplot failed: line 0: unknown terminal svg" && sound none/report.html && no_empty_place none/report.html &&
        [ "$(pictures none/report.html)" -eq 0 ] && says none/report.html "could not be drawn where this page was made: gnuplot failed: line 0" &&
        ! says none/report.html "was not installed"
}
hostile_name() {
    hostile="a<b>&\"c'\$(x)$(printf '\377')"
    cp -r run "$hostile" && rm "$hostile/report.html" && run report "$hostile" && exits 0 && sound "$hostile/report.html" &&
        says "$hostile/report.html" "<h1>Run a&lt;b&gt;&amp;&quot;c'\$(x)&#xfffd;</h1>"
}
no_waterfall() {
    run check tiny.yaml --output none --pruning.keep=0.05 && exits 0 && sound none/report.html && says none/report.html 'None: ' &&
        has_the_ledger none none/report.html
}
one_worker() {
    run check tiny.yaml --output one --data.workers=1 --data.partition.kind=iid --pruning.kind=none --pruning.keep=1 && exits 0 && sound one/report.html &&
        says one/report.html "In no round was a parameter left to nobody." && has_the_ledger one one/report.html
}
untrained() {
    run check tiny.yaml --output zero --model.kind=exact --train.learning_rate=0.01 --pruning.kind=none --pruning.keep=1 && exits 0 && sound zero/report.html && has_the_ledger zero zero/report.html &&
        ! says zero/report.html ">MASKS<" && ! says zero/report.html "trained parameters" || return 1
    if [ "$have_gnuplot" -eq 1 ]; then says zero/report.html "what the sampler generates with this model." || return 1; fi
}
no_rounds() { cp -r run bald && rm bald/rounds.jsonl bald/provenance.json && run report bald && exits 0 && silent err && sound bald/report.html && says bald/report.html "Nothing is noted"; }
damaged() {
    cp -r run torn && echo x >torn/rounds.jsonl && echo '{' >torn/pictures.json && run report torn && exits 0 && says err "left out of the page: torn/pictures.json:2:0" &&
        says err "left out of the page: torn/rounds.jsonl:1:1" && sound torn/report.html && ! says torn/report.html "WHAT IT GENERATES"
}
images() {
    run check --output images --data.kind=shapes --data.images.count=40 --data.images.side=6 --data.workers=2 --data.partition.kind=iid --model.width=8 --model.depth=1 \
        --diffusion.K=6 --train.rounds=3 --train.local_steps=2 --train.batch=8 --train.learning_rate=0.01 --pruning.kind=random --pruning.keep=0.8 \
        --measure.samples=64 --measure.chain_samples=100 --measure.replicas=2 --measure.hessian_iterations=3 --measure.kl='[chain]'
    exits 0 && sound images/report.html && [ "$(grep -o 'data:image/png' images/report.html | wc -l)" -eq 1 ] && says images/report.html "pruned model of one worker" &&
        [ "$(od -A n -t x1 -N 4 images/samples.png | tr -d ' ')" = 89504e47 ]
}
# A sheet of images that is none, or is not there, is told and left out, with its title.
bad_sheet() {
    cp -r images torn-sheet && echo hello >torn-sheet/samples.png && run report torn-sheet && exits 0 &&
        says err "left out of the page: torn-sheet/samples.png: error: no picture in PNG's format" && ! says torn-sheet/report.html "WHAT IT GENERATES" || return 1
    rm torn-sheet/samples.png && run report torn-sheet && exits 0 && says err "left out of the page: torn-sheet/samples.png: error: cannot open" &&
        sound torn-sheet/report.html && ! says torn-sheet/report.html "WHAT IT GENERATES" && ! says torn-sheet/report.html "image/png"
}
unmeasured() { run train tiny.yaml --output bare-run && run report bare-run; exits 2 && [ ! -e bare-run/report.html ]; }

check "check leaves a page" checks
check "its sections" sections
check "the terminal's sentences" same_words
check "formulas" formulas
check "every number of the ledger" all_numbers
if [ "$have_gnuplot" -eq 1 ]; then
    check "pictures" all_pictures
    check "pictures are whole" drawn_pictures_are_svg
fi
check "report writes the same page" report_writes_it_again
check "under another name" named
check "a name that cannot be" bad_name
check "another training removes it" train_removes_it
check "without gnuplot" no_gnuplot
check "in the plane" plane
check "a name that looks like HTML" hostile_name
check "a run without a waterfall" no_waterfall
check "a gnuplot that fails" failing_gnuplot
check "one worker" one_worker
check "a model that is not trained" untrained
check "without rounds and provenance" no_rounds
check "damaged rounds and pictures" damaged
check "images" images
check "a sheet of images that is none" bad_sheet
check "a run without measurements has none" unmeasured
finish
