/* The figures that there are, in the order of a report. */
#include "figure/drawings.h"

#define DRAWN_BY(name) .missing = srnn__##name##_missing, .draw = srnn__draw_##name

const srnn__drawing srnn__drawings[] = {
    {{"training", "Training",
      "Loss and accuracy over the trials of training: points are evaluations on fresh trials, "
      "dashed lines the criterion that ends it."},
     DRAWN_BY(training)},
    {{"taus", "Synaptic decay constants",
      "Units by their synaptic decay constant, trained (filled) and initial (outlined); dashed: "
      "the median of the trained ones."},
     DRAWN_BY(taus)},
    {{"weights", "Recurrent weights",
      "Trained effective weights, units sorted by population. Colours are clipped at the 99th "
      "percentile; of many units a pixel is a mean over several."},
     DRAWN_BY(weights)},
    {{"search", "Search for the scaling factor",
      "Accuracy of the spiking network for every scaling factor; error bars are 95 % Wilson "
      "intervals, where the number of trials is known."},
     DRAWN_BY(search)},
    {{"outputs", "Outputs",
      "Output of the rate and of the spiking network by trial type: means over trials, bands are "
      "±1 SD. Thin: the target; grey: the stimuli; dashed: the response threshold."},
     DRAWN_BY(outputs)},
    {{"comparison", "Units of both networks",
      "Mean r of the units of the rate network and mean rates of the same units of the spiking "
      "network, by trial type; units are sorted by population, then by the time at which r is "
      "highest after the onset of the stimulus. Right: means over all trials; correlations are "
      "across units."},
     DRAWN_BY(comparison)},
    {{"raster", "Spikes",
      "Spikes of the first trial of each type, units sorted by population, and below the mean "
      "rates of the populations in that trial. Grey: the stimuli; of spikes "
      "alone, from the first onset to the last end."},
     DRAWN_BY(raster)},
    {{"psth", "Population rates",
      "Mean rate of the units of each population by trial type: means over trials, bands are ±1 "
      "SD over trials. Grey: the stimuli; of spikes "
      "alone, from the first onset to the last end."},
     DRAWN_BY(psth)},
    {{"rates", "Firing rates",
      "Units by their mean rate over all trials; dashed: the population's median."},
     DRAWN_BY(rates)},
    {{"statistics", "Spike-train statistics",
      "Units by the coefficient of variation of their interspike intervals (CV), its local forms "
      "(CV2, LV), and the Fano factor of their spike counts; dashed: the population's median."},
     DRAWN_BY(statistics)},
    {{"voltages", "Membrane voltages",
      "Membrane voltages of single units in the first trial of each type; spikes reach 30 mV. "
      "Grey: the stimuli."},
     DRAWN_BY(voltages)},
    {{"pca", "Principal components",
      "Variance explained by so many of the first components together, and mean trajectories of "
      "each trial type along them (of each component its own share). Open circles: start of the "
      "trial; filled: end of the last stimulus."},
     DRAWN_BY(pca)},
    {{"axes", "Regression axes",
      "Mean trajectories of each trial type along the axes of the task's variables: the choice "
      "(target) against each input, where there is one. Open circles: start of the trial; filled: "
      "end of the last stimulus."},
     DRAWN_BY(axes)},
    {{"decoding", "Decoding",
      "Cross-validated accuracy at which the trial type is read from the activity in each bin; "
      "bands are 95 % Wilson intervals, dashed is chance. Grey: the stimuli; of spikes "
      "alone, from the first onset to the last end."},
     DRAWN_BY(decoding)},
    {{"fixed-points", "Fixed points",
      "Fixed and slow points of the rate network along the principal components of its "
      "trajectories (grey), and eigenvalues of the Jacobian there. Filled: stable; open: "
      "unstable; triangles: slow, not fixed."},
     DRAWN_BY(fixed_points)},
};
const int srnn__n_drawings = sizeof srnn__drawings / sizeof *srnn__drawings;
