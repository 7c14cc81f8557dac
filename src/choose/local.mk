noinst_LTLIBRARIES += libchoose.la
libchoose_la_SOURCES = src/choose/learning_rate.c

check_PROGRAMS += tests/test_learning_rate
tests_test_learning_rate_SOURCES = tests/test_learning_rate.c tests/fixture.c tests/fixture.h
tests_test_learning_rate_LDADD = $(TEST_LIBS)
