#include "report/parts.h"

#include <math.h>

static const char *plural(double n)
{
    return n == 1.0 ? "" : "s";
}

void sb_model_words(const sb_config *config, sb_list *out)
{
    switch (config->model.kind) {
    case SB_MODEL_EXACT: sb_list_add(out, "", "the exact score"); break;
    case SB_MODEL_AFFINE:
        sb_list_add(out, "", "an affine model (%s)", sb_config_choice_name("model.form", (int)config->model.form));
        break;
    case SB_MODEL_FOURIER: sb_list_add(out, "", "a model of %d fourier features", config->model.features); break;
    case SB_MODEL_MLP: sb_list_add(out, "", "an mlp of depth %d and width %d", config->model.depth, config->model.width); break;
    case SB_MODEL_UNET:
        sb_list_add(out, "", "a U-Net of width %d at %d resolution%s", config->model.width, config->model.depth,
                    plural(config->model.depth));
        break;
    }
}

const char *sb_rate_words(sb_rate_rule rule)
{
    switch (rule) {
    case SB_RATE_LEMMA_4_6: return ", just below the limit of Lemma 4.6 on this very run";
    case SB_RATE_REMARK_4_12: return ", just below the limits of Remark 4.12 on this very run";
    default: return ", as given";
    }
}

const char *sb_precision_words(const sb_config *config)
{
    return config->train.precision == SB_PRECISION_FLOAT ? "; in single precision" : "";
}

static void pruning_words(const sb_config *config, const sb_measured *m, sb_list *out)
{
    const char *kind = sb_config_choice_name("pruning.kind", (int)config->pruning.kind);
    if (config->pruning.kind == SB_PRUNING_NONE) sb_list_add(out, "", "Nothing was pruned.");
    else if (m->uncovered.value == 1.0) sb_list_add(out, "", "Pruning: %s; once no worker kept a parameter in a round.", kind);
    else if (m->Gamma.value < 1.0)
        sb_list_add(out, "", "Pruning: %s; %.0f times no worker kept a parameter in a round.", kind, m->uncovered.value);
    else
        sb_list_add(out, "", "Pruning: %s; every parameter was kept by at least %.0f worker%s in every round.", kind,
                    m->Gamma.value, plural(m->Gamma.value));
}

void sb_data_words(const sb_config *config, sb_list *out)
{
    switch (config->data.kind) {
    case SB_DATA_IMAGES:
        sb_list_add(out, "", "images (%s)", sb_config_choice_name("data.images.format", (int)config->data.format));
        break;
    case SB_DATA_SHAPES: sb_list_add(out, "", "%d drawings of shapes", config->data.count); break;
    case SB_DATA_GLYPHS: sb_list_add(out, "", "a Gaussian mixture of %d glyphs", config->data.templates); break;
    default: sb_list_add(out, "", "a Gaussian mixture");
    }
}

static void what_was_trained(const sb_output *out, const sb_config *config, const sb_measured *m)
{
    sb_list model = {0}, pruning = {0}, data = {0};
    sb_model_words(config, &model);
    sb_data_words(config, &data);
    pruning_words(config, m, &pruning);
    if (m->R > 0.0 && m->D > 0.0)
        sb_output_paragraph(
            out, 4, "  -",
            "%.0f worker%s trained %s with %.0f parameters: %.0f round%s of %.0f local step%s, learning rate %s%s%s. %s", m->N,
            plural(m->N), model.text, m->D, m->R, plural(m->R), m->S, plural(m->S), sb_text_double(m->eta, 4).s,
            sb_rate_words(config->train.rule), sb_precision_words(config), pruning.text);
    else
        sb_output_paragraph(out, 4, "  -", "%.0f worker%s, %s with %.0f parameters, not trained.", m->N, plural(m->N), model.text,
                            m->D);
    sb_output_paragraph(out, 4, "  -",
                        "Data: %s in %.0f dimension%s, %s. Time: from T\t=\t%s down to delta\t=\t%s in %.0f steps "
                        "of the %s grid, sampler %s.",
                        data.text, m->d, plural(m->d),
                        m->N == 1.0    ? "all with the one worker"
                        : m->identical ? "the same for every worker"
                                       : "different for every worker",
                        sb_text_double(m->T, 4).s, sb_text_double(m->delta, 4).s, m->K,
                        sb_config_choice_name("diffusion.grid", (int)config->diffusion.grid),
                        sb_config_choice_name("diffusion.sampler", (int)config->diffusion.sampler));
}

static void what_was_gained(const sb_output *out, const sb_measured *m)
{
    const sb_measured_worker *pooled = &m->pooled;
    const sb_best_kl before = sb_best_kl_before(pooled), after = sb_best_kl_after(pooled);
    if (m->R > 0.0)
        sb_output_paragraph(out, 4, "  -", "Score loss L of the pooled data: %s before training, %s after.",
                            sb_text_number(pooled->score_loss_before, 4).s, sb_text_number(pooled->score_loss_after, 4).s);
    else sb_output_paragraph(out, 4, "  -", "Score loss L of the pooled data: %s.", sb_text_number(pooled->score_loss_after, 4).s);
    if (m->R > 0.0)
        sb_output_paragraph(out, 4, "  -",
                            "KL from the pooled data to what the sampler generates: %s%s before, %s%s after, in nats; pure noise, "
                            "no network at all, has %s.",
                            before.at_most ? "at most " : "", sb_text_number(before.kl, 4).s, after.at_most ? "at most " : "",
                            sb_text_number(after.kl, 4).s, sb_text_number(pooled->kl_prior, 4).s);
    else
        sb_output_paragraph(
            out, 4, "  -",
            "KL from the pooled data to what the sampler generates: %s%s nats; pure noise, no network at all, has %s.",
            after.at_most ? "at most " : "", sb_text_number(after.kl, 4).s, sb_text_number(pooled->kl_prior, 4).s);
}

static void verdicts(const sb_output *out, const sb_ledger *ledger)
{
    static const struct {
        sb_verdict verdict;
        const char *one, *many;
    } words[] = {
        {SB_HOLDS, "holds", "hold"},
        {SB_VIOLATED, "is violated", "are violated"},
        {SB_VACUOUS, "is vacuous", "are vacuous"},
        {SB_INCONCLUSIVE, "is inconclusive", "are inconclusive"},
        {SB_NOT_APPLICABLE, "does not apply", "do not apply"},
        {SB_UNKNOWN, "lacks a constant or a left side", "lack a constant or a left side"},
    };
    sb_list counts = {0}, violated = {0}, vacuous = {0};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const int n = sb_ledger_count(ledger, words[i].verdict);
        if (n > 0) sb_list_add(&counts, ", ", "%d %s", n, n == 1 ? words[i].one : words[i].many);
    }
    sb_output_paragraph(out, 4, "  -", "Of %d statements, each form counted, %s.", ledger->row_count, counts.text);
    sb_ledger_names(ledger, SB_VIOLATED, &violated);
    sb_ledger_names(ledger, SB_VACUOUS, &vacuous);
    if (violated.used) sb_output_paragraph(out, 4, "  -", "Violated on this run: %s.", violated.text);
    if (vacuous.used)
        sb_output_paragraph(
            out, 4, "  -",
            "Vacuous, that is true but no smaller than the KL of pure noise, so no evidence that training helped: %s.",
            vacuous.text);
}

void sb_headline_sentences(const sb_output *out, const sb_run_view *view)
{
    what_was_trained(out, view->config, view->measured);
    what_was_gained(out, view->measured);
    if (view->ledger) verdicts(out, view->ledger);
}

void sb_headline(const sb_output *out, const sb_run_view *view)
{
    sb_output_title(out, "SUMMARY");
    sb_headline_sentences(out, view);
}
