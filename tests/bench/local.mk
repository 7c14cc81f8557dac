# `make bench` prints how long typical work takes and writes bench.json; `make bench BENCH="training growth"` runs these parts alone.
# Not among the tests: it measures, machines differ.
EXTRA_PROGRAMS += tests/bench/bench
tests_bench_bench_SOURCES = tests/bench/bench.c tests/bench/bench.h tests/bench/results.c tests/bench/time.c \
    tests/bench/statements.c tests/bench/laws.c tests/bench/chain.c tests/bench/memory.c tests/bench/growth.c \
    tests/bench/federation.c tests/bench/federation.h tests/bench/peer.c tests/bench/peer.h tests/bench/products.c \
    tests/bench/products.h tests/bench/training.c tests/bench/training_device.c \
    tests/bench/device.c tests/bench/device.h tests/bench/width.c tests/bench/unet.c tests/bench/sampling.c
tests_bench_bench_LDADD = $(ROOMS) $(SB_LIBS)
CLEANFILES += tests/bench/bench$(EXEEXT) bench.json
EXTRA_DIST += tests/bench/peers/federated.py tests/bench/peers/unet.py

.PHONY: bench
bench: tests/bench/bench$(EXEEXT)
	OMP_WAIT_POLICY=passive srcdir='$(srcdir)' tests/bench/bench$(EXEEXT) -o bench.json $(BENCH)
