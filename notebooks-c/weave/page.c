#include "weave/page.h"

#include "weave/process.h"

#include <stdio.h>
#include <string.h>

/* The first heading, which names the page. */
static void find_title(const weave_lesson *lesson, char title[200])
{
    snprintf(title, 200, "%s", lesson->name);
    for (int i = 0; i < lesson->count; i++) {
        const char *text = lesson->cells[i].text;
        if (!lesson->cells[i].prose || strncmp(text, "# ", 2) != 0) continue;
        snprintf(title, 200, "%.*s", (int)strcspn(text + 2, "\n"), text + 2);
        return;
    }
}

sb_status weave_page_write(sb_context *ctx, const weave_lesson *lesson, const char *notebook, const char *style, const char *path)
{
    sb_status st = SB_OK;
    char title[200], name[230], css[4096], how[200];
    find_title(lesson, title);
    snprintf(name, sizeof name, "pagetitle=%s", title);
    snprintf(css, sizeof css, "--css=%s", style);
    const char *const argv[] = {"pandoc",
                                "--from=ipynb",
                                "--to=html5",
                                "--standalone",
                                "--self-contained",
                                "--mathml",
                                "--highlight-style=monochrome",
                                "--metadata=lang:en",
                                "--metadata",
                                name,
                                css,
                                "--output",
                                path,
                                notebook,
                                NULL};
    st = weave_process_run(ctx, &(weave_process){.argv = argv}, how);
    if (st == SB_EUSER) {
        sb_forgive(ctx);
        SB_FAIL(SB_EUSER, "no HTML page: pandoc is not installed (apt-get install pandoc)");
    }
    if (st != SB_OK) goto done;
    SB_REQUIRE(!how[0], SB_EIO, "%s: pandoc failed: %s", lesson->name, how);
done:
    return st;
}
