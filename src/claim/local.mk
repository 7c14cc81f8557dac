# The claims: one file, one configuration (data/claims, embedded) and one row each.
CLAIMS = pruning-term pruning-floor variance-floor discretisation-exact linear-in-dimension grid-bound log-snr-grid initialisation \
         ladder denoising-loss no-reward heterogeneity reviewers-questions experts
CLAIM_CONFIGS = $(addprefix data/claims/,$(addsuffix .yaml,$(CLAIMS)))
noinst_LTLIBRARIES += libclaim.la
libclaim_la_SOURCES = src/claim/claim.h src/claim/claim.c src/claim/claims.c src/claim/parts.h \
                      src/claim/laws.c src/claim/laws.h src/claim/paths.c src/claim/paths.h src/claim/density.c \
                      src/claim/density.h src/claim/experiment.h src/claim/experiment.c src/claim/experiment_exact.c \
                      src/claim/model_system.h src/claim/model_system.c \
                      src/claim/pruning_term.c \
                      src/claim/pruning_floor.c \
                      src/claim/variance_floor.c \
                      src/claim/discretisation_exact.c \
                      src/claim/linear_in_dimension.c \
                      src/claim/grid_bound.c \
                      src/claim/log_snr_grid.c \
                      src/claim/initialisation.c \
                      src/claim/ladder.c \
                      src/claim/denoising_loss.c \
                      src/claim/no_reward.c \
                      src/claim/heterogeneity.c \
                      src/claim/reviewers_questions.c \
                      src/claim/experts.c src/claim/expert_laws.h src/claim/expert_laws.c src/claim/fusion_cost.h \
                      src/claim/fusion_cost.c src/claim/conversion_error.h src/claim/conversion_error.c \
                      src/claim/fusion_output.h src/claim/fusion_output.c
nodist_libclaim_la_SOURCES = src/claim/configs.c
EXTRA_DIST += $(CLAIM_CONFIGS)

# Each configuration becomes a function that returns its text.
src/claim/configs.c: $(addprefix $(top_srcdir)/,$(CLAIM_CONFIGS)) $(top_srcdir)/src/claim/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/claim
	$(AM_V_at){ echo '#include "claim/parts.h"'; \
	  for claim in $(CLAIMS); do \
	    echo; echo "const char *sb_claim_$$(echo $$claim | tr - _)_yaml(void)"; echo '{'; echo '    return'; \
	    $(SED) -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/        "/' -e 's/$$/\\n"/' $(top_srcdir)/data/claims/$$claim.yaml; \
	    echo '        ;'; echo '}'; \
	  done; } > $@.tmp
	$(AM_V_at)mv $@.tmp $@
BUILT_SOURCES += src/claim/configs.c
CLEANFILES += src/claim/configs.c src/claim/configs.c.tmp

check_PROGRAMS += tests/test_claim_experts
tests_test_claim_experts_SOURCES = tests/test_claim_experts.c tests/laws.h
tests_test_claim_experts_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_claim tests/test_claims_exact tests/test_claims_trained
tests_test_claim_SOURCES = tests/test_claim.c
tests_test_claim_LDADD = $(TEST_LIBS)
tests_test_claims_exact_SOURCES = tests/test_claims_exact.c tests/claim_setting.c tests/claim_setting.h
tests_test_claims_exact_LDADD = $(TEST_LIBS)
tests_test_claims_trained_SOURCES = tests/test_claims_trained.c tests/claim_setting.c tests/claim_setting.h
tests_test_claims_trained_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/test_claims_training
tests_test_claims_training_SOURCES = tests/test_claims_training.c tests/quadratic.c tests/quadratic.h tests/fixture.c \
                                     tests/fixture.h
tests_test_claims_training_LDADD = $(TEST_LIBS)
