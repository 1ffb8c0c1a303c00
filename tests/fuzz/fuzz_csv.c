/* Any bytes as the lines of a .csv file of spikes, or as the whole of it: an error with a sentence
   that is one line of UTF-8, or spikes that come back from .csv and .mat with the same types. */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "spikernn/file.h"
#include "spikernn/spikes.h"

static const char *const heads[] = {"", "trial,type,unit,time_ms,population\n",
                                    "\xef\xbb\xbfpopulation;time_ms;type;unit;trial\r\n"};
enum { N_HEADS = sizeof heads / sizeof *heads };

static char folder[] = "/dev/shm/fuzz_csv_XXXXXX", path[sizeof folder + 16],
            copy[sizeof folder + 16];

static void clean_up(void)
{
    unlink(path);
    unlink(copy);
    rmdir(folder);
}

static void insist(int condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "fuzz_csv: %s\n", what);
    abort();
}

/* The first byte chooses the header. */
static void write_file(const uint8_t *data, size_t size)
{
    if (!*path) {
        insist(mkdtemp(folder) != NULL, "no folder in /dev/shm");
        snprintf(path, sizeof path, "%s/spikes.csv", folder);
        atexit(clean_up);
    }
    const char *head = size > 0 && *data < N_HEADS ? heads[*data] : "";
    const size_t skipped = size > 0 && *data < N_HEADS;
    FILE *file = fopen(path, "wb");
    insist(file && fputs(head, file) >= 0, "no file in /dev/shm");
    insist(fwrite(data + skipped, 1, size - skipped, file) == size - skipped, "no room");
    insist(!fclose(file), "no file in /dev/shm");
}

static void there_and_back(srnn_ctx *ctx, const srnn_spikes *spikes, const char *ending)
{
    srnn_spikes back;
    snprintf(copy, sizeof copy, "%s/copy%s", folder, ending);
    unlink(copy);
    insist(!srnn_spikes_save(ctx, spikes, copy), srnn_ctx_message(ctx));
    insist(!srnn_spikes_load(ctx, copy, &back), srnn_ctx_message(ctx));
    insist(back.n == spikes->n && back.K == spikes->K && back.N == spikes->N, "spikes are lost");
    for (int k = 0; k < back.K; k++)
        insist(!strcmp(back.type_names[back.type[k]], spikes->type_names[spikes->type[k]]),
               "a trial has another type");
    for (int i = 0; i < back.N; i++)
        insist(back.population[i] == spikes->population[i], "a unit has another population");
    srnn_spikes_free(&back);
    unlink(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    srnn_ctx *ctx;
    srnn_spikes spikes;
    insist(!srnn_ctx_create(NULL, &ctx), "no context");
    write_file(data, size);
    const srnn_status status = srnn_spikes_load(ctx, path, &spikes);
    const char *sentence = srnn_ctx_message(ctx);
    insist(!status == (spikes.time_ms != NULL), "spikes beside an error, or none without");
    insist(!status || strstr(sentence, path), "the sentence does not name the file");
    insist(!status || srnn__is_plain(sentence), "the sentence is not one line of UTF-8");
    if (!status && spikes.N < 1000 && spikes.K < 1000) {
        insist(!srnn_spikes_check(ctx, &spikes), sentence);
        there_and_back(ctx, &spikes, ".csv");
        there_and_back(ctx, &spikes, ".mat");
    }
    srnn_spikes_free(&spikes);
    srnn_ctx_free(ctx);
    return 0;
}
