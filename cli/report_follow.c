/* The page of a run while it goes on: written again whenever the folder's records have grown. */
#define _GNU_SOURCE 1
#include "report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* What a look at the folder found. */
typedef struct run_look {
    char *summary, *progress; /* the files; NULL: there is none */
    bool running, complete;   /* by some process; the summary is of a run that came to its end */
} run_look;

static void look_free(run_look *look)
{
    free(look->summary);
    free(look->progress);
}

/* Looks at the lock first: once it is free, the files are final. False: the sentence has been
   printed. */
static bool look_at(const cli_options *o, const char *folder, run_look *look)
{
    *look = (run_look){.running = srnn_experiment_running(folder),
                       .summary = cli_folder_text(o, folder, "summary.json", NULL),
                       .progress = cli_folder_text(o, folder, "progress.jsonl", NULL)};
    if (look->progress && !strchr(look->progress, '\n')) { /* its first line is still to come */
        free(look->progress);
        look->progress = NULL;
    }
    if (!look->summary) return true;
    json_t *summary = cli_run_summary(o, folder, look->summary);
    look->complete = json_is_false(json_object_get(summary, "interrupted"));
    json_decref(summary);
    return summary != NULL;
}

static bool look_same_text(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : !a && !b;
}

static bool look_same(const run_look *a, const run_look *b)
{
    return a->running == b->running && look_same_text(a->summary, b->summary) &&
           look_same_text(a->progress, b->progress);
}

/* What this process has written so far. */
typedef struct live_page {
    char *path;
    bool written;
    struct stat file; /* the latest one */
    run_look shown;
} live_page;

/* Else the run has written its own page there meanwhile. */
static bool is_latest(const live_page *page)
{
    struct stat now;
    return page->written && !stat(page->path, &now) && now.st_ino == page->file.st_ino &&
           now.st_mtim.tv_sec == page->file.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == page->file.st_mtim.tv_nsec;
}

static int write_live(cli_options *o, const char *folder, const run_look *look, bool followed,
                      live_page *page)
{
    const int code =
        cli_save_page(o, &cli_run_page, folder, look->summary ? look->summary : "null",
                      json_pack("{sisssbsbss}", "schema", CLI_PAGE_SCHEMA, "spikernn",
                                srnn_version(), "running", look->running, "followed", followed,
                                "progress", look->progress ? look->progress : ""));
    if (!code && !page->written && !o->json) printf("following the run: %s\n", page->path);
    page->written = page->written || !code;
    if (!code) stat(page->path, &page->file);
    cli_flush();
    return code;
}

/* The run failed before it had a record: remove the page, so that the folder can be used again. */
static int nothing_left(const cli_options *o, const char *folder, const live_page *page)
{
    if (page->written) unlink(page->path);
    return cli_error(o, "%s holds no run; expected the folder of one that is running or has ended",
                     folder);
}

/* False: following ends, with this exit code. */
static bool goes_on(cli_options *o, const char *folder, live_page *page, int *code)
{
    run_look look;
    *code = CLI_FAILED;
    bool more = look_at(o, folder, &look);
    const bool begun = look.summary || look.progress;
    if (more && !look.running && look.complete) {
        *code = CLI_OK;
        more = false;
    } else if (more && !look.running && !begun) {
        nothing_left(o, folder, page);
        more = false;
    } else if (more && begun && (!page->written || !look_same(&look, &page->shown))) {
        more = !write_live(o, folder, &look, true, page);
    }
    look_free(&page->shown);
    page->shown = look;
    return more;
}

/* Then the page no longer reloads itself. */
static int stop_following(cli_options *o, const char *folder, live_page *page)
{
    if (is_latest(page)) write_live(o, folder, &page->shown, false, page);
    if (page->written)
        cli_error(o, "interrupted; %s is of the run so far", page->path);
    else
        cli_error(o, "interrupted; %s has nothing to show yet", folder);
    return CLI_INTERRUPTED;
}

int cli_follow_run(cli_options *o, const char *folder, bool *whole)
{
    const struct timespec second = {.tv_sec = 1};
    live_page page = {0};
    int code;
    *whole = false;
    if (asprintf(&page.path, "%s/report.html", folder) < 0) return cli_error(o, "out of memory");
    while (goes_on(o, folder, &page, &code)) {
        nanosleep(&second, NULL); /* which a signal ends */
        if (!cli_interrupted()) continue;
        code = stop_following(o, folder, &page);
        break;
    }
    if (!code && page.written) *whole = !is_latest(&page) && !access(page.path, R_OK);
    look_free(&page.shown);
    free(page.path);
    return code;
}
