noinst_LTLIBRARIES += libsweep.la
libsweep_la_SOURCES = src/sweep/plan.h src/sweep/plan.c src/sweep/plan_file.c src/sweep/plan_values.c src/sweep/plan_values.h \
                      src/sweep/plan_vary.c src/sweep/findings.h

check_PROGRAMS += tests/test_sweep_plan tests/test_sweep_runs tests/test_sweep_values
tests_test_sweep_plan_SOURCES = tests/test_sweep_plan.c tests/plan_case.c tests/plan_case.h
tests_test_sweep_plan_LDADD = $(TEST_LIBS)
tests_test_sweep_runs_SOURCES = tests/test_sweep_runs.c tests/plan_case.c tests/plan_case.h
tests_test_sweep_runs_LDADD = $(TEST_LIBS)
tests_test_sweep_values_SOURCES = tests/test_sweep_values.c tests/plan_case.c tests/plan_case.h
tests_test_sweep_values_LDADD = $(TEST_LIBS)
