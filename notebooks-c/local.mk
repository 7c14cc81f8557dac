# The lessons and the solutions of their exercises: programs on the public library and notebooks-c/lesson.h, nothing else. A new lesson is
# one name here.
LESSONS   = notebooks-c/lesson_01_marginals.c
SOLUTIONS = notebooks-c/solutions/lesson_01.c

check_LTLIBRARIES += notebooks-c/liblesson.la
notebooks_c_liblesson_la_SOURCES = notebooks-c/lesson.h notebooks-c/lesson.c
EXTRA_PROGRAMS += $(LESSONS:.c=) $(SOLUTIONS:.c=)
AM_CPPFLAGS += -I$(top_srcdir)/notebooks-c
LDADD = notebooks-c/liblesson.la libscorebound.la -lm

# `make check` runs each of them in a folder of its own (tests/notebooks/lesson.sh).
TEST_EXTENSIONS += .c
C_LOG_DRIVER     = $(LOG_DRIVER)
C_LOG_COMPILER   = $(SHELL) $(top_srcdir)/tests/notebooks/lesson.sh
TESTS           += $(LESSONS) $(SOLUTIONS)
check_DATA       = $(LESSONS:.c=) $(SOLUTIONS:.c=)
EXTRA_DIST      += tests/notebooks/lesson.sh
