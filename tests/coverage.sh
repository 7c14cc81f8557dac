#!/bin/sh
# coverage.sh SOURCE BUILD: builds SOURCE in BUILD with --coverage, runs the tests, prints the line coverage of each room.
# Fails when src, bounds and kernels together are covered by less than 85 %.
set -eu
source=$(cd "$1" && pwd) build=$2 least=85
mkdir -p "$build"
cd "$build"
[ -e Makefile ] || "$source/configure" --quiet CFLAGS='-O1 -g --coverage -fprofile-update=atomic' LDFLAGS=--coverage
make -j"$(nproc)" --quiet
find . -name '*.gcda' -delete
make check --quiet >check.log 2>&1 || { tail -n 40 check.log; exit 1; }
lcov --quiet --capture --directory . --base-directory . --output-file all.info --ignore-errors gcov,source >lcov.log 2>&1
lcov --quiet --extract all.info "$source/src/*" "$source/bounds/*" "$source/kernels/*" --output-file rooms.info
awk -v source="$source/" -v least="$least" '
    /^SF:/ { file = substr($0, 4 + length(source)); room = file; sub("/[^/]*$", "", room) }
    /^DA:/ { split(substr($0, 4), x, ","); lines[room]++; total++; if (x[2] > 0) { hit[room]++; hits++ } }
    END {
        for (room in lines) printf "%-18s %6d lines %6.1f %%\n", room, lines[room], 100 * hit[room] / lines[room] | "sort"
        close("sort")
        printf "%-18s %6d lines %6.1f %%\n", "all", total, 100 * hits / total
        exit 100 * hits / total < least
    }' rooms.info
