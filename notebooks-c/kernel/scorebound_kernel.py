"""A Jupyter kernel for the lessons. C has no cells: whenever one is executed, the program that the cells up to it make is compiled and
run from its beginning, and what this cell printed and drew is shown. So nothing is ever left over from an older version of a cell.

SCOREBOUND_COMPILER and SCOREBOUND_LIBRARIES say what stands before and behind the source on the compiler's command line (for the shell);
without them they are those of the installed package."""

import base64
import difflib
import os
import re
import resource
import signal
import subprocess
import tempfile

from ipykernel.kernelbase import Kernel

COMPILER = os.environ.get(
    "SCOREBOUND_COMPILER", 'cc -I"$(pkg-config --variable=lessons scorebound)" $(pkg-config --cflags scorebound)')
LIBRARIES = os.environ.get(
    "SCOREBOUND_LIBRARIES", '"$(pkg-config --variable=lessons scorebound)/lesson.c" $(pkg-config --libs scorebound) -lm')
MARK = "\036"  # as in lesson.c
MOST = 64 << 20  # bytes that a program may print or write into one file, as the weaver has it

NO_CODE = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
MAIN = re.compile(r"\bint\s+main\s*\(")


def depth_of(text):
    """How many braces a cell leaves open (negative: closes)."""
    code = NO_CODE.sub(" ", text)
    return code.count("{") - code.count("}")


def assemble(cells):
    """The program of these cells, and the index of the one in which main begins (None: none does). A main that is open is closed."""
    parts, depth, opening = [], 0, None
    for i, text in enumerate(cells):
        if depth == 1:
            parts.append(f"lesson_cell(&it, {i});\n")
        if opening is None and MAIN.search(NO_CODE.sub(" ", text)):
            opening = i
        parts.append(f'#line 1 "cell {i + 1}"\n{text}\n')
        depth += depth_of(text)
    if depth > 0:
        parts.append("}" * (depth - 1) + "return lesson_end(&it);\n}\n")
    return "".join(parts), opening


def outputs_of(printed, cell, opening):
    """What one cell printed, as texts and pictures (True, path) in their order."""
    now, found = opening, []
    for i, piece in enumerate(printed.split(MARK)):
        if i > 0:
            mark, _, piece = piece.partition("\n")
            word, _, rest = mark.partition(" ")
            if word == "cell":
                now = int(rest)
            elif word == "picture" and now == cell:
                found.append((True, rest))
        if piece and now == cell:
            found.append((False, piece))
    return found


class Notebook:
    """The cells executed so far, each in its latest version, in the order in which they were first executed."""

    def __init__(self):
        self.ids, self.texts = [], []

    def place(self, cell_id, text):
        """Where a cell stands. A client that does not say which cell it executes is taken to mean the one that is most alike."""
        if cell_id is not None and cell_id in self.ids:
            return self.ids.index(cell_id)
        if cell_id is None:
            alike = [difflib.SequenceMatcher(None, old, text, autojunk=False).ratio() for old in self.texts]
            if alike and max(alike) > 0.6:
                return alike.index(max(alike))
        self.ids.append(cell_id)
        self.texts.append(text)
        return len(self.ids) - 1

    def remove(self, cell_id):
        if cell_id is not None and cell_id in self.ids:
            i = self.ids.index(cell_id)
            del self.ids[i], self.texts[i]

    def put(self, cell_id, text):
        i = self.place(cell_id, text)
        self.texts[i] = text
        return i


class LessonKernel(Kernel):
    implementation = "scorebound"
    implementation_version = "1"
    banner = "C on the scorebound library, a cell at a time"
    language_info = {"name": "c", "mimetype": "text/x-csrc", "file_extension": ".c"}

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.notebook = Notebook()

    def say(self, name, text):
        if text:
            self.send_response(self.iopub_socket, "stream", {"name": name, "text": text})

    def show(self, path):
        with open(path, "rb") as picture:
            data = {"image/png": base64.b64encode(picture.read()).decode(), "text/plain": "a picture"}
        self.send_response(self.iopub_socket, "display_data", {"data": data, "metadata": {}})

    def failed(self, what):
        error = {"ename": "lesson", "evalue": what, "traceback": [what]}
        self.send_response(self.iopub_socket, "error", error)
        return {"status": "error", "execution_count": self.execution_count, **error}

    def compile(self, folder, source, link):
        path = os.path.join(folder, "cells.c")
        with open(path, "w", encoding="utf-8") as file:
            file.write(source)
        rest = f'-o "$1" "$2" {LIBRARIES}' if link else '-fsyntax-only "$2"'
        done = subprocess.run(["sh", "-c", f"{COMPILER} {rest}", "sh", os.path.join(folder, "lesson"), path],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
        self.say("stderr", done.stdout)
        return done.returncode == 0

    def run(self, folder, cell, opening):
        """Runs the program, shows what `cell` has to show; returns what went wrong, or None."""
        said = [os.path.join(folder, name) for name in ("stdout", "stderr")]
        with open(said[0], "wb") as out, open(said[1], "wb") as err:
            code = subprocess.run([os.path.join(folder, "lesson"), os.path.join(folder, "pictures")], cwd=folder, stdout=out, stderr=err,
                                  check=False, env={**os.environ, "SCOREBOUND_WEAVE": "1"},
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, MOST))).returncode
        printed, complaints = (open(path, encoding="utf-8", errors="replace").read() for path in said)
        if code != 0:  # what was cut in the middle of a line is no mark
            printed = printed[: printed.rfind("\n") + 1]
        for is_picture, what in outputs_of(printed, cell, opening):
            if is_picture:
                self.show(what)
            else:
                self.say("stdout", what)
        self.say("stderr", complaints)
        if code == -signal.SIGXFSZ:
            return f"the program failed: it printed or wrote more than {MOST >> 20} MiB"
        if code < 0:
            return f"the program failed: signal {-code} ({signal.strsignal(-code)})"
        return None if code == 0 else f"the program failed: exit status {code}"

    def do_execute(self, code, silent, store_history=True, user_expressions=None, allow_stdin=False):
        done = {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}
        cell_id = self.get_parent("shell").get("metadata", {}).get("cellId")
        if not code.strip():
            self.notebook.remove(cell_id)
            return done
        cell = self.notebook.put(cell_id, code)
        source, opening = assemble(self.notebook.texts[: cell + 1])
        try:
            with tempfile.TemporaryDirectory(prefix="scorebound-") as folder:
                if not self.compile(folder, source, opening is not None):
                    return self.failed("the cells up to this one do not compile")
                wrong = self.run(folder, cell, opening) if opening is not None else None
        except KeyboardInterrupt:
            return self.failed("interrupted")
        except OSError as error:
            return self.failed(f"{os.path.basename(error.filename or 'a file')}: {error.strerror}")
        return self.failed(wrong) if wrong else done


if __name__ == "__main__":
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(kernel_class=LessonKernel)
