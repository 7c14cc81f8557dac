#!/bin/sh
# A sweep: its files, the same bytes on any number of threads, gone on with after Ctrl-C and kill -9, and what it refuses.
. "$(dirname "$0")/tap.sh"
tiny_config | sed 's/kind: mlp, width: 4, depth: 1/kind: affine/; s/kl: \[chain\]/kl: [closed, chain]/' >tiny.yaml
sed 's/batch: 8/batch: 32/; s/replicas: 2/replicas: 1/' tiny.yaml >long.yaml
four="--vary train.rounds=4,8 --vary data.workers=2,3"
longer="--vary train.rounds=2500,2501,2502,2503"

# runs_of DIR: the directories of its runs. same_sweep DIR DIR: the same results, byte by byte; who made them and when may differ.
runs_of() { find "$1" -mindepth 1 -maxdepth 1 -type d | grep -E '/[0-9a-f]{8}$' | sort; }
count_runs() { [ "$(runs_of "$1" | wc -l)" -eq "$2" ]; }
same_sweep() { diff -r -x provenance.json -x '*.svg' -x '*.png' -x 'sweep.html' "$1" "$2"; }
# values_in FILE NAME: how many lines of sweep.csv are of the column NAME.
values_in() { grep -c ",$2," "$1"; }

sweeps() {
    run sweep tiny.yaml $four --threads 1
    exits 0 && silent err && [ -s out ] && [ "$(ls runs | grep -c -E '^sweep-tiny-[0-9a-f]{8}$')" -eq 1 ] && mv runs/sweep-tiny-* one &&
        count_runs one 4 && [ -s one/sweep.csv ] && [ -s one/sweep.jsonl ]
}
runs_are_whole() {
    for directory in $(runs_of one); do
        for file in config.yaml provenance.json rounds.jsonl checkpoint.safetensors measured.json ledger.json ledger.csv; do
            [ -s "$directory/$file" ] || return 1
        done
    done
}
tidy_file() {
    head -n 1 one/sweep.csv | grep -q '^run,train.rounds,data.workers,name,kind,value' && [ "$(values_in one/sweep.csv kl)" -eq 4 ]
}
a_run_is_a_check() {
    run check tiny.yaml --train.rounds=8 --data.workers=3 --output alone && exits 0 || return 1
    for directory in $(runs_of one); do
        cmp -s "$directory/config.yaml" alone/config.yaml && diff -r -x provenance.json -x 'waterfall.*' -x report.html "$directory" alone && return 0
    done
    return 1
}
the_page() {
    tail -c 15 one/sweep.html | grep -q '^</body></html>$' && for title in 'Training loss' 'What is bounded, and by how much'; do
        if command -v gnuplot >/dev/null; then says one/sweep.html "$title</h2>" || return 1; fi
    done
}
on_two_threads() { run sweep tiny.yaml $four --threads 2 --output two && exits 0 && same_sweep one two; }
on_more_threads_than_runs() { run sweep tiny.yaml $four --threads 9 --output nine && exits 0 && same_sweep one nine; }
does_nothing_again() {
    cp -rp one before && run sweep tiny.yaml $four --output one && exits 0 && diff -r -x '*.svg' -x '*.png' -x 'sweep.html' before one
}
makes_only_new_runs() {
    run sweep tiny.yaml --vary train.rounds=4,8,12 --vary data.workers=2,3 --output two && exits 0 && count_runs two 6 || return 1
    for directory in $(runs_of one); do [ "$("$JSON_QUERY" "two/${directory#one/}/provenance.json" steps)" ] || return 1; done
    for directory in $(runs_of one); do "$JSON_QUERY" "two/${directory#one/}/provenance.json" steps count 3 || return 1; done
}
pairs() {
    run sweep tiny.yaml --paired --vary train.rounds=4,8,8 --vary data.workers=2,2,3 --output paired
    exits 0 && count_runs paired 3 && [ "$(values_in paired/sweep.csv kl)" -eq 3 ]
}
formats() {
    run sweep tiny.yaml $four --output one --format json && exits 0 && json . sound && run sweep tiny.yaml $four --output one --format csv &&
        exits 0 && [ "$(wc -l <out)" -gt 1 ]
}
repairs() {
    cp -r one broken && set -- $(runs_of broken) && echo '{' >"$1/measured.json" && rm "$2/ledger.csv" &&
        rm "$3/measured.json" && printf x | dd of="$3/checkpoint.safetensors" bs=1 seek=4000 conv=notrunc 2>/dev/null &&
        rm -r "$4" && mkdir "$4" && echo half >"$4/config.yaml.17.tmp" && echo half >"$1/measured.json.17.tmp" &&
        run sweep tiny.yaml $four --output broken && exits 0 && says err "made again: $1/measured.json" && says err "made again: $3/checkpoint" &&
        same_sweep one broken
}
# Where nothing is common to the runs, the page says so by saying nothing: not by half a paragraph.
nothing_in_common() {
    run sweep --data.kind=shapes --data.images.count=12 --data.partition.kind=iid --diffusion.T=2 --diffusion.grid=log-snr --model.kind=affine --train.batch=4 \
        --train.learning_rate=1e-4 --measure.every=5 --measure.replicas=1 --measure.samples=64 --measure.chain_samples=64 --measure.hessian_iterations=2 \
        --measure.kl=chain --paired --vary data.images.side=6,8 --vary data.workers=1,2 --vary diffusion.K=5,6 --vary train.rounds=2,3 \
        --vary train.local_steps=1,2 --output apart
    exits 0 && [ "$(grep -o '<p[ >]' apart/sweep.html | wc -l)" -eq "$(grep -o '</p>' apart/sweep.html | wc -l)" ]
}
# A measurement whose pictures could not be written is not taken to be done.
pictures_are_made_up_for() {
    cp -r one late && set -- $(runs_of late) && rm "$1/measured.json" "$1/pictures.json" && mkdir "$1/pictures.json" &&
        run sweep tiny.yaml $four --output late && exits 1 && rmdir "$1/pictures.json" && run sweep tiny.yaml $four --output late && exits 0 &&
        [ -s "$1/pictures.json" ] && same_sweep one late
}
# What an earlier sweep drew is no picture of this one.
stale_pictures() {
    mkdir -p bare && cp -r one stale && env PATH="$PWD/bare" "$SCOREBOUND" sweep tiny.yaml --vary train.rounds=4,8,12 --vary data.workers=2,3 --output stale >out 2>err
    status=$?
    exits 0 && says err "gnuplot is not installed" && ! grep -q '<img' stale/sweep.html
}

# started DIR OPTION...: a long sweep in the background; returns once a run is finished and the next one is being trained.
started() {
    directory=$1
    shift
    "$SCOREBOUND" sweep long.yaml $longer --output "$directory" --threads 1 "$@" >out 2>err &
    sweeping=$!
    while kill -0 $sweeping 2>/dev/null &&
        { ! ls "$directory"/*/ledger.csv >/dev/null 2>&1 || [ "$(for r in "$directory"/*/; do [ -e "$r/ledger.csv" ] || cat "$r/rounds.jsonl"; done 2>/dev/null | wc -l)" -lt 5 ]; }; do sleep 0.02; done
}
ended() {
    kill -"$1" $sweeping 2>/dev/null
    wait $sweeping
    status=$?
}
interrupted() {
    started "$2" && ended "$1" && exits 1 && silent out && says err "of 4 runs are finished" && says err "go on with the same command" &&
        says err "$2/sweep.csv" && n=$(values_in "$2/sweep.csv" kl) && [ "$n" -ge 1 ] && [ "$n" -lt 4 ]
}
goes_on() { run sweep long.yaml $longer --output "$1" --threads 2 && exits 0 && same_sweep whole "$1"; }
went_on() { # some run was trained in two parts, and the first one not again
    for directory in $(runs_of "$1"); do "$JSON_QUERY" "$directory/provenance.json" steps count 3 || return 1; done
}
killed() { started dead && ended KILL && exits 137 && goes_on dead; }
locked() {
    started busy
    run sweep long.yaml $longer --output busy
    exits 2 && says err "another scorebound is at work" && ended TERM
}

diverges() {
    run sweep tiny.yaml --vary train.learning_rate=0.01,1e30,0.02 --output diverged
    exits 1 && says err "run train.learning_rate=1e30: training diverged" && says err "1 of 3 runs failed" &&
        [ "$(values_in diverged/sweep.csv kl)" -eq 2 ] && [ -s out ]
}
all_diverge() { run sweep tiny.yaml --vary train.learning_rate=2e30,1e30 --output none; exits 1 && says err "2 of 2 runs failed" && [ ! -e none/sweep.csv ]; }
foreign_directory() { mkdir foreign && echo mine >foreign/notes && refuses "holds 'notes'" sweep tiny.yaml $four --output foreign; }
foreign_results() {
    mkdir results && echo mine >results/sweep.csv && refuses "holds 'sweep.csv', but none of the runs" sweep tiny.yaml $four --output results &&
        [ "$(cat results/sweep.csv)" = mine ]
}
other_run_inside() { refuses "which is no sweep's" sweep tiny.yaml $four --output alone; }

check "a sweep" sweeps
check "every run is whole" runs_are_whole
check "sweep.csv" tidy_file
check "a run is what check makes" a_run_is_a_check
check "the page has its pictures" the_page
check "the same bytes on two threads" on_two_threads
check "the same bytes on more threads than runs" on_more_threads_than_runs
check "finished runs are not repeated" does_nothing_again
check "more values: only the new runs" makes_only_new_runs
check "paired" pairs
check "formats" formats
check "damaged files are made again" repairs
check "a page of runs that have nothing in common" nothing_in_common
check "pictures that could not be written are made up for" pictures_are_made_up_for
check "pictures of an earlier sweep are not shown" stale_pictures
check "a whole long sweep" eval 'run sweep long.yaml $longer --output whole && exits 0'
check "SIGINT" interrupted INT asked
check "go on" goes_on asked
check "what was done is kept" went_on asked
check "SIGTERM" interrupted TERM ended
check "kill -9, then on" killed
check "a sweep in use" locked
check "one run diverges" diverges
check "all runs diverge" all_diverge
check "nothing varies" refuses "vary" sweep tiny.yaml --output nowhere
check "an unknown key" refuses "did you mean 'train.rounds'" sweep tiny.yaml --vary train.round=1,2 --output nowhere
check "no value" refuses "--vary train.rounds=" sweep tiny.yaml --vary train.rounds= --output nowhere
check "a bad value" refuses "train.rounds" sweep tiny.yaml --vary train.rounds=4,many --output nowhere
check "a bad value in one combination" refuses "in the run diffusion.T=0.04" sweep tiny.yaml --vary diffusion.T=2.1,0.04 --output nowhere
check "paired lists of different length" refuses "error:" sweep tiny.yaml --paired --vary train.rounds=4,8 --vary data.workers=2,3,4 --output nowhere
check "an override of what varies" refuses "--train.rounds=7: error: this key is varied by --vary, too" sweep tiny.yaml $four --train.rounds=7 --output nowhere
check "no such file" refuses "nowhere.yaml" sweep nowhere.yaml $four --output nowhere
check "a foreign directory" foreign_directory
check "results of somebody else" foreign_results
check "the directory of a run" other_run_inside
finish
