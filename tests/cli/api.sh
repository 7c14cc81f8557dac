#!/bin/sh
# `make api`: every public function is documented, each by what is said of itself, and formulas stay as they are.
sources=$(cd "${srcdir:-.}" && pwd)
built=$(cd "$(dirname "${SCOREBOUND:=./scorebound}")" && pwd)
. "$(dirname "$0")/tap.sh"
status=0 && : >out && : >err
grep -q "^DOXYGEN = ." "$built/Makefile" || skip_all "configure found no doxygen"

headers=$(sed -n '/^public_header_list/,/[^\\]$/{s/.*=//;s/\\//;p}' "$sources/Makefile.am")
makes() {
    env -u MAKEFLAGS make -s -C "$built" api API="$PWD" API_MORE='GENERATE_XML = YES' >out 2>err
    status=$?
    exits 0 && silent err
}

# functions: "NAME TEXT" of each, from what doxygen understood. declared: the names in the headers, by another route.
functions() {
    cat xml/*_8h.xml | awk '
        /<memberdef kind="function"/ { inside = 1; name = text = "" }
        inside && name == "" && /<name>/ { name = $0; gsub(/.*<name>|<\/name>.*/, "", name) }
        inside && /<briefdescription>/ { said = 1 }
        inside && /<inbodydescription>/ { said = 0 }
        inside && said { line = $0; gsub(/<[^>]*>/, "", line); gsub(/^ +/, "", line); text = text " " line }
        /<\/memberdef>/ && inside { inside = said = 0; gsub(/  +/, " ", text); print name text }'
}
declared() { (cd "$sources" && grep -hoE '^[a-z][A-Za-z0-9_ *]*[ *]sb_[A-Za-z0-9_]+\(' $headers) | grep -oE 'sb_[A-Za-z0-9_]+\($' | tr -d '(' | sort -u; }
every_function() {
    declared >declared && cut -d' ' -f1 functions | sort -u >shown && diff declared shown
}
every_documented() {
    ! awk 'NF < 2 { print "undocumented: " $1; n++ } END { exit !n }' functions
}
# of A TEXT: what is said of function A; not_of A TEXT
of() { grep "^$1 " functions | grep -F -q -e "$2"; }
own_text() {
    of sb_number_scale "a*x + b with its interval." && ! of sb_number_scale "x + y" && of sb_number_add "x + y, half-widths" &&
        ! of sb_number_add "a*x" && of sb_measured_read "JSON text file" && of sb_model_lanes "number of prunable neurons"
}
members() {
    sed 's/<[^>]*>//g' html/structsb__backend.html >members
    says members "the same for W triples, each a stride further." && says members "out = alpha W h + beta b + keep*out, keep 0 or 1"
}
formulas() {
    of sb_rate_limit "min{sqrt(Gamma/(640 S^2 L^2 N)), 1}; 1 where L = 0." && of sb_mixture_sample "[i*w,(i+1)*w)" &&
        grep -q 'kappa\*min{1, T-t_{k+1}} for all k' html/structsb__grid.html
}
place_in_the_paper() { of sb_heterogeneity_residual "(THEORY 2, Heterogeneity)"; }
includes() { says html/structsb__grid.html 'diffusion/grid.h'; }
no_address() { ! grep -rhoE '(src|href)="https?://[^"]*' html --include='*.html' | grep -v 'doxygen\.org'; }

check "no warning" makes
functions >functions
check "every public function" every_function
check "all of them documented" every_documented
check "each by its own text" own_text
check "members of a struct, too" members
check "formulas as they stand" formulas
check "places in the paper" place_in_the_paper
check "how it is included" includes
check "nothing from elsewhere" no_address
check "a page to begin with" says html/index.html "doc/library.md"
finish
