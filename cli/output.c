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

/* What the verb has to say when it ends; the program runs one verb. */
static char latest_sentence[2048];
static json_t *result; /* NULL: none */

int cli_error(const cli_options *options, const char *format, ...)
{
    char sentence[sizeof latest_sentence];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    srnn_printable(sentence, latest_sentence, sizeof latest_sentence);
    fprintf(stderr, "%sspikernn%s%s:%s %s\n", cli_style_err(CLI_RED), options->verb ? " " : "",
            options->verb ? options->verb->name : "", cli_style_err(CLI_PLAIN), latest_sentence);
    return CLI_FAILED;
}

int cli_library_error(const cli_options *options, const srnn_ctx *ctx, srnn_status status)
{
    const char *message = srnn_ctx_message(ctx);
    cli_error(options, "%s", *message ? message : srnn_status_name(status));
    return status == SRNN_CANCELLED ? CLI_INTERRUPTED : CLI_FAILED;
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

json_t *cli_json_float(float value)
{
    char text[32];
    int digits = 6;
    if (!isfinite(value)) return json_null();
    do snprintf(text, sizeof text, "%.*g", digits, (double)value);
    while (strtof(text, NULL) != value && ++digits <= 9);
    return json_real(strtod(text, NULL));
}

char *cli_json_lines(const json_t *document)
{
    char *lines = NULL,
         *text = srnn_json_shortest(json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(17)));
    if (text && asprintf(&lines, "%s\n", text) < 0) lines = NULL;
    free(text);
    return lines;
}

json_t *cli_json_parsed(char *text)
{
    json_t *json = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
    free(text);
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
    for (int i = 0; i < def->n_parameters; i++)
        printf(", %s %g", def->parameter_names[i], def->parameters[i]);
}

json_t *cli_json_document(const cli_options *options)
{
    return json_pack("{sssssi}", "spikernn", srnn_version(), "verb", options->verb->name, "schema",
                     SRNN_SCHEMA);
}

json_t *cli_json_failure(const char *path)
{
    json_t *json = json_pack("{ss}", "error", latest_sentence);
    json_object_set_new(json, "model", cli_json_text(path));
    return json;
}

int cli_json_result(const cli_options *options, json_t *document)
{
    if (!document) return cli_error(options, "out of memory");
    json_decref(result);
    result = document;
    return CLI_OK;
}

int cli_json_print(const cli_options *options, int code)
{
    if (!result) return code;
    if (code == CLI_INTERRUPTED) json_object_set_new(result, "interrupted", json_true());
    if (code == CLI_FAILED) json_object_set_new(result, "error", json_string(latest_sentence));
    char *text = cli_json_lines(result);
    json_decref(result);
    result = NULL;
    if (!text) return cli_error(options, "out of memory");
    const bool failed = fputs(text, stdout) < 0;
    free(text);
    return failed ? cli_lost_results(options, errno) : code;
}

static int lost; /* errno of the first write to stdout that failed; 0: none */

void cli_flush(void)
{
    if (fflush(stdout) && !lost) lost = errno;
}

int cli_lost_results(const cli_options *options, int reason)
{
    if (!reason) reason = lost;
    if (cli_interrupted())
        return cli_error(options, "interrupted; the results were not printed to the end"),
               CLI_INTERRUPTED;
    return cli_error(options, "the results cannot be written to standard output: %s",
                     reason ? strerror(reason) : "an earlier write failed");
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

void cli_accuracy(int correct, int two_sided, int n, char text[48])
{
    double low, high;
    char other[16] = "-";
    srnn_wilson_interval(correct, n, &low, &high);
    if (two_sided >= 0) snprintf(other, sizeof other, "%.3f", (double)two_sided / n);
    const int length = snprintf(text, 48, "%8.3f  %.3f – %.3f", (double)correct / n, low, high);
    if (two_sided != CLI_NO_COLUMN) snprintf(text + length, 48 - (size_t)length, "  %9s", other);
}
