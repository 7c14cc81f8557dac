noinst_LTLIBRARIES += libsweep.la
libsweep_la_SOURCES = src/sweep/plan.h src/sweep/plan.c src/sweep/plan_file.c src/sweep/plan_values.c src/sweep/plan_values.h \
                      src/sweep/plan_vary.c src/sweep/plan_cases.h src/sweep/plan_cases.c src/sweep/cost.h src/sweep/cost.c \
                      src/sweep/findings.h src/sweep/findings.c src/sweep/columns.h src/sweep/columns.c \
                      src/sweep/curves.h src/sweep/curves.c src/sweep/scaling.c src/sweep/slopes.h src/sweep/slopes.c \
                      src/sweep/sweep_figure.h src/sweep/sweep_figure.c src/sweep/loss_figure.h src/sweep/loss_figure.c

check_PROGRAMS += tests/test_sweep_cases tests/test_sweep_plan tests/test_sweep_runs tests/test_sweep_values tests/test_sweep_cost \
                  tests/test_sweep_findings tests/test_sweep_slopes tests/test_sweep_scaling
tests_test_sweep_cases_SOURCES = tests/test_sweep_cases.c tests/plan_case.c tests/plan_case.h
tests_test_sweep_cases_LDADD = $(TEST_LIBS)
tests_test_sweep_plan_SOURCES = tests/test_sweep_plan.c tests/plan_case.c tests/plan_case.h
tests_test_sweep_plan_LDADD = $(TEST_LIBS)
tests_test_sweep_runs_SOURCES = tests/test_sweep_runs.c tests/plan_case.c tests/plan_case.h
tests_test_sweep_runs_LDADD = $(TEST_LIBS)
tests_test_sweep_values_SOURCES = tests/test_sweep_values.c tests/plan_case.c tests/plan_case.h
tests_test_sweep_values_LDADD = $(TEST_LIBS)
tests_test_sweep_cost_SOURCES = tests/test_sweep_cost.c tests/fixture.c tests/fixture.h
tests_test_sweep_cost_LDADD = $(TEST_LIBS)
tests_test_sweep_findings_SOURCES = tests/test_sweep_findings.c tests/sweep_case.h tests/sweep_case.c tests/fixture.h \
                                    tests/fixture.c
tests_test_sweep_findings_LDADD = $(TEST_LIBS)
tests_test_sweep_slopes_SOURCES = tests/test_sweep_slopes.c tests/sweep_case.h tests/sweep_case.c
tests_test_sweep_slopes_LDADD = $(TEST_LIBS)
tests_test_sweep_scaling_SOURCES = tests/test_sweep_scaling.c
tests_test_sweep_scaling_LDADD = $(TEST_LIBS)
