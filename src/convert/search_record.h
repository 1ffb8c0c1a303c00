/* The record of a search that a model keeps. */
#ifndef SRNN_CONVERT_SEARCH_RECORD_H
#define SRNN_CONVERT_SEARCH_RECORD_H

#include "core/core.h"
#include "spikernn/convert.h"

/* Copies the result of a search into the model, as if srnn_model_save_search() had stored it and
   the file had been read. */
srnn_status srnn__model_take_search(srnn_ctx *ctx, srnn_model *model,
                                    const srnn_search_result *search);

#endif
