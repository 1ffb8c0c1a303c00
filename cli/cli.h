/* The spikernn program: options in, calls of the library, tables or JSON out. */
#ifndef SPIKERNN_CLI_H
#define SPIKERNN_CLI_H

#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "spikernn/spikernn.h"

/* How the program ends. */
enum { CLI_OK = 0, CLI_FAILED = 2, CLI_NOT_LEARNED = 3, CLI_INTERRUPTED = 130 };

enum { CLI_NOISE_MAX = 100, CLI_FIGURES_MAX = 32 };

typedef struct cli_options cli_options;

/* A part of a verb's options. */
typedef struct cli_group {
    const char *heading; /* NULL: none */
    const char *options; /* separated by spaces: names of the library's table of options,
                            NAME=OPTION where the verb calls one NAME, @SUBJECT for all of a
                            subject, +FLAG of those that only the program has */
} cli_group;

/* What an option does in this verb, where the table's line does not say it. */
typedef struct cli_help {
    const char *name, *text;
} cli_help;

typedef struct cli_verb {
    const char *name;
    const char *args_doc; /* "MODEL..."; NULL: no arguments */
    const char *summary;  /* its line in `spikernn --help` */
    const char *doc;      /* of `spikernn VERB --help`; what follows \v comes after the options */
    int min_args, max_args;
    const cli_group *groups; /* the last one is empty */
    const cli_help *helps;   /* the same; NULL: none */
    int (*run)(cli_options *options);
} cli_verb;

extern const cli_verb cli_train, cli_search, cli_eval, cli_info, cli_run, cli_tasks, cli_lesion,
    cli_simulate, cli_convert, cli_analyze, cli_plot, cli_report, cli_study, cli_compare;

struct cli_options {
    const cli_verb *verb;
    char **args; /* [n_args] arguments that are not options */
    int n_args;
    char error[1024];      /* the sentence about an option; "" if all is well */
    const char *valueless; /* an option whose value may be left out, and was; NULL: none */

    srnn_settings s; /* what the options say; its pointers are those of `values` */
    srnn_options *values;
    srnn_ctx *reader; /* for the reading of options alone */
    struct cli_table *table;
    int argc;
    char **argv, **words; /* [argc] the command line as given, and with names as in the table */

    bool help, help_all, json, quiet, show, plot, list_figures, dry_run, follow, retry;
    const char *config;                                    /* a file; NULL: none */
    const char *shard, *max_hours, *seeds, *array, *hours; /* of a study, as given; NULL: not */
    const char *measure, *report;                          /* of a comparison; NULL: not given */
    bool rate_network;                                     /* the rate network alone */

    int *stimulated; /* the units of s.spiking.stimulation, from 0 */
    int *shown;      /* [n_shown] units of --units, from 0; NULL: chosen by the program */
    int n_shown;
    bool all_figures;     /* that the data allow */
    int n_figures;        /* else these */
    int evaluated_trials; /* of each type, for the figure of confusion; 0: those observed */
    const srnn_figure *figures[CLI_FIGURES_MAX];
};

/* ---- command_line.c: reading a command line ---- */

/* Subjects of options that only the spiking network has. */
#define CLI_OF_SPIKING                                                                             \
    (SRNN_OF_CONVERSION | SRNN_OF_SEARCH | SRNN_OF_NEURON | SRNN_OF_STIMULATION | SRNN_OF_DIAGNOSIS)

/* On the command line or by a configuration. */
bool cli_given(const cli_options *options, const char *name);
/* The latest option of these subjects on the command line, but for `except` (may be NULL). NULL:
   none. */
const char *cli_latest(const cli_options *options, unsigned subjects, const char *except);
/* srnn_options_finish(); the settings follow. False: see options->error. */
bool cli_options_finish(cli_options *options, const srnn_task_def *def);

/* The words of the command line, from the verb on. */
json_t *cli_json_command(const cli_options *options);

/* argv[0] is the verb. False: the sentence is in options->error. */
bool cli_options_parse(cli_options *options, const cli_verb *verb, int argc, char **argv);
void cli_options_free(cli_options *options);
/* all: not only the options that most users need */
void cli_verb_help(const cli_verb *verb, bool all, FILE *to);

/* ---- unit_lists.c ---- */

/* "1,3:7,som" into units[n], from 0, each once, ascending; to be freed in any case.
   False: the sentence has been printed. */
bool cli_parse_units(const cli_options *o, const char *option, const char *text,
                     const srnn_model_view *view, int **units, int *n);

/* ---- stimulation.c ---- */

/* The units that the options name, into options->s.spiking.stimulation; they live as long as the
   options. False: the model has no such units, or the task's trials end before the window, and
   the sentence has been printed. */
bool cli_stimulation_choice(cli_options *options, const srnn_model *model, const srnn_task *task);
void cli_print_stimulation(const srnn_stimulation *stimulation); /* a line; none: nothing */

/* ---- task_options.c: what depends on the tasks that the library has ---- */

/* The help of an option of the task with the names or the defaults of the library's tasks; to be
   freed. NULL: out of memory. */
char *cli_task_help(const char *text, const char *option);

enum { CLI_MIN_TRIALS = -1 };

/* "TEXT (default go-nogo 200, ...)"; to be freed; NULL: no task has it. */
char *cli_task_defaults_help(const char *text, int setting);

/* "go-nogo, xor or mante" */
void cli_task_names(char text[256]);

/* "++, +-, -+, --" */
enum { CLI_TYPE_NAMES_MAX = 1 << 14 }; /* 64 names of 254 bytes */
void cli_type_names(const srnn_task_def *def, char text[CLI_TYPE_NAMES_MAX]);
/* "target" of the only output, "target of NAME" of one among several; to be freed. */
char *cli_target_name(const char *output, int n_out);
/* "coherence (%)"; several with ", " between them, the first ones of many. */
void cli_print_channel(const char *name, const char *unit);
void cli_print_channels(const char *const *names, const char *const *units, int n);
/* The sentence about a trial type that the task has not. */
int cli_unknown_type(const cli_options *options, const char *option, const char *given,
                     const srnn_task_def *def);

/* The verb's argument becomes the options' task. False: it is given twice, and the sentence
   has been printed. */
bool cli_task_argument(cli_options *options);

/* The options' task; the task of a model file, where the options do not name another. NULL: the
   sentence has been printed. */
srnn_task *cli_new_task(const cli_options *options, srnn_ctx *ctx);
srnn_task *cli_model_task(const cli_options *options, srnn_ctx *ctx, const char *path,
                          const srnn_model *model);

/* ---- option_text.c ---- */

/* Keeps the sentence; returns EINVAL. */
error_t cli_refuse(cli_options *options, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A folder's name without slashes at its end. */
error_t cli_parse_folder(cli_options *options, const char *option, char *text, const char **folder);

/* Case does not matter, '_' and '-' are the same. */
bool cli_same_name(const char *a, const char *b);

/* ---- terminal.c ---- */

/* Call it first. From then on, writing to stdout or stderr first removes the line of
   cli_terminal_line(). */
void cli_terminal_open(void);
bool cli_terminal(void);      /* stderr is one on which a line can change in place */
int cli_terminal_width(void); /* characters of that line */
/* Shows a line on stderr, a terminal, in place of the previous one; NULL: removes it. */
void cli_terminal_line(const char *text);

/* What turns a style on, for text of stdout or of stderr: "" where these have no colours: files,
   pipes, with NO_COLOR, and terminals without. CLI_PLAIN ends it. */
typedef enum cli_style { CLI_PLAIN, CLI_BOLD, CLI_DIM, CLI_RED, CLI_GREEN } cli_style;
const char *cli_style_out(cli_style style);
const char *cli_style_err(cli_style style);

/* ---- progress.c: contexts and models of the verbs, with the progress line on stderr ---- */

typedef struct cli_progress {
    bool quiet;
    double shown_s;    /* when the latest line was written */
    const char *stage; /* of an experiment; NULL: none */
    double later_s;    /* from the stage's end until the network is evaluated; NaN: not known */
} cli_progress;

/* A context made with the options' threads, whose long calls show their progress
   and stop at Ctrl-C. NULL: the sentence has been printed. */
srnn_ctx *cli_ctx_open(const cli_options *options, cli_progress *progress);

/* Loads a model; CLI_OK, or what the program ends with, with its sentence printed. */
int cli_model_load(const cli_options *options, srnn_ctx *ctx, const char *path, srnn_model **model);

/* ---- signals.c: Ctrl-C, and the clock ---- */

/* From here on Ctrl-C, SIGTERM and SIGHUP ask the verb to stop; the second one ends it. */
void cli_catch_signals(void);
bool cli_interrupted(void); /* Ctrl-C, SIGTERM or SIGHUP came */
/* SIGUSR1, too, by which SLURM can announce the end of a job's time. */
void cli_catch_time_limit(void);
bool cli_out_of_time(void); /* SIGTERM or SIGUSR1 came first: a scheduler wants the machine */
double cli_now_s(void);     /* monotonic */

/* ---- guard.c ---- */

/* A context that reads HDF5 files in a child process first (srnn_ctx_set_guard). */
srnn_status cli_ctx_create(const srnn_ctx_options *options, srnn_ctx **ctx);

/* ---- output.c: what the user reads ---- */

/* A file's name, or text of a file, as srnn_printable() makes it, for a line of text; good for the
   next seven calls. */
const char *cli_shown(const char *text);
/* Prints "spikernn VERB: SENTENCE" as one line on stderr; returns CLI_FAILED. */
int cli_error(const cli_options *options, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same with the sentence of the context's latest failure; returns CLI_INTERRUPTED where the
   user stopped the call. */
int cli_library_error(const cli_options *options, const srnn_ctx *ctx, srnn_status status);

/* As it stands in a line for a shell, quoted where it needs it, to be freed; NULL: no memory. */
char *cli_shell_word(const char *text);

json_t *cli_json_real(double value);     /* null where it is not finite */
json_t *cli_json_float(float value);     /* shortest decimal of the float: 0.7f is 0.7 */
json_t *cli_json_text(const char *text); /* what is not UTF-8 as cli_shown() */
json_t *cli_json_parsed(char *text);     /* of the library; frees it. NULL: out of memory */
void cli_print_settings(const srnn_task_def *def); /* "T 200, stim_on 50"; its parameters, too */
json_t *cli_json_document(const cli_options *options); /* version, verb, schema; to be filled */
/* The text of a document, as all of them are written, to be freed; NULL: out of memory. */
char *cli_json_lines(const json_t *document);
/* The entry of a model that failed with the latest sentence. */
json_t *cli_json_failure(const char *path);
/* Takes the verb's document, which is printed when the verb has ended. Returns CLI_OK, or what the
   program ends with. */
int cli_json_result(const cli_options *options, json_t *document);
/* Prints that document, where there is one, on stdout: with "error" where the verb ends with
   CLI_FAILED. Returns the code to end with. */
int cli_json_print(const cli_options *options, int code);
/* What was printed so far goes to stdout now. */
void cli_flush(void);
/* The sentence about results that stdout did not take; errno, or 0. Returns the code to end with.
 */
int cli_lost_results(const cli_options *options, int reason);

void cli_duration(double seconds, char text[32]); /* "3 min 20 s" */
/* The three columns under CLI_ACCURACY_HEAD; n >= 1. two_sided -1: not known; CLI_NO_COLUMN: the
   two under CLI_INTERVAL_HEAD. */
enum { CLI_NO_COLUMN = -2 };
void cli_accuracy(int correct, int two_sided, int n, char text[48]);
#define CLI_INTERVAL_HEAD "accuracy  95 % interval"
#define CLI_ACCURACY_HEAD CLI_INTERVAL_HEAD "  two-sided"

/* ---- table_cells.c ---- */

int cli_larger(int a, int b);
int cli_width(const char *text); /* in characters, not bytes */
void cli_print_left(const char *text, int width);
void cli_print_right(const char *text, int width);
/* '-' where it is not finite */
void cli_print_number(double value, int width, int decimals);
json_t *cli_json_reals(const double *values, int n); /* as cli_json_real() */

/* ---- files.c ---- */

/* Opens a regular file for reading, and nothing else: a FIFO would wait for a writer. NULL: the
   sentence has been printed, unless options is NULL. */
FILE *cli_open_regular(const cli_options *options, const char *path, const char *expected);

/* Can a file be made in this folder, or, where it is missing, can the folder be
   made? Leaves nothing behind. */
bool cli_folder_check(cli_options *options, const char *folder);
/* Length of the part of the path that exists, for cli_folder_unmake(). */
size_t cli_existing_part(const char *path);
/* Removes the empty folders above the file, as far as they are longer than `keep`. */
void cli_folder_unmake(const char *file, size_t keep);
/* ".mat", in capitals too */
bool cli_ends_in(const char *path, const char *extension);
/* A file of spikes, by its ending, that has no room for anything else: .csv, .nwb, .h5 */
bool cli_for_spikes_alone(const char *path);
/* Can this file be made? False: the sentence has been printed: something is there, or its folder
   cannot take it. */
bool cli_new_file(cli_options *o, const char *path);
/* How a model goes into a new file of this name, by its ending; NULL after an error: the name
   has another ending, or something is there. */
typedef srnn_status (*cli_save_fn)(srnn_ctx *ctx, const srnn_model *model, const char *path);
cli_save_fn cli_new_model(const cli_options *o, const char *path);
/* The folder of a file, to be freed. */
char *cli_folder_of(const char *file);

/* The file itself, or every .mat below the folder, sorted. False: see options->error. */
typedef struct cli_paths {
    char **paths; /* [n] */
    size_t n;
} cli_paths;
bool cli_paths_add(cli_options *options, cli_paths *paths, const char *path);
void cli_paths_free(cli_paths *paths);

/* False: see options->error. */
bool cli_text_save(cli_options *options, const char *path, const char *text);
bool cli_json_save(cli_options *options, const char *path, const json_t *document);

/* ---- simulate: trials of every type, or of one, type after type; or those of `eval` ---- */

typedef struct cli_trials {
    const srnn_task *task;
    const srnn_task_def *def;
    srnn_domain domain;
    int K, trials_of_type, first_type, n_types; /* types first_type ... are run */
    double *type, *label, *correct, *value;     /* [K]; types counted from 1 */
} cli_trials;

static inline int cli_trial_type(const cli_trials *trials, int k)
{
    return trials->domain == SRNN_DOMAIN_EVAL ? k % trials->n_types
                                              : trials->first_type + k / trials->trials_of_type;
}
/* The arrays of K trials; false: out of memory. Free them in any case. */
bool cli_trials_alloc(cli_trials *trials);
void cli_trials_free(cli_trials *trials);
void cli_trial_scored(cli_trials *trials, int k, srnn_score score);
/* What every file of trials has, into arrays[CLI_TRIAL_ARRAYS]; `types` and `seed` live as
   long as they do. */
enum { CLI_TRIAL_ARRAYS = 7 };
void cli_trial_arrays(const cli_trials *trials, const char *types, const double *seed,
                      srnn_array *arrays);

/* Runs the trials and writes the options' file; what the program ends with, where it is not
   CLI_OK with its sentence printed. simulate_rate.c, simulate_spiking.c */
int cli_simulate_rate(cli_options *o, srnn_ctx *ctx, const srnn_model *model, cli_trials *trials);
int cli_simulate_spiking(cli_options *o, srnn_ctx *ctx, const srnn_model *model,
                         cli_trials *trials);

/* ---- what the stages have found, printed by their verbs and by `run`: print_conversions.c ---- */

void cli_print_training(const srnn_model *model, double seconds);

void cli_print_search(const srnn_search_result *search);

void cli_print_operating(const srnn_operating_result *result);

void cli_print_readout(const srnn_readout_result *result);

/* The options' spiking network; scaling_factor NaN: by the operating point. */
srnn_spiking_params cli_converted(const cli_options *options, double scaling_factor);
/* srnn_choose_conversion() for these options: the scaling factor, NaN at the operating point.
   False: the sentence has been printed. */
bool cli_spiking_choice(const cli_options *options, srnn_ctx *ctx, const char *path,
                        const srnn_model *model, double *scaling_factor);

/* evaluation.c. whole: confusion, response times and comparison, too; else a line of them. */
void cli_print_evaluation(const srnn_task_def *def, const srnn_evaluation *evaluation, bool whole);
/* The few lines of it that are about the spiking network. */
void cli_print_spiking_evaluation(const srnn_task_def *def, const srnn_evaluation *evaluation);

/* noise_curve.c: the spiking network on the same trials with other voltage noise, the conversion
   as it is; the caller frees *curve */
srnn_status cli_noise_curve(srnn_ctx *ctx, const cli_options *options, const srnn_model *model,
                            const srnn_task *task, double scaling_factor, srnn_noise_curve *curve);
void cli_print_noise_curve(const srnn_noise_curve *curve);

/* diagnosis.c: srnn_diagnose() of an evaluation with these options */
srnn_status cli_diagnose(srnn_ctx *ctx, const cli_options *options, const srnn_model *model,
                         const srnn_task *task, const srnn_evaluation *evaluation,
                         srnn_diagnosis *diagnosis);
void cli_print_diagnosis(const srnn_diagnosis *diagnosis); /* none made: nothing */

/* ---- analysis.c: trials of both networks, or spikes of a file, and all results about them ---- */

typedef struct cli_analysis {
    const srnn_observation *observation; /* K 0: none, the spikes are of a file */
    srnn_observation own;                /* what it may point to */
    srnn_evaluation own_evaluation;      /* of the same trials; rate.n_trials 0: none */
    srnn_spikes of_file;
    const srnn_spikes *spikes; /* of either; NULL: the rate network alone */
    srnn_spike_statistics statistics;
    srnn_spike_options spike_options; /* by which they were found */
    int histogram_bins;               /* of bin_ms; 0: no histogram */
    double *histogram; /* [n_types][SRNN_POPULATIONS + 1][histogram_bins] Hz, all units last */
    /* by srnn_network; N 0: none */
    srnn_pca pca[2];
    double in_rate_space[3]; /* share of the spiking activity's variance along the rate network's
                                first components; NaN: not known */
    srnn_decoding decoding[2];
    srnn_axes axes[2];
    int n_variables; /* that the axes are of, input channels and target */
    char **variable_names;
    srnn_fixed_points fixed;
    srnn_transfer_curve transfer;       /* n 0: none */
    srnn_factor_observations by_factor; /* n 0: none */
} cli_analysis;

/* The model's trials, which live longer than the analysis; NULL: they are run. scaling_factor NaN:
   by the operating point. Free *analysis in any case. */
srnn_status cli_analyze_model(srnn_ctx *ctx, const cli_options *options, const srnn_model *model,
                              const srnn_task *task, double scaling_factor,
                              const srnn_observation *observation, cli_analysis *analysis);
/* Spikes of a file: is what it claims to be analysed, in these bins, in proportion to them? False:
   the sentence has been printed. */
bool cli_can_analyze(const cli_options *options, const char *path, const srnn_spikes *spikes);
/* The spikes of a file, which become the analysis's. */
srnn_status cli_analyze_spikes(srnn_ctx *ctx, const cli_options *options, srnn_spikes *spikes,
                               cli_analysis *analysis);
void cli_analysis_free(cli_analysis *analysis);
/* The share along the first *n components together, as many as are known of three. */
double cli_in_rate_space(const cli_analysis *analysis, int *n);
/* Of files with more types of trials these are not decoded. */
enum { CLI_DECODED_TYPES_MAX = 1000 };
extern const char *const cli_network_names[]; /* by srnn_network */
/* The first bin of the highest accuracy. */
int cli_best_bin(const srnn_decoding *decoding);
/* The longest run of bins whose accuracy is above chance, from *first to *last; false: none. */
bool cli_above_chance(const srnn_decoding *decoding, int *first, int *last);

/* subject.c: what a verb's argument is, analysed */
typedef struct cli_subject {
    const char *path;
    const srnn_model *model; /* NULL: a file of spikes */
    const srnn_task *task;
    double scaling_factor; /* of the spiking network; NaN: by the operating point */
    cli_analysis analysis;
    const srnn_evaluation *evaluation;   /* NULL: the analysis's own, of the same trials */
    const srnn_noise_curve *noise_curve; /* NULL: none was measured */
    srnn_model *own_model;               /* read by cli_subject_open() */
    srnn_task *own_task;
} cli_subject;

/* What the program ends with, where it is not CLI_OK with its sentence printed. Close in any
   case. */
int cli_subject_open(cli_options *options, srnn_ctx *ctx, const char *path, cli_subject *subject);
/* The same of a model that was read from the path; the subject owns it. */
int cli_subject_of_model(cli_options *options, srnn_ctx *ctx, const char *path, srnn_model *model,
                         cli_subject *subject);
/* The same of a model whose trials were run; all of it lives longer than the subject. */
int cli_subject_observed(const cli_options *options, srnn_ctx *ctx, const char *path,
                         const srnn_model *model, const srnn_task *task,
                         const srnn_observation *observation, cli_subject *subject);
void cli_subject_close(cli_subject *subject);
/* What analyze and plot do with a subject, and eval and simulate with a model and its task. */
typedef int (*cli_subject_fn)(cli_options *options, srnn_ctx *ctx, const cli_subject *subject);
typedef int (*cli_model_fn)(cli_options *options, srnn_ctx *ctx, const srnn_model *model,
                            const srnn_task *task);
/* With the verb's first argument; what the program ends with. */
int cli_with_subject(cli_options *options, cli_subject_fn use);
int cli_with_model(cli_options *options, cli_model_fn use);
/* No option of the spiking network with the rate network alone? False: the sentence has been
   printed. */
bool cli_networks_fit(const cli_options *options);
/* The options' --units, once. False: the model has not all of them, and the sentence has been
   printed. */
bool cli_shown_units(cli_options *options, const srnn_model *model);

/* analysis_mat.c */
srnn_status cli_save_analysis_mat(const cli_options *options, srnn_ctx *ctx,
                                  const cli_analysis *analysis);

/* analysis_text.c, analysis_json.c, analysis_files.c */
void cli_print_analysis(const cli_options *options, const cli_subject *subject);
json_t *cli_json_analysis(const cli_options *options, const cli_subject *subject);
/* Into the options' new file: .mat, .json, or .csv with a line a unit. What the program ends with,
   where it is not CLI_OK with its sentence printed. */
int cli_save_analysis(cli_options *options, srnn_ctx *ctx, const cli_subject *subject);

/* ---- figure_names.c ---- */

/* The options' --figures, by name. False: see options->error. */
bool cli_figures_choose(cli_options *options);
bool cli_figures_wanted(const cli_options *options);
bool cli_figure_wanted(const cli_options *options, const char *name); /* this one, or all */
bool cli_figure_named(const cli_options *options, const char *name);  /* this one */

/* ---- draw_figures.c: figures of a subject ---- */

srnn_figure_data cli_figure_data(const cli_options *options, const cli_subject *subject);

/* The options' folder for the figures of the file, to be freed; NULL: out of memory. */
char *cli_figures_folder(const cli_options *options, const char *path);
/* False: it takes no files, and the sentence has been printed. */
bool cli_figures_folder_check(cli_options *options, const char *path);

/* The options' figures: every one that was named must be possible, of all those that are. What
   the program ends with, where it is not CLI_OK with its sentence printed. */
int cli_figures_possible(const cli_options *options, const srnn_figure_data *data,
                         const srnn_figure *figures[CLI_FIGURES_MAX], int *n);

typedef struct cli_figures_drawn {
    int n;
    const srnn_figure *figures[CLI_FIGURES_MAX];
    bool scripts_only; /* there is no gnuplot; the sentence about it has been printed */
} cli_figures_drawn;

/* What the options say of how figures are drawn; folder: NULL: none. */
srnn_figure_options cli_figure_options(const cli_options *o, const char *folder);

/* Draws them into the folder; ends as cli_figures_possible(). */
int cli_draw_data(const cli_options *options, srnn_ctx *ctx, const srnn_figure_data *data,
                  const char *folder, cli_figures_drawn *drawn);
int cli_draw_figures(const cli_options *options, srnn_ctx *ctx, const cli_subject *subject,
                     const char *folder, cli_figures_drawn *drawn);

/* Before the training, which takes long: what the program ends with, where the options' figures
   will not be possible, with its sentence printed; else CLI_OK. */
int cli_figures_try(cli_options *options, srnn_ctx *ctx, srnn_model *model, const srnn_task *task);

/* ---- report_page.c: FOLDER/report.html ---- */

/* One page of a run's folder, which needs no other file: its summary, what the analysis found, and
   the figures just drawn. What the program ends with, where it is not CLI_OK with its sentence
   printed. */
int cli_write_report(cli_options *options, const char *folder, const cli_subject *subject,
                     const cli_figures_drawn *drawn);

#endif
