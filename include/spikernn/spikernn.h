/* SpikeRNN in C: train a rate RNN on a cognitive task, turn it one-to-one into a
   spiking network, study both. Include this for everything, or the header of
   the concept you need. */
#ifndef SPIKERNN_SPIKERNN_H
#define SPIKERNN_SPIKERNN_H

#include "spikernn/status.h"
#include "spikernn/ctx.h"
#include "spikernn/model.h"
#include "spikernn/task.h"
#include "spikernn/rate.h"
#include "spikernn/spiking.h"
#include "spikernn/convert.h"
#include "spikernn/spikes.h"
#include "spikernn/statistics.h"
#include "spikernn/dynamics.h"
#include "spikernn/compare.h"
#include "spikernn/observe.h"
#include "spikernn/evaluate.h"
#include "spikernn/diagnose.h"
#include "spikernn/record.h"
#include "spikernn/options.h"
#include "spikernn/experiment.h"
#include "spikernn/file.h"
#include "spikernn/table.h"
#include "spikernn/study.h"
#include "spikernn/runs.h"
#include "spikernn/figure.h"

#endif
