#include "doc/manual/pages.h"
#include "doc/manual/roff.h"

#include <string.h>

typedef struct {
    const char *name, *meaning;
} file;

typedef struct {
    const char *commands, *introduction;
    const file *files;
    const char *end;
} directory;

static const file run_files[] = {
    {"config.yaml", "the configuration with every default filled in"},
    {"rounds.jsonl", "one JSON object for each round of training"},
    {"checkpoint.safetensors", "the training as it stands, for `scorebound train --resume`"},
    {"measured.json", "every measured constant and left side, with intervals"},
    {"pictures.json", "densities of data and model, and how often each parameter was kept, for the page"},
    {"samples.png", "images that the model generates, where the data are images"},
    {"ledger.json, ledger.csv", "every statement in every form: left side, right side term by term, ratio, verdict"},
    {"waterfall.svg, waterfall.png", "the slack waterfall, drawn by gnuplot where that is installed"},
    {"report.html", "all of the run on one page, pictures included"},
    {"provenance.json", "what made these files: version, host, threads, times"},
    {0},
};
static const file sweep_files[] = {
    {"sweep.csv, sweep.jsonl", "a line for each run and number"},
    {"sweep.svg, sweep.png", "the picture, with fitted and predicted exponents"},
    {"losses.svg, losses.png", "the losses over the rounds"},
    {"table.csv", "the runs side by side, with what others report of them where the sweep names that"},
    {"samples.png", "images that the models generate, where the data are images"},
    {"sweep.html", "all of it on one page"},
    {0},
};
static const file claim_files[] = {
    {"NAME.json", "verdict and figures of the claim NAME"},
    {"NAME.svg, NAME.png", "its picture, drawn by gnuplot where that is installed"},
    {0},
};

static const directory directories[] = {
    {"check train measure bound report sample",
     "A run keeps everything in a directory of its own, by default `runs/NAME-HASH`, where NAME is that of the configuration file "
     "and "
     "HASH stands for its contents:",
     run_files,
     "All but the last two are the same bytes for the same configuration and version, on any number of threads of the processor; "
     "pictures "
     "also depend on gnuplot's version and on the fonts it finds."},
    {"sweep",
     "A sweep keeps its runs in one directory, by default `runs/sweep-NAME-HASH`: each of them a directory as `scorebound check` "
     "makes it, "
     "and",
     sweep_files, NULL},
    {"claim", "In `runs/claims`, or where --output says:", claim_files, NULL},
};
enum { DIRECTORIES = sizeof directories / sizeof *directories };

static int names(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = strstr(list, word); at; at = strstr(at + length, word))
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length])) return 1;
    return 0;
}

void sb_page_files(FILE *out, const char *command)
{
    int headed = 0;
    for (int i = 0; i < DIRECTORIES; i++) {
        const directory *d = &directories[i];
        if (command && !names(d->commands, command)) continue;
        if (headed++) fputs(".PP\n", out);
        else sb_roff_section(out, "FILES");
        sb_roff_text(out, d->introduction, strlen(d->introduction));
        for (const file *f = d->files; f->name; f++) sb_roff_entry(out, f->name, f->meaning);
        if (!d->end) continue;
        fputs(".PP\n", out);
        sb_roff_text(out, d->end, strlen(d->end));
    }
}
