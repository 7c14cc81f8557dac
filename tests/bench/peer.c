#include "bench/peer.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The peer waits as its own library finds best, not as we do; what goes wrong in it is our matter, not the user's. */
static void become_peer(int end, const char *python, const char *script)
{
    dup2(end, STDIN_FILENO);
    dup2(end, STDOUT_FILENO);
    unsetenv("OMP_WAIT_POLICY");
    if (!getenv("SCOREBOUND_PEER_VERBOSE") && !freopen("/dev/null", "w", stderr)) _exit(127);
    execlp(python, python, script, "serve", (char *)NULL);
    _exit(127);
}

void bench_peer_close(bench_peer *peer)
{
    if (peer->to) fclose(peer->to);
    if (peer->from) fclose(peer->from); /* the end of its input */
    if (peer->process) waitpid(peer->process, NULL, 0);
    *peer = (bench_peer){0};
}

void bench_peer_open(bench_results *results, bench_peer *peer)
{
    const char *set = getenv("SCOREBOUND_PEER_PYTHON"), *source = getenv("srcdir");
    const char *python = set && *set ? set : "python3";
    char script[4096];
    int end[2];
    *peer = (bench_peer){0};
    snprintf(script, sizeof script, "%s/tests/bench/peers/federated.py", source ? source : ".");
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) != 0) return;
    peer->process = fork();
    if (peer->process == 0) become_peer(end[1], python, script);
    close(end[1]);
    peer->to = fdopen(end[0], "w");
    peer->from = fdopen(dup(end[0]), "r");
    bench_peer_ask(results, peer, "threads", "version");
}

static double read_answer(bench_peer *peer, const char *name)
{
    char *line = NULL;
    size_t room = 0;
    double value = NAN;
    if (getline(&line, &room, peer->from) > 0) {
        json_t *answer = json_loads(line, 0, NULL);
        const json_t *member = json_object_get(answer, name);
        if (json_is_number(member)) value = json_number_value(member);
        json_decref(answer);
    }
    free(line);
    return value;
}

double bench_peer_ask(bench_results *results, bench_peer *peer, const char *name, const char *format, ...)
{
    double value = NAN;
    va_list arguments;
    if (!peer->to || !peer->from) return NAN;
    va_start(arguments, format);
    vfprintf(peer->to, format, arguments);
    va_end(arguments);
    fputc('\n', peer->to);
    if (fflush(peer->to) == 0) value = read_answer(peer, name);
    if (isnan(value)) {
        bench_peer_close(peer);
        bench_absent(results,
                     "the comparison with PyTorch: no answer from the Python that SCOREBOUND_PEER_PYTHON names (else python3)");
    }
    return value;
}
