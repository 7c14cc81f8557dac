#!/bin/sh
# usage: lesson.sh SOURCE. The lesson (or solution) made of it finds all that it predicts, and draws its pictures where gnuplot is.
sources=$(cd "${srcdir:-.}" && pwd)
which=${1#"${srcdir:-.}"/}
lesson=$PWD/${which%.c}
. "$sources/tests/cli/tap.sh"
command -v gnuplot >/dev/null && folder=pictures || folder=

runs() { "$lesson" ${folder:+"$folder"} >out 2>err; status=$?; exits 0; }
finds() { [ "$(grep -c '^  as predicted: ' out)" -ge 3 ] && ! grep -q 'NOT AS PREDICTED' out && silent err; }
finite() { ! grep -E -i -w -e '-?nan|-?inf' out; }
is_png() { [ "$(od -A n -t x1 -N 8 "$1" | tr -d ' \n')" = 89504e470d0a1a0a ] && tail -c 8 "$1" | grep -q IEND; }
draws() { sed -n 's/^  (picture: \(.*\))$/\1/p' out >list; while read -r picture; do is_png "$picture" || return 1; done <list; [ -s list ]; }

check "$which runs" runs
check "$which finds what it predicts" finds
check "$which prints numbers" finite
case $which in
*/solutions/*) ;;
*)  if [ -n "$folder" ]; then check "$which draws" draws
    else skip "$which draws" "gnuplot is not installed"
    fi ;;
esac
finish
