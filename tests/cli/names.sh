#!/bin/sh
# What the documents name exists: files and links, commands, options, keys of the configuration, statements.
documents=$(cd "${srcdir:-.}" && pwd)
built=$(cd "$(dirname "${SCOREBOUND:=./scorebound}")" && pwd)
. "$(dirname "$0")/tap.sh"
status=0 && : >out && : >err

commands=$("$SCOREBOUND" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
options_of() { ARGP_HELP_FMT=rmargin=250 "$SCOREBOUND" "$1" --help | grep -oE '^ {,8}(-.,)? +--[a-z]+' | grep -oE -e '--[a-z]+'; }
for command in $commands; do options_of "$command" | sed "s/^/$command /"; done >command_options
{ cut -d' ' -f2 command_options && "$documents/configure" --help | grep -oE -e '--[a-z-]+'; } | sort -u >options
"$SCOREBOUND" list --parameters --format=csv | tail -n +2 | cut -d, -f1 >keys
"$SCOREBOUND" list --parameters | grep -o '^| `sweep\.[a-z]*' | cut -c4- >>keys
sed -n 's/^\(.*\)\.[a-z_]*$/\1/p' keys | sort -u >sections

# spans FILE: code in running text, one a line. all_code FILE: that, and the lines of blocks.
spans() { awk '/^```/ { fenced = !fenced; next } !fenced' "$1" | tr '\n' ' ' | grep -oE '`[^`]+`' | tr -d '`'; }
all_code() { spans "$1" && awk '/^```/ { fenced = !fenced; next } fenced' "$1"; }

# all_known FILE: tells the lines of stdin that are not in FILE; fails if there are any
all_known() { sort -u | grep -v -x -F -f "$1" >stray; sed "s|^|not known: |" stray; [ ! -s stray ]; }

links() {
    grep -oE '\]\([^)#]+' "$1" | cut -c3- | grep -vE '^https?:' >targets
    while read -r target; do [ -e "$(dirname "$1")/$target" ] || { echo "no such file: $target"; return 1; }; done <targets
}
# paths from the root of the tree, with or without wild cards; what the makefile of kernels/ builds
files() {
    spans "$1" | grep -oE '^(doc|data|tests|src|bounds|kernels|notebooks-c|explorer)/[A-Za-z0-9_./*-]*$|^[A-Z]+\.md$' | sort -u >named
    while read -r name; do
        (cd "$documents" && ls -d $name >/dev/null 2>&1) || (cd "$built" && ls -d $name >/dev/null 2>&1) ||
            grep -q -F "${name#kernels/}" "$documents/kernels/Makefile" || { echo "no such file: $name"; return 1; }
    done <named
}
# options of a command behind its name; all others are scorebound's, configure's, nvcc's (fmad), those of tests/bench/peers (mode) or the weaver's (no-run)
options() {
    spans "$1" | sed 's/^\(build\/\)\{0,1\}scorebound //' | awk -v names="$(echo $commands)" '
        BEGIN { n = split(names, name, " "); for (i = 1; i <= n; i++) is[name[i]] = 1 }
        is[$1] { for (i = 2; i <= NF; i++) if (match($i, /^--[a-z]+/) && $i !~ /^--[a-z]+\./) print $1 " " substr($i, 1, RLENGTH) }' | grep -vE ' --(seed|device)$' | all_known command_options &&
        all_code "$1" | grep -v pkg-config | grep -oE -e '(^|[ ([])--[a-z][a-z.-]*' | grep -oE -e '--[a-z][a-z.-]*' | grep -vE -e '^--(seed|key|fmad|mode|no-run|[a-z]+\..*)$' | all_known options
}
a_key='(^|[^A-Za-z0-9_./-]|--)(data|diffusion|model|train|pruning|measure|sweep)\.[a-z][A-Za-z_.]*'
keys_of() { all_code "$1" | grep -oE -e "$a_key" | grep -oE '(data|diffusion|model|train|pruning|measure|sweep)\..*' | sed 's/\.$//' | grep -vE '\.(h|c|md|mk|yaml|json|csv|jsonl|svg|png|html|bin)$'; }
keys() { cat keys sections >known_keys && keys_of "$1" | all_known known_keys; }
statements() {
    "$SCOREBOUND" list --format=csv | grep '^statement,' | cut -d, -f2 >known_statements
    all_code "$1" | grep -oE '(^|[^a-z_])(lemma|theorem|remark|assumption)_[0-9]+_[0-9a-z_]+' | grep -oE '(lemma|theorem|remark|assumption)_.*' | all_known known_statements
}
# a name that does not exist is found: the checks above can fail
finds() {
    name=$1
    shift
    echo "Look at \`$name\`." >wrong.md
    ! "$@" wrong.md >found && [ -s found ]
}

for document in "$documents"/README.md "$documents"/NEWS "$documents"/CONVENTIONS.md "$documents"/doc/*.md; do
    title=$(basename "$document")
    for kind in links files options keys statements; do check "$title: $kind" "$kind" "$document"; done
done
check "a missing file is found" finds doc/nowhere.md files
check "an option that no command has is found" finds "--frobnicate" options
check "an option of another command is found" finds "report --vary KEY=A,B" options
check "a key that does not exist is found" finds "train.epochs: 3" keys
check "a statement that does not exist is found" finds lemma_4_13 statements
finish
