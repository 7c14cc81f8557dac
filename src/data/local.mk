noinst_LTLIBRARIES += libdata.la
libdata_la_SOURCES = src/data/components.c src/data/components.h src/data/data.c src/data/data.h src/data/marginal.c src/data/marginal.h \
                     src/data/mixture.c src/data/mixture.h src/data/partition.c src/data/posterior.c src/data/preset.c \
                     src/data/responsibility.c
