/* Files of spikes: what their formats share. */
#ifndef SRNN_SPIKES_FILE_H
#define SRNN_SPIKES_FILE_H

#include "core/core.h"
#include "io/mat_file.h" /* srnn__hdf5_silence() */
#include "spikernn/spikes.h"

/* More of them in a file are taken for damage. */
enum { SRNN__UNITS_MAX = 1000000, SRNN__TRIALS_MAX = 10000000 };

/* ---- spikes_file.c ---- */

/* Zeroed arrays for so many; what is not known is NaN, the task "", the units exc, and there is no
   type yet. N and K may be anything that a file claims. */
srnn_status srnn__spikes_alloc(srnn_ctx *ctx, const char *path, double N, double K, size_t n,
                               srnn_spikes *out);
/* The most trials that a file of n spikes may have where only its spikes number them: a few lines
   that claim millions are damage. */
static inline double srnn__trials_of_spikes(size_t n) { return 1e5 + 100 * (double)n; }
/* The number of the type of this name, a new one where there was none; -1: out of memory. Names are
   looked up in a table, so all names of a file come through here. */
int srnn__spikes_type(srnn_spikes *spikes, const char *name);
/* Takes a copy. False: out of memory. */
bool srnn__spikes_task(srnn_spikes *spikes, const char *name);
/* What a file has of trials, [K] each; NULL: it is not there. False: out of memory. */
bool srnn__spikes_trials(srnn_spikes *spikes, const double *label, const double *value,
                         const double *correct);
/* Length of a trial of which the last spike is all that is known: whole rate steps. */
double srnn__spikes_span_ms(double last_ms);
/* The population of this name, -1: there is none. */
int srnn__population_named(const char *name);

/* One clock for all trials, on which each begins where the one before ends. */
static inline double srnn__session_ms(const srnn_spikes *s, int trial) { return trial * s->T_ms; }

/* Spike q from its time on that clock, where trial k begins at starts_ms[K]. False: it is in
   no trial. */
bool srnn__spikes_place(srnn_spikes *spikes, int64_t q, int unit, double session_ms,
                        const double *starts_ms);

/* ---- one file each; whether it is of the format is decided by its first bytes ---- */

srnn_status srnn__spikes_load_mat(srnn_ctx *ctx, const char *path, srnn_spikes *out);
srnn_status srnn__spikes_save_mat(srnn_ctx *ctx, const srnn_spikes *spikes, const char *path);
bool srnn__spikes_are_mat(srnn_ctx *ctx, const char *path);

srnn_status srnn__spikes_load_csv(srnn_ctx *ctx, const char *path, srnn_spikes *out);
srnn_status srnn__spikes_save_csv(srnn_ctx *ctx, const srnn_spikes *spikes, const char *path);
bool srnn__spikes_are_csv(srnn_ctx *ctx, const char *path);

/* ---- spikes_hdf5.c: NWB or SONATA, by what is in it ---- */

srnn_status srnn__spikes_load_hdf5(srnn_ctx *ctx, const char *path, srnn_spikes *out);

/* Groups of an NWB file. */
#define SRNN__NWB_TRIALS "/intervals/trials"
#define SRNN__NWB_UNITS "/units"
#define SRNN__NWB_PROTOCOL "/general/protocol"

struct srnn__hdf5_in;
srnn_status srnn__spikes_load_nwb(struct srnn__hdf5_in *in, srnn_spikes *out);
srnn_status srnn__spikes_save_nwb(srnn_ctx *ctx, const srnn_spikes *spikes, const char *path);
bool srnn__spikes_are_nwb(struct srnn__hdf5_in *in);

srnn_status srnn__spikes_load_sonata(struct srnn__hdf5_in *in, srnn_spikes *out);
srnn_status srnn__spikes_save_sonata(srnn_ctx *ctx, const srnn_spikes *spikes, const char *path);
bool srnn__spikes_are_sonata(struct srnn__hdf5_in *in);

#endif
