/* Sentences, JSON documents and the small pieces of tables. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *cli_shown(const char *text)
{
    enum { TEXTS = 8, SIZE = 4096 };
    static char shown[TEXTS][SIZE];
    static int next;
    char *to = shown[next];
    next = (next + 1) % TEXTS;
    srnn_printable(text, to, SIZE);
    return to;
}

int cli_error(const cli_options *options, const char *format, ...)
{
    char sentence[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    fprintf(stderr, "spikernn%s%s: %s\n", options->verb ? " " : "",
            options->verb ? options->verb->name : "", cli_shown(sentence));
    return CLI_FAILED;
}

int cli_library_error(const cli_options *options, const srnn_ctx *ctx, srnn_status status)
{
    const char *message = srnn_ctx_message(ctx);
    return cli_error(options, "%s", *message ? message : srnn_status_name(status));
}

char *cli_shell_word(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./:,=+";
    char *word = NULL;
    size_t size;
    const bool quoted = !*text || text[strspn(text, plain)];
    FILE *to = open_memstream(&word, &size);
    if (!to) return NULL;
    if (quoted) putc('\'', to);
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            fputs("'\\''", to);
        else
            putc(*c, to);
    }
    if (quoted) putc('\'', to);
    if (!fclose(to)) return word;
    free(word);
    return NULL;
}

json_t *cli_json_real(double value) { return isfinite(value) ? json_real(value) : json_null(); }

/* A file's name may hold any bytes, a JSON document only UTF-8. */
json_t *cli_json_text(const char *text)
{
    json_t *json = json_string(text);
    return json ? json : json_string(cli_shown(text));
}

json_t *cli_json_accuracy(int correct, int n)
{
    if (n < 1) return json_pack("{sisisnsn}", "correct", 0, "n", 0, "accuracy", "interval");
    double low, high;
    srnn_wilson_interval(correct, n, &low, &high);
    return json_pack("{sisisfs[ff]}", "correct", correct, "n", n, "accuracy", (double)correct / n,
                     "interval", low, high);
}

json_t *cli_json_task(const srnn_task_def *def)
{
    json_t *json = json_pack("{sssisisi}", "name", def->name, "T", def->T, "n_in", def->n_in,
                             "n_out", def->n_out);
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const srnn_task_setting *setting = srnn_task_setting_at(i);
        const double value = srnn_task_setting_get(&def->settings, i);
        if (value >= 0)
            json_object_set_new(json, setting->name,
                                setting->whole ? json_integer((json_int_t)value)
                                               : json_real(value));
    }
    return json;
}

void cli_print_settings(const srnn_task_def *def)
{
    const char *before = "";
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const double value = srnn_task_setting_get(&def->settings, i);
        if (value < 0) continue;
        printf("%s%s %g", before, srnn_task_setting_at(i)->name, value);
        before = ", ";
    }
}

json_t *cli_json_document(const cli_options *options)
{
    return json_pack("{ssss}", "spikernn", srnn_version(), "verb", options->verb->name);
}

int cli_json_print(const cli_options *options, json_t *document)
{
    const int failed = json_dumpf(document, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(10));
    json_decref(document);
    if (failed) return cli_error(options, "the results cannot be written: %s", strerror(errno));
    putchar('\n');
    return CLI_OK;
}

void cli_duration(double seconds, char text[32])
{
    const long long s = seconds < 1e9 ? llround(seconds) : 1000000000;
    if (seconds < 10)
        snprintf(text, 32, "%.1f s", seconds);
    else if (s < 60)
        snprintf(text, 32, "%lld s", s);
    else if (s < 3600)
        snprintf(text, 32, "%lld min %02lld s", s / 60, s % 60);
    else
        snprintf(text, 32, "%lld h %02lld min", s / 3600, s / 60 % 60);
}

void cli_accuracy(int correct, int n, char text[48])
{
    double low, high;
    srnn_wilson_interval(correct, n, &low, &high);
    snprintf(text, 48, "%8.3f  %.3f – %.3f", (double)correct / n, low, high);
}
