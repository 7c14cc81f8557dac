#!/bin/sh
# The manual's pages say what the program says of itself, are sound, and doc/configuration.md is what `list --parameters` prints.
sources=$(cd "${srcdir:-.}" && pwd)
pages=$(cd "$(dirname "${SCOREBOUND:=./scorebound}")" && pwd)/doc
. "$(dirname "$0")/tap.sh"
status=0 && : >out && : >err
commands=$("$SCOREBOUND" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
page() { case $1 in scorebound) echo "$pages/scorebound.1" ;; config) echo "$pages/scorebound-config.5" ;; *) echo "$pages/scorebound-$1.1" ;; esac; }

# sections FILE NAME...: these, in this order, beside others
sections() {
    file=$1
    shift
    for name in "$@"; do echo "$name"; done >wanted
    sed -n 's/^\.SH //p' "$file" | grep -F -x -f wanted | diff wanted -
}
# source FILE: the text without macros
source_text() { sed 's/\\f.//g; s/\\-/-/g; s/\\&//g; s/\\(aq/'"'"'/g; s/\\%//g' "$1"; }

options_are_the_same() {
    ARGP_HELP_FMT=rmargin=250 "$SCOREBOUND" "$1" --help | grep -oE '^ {,8}(-.,)? +--[A-Za-z]+' | grep -oE -e '--[A-Za-z]+' | sort -u >of_program
    source_text "$(page "$1")" | sed -n '/^.SH OPTIONS/,/^.SH/p' | grep -A1 '^\.TP' | grep -oE -e '--[A-Za-z]+' | sort -u >of_page
    [ -s of_program ] && diff of_program of_page
}
examples_are_the_same() {
    "$SCOREBOUND" "$1" --help | grep -E '^  +(scorebound|--set|--vary)' | tr -s ' ' | sed 's/^ //' >of_program
    source_text "$(page "$1")" | sed 's/\\e/\\/g' | grep -E '^ *(scorebound|--set|--vary) ' | tr -s ' ' | sed 's/^ //' >of_page
    [ -s of_program ] && ! grep -q '.\{80\}' of_program && while read -r line; do grep -q -F -x -e "$line" of_page || { echo "$line is missing"; return 1; }; done <of_program
}
names_every_command() { for command in $commands; do says "$(page scorebound)" "scorebound\\-$command" || return 1; done; }
every_key() {
    "$SCOREBOUND" list --parameters --format=csv | tail -n +2 | cut -d, -f1 >keys
    source_text "$(page config)" | grep -A1 '^\.TP' >entries
    while read -r key; do grep -q -x -F "$key" entries || { echo "$key is missing"; return 1; }; done <keys
    [ "$(wc -l <keys)" -gt 50 ]
}
example_is_the_default() {
    source_text "$(page config)" | sed -n '/^.EX/,/^.EE/p' | sed '1d;$d' >example.yaml
    run inspect example.yaml --format=json
    exits 0 && cp out example && run inspect --format=json && exits 0 && cmp out example
}
is_formatted() {
    groff -ww -man -Tutf8 "$1" >out 2>err
    status=$?
    exits 0 && silent err
}
reference_is_current() {
    run list --parameters
    exits 0 && diff "$sources/doc/configuration.md" out
}

for command in $commands; do
    check "$command: sections" sections "$(page "$command")" NAME SYNOPSIS DESCRIPTION OPTIONS EXAMPLES "EXIT STATUS" "SEE ALSO"
    check "$command: options" options_are_the_same "$command"
    check "$command: examples" examples_are_the_same "$command"
done
check "scorebound: sections" sections "$(page scorebound)" NAME SYNOPSIS DESCRIPTION COMMANDS OPTIONS EXAMPLES "EXIT STATUS" ENVIRONMENT FILES "SEE ALSO"
check "scorebound: commands" names_every_command
check "config: sections" sections "$(page config)" NAME DESCRIPTION KEYS EXAMPLES "SEE ALSO"
check "config: keys" every_key
check "config: the example is the default run" example_is_the_default
check "doc/configuration.md is what the program prints" reference_is_current
for topic in scorebound config $commands; do
    if command -v groff >/dev/null; then check "$topic: groff has nothing to say" is_formatted "$(page "$topic")"
    else skip "$topic: groff" "no groff"; fi
    if command -v lexgrog >/dev/null; then check "$topic: found by whatis" lexgrog "$(page "$topic")"; fi
    if command -v mandoc >/dev/null; then check "$topic: mandoc has nothing to say" mandoc -Tlint -Werror "$(page "$topic")"; fi
done
finish
