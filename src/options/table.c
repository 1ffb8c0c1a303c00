/* A row an option. Names are those of the brief; the fields hold the defaults. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/presets.h"
#include "options/options.h"

static const char *const w_dists[] = {"gaus", "gamma", NULL};
static const char *const activations[] = {"sigmoid", "clipped_relu", "softplus", NULL};
static const char *const learn[] = {"w", "w_out", "b_out", "taus", "w_in", NULL};
static const char *const w_gradients[] = {"masked", "straight", "initial", NULL};
static const char *const losses[] = {"l2", "l1", NULL};
static const char *const adams[] = {"standard", "tensorflow", NULL};
static const char *const conversions[] = {"scaling-factor", "operating-point", NULL};
static const char *const readouts[] = {"trained", "ridge", NULL};
static const char *const criteria[] = {"accuracy", "margin", "loss", NULL};
static const char *const neurons[] = {"lif", "qif", NULL};
static const char *const starts[] = {"uniform", "reset", "rest", NULL};
static const char *const precisions[] = {"float", "double", NULL};
static const char *const stim_modes[] = {"none", "exc", "inh", NULL};
static const char *const whens[] = {"auto", "always", "never", NULL};
static const char *const analyses[] = {"components", NULL};
static const char *const networks[] = {"both", "rate", NULL};
static const char *const simulated[] = {"spiking", "rate", NULL};
static const char *const trial_sources[] = {"simulate", "eval", NULL};
static const char *const records[] = {"spikes", "v", "ipsc", "r", "all", NULL};
static const char *const formats[] = {"png", "svg", "pdf", NULL};
static const char *const pathways[] = {"EE", "EI", "IE", "II", NULL};

enum {
    TRAIN = SRNN_STAGE_TRAIN,
    CONVERT = SRNN_STAGE_CONVERT,
    EVALUATE = SRNN_STAGE_EVALUATE,
    OBSERVE = SRNN_STAGE_OBSERVE,
    SPIKING = CONVERT | EVALUATE | OBSERVE,
    ALL = SRNN_STAGE_ALL
};

#define FIELD(path) .field = offsetof(srnn_settings, path)
#define WHOLE(from, to) .kind = SRNN_OPTION_WHOLE, .least = (from), .most = (to)
#define LONG(from, to) .kind = SRNN_OPTION_LONG, .least = (from), .most = (to)
#define ABOVE_0 .kind = SRNN_OPTION_REAL, .least = 0, .above_least = true, .most = HUGE_VAL
#define FROM_0 .kind = SRNN_OPTION_REAL, .least = 0, .most = HUGE_VAL
#define SHARE .kind = SRNN_OPTION_REAL, .least = 0, .most = 1
#define ANY_NUMBER .kind = SRNN_OPTION_REAL, .least = -HUGE_VAL, .most = HUGE_VAL
#define CHOICE(names) .kind = SRNN_OPTION_CHOICE, .value = "NAME", .choices = (names)
#define SET(names) .kind = SRNN_OPTION_SET, .value = "LIST", .choices = (names)
#define FLAG .kind = SRNN_OPTION_FLAG
#define TEXT .kind = SRNN_OPTION_TEXT
#define SETTING .kind = SRNN_OPTION_SETTING, .subject = SRNN_OF_TASK, .stages = ALL

static const srnn_option table[] = {
    /* ---- running ---- */
    {"seed", .common = true, .subject = SRNN_OF_RUNNING, LONG(0, (double)SRNN_SEED_MAX),
     .value = "SEED",
     .help = "whole number from 0 to 2^53: the same seed gives the same result on any number of "
             "threads",
     .usual = "a new one for a new network, else 0", .stages = ALL, FIELD(seed)},
    {"threads", .common = true, .subject = SRNN_OF_RUNNING, WHOLE(0, 1024), .value = "THREADS",
     .help = "threads, 0 to 1024; 0: all processors", FIELD(threads)},

    /* ---- the task ---- */
    {"task", .common = true, .subject = SRNN_OF_TASK, TEXT, .value = "TASK",
     .help = "the task, by name or by the path of your own, my_task.json or ./my_task.so",
     .usual = "", .stages = ALL, FIELD(task)},
    {"T", SETTING, .value = "STEPS", .help = "length of a trial in rate steps of 5 ms",
     FIELD(task_settings.T)},
    {"stim_on", SETTING, .value = "STEPS", .help = "first rate step of the stimulus",
     FIELD(task_settings.stim_on)},
    {"stim_dur", SETTING, .value = "STEPS",
     .help = "duration of the stimulus (of each) in rate steps", FIELD(task_settings.stim_dur)},
    {"delay", SETTING, .value = "STEPS", .help = "rate steps between two stimuli",
     FIELD(task_settings.delay)},
    {"eval_amp_thresh", SETTING, .value = "OUTPUT", .help = "output that counts as a response",
     FIELD(task_settings.eval_amp_thresh)},
    {"offset", SETTING, .value = "INPUT", .help = "mean of the inputs, towards either sign",
     FIELD(task_settings.offset)},
    {"constant", SETTING, .value = "0|1", .help = "1: the inputs are their means, without noise",
     FIELD(task_settings.constant)},
    {"two_sided", SETTING, .value = "0|1",
     .help = "1: an output beyond the threshold of the other side is not correct",
     FIELD(task_settings.two_sided)},

    /* ---- the network ---- */
    {"N", .common = true, .subject = SRNN_OF_NETWORK, WHOLE(1, 16000), .value = "UNITS",
     .help = "units", .stages = ALL, FIELD(network.N)},
    {"P_inh", .subject = SRNN_OF_NETWORK, SHARE, .value = "P",
     .help = "probability that a unit is inhibitory", .stages = ALL, FIELD(network.P_inh)},
    {"inh_N", .subject = SRNN_OF_NETWORK, WHOLE(0, INT_MAX), .value = "UNITS",
     .help = "inhibitory units, exactly so many in place of P_inh; 0: by P_inh", .stages = ALL,
     FIELD(network.inh_N)},
    {"P_rec", .subject = SRNN_OF_NETWORK, SHARE, .above_least = true, .value = "P",
     .help = "probability of a recurrent connection", .stages = ALL, FIELD(network.P_rec)},
    {"som_N", .subject = SRNN_OF_NETWORK, WHOLE(0, INT_MAX), .value = "UNITS",
     .help = "SOM units among the inhibitory ones; they receive no inhibition", .stages = ALL,
     FIELD(network.som_N)},
    {"gain", .subject = SRNN_OF_NETWORK, ABOVE_0, .value = "GAIN",
     .help = "gain of initial weights", .usual = "standard and robust: 2; published: 1.5",
     .stages = ALL, FIELD(network.gain)},
    {"w_dist", .subject = SRNN_OF_NETWORK, CHOICE(w_dists),
     .help = "distribution of the initial weights", .stages = ALL, FIELD(network.w_dist)},
    {"no_autapses", .subject = SRNN_OF_NETWORK, FLAG, .help = "no unit may connect to itself",
     .stages = ALL, FIELD(network.no_autapses)},
    {"connectivity", .subject = SRNN_OF_NETWORK, TEXT, .value = "FILE",
     .help = "a .mat file with `connectivity`, N x N, from column to row: 0 forbidden, 1 plastic, "
             "2 fixed (keeps its initial weight); and optionally `w`: initial weights, NaN where "
             "they are to be drawn",
     .usual = "", .stages = ALL, FIELD(connectivity)},
    {"balanced", .subject = SRNN_OF_NETWORK, .kind = SRNN_OPTION_BOOL, .value = "BOOL",
     .help = "multiply the initial weights of inhibitory units by (1 - P_inh) / P_inh: True or "
             "False",
     .usual = "standard and robust: True; published: False", .stages = ALL,
     FIELD(network.balanced)},
    {"taus_gaus_mean", .subject = SRNN_OF_NETWORK, ANY_NUMBER, .value = "MEAN",
     .help = "mean of the initial decay parameters before the sigmoid; 2: most synapses start slow",
     .usual = "standard and robust: 2; published: 0", .stages = ALL, FIELD(network.taus_gaus_mean)},
    {"apply_dale", .subject = SRNN_OF_NETWORK, .kind = SRNN_OPTION_BOOL, .value = "BOOL",
     .help = "Dale's principle: True or False; without it no unit is inhibitory", .stages = ALL,
     FIELD(network.apply_dale)},
    {"decay_taus", .common = true, .subject = SRNN_OF_NETWORK, .kind = SRNN_OPTION_NUMBERS,
     .value = "MIN [MAX]", .least = 0, .above_least = true, .most = 2,
     .help = "synaptic decay times in rate steps of 5 ms, above 0; two: trained between them, one: "
             "fixed",
     .usual = "the task's own, else 4 20", .stages = ALL, FIELD(decay_taus)},
    {"act", .subject = SRNN_OF_NETWORK, CHOICE(activations), .help = "activation", .stages = ALL,
     FIELD(network.activation)},

    /* ---- the training ---- */
    {"preset", .common = true, .subject = SRNN_OF_TRAINING, CHOICE(srnn__preset_names),
     .help = "how a network starts and learns: standard, published (Kim, Li & Sejnowski 2019) or "
             "robust, see docs/training.md; options given as well win",
     .usual = "the task's own, else standard", .stages = ALL, FIELD(preset)},
    {"n_trials", .common = true, .subject = SRNN_OF_TRAINING, LONG(1, 1e9), .value = "TRIALS",
     .help = "training updates at most, a trial or a batch each", .stages = ALL,
     FIELD(training.n_trials)},
    {"batch", .subject = SRNN_OF_TRAINING, WHOLE(1, 64), .value = "TRIALS",
     .help = "trials in an update, which takes their mean gradient", .stages = ALL,
     FIELD(training.batch)},
    {"learn", .subject = SRNN_OF_TRAINING, SET(learn),
     .help = "what learns: w, w_out, b_out, taus, w_in, separated by commas",
     .usual = "all but w_in", .stages = ALL, FIELD(training.learn)},
    {"w_gradient", .subject = SRNN_OF_TRAINING, CHOICE(w_gradients),
     .help = "under Dale's principle: masked, connections that have gone stay away; initial, they "
             "come back; or straight, others come, too",
     .usual = "standard: straight; published and robust: masked", .stages = ALL,
     FIELD(training.w_gradient)},
    {"L2_firing_rate", .subject = SRNN_OF_TRAINING, FROM_0, .value = "X",
     .help = "adds X times the mean squared rate to the loss", .stages = ALL,
     FIELD(training.penalties.L2_firing_rate)},
    {"L1_in", .subject = SRNN_OF_TRAINING, FROM_0, .value = "X",
     .help = "adds X times the mean |w_in|", .stages = ALL, FIELD(training.penalties.L1_in)},
    {"L1_rec", .subject = SRNN_OF_TRAINING, FROM_0, .value = "X",
     .help = "the same of the recurrent weights", .stages = ALL, FIELD(training.penalties.L1_rec)},
    {"L1_out", .subject = SRNN_OF_TRAINING, FROM_0, .value = "X", .help = "the same of w_out",
     .stages = ALL, FIELD(training.penalties.L1_out)},
    {"L2_in", .subject = SRNN_OF_TRAINING, FROM_0, .value = "X",
     .help = "adds X times the mean squared w_in", .stages = ALL, FIELD(training.penalties.L2_in)},
    {"L2_rec", .subject = SRNN_OF_TRAINING, FROM_0, .value = "X",
     .help = "the same of the recurrent weights", .stages = ALL, FIELD(training.penalties.L2_rec)},
    {"L2_out", .subject = SRNN_OF_TRAINING, FROM_0, .value = "X", .help = "the same of w_out",
     .stages = ALL, FIELD(training.penalties.L2_out)},
    {"grad_clip", .subject = SRNN_OF_TRAINING, ABOVE_0, .value = "NORM",
     .help = "largest norm of the gradient",
     .usual = "standard: 1; published: no limit; robust: see docs/training.md", .stages = ALL,
     FIELD(training.grad_clip)},
    {"noise", .subject = SRNN_OF_TRAINING, FROM_0, .value = "SD",
     .help = "noise of the rate network in training and its evaluations",
     .usual = "standard: 0.3; published, robust and a simulation: 0.1", .stages = ALL,
     FIELD(training.noise)},
    {"lr", .subject = SRNN_OF_TRAINING, ABOVE_0, .value = "RATE", .help = "learning rate",
     .stages = ALL, FIELD(training.lr)},
    {"loss_fn", .subject = SRNN_OF_TRAINING, CHOICE(losses),
     .help = "l2, the root of the summed squared errors, or l1, the summed absolute errors",
     .stages = ALL, FIELD(training.loss)},
    {"adam", .subject = SRNN_OF_TRAINING, CHOICE(adams),
     .help = "form of the optimiser: standard (as torch) or tensorflow (as TensorFlow 1)",
     .stages = ALL, FIELD(training.adam)},
    {"eval_freq", .subject = SRNN_OF_TRAINING, LONG(1, INT_MAX), .value = "TRIALS",
     .help = "trials between two evaluations", .stages = ALL, FIELD(training.eval_freq)},
    {"eval_trials", .subject = SRNN_OF_TRAINING, WHOLE(1, 1000000), .value = "TRIALS",
     .help = "fresh trials in an evaluation", .stages = ALL, FIELD(training.eval_trials)},
    {"loss_threshold", .subject = SRNN_OF_TRAINING, ABOVE_0, .value = "LOSS",
     .help = "criterion: mean loss of an evaluation below this", .stages = ALL,
     FIELD(training.loss_threshold)},
    {"perf_threshold", .subject = SRNN_OF_TRAINING, SHARE, .below_most = true, .value = "SHARE",
     .help = "criterion: accuracy of an evaluation above this", .stages = ALL,
     FIELD(training.perf_threshold)},
    {"min_trials", .subject = SRNN_OF_TRAINING, LONG(0, INT_MAX), .value = "TRIALS",
     .help = "criterion: trial index above this", .usual = "", .stages = ALL,
     FIELD(training.min_trials)},

    /* ---- the conversion ---- */
    {"conversion", .common = true, .subject = SRNN_OF_CONVERSION, CHOICE(conversions),
     .help = "how the spiking network gets its weights: scaling-factor (lambda, as published) or "
             "operating-point (a gain and a bias for every unit, see docs/conversion.md)",
     .usual =
         "a search: lambda; an experiment: the operating point, too, where lambda is below the "
         "criterion; else the better one stored",
     .open = true, .stages = SPIKING, FIELD(conversion)},
    {"readout", .subject = SRNN_OF_CONVERSION, CHOICE(readouts),
     .help = "the output weights of the spiking network: trained, or ridge: refitted to its "
             "filtered spike trains, which a search does and stores",
     .stages = SPIKING, FIELD(readout)},
    {"scaling_factor", .common = true, .subject = SRNN_OF_CONVERSION, ABOVE_0, .value = "LAMBDA",
     .help = "scaling factor of the spiking network", .usual = "the file's opt_scaling_factor",
     .stages = EVALUATE | OBSERVE, FIELD(scaling_factor)},
    {"scaling_factors", .common = true, .subject = SRNN_OF_SEARCH, .kind = SRNN_OPTION_GRID,
     .value = "START:STOP:STEP", .least = 0, .above_least = true, .most = 1000,
     .help = "scaling factors (lambda), above 0: a range with its stop, or a list 20,30,50; "
             "4:26:2 suits softplus and clipped_relu",
     .usual = "20:75:5", .stages = SPIKING, FIELD(scaling_factors)},
    {"criterion", .subject = SRNN_OF_SEARCH, CHOICE(criteria),
     .help = "the best scaling factor is the smallest of those with most correct trials "
             "(accuracy); of those, the one whose output is furthest on the right side (margin); "
             "or whose output is nearest to the target (loss)",
     .stages = SPIKING, FIELD(criterion)},
    {"refine", .subject = SRNN_OF_SEARCH, FLAG,
     .help = "go on beyond the end of the grid while the best lies there, then look at three more "
             "on either side of the best",
     .stages = SPIKING, FIELD(refine)},
    {"racing", .subject = SRNN_OF_SEARCH, FLAG,
     .help = "no more trials for a scaling factor that is clearly worse than the best so far (by "
             "more than 2 standard errors on the same trials, compared every 10)",
     .stages = SPIKING, FIELD(racing)},
    {"again", .subject = SRNN_OF_SEARCH, FLAG,
     .help = "run every trial, those too that the file holds already of a search with the same "
             "seed, task, spiking network and weights",
     FIELD(again)},
    {"search_anyway", .subject = SRNN_OF_RUNNING, FLAG,
     .help = "convert the network also where its training did not reach the criterion",
     .stages = SPIKING, FIELD(search_anyway)},
    {"search_trials", .common = true, .subject = SRNN_OF_EVALUATION, WHOLE(1, 1000000),
     .value = "TRIALS",
     .help = "random trials for each scaling factor, the same for all, or for each candidate of an "
             "operating point (there 50 if not given)",
     .stages = SPIKING, FIELD(search_trials)},
    {"fresh_trials", .subject = SRNN_OF_EVALUATION, WHOLE(0, 1000000), .value = "TRIALS",
     .help = "random trials of the best one afterwards, which had no part in the choice",
     .usual = "as many as for each scaling factor, 100 without", .stages = SPIKING,
     FIELD(fresh_trials)},

    /* ---- the spiking network ---- */
    {"neuron", .subject = SRNN_OF_NEURON, CHOICE(neurons),
     .help = "lif (leaky) or qif (quadratic) units", .stages = SPIKING,
     FIELD(spiking.neuron.model)},
    {"tref_ms", .subject = SRNN_OF_NEURON, FROM_0, .value = "MS", .help = "refractory time",
     .stages = SPIKING, FIELD(spiking.neuron.tref_ms)},
    {"tm_ms", .subject = SRNN_OF_NEURON, ABOVE_0, .value = "MS", .help = "membrane time constant",
     .stages = SPIKING, FIELD(spiking.neuron.tm_ms)},
    {"tr_ms", .subject = SRNN_OF_NEURON, FROM_0, .value = "MS",
     .help = "synaptic rise time; 0: single exponential synapse", .stages = SPIKING,
     FIELD(spiking.neuron.tr_ms)},
    {"v_reset_mv", .subject = SRNN_OF_NEURON, ANY_NUMBER, .value = "MV",
     .help = "voltage after a spike, below v_peak_mv", .stages = SPIKING,
     FIELD(spiking.neuron.v_reset_mv)},
    {"v_peak_mv", .subject = SRNN_OF_NEURON, ANY_NUMBER, .value = "MV", .help = "threshold",
     .usual = "lif -40, qif 30", .stages = SPIKING, FIELD(spiking.neuron.v_peak_mv)},
    {"bias_mv", .alias = "bias", .subject = SRNN_OF_NEURON, ANY_NUMBER, .value = "MV",
     .help = "constant drive of every unit", .usual = "lif -40, qif 0", .stages = SPIKING,
     FIELD(spiking.neuron.bias_mv)},
    {"noise_mv", .subject = SRNN_OF_NEURON, FROM_0, .value = "MV",
     .help = "standard deviation of the noise that every step adds to v", .stages = SPIKING,
     FIELD(spiking.neuron.noise_mv)},
    {"v0", .subject = SRNN_OF_NEURON, CHOICE(starts),
     .help = "voltages at the start: uniform (from -65 to 30 mV), reset (v_reset_mv) or rest "
             "(bias_mv)",
     .stages = SPIKING, FIELD(v0)},
    {"downsample", .subject = SRNN_OF_NEURON, WHOLE(1, 20), .value = "COLUMNS",
     .help = "every COLUMNS-th step of the input, in steps of 0.05 ms x COLUMNS", .stages = SPIKING,
     FIELD(downsample)},
    {"dt_ms", .subject = SRNN_OF_NEURON, SHARE, .above_least = true, .value = "MS",
     .help = "the same by the simulation's step, a multiple of 0.05", .stages = SPIKING,
     FIELD(dt_ms)},
    {"use_initial_weights", .subject = SRNN_OF_NEURON, FLAG,
     .help = "the weights before training, w0", .stages = SPIKING,
     FIELD(spiking.conversion.use_initial_weights)},
    {"add_b_out", .subject = SRNN_OF_NEURON, FLAG,
     .help = "add b_out to the output, which as published has none", .stages = SPIKING,
     FIELD(spiking.conversion.add_b_out)},
    {"precision", .subject = SRNN_OF_NEURON, CHOICE(precisions), .help = "arithmetic",
     .stages = SPIKING, FIELD(spiking.precision)},

    /* ---- the stimulation ---- */
    {"stim_mode", .subject = SRNN_OF_STIMULATION, CHOICE(stim_modes),
     .help = "optogenetic stimulation: none, exc (raises v) or inh (lowers v)",
     .stages = EVALUATE | OBSERVE, FIELD(spiking.stimulation.mode)},
    {"stim_window", .subject = SRNN_OF_STIMULATION, .kind = SRNN_OPTION_STEPS, .value = "ON:OFF",
     .least = 1, .most = 2e9,
     .help = "its steps, ON to OFF - 1, of 0.05 ms x downsample, counted from 1", .usual = "",
     .stages = EVALUATE | OBSERVE, FIELD(spiking.stimulation.on)},
    {"stim_units", .subject = SRNN_OF_STIMULATION, TEXT, .value = "LIST",
     .help = "the units stimulated: 1,3:7, exc, inh, pv, som, all", .usual = "",
     .stages = EVALUATE | OBSERVE, FIELD(stim_units)},
    {"stim_probability", .subject = SRNN_OF_STIMULATION, SHARE, .value = "P",
     .help = "of a stimulus, at each step, for all the units together",
     .stages = EVALUATE | OBSERVE, FIELD(spiking.stimulation.probability)},
    {"stim_mv", .subject = SRNN_OF_STIMULATION, FROM_0, .value = "MV", .help = "size of a stimulus",
     .stages = EVALUATE | OBSERVE, FIELD(spiking.stimulation.amplitude_mv)},

    /* ---- the evaluation ---- */
    {"test_trials", .common = true, .subject = SRNN_OF_EVALUATION, WHOLE(1, INT_MAX),
     .value = "TRIALS", .help = "fresh trials of each type in the evaluation",
     .stages = EVALUATE | OBSERVE, FIELD(test_trials)},
    {"diagnose", .subject = SRNN_OF_DIAGNOSIS, CHOICE(whens),
     .help = "why the spiking network may fail, from three or four runs of the same trials with "
             "one thing changed: auto, where it is correct in less than 0.95 of them or clearly "
             "less often than the rate network, always, or never",
     .stages = EVALUATE, FIELD(diagnose)},
    {"noise_curve", .common = true, .subject = SRNN_OF_DIAGNOSIS, .kind = SRNN_OPTION_NUMBERS,
     .value = "LIST", .least = 0, .most = 100,
     .help = "accuracy and mean rate against noise_mv on the same trials, for values as "
             "=0,0.05,0.2 (mind the =) or without them 0, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1; the "
             "network's own is among them",
     .usual = "", .stages = EVALUATE, FIELD(noise_curve)},
    {"analyses", .subject = SRNN_OF_DIAGNOSIS, SET(analyses),
     .help = "analyses of the evaluation's trials: components (principal components of both "
             "networks)",
     .usual = "none", .stages = EVALUATE, FIELD(analyses)},

    /* ---- the analysis ---- */
    {"observed_trials", .common = true, .subject = SRNN_OF_EVALUATION, WHOLE(1, 10000),
     .value = "TRIALS", .help = "trials of each type, of both networks", .stages = OBSERVE,
     FIELD(observed_trials)},
    {"window_ms", .subject = SRNN_OF_ANALYSIS, .kind = SRNN_OPTION_TIMES, .value = "FROM:TO",
     .most = HUGE_VAL, .help = "spikes of this time count in the statistics of spike trains",
     .usual = "all but the first nine steps", .stages = OBSERVE, FIELD(window_ms)},
    {"bin_ms", .subject = SRNN_OF_ANALYSIS, ABOVE_0, .value = "MS",
     .help = "bins of activity over time, a multiple of 5", .stages = OBSERVE, FIELD(bin_ms)},
    {"kernel_ms", .subject = SRNN_OF_ANALYSIS, FROM_0, .value = "MS",
     .help = "SD of the Gaussian by which spikes become rates; 0: counts in bins",
     .stages = OBSERVE, FIELD(kernel_ms)},
    {"components", .subject = SRNN_OF_ANALYSIS, WHOLE(1, INT_MAX), .value = "NUMBER",
     .help = "principal components kept", .stages = OBSERVE, FIELD(components)},
    {"fixed_points", .common = true, .subject = SRNN_OF_ANALYSIS, TEXT, .value = "TYPE",
     .help = "look for fixed and slow points of the rate network under the input that trials of "
             "this type have at their end",
     .usual = "no search", .stages = OBSERVE, FIELD(fixed_points)},
    {"fixed_starts", .subject = SRNN_OF_ANALYSIS, WHOLE(1, 10000), .value = "NUMBER",
     .help = "states of trials from which the search begins", .stages = OBSERVE,
     FIELD(fixed_starts)},

    /* ---- what is recorded and shown ---- */
    {"network", .common = true, .subject = SRNN_OF_RECORDING, CHOICE(networks),
     .help = "both, or rate: the rate network alone", FIELD(networks)},
    {"simulated_network", .common = true, .subject = SRNN_OF_RECORDING, CHOICE(simulated),
     .help = "spiking or rate", FIELD(simulated_network)},
    {"trials_of", .subject = SRNN_OF_RECORDING, .kind = SRNN_OPTION_CHOICE, .value = "VERB",
     .choices = trial_sources,
     .help =
         "simulate: trials of their own, one type after the other; eval: those of an evaluation "
         "with the same seed, types in turn",
     FIELD(trials_of)},
    {"trial", .common = true, .subject = SRNN_OF_RECORDING, TEXT, .value = "TYPE",
     .help = "trials of this type only", .usual = "", FIELD(trial_type)},
    {"recorded_trials", .common = true, .subject = SRNN_OF_RECORDING, WHOLE(1, INT_MAX),
     .value = "TRIALS", .help = "trials of each type", FIELD(recorded_trials)},
    {"record", .common = true, .subject = SRNN_OF_RECORDING, SET(records),
     .help = "of spikes, v, ipsc, r, or all; spikes are always kept", .usual = "spikes",
     FIELD(record)},
    {"every", .subject = SRNN_OF_RECORDING, WHOLE(1, INT_MAX), .value = "STEPS",
     .help = "keep v, ipsc and r of steps 1, 1 + STEPS, 1 + 2 STEPS, ...", FIELD(every)},
    {"units", .subject = SRNN_OF_RECORDING, TEXT, .value = "LIST",
     .help = "units whose voltages (with record also ipsc and r) are kept and shown: 1,3:7, exc, "
             "inh, pv, som, all",
     .usual = "simulate: all, else those of the largest output weights", FIELD(units)},
    {"figures", .common = true, .subject = SRNN_OF_FIGURES, TEXT, .value = "LIST",
     .help = "names with commas between, all (those that the data allow), or none", .usual = "",
     FIELD(figures)},
    {"formats", .subject = SRNN_OF_FIGURES, SET(formats),
     .help = "of png, svg, pdf, and for a report svg in any case; gnuplot's script and the data "
             "are always kept",
     .usual = "png,svg", FIELD(formats)},
    {"figures_dir", .subject = SRNN_OF_FIGURES, .kind = SRNN_OPTION_FOLDER, .value = "DIR",
     .help = "folder of the figures", .usual = "MODEL without its ending and with _figures",
     FIELD(figures_dir)},
    {"style", .subject = SRNN_OF_FIGURES, TEXT, .value = "FILE",
     .help = "lines as those at the top of style.gp: fonts, sizes, colours of the figures",
     .usual = "", FIELD(style)},
    {"figure_scripts", .subject = SRNN_OF_FIGURES, .kind = SRNN_OPTION_FOLDER, .value = "DIR",
     .help = "folder of your own scripts: its NAME.gp and style.gp draw in place of the usual ones",
     .usual = "~/.config/spikernn/figures", FIELD(figure_scripts)},

    /* ---- lesions ---- */
    {"share", .common = true, .subject = SRNN_OF_LESION, SHARE, .value = "SHARE",
     .help = "share of the connections to be removed", FIELD(share)},
    {"pathways", .common = true, .subject = SRNN_OF_LESION, SET(pathways),
     .help = "kinds of connections: EE, EI (from excitatory to inhibitory), IE, II, separated by "
             "commas",
     .usual = "all", FIELD(pathways)},
    {"by_pathway", .common = true, .subject = SRNN_OF_LESION, FLAG,
     .help = "the same share of each kind; else of all of them together", FIELD(by_pathway)},

    /* ---- files ---- */
    {"out", .common = true, .subject = SRNN_OF_FILES, TEXT, .value = "FILE", .help = "the new file",
     .usual = "", FIELD(out)},
    {"output_dir", .common = true, .subject = SRNN_OF_FILES, .kind = SRNN_OPTION_FOLDER,
     .value = "DIR", .help = "folder of the results", .usual = "", FIELD(output_dir)},
    {"resume", .common = true, .subject = SRNN_OF_FILES, TEXT, .value = "FILE",
     .help = "go on with the training of this .pth file, to the same result as if it had not "
             "stopped; of its settings only n_trials can be another",
     .usual = "", FIELD(resume)},
    {"checkpoint_every", .subject = SRNN_OF_FILES, LONG(1, INT_MAX), .value = "TRIALS",
     .help = "save the network so far after every so many trials", .usual = "only at the end",
     FIELD(checkpoint_every)},
    {"mode", .subject = SRNN_OF_FILES, TEXT, .value = "MODE",
     .help = "train, for older command lines", .usual = "", FIELD(mode)},
    {"gpu", .subject = SRNN_OF_FILES, TEXT, .value = "ANY",
     .help = "accepted for older command lines, without effect", .usual = "", FIELD(ignored)},
    {"gpu_frac", .subject = SRNN_OF_FILES, TEXT, .value = "ANY",
     .help = "accepted for older command lines, without effect", .usual = "", FIELD(ignored)}};

const srnn_option *srnn_option_at(int i)
{
    return i >= 0 && i < SRNN__N_OPTIONS ? &table[i] : NULL;
}

_Static_assert(sizeof table / sizeof *table == SRNN__N_OPTIONS, "a row an option");

const srnn_option *srnn_option_named(const char *name)
{
    for (int i = 0; i < SRNN__N_OPTIONS; i++) {
        const srnn_option *row = &table[i];
        /* letters count: T and t, L1_in and l1_in are not the same */
        if (srnn__option_is(row->name, name) || (row->alias && srnn__option_is(row->alias, name)))
            return row;
    }
    return NULL;
}

int srnn__option_setting(const srnn_option *row)
{
    for (int i = 0; row->kind == SRNN_OPTION_SETTING && srnn_task_setting_at(i); i++)
        if (!strcmp(srnn_task_setting_at(i)->name, row->name)) return i;
    return -1;
}

const char *srnn_option_choice(const char *option, int value)
{
    const srnn_option *row = srnn_option_named(option);
    if (!row || !row->choices || value < 0) return NULL;
    for (int i = 0; row->choices[i]; i++)
        if (i == value) return row->choices[i];
    return NULL;
}
