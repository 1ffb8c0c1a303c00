/* The numbers at the top of the page. */
#define _GNU_SOURCE 1
#include "report.h"

#include <math.h>

static void open_key(FILE *to, const char *name)
{
    fputs("<div><dt>", to);
    cli_html_text(to, name);
    fputs("</dt><dd><b>", to);
}

static void close_key(FILE *to, const char *beside)
{
    fputs("</b>", to);
    if (*beside) {
        fputs(" <span>", to);
        cli_html_text(to, beside);
        fputs("</span>", to);
    }
    fputs("</dd></div>\n", to);
}

static void headline_accuracy(FILE *to, const char *name, const json_t *accuracy)
{
    const json_t *interval = cli_at(accuracy, "interval");
    char beside[96] = "";
    if (!accuracy) return;
    if (json_array_size(interval) == 2)
        snprintf(beside, sizeof beside, "95 %% interval " CLI_RANGE,
                 json_number_value(json_array_get(interval, 0)),
                 json_number_value(json_array_get(interval, 1)));
    open_key(to, name);
    cli_html_number(to, cli_number_at(accuracy, "accuracy"), 3);
    close_key(to, beside);
}

static void write_conversion(const cli_page *page)
{
    const double factor = cli_number_at(page->summary, "evaluation.scaling_factor");
    if (!cli_at(page->summary, "search")) return;
    open_key(page->to, "conversion");
    if (isnan(factor))
        fputs("operating point", page->to);
    else
        cli_html(page->to, "λ = %g", factor);
    close_key(page->to, isnan(factor) ? "a gain and a bias for every unit" : "scaling factor");
}

static void headline_spikes(const cli_page *page)
{
    const srnn_spike_statistics *s = &page->subject->analysis.statistics;
    char beside[64];
    if (!page->subject->analysis.spikes) return;
    const double evaluated_hz = cli_number_at(page->summary, "evaluation.spiking.mean_rate_hz");
    open_key(page->to, "mean rate");
    cli_html_number(page->to,
                    isfinite(evaluated_hz) ? evaluated_hz
                                           : s->measures[SRNN_POPULATIONS][SRNN_UNIT_RATE_HZ].mean,
                    1);
    close_key(page->to, "Hz");
    open_key(page->to, "silent units");
    cli_html(page->to, "%d", s->n_silent[SRNN_POPULATIONS]);
    snprintf(beside, sizeof beside, "of %d", s->n_units[SRNN_POPULATIONS]);
    close_key(page->to, beside);
}

void cli_page_headline(cli_page *page)
{
    FILE *to = page->to;
    const double seconds = cli_number_at(page->summary, "training.seconds");
    char beside[64] = "", duration[32];
    fputs("<dl class=\"keys\">\n", to);
    headline_accuracy(to, "spiking accuracy", cli_at(page->summary, "evaluation.spiking"));
    headline_accuracy(to, "rate accuracy", cli_at(page->summary, "evaluation.rate"));
    write_conversion(page);
    headline_spikes(page);
    open_key(to, "training");
    cli_html_number(to, cli_number_at(page->summary, "training.trials"), 0);
    if (isfinite(seconds) && seconds >= 0) {
        cli_duration(seconds, duration);
        snprintf(beside, sizeof beside, "trials in %s", duration);
    }
    close_key(to, beside);
    fputs("</dl>\n", to);
}
