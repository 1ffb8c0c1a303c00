"""Lesson 4: a model file read with scipy, its search and weights drawn with matplotlib.
Usage: 04_scipy_matplotlib.py model.mat"""
import sys

import numpy as np
import scipy.io

if len(sys.argv) != 2:
    sys.exit("expected a model, MODEL.mat")
model = scipy.io.loadmat(sys.argv[1], squeeze_me=True)
inh, w, mask = model['inh'].astype(bool), model['w'], model['m']

# w[i, j] from unit j to unit i; m gives the columns of inhibitory units their sign, som_m removes
# what SOM units do not receive
W = np.maximum(w, 0) @ mask * model['som_m']
print('%d units, %d of them inhibitory' % (len(w), inh.sum()))
print('%.1f %% of the connections exist' % (100 * (W != 0).mean()))
if 'opt_scaling_factor' in model:
    print('scaling factor %g' % model['opt_scaling_factor'])

try:
    import matplotlib
except ImportError:
    sys.exit(print('no figure: matplotlib is not installed'))
matplotlib.use('Agg')  # into a file, without a display
import matplotlib.pyplot as plt

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
order = np.argsort(inh, kind='stable')  # excitatory units first
limit = abs(W).max()
image = left.imshow(W[np.ix_(order, order)], cmap='RdBu_r', vmin=-limit, vmax=limit)
left.set(xlabel='from unit', ylabel='to unit', title='weights')
fig.colorbar(image, ax=left)
if 'all_perfs' in model:
    right.plot(np.atleast_1d(model['scaling_factors']), np.atleast_1d(model['all_perfs']), 'o-')
    right.set(xlabel='scaling factor', ylabel='accuracy', ylim=(0, 1.05))
fig.tight_layout()
fig.savefig('model.png', dpi=150)
print('model.png')
