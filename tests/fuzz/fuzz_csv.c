/* Any bytes as the lines of a .csv file of spikes, or as the whole of it: an error with a sentence
   that is one line of UTF-8, or spikes that come back from .csv and .mat with the same types. */
#define _POSIX_C_SOURCE 200809L

#include "core/text.h"
#include "fuzz_file.h"
#include "spikernn/file.h"
#include "spikernn/spikes.h"

static const char *const heads[] = {"", "trial,type,unit,time_ms,population\n",
                                    "\xef\xbb\xbfpopulation;time_ms;type;unit;trial\r\n"};
enum { N_HEADS = sizeof heads / sizeof *heads };

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
    const bool chosen = size > 0 && *data < N_HEADS; /* by the first byte */
    write_file("spikes.csv", chosen ? heads[*data] : "", data + chosen, size - chosen);
    const srnn_status status = srnn_spikes_load(ctx, path, &spikes);
    const char *sentence = srnn_ctx_message(ctx);
    insist(!status == (spikes.time_ms != NULL), "spikes and an error, or neither");
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
