/* The progress line on stderr, and the context that reports to it. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* The rate of anything else has no meaning. */
static bool counts_trials(const char *phase)
{
    static const char *const others[] = {"figures", "read", "spikes", "activity"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strcmp(phase, others[i])) return false;
    return true;
}

static void describe_left(const cli_progress *progress, double stage_s, char text[96])
{
    char left[32];
    const bool whole = progress->stage && isfinite(progress->later_s);
    cli_duration(stage_s + (whole ? progress->later_s : 0), left);
    snprintf(text, 96, "  %s %s left%s", whole ? "about" : "at most", left,
             whole             ? " until evaluated"
             : progress->stage ? " in this stage"
                               : "");
}

static void write_line(const cli_progress *progress, const srnn_progress *p)
{
    char text[192], speed[32] = "", left[96] = "";
    int n = snprintf(text, sizeof text, "%s %" PRId64 "/%" PRId64,
                     progress->stage ? progress->stage : p->phase, p->done, p->total);
    if (isfinite(p->loss)) n += snprintf(text + n, sizeof text - (size_t)n, "  loss %.3g", p->loss);
    if (isfinite(p->accuracy))
        n += snprintf(text + n, sizeof text - (size_t)n, "  accuracy %.2f", p->accuracy);
    if (counts_trials(p->phase) && p->done > p->before && p->elapsed_s > 0) {
        const double rate = (double)(p->done - p->before) / p->elapsed_s;
        if (!progress->stage) snprintf(speed, sizeof speed, "  %.3g trials/s", rate);
        describe_left(progress, (double)(p->total - p->done) / rate, left);
    }
    const bool fits = n + (int)(strlen(speed) + strlen(left)) <= cli_terminal_width();
    snprintf(text + n, sizeof text - (size_t)n, "%s%s", fits ? speed : "", left);
    if (cli_terminal())
        cli_terminal_line(text);
    else
        fprintf(stderr, "%s\n", text);
}

static int progress_print(void *user, const srnn_progress *p)
{
    cli_progress *progress = user;
    const double now = cli_now_s();
    if (!progress->quiet && now - progress->shown_s >= (cli_terminal() ? 0.1 : 10)) {
        write_line(progress, p);
        progress->shown_s = now;
    }
    return cli_interrupted();
}

srnn_ctx *cli_ctx_open(const cli_options *options, cli_progress *progress)
{
    srnn_ctx_options ctx_options = srnn_ctx_options_default();
    ctx_options.threads = options->s.threads;
    srnn_ctx *ctx;
    const srnn_status status = cli_ctx_create(&ctx_options, &ctx);
    if (status) {
        cli_library_error(options, ctx, status);
        srnn_ctx_free(ctx);
        return NULL;
    }
    *progress = (cli_progress){.quiet = options->quiet, .shown_s = cli_now_s()};
    srnn_ctx_set_progress(ctx, progress_print, progress);
    srnn_ctx_set_option_prefix(ctx, "--");
    return ctx;
}

/* Not every form of file asks on the way whether to go on. */
int cli_model_load(const cli_options *o, srnn_ctx *ctx, const char *path, srnn_model **model)
{
    const srnn_status status = srnn_model_load(ctx, path, model);
    if (status != SRNN_CANCELLED && !cli_interrupted())
        return status ? cli_library_error(o, ctx, status) : CLI_OK;
    srnn_model_free(*model);
    *model = NULL;
    return cli_error(o, "interrupted; %s was not read to the end", path), CLI_INTERRUPTED;
}
