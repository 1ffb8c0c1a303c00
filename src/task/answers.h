/* What an evaluation reports about the answers beyond right and wrong. */
#ifndef SRNN_ANSWERS_H
#define SRNN_ANSWERS_H

#include "core/core.h"
#include "spikernn/task.h"

/* Of one trial. */
typedef struct srnn__answer {
    int type;
    uint64_t correct_as; /* bit i: as a trial of type i */
    double response_ms;  /* NaN: no response */
} srnn__answer;

/* score: of the trial's own type. */
srnn__answer srnn__answer_of(srnn_ctx *ctx, const srnn_task *task, srnn_trial_key key, int type,
                             const srnn_score *score, const srnn_response *response);

/* Of n trials, whose answers are sorted by it; *times[n_types]. The caller frees both, also after
   an error. */
srnn_status srnn__answers_summarize(srnn_ctx *ctx, const srnn_task_def *def, size_t n,
                                    srnn__answer *answers, srnn_confusion *confusion,
                                    srnn_response_times **times);
void srnn__confusion_free(srnn_confusion *confusion);

#endif
