noinst_LTLIBRARIES += libledger.la
libledger_la_SOURCES = src/ledger/ledger.c src/ledger/propagate.h src/ledger/propagate.c src/ledger/waterfall.c

check_PROGRAMS += tests/test_ledger
tests_test_ledger_SOURCES = tests/test_ledger.c
tests_test_ledger_LDADD = $(TEST_LIBS)

check_PROGRAMS += tests/test_waterfall
tests_test_waterfall_SOURCES = tests/test_waterfall.c tests/fixture.c tests/fixture.h $(STATEMENT_CHECKS) $(QUADRATIC) \
                               $(REVERSE_GAUSSIAN) $(AFFINE)
tests_test_waterfall_LDADD = $(TEST_LIBS)
