/* The studies of a folder, and what they expect as one table. */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/json_text.h"
#include "experiment/results_json.h"
#include "io/whole_file.h"
#include "spikernn/file.h"
#include "study/study.h"
#include "study/study_json.h"

struct srnn_studies {
    char *folder;
    int n;
    char **names;         /* [n] of their folders */
    srnn_study **studies; /* [n] */
};

/* ---- which ---- */

/* False: out of memory. */
static bool add_study_name(srnn_studies *s, const char *name)
{
    char **longer = realloc(s->names, ((size_t)s->n + 1) * sizeof *longer);
    if (!longer) return false;
    s->names = longer;
    return (s->names[s->n++] = strdup(name)) != NULL;
}

static bool holds_study(const char *folder, const char *name)
{
    char *path;
    if (*name == '.' || strchr(name, '/') || asprintf(&path, "%s/%s/study.json", folder, name) < 0)
        return false;
    const bool holds = !access(path, F_OK);
    free(path);
    return holds;
}

static bool is_there(const srnn_studies *s, const char *name)
{
    for (int i = 0; i < s->n; i++)
        if (!strcmp(s->names[i], name)) return true;
    return false;
}

static srnn_status take_studies_list(srnn_ctx *ctx, srnn_studies *s, const char *path,
                                     const char *text)
{
    json_error_t error;
    json_t *list = json_loads(text, 0, &error);
    const json_t *one;
    size_t i;
    srnn_status status = SRNN_OK;
    if (!list)
        status = srnn__fail(ctx, SRNN_ERR_FORMAT, "%s:%d: %s", path, error.line, error.text);
    else if (!json_is_array(list))
        status = srnn__fail(ctx, SRNN_ERR_FORMAT,
                            "%s is no list; expected the names of folders of studies", path);
    json_array_foreach(list, i, one)
    {
        const char *name = json_string_value(one);
        if (!status && !name)
            status =
                srnn__fail(ctx, SRNN_ERR_FORMAT,
                           "%s: entry %zu is no text; expected the name of a folder", path, i + 1);
        /* those that are not begun have no folder yet */
        if (!status && holds_study(s->folder, name) && !is_there(s, name) &&
            !add_study_name(s, name))
            status = srnn__no_memory(ctx);
    }
    json_decref(list);
    return status;
}

/* studies.json, where there is one. */
static srnn_status read_studies_list(srnn_ctx *ctx, srnn_studies *s)
{
    char *path;
    unsigned char *bytes = NULL;
    size_t n;
    if (asprintf(&path, "%s/studies.json", s->folder) < 0) return srnn__no_memory(ctx);
    srnn_status status = SRNN_OK;
    if (!access(path, F_OK)) {
        status = srnn__read_whole(ctx, path, &bytes, &n);
        if (!status) bytes[n] = '\0';
        if (!status) status = take_studies_list(ctx, s, path, (const char *)bytes);
    }
    free(bytes);
    free(path);
    return status;
}

static int names_in_order(const void *a, const void *b)
{
    return strverscmp(*(char *const *)a, *(char *const *)b);
}

/* Those that are not in the list, sorted. */
static srnn_status find_others(srnn_ctx *ctx, srnn_studies *s)
{
    const int listed = s->n;
    DIR *folder = opendir(s->folder);
    if (!folder)
        return srnn__fail(ctx, SRNN_ERR_FILE, "folder %s cannot be read: %s", s->folder,
                          strerror(errno));
    bool complete = true;
    for (const struct dirent *entry; complete && (entry = readdir(folder));)
        if (holds_study(s->folder, entry->d_name) && !is_there(s, entry->d_name))
            complete = add_study_name(s, entry->d_name);
    closedir(folder);
    if (!complete) return srnn__no_memory(ctx);
    if (s->n == 0)
        return srnn__fail(ctx, SRNN_ERR_FILE,
                          "%s has neither study.json nor folders of studies; expected one of them",
                          s->folder);
    qsort(s->names + listed, (size_t)(s->n - listed), sizeof *s->names, names_in_order);
    return SRNN_OK;
}

/* ---- opening ---- */

static srnn_status open_all(srnn_ctx *ctx, srnn_studies *s)
{
    srnn_status status = SRNN_OK;
    s->studies = calloc((size_t)s->n, sizeof(srnn_study *));
    if (!s->studies) return srnn__no_memory(ctx);
    for (int i = 0; i < s->n && !status; i++) {
        char *path;
        if (asprintf(&path, "%s/%s", s->folder, s->names[i]) < 0) return srnn__no_memory(ctx);
        status = srnn_study_open(ctx, NULL, path, &s->studies[i]);
        free(path);
    }
    return status;
}

srnn_status srnn_studies_open(srnn_ctx *ctx, const char *folder, srnn_studies **out)
{
    srnn_studies *s = *out = calloc(1, sizeof *s);
    if (!s || !(s->folder = strdup(folder))) return srnn__no_memory(ctx);
    srnn_status status = read_studies_list(ctx, s);
    if (!status) status = find_others(ctx, s);
    return status ? status : open_all(ctx, s);
}

void srnn_studies_free(srnn_studies *s)
{
    if (!s) return;
    for (int i = 0; i < s->n; i++) {
        if (s->studies) srnn_study_free(s->studies[i]);
        free(s->names[i]);
    }
    free(s->studies);
    free(s->names);
    free(s->folder);
    free(s);
}

int srnn_studies_count(const srnn_studies *s) { return s->n; }

srnn_study *srnn_studies_at(const srnn_studies *s, int i)
{
    return i >= 0 && i < s->n ? s->studies[i] : NULL;
}

const char *srnn_studies_name(const srnn_studies *s, int i)
{
    return i >= 0 && i < s->n ? s->names[i] : NULL;
}

/* ---- JSON ---- */

static json_t *verdicts_json(void)
{
    return json_pack("{si si si si si}", "agrees", 0, "differs", 0, "cannot be told", 0, "not yet",
                     0, "see the figure", 0);
}

static void count_verdict(json_t *verdicts, const char *verdict)
{
    const json_int_t n = json_integer_value(json_object_get(verdicts, verdict));
    json_object_set_new(verdicts, verdict, json_integer(n + 1));
}

static json_t *study_summary_json(const srnn_study_view *v, const char *folder)
{
    int of_state[4] = {0};
    json_t *verdicts = verdicts_json();
    for (int i = 0; i < v->n_networks; i++) of_state[v->networks[i].state]++;
    for (int i = 0; verdicts && i < v->n_expectations; i++)
        count_verdict(verdicts, v->expectations[i].verdict);
    return json_pack("{ss ss ss ss si si si si so}", "study", v->name, "folder", folder, "about",
                     v->about, "task", v->task, "networks", v->n_networks, "not_trained",
                     of_state[SRNN_NETWORK_NOT_TRAINED], "failed", of_state[SRNN_NETWORK_FAILED],
                     "left", of_state[SRNN_NETWORK_LEFT], "verdicts", verdicts);
}

static json_t *named_json(const srnn_study_view *v, int condition)
{
    return condition < 0 ? json_null() : json_string(v->conditions[condition].name);
}

/* place: of the study. */
static json_t *published_json(const srnn_study_view *v, const srnn_expectation *e, int place)
{
    const bool pair = e->kind == SRNN_EXPECTED_COMPARISON;
    return json_pack("{si so so so so}", "study", place, "condition", named_json(v, e->condition),
                     "than", named_json(v, pair ? e->than : -1), "measure",
                     e->measure < 0 ? json_null() : srnn__measure_json(&v->measures[e->measure]),
                     "expectation", srnn__expectation_json(v, e));
}

/* Errors: NULL. */
static json_t *studies_document(json_t *verdicts, json_t *list, json_t *published)
{
    return json_pack("{ss ss si so so so}", "spikernn", srnn_version(), "document", "studies",
                     "schema", SRNN_SCHEMA, "verdicts", verdicts, "studies", list, "published",
                     published);
}

char *srnn_studies_json(const srnn_studies *s)
{
    json_t *verdicts = verdicts_json(), *list = json_array(), *published = json_array();
    for (int i = 0; i < s->n; i++) {
        const srnn_study_view v = srnn_study_get(s->studies[i]);
        list = srnn__json_append(list, study_summary_json(&v, s->names[i]));
        for (int k = 0; k < v.n_expectations; k++) {
            published = srnn__json_append(published, published_json(&v, &v.expectations[k], i));
            if (verdicts) count_verdict(verdicts, v.expectations[k].verdict);
        }
    }
    return srnn__json_text_of(studies_document(verdicts, list, published));
}
