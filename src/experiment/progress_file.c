/* progress.jsonl: how far an experiment has come, for those who look at its folder meanwhile. Lines
   are appended whole; one that was cut by a crash spoils no other. A run that ends removes the
   file: the record has all of it then. No result depends on it: an error of writing it is
   ignored. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiment/experiment.h"
#include "core/json_text.h"
#include "experiment/results_json.h"

static const double write_every_s = 1; /* of lines that only say how far it is */

static void progress_bytes(const srnn_experiment *e, const char *bytes, size_t n)
{
    const ssize_t written = write(e->progress.file, bytes, n);
    (void)written;
}

/* Takes the value. In one write, which other threads do not split. */
static void progress_line(const srnn_experiment *e, json_t *value)
{
    char *text = e->progress.file < 0 ? NULL : srnn__json_dumps(value, JSON_COMPACT);
    const size_t n = text ? strlen(text) : 0;
    if (text) {
        text[n] = '\n'; /* in place of the 0 */
        progress_bytes(e, text, n + 1);
    }
    free(text);
    json_decref(value);
}

/* Those that have come since the latest call. */
static void write_evaluations(srnn_experiment *e)
{
    const srnn_training_record r = srnn_model_get_training(e->model);
    for (int *i = &e->progress.n_evals; *i < r.n_evals; ++*i)
        progress_line(e,
                      json_pack("{sssIsoso}", "stage", e->stage, "trial", (json_int_t)r.eval_tr[*i],
                                "loss", srnn__json_real(r.eval_loss_curve[*i]), "accuracy",
                                srnn__json_real(r.eval_perf_curve[*i])));
}

void srnn__progress_say(srnn_experiment *e, const char *name, const char *words)
{
    write_evaluations(e); /* the one that ended a training comes after its last progress */
    progress_line(e, json_pack("{ssss}", "stage", e->stage, name, words));
}

/* In place of the front end's callback, which it calls. */
static int on_progress(void *user, const srnn_progress *p)
{
    srnn_experiment *e = user;
    const double now_s = srnn__now_s();
    if (!strcmp(p->phase, "train")) write_evaluations(e);
    if (now_s - e->progress.written_s >= write_every_s) {
        e->progress.written_s = now_s;
        progress_line(e, json_pack("{sssIsIsIsf}", "stage", e->stage, "done", (json_int_t)p->done,
                                   "total", (json_int_t)p->total, "before", (json_int_t)p->before,
                                   "seconds", p->elapsed_s));
    }
    return e->progress.fn ? e->progress.fn(e->progress.user, p) : 0;
}

static void on_tried(void *user, const char *name, double value, int correct, int n)
{
    const srnn_experiment *e = user;
    progress_line(
        e, json_pack("{sssfsisi}", "stage", e->stage, name, value, "correct", correct, "n", n));
}

/* A line that a crash has cut ends here. */
static int open_to_append(const char *path)
{
    const int file =
        open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    struct stat info;
    char last = '\n';
    if (file < 0) return -1;
    if (fstat(file, &info) || !S_ISREG(info.st_mode)) return close(file), -1;
    if (info.st_size > 0 && pread(file, &last, 1, info.st_size - 1) == 1 && last != '\n') {
        const ssize_t written = write(file, "\n", 1);
        (void)written;
    }
    return file;
}

void srnn__progress_open(srnn_ctx *ctx, srnn_experiment *e)
{
    e->progress.file = open_to_append(e->progress_path);
    e->progress.fn = ctx->progress;
    e->progress.user = ctx->progress_user;
    srnn_ctx_set_progress(ctx, on_progress, e);
    ctx->tried = on_tried;
    ctx->tried_user = e;
    progress_line(e, json_pack("{sO}", "record", e->record));
}

void srnn__progress_close(srnn_ctx *ctx, srnn_experiment *e, bool finished)
{
    srnn_ctx_set_progress(ctx, e->progress.fn, e->progress.user);
    ctx->tried = NULL;
    if (e->progress.file >= 0) close(e->progress.file);
    if (e->progress.file >= 0 && (finished || access(e->record_path, F_OK)))
        unlink(e->progress_path);
    e->progress.file = -1;
}
