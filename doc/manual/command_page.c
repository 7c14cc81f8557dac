#include "doc/manual/pages.h"
#include "doc/manual/roff.h"

#include <ctype.h>
#include <string.h>

static int has_option(const sb_syntax *syntax, int key)
{
    for (const struct argp_option *row = syntax->options; row->name; row++)
        if (row->key == key) return 1;
    return 0;
}

static void synopsis(FILE *out, const sb_command *command)
{
    const char *usage = command->syntax->usage ? command->syntax->usage : "";
    sb_roff_section(out, "SYNOPSIS");
    for (const char *line = usage;; line++) {
        const size_t length = strcspn(line, "\n");
        fprintf(out, "\\fBscorebound %s\\fR [\\fIOPTION\\fR...]%s ", command->name,
                command->syntax->overrides ? " [\\fB\\-\\-\\fIKEY\\fB=\\fIVALUE\\fR...]" : "");
        sb_roff_text(out, line, length);
        line += length;
        if (!*line) break;
        fputs(".br\n", out);
    }
}

/* "-f, --format=FORMAT" of a row, as a tag. */
static void option(FILE *out, const struct argp_option *row)
{
    char name[64];
    const int doc = (row->flags & OPTION_DOC) != 0, has_short = row->key > 0 && row->key < 256 && isgraph(row->key);
    if (doc) snprintf(name, sizeof name, "%s", row->name);
    else if (has_short) snprintf(name, sizeof name, "-%c, --%s%s", row->key, row->name, row->arg ? "=" : "");
    else snprintf(name, sizeof name, "--%s%s", row->name, row->arg ? "=" : "");
    sb_roff_tag(out, name, row->arg);
    sb_roff_text(out, row->doc, strlen(row->doc));
}

static void options(FILE *out, const sb_syntax *syntax)
{
    sb_roff_section(out, "OPTIONS");
    for (const struct argp_option *row = syntax->options; row->name; row++) option(out, row);
    sb_roff_entry(out, "-?, --help", "Print this in short");
    sb_roff_entry(out, "--usage", "Print how the command is called");
    sb_roff_entry(out, "-V, --version", "Print the version");
}

/* What a paragraph below the options is: its heading decides where it goes. */
typedef enum { REMARK, EXAMPLE, EXIT } paragraph_kind;

static size_t heading(const char *text, paragraph_kind kind)
{
    static const char *const headings[][2] = {
        [EXAMPLE] = {"Examples:\n", "Example:\n"}, [EXIT] = {"Exit status: ", "Exit status: "}};
    if (kind == REMARK) return 0;
    for (int i = 0; i < 2; i++)
        if (strncmp(text, headings[kind][i], strlen(headings[kind][i])) == 0) return strlen(headings[kind][i]);
    return 0;
}

static paragraph_kind kind_of(const char *text)
{
    return heading(text, EXAMPLE) ? EXAMPLE : heading(text, EXIT) ? EXIT : REMARK;
}

/* The paragraphs of one kind below the options, each headed by `before`; returns their number. */
static int paragraphs(FILE *out, const char *text, paragraph_kind kind, const char *before)
{
    int count = 0;
    while (text && *text) {
        const char *end = strstr(text, "\n\n");
        const size_t length = end ? (size_t)(end - text) : strlen(text), skip = heading(text, kind);
        if (kind_of(text) == kind) {
            fputs(before, out);
            sb_roff_passage(out, text + skip, length - skip);
            count++;
        }
        text = end ? end + 2 : NULL;
    }
    return count;
}

void sb_page_exit_status(FILE *out, const sb_command *command)
{
    sb_roff_section(out, "EXIT STATUS");
    sb_roff_entry(out, "0", "done");
    sb_roff_entry(out, "1", "a failure while running, or interrupted");
    sb_roff_entry(out, "2", "a mistake on the command line, in the configuration or in a file");
    if (!command || has_option(command->syntax, SB_OPTION_STRICT))
        sb_roff_entry(out, "3", "with --strict: a statement is violated, or a claim not confirmed");
}

void sb_page_command(FILE *out, const sb_command *command)
{
    const char *doc = command->syntax->doc, *tab = strchr(doc, '\v'), *below = tab ? tab + 1 : "";
    char page[64];
    snprintf(page, sizeof page, "scorebound-%s", command->name);
    sb_roff_head(out, page, 1, command->summary);
    synopsis(out, command);
    sb_roff_section(out, "DESCRIPTION");
    sb_roff_passage(out, doc, tab ? (size_t)(tab - doc) : strlen(doc));
    paragraphs(out, below, REMARK, ".PP\n");
    options(out, command->syntax);
    paragraphs(out, below, EXAMPLE, ".SH EXAMPLES\n");
    if (!paragraphs(out, below, EXIT, ".SH EXIT STATUS\n")) sb_page_exit_status(out, command);
    sb_page_files(out, command->name);
    sb_page_see_also(out, page);
}
