/* What an analysis says, in a file: .mat, .json, or .csv with a line a unit. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- .csv ---- */

/* As RFC 4180 quotes. */
static void put_rate_head(FILE *to, const char *type)
{
    fputs(",\"rate ", to);
    for (; *type; type++) {
        if (*type == '"') putc('"', to);
        putc(*type, to);
    }
    putc('"', to);
}

static void analysis_write_units(FILE *to, const cli_analysis *a)
{
    const srnn_spike_statistics *s = &a->statistics;
    const bool compared = a->observation->comparison.N > 0;
    fputs("unit,population", to);
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++) fprintf(to, ",%s", srnn_unit_measure_name(m));
    for (int type = 0; type < s->n_types; type++) put_rate_head(to, a->spikes->type_names[type]);
    fputs(compared ? ",mean_r,unit_correlation\n" : "\n", to);
    for (int i = 0; i < s->N; i++) {
        fprintf(to, "%d,%s", i + 1,
                srnn_population_name((srnn_population)a->spikes->population[i]));
        for (int m = 0; m < SRNN_UNIT_MEASURES; m++) fprintf(to, ",%.10g", s->unit[m][i]);
        for (int type = 0; type < s->n_types; type++)
            fprintf(to, ",%.10g", s->rate_hz[(size_t)type * (size_t)s->N + (size_t)i]);
        if (compared)
            fprintf(to, ",%.10g,%.10g", a->observation->comparison.mean_r[i],
                    a->observation->comparison.unit_correlation[i]);
        putc('\n', to);
    }
}

static int save_csv(cli_options *o, const cli_analysis *a)
{
    if (!a->spikes)
        return cli_error(o,
                         "--out is %s; expected .mat or .json for the rate network, which has "
                         "no spike trains",
                         o->s.out);
    char *text = NULL;
    size_t size;
    FILE *lines = open_memstream(&text, &size);
    if (lines) analysis_write_units(lines, a);
    const bool written = lines && !ferror(lines);
    int code = CLI_OK;
    if ((lines && fclose(lines)) || !written)
        code = cli_error(o, "out of memory");
    else if (!cli_text_save(o, o->s.out, text))
        code = cli_error(o, "%s", o->error);
    free(text);
    return code;
}

int cli_save_analysis(cli_options *o, srnn_ctx *ctx, const cli_subject *subject)
{
    const cli_analysis *a = &subject->analysis;
    if (cli_ends_in(o->s.out, ".csv")) return save_csv(o, a);
    if (!cli_ends_in(o->s.out, ".json")) {
        const srnn_status status = cli_save_analysis_mat(o, ctx, a);
        return status ? cli_library_error(o, ctx, status) : CLI_OK;
    }
    json_t *document = cli_json_analysis(o, subject);
    const bool saved = cli_json_save(o, o->s.out, document);
    json_decref(document);
    return saved ? CLI_OK : cli_error(o, "%s", o->error);
}
