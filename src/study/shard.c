#include "study/study.h"
srnn_status srnn_study_shard_of_environment(srnn_ctx *ctx, srnn_study_options *options)
{
    (void)ctx;
    (void)options;
    return SRNN_OK;
}
