/* manual: writes a page of the manual, scorebound.1, scorebound-COMMAND.1 or scorebound-config.5, from the tables that the program itself
 * reads: commands, options, keys of the configuration. */
#include "doc/manual/pages.h"
#include "doc/manual/roff.h"

#include <string.h>

void sb_page_see_also(FILE *out, const char *self)
{
    int first = 1;
    sb_roff_section(out, "SEE ALSO");
    if (strcmp(self, "scorebound") != 0) sb_roff_reference(out, "scorebound", 1, 1), first = 0;
    for (int i = 0; i < sb_command_count; i++) {
        char page[64];
        snprintf(page, sizeof page, "scorebound-%s", sb_commands[i].name);
        if (strcmp(self, page) == 0) continue;
        sb_roff_reference(out, page, 1, first);
        first = 0;
    }
    if (strcmp(self, "scorebound-config") != 0) sb_roff_reference(out, "scorebound-config", 5, 0);
    fputs("\n", out);
}

static int write_page(FILE *out, const char *name)
{
    if (strcmp(name, "scorebound.1") == 0) return sb_page_program(out), 1;
    if (strcmp(name, "scorebound-config.5") == 0) return sb_page_config(out);
    for (int i = 0; i < sb_command_count; i++) {
        char page[64];
        snprintf(page, sizeof page, "scorebound-%s.1", sb_commands[i].name);
        if (strcmp(name, page) == 0) return sb_page_command(out, &sb_commands[i]), 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    const int written = argc == 2 && write_page(stdout, argv[1]);
    if (!written) fprintf(stderr, "usage: manual scorebound.1|scorebound-COMMAND.1|scorebound-config.5\n");
    return written && fflush(stdout) == 0 ? 0 : 2;
}
