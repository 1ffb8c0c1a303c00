"""Lesson 3: a training loop of your own with torch; forward pass and gradient are the library's.
Usage: 03_torch_loop.py [updates]"""
import sys

try:
    import torch
except ImportError:
    sys.exit(print('this lesson needs torch: pip install torch'))

from rate import FR_RNN_dale, loss_op, set_gpu, set_seed
from rate.model import generate_input_stim_go_nogo, generate_target_continuous_go_nogo

n_updates = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
settings = {'T': 200, 'stim_on': 50, 'stim_dur': 25, 'DeltaT': 1, 'task': 'go-nogo'}
training_params = {'learning_rate': 0.01, 'activation': 'sigmoid', 'loss_fn': 'l2'}
taus = [4, 20]
set_seed(1)
device = set_gpu('0', 0.4)

net = FR_RNN_dale(100, 0.2, 0.2, None, som_N=0, w_dist='gaus', gain=1.5, apply_dale=True,
                  device=device)
optimizer = torch.optim.Adam(net.parameters(), lr=training_params['learning_rate'])
for update in range(n_updates):
    optimizer.zero_grad()
    u, label = generate_input_stim_go_nogo(settings)
    target = generate_target_continuous_go_nogo(settings, label)
    stim, x, r, o, *_ = net.forward(torch.tensor(u, device=device), taus, training_params, settings)
    loss = loss_op(o, target, training_params)
    # whatever is made of x, r and o has its gradient: here activity is kept low
    loss = loss + 1e-3 * torch.stack(r).square().mean()
    loss.backward()
    optimizer.step()
    if update % 100 == 0:
        print('update %d: loss %.3f' % (update, loss.item()))

net.save('torch_loop.mat')  # for the spiking side
net.save('torch_loop.pth')  # to go on with
print('saved torch_loop.mat and torch_loop.pth')
