"""The live kernel, as a client meets it: cells at file scope and inside main, an edited cell, mistakes. Prints TAP."""

import sys

from jupyter_client.manager import start_new_kernel


def execute(client, code, cell=None):
    """The reply's status, and what was shown, by name."""
    # Not stop_on_error: after an error the kernel would for a moment answer whatever comes with "aborted", even what was sent later.
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": False}
    message = client.session.msg("execute_request", content, metadata={} if cell is None else {"cellId": cell})
    client.shell_channel.send(message)
    shown = dict(NOTHING)

    def answers(receive):
        while True:
            answer = receive(timeout=60)
            if answer["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                yield answer

    for answer in answers(client.get_iopub_msg):
        kind, content = answer["msg_type"], answer["content"]
        if kind == "stream":
            shown[content["name"]] += content["text"]
        elif kind == "error":
            shown["error"] = content["evalue"]
        elif kind == "display_data":
            shown["pictures"] += "image/png" in content["data"]
        elif kind == "status" and content["execution_state"] == "idle":
            return next(answers(client.get_shell_msg))["content"]["status"], shown


NOTHING = {"stdout": "", "stderr": "", "error": "", "pictures": 0}
HELPER = '#include "lesson.h"\n#include <stdio.h>\nstatic double twice(double x)\n{\n    return 2.0 * x; /* } */\n}'
MAIN = 'int main(int argc, char **argv)\n{\n    lesson it = lesson_begin(argc, argv);\n    double x = 2.385;\n    printf("begin\\n");'
USE = 'printf("%.3f\\n", twice(x));'
END = 'EXPECT(&it, twice(1.0) > 1.5, "more than half as much again");\nreturn lesson_end(&it);\n}'


def main():
    tests = []

    def expect(name, met):
        tests.append(met)
        print("ok" if met else "not ok", len(tests), "-", name, flush=True)

    manager, client = start_new_kernel(kernel_name="scorebound")
    try:
        expect("a cell at file scope says nothing", execute(client, HELPER, "a") == ("ok", NOTHING))
        status, shown = execute(client, MAIN, "b")
        expect("main is open: its first part runs", status == "ok" and shown["stdout"] == "begin\n" and not shown["stderr"])
        expect("the next cell shows its own output only", execute(client, USE, "c")[1]["stdout"] == "4.770\n")
        status, shown = execute(client, END, "d")
        expect("main is closed by the last cell", status == "ok" and "as predicted" in shown["stdout"] and "4.770" not in shown["stdout"])
        execute(client, HELPER.replace("2.0 *", "3.0 *"), "a")
        expect("an edited cell changes those behind it", execute(client, USE, "c")[1]["stdout"] == "7.155\n")
        execute(client, HELPER.replace("2.0 *", "4.0 *"))
        expect("also where the client does not say which cell it is", execute(client, USE)[1]["stdout"] == "9.540\n")
        status, shown = execute(client, USE.replace("x", "y"), "c")
        expect("a mistake is shown with its cell and line", status == "error" and "cell 3:1:" in shown["stderr"])
        expect("and can be mended", execute(client, USE, "c")[1]["stdout"] == "9.540\n")
        execute(client, HELPER.replace("2.0 *", "1.0 *"), "a")
        status, shown = execute(client, END, "d")
        expect("a prediction that fails is an error", status == "error" and "NOT AS PREDICTED" in shown["stdout"])
        execute(client, " ", "d")  # main is open again
        status, shown = execute(client, 'lesson_picture(&it, "none.png");', "f")
        expect("a picture that is not there is an error", status == "error" and shown["pictures"] == 0)
        execute(client, " ", "f")
        execute(client, "x = 7.0;", "g")
        seven = execute(client, USE, "h")[1]["stdout"]
        execute(client, "  \n", "g")
        expect("a cell that is emptied is gone", (seven, execute(client, USE, "h")[1]["stdout"]) == ("7.000\n", "2.385\n"))
        status, shown = execute(client, "abort();", "h")
        expect("a crash has its name", status == "error" and "signal 6 (Aborted)" in shown["error"])
        execute(client, " ", "h")
        expect("an empty cell is none", execute(client, "  \n", "e") == ("ok", NOTHING))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return all(tests)


sys.exit(not main())
