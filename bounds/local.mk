noinst_LTLIBRARIES += libbounds.la
libbounds_la_SOURCES = bounds/bounds.h bounds/constants.h bounds/parts.h bounds/statements.c bounds/constants.c bounds/verdict.c \
                       bounds/dynamics.c bounds/assumption_4_1.c bounds/assumption_4_2.c bounds/assumption_4_3.c \
                       bounds/assumption_4_4.c bounds/lemma_4_5.c bounds/lemma_4_6.c bounds/lemma_4_7.c bounds/lemma_4_8.c \
                       bounds/lemma_4_9.c bounds/lemma_4_10.c bounds/theorem_4_11.c bounds/iid_case.c bounds/remark_4_12.c \
                       bounds/waterfall.c bounds/heterogeneity.c bounds/a_priori.c bounds/lipschitz_score.c bounds/benton_2024.c \
                       bounds/chen_lee_lu_2023.c bounds/chen_chewi_2023.c bounds/conforti_2023.c bounds/zhou_2024.c

# One test program for each statement, and one for what they have in common.
check_PROGRAMS += tests/test_bounds tests/test_bounds_extremes tests/test_assumption_4_1 tests/test_assumption_4_2 \
                  tests/test_assumption_4_3 tests/test_assumption_4_4 tests/test_lemma_4_5 tests/test_lemma_4_6 \
                  tests/test_lemma_4_7 tests/test_lemma_4_8 tests/test_lemma_4_9 tests/test_lemma_4_10 tests/test_theorem_4_11 \
                  tests/test_iid_case tests/test_remark_4_12 tests/test_heterogeneity tests/test_a_priori \
                  tests/test_lipschitz_score tests/test_benton_2024 tests/test_chen_lee_lu_2023 tests/test_chen_chewi_2023 \
                  tests/test_conforti_2023 tests/test_zhou_2024
STATEMENT_CHECKS = tests/statement.c tests/statement.h
QUADRATIC        = tests/quadratic.c tests/quadratic.h
AFFINE           = tests/affine_training.c tests/affine_training.h
REVERSE_GAUSSIAN = tests/reverse_gaussian.c tests/reverse_gaussian.h
SINGLE_WORKER    = tests/single_worker.c tests/single_worker.h $(REVERSE_GAUSSIAN)

tests_test_bounds_SOURCES = tests/test_bounds.c $(STATEMENT_CHECKS)
tests_test_bounds_LDADD = $(TEST_LIBS)
tests_test_bounds_extremes_SOURCES = tests/test_bounds_extremes.c $(STATEMENT_CHECKS)
tests_test_bounds_extremes_LDADD = $(TEST_LIBS)
tests_test_assumption_4_1_SOURCES = tests/test_assumption_4_1.c $(STATEMENT_CHECKS)
tests_test_assumption_4_1_LDADD = $(TEST_LIBS)
tests_test_assumption_4_2_SOURCES = tests/test_assumption_4_2.c $(STATEMENT_CHECKS) $(QUADRATIC)
tests_test_assumption_4_2_LDADD = $(TEST_LIBS)
tests_test_assumption_4_3_SOURCES = tests/test_assumption_4_3.c $(STATEMENT_CHECKS)
tests_test_assumption_4_3_LDADD = $(TEST_LIBS)
tests_test_assumption_4_4_SOURCES = tests/test_assumption_4_4.c $(STATEMENT_CHECKS)
tests_test_assumption_4_4_LDADD = $(TEST_LIBS)
tests_test_lemma_4_5_SOURCES = tests/test_lemma_4_5.c $(STATEMENT_CHECKS) $(REVERSE_GAUSSIAN)
tests_test_lemma_4_5_LDADD = $(TEST_LIBS)
tests_test_lemma_4_6_SOURCES = tests/test_lemma_4_6.c $(STATEMENT_CHECKS) $(QUADRATIC)
tests_test_lemma_4_6_LDADD = $(TEST_LIBS)
tests_test_lemma_4_7_SOURCES = tests/test_lemma_4_7.c $(STATEMENT_CHECKS) $(QUADRATIC)
tests_test_lemma_4_7_LDADD = $(TEST_LIBS)
tests_test_lemma_4_8_SOURCES = tests/test_lemma_4_8.c $(STATEMENT_CHECKS) $(REVERSE_GAUSSIAN)
tests_test_lemma_4_8_LDADD = $(TEST_LIBS)
tests_test_lemma_4_9_SOURCES = tests/test_lemma_4_9.c $(STATEMENT_CHECKS) $(REVERSE_GAUSSIAN)
tests_test_lemma_4_9_LDADD = $(TEST_LIBS)
tests_test_lemma_4_10_SOURCES = tests/test_lemma_4_10.c $(STATEMENT_CHECKS) $(REVERSE_GAUSSIAN)
tests_test_lemma_4_10_LDADD = $(TEST_LIBS)
tests_test_theorem_4_11_SOURCES = tests/test_theorem_4_11.c $(STATEMENT_CHECKS) $(QUADRATIC) $(REVERSE_GAUSSIAN) $(AFFINE)
tests_test_theorem_4_11_LDADD = $(TEST_LIBS)
tests_test_iid_case_SOURCES = tests/test_iid_case.c $(STATEMENT_CHECKS) $(QUADRATIC) $(REVERSE_GAUSSIAN) $(AFFINE)
tests_test_iid_case_LDADD = $(TEST_LIBS)
tests_test_remark_4_12_SOURCES = tests/test_remark_4_12.c $(STATEMENT_CHECKS) $(REVERSE_GAUSSIAN)
tests_test_remark_4_12_LDADD = $(TEST_LIBS)
tests_test_heterogeneity_SOURCES = tests/test_heterogeneity.c $(STATEMENT_CHECKS)
tests_test_heterogeneity_LDADD = $(TEST_LIBS)
tests_test_a_priori_SOURCES = tests/test_a_priori.c $(STATEMENT_CHECKS) $(QUADRATIC) $(REVERSE_GAUSSIAN) $(AFFINE)
tests_test_a_priori_LDADD = $(TEST_LIBS)
tests_test_lipschitz_score_SOURCES = tests/test_lipschitz_score.c $(STATEMENT_CHECKS) $(SINGLE_WORKER)
tests_test_lipschitz_score_LDADD = $(TEST_LIBS)
tests_test_benton_2024_SOURCES = tests/test_benton_2024.c $(STATEMENT_CHECKS) $(SINGLE_WORKER)
tests_test_benton_2024_LDADD = $(TEST_LIBS)
tests_test_chen_lee_lu_2023_SOURCES = tests/test_chen_lee_lu_2023.c $(STATEMENT_CHECKS) $(SINGLE_WORKER)
tests_test_chen_lee_lu_2023_LDADD = $(TEST_LIBS)
tests_test_chen_chewi_2023_SOURCES = tests/test_chen_chewi_2023.c $(STATEMENT_CHECKS) $(SINGLE_WORKER)
tests_test_chen_chewi_2023_LDADD = $(TEST_LIBS)
tests_test_conforti_2023_SOURCES = tests/test_conforti_2023.c $(STATEMENT_CHECKS) $(SINGLE_WORKER)
tests_test_conforti_2023_LDADD = $(TEST_LIBS)
tests_test_zhou_2024_SOURCES = tests/test_zhou_2024.c $(STATEMENT_CHECKS) $(QUADRATIC)
tests_test_zhou_2024_LDADD = $(TEST_LIBS)
