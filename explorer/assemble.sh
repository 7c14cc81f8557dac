#!/bin/sh
# assemble.sh SOURCES LIBRARY PRESETS VERSION: puts the page together, on standard output, from its own files in SOURCES, the compiled
# library and the presets; the page that comes out asks for no other file. A line "@include NAME" stands for what NAME is.
sources=$1 library=$2 presets=$3 version=$4
scripts="words.js library.js state.js controls.js waterfall.js statements.js remark.js page.js"

part() {
    case $1 in
        page.js) for script in $scripts; do cat "$sources/$script" || return; done ;;
        library) base64 "$library" ;;
        presets) cat "$presets" ;;
        *) cat "$sources/$1" ;;
    esac
}

while IFS= read -r line; do
    case $line in
        '@include '*) part "${line#@include }" || exit 1 ;;
        *@version@*) printf '%s\n' "${line%%@version@*}$version${line#*@version@}" ;;
        *) printf '%s\n' "$line" ;;
    esac
done <"$sources/page.html"
