noinst_LTLIBRARIES += libexact.la
libexact_la_SOURCES = src/measure/exact.c src/measure/exact_blocks.c src/measure/exact_cubature.c src/measure/exact_factors.c \
                      src/measure/exact_heterogeneity.c src/measure/exact_rule.c src/measure/exact_sampled.c \
                      src/measure/exact_steps.c src/measure/exact_times.c src/measure/exact_within.c \
                      src/measure/exact_parts.h src/measure/exact_rule.h src/measure/exact_times.h

check_PROGRAMS += tests/test_exact tests/test_exact_structure tests/test_exact_parts
tests_test_exact_SOURCES = tests/test_exact.c tests/exact_laws.h tests/laws.h
tests_test_exact_LDADD = $(TEST_LIBS)
tests_test_exact_structure_SOURCES = tests/test_exact_structure.c tests/exact_laws.h tests/laws.h
tests_test_exact_structure_LDADD = $(TEST_LIBS)
tests_test_exact_parts_SOURCES = tests/test_exact_parts.c tests/laws.h
tests_test_exact_parts_LDADD = $(TEST_LIBS)
