#!/usr/bin/env python3
"""The training loop of older scripts: forward and gradient in the library, and in torch alone as
the older port writes the equations (W_eff at every step). Usage, where the packages are not installed:
PYTHONPATH=python SPIKERNN_LIBRARY=build/release/libspikernn.so bench/torch_loop.py [N] [T]"""
import statistics
import sys
import time

import numpy as np
import torch

from rate import FR_RNN_dale, loss_op

N, T = (int(word) for word in (sys.argv[1:] + ["200", "200"][len(sys.argv) - 1:]))
PARAMS = {"activation": "sigmoid", "loss_fn": "l2"}


def torch_alone(net, u, z):
    x = torch.randn(N, 1) / 100
    r, loss = torch.sigmoid(x), 0
    for t in range(1, T):
        w = torch.matmul(torch.relu(net.w), net.mask) * net.som_mask
        tau = torch.sigmoid(net.taus_gaus) * 16 + 4
        x = (1 - 1 / tau) * x + (w @ r + net.w_in @ u[:, t - 1:t]) / tau + torch.randn(N, 1) / 10
        r = torch.sigmoid(x)
        loss = loss + (net.w_out @ r + net.b_out - z[t - 1]) ** 2
    return torch.sqrt(loss).sum()


def in_the_library(net, u, z):
    return loss_op(net.forward(u, [4, 20], PARAMS, {"T": T})[3], z, PARAMS)


def best_and_median_ms(loss_of, updates):
    net = FR_RNN_dale(N, 0.2, 0.2, np.random.randn(N, 1), 0, "gaus", 1.5, True,
                      np.random.randn(1, N) / 100, "cpu", seed=1)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    u, z, times = torch.zeros(1, T), np.ones(T - 1), []
    for _ in range(updates):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss_of(net, u, z).backward()
        optimizer.step()
        times.append(1e3 * (time.perf_counter() - start))
    return min(times), statistics.median(times)


print("an update, N %d, T %d, torch %s, %d threads" % (N, T, torch.__version__,
                                                      torch.get_num_threads()))
medians = []
for name, loss_of, updates in (("in the library", in_the_library, 50),
                               ("torch alone", torch_alone, 5)):
    best, median = best_and_median_ms(loss_of, updates)
    medians.append(median)
    print("%-16s best %8.2f ms, median %8.2f ms" % (name, best, median))
print("%.0f times as fast" % (medians[1] / medians[0]))
