/* peer.h: peers/federated.py as a process beside this one, asked in turns with our own work. */
#ifndef SB_TESTS_BENCH_PEER_H
#define SB_TESTS_BENCH_PEER_H

#include "bench/bench.h"

#include <jansson.h>
#include <stdio.h>
#include <sys/types.h>

typedef struct {
    pid_t process; /* 0: there is none */
    FILE *to, *from;
} bench_peer;

/* bench_peer_open: starts $SCOREBOUND_PEER_PYTHON (python3 where it is not set) on the script in $srcdir/tests/bench/peers.
 * bench_peer_ask: sends one command (printf format); the answer's member `name`. When the peer is not there, or stops answering, it
 * is NaN, and `results` is told once.   bench_peer_close: ends it. */
void bench_peer_open(bench_results *results, bench_peer *peer);
double bench_peer_ask(bench_results *results, bench_peer *peer, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void bench_peer_close(bench_peer *peer);

#endif
