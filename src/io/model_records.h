/* What a file keeps of a network's training, search and conversions. */
#ifndef SRNN_MODEL_RECORDS_H
#define SRNN_MODEL_RECORDS_H

#include "io/mat_file.h"
#include "model/model_internal.h"

/* Into a model that has its params and nothing trained, nothing searched yet. */
srnn_status srnn__load_records(srnn__mat *mat, srnn_model *model);

#endif
