/* How well both networks do the task, and what their trials look like. */
#define _GNU_SOURCE 1
#include "report.h"

#include <math.h>

/* The same type's entry of the other network's list. */
static const json_t *type_at(const json_t *network, size_t i)
{
    return json_array_get(cli_at(network, "types"), i);
}

static size_t count_types(const json_t *evaluation)
{
    const size_t rate = json_array_size(cli_at(evaluation, "rate.types"));
    const size_t spiking = json_array_size(cli_at(evaluation, "spiking.types"));
    return rate > spiking ? rate : spiking;
}

static const char *type_name(const json_t *evaluation, size_t i)
{
    const char *name = cli_text_at(type_at(cli_at(evaluation, "rate"), i), "type");
    return *name ? name : cli_text_at(type_at(cli_at(evaluation, "spiking"), i), "type");
}

static void write_accuracies(FILE *to, const json_t *evaluation)
{
    static const char *const heads[] = {"type", "trials", "rate network (95 % interval)",
                                        "spiking network (95 % interval)"};
    const json_t *rate = cli_at(evaluation, "rate"), *spiking = cli_at(evaluation, "spiking");
    cli_table_open(to, "Accuracy on the same fresh trials", heads, sizeof heads / sizeof *heads);
    const size_t n = count_types(evaluation);
    for (size_t i = 0; i <= n; i++) {
        const json_t *r = i < n ? type_at(rate, i) : rate;
        const json_t *s = i < n ? type_at(spiking, i) : spiking;
        cli_row_open(to, i < n ? type_name(evaluation, i) : "all", i == n);
        cli_cell_number(to, cli_number_at(r ? r : s, "n"), 0);
        cli_cell_accuracy(to, r);
        cli_cell_accuracy(to, s);
        cli_row_close(to);
    }
    cli_table_close(to);
}

static void write_responses(FILE *to, const json_t *evaluation)
{
    static const char *const heads[] = {"type",
                                        "output, rate",
                                        "output, spiking",
                                        "response, rate (ms)",
                                        "response, spiking (ms)",
                                        "exc (Hz)",
                                        "PV (Hz)",
                                        "SOM (Hz)"};
    const json_t *rate = cli_at(evaluation, "rate"), *spiking = cli_at(evaluation, "spiking");
    cli_table_open(to,
                   "Output that the criterion looks at (mean ± SD), median response time, rates",
                   heads, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < count_types(evaluation); i++) {
        const json_t *r = type_at(rate, i), *s = type_at(spiking, i);
        cli_row_open(to, type_name(evaluation, i), false);
        cli_cell_spread(to, cli_number_at(r, "value_mean"), cli_number_at(r, "value_sd"), 3);
        cli_cell_spread(to, cli_number_at(s, "value_mean"), cli_number_at(s, "value_sd"), 3);
        cli_cell_number(to, cli_number_at(r, "response_times.median_ms"), 1);
        cli_cell_number(to, cli_number_at(s, "response_times.median_ms"), 1);
        cli_cell_number(to, cli_number_at(s, "exc_hz"), 1);
        cli_cell_number(to, cli_number_at(s, "pv_hz"), 1);
        cli_cell_number(to, cli_number_at(s, "som_hz"), 1);
        cli_row_close(to);
    }
    cli_table_close(to);
}

/* A select of the trial types or trials and the place of a plot; report.js fills both. */
static void write_plot(FILE *to, const char *id, const char *title, const char *choice,
                       const char *caption)
{
    fprintf(to,
            "<figure class=\"plot\" id=\"%s\" hidden>\n<h3>%s</h3>\n<div class=\"controls\"><label>"
            "%s <select></select></label> <button type=\"button\">whole trial</button></div>\n"
            "<div class=\"canvas\"></div>\n<figcaption>%s Drag to zoom, double click to see the "
            "whole trial again; with the keyboard + and − zoom, ← and → move, 0 shows the "
            "whole trial.</figcaption>\n</figure>\n",
            id, title, choice, caption);
}

static void write_plots(const cli_page *page)
{
    const srnn_observation *o = page->subject->analysis.observation;
    if (o->K == 0) return;
    write_plot(page->to, "plot-outputs", "Outputs, trial by trial", "trial type",
               "Target and outputs of both networks in the first trial of the type; the band is "
               "the stimulation.");
    if (!o->spiking) return;
    write_plot(page->to, "plot-raster", "Spikes of a trial", "trial",
               "Each tick is a spike; units are sorted by population, the lines between them part "
               "the populations.");
    if (o->n_units > 0 && o->v)
        write_plot(page->to, "plot-voltages", "Membrane voltages", "trial type",
                   "Units in the first trial of the type; their extremes where several steps fall "
                   "on a point.");
}

void cli_page_does(cli_page *page)
{
    const json_t *evaluation = cli_at(page->summary, "evaluation");
    FILE *to = page->to;
    if (count_types(evaluation)) {
        write_accuracies(to, evaluation);
        write_responses(to, evaluation);
    }
    const double rmse = cli_number_at(evaluation, "comparison.rmse");
    if (isfinite(rmse))
        fprintf(to,
                "<p>The outputs of the two networks differ by %.3f (root of the mean square, "
                "all trials and steps).</p>\n",
                rmse);
    write_plots(page);
    cli_page_figures(page, CLI_DOES);
}
