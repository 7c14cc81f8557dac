#!/bin/sh
# The bundle for GPU machines: it runs, from anywhere, with its own libraries alone; it is not made when something is missing.
set -u
if ldd ./scorebound | grep -q libasan; then
    echo "1..0 # SKIP a program with a sanitizer in it is not for other machines"
    exit 0
fi
echo 1..4
bundle=$(CDPATH='' cd -- "$srcdir/tests/gpu" && pwd)/bundle build=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0
report() { # STATUS NAME
    number=$((number + 1))
    test "$1" -eq 0 && echo "ok $number - $2" || { echo "not ok $number - $2"; sed 's/^/# /' "$scratch/log"; }
}

"$bundle" "$scratch/made" "$build" >"$scratch/log" 2>&1
report $? "the bundle is made, below 64 MiB"

# moved, without this machine's environment; then under the loader's eye: what it opens lies inside, or is the C library
mv "$scratch/made" "$scratch/moved"
elsewhere() { (cd / && env -i PATH=/usr/bin:/bin HOME=/ "$@" "$scratch/moved/run" list) >"$scratch/log" 2>&1; }
elsewhere && grep -q lemma_4_6 "$scratch/log" && elsewhere LD_DEBUG=files LD_DEBUG_OUTPUT="$scratch/loader"
report $? "it runs elsewhere"

cat "$scratch"/loader.* | sed -n 's/.*calling init: //p' | grep '\.so' | sort -u >"$scratch/opened"
grep -v "^$scratch/moved/lib/" "$scratch/opened" |
    grep -Ev '/(ld-linux[^/]*|lib(c|m|mvec|pthread|dl|rt|resolv|util))\.so|linux-vdso' >"$scratch/log"
test ! -s "$scratch/log" && grep -q "^$scratch/moved/lib/libopenblas" "$scratch/opened"
report $? "its libraries are its own"

mkdir "$scratch/empty"
"$bundle" "$scratch/none" "$scratch/empty" >"$scratch/log" 2>&1
test $? -eq 1 && grep -q 'scorebound is missing' "$scratch/log" && test ! -e "$scratch/none"
report $? "without a program there is none, and the reason is said"
