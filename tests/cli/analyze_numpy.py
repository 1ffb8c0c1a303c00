"""What `spikernn analyze --json` tells of spikes, computed anew from the spikes by the definitions.
Usage: analyze_numpy.py SPIKES.csv ANALYSIS.json T_MS FROM_MS TO_MS BIN_MS KERNEL_MS"""
import csv
import json
import sys

import numpy as np
from scipy.special import ndtr

T, start, end, bin_ms, kernel = map(float, sys.argv[3:])
rows = list(csv.DictReader(open(sys.argv[1])))
analysis = json.load(open(sys.argv[2]))
trains = analysis["spike_trains"]
types = trains["types"]
units = trains["units"]
K, N, n_types = trains["trials"], len(units["population"]), len(types)
type_of = np.repeat(np.arange(n_types), K // n_types)
times = [[[] for _ in range(N)] for _ in range(K)]
for row in rows:
    k, i = int(row["trial"]) - 1, int(row["unit"]) - 1
    assert row["type"] == types[type_of[k]] and row["population"] == units["population"][i]
    times[k][i].append(float(row["time_ms"]))
inside = [[np.array([t for t in unit if start < t <= end + 1e-6]) for unit in trial] for trial in times]


def real(values):
    return np.array([np.nan if v is None else v for v in values], float)


def same(name, got, expected):
    got, expected = real(got), np.asarray(expected, float)
    assert np.allclose(got, expected, rtol=1e-8, atol=1e-10, equal_nan=True), (name, got, expected)


def or_nan(values, function):
    return function(values) if len(values) else np.nan


counts = np.array([[len(t) for t in trial] for trial in inside])  # [K][N]
seconds = (end - start) / 1e3
same("rate", units["mean_firing_rate"], counts.mean(0) / seconds)
same("rates", np.ravel(units["rates_by_type"]),
     np.ravel([counts[type_of == c].mean(0) / seconds for c in range(n_types)]))
cv, cv2, lv, isi_mean, n_isi, fano = [], [], [], [], [], []
for i in range(N):
    isis = [np.diff(inside[k][i]) for k in range(K)]
    pooled = np.concatenate(isis)
    pairs = np.concatenate([np.stack([d[:-1], d[1:]]) for d in isis], axis=1) if len(isis) else np.empty((2, 0))
    n_isi.append(len(pooled))
    isi_mean.append(or_nan(pooled, np.mean))
    cv.append(pooled.std() / pooled.mean() if len(pooled) > 1 else np.nan)
    cv2.append(or_nan(pairs[0], lambda _: np.mean(2 * abs(pairs[0] - pairs[1]) / pairs.sum(0))))
    lv.append(or_nan(pairs[0], lambda _: np.mean(3 * ((pairs[0] - pairs[1]) / pairs.sum(0)) ** 2)))
    each = [counts[type_of == c, i] for c in range(n_types)]
    each = [c.var() / c.mean() for c in each if c.mean() > 0]
    fano.append(or_nan(each, np.mean))
for name, expected in (("n_isi", n_isi), ("isi", isi_mean), ("cv", cv), ("cv2", cv2), ("lv", lv), ("fanofactor", fano)):
    same(name, units[name], expected)
assert np.isfinite(real(units["lv"])).sum() > 5  # or there was nothing to compare

# pairs and populations: bins of 5 ms, (start, end]
n_bins = int((end - start) / 5)
binned = np.zeros((N, K, n_bins))
for k in range(K):
    for i in range(N):
        for t in inside[k][i]:
            b = int(np.ceil((t - start) / 5 - 1e-9)) - 1
            if b < n_bins:
                binned[i, k, b] += 1
flat = binned.reshape(N, -1)
for name in ("all", "exc", "pv", "som"):
    of = [i for i in range(N) if name in ("all", units["population"][i])]
    told = trains["populations"][name]
    assert told["units"] == len(of) and told["silent"] == sum(counts[:, i].sum() == 0 for i in of)
    varying = [i for i in of if flat[i].var() > 0]
    pairs = [np.corrcoef(flat[a], flat[b])[0, 1] for n, a in enumerate(varying) for b in varying[n + 1:]]
    same(name, [told["correlation"]["n"]], [len(pairs)])
    same(name, [told["correlation"]["mean"]], [or_nan(pairs, np.mean)])
    centred = np.concatenate([counts[type_of == c] - counts[type_of == c].mean(0) for c in range(n_types)])
    varying = [i for i in of if (centred[:, i] ** 2).sum() > 1e-9]
    noise = [(centred[:, a] * centred[:, b]).sum() / np.sqrt((centred[:, a] ** 2).sum() * (centred[:, b] ** 2).sum())
             for n, a in enumerate(varying) for b in varying[n + 1:]]
    same(name, [told["noise_correlation"]["mean"]], [or_nan(noise, np.mean)])
    spread = flat[of].var(1).sum()
    same(name, [told["synchrony"]], [flat[of].sum(0).var() / spread if spread > 0 else np.nan])
    rates = counts[:, of].mean(0) / seconds
    same(name, [told["mean_firing_rate"][k] for k in ("mean", "median")], [or_nan(rates, np.mean), or_nan(rates, np.median)])
    if len(of) > 1:
        same(name, [told["mean_firing_rate"]["sd"]], [rates.std(ddof=1)])

# rates by a Gaussian, their mean in each bin, over what it would be of a spike a ms; components of the types' means
n_bins = int(T / bin_ms)
edges = np.arange(n_bins + 1) * bin_ms
everywhere = (np.arange(4000) + 0.5) * T / 4000
covered = np.array([np.diff(ndtr((edges[b:b + 2, None] - everywhere) / kernel), axis=0).sum() for b in range(n_bins)])
covered *= T / 4000
rates = np.zeros((K, n_bins, N))
for k in range(K):
    for i in range(N):
        for t in times[k][i]:
            rates[k, :, i] += np.diff(ndtr((edges - t) / kernel)) / covered * 1e3
means = np.array([rates[type_of == c].mean(0) for c in range(n_types)])
rows = means.reshape(-1, N)
centred = rows - rows.mean(0)
_, sizes, vectors = np.linalg.svd(centred, full_matrices=False)
pca = analysis["pca"]["spiking"]
share = sizes ** 2 / (sizes ** 2).sum()
assert np.allclose(pca["explained"][:len(share)], share, atol=1e-8)
for c in range(3):
    v = vectors[c] * np.sign(vectors[c][np.argmax(abs(vectors[c]))])
    assert np.allclose(pca["components"][c], v, atol=1e-6), c
    assert np.allclose(np.array(pca["trajectories"])[:, :, c].ravel(), centred @ v, atol=1e-6 * sizes[0])
assert np.isclose(pca["dimensionality"], 1 / (share ** 2).sum())
assert pca["components_for_90"] == 1 + np.argmax(np.cumsum(share) >= 0.9)
