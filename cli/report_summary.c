/* What a run's folder holds, and what its summary says. */
#define _GNU_SOURCE 1
#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* All of it; NULL: out of memory. */
static char *whole_text(FILE *file)
{
    char part[4096], *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    if (!to) return NULL;
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;) fwrite(part, 1, n, to);
    const bool good = !ferror(to);
    if (!fclose(to) && good) return text;
    free(text);
    return NULL;
}

char *cli_folder_text(const cli_options *o, const char *folder, const char *name,
                      const char *expected)
{
    char *path, *text = NULL;
    const bool named = asprintf(&path, "%s/%s", folder, name) >= 0;
    FILE *file = named ? cli_open_regular(expected ? o : NULL, path, expected) : NULL;
    if (file) {
        text = whole_text(file);
        fclose(file);
    }
    if (expected && !text && (file || !named)) cli_error(o, "out of memory");
    if (named) free(path);
    return text;
}

json_t *cli_run_summary(const cli_options *o, const char *folder, const char *text)
{
    json_error_t error;
    json_t *summary = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!summary)
        cli_error(o, "%s/summary.json is damaged: line %d: %s", folder, error.line, error.text);
    else if (!cli_same_name(cli_text_at(summary, "verb"), "run") ||
             !*cli_text_at(summary, "task.name"))
        cli_error(o,
                  "%s/summary.json is not the summary of a run; expected what `spikernn run` wrote",
                  folder);
    else
        return summary;
    json_decref(summary);
    return NULL;
}

const json_t *cli_at(const json_t *document, const char *path)
{
    while (document && *path) {
        char key[64];
        const size_t length = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)length, path);
        document = json_object_get(document, key);
        path += length + (path[length] == '.');
    }
    return json_is_null(document) ? NULL : document;
}

double cli_number_at(const json_t *document, const char *path)
{
    const json_t *value = cli_at(document, path);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

const char *cli_text_at(const json_t *document, const char *path)
{
    const char *text = json_string_value(cli_at(document, path));
    return text ? text : "";
}
