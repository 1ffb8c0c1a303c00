/* The network, the task and the training. */
#define _GNU_SOURCE 1
#include "report.h"

#include <math.h>
#include <string.h>

typedef struct term {
    const char *key, *text;
} term;

static const term network[] = {{"P_inh", "probability of an inhibitory unit"},
                               {"P_rec", "probability of a recurrent connection"},
                               {"apply_dale", "Dale's principle"},
                               {"w_dist", "distribution of initial weights"},
                               {"gain", "gain of initial weights"},
                               {"balanced", "inhibition balanced at the start"},
                               {"no_autapses", "no autapses"},
                               {"decay_taus", "synaptic decay times, steps of 5 ms"},
                               {"taus_gaus_mean", "mean of initial decay parameters"},
                               {"act", "activation"},
                               {"connectivity", "connectivity from"},
                               {NULL, NULL}};
static const term training_terms[] = {{"preset", ""},
                                      {"lr", "learning rate"},
                                      {"batch", "trials in an update"},
                                      {"learn", "what learns"},
                                      {"noise", "noise of the rate network"},
                                      {"loss_fn", "loss"},
                                      {"adam", "Adam"},
                                      {"grad_clip", "largest norm of the gradient"},
                                      {"loss_threshold", "criterion: mean loss below"},
                                      {"perf_threshold", "criterion: accuracy above"},
                                      {"min_trials", "criterion: trial above"},
                                      {NULL, NULL}};

static void write_options(const cli_page *page, const term *terms)
{
    for (; terms->key; terms++) {
        const json_t *value = json_object_get(cli_at(page->summary, "options"), terms->key);
        char text[512];
        if (!value || json_is_null(value)) continue;
        cli_value_text(value, ", ", text, sizeof text);
        if (json_is_boolean(value)) strcpy(text, json_is_true(value) ? "yes" : "no");
        cli_fact(page->to, terms->text, terms->key, "%s", text);
    }
}

static void trained_write_units(const cli_page *page)
{
    const srnn_model_view view = srnn_model_get_view(page->subject->model);
    int n[SRNN_POPULATIONS] = {0};
    for (int i = 0; i < view.N; i++) n[srnn_unit_population(&view, i)]++;
    cli_fact(page->to, "units", "N", "%d: %d excitatory, %d PV, %d SOM", view.N, n[SRNN_EXC],
             n[SRNN_PV], n[SRNN_SOM]);
}

static void write_task(const cli_page *page)
{
    FILE *to = page->to;
    fputs("<h3>Task</h3>\n", to);
    cli_facts_open(to);
    cli_fact(to, "name", NULL, "%s", page->def->name);
    char names[CLI_TYPE_NAMES_MAX];
    cli_type_names(page->def, names);
    cli_fact(to, "trial types", NULL, "%s", names);
    cli_fact(to, "inputs and outputs", NULL, "%d and %d", page->def->n_in, page->def->n_out);
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const srnn_task_setting *setting = srnn_task_setting_at(i);
        const double value = srnn_task_setting_get(&page->def->settings, i);
        if (value < 0) continue;
        if (setting->whole && strcmp(setting->name, "constant") != 0)
            cli_fact(to, "", setting->name, "%g ms (%g steps)", 5 * value, value);
        else
            cli_fact(to, "", setting->name, "%g", value);
    }
    cli_facts_close(to);
}

static void write_training(const cli_page *page)
{
    FILE *to = page->to;
    const json_t *t = cli_at(page->summary, "training");
    const double seconds = cli_number_at(t, "seconds");
    fputs("<h3>Training</h3>\n", to);
    const json_t *reached = cli_at(t, "criterion_reached");
    if (reached) {
        fprintf(to, "<p>The criterion was <b>%s</b> after ",
                json_is_true(reached) ? "reached" : "not reached");
        cli_html_number(to, cli_number_at(t, "trials"), 0);
        fputs(" of at most ", to);
        cli_html_number(to, cli_number_at(t, "trials_at_most"), 0);
        fputs(" trials", to);
        if (isfinite(seconds) && seconds >= 0) {
            char duration[32];
            cli_duration(seconds, duration);
            cli_html(to, ", in %s", duration);
        }
        fputs(". Last evaluation: accuracy ", to);
        cli_html_number(to, cli_number_at(t, "accuracy"), 3);
        fputs(", loss ", to);
        cli_html_number(to, cli_number_at(t, "loss"), -1);
        fputs(".</p>\n", to);
    }
    cli_facts_open(to);
    write_options(page, training_terms);
    cli_facts_close(to);
}

void cli_page_trained(cli_page *page)
{
    fputs("<div class=\"columns\"><div>\n<h3>Network</h3>\n", page->to);
    cli_facts_open(page->to);
    trained_write_units(page);
    write_options(page, network);
    cli_facts_close(page->to);
    fputs("</div><div>\n", page->to);
    write_task(page);
    fputs("</div><div>\n", page->to);
    write_training(page);
    fputs("</div></div>\n", page->to);
    cli_page_figures(page, CLI_TRAINED);
}
