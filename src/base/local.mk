noinst_LTLIBRARIES += libbase.la
libbase_la_SOURCES = src/base/context.c src/base/figure.c src/base/file.c src/base/hash.c src/base/json.c src/base/memory.c \
                     src/base/number.c src/base/npy.c src/base/progress.c src/base/random.c src/base/slope.c src/base/slope.h \
                     src/base/stratum.c src/base/stratum.h

check_PROGRAMS += tests/test_base tests/test_random tests/test_slope
tests_test_base_SOURCES = tests/test_base.c
tests_test_base_LDADD = $(TEST_LIBS)
tests_test_random_SOURCES = tests/test_random.c
tests_test_random_LDADD = $(TEST_LIBS)
tests_test_slope_SOURCES = tests/test_slope.c
tests_test_slope_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_progress
tests_test_progress_SOURCES = tests/test_progress.c
tests_test_progress_LDADD = $(TEST_LIBS)
