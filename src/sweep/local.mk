noinst_LTLIBRARIES += libsweep.la
libsweep_la_SOURCES = src/sweep/plan.h src/sweep/findings.h src/sweep/findings.c src/sweep/columns.h src/sweep/columns.c \
                      src/sweep/curves.h src/sweep/curves.c src/sweep/scaling.c src/sweep/slopes.h src/sweep/slopes.c \
                      src/sweep/sweep_figure.h src/sweep/sweep_figure.c

check_PROGRAMS += tests/test_sweep_findings tests/test_sweep_scaling
tests_test_sweep_findings_SOURCES = tests/test_sweep_findings.c tests/sweep_case.h tests/sweep_case.c tests/fixture.h tests/fixture.c
tests_test_sweep_findings_LDADD = $(TEST_LIBS)
tests_test_sweep_scaling_SOURCES = tests/test_sweep_scaling.c
tests_test_sweep_scaling_LDADD = $(TEST_LIBS)
