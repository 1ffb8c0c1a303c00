/* The page of a run while it goes on: written again whenever the folder's records have grown. */
#define _GNU_SOURCE 1
#include "report.h"

#include <stdlib.h>
#include <string.h>
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

/* A run that is found not to be running has written all it will. False: the sentence has been
   printed. */
static bool look_at(const cli_options *o, const char *folder, run_look *look)
{
    *look = (run_look){.running = srnn_experiment_running(folder),
                       .summary = cli_folder_text(o, folder, "summary.json", NULL),
                       .progress = cli_folder_text(o, folder, "progress.jsonl", NULL)};
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

static int write_live(cli_options *o, const char *folder, const run_look *look)
{
    return cli_save_page(o, folder, look->summary ? look->summary : "null",
                         json_pack("{sisssbss}", "schema", CLI_PAGE_SCHEMA, "spikernn",
                                   srnn_version(), "running", look->running, "progress",
                                   look->progress ? look->progress : ""));
}

/* The run failed before it had a record: of its page nothing stays, so that it can begin again. */
static int nothing_left(const cli_options *o, const char *folder, bool written)
{
    char *path;
    if (written && asprintf(&path, "%s/report.html", folder) >= 0) {
        unlink(path);
        free(path);
    }
    return cli_error(o, "%s holds no run; expected the folder of one that is running or has ended",
                     folder);
}

/* *code: of what ends it. */
static bool goes_on(cli_options *o, const char *folder, run_look *seen, bool *written, int *code)
{
    run_look look;
    *code = CLI_FAILED;
    bool more = look_at(o, folder, &look);
    if (more && !look.running && look.complete) {
        *code = CLI_OK;
        more = false;
    } else if (more && !look.running && !look.summary && !look.progress) {
        nothing_left(o, folder, *written);
        more = false;
    } else if (more && (!*written || !look_same(&look, seen))) {
        more = !write_live(o, folder, &look);
        if (more && !*written && !o->json) printf("following the run: %s/report.html\n", folder);
        cli_flush();
        *written = true;
    }
    look_free(seen);
    *seen = look;
    return more;
}

int cli_follow_run(cli_options *o, const char *folder)
{
    const struct timespec second = {.tv_sec = 1};
    run_look seen = {0};
    bool written = false;
    int code;
    while (goes_on(o, folder, &seen, &written, &code)) {
        nanosleep(&second, NULL); /* which a signal ends */
        if (!cli_interrupted()) continue;
        cli_error(o, "interrupted; %s/report.html is of the run so far", folder);
        code = CLI_INTERRUPTED;
        break;
    }
    look_free(&seen);
    return code;
}
