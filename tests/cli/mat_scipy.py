"""Model files and scipy.

ours FILE n_taus=... n_som=... dale=... act=...: the file holds what docs/files.md
    says and nothing else, and its trials are those of its network.
older FILE NAME: writes FILE's network as the first tool did (NAME) and as its
    PyTorch port did (port.mat).
populations FILE INFO.json: what `info` says are FILE's populations.
searched BEFORE AFTER: a search added its variables and changed nothing.
"""
import json
import sys

import numpy as np
import scipy.io


def load(path):
    return {k: v for k, v in scipy.io.loadmat(path).items() if not k.startswith("__")}


def effective(v):
    w = v["w"] if not v["apply_dale"] else np.maximum(v["w"], 0)
    return (w @ v["m"]) * v["som_m"]


def check_classes(path):
    """As the original wrote them: scripts index with inh and exc."""
    classes = {name: kind for name, _, kind in scipy.io.whosmat(path)}
    expected = dict(N="int64", som_N="int64", inh="logical", exc="logical", som="logical",
                    m="double", som_m="double")
    assert {name: classes[name] for name in expected} == expected, classes


def check_layout(v, n_taus, act):
    N, T, trials, evals, eval_trials = 30, 200, 12, 1, 5
    shapes = dict(
        N=(1, 1), w=(N, N), m=(N, N), som_m=(N, N), inh=(N, 1), exc=(N, 1), som_N=(1, 1),
        w_in=(N, 1), w_out=(1, N), b_out=(1, 1), taus=(1, n_taus), taus_gaus=(N, 1),
        w0=(N, N), w_in0=(N, 1), taus_gaus0=(N, 1), apply_dale=(1, 1), DeltaT=(1, 1),
        P_inh=(1, 1), P_rec=(1, 1), gain=(1, 1), seed=(1, 1),
        som=(N, 1), balanced=(1, 1), taus_gaus_mean=(1, 1),
        T=(1, 1), stim_on=(1, 1), stim_dur=(1, 1), eval_amp_thresh=(1, 1),
        tr=(1, 1), reached=(1, 1), losses=(1, trials), eval_perf_mean=(1, 1),
        eval_loss_mean=(1, 1), eval_two_sided_mean=(1, 1), loss_threshold=(1, 1), perf_threshold=(1, 1), eval_tr=(1, evals), eval_perf_curve=(1, evals),
        eval_loss_curve=(1, evals), eval_os=(eval_trials, T - 1), eval_labels=(1, eval_trials),
        x0=(N, T), r0=(N, T), x=(N, T), r=(N, T), u=(1, T), target=(1, T), o=(1, T - 1))
    for name, shape in shapes.items():
        assert v[name].shape == shape, (name, v[name].shape)
        kind = {"N": np.int64, "som_N": np.int64, "inh": np.uint8, "exc": np.uint8,
                "som": np.uint8}.get(name, np.float64) # scipy reads logical as uint8
        assert v[name].dtype == kind, (name, v[name].dtype)
        assert np.all(np.isfinite(v[name])), name
    texts = dict(activation=act, w_dist="gaus", task="go-nogo")
    for name, text in texts.items():
        assert v[name].tolist() == [text], name
    others = v.keys() - shapes.keys() - texts.keys()
    assert others == {"spikernn_version"}, others
    numbers = dict(N=N, T=T, stim_on=50, stim_dur=25, eval_amp_thresh=0.7, tr=trials - 1,
                   seed=3, DeltaT=1, reached=0, P_rec=0.2, gain=1.5,
                   balanced=0, taus_gaus_mean=0)
    for name, number in numbers.items():
        assert v[name].item() == number, name


def check_network(v, n_som, dale):
    inh = v["inh"].ravel().astype(int)
    assert np.array_equal(v["exc"].ravel(), 1 - inh)
    assert np.array_equal(v["w"][:, v["inh"].ravel().astype(bool)], v["w"][:, inh > 0])
    assert v["apply_dale"].item() == dale and v["som_N"].item() == n_som
    assert np.array_equal(v["m"], np.diag(1 - 2 * inh))
    som = np.flatnonzero(inh)[:n_som]
    som_m = np.ones((30, 30))
    som_m[np.ix_(som, inh > 0)] = 0
    assert np.array_equal(v["som_m"], som_m)
    if dale:
        assert 5 < inh.sum() < 25
        assert np.all(v["w"] >= 0)
        assert np.all(effective(v)[:, inh > 0] <= 0) and np.all(effective(v)[:, inh == 0] >= 0)
    else:
        assert not np.any(inh) and np.any(v["w"] < 0)


def noise_of(v, x, r, u, w, taus_gaus):
    """What the equation of the network does not explain of a trial."""
    taus = v["taus"].ravel()
    tau = taus[0]
    if taus.size == 2:
        tau = (taus[1] - taus[0]) / (1 + np.exp(-taus_gaus)) + taus[0]
    W = effective({**v, "w": w})
    return x[:, 1:] - (1 - 1 / tau) * x[:, :-1] - (W @ r[:, :-1] + v["w_in"] @ u[:, :-1]) / tau


def check_trial(v, x, r, noise):
    """The noise has the standard deviation 0.1, and r is the activation of x."""
    assert abs(noise.std() / 0.1 - 1) < 4.5 / np.sqrt(2 * noise.size), noise.std()
    assert abs(noise.mean()) < 4.5 * 0.1 / np.sqrt(noise.size), noise.mean()
    act = v["activation"][0]
    expected = 1 / (1 + np.exp(-x)) if act == "sigmoid" else np.clip(x, 0, 20)
    assert np.allclose(r, expected, rtol=1e-6, atol=1e-7)


def ours(path, n_taus, n_som, dale, act):
    v = load(path)
    check_classes(path)
    check_layout(v, int(n_taus), act)
    check_network(v, int(n_som), int(dale))
    noise = noise_of(v, v["x"], v["r"], v["u"], v["w"], v["taus_gaus"])
    check_trial(v, v["x"], v["r"], noise)
    assert np.allclose(v["o"], v["w_out"] @ v["r"][:, 1:] + v["b_out"], rtol=0, atol=1e-5)
    # the first trial; the file does not tell whether it was a go trial
    go = np.zeros((1, 200))
    go[0, 50:75] = 1
    noises = [noise_of(v, v["x0"], v["r0"], u, v["w0"], v["taus_gaus0"]) for u in (go, 0 * go)]
    check_trial(v, v["x0"], v["r0"], min(noises, key=np.std))
    assert abs(v["x0"][:, 0].std() / 0.01 - 1) < 4.5 / np.sqrt(2 * 30)


def older(path, name):
    v = load(path)
    network = {k: v[k] for k in ("w", "w_in", "w_out", "m", "som_m", "taus", "taus_gaus")}
    cell = np.empty((1, 1), dtype=object)
    cell[0, 0] = "sigmoid"
    scipy.io.savemat(name, dict(
        {k: a.astype(np.float32) for k, a in network.items()},
        b_out=v["b_out"], N=np.int64(30), som_N=np.int64(3), activation=cell,
        inh=v["inh"].astype(np.uint8).ravel().astype(bool), exc=v["exc"].astype(np.uint8),
        taus=np.array([4, 20], dtype=np.int64), w_in=v["w_in"].astype(np.float32)[:, :, None],
        x=v["x"].astype(np.float32)[:, :, None], u=v["u"].astype(np.float32),
        losses=v["losses"].astype(np.float32), tr=np.int64(11), eval_perf_mean=np.float64(0.6),
        eval_loss_mean=np.float32(9), eval_labels=np.array(["go", "nogo"], dtype=object),
        note="kept", settings=dict(T=200, name="go-nogo")), do_compression=True)
    # the port: w as it trains, below zero where no connection is
    w = v["w"].copy()
    absent = np.flatnonzero(w == 0)[::3]
    w.flat[absent] = -0.125
    scipy.io.savemat("port.mat", dict(network, w=w, b_out=v["b_out"], inh=v["inh"], som_N=3.0))


def populations(path, info):
    inh = load(path)["inh"].ravel().astype(int)
    told = json.load(open(info, encoding="utf-8"))["models"][0]["populations"]
    assert told == {"exc": int((1 - inh).sum()), "pv": int(inh.sum()) - 3, "som": 3}, told


def same(a, b):
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.names:
        return all(same(a[n], b[n]) for n in a.dtype.names)
    if a.dtype == object:
        return all(same(x, y) for x, y in zip(a.flat, b.flat))
    return a.tobytes() == b.tobytes()


def searched(before, after):
    old, new = load(before), load(after)
    assert list(new)[: len(old)] == list(old), "the order"
    for name in old:
        assert same(old[name], new[name]), name
    added = {"opt_scaling_factor": (1, 1), "all_perfs": (2, 1), "scaling_factors": (1, 2),
             "search_n_trials": (1, 1), "search_test_perf": (1, 1), "search_test_trials": (1, 1),
             "all_n_trials": (2, 1), "search_correct": (2, 2), "search_margins": (2, 2),
             "search_losses": (2, 2), "search_rates_hz": (2, 2),
             "all_two_sided_perfs": (2, 1), "search_other_sides": (2, 2), "search_test_two_sided_perf": (1, 1)}
    settings = json.loads(new.pop("search_settings").item())
    assert settings["task"]["name"] == "go-nogo" and settings["spiking"]["tref_ms"] == 2
    assert new.keys() - old.keys() == added.keys()
    for name, shape in added.items():
        assert new[name].shape == shape and new[name].dtype == np.float64, name
    assert new["scaling_factors"].tolist() == [[30, 50]]
    assert new["search_n_trials"].item() == 2 and (new["all_n_trials"] == 2).all()
    assert np.array_equal(new["search_correct"].mean(1, keepdims=True), new["all_perfs"])
    assert np.array_equal(new["search_correct"] == 1, new["search_margins"] > 0)
    assert (new["search_losses"] > 0).all() and (new["search_rates_hz"] >= 0).all()
    assert new["opt_scaling_factor"] == [30, 50][int(np.argmax(new["all_perfs"]))]


words = [a.split("=")[-1] for a in sys.argv[2:]]
{"ours": ours, "older": older, "populations": populations, "searched": searched}[sys.argv[1]](*words)
