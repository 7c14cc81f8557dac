# tap.sh: what the shell tests of the program share; each of them sources it. They run in a directory of their own.
#     run ARGUMENT...         the program, with what it says in the files out and err and its exit status in $status
#     check NAME COMMAND...   one test: the command must succeed
#     finish                  the plan, at the end
#     skip NAME WHY           a test that cannot be made here. skip_all WHY: none of them can
#     python_with MODULES     sets $python to one that has them, or to nothing: Debian's need not be the first in PATH
: "${SCOREBOUND:=./scorebound}"
case $SCOREBOUND in /*) ;; *) SCOREBOUND=$PWD/$SCOREBOUND ;; esac
: "${JSON_QUERY:=$(dirname "$SCOREBOUND")/tests/json_query}"
for program in "$SCOREBOUND" "$JSON_QUERY"; do
    [ -x "$program" ] || { echo "Bail out! $program is not there"; exit 99; }
done
NO_COLOR=1
export NO_COLOR
unset COLUMNS SCOREBOUND_TRACE
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 99

tests=0
failures=0

run() {
    "$SCOREBOUND" "$@" >out 2>err
    status=$?
}

check() {
    test_name=$1
    shift
    tests=$((tests + 1))
    if "$@" >log 2>&1; then
        echo "ok $tests - $test_name"
    else
        failures=$((failures + 1))
        echo "not ok $tests - $test_name"
        sed 's/^/#   /' log
        echo "#   exit status $status; out, err:"
        head -n 5 out | sed 's/^/#   /'
        head -n 5 err | sed 's/^/#   /'
    fi
}

skip() { tests=$((tests + 1)); echo "ok $tests - $1 # SKIP $2"; }
skip_all() { echo "1..0 # SKIP $1"; exit 0; }

python_with() {
    for python in python3 /usr/bin/python3; do "$python" -c "import $1" 2>/dev/null && return; done
    python=
}

finish() {
    echo "1..$tests"
    [ "$failures" -eq 0 ]
    exit
}

# exits STATUS: how the last run ended. says FILE TEXT: the text stands in it. silent FILE: nothing does. json PATH ...: asks out.
exits() { [ "$status" -eq "$1" ]; }
says() { grep -F -q -e "$2" "$1"; }
silent() { [ ! -s "$1" ]; }
json() { "$JSON_QUERY" out "$@"; }

# refuses TEXT ARGUMENT...: the program exits with 2, says why on stderr, nothing on stdout, and writes no file.
refuses() {
    wanted=$1
    shift
    before=$(find . -mindepth 1 ! -name out ! -name err ! -name log | sort)
    run "$@"
    after=$(find . -mindepth 1 ! -name out ! -name err ! -name log | sort)
    exits 2 && says err "$wanted" && silent out && [ "$before" = "$after" ]
}

# idx_images NAME COUNT HEIGHT WIDTH: NAME-images and NAME-labels in IDX's format, of any pixels and three classes.
big_endian() {
    for number in "$@"; do printf "\\0\\0\\$(printf '%03o' $((number / 256)))\\$(printf '%03o' $((number % 256)))"; done
}
idx_images() {
    { printf '\0\0\010\003'; big_endian "$2" "$3" "$4"; seq 1000000 | head -c $(($2 * $3 * $4)); } >"$1-images"
    { printf '\0\0\010\001'; big_endian "$2"; yes abc | tr -d '\n' | tr abc '\0\1\2' | head -c "$2"; } >"$1-labels"
}

# A run so small that all of its steps take a fraction of a second.
tiny_config() {
    cat <<'END'
seed: 3
data:
  kind: gaussian-mixture
  workers: 3
  partition: {kind: by-component}
  components:
    - {weight: 0.4, mean: [-1.1], covariance: 0.13}
    - {weight: 0.6, mean: [0.9], covariance: 0.31}
diffusion: {T: 2.1, delta: 0.05, grid: log-snr, K: 7}
model: {kind: mlp, width: 4, depth: 1}
train: {rounds: 6, local_steps: 2, batch: 8, learning_rate: 0.01}
pruning: {kind: random, keep: 0.8}
measure: {every: 3, replicas: 2, samples: 64, chain_samples: 200, hessian_iterations: 3, kl: [chain]}
END
}
