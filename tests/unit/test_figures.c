/* Figures: scripts, gnuplot, whose scripts and which style, and what is not possible. */
#include "figure_helpers.h"

#include <ctype.h>
#include <signal.h>

#include "figure/plot.h"

/* ---- the table ---- */

static void names_are_unique(void **state)
{
    (void)state;
    int n = 0;
    for (; srnn_figure_at(n); n++) {
        const srnn_figure *f = srnn_figure_at(n);
        assert_true(strlen(f->title) > 0 && strlen(f->caption) > 20);
        assert_null(strchr(f->caption, '\n'));
        assert_ptr_equal(srnn_figure_named(f->name), f); /* the first of this name */
    }
    assert_true(n >= 11);
    assert_null(srnn_figure_at(-1));
    assert_null(srnn_figure_named("no such figure"));
}

static void impossible_ones_say_why(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const srnn_figure_data nothing = {0};
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    for (int i = 0; srnn_figure_at(i); i++) {
        const srnn_figure *f = srnn_figure_at(i);
        const char *why = NULL;
        assert_false(srnn_figure_possible(f, &nothing, &why));
        assert_non_null(why);
        assert_false(srnn_figure_possible(f, &nothing, NULL));
        assert_int_equal(srnn_figures_draw(ctx, &f, 1, &nothing, &options), SRNN_ERR_ARGUMENT);
        assert_non_null(strstr(srnn_ctx_message(ctx), why));
        assert_non_null(strstr(srnn_ctx_message(ctx), f->name));
        assert_false(is_there(f->name, "gp"));
    }
    world w = new_world(ctx);
    point_to(&w);
    const char *why;
    w.model->search.n = 0;
    assert_false(srnn_figure_possible(srnn_figure_named("search"), &w.data, &why));
    assert_string_equal(why, "the model holds no search for lambda");
    options.folder = NULL;
    const srnn_figure *taus = srnn_figure_named("taus");
    assert_says(ctx, srnn_figures_draw(ctx, &taus, 1, &w.data, &options), SRNN_ERR_ARGUMENT,
                "folder is not given; expected one for figures");
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* ---- whose scripts ---- */

static uint32_t big_endian(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int width_of(const char *name)
{
    char *png = contents(name, "png", NULL);
    const int width = (int)((unsigned char)png[18] << 8 | (unsigned char)png[19]);
    free(png);
    return width;
}

static void a_style_restyles(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    assert_ok(ctx, draw(ctx, "taus", &w, SRNN_PNG));
    assert_int_equal(width_of("taus"), 1004);
    char path[128];
    snprintf(path, sizeof path, "%s/mine.gp", folder);
    write_file(path, "column_cm = 12\npng_dpi = 100\n# ==== \nnot read");
    const srnn_figure *taus = srnn_figure_named("taus");
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = SRNN_PNG;
    options.style = path;
    assert_ok(ctx, srnn_figures_draw(ctx, &taus, 1, &w.data, &options));
    assert_int_equal(width_of("taus"), 472);
    char *png = contents("taus", "png", NULL);
    assert_int_equal(big_endian((unsigned char *)png + 41), 3937); /* the last that is set */
    free(png);
    /* what was in the folder, and might be someone's work, is kept */
    char *kept = contents("style", "gp~", NULL), *mine = contents("style", "gp", NULL);
    assert_null(strstr(kept, "column_cm = 12"));
    assert_non_null(strstr(mine, "column_cm = 12"));
    free(kept);
    free(mine);
    unlink(path_of("style", "gp~"));
    unlink(path);
    assert_int_equal(srnn_figures_draw(ctx, &taus, 1, &w.data, &options), SRNN_ERR_FILE);
    assert_non_null(strstr(srnn_ctx_message(ctx), "mine.gp cannot be read: No such file"));
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* The user's folder of scripts: given as an option, or in the user's configuration. */
static void scripts_of_ones_own_draw(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    char scripts[128], script[160];
    snprintf(scripts, sizeof scripts, "%s/spikernn", folder);
    assert_int_equal(mkdir(scripts, 0700), 0);
    snprintf(scripts, sizeof scripts, "%s/spikernn/figures", folder);
    assert_int_equal(mkdir(scripts, 0700), 0);
    snprintf(script, sizeof script, "%s/taus.gp", scripts);
    write_file(script, "set terminal svg\nset output 'taus.svg'\nset title 'my own'\n"
                       "plot 'taus.dat' index 'tau exc' using 1:3 with boxes\n");
    const srnn_figure *taus = srnn_figure_named("taus");
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = SRNN_SVG;
    for (int i = 0; i < 2; i++) {
        options.scripts = i ? NULL : scripts;
        if (i) setenv("XDG_CONFIG_HOME", folder, 1);
        unlink(path_of("taus", "svg"));
        assert_ok(ctx, srnn_figures_draw(ctx, &taus, 1, &w.data, &options));
        char *svg = contents("taus", "svg", NULL);
        assert_non_null(strstr(svg, "my own"));
        free(svg);
    }
    setenv("XDG_CONFIG_HOME", "/no-such-folder", 1);
    options.scripts = script;
    assert_int_equal(srnn_figures_draw(ctx, &taus, 1, &w.data, &options), SRNN_ERR_FILE);
    assert_non_null(strstr(srnn_ctx_message(ctx), "taus.gp is not a folder"));
    unlink(script);
    rmdir(scripts);
    snprintf(scripts, sizeof scripts, "%s/spikernn", folder);
    rmdir(scripts);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* ---- gnuplot ---- */

static void a_missing_gnuplot_is_told(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    world w = new_world(ctx);
    point_to(&w);
    const srnn_figure *figures[] = {srnn_figure_named("taus"), srnn_figure_named("weights")};
    FILE *old = fopen(path_of("taus", "png"), "w");
    fputs("of an earlier time", old);
    fclose(old);
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.gnuplot = "no-such-gnuplot";
    assert_says(ctx, srnn_figures_draw(ctx, figures, 2, &w.data, &options), SRNN_ERR_PROGRAM,
                "gnuplot is not there, or cannot be started as 'no-such-gnuplot' (No such file or "
                "directory): install it, on Debian or Ubuntu with `apt-get install gnuplot-nox`");
    for (int i = 0; i < 2; i++) {
        assert_true(is_there(figures[i]->name, "gp"));
        assert_true(is_there(figures[i]->name, "dat"));
        assert_false(is_there(figures[i]->name, "png"));
    }
    options.gnuplot = "false"; /* starts, and fails without a word */
    assert_int_equal(srnn_figures_draw(ctx, figures, 1, &w.data, &options), SRNN_ERR_FILE);
    assert_non_null(strstr(srnn_ctx_message(ctx), "taus.gp: it gave no reason"));
    options.gnuplot = "true"; /* says nothing, draws nothing */
    assert_int_equal(srnn_figures_draw(ctx, figures, 1, &w.data, &options), SRNN_ERR_FILE);
    assert_non_null(strstr(srnn_ctx_message(ctx), "gnuplot wrote no whole "));
    char *text;
    assert_int_equal(srnn_figure_show(ctx, figures[0], &w.data,
                                      &(srnn_figure_options){.size = sizeof(srnn_figure_options),
                                                             .gnuplot = "no-such-gnuplot"},
                                      80, 24, false, &text),
                     SRNN_ERR_PROGRAM);
    assert_null(text);
    options.folder = "/dev/null/figures";
    assert_says(ctx, srnn_figures_draw(ctx, figures, 1, &w.data, &options), SRNN_ERR_FILE,
                "folder /dev/null/figures cannot be made: Not a directory");
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* A program in gnuplot's place, in the folder. */
static const char *pretender(const char *commands)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/pretender", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", commands);
    fclose(file);
    assert_int_equal(chmod(path, 0700), 0);
    return path;
}

static void write_old(const char *name)
{
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        FILE *file = fopen(path_of(name, ends[k]), "w");
        assert_non_null(file);
        fputs("of an earlier time", file);
        fclose(file);
    }
}

static void check_old(const char *name)
{
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        char *text = contents(name, ends[k], NULL);
        assert_string_equal(text, "of an earlier time");
        free(text);
    }
}

/* Whatever gnuplot leaves half done, what was there stays. */
static void pictures_cut_short_replace_none(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    const srnn_figure *taus = srnn_figure_named("taus");
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    static const char *const cuts[] = {
        "printf '\\211PNG\\r\\n' >taus.png; echo '<svg></svg>' >taus.svg",
        "printf 'IEND' >taus.png; : >taus.svg",
        "head -c 40 /dev/zero >taus.png; printf IEND >>taus.png; : >taus.svg; exit 1",
    };
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        write_old("taus");
        options.gnuplot = pretender(cuts[i]);
        assert_int_equal(srnn_figures_draw(ctx, &taus, 1, &w.data, &options), SRNN_ERR_FILE);
        check_old("taus");
    }
    options.gnuplot = pretender(
        "head -c 40 /dev/zero >taus.png; printf IEND >>taus.png; echo '<svg></svg>' >taus.svg");
    assert_ok(ctx, srnn_figures_draw(ctx, &taus, 1, &w.data, &options));
    size_t size;
    char *png = contents("taus", "png", &size), *svg = contents("taus", "svg", NULL);
    assert_int_equal(size, 40 + 4 + 21); /* with its resolution */
    assert_memory_equal(png + size - 4, "IEND", 4);
    assert_string_equal(svg, "<svg></svg>\n");
    assert_false(is_there("taus", "pdf")); /* it is not of these numbers */
    free(png);
    free(svg);
    unlink(options.gnuplot);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* What it prints is kept in memory, up to a bound. */
static void a_gnuplot_without_end_is_ended(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    const srnn_figure *taus = srnn_figure_named("taus");
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    static const char *const commands[] = {"exec yes", "exec yes >&2"};
    for (int i = 0; i < 2; i++) {
        write_old("taus");
        options.gnuplot = pretender(commands[i]);
        assert_says(ctx, srnn_figures_draw(ctx, &taus, 1, &w.data, &options), SRNN_ERR_FILE,
                    "gnuplot failed on taus.gp: it printed more than 32 MiB, or memory is short");
        check_old("taus");
    }
    unlink(options.gnuplot);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* Asks to stop when a gnuplot draws; looks at its group. */
static int stop_when_drawing(void *user, const srnn_progress *p)
{
    pid_t *drawing = user;
    assert_string_equal(p->phase, "figures");
    assert_int_equal(p->total, 2);
    char path[128];
    snprintf(path, sizeof path, "%s/pid", folder);
    FILE *file = *drawing ? NULL : fopen(path, "r");
    int pid;
    if (file && fscanf(file, "%d\n", &pid) == 1) {
        *drawing = pid;
        assert_int_equal(getpgid(pid), pid); /* Ctrl-C does not reach it */
    }
    if (file) fclose(file);
    return *drawing != 0;
}

static void a_stop_ends_gnuplot_and_keeps_figures(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        srnn_ctx *ctx = new_ctx(NULL, threads);
        world w = new_world(ctx);
        point_to(&w);
        const srnn_figure *figures[] = {srnn_figure_named("taus"), srnn_figure_named("weights")};
        for (int i = 0; i < 2; i++) write_old(figures[i]->name);
        srnn_figure_options options = srnn_figure_options_default();
        options.folder = folder;
        options.gnuplot = pretender("echo half >${2%.gp}.png; [ -e ../pid ] || { echo $$ >../.pid; "
                                    "mv ../.pid ../pid; }; sleep 600; :");
        pid_t drawing = 0;
        srnn_ctx_set_progress(ctx, stop_when_drawing, &drawing);
        assert_says(ctx, srnn_figures_draw(ctx, figures, 2, &w.data, &options), SRNN_CANCELLED,
                    "interrupted after 0 of 2 figures; the others are as they were");
        assert_int_equal(kill(drawing, 0), -1);
        for (int i = 0; i < 2; i++) check_old(figures[i]->name);
        unlink(options.gnuplot);
        char path[128];
        snprintf(path, sizeof path, "%s/pid", folder);
        assert_int_equal(unlink(path), 0);
        snprintf(path, sizeof path, "%s/.pid", folder);
        unlink(path); /* of a second one, which did not get so far */
        free_world(&w);
        srnn_ctx_free(ctx);
    }
}

/* No & or < but those of markup: tags are balanced. */
static void check_xml(const char *text)
{
    int depth = 0;
    for (const char *c = text; *c; c++) {
        if (*c == '&')
            assert_true(!strncmp(c, "&amp;", 5) || !strncmp(c, "&lt;", 4) ||
                        !strncmp(c, "&gt;", 4));
        if (*c != '<') continue;
        const char *end = strchr(c, '>');
        assert_non_null(end);
        assert_true(c[1] == '?' || c[1] == '!' || c[1] == '/' || isalpha((unsigned char)c[1]));
        if (c[1] == '/')
            depth--;
        else if (end[-1] != '/' && c[1] != '?' && c[1] != '!')
            depth++;
        assert_true(depth >= 0);
    }
    assert_int_equal(depth, 0);
}

/* The SVG that its four files make in a folder with nothing else; the caller frees it. */
static char *drawn_alone(const char *name)
{
    char command[512], alone[96], script[64], words[256], kept[sizeof folder];
    snprintf(alone, sizeof alone, "%s/alone", folder);
    snprintf(command, sizeof command,
             "cd %s && mkdir alone && cp %s.gp %s.dat %s.var style.gp alone", folder, name, name,
             name);
    assert_int_equal(system(command), 0);
    snprintf(script, sizeof script, "%s.gp", name);
    assert_int_equal(srnn__gnuplot("gnuplot", alone, script, NULL, NULL, words), SRNN__DRAWN);
    memcpy(kept, folder, sizeof folder);
    memcpy(folder, alone, sizeof folder);
    char *svg = contents(name, "svg", NULL);
    memcpy(folder, kept, sizeof folder);
    snprintf(command, sizeof command, "rm -r %s", alone);
    assert_int_equal(system(command), 0);
    return svg;
}

static void all_are_drawn(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    world w = new_world(ctx);
    point_to(&w);
    const srnn_figure *figures[64];
    int n = 0;
    for (; srnn_figure_at(n); n++) figures[n] = srnn_figure_at(n);
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = SRNN_PNG | SRNN_SVG | SRNN_PDF;
    assert_ok(ctx, srnn_figures_draw(ctx, figures, n, &w.data, &options));
    for (int i = 0; i < n; i++) {
        size_t size;
        char *png = contents(figures[i]->name, "png", &size);
        assert_memory_equal(png, "\x89PNG\r\n\x1a\n", 8);
        const uint32_t width = big_endian((unsigned char *)png + 16);
        const uint32_t height = big_endian((unsigned char *)png + 20);
        assert_true(width >= 1003 && width <= 2067); /* 8.5 to 17.5 cm at 300 dpi */
        assert_true(height >= 400 && height <= 4000);
        assert_memory_equal(png + 37, "pHYs", 4);
        assert_int_equal(big_endian((unsigned char *)png + 41), 11811); /* dots a meter */
        assert_int_equal(png[49], 1);
        free(png);
        char *pdf = contents(figures[i]->name, "pdf", &size);
        assert_memory_equal(pdf, "%PDF", 4);
        free(pdf);
        char *svg = contents(figures[i]->name, "svg", &size);
        check_xml(svg);
        char *again = drawn_alone(figures[i]->name);
        assert_string_equal(again, svg);
        free(again);
        free(svg);
    }
    char *svg = contents("outputs", "svg", NULL);
    assert_non_null(strstr(svg, "++ {x}_a^b %d 'q' \"d\""));
    assert_non_null(strstr(svg, "&lt;b> &amp; &amp;#65; \\n `touch HACKED` @m"));
    assert_non_null(strstr(svg, "''; system('touch HACKED') # !touch HACKED"));
    free(svg);
    char path[128];
    snprintf(path, sizeof path, "%s/HACKED", folder);
    assert_int_not_equal(access(path, F_OK), 0);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* Nothing to see, or next to nothing: still a picture. */
static void empty_data_are_drawn(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    world w = new_world(ctx);
    point_to(&w);
    const int n_o = K * (T - 1) * N_OUT;
    for (int i = 0; i < n_o; i++) {
        w.o.o[i] = NAN;
        w.o.out[i] = INFINITY;
    }
    for (int k = 0; k < K; k++) w.o.type[k] = 1; /* two types without a trial */
    for (int i = 0; i < N; i++) {
        w.o.population[i] = SRNN_PV;
        for (int m = 0; m < SRNN_UNIT_MEASURES; m++) w.statistics.unit[m][i] = NAN;
    }
    w.o.spikes.n = 0;
    w.o.stim_off = w.o.stim_on;
    for (int i = 1; i < BINS; i++) w.decoding.accuracy[i] = NAN;
    for (int i = 0; i < TYPES * BINS * 3; i++) w.pca.trajectories[i] = NAN;
    for (int i = 0; i < TYPES * BINS * 2; i++) w.axes.trajectories[i] = 0;
    for (int i = 0; i < 3; i++) w.pca.explained[i] = NAN;
    w.model->training.n_losses = 0;
    w.model->training.options.loss_threshold = 0;
    w.model->training.options.perf_threshold = NAN;
    w.model->search.all_perfs[0] = NAN;
    w.model->search.n_trials = 0;
    w.fixed.n = 1;
    memset(w.model->w, 0, N * N * sizeof *w.model->w);
    for (int i = 0; i < w.study->view.n_networks; i++) study_finish(w.study, i, NAN, NAN, NAN);
    const srnn_figure *figures[64];
    int n = 0;
    for (; srnn_figure_at(n); n++) figures[n] = srnn_figure_at(n);
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = SRNN_SVG;
    assert_ok(ctx, srnn_figures_draw(ctx, figures, n, &w.data, &options));
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* Of a file: no observation, one unit, more types than there is room for, no known stimulus. */
static void spikes_alone_are_drawn(void **state)
{
    (void)state;
    enum { MANY = 20 };
    srnn_ctx *ctx = new_ctx(NULL, 2);
    char *names[MANY];
    int type[MANY];
    for (int i = 0; i < MANY; i++) {
        names[i] = hostile[i % TYPES];
        type[i] = MANY - 1 - i;
    }
    int32_t trial = 3, unit = 0;
    double time_ms = 1.5, rate = 3;
    uint8_t population = SRNN_SOM;
    const srnn_spikes spikes = {.N = 1,
                                .K = MANY,
                                .T_ms = 2,
                                .dt_ms = NAN,
                                .n = 1,
                                .trial = &trial,
                                .unit = &unit,
                                .time_ms = &time_ms,
                                .population = &population,
                                .n_types = MANY,
                                .type_names = names,
                                .type = type,
                                .stim_on_ms = NAN,
                                .stim_off_ms = NAN};
    srnn_spike_statistics statistics = {.N = 1, .K = MANY, .n_types = MANY};
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++) statistics.unit[m] = &rate;
    const srnn_figure_data data = {.spikes = &spikes, .statistics = &statistics};
    const srnn_figure *figures[] = {srnn_figure_named("raster"), srnn_figure_named("psth"),
                                    srnn_figure_named("rates"), srnn_figure_named("statistics")};
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = SRNN_SVG;
    assert_ok(ctx, srnn_figures_draw(ctx, figures, 4, &data, &options));
    char *svg = contents("raster", "svg", NULL);
    assert_non_null(strstr(svg, "the first 12 of 20 trial types"));
    assert_non_null(strstr(svg, "time (ms)"));
    free(svg);
    srnn_ctx_free(ctx);
}

static void a_terminal_shows_figures(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    setenv("TMPDIR", folder, 1);
    for (int i = 0; srnn_figure_at(i); i++) {
        char *text;
        assert_ok(ctx,
                  srnn_figure_show(ctx, srnn_figure_at(i), &w.data, NULL, 80, 24, i % 2, &text));
        int lines = 0;
        for (const char *c = text; *c; c++) lines += *c == '\n';
        assert_true(lines >= 20); /* a panel below the other, nothing is left out */
        assert_null(strchr(text, '\f'));
        assert_int_equal(strstr(text, "\x1b[") != NULL, i % 2);
        free(text);
    }
    char *text;
    assert_says(ctx, srnn_figure_show(ctx, srnn_figure_at(0), &w.data, NULL, 5, 24, false, &text),
                SRNN_ERR_ARGUMENT, "columns is 5; expected 20 to 1000");
    assert_null(text);
    unsetenv("TMPDIR");
    assert_int_equal(rmdir(folder), 0); /* it is empty */
    assert_int_equal(mkdir(folder, 0700), 0);
    free_world(&w);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique),
        in_folder(impossible_ones_say_why),
        in_folder(a_style_restyles),
        in_folder(scripts_of_ones_own_draw),
        in_folder(a_missing_gnuplot_is_told),
        in_folder(pictures_cut_short_replace_none),
        in_folder(a_stop_ends_gnuplot_and_keeps_figures),
        in_folder(a_gnuplot_without_end_is_ended),
        in_folder(all_are_drawn),
        in_folder(empty_data_are_drawn),
        in_folder(spikes_alone_are_drawn),
        in_folder(a_terminal_shows_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
