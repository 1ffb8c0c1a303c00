/* How libhdf5 reads a file that is in memory. Its own driver for this (core) keeps metadata in an
   accumulator, which damaged addresses overrun; this one refuses what is not within the file. */
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_file.h"
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

typedef struct memory {
    H5FD_t base; /* libhdf5's */
    srnn__hdf5_bytes file;
    haddr_t end; /* of what libhdf5 has allocated */
} memory;

static H5FD_t *memory_open(const char *name, unsigned flags, hid_t access, haddr_t most)
{
    const srnn__hdf5_bytes *file = H5Pget_driver_info(access);
    (void)name, (void)most;
    if (!file || flags & H5F_ACC_RDWR) return NULL;
    memory *m = calloc(1, sizeof *m);
    if (m) m->file = *file;
    return (H5FD_t *)m;
}

static herr_t memory_close(H5FD_t *m)
{
    free(m);
    return 0;
}

static herr_t memory_query(const H5FD_t *m, unsigned long *features)
{
    (void)m;
    *features = 0;
    return 0;
}

static haddr_t memory_get_end(const H5FD_t *m, H5FD_mem_t type)
{
    (void)type;
    return ((const memory *)m)->end;
}

static herr_t memory_set_end(H5FD_t *m, H5FD_mem_t type, haddr_t end)
{
    (void)type;
    ((memory *)m)->end = end;
    return 0;
}

static haddr_t memory_size(const H5FD_t *m, H5FD_mem_t type)
{
    (void)type;
    return ((const memory *)m)->file.n;
}

static herr_t memory_read(H5FD_t *m, H5FD_mem_t type, hid_t how, haddr_t at, size_t n, void *to)
{
    const srnn__hdf5_bytes *file = &((memory *)m)->file;
    (void)type, (void)how;
    if (at > file->n || n > file->n - at) return -1;
    memcpy(to, file->bytes + at, n);
    return 0;
}

static herr_t memory_write(H5FD_t *m, H5FD_mem_t type, hid_t how, haddr_t at, size_t n,
                           const void *from)
{
    (void)m, (void)type, (void)how, (void)at, (void)n, (void)from;
    return -1;
}

hid_t srnn__hdf5_memory(void)
{
    static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
        .version = H5FD_CLASS_VERSION,
        .value = 511, /* of those for tests and users of their own */
#endif
        .name = "spikernn_memory",
        .maxaddr = (haddr_t)1 << 62,
        .fc_degree = H5F_CLOSE_WEAK,
        .fapl_size = sizeof(srnn__hdf5_bytes),
        .open = memory_open,
        .close = memory_close,
        .query = memory_query,
        .get_eoa = memory_get_end,
        .set_eoa = memory_set_end,
        .get_eof = memory_size,
        .read = memory_read,
        .write = memory_write,
        .fl_map = H5FD_FLMAP_SINGLE
    };
    return H5FDregister(&driver);
}
