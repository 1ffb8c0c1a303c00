#include "study_report.h"

int cli_study_report(cli_options *o, srnn_ctx *ctx, const srnn_study *study)
{
    (void)ctx;
    (void)study;
    return cli_error(o, "no report yet");
}
