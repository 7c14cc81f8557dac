#!/bin/sh
# The live kernel: what a client sees of it, and a woven program executed by it has the outputs that the weaver found
# (solutions of lesson 2: every cell runs all before it, and those are quick).
sources=$(cd "${srcdir:-.}" && pwd)
build=$PWD
. "$sources/tests/cli/tap.sh"
JUPYTER_PATH=$build/notebooks-c/jupyter
PYDEVD_DISABLE_FILE_VALIDATION=1
HOME=$scratch
JUPYTER_RUNTIME_DIR=$scratch/runtime
ASAN_OPTIONS=detect_leaks=0 # a main that is cut short frees nothing
export JUPYTER_PATH PYDEVD_DISABLE_FILE_VALIDATION HOME JUPYTER_RUNTIME_DIR ASAN_OPTIONS
python_with ipykernel,nbconvert,nbformat
[ -n "$python" ] || skip_all "python3 has no ipykernel, nbconvert and nbformat"
"$python" "$sources/tests/notebooks/kernel.py" 2>said
talked=$?
tests=13
sed 's/^/# /' said

lesson=$sources/notebooks-c/solutions/lesson_02.c
weaves() { "$build/notebooks-c/weave/weave" --compiler="$LESSON_CC" --libraries="$LESSON_LINK" "$lesson" woven.ipynb; }
executes() {
    "$build/notebooks-c/weave/weave" --no-run "$lesson" empty.ipynb &&
        "$python" -m nbconvert --to notebook --execute --output live.ipynb empty.ipynb
}
: >out && : >err && status=$talked
check "the client came to its end" exits 0
if command -v gnuplot >/dev/null; then
    check "the weaver runs it" weaves
    check "the kernel runs it, cell by cell" executes
    check "both find and draw the same" "$python" "$sources/tests/notebooks/notebook.py" same woven.ipynb live.ipynb
fi
finish
