/* Records: a line of JSON for each finished stage. Each worker appends to its own file, so that
   workers need no locks and folders can be copied together. The first line of a file says which
   version wrote it. */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/json_text.h"
#include "core/temporary.h"
#include "experiment/results_json.h"
#include "io/whole_file.h"
#include "study/study.h"

const char *srnn__record_error(const json_t *record)
{
    return json_string_value(json_object_get(record, "error"));
}

static bool is_record(const json_t *json)
{
    return json_is_string(json_object_get(json, "key")) &&
           (json_is_object(json_object_get(json, "result")) || srnn__record_error(json));
}

/* A line that is damaged is no record: its stage is computed again. */
json_t *srnn__records_get(const srnn_study *s, const char *key)
{
    const json_t *line = json_object_get(s->records.by_key, key);
    json_t *json = line ? json_loadb(json_string_value(line), json_string_length(line),
                                     JSON_REJECT_DUPLICATES, NULL)
                        : NULL;
    if (is_record(json)) return json;
    json_decref(json);
    return NULL;
}

void srnn__records_retry(srnn_study *s, const char *key)
{
    json_t *record = srnn__records_get(s, key);
    if (srnn__record_error(record)) {
        s->records.changed = true;
        json_object_set(s->records.failed, key, json_object_get(record, "attempt"));
        json_object_del(s->records.by_key, key);
    }
    json_decref(record);
}

json_int_t srnn__records_attempt(const srnn_study *s, const char *key)
{
    return json_integer_value(json_object_get(s->records.failed, key)) + 1;
}

void srnn__records_free(srnn__records *r)
{
    json_decref(r->failed);
    json_decref(r->by_key);
    json_decref(r->read);
    json_decref(r->versions);
    free(r->name);
    if (r->file >= 0) close(r->file);
}

/* ---- reading ---- */

/* Of two records of a stage: a result before a failure, then the later attempt, then the first. */
static bool replaces(const json_t *record, const json_t *old)
{
    if (!old) return true;
    const bool failed = srnn__record_error(record) != NULL,
               old_failed = srnn__record_error(old) != NULL;
    if (failed != old_failed) return old_failed;
    return failed && json_integer_value(json_object_get(record, "attempt")) >
                         json_integer_value(json_object_get(old, "attempt"));
}

static srnn_status take_worker(srnn_ctx *ctx, srnn_study *s, const json_t *worker)
{
    const json_int_t numerics = json_integer_value(json_object_get(worker, "numerics"));
    if (!json_is_integer(json_object_get(worker, "numerics"))) return SRNN_OK; /* damaged */
    const char *version = json_string_value(json_object_get(worker, "spikernn"));
    if (numerics != SRNN_NUMERICS)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%s holds results of spikernn %.40s, which computes other numbers "
                          "(numerics %lld, here %d); expected the same version, or another folder",
                          s->store, version ? version : "?", (long long)numerics, SRNN_NUMERICS);
    json_t *made = json_pack("{sosO*}", "spikernn", json_string(version ? version : "?"), "commit",
                             json_object_get(worker, "commit"));
    char *text = json_dumps(made, JSON_COMPACT | JSON_SORT_KEYS);
    if (text) json_object_set_new(s->records.versions, text, json_true());
    free(text);
    json_decref(made);
    return SRNN_OK;
}

/* A line as srnn__records_append() writes it, which need not be parsed now. */
static bool begins_record(const char *line, size_t n, srnn__key key)
{
    static const char begin[] = "{\"key\":\"";
    const size_t at = sizeof begin - 1, digits = sizeof(srnn__key) - 1;
    if (n < at + digits + 2 || memcmp(line, begin, at) != 0 || line[at + digits] != '"' ||
        line[n - 1] != '}')
        return false;
    memcpy(key, line + at, digits);
    key[digits] = '\0';
    return strspn(key, "0123456789abcdef") == digits;
}

/* Kept as text: parsed, ten thousand networks are a hundred megabytes. */
static void keep_line(srnn_study *s, const json_t *record, const char *key, const char *line,
                      size_t n)
{
    json_t *old = srnn__records_get(s, key);
    s->records.changed = true;
    if (!old || replaces(record, old))
        json_object_set_new(s->records.by_key, key, json_stringn_nocheck(line, n));
    json_decref(old);
}

static srnn_status records_take_line(srnn_ctx *ctx, srnn_study *s, const char *line, size_t n)
{
    srnn__key key;
    s->records.changed = true;
    if (begins_record(line, n, key) && !json_object_get(s->records.by_key, key)) {
        json_object_set_new(s->records.by_key, key, json_stringn_nocheck(line, n));
        return SRNN_OK; /* its first record: whoever asks for it parses it */
    }
    json_t *json = json_loadb(line, n, JSON_REJECT_DUPLICATES, NULL);
    const json_t *worker = json_object_get(json, "worker");
    srnn_status status = SRNN_OK;
    if (worker)
        status = take_worker(ctx, s, worker);
    else if (is_record(json))
        keep_line(s, json, json_string_value(json_object_get(json, "key")), line, n);
    json_decref(json);
    return status;
}

/* Whole lines; a last one without its end is being written, or was cut by a crash. */
static srnn_status take_lines(srnn_ctx *ctx, srnn_study *s, const char *text, size_t n,
                              size_t *used)
{
    srnn_status status = SRNN_OK;
    for (*used = 0; !status;) {
        const char *line = text + *used, *end = memchr(line, '\n', n - *used);
        if (!end) break;
        status = records_take_line(ctx, s, line, (size_t)(end - line));
        *used += (size_t)(end - line) + 1;
    }
    return status;
}

static srnn_status read_new(srnn_ctx *ctx, srnn_study *s, const char *name, int file)
{
    struct stat info;
    json_t *read_so_far = json_object_get(s->records.read, name);
    const off_t from = (off_t)json_integer_value(read_so_far);
    if (fstat(file, &info) || !S_ISREG(info.st_mode) || info.st_size <= from) return SRNN_OK;
    const size_t n = (size_t)(info.st_size - from);
    char *text = malloc(n);
    if (!text) return srnn__no_memory(ctx);
    size_t got = 0, used = 0;
    while (got < n) {
        const ssize_t more = pread(file, text + got, n - got, from + (off_t)got);
        if (more < 0 && errno == EINTR) continue;
        if (more <= 0) break;
        got += (size_t)more;
    }
    const srnn_status status = take_lines(ctx, s, text, got, &used);
    json_object_set_new(s->records.read, name, json_integer((json_int_t)from + (json_int_t)used));
    free(text);
    return status;
}

static int is_jsonl(const struct dirent *entry)
{
    const size_t n = strlen(entry->d_name);
    return n > 6 && *entry->d_name != '.' && !strcmp(entry->d_name + n - 6, ".jsonl");
}

srnn_status srnn__records_read(srnn_ctx *ctx, srnn_study *s)
{
    char *path = NULL;
    if (asprintf(&path, "%s/records", s->store) < 0) return srnn__no_memory(ctx);
    struct dirent **entries = NULL;
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int n = folder < 0 ? 0 : scandirat(folder, ".", &entries, is_jsonl, alphasort);
    srnn_status status = SRNN_OK;
    if (folder < 0 && errno != ENOENT)
        status = srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be read: %s", path, strerror(errno));
    for (int i = 0; i < n; i++) {
        const int file =
            status ? -1 : openat(folder, entries[i]->d_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (file >= 0) {
            status = read_new(ctx, s, entries[i]->d_name, file);
            close(file);
        } else if (!status) {
            status = srnn__fail(ctx, SRNN_ERR_FILE, "%s/%s cannot be read: %s", path,
                                entries[i]->d_name, strerror(errno));
        }
        free(entries[i]);
    }
    free(entries);
    if (folder >= 0) close(folder);
    free(path);
    return status;
}

/* ---- writing ---- */

static srnn_status record_failed(srnn_ctx *ctx, const char *path)
{
    const int error = errno;
    return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be written: %s%s", path, strerror(error),
                      error == ENOSPC || error == EDQUOT ? "; what was recorded before is kept"
                                                         : "");
}

/* The whole line or nothing. */
static srnn_status records_write_line(srnn_ctx *ctx, const srnn__records *r, const char *line,
                                      size_t n)
{
    struct stat before;
    if (fstat(r->file, &before)) return record_failed(ctx, r->name);
    for (size_t at = 0; at < n;) {
        const ssize_t written = write(r->file, line + at, n - at);
        if (written < 0 && errno == EINTR) continue;
        if (written > 0) {
            at += (size_t)written;
            continue;
        }
        const int error = errno;
        if (ftruncate(r->file, before.st_size)) errno = EIO; /* a torn last line is harmless */
        errno = error;
        return record_failed(ctx, r->name);
    }
    return SRNN_OK;
}

/* What this worker has written it need not read. */
static srnn_status append_line(srnn_ctx *ctx, const srnn__records *r, const char *line, size_t n)
{
    const srnn_status status = records_write_line(ctx, r, line, n);
    const char *own = strrchr(r->name, '/') + 1;
    const json_int_t size = json_integer_value(json_object_get(r->read, own));
    if (!status) json_object_set_new(r->read, own, json_integer(size + (json_int_t)n));
    return status;
}

/* With its end of line, in *n bytes; to be freed; NULL: out of memory. */
static char *line_of(const json_t *json, size_t *n)
{
    char *text = json ? srnn__json_dumps(json, JSON_COMPACT) : NULL;
    *n = text ? strlen(text) + 1 : 0;
    if (text) text[*n - 1] = '\n'; /* in place of the 0 */
    return text;
}

/* A file that no other worker has. */
static srnn_status open_records(srnn_ctx *ctx, srnn_study *s)
{
    srnn__records *r = &s->records;
    char mark[SRNN__MARK_SIZE];
    unsigned number = 0;
    srnn__temporary_mark(mark);
    const ssize_t random = getrandom(&number, sizeof number, 0);
    (void)random;
    free(r->name);
    r->name = NULL;
    if (asprintf(&r->name, "%s/records/%s-%08x.jsonl", s->store, mark, number) < 0) {
        r->name = NULL;
        return srnn__no_memory(ctx);
    }
    srnn_status status = srnn__make_folders(ctx, r->name);
    if (status) return status;
    r->file = open(r->name, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (r->file < 0) return record_failed(ctx, r->name);
    json_t *build = srnn__build_json(ctx);
    json_object_set_new(build, "spikernn", json_string(SRNN_VERSION));
    json_object_set_new(build, "numerics", json_integer(SRNN_NUMERICS));
    json_t *head = json_pack("{so}", "worker", build);
    size_t n;
    char *line = line_of(head, &n);
    status = line ? append_line(ctx, r, line, n) : srnn__no_memory(ctx);
    free(line);
    if (!status) status = take_worker(ctx, s, json_object_get(head, "worker"));
    json_decref(head);
    if (!status) return SRNN_OK;
    close(r->file);
    r->file = -1;
    unlink(r->name);
    return status;
}

srnn_status srnn__records_append(srnn_ctx *ctx, srnn_study *s, json_t *record)
{
    static const double sync_every_s = 5; /* a crash of the machine loses no more than that */
    srnn__records *r = &s->records;
    size_t n;
    char *line = line_of(record, &n);
    srnn_status status = !line         ? srnn__no_memory(ctx)
                         : r->file < 0 ? open_records(ctx, s)
                                       : SRNN_OK;
    if (!status) status = append_line(ctx, r, line, n);
    if (!status) {
        keep_line(s, record, json_string_value(json_object_get(record, "key")), line, n - 1);
        if (srnn__now_s() - r->synced_s > sync_every_s) {
            r->synced_s = srnn__now_s();
            fdatasync(r->file);
        }
    }
    free(line);
    json_decref(record);
    return status;
}
