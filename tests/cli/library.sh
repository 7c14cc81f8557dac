#!/bin/sh
# doc/library.md is a program, cut from doc/library_example.c; it compiles against what `make install` leaves, by pkg-config alone, and runs.
sources=$(cd "${srcdir:-.}" && pwd)
built=$(cd "$(dirname "${SCOREBOUND:=./scorebound}")" && pwd)
. "$(dirname "$0")/tap.sh"
: "${CC:=cc}"
status=0 && : >out && : >err

guide_is_the_program() {
    awk '/^```c$/ { inside = 1; if (n++) print ""; next } /^```$/ { inside = 0 } inside' "$sources/doc/library.md" >cut.c
    cmp cut.c "$sources/doc/library_example.c"
}

# A tree as users have it. The pkg-config file names the place for which the program was configured; here it lies in `tree`.
installs() {
    env -u MAKEFLAGS make -C "$built" install DESTDIR="$PWD/tree" >install.log 2>&1 || { cat install.log; return 1; }
    library=$(find "$PWD/tree" -name scorebound.pc)
    library=${library%/pkgconfig/scorebound.pc}
    prefix=$(sed -n 's/^prefix=//p' "$library/pkgconfig/scorebound.pc")
    PKG_CONFIG_PATH=$library/pkgconfig
    LD_LIBRARY_PATH=$library
    export PKG_CONFIG_PATH LD_LIBRARY_PATH
    case $(ldd "$library/libscorebound.so") in *libasan*) sanitize=-fsanitize=address,undefined ;; *) sanitize= ;; esac
}
flags() { pkg-config --define-variable=prefix="$PWD/tree$prefix" "$1" scorebound; }
compiles() {
    # shellcheck disable=SC2046
    $CC -std=c11 -Wall -Wextra -Werror $sanitize $(flags --cflags) "$sources/doc/library_example.c" $(flags --libs) -o library_example
}
runs() {
    ./library_example >out 2>err
    status=$?
    exits 0 && silent err
}
# as the program has it: the same constants and the same configuration by another route
agrees_with_calculator() {
    run bound --set N=2,S=1,R=1,eta=2e-6,L=1000,w2=0.0361,sigma1=0,sigma2=0,Gamma=1,F0=17.1,FR=17.1 --format=json
    says example "printed: $(printf %.6g "$(json 'statements[name=lemma_4_6,form=printed].rhs.value')")"
}
agrees_with_run() {
    sed -n '/^static const char configuration/,/;$/s/.*"\(.*\)\\n".*/\1/p' "$sources/doc/library_example.c" >own.yaml
    run check own.yaml --measure.kl='[grid, chain]' --output=own --format=json
    exits 0 && says example "Generation error bound sharp: $(json 'statements[name=theorem_4_11,form=sharp].verdict' | tr -d '"')" &&
        says example "$(printf %.4f "$(json pooled.kl.grid.value)") after"
}
# the manual, where man looks for it
has_manual() {
    for page in scorebound.1 scorebound-check.1 scorebound-list.1 scorebound-config.5; do
        [ "$(find tree -name "$page" | wc -l)" -eq 1 ] || { echo "$page is not installed"; return 1; }
    done
}

check "the guide is the program" guide_is_the_program
if command -v pkg-config >/dev/null && command -v make >/dev/null; then
    check "make install" installs
    check "the manual is installed" has_manual
    check "the example compiles" compiles
    check "the example runs" runs
    cp out example
    check "one right side is the calculator's" agrees_with_calculator
    check "the run is the program's" agrees_with_run
else
    skip "the example compiles" "no pkg-config or make"
fi
finish
