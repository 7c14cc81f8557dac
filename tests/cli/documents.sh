#!/bin/sh
# Every command that the README, doc/, NEWS, the heads of the configurations in data/, the help of a subcommand or the manual show is run:
# here, where it must exit with 0, or by whom tests/documents.list names. A span of code in running text that only names a command, or has
# a word in capitals for what is to be given, shows none; tests/cli/names.sh looks at it.
documents=$(cd "${srcdir:-.}" && pwd)
built=$(cd "$(dirname "${SCOREBOUND:=./scorebound}")" && pwd)
. "$(dirname "$0")/tap.sh"
case $(ldd "$SCOREBOUND") in *libasan*) skip_all "the build without sanitizers runs what the documents show; here it would take minutes" ;; esac
list=$documents/tests/documents.list
PATH=$(dirname "$SCOREBOUND"):$PATH
export PATH

# What the commands speak of.
mkdir -p build runs && ln -s "$SCOREBOUND" build/scorebound && ln -s "$documents/data" data
tiny_config >my.yaml
{ tiny_config && echo 'sweep: {vary: {train.rounds: [2, 6]}}'; } >my-sweep.yaml
sed '/partition:/,/weight: 0.6/d; s/kind: gaussian-mixture/kind: images/' my.yaml >digits.yaml
run check my.yaml --output=runs/default-0a1b2c3d
cp -r runs/default-0a1b2c3d runs/level-L
run sample runs/default-0a1b2c3d -n 300 -o other.npy
cp other.npy generated-features.npy

# shown DOCUMENT: its commands, "block COMMAND" or "span COMMAND"
help_examples() { "$SCOREBOUND" "$1" --help | sed -n -e ':more' -e '/\\$/{N;s/ *\\\n */ /;bmore' -e '}' -e 's/^  \(scorebound .*\)/block \1/p'; }
shown() {
    case $1 in
        *.md | */NEWS) awk -f "$documents/tests/cli/commands.awk" "$1" ;;
        *.yaml) sed -n 's/^# \{3,\}\(scorebound .*\)/block \1/p' "$1" ;;
        *.1) sed -n '/^\.EX/,/^\.EE/s/^\(scorebound .*\)/block \1/p' "$1" | sed 's/\\-/-/g' ;;
        *) help_examples "$1" ;;
    esac
}

# entry COMMAND: who runs it, by the list
entry() { awk -F ' [|] ' -v command="$1" '!/^#/ && $1 == command { print $2; found = 1 } END { exit !found }' "$list"; }
there() { awk -F ' [|] ' -v command="$1" '!/^#/ && $1 == command { print $3 }' "$list"; }
called() { [ ! -e "$documents/.ci/run" ] || says "$documents/.ci/run" "$1"; }
elsewhere() {
    who=$(entry "$1")
    echo "$1" >>met
    case $who in
        slow) called tests/slow_documents.sh ;;
        .ci/run) [ ! -d "$documents/.ci" ] || says "$documents/.ci/run" "$(there "$1")" ;;
        tests/cli/*) says "$documents/$who" "$(there "$1")" ;;
        *) says "$documents/$who" "$(there "$1")" && called "$who" ;;
    esac
}

succeeds() {
    sh -c "$1" >out 2>err </dev/null
    status=$?
    exits 0
}
is_target() { grep -q "^$1:" "$built/Makefile" "$documents/kernels/Makefile"; }
only_names() { echo "$1" | grep -qE '^[^ ]+( [a-z]+)?$|(^|[ =])[A-Z]{3,}|\.\.\.|--(set|vary|[a-z]+=)?$|--(set|vary)$'; }

look_at() {
    document=$1
    shown "$document" >list_of_commands
    while read -r kind command <&3; do
        key=${command#build/}
        label="$(basename "$document"): $key"
        if entry "$key" >/dev/null; then check "$label (elsewhere)" elsewhere "$key"
        elif [ "$kind" = span ] && [ "${key#make }" != "$key" ]; then check "$label" is_target "$(echo "${key#make }" | cut -d' ' -f1)"
        elif [ "$kind" = span ] && only_names "$key"; then :
        elif grep -q -F -x -e "$key" run_before; then :
        else
            echo "$key" >>run_before
            check "$label" succeeds "$command"
        fi
    done 3<list_of_commands
}

: >met && : >run_before
for document in "$documents"/README.md "$documents"/NEWS "$documents"/CONVENTIONS.md "$documents"/doc/*.md "$documents"/data/*/*.yaml \
    $("$SCOREBOUND" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p') "$built/doc/scorebound.1"; do
    look_at "$document"
done

nothing_stale() {
    sed '/^#/d; s/ | .*//' "$list" | sort >listed && sort -u met | diff listed -
}
check "the list names nothing that is not shown" nothing_stale
finish
