/* The search for the spiking network, and why it falls short. */
#define _GNU_SOURCE 1
#include "report.h"

#include <math.h>
#include <string.h>

static bool used_operating_point(const json_t *search)
{
    return cli_same_name(cli_text_at(search, "conversion"),
                         srnn_option_choice("conversion", SRNN_BY_OPERATING_POINT));
}

/* The scaling factor of the search that was taken. */
static bool is_best(const json_t *search, const json_t *row, size_t i)
{
    if (used_operating_point(search)) return cli_number_at(search, "best") == (double)i;
    return cli_number_at(row, "scaling_factor") == cli_number_at(search, "opt_scaling_factor");
}

static void write_table(FILE *to, const json_t *search)
{
    static const char *const factors[] = {
        "λ", "trials", "accuracy (95 % interval)", "score", "loss", "mean rate (Hz)", ""};
    static const char *const points[] = {
        "widening",   "trials", "accuracy (95 % interval)", "score",
        "noise cost", "visits", "mean rate (Hz)",           ""};
    const bool operating = used_operating_point(search);
    if (operating)
        cli_table_open(to, "Candidates for the operating points", points,
                       sizeof points / sizeof *points);
    else
        cli_table_open(to, "Search for the scaling factor", factors,
                       sizeof factors / sizeof *factors);
    const json_t *rows = cli_at(search, "table"), *row;
    size_t i;
    json_array_foreach((json_t *)rows, i, row)
    {
        char head[32];
        snprintf(head, sizeof head, "%.6g",
                 cli_number_at(row, operating ? "widening" : "scaling_factor"));
        cli_row_open(to, head, is_best(search, row, i));
        cli_cell_number(to, cli_number_at(row, "n"), 0);
        cli_cell_accuracy(to, row);
        cli_cell_number(to, cli_number_at(row, "score"), 3);
        if (operating) {
            cli_cell_number(to, cli_number_at(row, "shot_noise_cost"), -1);
            cli_cell_number(to, cli_number_at(row, "visit_trials"), 0);
        } else {
            cli_cell_number(to, cli_number_at(row, "loss"), 2);
        }
        cli_cell_number(to, cli_number_at(row, "mean_rate_hz"), 1);
        cli_cell(to, "%s", is_best(search, row, i) ? "chosen" : "");
        cli_row_close(to);
    }
    cli_table_close(to);
}

static void write_fresh(FILE *to, const json_t *search)
{
    const json_t *fresh = cli_at(search, "fresh"), *interval = cli_at(fresh, "interval");
    if (!fresh) return;
    fputs("<p>What was chosen, on ", to);
    cli_html_number(to, cli_number_at(fresh, "n"), 0);
    fputs(" fresh trials: accuracy ", to);
    cli_html_number(to, cli_number_at(fresh, "accuracy"), 3);
    if (json_array_size(interval) == 2)
        fprintf(to, " (95 %% interval " CLI_RANGE ")",
                json_number_value(json_array_get(interval, 0)),
                json_number_value(json_array_get(interval, 1)));
    fputs(".</p>\n", to);
}

static void write_readout(FILE *to, const json_t *readout)
{
    if (!readout) return;
    fputs("<h3>Refitted readout</h3>\n", to);
    cli_facts_open(to);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)readout, key, value)
    {
        char text[128];
        if (json_is_real(value))
            snprintf(text, sizeof text, "%.4g", json_real_value(value));
        else
            cli_value_text(value, ", ", text, sizeof text);
        if (*text) cli_fact(to, "", key, "%s", text);
    }
    cli_facts_close(to);
}

/* What stands between `...` is code. */
static void write_sentence(FILE *to, const char *sentence)
{
    bool code = false;
    for (const char *at = sentence; *at;) {
        const size_t length = strcspn(at, "`");
        cli_html(to, "%.*s", (int)length, at);
        at += length;
        if (!*at) break;
        code = !code;
        fputs(code ? "<code>" : "</code>", to);
        at++;
    }
    if (code) fputs("</code>", to);
}

static void write_diagnosis(FILE *to, const json_t *diagnosis)
{
    size_t i;
    json_t *finding;
    if (json_array_size(diagnosis) == 0) return;
    fputs("<h3>Why it may fail</h3>\n<ul class=\"findings\">\n", to);
    json_array_foreach((json_t *)diagnosis, i, finding)
    {
        fputs("<li>", to);
        write_sentence(to, cli_text_at(finding, "sentence"));
        fputs("</li>\n", to);
    }
    fputs("</ul>\n", to);
}

static void write_operating_points(FILE *to)
{
    fputs("<p>Every unit got a gain and a bias of its own, its operating point; the candidates "
          "differ in how much its samples are widened, in what the noise of spike trains "
          "costs, and in the spiking trials they were fitted after.</p>\n",
          to);
}

static void write_search(FILE *to, const json_t *search)
{
    if (json_array_size(cli_at(search, "table"))) write_table(to, search);
    write_fresh(to, search);
}

/* What followed where lambda converted badly. */
static void write_second_search(FILE *to, const json_t *summary)
{
    const json_t *point = cli_at(summary, "operating_point");
    const json_t *scaled = cli_at(summary, "evaluation_by_scaling_factor");
    if (!point) return;
    fputs("<h3>Operating point</h3>\n<p>With λ the spiking network is ", to);
    if (scaled) {
        fputs("correct in ", to);
        cli_html_number(to, cli_number_at(scaled, "spiking.accuracy"), 3);
        fputs(" of the trials below", to);
    } else {
        fputs("below 0.95 or clearly below the rate network", to);
    }
    fputs(scaled ? ". A gain and a bias fitted for each unit do better.</p>\n"
                 : ". A gain and a bias fitted for each unit do no better: λ stays.</p>\n",
          to);
    write_operating_points(to);
    write_search(to, point);
}

void cli_page_converted(cli_page *page)
{
    FILE *to = page->to;
    const json_t *search = cli_at(page->summary, "search");
    if (!search) {
        fputs("<p>The run has no spiking network: it ended before the search.</p>\n", to);
        return;
    }
    if (used_operating_point(search))
        write_operating_points(to);
    else
        fputs("<p>For every scaling factor λ the rate network's weights were divided by it; each λ "
              "was tried on the same trials.</p>\n",
              to);
    cli_page_figures(page, CLI_CONVERTED);
    write_search(to, search);
    write_second_search(to, page->summary);
    write_readout(to, cli_at(page->summary, "readout"));
    write_diagnosis(to, cli_at(page->summary, "diagnosis"));
}
