/* One whole trial of the spiking network: what happened in it as a result. */
#ifndef SRNN_SPIKING_RUN_H
#define SRNN_SPIKING_RUN_H

#include "spiking/simulator.h"

/* *result is filled where the run ends well, else there is nothing to free. The context's message
   is left alone: many threads may run trials. */
srnn__run_end srnn__run_trial(srnn__simulator *sim, const srnn_spiking_params *params,
                              const srnn_spiking_input *input, const srnn_recording *recording,
                              srnn_spiking_result *result, srnn__run_fault *fault);

#endif
