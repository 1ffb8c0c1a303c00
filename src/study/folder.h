/* The folder of a study: its file, and the files that this names. */
#ifndef SRNN_STUDY_FOLDER_H
#define SRNN_STUDY_FOLDER_H

#include "study/study.h"

/* Does the folder hold another study? Then SRNN_ERR_ARGUMENT. */
srnn_status srnn__folder_check(srnn_ctx *ctx, const srnn_study *study);

/* The study file as given, and what it names, so that the folder can be moved and goes on by
   itself. */
srnn_status srnn__folder_fill(srnn_ctx *ctx, const srnn_study *study);

/* The best network of each condition keeps its files, by the main measure. */
void srnn__folder_prune(const srnn_study *study);

#endif
