/* Any bytes as an HDF5 file of spikes, NWB or SONATA by what is in it: an error with a sentence, or
   spikes that are in order. */
#define _POSIX_C_SOURCE 200809L

#include "fuzz_file.h"
#include "hdf5_limits.h"
#include "spikernn/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 8 || memcmp(data, "\x89HDF\r\n\x1a\n", 8)) return 0;
    srnn_ctx *ctx;
    srnn_spikes spikes;
    insist(!srnn_ctx_create(NULL, &ctx), "no context");
    write_file("spikes.h5", "", data, size);
    const srnn_status status = srnn_spikes_load(ctx, path, &spikes);
    insist(!status || status == SRNN_ERR_NO_MEMORY || strstr(srnn_ctx_message(ctx), path),
           "the sentence does not name the file");
    insist(!status == (spikes.time_ms != NULL), "spikes and an error, or neither");
    if (!status) insist(!srnn_spikes_check(ctx, &spikes), srnn_ctx_message(ctx));
    srnn_spikes_free(&spikes);
    srnn_ctx_free(ctx);
    return 0;
}
