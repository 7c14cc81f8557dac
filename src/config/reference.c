#include "config/reference.h"

#include "config/config.h"
#include "config/text.h"

#include <string.h>

const char sb_reference_introduction[] =
    "A configuration is a YAML file; `scorebound` without one uses its built-in default run. Unknown and duplicate keys are "
    "errors. "
    "Each key can also be given on the command line, `--section.key=value`, with the value as YAML (lists: "
    "`--measure.kl='[grid, chain]'`). Later ones win over earlier ones and over the file, and replace a key that excludes them.";

const char sb_reference_sweep[] =
    "Which keys `scorebound sweep` varies, beside the configuration they vary; all other commands overlook this section, and it "
    "cannot be given on the command line (there: `--vary KEY=A,B,C`).";

const sb_sweep_key sb_sweep_keys[] = {
    {"sweep.vary", "mapping", "none",
     "Keys of the sections above, written in full, each with the list of its values: `{train.rounds: [10, 100]}`."},
    {"sweep.cases", "mapping", "none",
     "Named settings, each with the keys that it sets: `{F: {pruning.kind: none}, S: {pruning.kind: random, pruning.level: S}}`; "
     "their names are the column `case`."},
    {"sweep.beside", "text", "none",
     "A table of what others report of the cases, to be shown with ours: a JSON file, its path relative to this one."},
    {"sweep.quick", "mapping", "none", "Keys, written in full, and their values in the small version that `--quick` makes."},
    {"sweep.paired", "true or false", "`false`",
     "The first values together, the second ones together, and so on, instead of every combination."},
    {"sweep.against", "text", "the first varied key with different numbers",
     "What stands on the x axis: a varied key, or a measured constant such as `Gamma`."},
    {"sweep.show", "list of texts", "KL and Theorem 4.11", "What the picture shows, by the names of `sweep.csv`."},
    {"sweep.title", "text", "none", "What the sweep asks."},
    {0},
};

/* Text inside a table: a vertical bar would end the cell. */
static void write_cell(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|') fputc('\\', out);
        fputc(*text, out);
    }
}

void sb_reference_type(FILE *out, const sb_parameter *p)
{
    const int ranged = p->min != 0.0 || p->max != 0.0;
    fputs(p->type->name, out);
    if (ranged) fprintf(out, " %s", sb_range_show(p, (char[SB_RANGE_SHOWN]){0}));
    if (*p->type->more) fprintf(out, "%s %s", ranged ? "," : "", p->type->more);
}

static void write_choices(FILE *out, const sb_parameter *p)
{
    for (const sb_choice *c = p->choices; c && c->name; c++) fprintf(out, "<br>`%s`: %s", c->name, c->meaning);
}

void sb_reference_default(FILE *out, const sb_parameter *p)
{
    if (p->fallback) fprintf(out, "`%s`", p->fallback);
    else if (!p->required) fputs("none", out);
    else if (p->unless) fprintf(out, "required unless `%s` is given", p->unless);
    else fprintf(out, "required%s", p->with ? " where it applies" : "");
}

void sb_reference_conditions(FILE *out, const sb_parameter *p)
{
    if (p->with) {
        const sb_parameter *on = sb_parameter_find(p->with, strlen(p->with));
        const char *separator = "";
        fprintf(out, " %s with `%s`: ", p->strict ? "Only" : "Used", on->key);
        for (const sb_choice *c = on->choices; c->name; c++) {
            if (!(p->when >> c->value & 1u)) continue;
            fprintf(out, "%s`%s`", separator, c->name);
            separator = ", ";
        }
        fputs(p->strict ? "; an error otherwise." : "; ignored otherwise.", out);
    }
    if (p->excludes) fprintf(out, " Not together with `%s`.", p->excludes);
}

size_t sb_reference_section(const sb_parameter *p)
{
    const char *dot = strchr(p->key, '.');
    return dot ? (size_t)(dot - p->key) : 0;
}

int sb_reference_opens(const sb_parameter *p)
{
    const size_t own = sb_reference_section(p);
    return p == sb_parameters || own != sb_reference_section(p - 1) || strncmp(p[-1].key, p->key, own) != 0;
}

static void write_reference(FILE *out, const sb_config *config)
{
    (void)config;
    fprintf(out, "# Configuration\n\n%s\n", sb_reference_introduction);
    for (const sb_parameter *p = sb_parameters; p < sb_parameters + sb_parameter_count; p++) {
        if (sb_reference_opens(p)) {
            const int own = (int)sb_reference_section(p);
            if (own) fprintf(out, "\n## %.*s\n", own, p->key);
            fputs("\n| Key | Type and range | Default | Meaning |\n|---|---|---|---|\n", out);
        }
        fprintf(out, "| `%s` | ", p->key);
        sb_reference_type(out, p);
        fputs(" | ", out);
        sb_reference_default(out, p);
        fputs(" | ", out);
        write_cell(out, p->meaning);
        sb_reference_conditions(out, p);
        write_choices(out, p);
        fputs(" |\n", out);
    }
    fprintf(out, "\n## sweep\n\n%s\n\n| Key | Type | Default | Meaning |\n|---|---|---|---|\n", sb_reference_sweep);
    for (const sb_sweep_key *key = sb_sweep_keys; key->key; key++)
        fprintf(out, "| `%s` | %s | %s | %s |\n", key->key, key->type, key->fallback, key->meaning);
}

sb_status sb_config_reference(sb_context *ctx, char **markdown)
{
    return sb_text_write(ctx, write_reference, NULL, markdown);
}
