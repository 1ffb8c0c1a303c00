"""Lesson 1: train a rate network, save it, find the scaling factor of its spiking twin, look at
one trial, evaluate it, draw figures.
Usage: 01_workflow.py [updates at most] [trials]"""
import os
import sys

from rate import FR_RNN_dale, set_seed
from rate.model import generate_input_stim_go_nogo
from spiking import LIF_network_fnc, evaluate_task, lambda_grid_search

n_updates = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
n_trials = int(sys.argv[2]) if len(sys.argv) > 2 else 100
settings = {'T': 200, 'stim_on': 50, 'stim_dur': 25, 'DeltaT': 1}
set_seed(1)  # all that is drawn from here on follows from it

# w_in and w_out None: drawn. The task ends the training when its criterion is reached.
net = FR_RNN_dale(200, 0.2, 0.2, None, som_N=0, w_dist='gaus', gain=1.5, apply_dale=True)
record = net.train('go-nogo', settings, n_trials=n_updates, taus=[4, 20])
print('%d updates, accuracy %.2f' % (record['n_losses'], record['eval_perf_mean']))

os.makedirs('models/go-nogo', exist_ok=True)
path = 'models/go-nogo/model.mat'
net.save(path)

# The scaling factor goes into the file.
best = lambda_grid_search(model_path=path, task_name='go-nogo', n_trials=n_trials,
                          scaling_factors=range(20, 76, 5))

# One trial: spikes are units x steps of 0.05 ms.
u, label = generate_input_stim_go_nogo(dict(settings, T=201))
W, REC, spk, rs, all_fr, out, params = LIF_network_fnc(path, best, u, {'mode': 'none'}, 1, False)
print('a trial, label %d: %d spikes, mean rate %.1f Hz' % (label, spk.sum(), all_fr.mean()))

# Outputs and spikes are drawn into models/go-nogo/plots.
result = evaluate_task('go-nogo', 'models/go-nogo', n_trials=n_trials)
print('Go %.2f, NoGo %.2f' % (result['go_accuracy'], result['nogo_accuracy']))
