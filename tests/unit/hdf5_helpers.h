/* What the tests of HDF5 files share: lists as other programs write them, and files of spikes that
   are refused. */
#ifndef HDF5_HELPERS_H
#define HDF5_HELPERS_H

#include <hdf5.h>

#include "mat_helpers.h"

#define TIMES "/units/spike_times"
#define ENDS "/units/spike_times_index"

/* After the variable's name. */
#define TAKES_MORE                                                                                 \
    "takes more memory, with what was read before it, than is given to a file of this size: 256 "  \
    "MiB and 1032 times its bytes; where most of its values were never written, `h5repack -f "     \
    "NONE -l CONTI` writes them"

static inline hid_t new_hdf5(const char *path)
{
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

/* With the groups above it; values in memory are of `type`, NULL: none are written. */
static inline void put_list(hid_t place, const char *name, hid_t stored, hid_t type, hsize_t n,
                            const void *values, hid_t how)
{
    const hid_t space = H5Screate_simple(1, &n, NULL), links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hid_t set = H5Dcreate2(place, name, stored, space, links, how, H5P_DEFAULT);
    assert_true(set >= 0);
    if (values) assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(set);
    H5Pclose(links);
    H5Sclose(space);
}

/* Text of any length. */
static inline hid_t text_type(void)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    return type;
}

static inline void assert_spikes_refused(srnn_ctx *ctx, const char *path, const char *words)
{
    char sentence[512];
    srnn_spikes s;
    snprintf(sentence, sizeof sentence, "%s%s", path, words);
    assert_says(ctx, srnn_spikes_load(ctx, path, &s), SRNN_ERR_FORMAT, sentence);
    assert_null(s.time_ms);
}

/* Counts the calls, each about reading, and wants no more. */
static inline int stop_reading(void *user, const srnn_progress *progress)
{
    ++*(int *)user;
    assert_string_equal(progress->phase, "read");
    assert_true(progress->done <= progress->total);
    return 1;
}

#endif
