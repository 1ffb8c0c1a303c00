/* Running a study: threads that take the networks of one training after the other; the thread that
   made the call reports. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "experiment/experiment.h"
#include "study/folder.h"
#include "study/study.h"

srnn_study_options srnn_study_options_default(void)
{
    return (srnn_study_options){
        .size = sizeof(srnn_study_options), .shard = 1, .n_shards = 1, .max_hours = HUGE_VAL};
}

typedef struct pool {
    srnn_ctx *ctx;
    srnn_study *study;
    srnn_study_options options;
    srnn__group *groups;
    bool *busy; /* of each group: another process has it */
    int *places, n_groups, next, working;
    pthread_mutex_t lock;    /* of all below and of the numbers above */
    pthread_mutex_t records; /* of the study's records */
    pthread_cond_t news;
    int *finished, n_finished, n_told; /* networks, as they came */
    srnn_status status;                /* the first error of a worker */
    char sentence[1024];
    atomic_bool stop;
    double started_s;
    srnn_study_event event; /* what is known so far */
    int before;             /* networks that were done when it began */
} pool;

/* ---- a worker ---- */

static void pool_finished(void *user, int network)
{
    pool *p = user;
    pthread_mutex_lock(&p->lock);
    p->finished[p->n_finished++] = network;
    pthread_cond_signal(&p->news);
    pthread_mutex_unlock(&p->lock);
}

/* -1: there are no more, or the pool stops. */
static int next_group(pool *p)
{
    pthread_mutex_lock(&p->lock);
    const int group = p->stop || p->status || p->next >= p->n_groups ? -1 : p->next++;
    pthread_mutex_unlock(&p->lock);
    return group;
}

static void pool_keep_error(pool *p, srnn_status status, const srnn_ctx *ctx)
{
    pthread_mutex_lock(&p->lock);
    if (!p->status && status != SRNN_CANCELLED) {
        p->status = status;
        snprintf(p->sentence, sizeof p->sentence, "%s",
                 ctx ? srnn_ctx_message(ctx) : "out of memory");
        p->stop = true; /* the others save what they have */
    }
    pthread_mutex_unlock(&p->lock);
}

static void work(pool *p, srnn_ctx *ctx)
{
    srnn__worker w = {.ctx = ctx,
                      .study = p->study,
                      .records = &p->records,
                      .stop = &p->stop,
                      .retry = p->options.retry,
                      .finished = pool_finished,
                      .user = p};
    srnn_status status = SRNN_OK;
    for (int g; !status && (g = next_group(p)) >= 0;)
        status = srnn__compute(&w, p->groups[g].networks, p->groups[g].n, &p->busy[g]);
    if (status) pool_keep_error(p, status, ctx);
}

static void *pool_thread(void *user)
{
    pool *p = user;
    srnn_ctx *ctx = NULL;
    const srnn_ctx_options options = {
        .size = sizeof options, .threads = 1, .isa = srnn_ctx_isa(p->ctx)};
    const srnn_status status = srnn_ctx_create(&options, &ctx);
    if (ctx) srnn_ctx_set_option_prefix(ctx, srnn__option_prefix(p->ctx));
    if (status)
        pool_keep_error(p, status, ctx);
    else
        work(p, ctx);
    srnn_ctx_free(ctx);
    pthread_mutex_lock(&p->lock);
    p->working--;
    pthread_cond_signal(&p->news);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* ---- reports ---- */

static void report(pool *p, srnn_study_fn fn, void *user, srnn_study_event *event)
{
    const double hours = (srnn__now_s() - p->started_s) / 3600;
    const int now = event->done - p->before;
    event->per_hour = now > 0 ? now / hours : (double)NAN;
    event->left_s = 3600 * (event->total - event->done) / event->per_hour;
    if (fn && fn(user, p->study, event)) p->stop = true;
    if (srnn__progress(p->ctx, "study", event->done, event->total, (double)NAN, (double)NAN))
        p->stop = true;
}

static void report_network(pool *p, srnn_study_fn fn, void *user, int network)
{
    srnn_study_event *event = &p->event;
    pthread_mutex_lock(&p->records);
    json_t *records[SRNN__STUDY_STAGES];
    srnn__network_records(p->study, &p->study->networks[network], records);
    pthread_mutex_unlock(&p->records);
    char *sentence = srnn__network_state(p->study, records, &event->state);
    srnn__network_forget(records);
    event->kind = SRNN_STUDY_NETWORK;
    event->network = network;
    event->sentence = sentence ? sentence : "";
    event->done++;
    event->not_trained += event->state == SRNN_NETWORK_NOT_TRAINED;
    event->failed += event->state == SRNN_NETWORK_FAILED;
    report(p, fn, user, event);
    event->sentence = "";
    event->kind = SRNN_STUDY_PROGRESS;
    free(sentence);
}

static bool wait_for_news(pool *p)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 200000000;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    pthread_mutex_lock(&p->lock);
    if (p->n_told == p->n_finished && p->working > 0)
        pthread_cond_timedwait(&p->news, &p->lock, &until);
    const bool more = p->n_told < p->n_finished || p->working > 0;
    p->event.in_flight = p->working;
    pthread_mutex_unlock(&p->lock);
    return more;
}

/* The next network that was finished; -1: none. */
static int next_finished(pool *p)
{
    pthread_mutex_lock(&p->lock);
    const int network = p->n_told < p->n_finished ? p->finished[p->n_told++] : -1;
    pthread_mutex_unlock(&p->lock);
    return network;
}

static void watch(pool *p, srnn_study_fn fn, void *user)
{
    while (wait_for_news(p)) {
        for (int network; (network = next_finished(p)) >= 0;) report_network(p, fn, user, network);
        if (srnn__now_s() - p->started_s >= 3600 * p->options.max_hours) p->stop = true;
        report(p, fn, user, &p->event);
    }
}

/* ---- before ---- */

/* A trial of each type in both networks, of conditions that have something left and nothing
   finished: what a later stage would refuse of all networks is refused now. */
static srnn_status try_conditions(srnn_ctx *ctx, const srnn_study *s, const pool *p)
{
    bool *tried = calloc((size_t)s->n_conditions + 1, sizeof *tried);
    srnn_status status = tried ? SRNN_OK : srnn__no_memory(ctx);
    for (int i = 0; i < s->n_networks && tried; i++)
        if (s->view.networks[i].state == SRNN_NETWORK_FINISHED)
            tried[s->networks[i].condition] = true;
    for (int g = 0; g < p->n_groups && !status; g++)
        for (int i = 0; i < p->groups[g].n && !status; i++) {
            const int c = s->networks[p->groups[g].networks[i]].condition;
            if (tried[c]) continue;
            tried[c] = true;
            status = srnn__experiment_try(ctx, s->conditions[c].options, s->conditions[c].task);
            if (!status || status == SRNN_CANCELLED) continue;
            srnn__fail(ctx, status, "condition '%.100s': %s", s->conditions[c].name, ctx->message);
        }
    free(tried);
    return status;
}

/* ---- the call ---- */

/* Is there something to do? */
static bool network_is_left(const pool *p, int network)
{
    const srnn_network_state state = p->study->view.networks[network].state;
    return state == SRNN_NETWORK_LEFT || (state == SRNN_NETWORK_FAILED && p->options.retry);
}

static void count_done(pool *p)
{
    for (int g = 0; g < p->n_groups; g++)
        for (int i = 0; i < p->groups[g].n; i++) {
            const int network = p->groups[g].networks[i];
            const srnn_network_state state = p->study->view.networks[network].state;
            p->event.total++;
            if (network_is_left(p, network)) continue;
            p->event.done++;
            p->event.not_trained += state == SRNN_NETWORK_NOT_TRAINED;
            p->event.failed += state == SRNN_NETWORK_FAILED;
        }
    p->before = p->event.done;
}

static void drop_done_groups(pool *p)
{
    int n = 0;
    for (int g = 0; g < p->n_groups; g++) {
        bool left = false;
        for (int i = 0; i < p->groups[g].n && !left; i++)
            left = network_is_left(p, p->groups[g].networks[i]);
        if (left) p->groups[n++] = p->groups[g];
    }
    p->n_groups = n;
}

/* The groups that another process had. */
static int keep_busy_groups(pool *p)
{
    int n = 0;
    for (int g = 0; g < p->n_groups; g++) {
        if (p->busy[g]) p->groups[n++] = p->groups[g];
        p->busy[g] = false;
    }
    p->n_groups = n;
    p->next = 0;
    return n;
}

static void run_threads(pool *p, srnn_study_fn fn, void *user)
{
    const int most = srnn_ctx_threads(p->ctx), n = p->n_groups < most ? p->n_groups : most;
    pthread_t *threads = calloc((size_t)n + 1, sizeof *threads);
    int started = 0;
    pthread_mutex_lock(&p->lock);
    while (threads && started < n && !pthread_create(&threads[started], NULL, pool_thread, p))
        started++;
    p->working = started;
    pthread_mutex_unlock(&p->lock);
    if (n > 0 && started == 0) pool_keep_error(p, SRNN_ERR_NO_MEMORY, NULL);
    watch(p, fn, user);
    for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
    free(threads);
}

static srnn_status pool_end(pool *p, srnn_study *s)
{
    srnn_status status = srnn_study_refresh(p->ctx, s);
    if (p->status) return srnn__fail(p->ctx, p->status, "%s", p->sentence);
    if (status) return status;
    if (p->stop) return srnn__interrupted(p->ctx);
    int left = 0;
    for (int i = 0; i < s->view.n_networks; i++)
        left += s->view.networks[i].state == SRNN_NETWORK_LEFT;
    if (left == 0 && s->keep == SRNN__KEEP_BEST) srnn__folder_prune(s);
    return SRNN_OK;
}

srnn_status srnn_study_run(srnn_ctx *ctx, srnn_study *s, const srnn_study_options *given,
                           srnn_study_fn fn, void *user)
{
    pool p = {.ctx = ctx, .study = s, .options = srnn_study_options_default()};
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_study_options, given, retry, &p.options);
    if (status) return status;
    if (!s->folder) return srnn_study_prepare(ctx, s); /* has the sentence */
    status = srnn__study_groups(ctx, s, &p.options, &p.groups, &p.n_groups, &p.places);
    if (!status) status = srnn_study_refresh(ctx, s);
    p.finished = calloc((size_t)s->n_networks + 1, sizeof *p.finished);
    p.busy = calloc((size_t)s->n_networks + 1, sizeof *p.busy);
    if (!status && (!p.finished || !p.busy)) status = srnn__no_memory(ctx);
    if (!status) {
        pthread_mutex_init(&p.lock, NULL);
        pthread_mutex_init(&p.records, NULL);
        pthread_cond_init(&p.news, NULL);
        count_done(&p);
        drop_done_groups(&p);
        p.stop = p.n_groups > 0 && p.options.max_hours <= 0;
        if (!p.stop) status = try_conditions(ctx, s, &p);
        if (!status) status = srnn__folder_fill(ctx, s);
        p.started_s = srnn__now_s();
        srnn__progress_start(ctx, p.before);
        if (!status) {
            run_threads(&p, fn, user);
            if (!p.stop && keep_busy_groups(&p) > 0) run_threads(&p, fn, user);
            status = pool_end(&p, s);
        }
        pthread_cond_destroy(&p.news);
        pthread_mutex_destroy(&p.records);
        pthread_mutex_destroy(&p.lock);
    }
    free(p.groups);
    free(p.places);
    free(p.finished);
    free(p.busy);
    return status;
}
