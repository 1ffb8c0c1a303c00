/* Which figures --figures asks for. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <string.h>

/* The figure of the name; NULL: there is none, and the sentence is in o->error. */
static const srnn_figure *figure_named(cli_options *o, const char *name)
{
    const char *names[CLI_FIGURES_MAX + 1];
    char listed[32 * CLI_FIGURES_MAX] = "";
    int n = 0;
    for (; n < CLI_FIGURES_MAX && srnn_figure_at(n); n++) {
        names[n] = srnn_figure_at(n)->name;
        if (cli_same_name(name, names[n])) return srnn_figure_at(n);
        strcat(strcat(listed, n ? ", " : ""), names[n]);
    }
    names[n] = NULL;
    const char *nearest = srnn_nearest_name(name, names);
    cli_refuse(o, "--figures has '%s'; expected all, none, or some of %s%s%s%s", name, listed,
               nearest ? " (did you mean " : "", nearest ? nearest : "", nearest ? "?)" : "");
    return NULL;
}

bool cli_figures_choose(cli_options *o)
{
    const char *names = o->s.figures;
    o->all_figures = names && !strcmp(names, "all");
    if (!names || o->all_figures || !strcmp(names, "none")) return true;
    bool chosen[CLI_FIGURES_MAX] = {false};
    for (const char *at = names;; at++) {
        const char *end = strchrnul(at, ',');
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)(end - at < 31 ? end - at : 31), at);
        const srnn_figure *figure = figure_named(o, name);
        if (!figure) return false;
        for (int i = 0; i < CLI_FIGURES_MAX; i++) chosen[i] |= srnn_figure_at(i) == figure;
        if (!*end) break;
        at = end;
    }
    for (int i = 0; i < CLI_FIGURES_MAX; i++)
        if (chosen[i]) o->figures[o->n_figures++] = srnn_figure_at(i);
    return true;
}

bool cli_figures_wanted(const cli_options *o) { return o->all_figures || o->n_figures > 0; }

bool cli_figure_named(const cli_options *o, const char *name)
{
    for (int i = 0; i < o->n_figures; i++)
        if (!strcmp(o->figures[i]->name, name)) return true;
    return false;
}

bool cli_figure_wanted(const cli_options *o, const char *name)
{
    return o->all_figures || cli_figure_named(o, name);
}
