/* What a call that can fail returns. */
#ifndef SPIKERNN_STATUS_H
#define SPIKERNN_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum srnn_status {
    SRNN_OK = 0,
    SRNN_ERR_NO_MEMORY, /* memory ran out */
    SRNN_ERR_ARGUMENT,  /* an argument or option is outside its range */
    SRNN_ERR_FILE,      /* a file or folder cannot be opened, read or written */
    SRNN_ERR_FORMAT,    /* a file is there but does not hold what it should */
    SRNN_ERR_NUMERIC,   /* a computation went to NaN or infinity */
    SRNN_ERR_PROGRAM,   /* another program that is needed, gnuplot, is not there */
    SRNN_CANCELLED      /* the progress callback asked to stop; results so far are valid */
} srnn_status;

/* A short English name, e.g. "file error". Never NULL; static storage.
   The sentence that a user should see is srnn_ctx_message(). */
const char *srnn_status_name(srnn_status status);

#ifdef __cplusplus
}
#endif
#endif
