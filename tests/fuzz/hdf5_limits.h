/* What libhdf5 does with damaged files and no check of ours prevents; the program has a child process
   for it. It asks for as much memory as a file claims and copes where it gets none; it loses some
   where it finds damage; and it reads beyond a type of which members are missing. A crash of it is a
   finding. */
#ifndef HDF5_LIMITS_H
#define HDF5_LIMITS_H

#include <stddef.h>

const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "allocator_may_return_null=1"; }

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libhdf5"; }

const char *__asan_default_suppressions(void);
const char *__asan_default_suppressions(void) { return "interceptor_via_lib:libhdf5"; }

/* libFuzzer's own limit is a flag. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    enum { ROOM = 256 };
    static char *longer[ROOM + 2], flag[] = "-malloc_limit_mb=100000000";
    if (*argc >= ROOM) return 0;
    for (int k = 0; k < *argc; k++) longer[k] = (*argv)[k];
    longer[(*argc)++] = flag;
    *argv = longer;
    return 0;
}

#endif
