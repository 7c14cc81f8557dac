#include "doc/manual/pages.h"
#include "doc/manual/roff.h"

#include <string.h>

static const char examples[] = "scorebound check\n"
                               "scorebound inspect --diffusion.grid=log-snr\n"
                               "scorebound claim pruning-term\n"
                               "scorebound list --parameters";

void sb_page_program(FILE *out)
{
    const char *tab = strchr(sb_program_doc, '\v');
    sb_roff_head(out, "scorebound", 1, "how tight are the error bounds of distributed, pruned diffusion models?");
    sb_roff_section(out, "SYNOPSIS");
    fputs(".B scorebound\n\\fICOMMAND\\fR [\\fIARGUMENT\\fR...]\n", out);
    sb_roff_section(out, "DESCRIPTION");
    sb_roff_passage(out, sb_program_doc, (size_t)(tab - sb_program_doc));
    sb_roff_section(out, "COMMANDS");
    for (int i = 0; i < sb_command_count; i++) {
        fprintf(out, ".TP\n\\fBscorebound\\-%s\\fR(1)\n", sb_commands[i].name);
        sb_roff_text(out, sb_commands[i].summary, strlen(sb_commands[i].summary));
    }
    sb_roff_section(out, "OPTIONS");
    sb_roff_entry(out, "-?, --help", "Say how the program is used; after a command, how that is used");
    sb_roff_entry(out, "--usage", "The same in a line");
    sb_roff_entry(out, "-V, --version", "Print the version");
    sb_roff_section(out, "EXAMPLES");
    sb_roff_code(out, examples, strlen(examples), 0);
    sb_page_exit_status(out, NULL);
    sb_roff_section(out, "ENVIRONMENT");
    sb_roff_entry(out, "NO_COLOR", "no colours, also on a terminal");
    sb_roff_entry(out, "COLUMNS", "width of tables, 80 to 120");
    sb_roff_entry(out, "SCOREBOUND_TRACE", "after an error, the functions through which it came");
    sb_roff_entry(out, "OPENBLAS_CORETYPE",
                  "the BLAS kernels to use; set by the program itself where OpenBLAS would choose slow ones");
    sb_page_files(out, NULL);
    sb_page_see_also(out, "scorebound");
}
