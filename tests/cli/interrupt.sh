#!/bin/sh
# Ctrl-C in the middle of training, then --resume: the same bytes as without.
. "$(dirname "$0")/tap.sh"
tiny_config | sed 's/rounds: 6/rounds: 3000/; s/batch: 8/batch: 32/; s/replicas: 2/replicas: 1/' >long.yaml

# interrupted SIGNAL DIR: a training that gets the signal after some rounds.
interrupted() {
    "$SCOREBOUND" train long.yaml --output "$2" --threads 1 >out 2>err &
    training=$!
    while kill -0 $training 2>/dev/null && [ "$(wc -l <"$2/rounds.jsonl" 2>/dev/null || echo 0)" -lt 5 ]; do sleep 0.02; done
    kill -"$1" $training 2>/dev/null
    wait $training
    status=$?
}
stops() { interrupted "$1" "$2"; exits 1 && silent out && says err "of 3000 rounds" && says err "go on with: scorebound train --resume $2"; }
goes_on() { run train --resume "$1" && exits 0 && says out "3000 of 3000 rounds" && cmp "$1/checkpoint.safetensors" whole/checkpoint.safetensors && cmp "$1/rounds.jsonl" whole/rounds.jsonl; }
killed() { interrupted KILL "$1"; exits 137 && goes_on "$1"; }
cuts_a_broken_line() { printf '{"round":' >>"$1/rounds.jsonl" && goes_on "$1"; }
ends_the_same() { goes_on asked; }
locked() {
    sed "s/rounds: 3000/rounds: 1000000/" long.yaml >busy.yaml
    "$SCOREBOUND" train busy.yaml --output busy --threads 1 >/dev/null 2>&1 &
    training=$!
    while kill -0 $training 2>/dev/null && [ ! -s busy/rounds.jsonl ]; do sleep 0.02; done
    run train --resume busy
    kill -TERM $training 2>/dev/null
    wait $training
    exits 2 && says err "another scorebound is at work"
}

"$SCOREBOUND" train long.yaml --output whole >out 2>err
check "SIGINT" stops INT asked
check "measure an unfinished run" sh -c '"$0" measure asked >measured 2>note && grep -q "stands at round" note' "$SCOREBOUND"
check "sample an unfinished run" sh -c '"$0" sample asked -n 10 -o points.npy >sampled 2>note && grep -q "stands at round" note && grep -q "of 3000 rounds" sampled' "$SCOREBOUND"
check "resume, after a line was cut short" cuts_a_broken_line asked
check "resume what is complete" ends_the_same
check "SIGTERM" stops TERM ended
check "resume on" goes_on ended
check "kill -9, then resume" killed dead
check "a run in use" locked
finish
