noinst_LTLIBRARIES += libcli.la
libcli_la_SOURCES = src/cli/cli.h src/cli/options.h src/cli/options.c src/cli/job.h src/cli/job.c src/cli/set.h src/cli/set.c \
                    src/cli/check.c src/cli/train.c src/cli/measure.c src/cli/bound.c src/cli/report.c src/cli/inspect.c src/cli/list.c
