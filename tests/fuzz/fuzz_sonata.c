/* As fuzz_nwb.c, with seeds and a name of SONATA. */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hdf5_limits.h"
#include "spikernn/file.h"

static char folder[] = "/dev/shm/fuzz_sonata_XXXXXX", path[sizeof folder + 16];

static void clean_up(void)
{
    unlink(path);
    rmdir(folder);
}

static void insist(int condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "fuzz_sonata: %s\n", what);
    abort();
}

static void write_file(const uint8_t *data, size_t size)
{
    if (!*path) {
        insist(mkdtemp(folder) != NULL, "no folder in /dev/shm");
        snprintf(path, sizeof path, "%s/spikes.h5", folder);
        atexit(clean_up);
    }
    FILE *file = fopen(path, "wb");
    insist(file && fwrite(data, 1, size, file) == size && !fclose(file), "no file in /dev/shm");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 8 || memcmp(data, "\x89HDF\r\n\x1a\n", 8)) return 0;
    srnn_ctx *ctx;
    srnn_spikes spikes;
    insist(!srnn_ctx_create(NULL, &ctx), "no context");
    write_file(data, size);
    const srnn_status status = srnn_spikes_load(ctx, path, &spikes);
    insist(!status || status == SRNN_ERR_NO_MEMORY || strstr(srnn_ctx_message(ctx), path),
           "the sentence does not name the file");
    insist(!status == (spikes.time_ms != NULL), "spikes beside an error, or none without");
    if (!status) insist(!srnn_spikes_check(ctx, &spikes), srnn_ctx_message(ctx));
    srnn_spikes_free(&spikes);
    srnn_ctx_free(ctx);
    return 0;
}
