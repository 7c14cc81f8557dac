noinst_LTLIBRARIES += libdiffusion.la
libdiffusion_la_SOURCES = src/diffusion/grid.c src/diffusion/sampler.c

check_PROGRAMS += tests/test_grid tests/test_sampler
tests_test_grid_SOURCES = tests/test_grid.c
tests_test_grid_LDADD = $(TEST_LIBS)
tests_test_sampler_SOURCES = tests/test_sampler.c
tests_test_sampler_LDADD = $(TEST_LIBS)
