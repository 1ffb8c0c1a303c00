/* Spikes in HDF5: which format a file has. */
#include "io/hdf5_file.h"
#include "io/spikes_file.h"
#include "io/whole_file.h"

typedef struct format {
    bool (*is)(srnn__hdf5_in *in);
    srnn_status (*load)(srnn__hdf5_in *in, srnn_spikes *out);
} format;

static const format hdf5_formats[] = {{srnn__spikes_are_nwb, srnn__spikes_load_nwb},
                                      {srnn__spikes_are_sonata, srnn__spikes_load_sonata}};

typedef struct hdf5_load {
    const char *path;
    srnn__image image;
    srnn_spikes *spikes;
} hdf5_load;

static srnn_status read_format(srnn__hdf5_in *in, hdf5_load *j)
{
    for (size_t i = 0; i < sizeof hdf5_formats / sizeof *hdf5_formats; i++)
        if (hdf5_formats[i].is(in)) {
            const srnn_status status = hdf5_formats[i].load(in, j->spikes);
            return status ? status : in->refused;
        }
    if (in->refused) return in->refused;
    return srnn__fail(in->ctx, SRNN_ERR_FORMAT,
                      "%s: it has neither /units (NWB) nor /spikes (SONATA); expected one of them",
                      j->path);
}

static srnn_status hdf5_parse(srnn_ctx *ctx, void *user)
{
    hdf5_load *j = user;
    srnn__hdf5_in in;
    const srnn__hdf5_errors before = srnn__hdf5_silence();
    srnn_status status = srnn__hdf5_open(ctx, j->path, j->image.bytes, j->image.n, &in);
    if (!status) status = read_format(&in, j);
    srnn__hdf5_close(&in);
    srnn__hdf5_restore(before);
    return status;
}

srnn_status srnn__spikes_load_hdf5(srnn_ctx *ctx, const char *path, srnn_spikes *out)
{
    hdf5_load j = {.path = path, .spikes = out};
    srnn_status status = srnn__image_open(ctx, path, &j.image);
    if (!status) status = srnn__hdf5_guarded(ctx, path, j.image.n, hdf5_parse, &j);
    srnn__image_close(&j.image);
    return status;
}
