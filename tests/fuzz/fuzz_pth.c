/* Any bytes as a .pth file, and any bytes as the pickle inside one, for which no checksum has
   to be right: an error with a sentence, or a network that can be used and saved. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>

#include "fuzz_file.h"
#include "io/archive.h"
#include "spikernn/file.h"

/* The bytes as the pickle, before numbers of which some are above 0. */
static void write_archive(const uint8_t *data, size_t size)
{
    static unsigned char numbers[4096];
    for (size_t k = 0; k < sizeof numbers; k++) numbers[k] = k % 4 == 3 ? 0x3f : 0;
    srnn__entry entries[16] = {{"data.pkl", data, size}};
    for (size_t k = 1; k < sizeof entries / sizeof *entries; k++) {
        entries[k] = (srnn__entry){"", numbers, sizeof numbers};
        snprintf(entries[k].name, sizeof entries->name, "data/%zu", k - 1);
    }
    size_t n;
    unsigned char *bytes = srnn__archive_make(entries, sizeof entries / sizeof *entries, &n);
    insist(bytes != NULL, "no archive");
    write_file("model.pth", "", bytes, n);
    free(bytes);
}

/* What the network computes with, summed: the sanitizers see every read. */
static double use(const srnn_model *model)
{
    const srnn_model_view v = srnn_model_get_view(model);
    const size_t N = (size_t)v.N, n_in = (size_t)v.n_in, n_out = (size_t)v.n_out;
    float *w = malloc(N * N * sizeof *w);
    insist(w != NULL, "out of memory");
    double sum = 0;
    srnn_model_w_eff(model, false, w);
    for (size_t k = 0; k < N * N; k++) sum += (double)w[k] + (double)v.w[k];
    for (size_t k = 0; k < n_in * N; k++) sum += (double)v.w_in[k];
    for (size_t k = 0; k < n_out * N; k++) sum += (double)v.w_out[k];
    free(w);
    return sum;
}

/* Whatever has been loaded is saved and loaded to the same. */
static void load(void)
{
    srnn_ctx *ctx;
    srnn_model *model, *again;
    insist(!srnn_ctx_create(NULL, &ctx), "no context");
    const srnn_status status = srnn_model_load(ctx, path, &model);
    insist(!model == (status != SRNN_OK), "a model beside an error, or none without");
    insist(!status || strstr(srnn_ctx_message(ctx), path), "the sentence does not name the file");
    if (model) {
        const double sum = use(model);
        insist(isfinite(sum), "a network with NaN or infinity");
        insist(!srnn_model_save_pth(ctx, model, path), "a loaded network cannot be saved");
        insist(!srnn_model_load(ctx, path, &again), "a saved network cannot be loaded");
        insist(use(again) == sum, "a network is another after it was saved");
        srnn_model_free(again);
        srnn_model_free(model);
    }
    srnn_ctx_free(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    open_folder("model.pth");
    if (size >= 4 && !memcmp(data, "PK\3\4", 4))
        write_file("model.pth", "", data, size);
    else
        write_archive(data, size);
    load();
    return 0;
}
