noinst_LTLIBRARIES += libsweep.la
libsweep_la_SOURCES = src/sweep/plan.h src/sweep/findings.h src/sweep/cost.h src/sweep/cost.c

check_PROGRAMS += tests/test_sweep_cost
tests_test_sweep_cost_SOURCES = tests/test_sweep_cost.c tests/fixture.c tests/fixture.h
tests_test_sweep_cost_LDADD = $(TEST_LIBS)
