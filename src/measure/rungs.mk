noinst_LTLIBRARIES += librungs.la librungs_float.la
librungs_float_la_SOURCES = src/measure/generate.c src/measure/generate.h
librungs_float_la_CPPFLAGS = $(AM_CPPFLAGS) -DSB_FLOAT
librungs_la_SOURCES = $(librungs_float_la_SOURCES) src/measure/generated_sample.c src/measure/generated_sample.h src/measure/law_points.c \
                      src/measure/law_points.h src/measure/kl_importance.c src/measure/kl_importance.h src/measure/shares.c \
                      src/measure/shares.h src/measure/surrogate.c src/measure/surrogate.h src/measure/surrogate_improve.c \
                      src/measure/surrogate_parts.h src/measure/cloud.c src/measure/cloud.h src/measure/kl_neighbours.c \
                      src/measure/kl_neighbours.h src/measure/rung_streams.h src/measure/critic_features.c \
                      src/measure/critic_features.h src/measure/critic_fit.c src/measure/critic_fit.h src/measure/kl_critic.c \
                      src/measure/kl_critic.h

RUNG_CASE = tests/rung_case.c tests/rung_case.h $(KL_CASE)
check_PROGRAMS += tests/test_generated_sample tests/test_kl_importance tests/test_surrogate tests/test_kl_neighbours \
                  tests/test_kl_critic
tests_test_generated_sample_SOURCES = tests/test_generated_sample.c $(RUNG_CASE)
tests_test_generated_sample_LDADD = $(TEST_LIBS)
tests_test_kl_importance_SOURCES = tests/test_kl_importance.c $(RUNG_CASE)
tests_test_kl_importance_LDADD = $(TEST_LIBS)
tests_test_surrogate_SOURCES = tests/test_surrogate.c tests/laws.h
tests_test_surrogate_LDADD = $(TEST_LIBS)
tests_test_kl_neighbours_SOURCES = tests/test_kl_neighbours.c $(RUNG_CASE)
tests_test_kl_neighbours_LDADD = $(TEST_LIBS)
tests_test_kl_critic_SOURCES = tests/test_kl_critic.c $(RUNG_CASE)
tests_test_kl_critic_LDADD = $(TEST_LIBS)
