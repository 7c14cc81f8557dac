noinst_LTLIBRARIES += libchoose.la
libchoose_la_SOURCES = src/choose/learning_rate.c src/choose/pilot.c src/choose/pilot.h src/choose/point.c src/choose/by_hand.c \
                       src/choose/situation.c src/choose/situation_parts.h src/choose/remark.c src/choose/fixed_point.c \
                       src/choose/fixed_point.h src/choose/certificate.c src/choose/certificate.h \
                       src/choose/root.c src/choose/root.h

check_PROGRAMS += tests/test_learning_rate
tests_test_learning_rate_SOURCES = tests/test_learning_rate.c tests/fixture.c tests/fixture.h
tests_test_learning_rate_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_situation tests/test_remark_choice
tests_test_situation_SOURCES = tests/test_situation.c tests/choice_case.c tests/choice_case.h tests/fixture.c \
                               tests/fixture.h
tests_test_situation_LDADD = $(TEST_LIBS)
tests_test_remark_choice_SOURCES = tests/test_remark_choice.c tests/choice_case.c \
                                   tests/choice_case.h
tests_test_remark_choice_LDADD = $(TEST_LIBS)
