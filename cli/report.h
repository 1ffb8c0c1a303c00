/* The pieces of report.html. Everything that comes from files or options goes through the
   functions below, which escape it. */
#ifndef SPIKERNN_CLI_REPORT_H
#define SPIKERNN_CLI_REPORT_H

#include "cli.h"

/* ---- report/ and third_party/uplot/, by CMake ---- */

extern const char cli_report_css[], cli_report_js[], cli_uplot_css[], cli_uplot_js[],
    cli_uplot_license[];

/* ---- the page that is being written ---- */

typedef struct cli_page {
    FILE *to;
    const cli_options *options;
    const char *folder, *figures; /* folders of the run and of its figures */
    const json_t *summary;
    const cli_subject *subject;
    const srnn_task_def *def;
    const cli_figures_drawn *drawn; /* what the folder has from before is not this run's */
    int n_figures;
} cli_page;

/* ---- report_html.c ---- */

/* An interval that stays on one line. */
#define CLI_RANGE "%.3f\u00a0–\u00a0%.3f"

void cli_html_text(FILE *to, const char *text);
/* What printf would print, escaped. */
void cli_html(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "–" where it is not finite; decimals < 0: as short as it is exact enough to read. */
void cli_html_number(FILE *to, double value, int decimals);

/* A table in a box of its own that scrolls where the page is too narrow. */
void cli_table_open(FILE *to, const char *caption, const char *const *heads, int n);
void cli_row_open(FILE *to, const char *head, bool chosen);
void cli_cell(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cli_cell_number(FILE *to, double value, int decimals);
void cli_cell_spread(FILE *to, double mean, double sd, int decimals); /* "1.2 ± 0.1" */
/* "0.920 (0.874 – 0.950)" of an object that srnn_accuracy_json() made. */
void cli_cell_accuracy(FILE *to, const json_t *accuracy);
void cli_row_close(FILE *to);
void cli_table_close(FILE *to);

/* A list of terms with one value each; key: the option's name, NULL: none. */
void cli_facts_open(FILE *to);
void cli_fact(FILE *to, const char *term, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void cli_facts_close(FILE *to);

/* What is at "key.key" in the document: NULL, NaN, "" where there is no such thing. */
const json_t *cli_at(const json_t *document, const char *path);
double cli_number_at(const json_t *document, const char *path);
const char *cli_text_at(const json_t *document, const char *path);
/* A number, text, truth value, or a list of them with the separator between. */
void cli_value_text(const json_t *value, const char *separator, char *text, size_t size);

/* ---- report_svg.c ---- */

/* Copies the picture into the page: without prolog and titles, every id with the prefix; role and
   label make it an image with a name; *width: in pixels. False: it holds what no figure needs
   (scripts, references out of it), or it is not well-formed, and nothing was written. */
bool cli_svg_inline(FILE *to, const char *svg, const char *prefix, const char *label,
                    double *width);

/* ---- the sections ---- */

/* report_figures.c: those of the section's figures that are there */
typedef enum cli_section { CLI_TRAINED, CLI_CONVERTED, CLI_DOES, CLI_INSIDE } cli_section;
void cli_page_figures(cli_page *page, cli_section section);

void cli_page_headline(cli_page *page);  /* report_headline.c */
void cli_page_trained(cli_page *page);   /* report_trained.c */
void cli_page_converted(cli_page *page); /* report_converted.c */
void cli_page_does(cli_page *page);      /* report_does.c */
void cli_page_inside(cli_page *page);    /* report_inside.c */
void cli_page_reproduce(cli_page *page); /* report_reproduce.c */

/* report_data.c: what the interactive plots draw, as an element; false: out of memory */
bool cli_page_data(cli_page *page);

/* ---- report_commands.c ---- */

/* The words of the command line that made the run, from "run" on. built_in: else the task is a
   file of its name. */
json_t *cli_run_words(const json_t *summary, bool built_in);
/* Those of another verb, with the run's seed and spiking network. */
json_t *cli_model_words(const json_t *run_words, const char *verb, const char *argument);
/* The words of an option with this value; none where it is null, or a flag that is not true. */
void cli_add_option(json_t *words, const char *name, const json_t *value);
/* Words as a line for a shell, quoted where they need it. */
void cli_html_command(FILE *to, const json_t *words);

#endif
