TEST_LIBS = libharness.la $(ROOMS) $(SB_LIBS) $(CUNIT_LIBS)
libharness_la_SOURCES = tests/harness.c tests/harness.h
libharness_la_CFLAGS  = $(AM_CFLAGS) $(CUNIT_CFLAGS)
AM_CFLAGS += $(CUNIT_CFLAGS)

TEST_EXTENSIONS = .sh
check_SCRIPTS += tests/headers.sh
EXTRA_DIST    += tests/headers.sh
TESTS = $(check_PROGRAMS) $(check_SCRIPTS)
LOG_DRIVER    = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = srcdir='$(srcdir)'; export srcdir; SCOREBOUND='$(abs_builddir)/scorebound'; export SCOREBOUND; \
                       NO_COLOR=1; export NO_COLOR; OMP_WAIT_POLICY=passive; export OMP_WAIT_POLICY; CC='$(CC)'; export CC;
EXTRA_DIST += tests/default_run.sh tests/all_claims.sh tests/shipped_sweeps.sh tests/shipped_experiments.sh tests/default_choice.sh tests/coverage.sh \
              tests/valgrind.supp
