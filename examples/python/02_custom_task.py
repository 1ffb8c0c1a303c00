"""Lesson 2: a task of your own, trained, searched and evaluated in the library's loops: which of
two inputs is on?
Usage: 02_custom_task.py [updates at most] [trials]"""
import sys

import numpy as np

from rate import AbstractTask, RateNetwork
from spiking import AbstractSpikingTask, evaluate_task, lambda_grid_search

n_updates = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
n_trials = int(sys.argv[2]) if len(sys.argv) > 2 else 50
SETTINGS = {'T': 100, 'stim_on': 20, 'stim_dur': 25}  # steps of 5 ms


class Side(AbstractTask):
    """+1 after the left input, -1 after the right one."""
    trial_types = ['left', 'right']

    def validate_settings(self):
        if 'T' not in self.settings:
            raise ValueError('the settings lack T')

    def generate_stimulus(self, trial_type=None, seed=False):
        trial_type = trial_type or np.random.choice(self.trial_types)
        u = np.zeros((2, self.settings['T']))
        # draws come from numpy.random: in the loops it stands at a seed of the trial
        u[self.trial_types.index(trial_type), 20:45] = 1 + 0.1 * np.random.randn()
        return u, 1 if trial_type == 'left' else -1

    def generate_target(self, label, seed=False):
        z = np.zeros(self.settings['T'] - 1)
        z[45:] = label
        return z


net = RateNetwork(100, n_in=2, seed=1)
net.train(Side(SETTINGS), n_trials=n_updates)
net.save('side.mat')
print('rate network: %.2f' % net.eval(Side(SETTINGS), n_trials=n_trials)['accuracy'])

# The same task serves the spiking network, with the built-in tasks' criterion.
lambda_grid_search(model_path='side.mat', task_name=Side(SETTINGS), n_trials=n_trials)


class Decided(AbstractSpikingTask):
    """The same trials with another criterion: the sign of the mean output at the end."""

    def get_default_settings(self):
        return dict(SETTINGS)

    def get_sample_trial_types(self):
        return Side.trial_types

    def generate_stimulus(self, trial_type=None):
        return Side(self.settings).generate_stimulus(trial_type)

    def evaluate_trial(self, spiking_rnn, stimulus, label):
        _, _, output, params = spiking_rnn.simulate(stimulus, {'mode': 'none'})
        last = int(0.1 / params['dt'])  # 100 ms
        margin = label * output[-last:].mean()
        return {'correct': margin > 0, 'margin': margin}


result = evaluate_task(Decided(), model_path='side.mat', n_trials=n_trials, save_plots=False)
print('spiking network: %.2f' % result['overall_accuracy'])
