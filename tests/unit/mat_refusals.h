/* What the tests of refused .mat files share. */
#ifndef MAT_REFUSALS_H
#define MAT_REFUSALS_H

#include "mat_helpers.h"

static inline srnn_status save_a_search(srnn_ctx *ctx, const char *path)
{
    double factor = 30;
    int correct = 1;
    const srnn_search_result search = {
        .n = 1, .scaling_factors = &factor, .correct = &correct, .n_trials = 1};
    return srnn_model_save_search(ctx, path, &search);
}

/* The sentence is the path and these words. */
static inline void assert_sentence(srnn_ctx *ctx, const char *path, const char *words)
{
    char sentence[512];
    snprintf(sentence, sizeof sentence, "%s%s", path, words);
    assert_string_equal(srnn_ctx_message(ctx), sentence);
}

/* No model. Returns what the sentence says behind the path that it begins with. */
static inline const char *assert_load_fails(srnn_ctx *ctx, const char *path, srnn_status status)
{
    srnn_model *model = (srnn_model *)test_folder; /* anything but NULL */
    if (srnn_model_load(ctx, path, &model) != status)
        fail_msg("%s: not refused as it should be: '%s'", path, srnn_ctx_message(ctx));
    assert_null(model);
    if (strncmp(srnn_ctx_message(ctx), path, strlen(path)))
        fail_msg("'%s' does not begin with the path", srnn_ctx_message(ctx));
    return srnn_ctx_message(ctx) + strlen(path);
}

static inline void assert_refused(srnn_ctx *ctx, const char *path, srnn_status status,
                                  const char *words)
{
    assert_load_fails(ctx, path, status);
    assert_sentence(ctx, path, words);
}

/* Nothing is added to the file, for the same reason. */
static inline void assert_search_refused(srnn_ctx *ctx, const char *path, srnn_status status,
                                         const char *words)
{
    assert_int_equal(save_a_search(ctx, path), status);
    assert_sentence(ctx, path, words);
}

typedef struct level {
    const char *name;
    enum mat_ft version;
    enum matio_compression compression;
} level;
static const level levels[] = {{"four.mat", MAT_FT_MAT4, MAT_COMPRESSION_NONE},
                               {"five.mat", MAT_FT_MAT5, MAT_COMPRESSION_NONE},
                               {"five_packed.mat", MAT_FT_MAT5, MAT_COMPRESSION_ZLIB},
                               {"seven.mat", MAT_FT_MAT73, MAT_COMPRESSION_NONE}};
enum { FOUR, FIVE, FIVE_PACKED, SEVEN, N_LEVELS };

#endif
