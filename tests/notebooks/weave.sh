#!/bin/sh
# The weaver: awkward sources, what it refuses, lessons that fail, its notebooks and pages.
sources=$(cd "${srcdir:-.}" && pwd)
WEAVE=$PWD/notebooks-c/weave/weave
. "$sources/tests/cli/tap.sh"
python_with nbformat
ask() { "$python" "$sources/tests/notebooks/notebook.py" "$@"; }

weave() {
    "$WEAVE" --compiler="$LESSON_CC -O0 -Werror" --libraries="$LESSON_LINK" --style="$sources/notebooks-c/weave/style.css" "$@" >out 2>err
    status=$?
}

# A lesson with a PNG file of its own making (8 bytes of it suffice here) and with markers where none is meant.
cat >awkward.c <<'END'
// %% [markdown]
// # A title with <&> and $x_1^2$
//
//no blank after the signs
// %%
#include "lesson.h"
#include <stdio.h>
/* { { ' " */
static const char *const text = "// %% \" } /* \
// %% [markdown]";
static const char brace = '{', quote = '\'', other = '"'; // {
// %%
int main(int argc, char **argv)
{
    lesson it = lesson_begin(argc, argv);
    printf("first, without a line's end");
    // %% [markdown]
    // Prose *inside*.

    // %%
    printf("%s %c%c%c\n", text, brace, quote, other);
    char path[4096];
    lesson_path(&it, "dot.png", path);
    FILE *out = it.folder ? fopen(path, "wb") : NULL;
    if (out) {
        fwrite("\211PNG\r\n\032\n", 1, 8, out);
        fclose(out);
    }
    lesson_picture(&it, "dot.png");
    printf("after the picture: \303\251\n");
    // %%
    EXPECT(&it, 2.385 > 2.0, "%.3f is more than %d", 2.385, 2);
    return lesson_end(&it);
}
END
weave awkward.c nb.ipynb
cp nb.ipynb out
woven() { exits 0 && silent err; }
cells() {
    json nbformat is 4 && json nbformat_minor is 5 && json cells count 6 && json 'cells[0].cell_type' is markdown && json 'cells[1].cell_type' is code &&
        json 'cells[3].cell_type' is markdown && json 'cells[0].source[2]' is 'no blank after the signs' && json 'cells[3].source[0]' is 'Prose *inside*.' &&
        json 'cells[4].source[0]' is '"printf(\"%s %c%c%c\\n\", text, brace, quote, other);\n"' && json 'cells[4].execution_count' is 3
}
outputs() {
    json 'cells[1].outputs' count 0 && json 'cells[2].outputs[0].text[0]' is "first, without a line's end" &&
        json 'cells[4].outputs' count 3 && json 'cells[4].outputs[0].name' is stdout && json 'cells[4].outputs[1].output_type' is display_data &&
        json 'cells[4].outputs[1].data.image/png' is iVBORw0KGgo= && json 'cells[4].outputs[2].text' count 1 &&
        json 'cells[5].outputs[0].text[0]' is '"  as predicted: 2.385 is more than 2\n"'
}
nothing_of_the_machine() { [ -s nb.ipynb ] && ! grep -q -e "$scratch" -e /tmp/ -e weave- nb.ipynb; }
check "an awkward source is woven" woven
check "its cells" cells
check "its outputs, each with its cell" outputs
check "no path of the machine" nothing_of_the_machine

line_ends() { sed 's/$/\r/' awkward.c >crlf.c && mkdir -p crlf && mv crlf.c crlf/awkward.c && weave crlf/awkward.c crlf.ipynb && cmp nb.ipynb crlf.ipynb; }
no_end() { mkdir -p cut && printf '%s' "$(cat awkward.c)" >cut/awkward.c && weave cut/awkward.c cut.ipynb && cmp nb.ipynb cut.ipynb; }
not_run() { weave --no-run awkward.c bare.ipynb && exits 0 && cp bare.ipynb out && json 'cells[4].outputs' count 0 && json 'cells[4].execution_count' is null; }
check "line ends of another system change nothing" line_ends
check "nor does a missing last line end, nor another run" no_end
check "without running: no outputs" not_run

# refused WHERE TEXT: the source on standard input is refused with both, and no notebook is written.
refused() {
    cat >bad.c
    weave bad.c bad.ipynb
    exits 2 && says err "bad.c:$1: " && says err "$2" && silent out && [ ! -e bad.ipynb ]
}
no_cells() { printf 'int main(void) { return 0; }\n' | refused 1 "text before the first cell; begin with a line '// %%'"; }
empty_file() { printf '' | refused 1 "no cells"; }
blank_file() { printf '\n  \n' | refused 1 "no cells"; }
in_comment() { printf '// %%%%\nint x; /*\n// %%%%\n*/\n' | refused 3 "within a comment"; }
in_continued_comment() { printf '// %%%% [markdown]\n// $a \\\n// %%%%\nint x;\n' | refused 3 "within a comment"; }
in_statement() { printf '// %%%%\nint main(void)\n{\n    int x = 3;\n    if (x > 2)\n    // %%%%\n    x = 1;\n}\n' | refused 6 "within a statement"; }
none_inside() { printf '// %%%%\nint main(void)\n{\n    return 0;\n}\n' | refused 1 "no cell begins inside main; indent a line '// %%' there"; }
in_function() { printf '// %%%%\nint main(void)\n{\nint x;\n// %%%%\nx = 1;\n}\n' | refused 5 "indent it"; }
at_file_scope() { printf '// %%%%\nint x;\n  // %%%%\nint y;\n' | refused 3 "at file scope"; }
in_block() { printf '// %%%%\nint main(void)\n{\n    for (;;) {\n        // %%%%\n    }\n}\n' | refused 5 "in a block"; }
no_comment() { printf '// %%%% [markdown]\n// prose\n\nint x;\n' | refused 4 "no comment"; }
unknown() { printf '// %%%% [makrdown]\n// prose\n' | refused 1 "'// %% [makrdown]': a cell begins with '// %%' or '// %% [markdown]'"; }
empty_cell() { printf '// %%%%\nint x;\n// %%%%\n\n' | refused 3 "empty"; }
zero() { printf '// %%%%\nint x;\nint\0y;\n' | refused 3 "no text"; }
latin() { printf '// %%%%\nint x; // \351\n' | refused 2 "no text"; }
missing() { weave nowhere.c bad.ipynb; exits 2 && says err nowhere.c && silent out; }
usage() { weave awkward.c; exits 2 || return 1; weave --limit=none awkward.c bad.ipynb; exits 2 && says err "--limit=none" && [ ! -e bad.ipynb ] || return 1; "$WEAVE" awkward.c bad.ipynb >out 2>err; status=$?; exits 2 && says err "--no-run"; }
for what in no_cells empty_file blank_file in_comment in_continued_comment in_statement none_inside in_function at_file_scope in_block no_comment unknown empty_cell zero latin missing usage; do
    check "refused: $what" "$what"
done

# fails TEXT: the lesson whose last code cell, from line 7 on, is on standard input fails with this, and no notebook is written.
fails() {
    { printf '// %%%%\n#include "lesson.h"\n#include <stdlib.h>\n#include <stdio.h>\nint main(int argc, char **argv)\n{ lesson it = lesson_begin(argc, argv);\n    // %%%%\n'
      cat
      printf '    return lesson_end(&it);\n}\n'; } >fail.c
    weave --limit=2 fail.c fail.ipynb
    exits 1 && says err "$1" && silent out && [ ! -e fail.ipynb ]
}
not_met() { printf '%s\n' '    EXPECT(&it, 1 > 2, "order"); printf("on\n");' | fails "fail.c:7: the cell that begins here found something else" && says err "fail.c:8: not as predicted"; }
leaves() { echo '    exit(3);' | fails "fail.c:7: the cell that begins here failed: exit status 3"; }
crashes() { echo '    abort();' | fails "fail.c:7: the cell that begins here failed: signal 6"; }
crashes_within_a_character() { printf '%s\n' '    for (int i = 0; i < 4095; i++) putchar(120);' '    printf("\303\251");' '    abort();' | fails "fail.c:7: the cell that begins here failed: signal 6"; }
crashes_within_a_mark() { printf '%s\n' '    for (int i = 0; i < 4080; i++) putchar(120);' '    lesson_picture(&it, "one.png");' '    abort();' | fails "fail.c:7: the cell that begins here failed: signal 6"; }
never_ends_printing() { echo '    for (;;) puts("an endless line of some length, so that it does not take long");' | fails "it printed or wrote more than 64 MiB"; }
hangs_deaf() { (trap '' ALRM && hangs); }
hangs() { echo '    for (;;) {}' | fails "fail.c:7: the cell that begins here failed: longer than 2 s"; }
library_fails() { echo '    MUST(sb_fail(&it.ctx, SB_EUSER, "here", 1, "no such thing"));' | fails "exit status 1" && says err "fail.c:8: no such thing"; }
no_picture() { echo '    lesson_picture(&it, "none.png");' | fails "fail.c:7: the cell that begins here shows the picture none.png"; }
no_text() { printf '%s\n' '    printf("\377\n");' | fails "fail.c:7: the cell that begins here printed what is no text"; }
no_program() { echo '    nonsense' | fails "fail.c: does not compile" && says err "fail.c:8:"; }
for what in not_met leaves crashes crashes_within_a_character crashes_within_a_mark never_ends_printing hangs hangs_deaf library_fails no_picture no_text no_program; do
    check "a lesson fails: $what" "$what"
done
tidy() { mkdir -p tmp && TMPDIR=$PWD/tmp weave awkward.c tidy.ipynb && exits 0 && [ -z "$(ls tmp)" ]; }
check "nothing is left behind" tidy

# Pages.
page() { weave --html=page.html awkward.c page.ipynb && exits 0 && grep -q '<math' page.html && grep -q 'alt="dot"' page.html && grep -q 'data:image/png;base64,iVBORw0KGgo=' page.html && grep -q 'prefers-color-scheme' page.html; }
self_contained() { [ -s page.html ] && ! grep -E -i '(src|href)="?(https?:|/|file:)' page.html && ! grep -q '@import' page.html; }
if command -v pandoc >/dev/null; then
    check "a page with formulas, pictures and style" page
    check "which needs no other file" self_contained
else
    skip "a page with formulas, pictures and style" "pandoc is not installed"
    skip "which needs no other file" "pandoc is not installed"
fi
mkdir bare
for program in $(echo sh "${CC%% *}" cc gcc as ld collect2 ccache); do
    found=$(command -v "$program") && ln -sf "$found" bare/
done
no_pandoc() { PATH=$PWD/bare weave --html=none.html awkward.c none.ipynb; exits 2 && says err "pandoc is not installed" && cmp nb.ipynb none.ipynb && [ ! -e none.html ]; }
check "without pandoc: a clear word, and the notebook" no_pandoc

# All lessons: their structure, without running them.
structure() {
    for lesson in "$sources"/notebooks-c/lesson_*.c "$sources"/notebooks-c/solutions/*.c; do
        "$WEAVE" --no-run "$lesson" each.ipynb && ask valid each.ipynb && ask structure "$lesson" each.ipynb || return 1
    done
}
exercises() {
    for lesson in "$sources"/notebooks-c/lesson_*_*.c; do
        number=${lesson##*/lesson_}
        for what in "^// # Lesson $((1${number%%_*} - 100))\. " '\*\*Aim' '## Exercises' '// 1\. ' '// 2\. ' '// 3\. '; do
            grep -q -e "$what" "$lesson" || { echo "$lesson: $what"; return 1; }
        done
        [ -e "$sources/notebooks-c/solutions/lesson_${number%%_*}.c" ] || return 1
    done
}
check "each lesson has an aim, three exercises and their solutions" exercises
if [ -n "$python" ]; then
    check "nbformat finds the notebook valid" ask valid nb.ipynb bare.ipynb
    check "every lesson's notebook is valid and has all of its source" structure
else
    skip "nbformat finds the notebook valid" "python3 has no nbformat"
    skip "every lesson's notebook is valid and has all of its source" "python3 has no nbformat"
fi
finish
