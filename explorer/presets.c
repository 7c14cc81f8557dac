/* presets.c: writes data/explorer-presets.json, the constants from which the explorer can start: those that real runs met (the default run,
 * and the configurations of claims), trained and measured here, and those of examples by hand in doc/. `make explorer-presets`. */
#include "base/json.h"
#include "choose/learning_rate.h"
#include "claim/claim.h"
#include "cli/set.h"
#include "ledger/waterfall.h"
#include "measure/measured.h"
#include "version.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const CLAIMS[] = {"pruning-term",   "pruning-floor", "variance-floor", "no-reward",           "ladder",
                                     "denoising-loss", "heterogeneity", "initialisation", "reviewers-questions", "experts"};

/* Examples by hand: their constants stand in the document named. */
typedef struct {
    const char *name, *title, *about, *set;
} example;

static const example EXAMPLES[] = {
    {"lemma-4.6-counterexample", "Lemma 4.6 as printed is false",
     "doc/errata.md, entry 1: two coordinates, two workers; the left side is 16200, above the printed right side of Lemma 4.6.",
     "N=2,S=1,R=7,eta=2.79e-5,L=1000,w2=0.0361,Gamma=1,sigma1=0,sigma2=0,F0=8.1,FR=8.1"},
    {"lemma-4.7-counterexample", "Lemma 4.7 as printed is false",
     "doc/errata.md, entry 2: F_n(theta_R) is 1140.3, above the printed right side of Lemma 4.7.",
     "N=2,S=60,R=32,eta=4.6538e-10,L=1e6,w2=0.01768,Gamma=1,sigma1=0,sigma2=0,F0=0,Fn0=0,dtheta=0.0531"},
    {"choosing-by-hand", "Choosing hyperparameters",
     "doc/choosing.md: the constants with which T, K, kappa and eta are chosen by hand.",
     "N=10,S=5,R=1000,K=200,d=2,delta=0.01,M2=4.4,L=3.2,w2=0.01,sigma1=0.5,sigma2=0.1,Gamma=8,F0=5,Fn0=5.1,C1=-0.6,mu=0.23,Fstar=0."
     "7"},
};

/* The file's numbers are what the page gives back to the library: 17 digits, and none that is not finite. */
static json_t *constants_json(const sb_constants *c, int *failed)
{
    json_t *object = json_object();
    for (unsigned i = 0; i < sb_constant_count; i++) {
        const double x = sb_constant_get(c, &sb_constant_table[i]);
        if (isfinite(x)) sb_json_put(object, sb_constant_table[i].name, json_real(x), failed);
    }
    return object;
}

/* kl: the measured divergence; NaN where only a bound of it is known, or nothing. */
static json_t *preset_json(const char *group, const char *name, const char *title, const char *about, const sb_constants *c,
                           sb_number kl, int *failed)
{
    json_t *object = json_object();
    sb_json_put(object, "name", json_string(name), failed);
    sb_json_put(object, "group", json_string(group), failed);
    sb_json_put(object, "title", json_string(title), failed);
    sb_json_put(object, "about", json_string(about), failed);
    sb_json_put(object, "kl", isnan(kl.value) ? json_null() : sb_json_number(kl), failed);
    sb_json_put(object, "constants", constants_json(c, failed), failed);
    return object;
}

/* A whole run of this configuration, as `scorebound check` makes it; the constants of the worker that its waterfall shows. */
static sb_status add_run(sb_context *ctx, const char *name, const char *yaml, const char *title, const char *about, json_t *presets,
                         int *failed)
{
    sb_status st = SB_OK;
    sb_config config = {0};
    sb_system system = {0};
    sb_training training = {0};
    sb_measured measured = {0};
    sb_constants c;
    sb_waterfall fall;
    char words[800];
    double eta;
    fprintf(stderr, "%s\n", name);
    SB_TRY(sb_config_parse(ctx, name, yaml, strlen(yaml), 0, NULL, &config));
    SB_TRY(sb_system_create(ctx, &config, &system));
    SB_TRY(sb_learning_rate(ctx, &system, &eta, NULL));
    SB_TRY(sb_training_create(ctx, &system, config.measure.replicas, eta, &training));
    SB_TRY(sb_training_run(ctx, &system, &training, training.rounds, NULL, NULL));
    SB_TRY(sb_measure(ctx, &system, &training, &measured));
    const int worker = sb_waterfall_worker(&measured);
    sb_waterfall_from_run(&measured, worker, &fall);
    sb_measured_constants(&measured, worker, &c);
    snprintf(words, sizeof words, "%s Worker %d of %g.", about, fall.n, measured.N);
    sb_json_append(presets,
                   preset_json("Measured in runs", name, title, words, &c, fall.at_most ? sb_number_unknown() : fall.kl, failed),
                   failed);
done:
    sb_measured_free(&measured);
    sb_training_free(&training);
    sb_system_free(&system);
    sb_config_free(&config);
    return st;
}

static sb_status add_claim(sb_context *ctx, const char *name, json_t *presets, int *failed)
{
    sb_status st = SB_OK;
    const sb_claim *claim = sb_claim_find(name);
    char title[120], about[700];
    SB_REQUIRE(claim, SB_EINVAL, "there is no claim %s", name);
    snprintf(title, sizeof title, "Claim %d: %s", claim->number, name);
    snprintf(about, sizeof about, "A run of data/claims/%s.yaml. The claim: %s", name, claim->statement);
    SB_TRY(add_run(ctx, name, claim->yaml(), title, about, presets, failed));
done:
    return st;
}

static sb_status add_example(sb_context *ctx, const example *e, json_t *presets, int *failed)
{
    sb_status st = SB_OK;
    sb_constants c;
    sb_constants_clear(&c);
    SB_TRY(sb_set_parse(ctx, e->set, &c));
    sb_json_append(presets, preset_json("By hand", e->name, e->title, e->about, &c, sb_number_unknown(), failed), failed);
done:
    return st;
}

static sb_status add_all(sb_context *ctx, json_t *presets, int *failed)
{
    sb_status st = SB_OK;
    SB_TRY(add_run(ctx, "default", sb_config_default_yaml(), "The default run",
                   "What scorebound check does without a configuration: ten workers, a ring of eight Gaussians, random pruning.",
                   presets, failed));
    for (size_t i = 0; i < sizeof CLAIMS / sizeof *CLAIMS; i++) SB_TRY(add_claim(ctx, CLAIMS[i], presets, failed));
    for (size_t i = 0; i < sizeof EXAMPLES / sizeof *EXAMPLES; i++) SB_TRY(add_example(ctx, &EXAMPLES[i], presets, failed));
done:
    return st;
}

int main(void)
{
    sb_context ctx;
    int failed = 0;
    json_t *root = json_object(), *presets = json_array();
    sb_context_init(&ctx, 0);
    const sb_status st = add_all(&ctx, presets, &failed);
    sb_json_put(root, "made_by", json_sprintf("explorer/presets.c, scorebound %s", sb_version()), &failed);
    sb_json_put(root, "presets", presets, &failed);
    if (st != SB_OK || sb_json_write(&ctx, root, failed, stdout) != SB_OK) {
        if (st != SB_OK) json_decref(root);
        fprintf(stderr, "%s\n", ctx.error.message);
        return 1;
    }
    return fflush(stdout) != 0;
}
