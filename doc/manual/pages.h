/* pages.h: the manual, a page each: of the program, of a subcommand, of the configuration. */
#ifndef SB_MANUAL_PAGES_H
#define SB_MANUAL_PAGES_H

#include "cli/cli.h"

#include <stdio.h>

void sb_page_program(FILE *out);
void sb_page_command(FILE *out, const sb_command *command);
int sb_page_config(FILE *out); /* nonzero unless memory ran out */

/* Sections that pages share: what a command (NULL: any) keeps in files, which is said nowhere else; what its exit status means. */
void sb_page_files(FILE *out, const char *command);
void sb_page_exit_status(FILE *out, const sb_command *command);

/* The section SEE ALSO: every page but this one. */
void sb_page_see_also(FILE *out, const char *self);

#endif
