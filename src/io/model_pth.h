/* What saving and loading of .pth files share. */
#ifndef SRNN_MODEL_PTH_H
#define SRNN_MODEL_PTH_H

#include "io/mat_file.h"
#include "model/model_internal.h"

enum { SRNN__PTH_VERSION = 1 };

/* By their enumerations; NULL-terminated. */
extern const char *const srnn__adam_names[], *const srnn__loss_names[],
                                                 *const srnn__w_gradient_names[];

/* The numbers of type double among the options of a training. */
typedef struct srnn__real_option {
    const char *name;
    size_t offset; /* in srnn_train_options */
} srnn__real_option;
extern const srnn__real_option srnn__real_options[]; /* the last has no name */

/* Of a parameter's tensor: w N x N, w_out n_out x N, b_out n_out x 1, taus_gaus N x 1,
   w_in N x n_in. */
void srnn__parameter_shape(const srnn_model *model, srnn__parameter parameter, size_t *rows,
                           size_t *cols);

/* A network from variables, wherever they come from; closes `mat`. */
srnn_status srnn__model_from_variables(srnn__mat *mat, srnn_model **out);
extern const char *const *const srnn__model_variables; /* NULL-terminated */

/* From the n bytes of a .pth file. */
srnn_status srnn__model_load_pth(srnn_ctx *ctx, const char *path, const unsigned char *bytes,
                                 size_t n, srnn_model **out);

#endif
