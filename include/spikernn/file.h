/* Files of models and of spikes. A file is written under a temporary name in the same folder,
   checked, then renamed: a reader sees the old file or the new one. Calls on
   files of level 7.3 from two threads at once need an HDF5 library that was
   built thread-safe; Debian's is not. */
#ifndef SPIKERNN_FILE_H
#define SPIKERNN_FILE_H

#include <time.h>

#include "spikernn/convert.h"
#include "spikernn/model.h"
#include "spikernn/spikes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a model, by what the file is, whatever its name:
   a .mat file (level 4, 5 or 7.3), ours or of the older tools: any numeric class,
   N x 1 or 1 x N vectors, singleton 3-D arrays, char or cell strings;
   a .pth file of torch.save (PyTorch 1.6 or later), ours or of the older port: tensors
   and numpy arrays of any numeric type. Its pickle is read as data: whatever could
   run code is refused. Ours bring the optimizer's moments and the training's options.
   Optional variables may be missing: srnn_model_missing() names them.
   Errors: SRNN_ERR_FILE, SRNN_ERR_FORMAT; the message names file and variable. */
srnn_status srnn_model_load(srnn_ctx *ctx, const char *path, srnn_model **out);

/* Writes every variable of the format (docs/files.md), level 5, compressed. An existing
   file is replaced. Errors: SRNN_ERR_FILE (folder, permission, disk full). */
srnn_status srnn_model_save(srnn_ctx *ctx, const srnn_model *model, const char *path);

/* Writes the model for PyTorch: torch.load, with weights_only=True too, gives a dict with
   model_state_dict, optimizer_state_dict (torch.optim.Adam's, with the moments that the
   training left), settings, training_params, losses and all that going on exactly needs
   (docs/files.md). The last trial's x, r, u, target and o are in .mat files only. An
   existing file is replaced. Errors: as srnn_model_save(). */
srnn_status srnn_model_save_pth(srnn_ctx *ctx, const srnn_model *model, const char *path);

/* Writes a text file in the same way; an existing one is replaced. Errors: SRNN_ERR_FILE. */
srnn_status srnn_text_save(srnn_ctx *ctx, const char *path, const char *text);

/* As srnn_model_save(), but never replaces: a name that is taken gets _2, _3, ... before its
   .mat. The caller frees *saved_as. */
srnn_status srnn_model_save_new(srnn_ctx *ctx, const srnn_model *model, const char *path,
                                char **saved_as);

/* Before a long call whose result is to be stored in the file of a model: can it be? Errors:
   SRNN_ERR_FILE (not there, not writable), SRNN_ERR_FORMAT (a .pth file, which takes no results).
 */
srnn_status srnn_model_save_check(srnn_ctx *ctx, const char *path);

/* Adds or replaces opt_scaling_factor, all_perfs, scaling_factors, the search's n_trials and
   the test on fresh trials in the file; every other variable stays as it is, byte for byte.
   Errors: SRNN_ERR_ARGUMENT where the result is none that srnn_search() gives. */
srnn_status srnn_model_save_search(srnn_ctx *ctx, const char *path,
                                   const srnn_search_result *search);

/* The same for the model's operating point (op_... in docs/files.md). Errors:
   SRNN_ERR_ARGUMENT where it has none. */
srnn_status srnn_model_save_operating_point(srnn_ctx *ctx, const char *path,
                                            const srnn_model *model);

/* The same for the model's refitted readout (readout_...); where it has none, the file's goes. */
srnn_status srnn_model_save_readout(srnn_ctx *ctx, const char *path, const srnn_model *model);

/* <output_dir>/models/<task>/[NoDale/]P_rec_<P_rec>_Taus_<a>_<b>/Task_<task>_N_<N>_Taus_<a>_<b>_
   Act_<act>_<YYYY_MM_DD_HHMMSS>.mat, with Tau_<a> for one tau. Makes the folders. The
   caller frees *out. For srnn_model_save_new(). */
srnn_status srnn_model_default_path(srnn_ctx *ctx, const srnn_model *model, const char *task_name,
                                    const char *output_dir, time_t when, char **out);

/* Is this a .mat file that can be read and holds no network (no variable `w`), as the results of
   `eval`, `simulate` and `analyze`? Where a folder's models are meant, it is passed over. false: a
   model, or a file about which srnn_model_load() has a sentence. */
bool srnn_results_file(srnn_ctx *ctx, const char *path);

/* srnn_model_connect() with the variables `connectivity` (N x N: from column to row) and, if it
   is there, `w` of a .mat file. Errors: those, SRNN_ERR_FILE, SRNN_ERR_FORMAT; the message names
   the file. */
srnn_status srnn_model_connect_file(srnn_ctx *ctx, srnn_model *model, const char *path);

/* ---- spikes ---- */

/* The spikes that `spikernn simulate` or srnn_spikes_save() wrote, or another program: .mat, .csv,
   .nwb or, of SONATA, .h5, by what the file is. What it does not tell is taken from the spikes (N,
   K; T_ms: the last one, rounded up to a rate step) or is "not known", as spikes.h says; population
   exc, type "unknown". Others' .nwb and .h5 are one trial (docs/files.md). The caller frees *out,
   which is zeroed after an error. Errors: SRNN_ERR_FILE, SRNN_ERR_FORMAT; the message names file
   and variable, or line. */
srnn_status srnn_spikes_load(srnn_ctx *ctx, const char *path, srnn_spikes *out);

/* Is this a file of spikes (not of a model)? Any HDF5 file is that does not begin with MATLAB's
   header. false where it cannot be read, too. */
bool srnn_spikes_file(srnn_ctx *ctx, const char *path);

/* Writes them to a new file, by its ending: .csv (a line a spike), .nwb (NWB 2: units and trials),
   .h5 (SONATA's spikes), .mat (as `simulate` keeps them, which joins the types with ", "). Only
   .csv loses something. docs/files.md has what is in each. The same spikes give the same bytes,
   but of a .mat file. .nwb and .h5 hold 4000 types of trials at most. Errors: SRNN_ERR_ARGUMENT
   (more, another ending, or srnn_spikes_check()),
   SRNN_ERR_FILE (the file exists, disk full). */
srnn_status srnn_spikes_save(srnn_ctx *ctx, const srnn_spikes *spikes, const char *path);

/* ---- results of one's own ---- */

#define SRNN_AXES_MAX 4

typedef struct srnn_array {
    const char *name;           /* of the variable */
    const char *text;           /* a row of text; NULL: an array of numbers */
    int rank;                   /* 2 to SRNN_AXES_MAX */
    size_t dims[SRNN_AXES_MAX]; /* as MATLAB counts them: the first axis is the fastest */
    const float *floats;        /* the numbers, as one of the two */
    const double *doubles;
    const struct srnn_array *fields; /* [n_fields] of a 1 x 1 struct; NULL: an array or text */
    size_t n_fields;
} srnn_array;

/* A new .mat file (level 5) with these variables, numbers as doubles. Errors:
   SRNN_ERR_ARGUMENT (no name, 2^28 numbers or more), SRNN_ERR_FILE (the file exists, disk
   full). */
srnn_status srnn_arrays_save(srnn_ctx *ctx, const char *path, const srnn_array *arrays, size_t n);

#ifdef __cplusplus
}
#endif
#endif
