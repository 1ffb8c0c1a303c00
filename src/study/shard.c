#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "spikernn/study.h"

/* One of n workers, from 0. */
typedef struct shard_place {
    int64_t place, n;
} shard_place;

/* The launcher nearest to this process comes first: MPICH and Open MPI start their ranks through
   srun inside a SLURM job, and srun may give PMI ranks, which are then its own. A size says that
   there are ranks: the script of sbatch has SLURM_PROCID 0 and SLURM_NTASKS n and is alone.
   SLURM_STEP_NUM_TASKS counts the tasks of this srun, SLURM_NTASKS may count those of the job. */
static const struct shard_launcher {
    const char *rank, *size;
} shard_launchers[] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                       {"PMI_RANK", "PMI_SIZE"},
                       {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS"}};

/* with: a variable that is set. */
static srnn_status shard_number(srnn_ctx *ctx, const char *name, const char *with, int64_t least,
                                int64_t most, int64_t *out)
{
    const char *text = getenv(name);
    if (!text)
        return srnn__fail(
            ctx, SRNN_ERR_ARGUMENT,
            "the environment variable %s is not set, although %s is; expected both or "
            "neither",
            name, with);
    const size_t digits = strspn(text, "0123456789");
    *out = digits > 0 && digits < 12 && !text[digits] ? strtoll(text, NULL, 10) : -1;
    if (*out >= least && *out <= most) return SRNN_OK;
    char shown[64];
    srnn_printable(text, shown, sizeof shown);
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "the environment variable %s is '%s'; expected a whole number from %lld to "
                      "%lld",
                      name, shown, (long long)least, (long long)most);
}

static srnn_status shard_of_ranks(srnn_ctx *ctx, const struct shard_launcher *launcher,
                                  shard_place *out)
{
    const srnn_status status =
        shard_number(ctx, launcher->size, launcher->size, 1, INT_MAX, &out->n);
    return status ? status
                  : shard_number(ctx, launcher->rank, launcher->size, 0, out->n - 1, &out->place);
}

/* SLURM gives the least, the largest and the number of an array's ids, not the ids: the place of
   one follows where they are evenly spaced, as 1-10:3 and 2,4,6 are. SLURM_ARRAY_TASK_STEP is 1 for
   a list. */
static srnn_status shard_of_array(srnn_ctx *ctx, shard_place *out)
{
    static const char id_name[] = "SLURM_ARRAY_TASK_ID";
    int64_t id, least, largest;
    srnn_status status = shard_number(ctx, "SLURM_ARRAY_TASK_COUNT", id_name, 1, INT_MAX, &out->n);
    if (!status) status = shard_number(ctx, "SLURM_ARRAY_TASK_MIN", id_name, 0, INT_MAX, &least);
    if (!status)
        status = shard_number(ctx, "SLURM_ARRAY_TASK_MAX", id_name, least + out->n - 1, INT_MAX,
                              &largest);
    if (!status) status = shard_number(ctx, id_name, id_name, least, largest, &id);
    if (status || out->n == 1) return status;
    const int64_t spacing = (largest - least) / (out->n - 1);
    out->place = (id - least) / spacing;
    if (id == least + out->place * spacing && largest == least + (out->n - 1) * spacing)
        return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "the environment variable SLURM_ARRAY_TASK_ID is %lld in an array of %lld "
                      "tasks from %lld to %lld; expected evenly spaced ids, such as 1-%lld",
                      (long long)id, (long long)out->n, (long long)least, (long long)largest,
                      (long long)out->n);
}

srnn_status srnn_study_shard_of_environment(srnn_ctx *ctx, srnn_study_options *options)
{
    srnn_study_options own = srnn_study_options_default();
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_study_options, options, retry, &own);
    if (status) return status;
    const bool array = getenv("SLURM_ARRAY_TASK_ID") != NULL;
    const size_t n_launchers = sizeof shard_launchers / sizeof *shard_launchers;
    size_t l = 0;
    while (l < n_launchers && !getenv(shard_launchers[l].size)) l++;
    if (!array && l == n_launchers) return SRNN_OK;
    shard_place task = {0, 1}, rank = {0, 1};
    if (array) status = shard_of_array(ctx, &task);
    if (!status && l < n_launchers) status = shard_of_ranks(ctx, &shard_launchers[l], &rank);
    if (status) return status;
    if (task.n * rank.n > INT_MAX)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "SLURM_ARRAY_TASK_COUNT times %s is %lld; expected at most %d",
                          shard_launchers[l].size, (long long)(task.n * rank.n), INT_MAX);
    options->shard = (int)(task.place * rank.n + rank.place) + 1;
    options->n_shards = (int)(task.n * rank.n);
    return SRNN_OK;
}
