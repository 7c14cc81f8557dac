# `make bench` prints how long typical work takes and writes bench.json. Not among the tests: it measures, machines differ.
EXTRA_PROGRAMS += tests/bench/bench
tests_bench_bench_SOURCES = tests/bench/bench.c tests/bench/bench.h tests/bench/statements.c tests/bench/laws.c tests/bench/chain.c
tests_bench_bench_LDADD = $(ROOMS) $(SB_LIBS)
CLEANFILES += tests/bench/bench$(EXEEXT) bench.json

.PHONY: bench
bench: tests/bench/bench$(EXEEXT)
	OMP_WAIT_POLICY=passive tests/bench/bench$(EXEEXT) bench.json
