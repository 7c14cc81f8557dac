noinst_LTLIBRARIES += libsweep.la
libsweep_la_SOURCES = src/sweep/plan.h src/sweep/findings.h src/sweep/cost.h src/sweep/cost.c
