noinst_LTLIBRARIES += libkl.la
libkl_la_SOURCES = src/measure/kl_grid.c src/measure/kl_grid.h src/measure/grid_density.c src/measure/grid_density.h \
                   src/measure/generated_density.c src/measure/chain_window.c src/measure/chain_window.h \
                   src/measure/kernel_sum.c src/measure/kernel_sum.h src/measure/sampler_map.c src/measure/sampler_map.h \
                   src/measure/kl_closed.c src/measure/kl_closed.h

check_PROGRAMS += tests/test_kl_grid tests/test_kl_closed
tests_test_kl_grid_SOURCES = tests/test_kl_grid.c tests/kl_system.h
tests_test_kl_grid_LDADD = $(TEST_LIBS)
tests_test_kl_closed_SOURCES = tests/test_kl_closed.c tests/kl_system.h
tests_test_kl_closed_LDADD = $(TEST_LIBS)
