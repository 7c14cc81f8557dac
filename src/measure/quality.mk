noinst_LTLIBRARIES += libquality.la
libquality_la_SOURCES = src/measure/jackknife.c src/measure/jackknife.h src/measure/frechet.c src/measure/frechet.h \
                        src/measure/labelled.c src/measure/labelled.h src/measure/classifier_streams.h src/measure/classifier_network.c src/measure/classifier_network.h \
                        src/measure/classifier.c src/measure/classifier.h src/measure/quality.c src/measure/quality.h \
                        src/measure/quality_score.c src/measure/quality_features.c src/measure/quality_json.c src/measure/quality_json.h

check_PROGRAMS += tests/test_frechet tests/test_classifier tests/test_quality tests/test_survey_quality
tests_test_survey_quality_SOURCES = tests/test_survey_quality.c tests/fixture.c tests/fixture.h
tests_test_survey_quality_LDADD = $(TEST_LIBS)
tests_test_frechet_SOURCES = tests/test_frechet.c
tests_test_frechet_LDADD = $(TEST_LIBS)
tests_test_classifier_SOURCES = tests/test_classifier.c tests/labelled_case.c tests/labelled_case.h
tests_test_classifier_LDADD = $(TEST_LIBS)
tests_test_quality_SOURCES = tests/test_quality.c tests/labelled_case.c tests/labelled_case.h
tests_test_quality_LDADD = $(TEST_LIBS)
