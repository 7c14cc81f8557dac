noinst_LTLIBRARIES += libcli.la
libcli_la_SOURCES = src/cli/cli.h src/cli/options.h src/cli/options.c src/cli/job.h src/cli/job.c src/cli/job_page.c src/cli/fleet.h src/cli/fleet.c src/cli/gallery.h src/cli/gallery.c \
                    src/cli/set.h src/cli/set.c src/cli/check.c src/cli/train.c src/cli/measure.c src/cli/bound.c src/cli/report.c \
                    src/cli/inspect.c src/cli/choose.c src/cli/sweep.c src/cli/claim.c src/cli/sample.c src/cli/list.c src/cli/commands.c

# Shell tests of the program; they question its JSON with a small program of their own.
noinst_PROGRAMS += tests/json_query
tests_json_query_SOURCES = tests/json_query.c
tests_json_query_LDADD = $(JANSSON_LIBS) -lm
CLI_TESTS = tests/cli/usage.sh tests/cli/mistakes.sh tests/cli/calculator.sh tests/cli/run.sh tests/cli/images.sh tests/cli/interrupt.sh \
            tests/cli/documents.sh tests/cli/rooms.sh tests/cli/plot.sh tests/cli/page.sh tests/cli/compare.sh tests/cli/choose.sh tests/cli/sweep.sh tests/cli/sample.sh \
            tests/cli/device.sh tests/cli/experiment.sh
check_SCRIPTS += $(CLI_TESTS)
EXTRA_DIST += tests/cli/tap.sh $(CLI_TESTS)
