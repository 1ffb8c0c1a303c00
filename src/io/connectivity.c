/* Connectivity of the user's own, from a .mat file. */
#include <stdlib.h>

#include "io/mat_file.h"
#include "spikernn/file.h"

static const char *const variables[] = {"connectivity", "w", NULL};

static srnn_status to_kinds(srnn__mat *mat, const double *values, size_t n, uint8_t *kinds)
{
    for (size_t k = 0; k < n; k++) {
        if (values[k] != SRNN_FORBIDDEN && values[k] != SRNN_PLASTIC && values[k] != SRNN_FIXED)
            return srnn__mat_refuse(mat, "connectivity", values[k],
                                    "0 (forbidden), 1 (plastic) or 2 (fixed) everywhere");
        kinds[k] = (uint8_t)values[k];
    }
    return SRNN_OK;
}

static srnn_status connect(srnn__mat *mat, srnn_model *model)
{
    const size_t N = (size_t)srnn_model_get_view(model).N;
    srnn__array kinds = {0}, weights = {0};
    srnn_status status = srnn__mat_matrix(mat, "connectivity", SRNN__REQUIRED, N, N, &kinds);
    if (!status) status = srnn__mat_matrix(mat, "w", SRNN__OPTIONAL, N, N, &weights);
    uint8_t *connectivity = malloc(N * N);
    float *w = malloc(N * N * sizeof *w);
    if (!status && (!connectivity || !w)) status = srnn__no_memory(mat->ctx);
    if (!status) status = to_kinds(mat, kinds.values, N * N, connectivity);
    for (size_t k = 0; !status && weights.values && k < N * N; k++) w[k] = (float)weights.values[k];
    if (!status &&
        (status = srnn_model_connect(mat->ctx, model, connectivity, weights.values ? w : NULL))) {
        char sentence[512];
        snprintf(sentence, sizeof sentence, "%s", srnn_ctx_message(mat->ctx));
        srnn__fail(mat->ctx, status, "%s: %s", mat->path, sentence);
    }
    free(kinds.values);
    free(weights.values);
    free(connectivity);
    free(w);
    return status;
}

srnn_status srnn_model_connect_file(srnn_ctx *ctx, srnn_model *model, const char *path)
{
    srnn__mat mat;
    srnn_status status = srnn__mat_open(ctx, path, variables, &mat);
    if (status) return status;
    status = connect(&mat, model);
    srnn__mat_close(&mat);
    return status;
}
