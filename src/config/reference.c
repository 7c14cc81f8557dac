#include "config/config.h"

#include "config/parameters.h"
#include "config/text.h"

#include <string.h>

static const char introduction[] = "# Configuration\n"
                                   "\n"
                                   "A configuration is a YAML file; `scorebound` without one uses its built-in default run. "
                                   "Unknown and duplicate keys are errors. Each key can\n"
                                   "also be given on the command line, `--section.key=value`, with the value as YAML (lists: "
                                   "`--measure.kl='[grid, chain]'`). Later ones win\n"
                                   "over earlier ones and over the file, and replace a key that excludes them.\n";

static const char sweep_section[] =
    "\n## sweep\n"
    "\n"
    "Which keys `scorebound sweep` varies, beside the configuration they vary; all other commands overlook "
    "this section, and it cannot be given on the\n"
    "command line (there: `--vary KEY=A,B,C`).\n"
    "\n"
    "| Key | Type | Default | Meaning |\n|---|---|---|---|\n"
    "| `sweep.vary` | mapping | none | Keys of the tables above, written in full, each with the list of its "
    "values: `{train.rounds: [10, 100]}`. |\n"
    "| `sweep.cases` | mapping | none | Named settings, each with the keys that it sets: `{F: {pruning.kind: none}, S: {pruning.kind: "
    "random, pruning.level: S}}`; their names are the column `case`. |\n"
    "| `sweep.beside` | text | none | A table of what others report of the cases, to be shown with ours: a JSON file, its path "
    "relative to this one. |\n"
    "| `sweep.quick` | mapping | none | Keys, written in full, and their values in the small version that `--quick` makes. |\n"
    "| `sweep.paired` | true or false | `false` | The first values together, the second ones together, and so "
    "on, instead of every combination. |\n"
    "| `sweep.against` | text | the first varied key with different numbers | What stands on the x axis: a "
    "varied key, or a measured constant such as `Gamma`. |\n"
    "| `sweep.show` | list of texts | KL and Theorem 4.11 | What the picture shows, by the names of `sweep.csv`. |\n"
    "| `sweep.title` | text | none | What the sweep asks. |\n";

/* Text inside a table: a vertical bar would end the cell. */
static void write_cell(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|') fputc('\\', out);
        fputc(*text, out);
    }
}

static void write_type(FILE *out, const sb_parameter *p)
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

static void write_default(FILE *out, const sb_parameter *p)
{
    if (p->fallback) fprintf(out, "`%s`", p->fallback);
    else if (!p->required) fputs("none", out);
    else if (p->unless) fprintf(out, "required unless `%s` is given", p->unless);
    else fprintf(out, "required%s", p->with ? " where it applies" : "");
}

static void write_conditions(FILE *out, const sb_parameter *p)
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

static void write_reference(FILE *out, const sb_config *config)
{
    (void)config;
    const char *section = NULL;
    size_t length = 0;
    fputs(introduction, out);
    for (const sb_parameter *p = sb_parameters; p < sb_parameters + sb_parameter_count; p++) {
        const char *dot = strchr(p->key, '.');
        const size_t own = dot ? (size_t)(dot - p->key) : 0;
        if (!section || own != length || strncmp(section, p->key, own) != 0) {
            if (own) fprintf(out, "\n## %.*s\n", (int)own, p->key);
            fputs("\n| Key | Type and range | Default | Meaning |\n|---|---|---|---|\n", out);
            section = p->key;
            length = own;
        }
        fprintf(out, "| `%s` | ", p->key);
        write_type(out, p);
        fputs(" | ", out);
        write_default(out, p);
        fputs(" | ", out);
        write_cell(out, p->meaning);
        write_conditions(out, p);
        write_choices(out, p);
        fputs(" |\n", out);
    }
    fputs(sweep_section, out);
}

sb_status sb_config_reference(sb_context *ctx, char **markdown)
{
    return sb_text_write(ctx, write_reference, NULL, markdown);
}
