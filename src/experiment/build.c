/* Compiler, sources, libraries and machine, for those who repeat a result. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "experiment/results_json.h"

extern const char srnn__commit[]; /* by CMake; "": not known */

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* "AMD EPYC 9454, Linux 6.1.0-18-amd64 x86_64"; no name of a machine or person. */
static json_t *host_json(void)
{
    char cpu[128] = "", line[512];
    struct utsname system;
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && !*cpu && fgets(line, sizeof line, file))
        sscanf(line, "model name : %127[^\n]", cpu);
    if (file) fclose(file);
    if (uname(&system)) return json_null();
    return json_sprintf("%s%s%s %s %s", cpu, *cpu ? ", " : "", system.sysname, system.release,
                        system.machine);
}

json_t *srnn__build_json(const srnn_ctx *ctx)
{
    return json_pack("{sssssssoso}", "compiler", COMPILER, "isa", srnn_ctx_isa(ctx), "lapack",
                     SRNN__LAPACKE_LIBRARY, "host", host_json(), "commit",
                     *srnn__commit ? json_string(srnn__commit) : json_null());
}
