#!/bin/sh
# Help, versions, lists, and what a slip of the keyboard leads to.
. "$(dirname "$0")/tap.sh"

helps() {
    run "$1" --help
    exits 0 && says out "Usage: scorebound $1" && silent err && [ "$(awk '{ if (length > 80) n++ } END { print n + 0 }' out)" -eq 0 ]
}
prints_help() { run --help && exits 0 && says out "check      train, measure" && says out "Begin with: scorebound check"; }
prints_version() { run --version && exits 0 && grep -E -q '^scorebound [0-9]+\.[0-9]+' out; }
lists() { run list --format "$1" && exits 0 && says out lemma_4_6 && says out log-snr && says out sigma1; }
lists_parameters() { run list --parameters && exits 0 && says out train.learning_rate && says out diffusion.kappa; }
lists_as_json() { run list --format json && json 'statements[name=theorem_4_11].forms[0]' is printed && json "choices.'diffusion.grid'" count 3; }
parameters_as_json() { run list --parameters --format json && json 'parameters[key=diffusion.T].default' is '"3"'; }
no_arguments() { run && exits 2 && silent out && says err "Usage: scorebound" && says err "check      train, measure"; }
survives_a_closed_pipe() { "$SCOREBOUND" list --parameters 2>err | : ; silent err; }
reports_a_full_disk() { [ ! -e /dev/full ] || { "$SCOREBOUND" list >/dev/full 2>err; [ $? -eq 1 ] && says err "cannot write to standard output"; }; }
no_colour_in_files() { run list && ! grep -q "$(printf '\033')" out; }

check "help" prints_help
check "version" prints_version
for command in check train measure bound report inspect sample list; do check "help of $command" helps $command; done
check "no arguments" no_arguments
check "unknown command" refuses "unknown command 'frobnicate'" frobnicate
check "misspelt command" refuses "did you mean 'inspect'?" inspct
check "unknown short option" refuses "invalid option" list -Z
check "unknown option of a command without keys" refuses "unknown option" list --train.rounds=3
check "misspelt option" refuses "--fromat=json: error: unknown option, did you mean '--format'?" check --fromat=json
check "unknown format" refuses "--format=xml: error: not a format; choose table, json or csv" list --format=xml
check "no threads" refuses "--threads=0: error: not a whole number" inspect --threads=0
check "too many operands" refuses "one argument too many" bound a b
check "an operand where none belongs" refuses "one argument too many" list statements
check "no run" refuses "which run?" measure
check "not a run" refuses "nowhere: error: no run directory" report nowhere
check "list as table" lists table
check "list as csv" lists csv
check "list as json" lists_as_json
check "parameters" lists_parameters
check "parameters as json" parameters_as_json
check "closed pipe" survives_a_closed_pipe
check "full disk" reports_a_full_disk
check "no colour in files" no_colour_in_files
finish
