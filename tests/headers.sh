#!/bin/sh
# The public headers, laid out as `make install` does, need nothing but each other.
sources=$(cd "${srcdir:-.}" && pwd)
. "$sources/tests/cli/tap.sh"
: "${CC:=cc}"
status=0 && : >out && : >err

headers=$(sed -n '/^public_header_list/,/[^\\]$/{s/.*=//;s/\\//;p}' "$sources/Makefile.am")
for header in $headers; do
    target=include/${header#src/}
    mkdir -p "${target%/*}" && cp "$sources/$header" "$target"
done

compiles() {
    echo "#include <$1>" >one.c
    $CC -Iinclude -fsyntax-only one.c
}

each_alone() {
    for header in $headers; do
        compiles "${header#src/}" || return 1
    done
}

# The lessons are programs of users: the public headers are enough for them.
lessons() {
    for lesson in "$sources"/notebooks-c/lesson*.c "$sources"/notebooks-c/solutions/*.c; do
        $CC -std=gnu11 -D_GNU_SOURCE -Iinclude -I"$sources/notebooks-c" -fsyntax-only "$lesson" || return 1
    done
}

check "all of the library" compiles scorebound.h
check "each header alone" each_alone
check "the lessons" lessons
finish
