#include "config/reference.h"
#include "doc/manual/pages.h"
#include "doc/manual/roff.h"

#include <stdlib.h>
#include <string.h>

/* An entry of pieces: they come through a stream, so that all are set alike. Zero where memory ran out. */
typedef void writer(FILE *out, const void *of);

static int entry(FILE *out, const char *key, writer *write, const void *of)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (!stream) return 0;
    write(stream, of);
    const int complete = fclose(stream) == 0;
    if (complete) {
        sb_roff_tag(out, key, NULL);
        sb_roff_text(out, text, length);
    }
    free(text);
    return complete;
}

static void write_key(FILE *out, const void *of)
{
    const sb_parameter *p = of;
    sb_reference_type(out, p);
    fputs(p->fallback || !p->required ? "; default: " : "; ", out);
    sb_reference_default(out, p);
    fprintf(out, ".\n%s", p->meaning);
    sb_reference_conditions(out, p);
}

static void write_sweep_key(FILE *out, const void *of)
{
    const sb_sweep_key *key = of;
    fprintf(out, "%s; default: %s.\n%s", key->type, key->fallback, key->meaning);
}

static void choices(FILE *out, const sb_choice *choice)
{
    if (!choice) return;
    fputs(".RS\n", out);
    for (; choice->name; choice++) sb_roff_entry(out, choice->name, choice->meaning);
    fputs(".RE\n", out);
}

int sb_page_config(FILE *out)
{
    const char *example = sb_config_default_yaml();
    int complete = 1;
    sb_roff_head(out, "scorebound-config", 5, "the configuration of a run");
    sb_roff_section(out, "DESCRIPTION");
    sb_roff_text(out, sb_reference_introduction, strlen(sb_reference_introduction));
    sb_roff_section(out, "KEYS");
    for (const sb_parameter *p = sb_parameters; p < sb_parameters + sb_parameter_count; p++) {
        char heading[32] = "at the top";
        const int own = (int)sb_reference_section(p);
        if (own) snprintf(heading, sizeof heading, "%.*s", own, p->key);
        if (sb_reference_opens(p)) sb_roff_subsection(out, heading);
        complete &= entry(out, p->key, write_key, p);
        choices(out, p->choices);
    }
    sb_roff_subsection(out, "sweep");
    sb_roff_text(out, sb_reference_sweep, strlen(sb_reference_sweep));
    for (const sb_sweep_key *key = sb_sweep_keys; key->key; key++) complete &= entry(out, key->key, write_sweep_key, key);
    sb_roff_section(out, "EXAMPLES");
    fputs("The run that\n.B scorebound check\nmakes when it is given no configuration:\n", out);
    sb_roff_code(out, example, strlen(example), 0);
    sb_page_see_also(out, "scorebound-config");
    return complete;
}
