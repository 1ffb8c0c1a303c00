/* Any bytes as a file of spikes: an error with a sentence, or spikes that are in order and come
   back from every format. HDF5 has a fuzzer to itself. */
#define _POSIX_C_SOURCE 200809L

#include "fuzz_file.h"
#include "spikernn/file.h"

static void there_and_back(srnn_ctx *ctx, const srnn_spikes *spikes, const char *ending)
{
    srnn_spikes back;
    snprintf(copy, sizeof copy, "%s/copy%s", folder, ending);
    unlink(copy);
    insist(!srnn_spikes_save(ctx, spikes, copy), srnn_ctx_message(ctx));
    insist(!srnn_spikes_load(ctx, copy, &back), srnn_ctx_message(ctx));
    insist(back.n == spikes->n, "spikes are lost");
    for (int64_t q = 0; q < back.n; q++) /* units may change places where digits make times one */
        insist(back.trial[q] == spikes->trial[q], "a spike is another trial's");
    srnn_spikes_free(&back);
    unlink(copy);
}

static int hdf5(const uint8_t *data, size_t size)
{
    for (size_t at = 0; at + 4 <= size && at <= 512; at += 512)
        if (!memcmp(data + at, "\x89HDF", 4)) return 1;
    return size >= 128 && data[data[126] == 'I' ? 125 : 124] == 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (hdf5(data, size)) return 0;
    srnn_ctx *ctx;
    srnn_spikes spikes;
    insist(!srnn_ctx_create(NULL, &ctx), "no context");
    write_file("spikes", "", data, size);
    const srnn_status status = srnn_spikes_load(ctx, path, &spikes);
    insist(!status || strstr(srnn_ctx_message(ctx), path), "the sentence does not name the file");
    insist(!status == (spikes.time_ms != NULL), "spikes and an error, or neither");
    if (!status) {
        insist(!srnn_spikes_check(ctx, &spikes), srnn_ctx_message(ctx));
        const int small = spikes.N < 1000 && spikes.K < 1000 && spikes.T_ms < 1e300;
        if (small) there_and_back(ctx, &spikes, ".csv");
    }
    srnn_spikes_free(&spikes);
    srnn_ctx_free(ctx);
    return 0;
}
