/* Spikes in HDF5: which format a file has. */
#include <stdlib.h>

#include "io/hdf5_file.h"
#include "io/spikes_file.h"
#include "io/whole_file.h"

typedef struct format {
    bool (*is)(srnn__hdf5_in *in);
    srnn_status (*load)(srnn__hdf5_in *in, srnn_spikes *out);
} format;

static const format formats[] = {{srnn__spikes_are_nwb, srnn__spikes_load_nwb},
                                 {srnn__spikes_are_sonata, srnn__spikes_load_sonata}};

typedef struct job {
    const char *path;
    unsigned char *bytes;
    size_t n;
    srnn_spikes *spikes; /* NULL: not to be loaded */
    bool network;        /* it has what no file of spikes has */
} job;

static srnn_status read_format(srnn__hdf5_in *in, job *j)
{
    if (!j->spikes) {
        j->network = srnn__hdf5_has(in, "/w");
        return SRNN_OK;
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].is(in)) return formats[i].load(in, j->spikes);
    return srnn__fail(in->ctx, SRNN_ERR_FORMAT,
                      "%s: it has neither /units (NWB) nor /spikes (SONATA); expected one of them",
                      j->path);
}

static srnn_status parse(srnn_ctx *ctx, void *user)
{
    job *j = user;
    srnn__hdf5_in in;
    const srnn__hdf5_errors before = srnn__hdf5_silence();
    srnn_status status = srnn__hdf5_open(ctx, j->path, j->bytes, j->n, &in);
    if (!status) status = read_format(&in, j);
    srnn__hdf5_close(&in);
    srnn__hdf5_restore(before);
    return status;
}

static srnn_status parse_file(srnn_ctx *ctx, job *j)
{
    srnn_status status = srnn__read_whole(ctx, j->path, ".nwb or .h5", &j->bytes, &j->n);
    if (!status) status = srnn__hdf5_guarded(ctx, j->path, j->n, parse, j);
    free(j->bytes);
    return status;
}

srnn_status srnn__spikes_load_hdf5(srnn_ctx *ctx, const char *path, srnn_spikes *out)
{
    job j = {.path = path, .spikes = out};
    return parse_file(ctx, &j);
}

/* Of a network nothing else can be HDF5 from the first byte, unless it has one. */
bool srnn__spikes_are_hdf5(srnn_ctx *ctx, const char *path)
{
    job j = {.path = path};
    return parse_file(ctx, &j) || !j.network;
}
