noinst_LTLIBRARIES += libledger.la
libledger_la_SOURCES = src/ledger/ledger.c

check_PROGRAMS += tests/test_ledger
tests_test_ledger_SOURCES = tests/test_ledger.c
tests_test_ledger_LDADD = $(TEST_LIBS)
