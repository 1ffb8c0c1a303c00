"""Model files and torch: one or more of these, with -- between them.

ours FILE.pth FILE.mat N_TAUS: both loaders read the file, it is the .mat file's network, and
    torch.optim.Adam goes on from its state.
port FILE.mat: writes FILE's network as the older PyTorch port did, in several forms.
incomplete FILE.mat: the same without what a network needs.
hostile FILE.pth: writes files that must be refused into hostile/.
"""
import collections
import copy
import os
import pickle
import struct
import sys
import zipfile

import numpy as np
import scipy.io
import torch


def load(path):
    return {k: v for k, v in scipy.io.loadmat(path).items() if not k.startswith("__")}


def tensors(value):
    if torch.is_tensor(value):
        yield value
    elif isinstance(value, dict):
        for v in value.values():
            yield from tensors(v)


def ours(path, mat, n_taus):
    n_taus = int(n_taus)
    v = load(mat)
    d = torch.load(path)
    safe = torch.load(path, weights_only=True)
    assert list(safe) == list(d) and len(list(tensors(d))) > 15
    assert all(torch.equal(a, b) for a, b in zip(tensors(d), tensors(safe)))
    assert all(t.is_contiguous() for t in tensors(d))
    state = d["model_state_dict"]
    names = dict(w="w", w_out="w_out", b_out="b_out", taus_gaus="taus_gaus", w_in="w_in", mask="m",
                 som_mask="som_m")
    assert state.keys() == names.keys()
    for ours, theirs in names.items():
        assert state[ours].dtype == torch.float32 and state[ours].shape == v[theirs].shape, ours
        assert np.array_equal(state[ours].double().numpy(), v[theirs]), ours
    for name in ("T", "stim_on", "stim_dur", "delay", "eval_amp_thresh", "DeltaT"):
        assert d["settings"][name] == v[name].item(), name
    assert d["settings"]["task"] == "xor" and d["settings"]["activation"] == v["activation"][0]
    assert d["settings"]["taus"].tolist() == v["taus"].ravel().tolist()
    assert np.array_equal(d["losses"].numpy(), v["losses"].ravel())
    assert d["final_loss"] == v["losses"].ravel()[-1] and d["trial"] == v["tr"].item() == 11
    record = d["training_record"]
    for name in ("x0", "r0", "eval_os"):
        assert np.array_equal(record[name].double().numpy(), v[name]), name
    for name in ("N", "som_N", "seed", "apply_dale", "P_inh", "P_rec", "gain"):
        assert d[name] == v[name].item(), name
    assert np.array_equal(d["w0"].double().numpy(), v["w0"])
    check_optimizer(d, n_taus)


def adam(parameters, state):
    optimizer = torch.optim.Adam(parameters, lr=123.0)
    optimizer.load_state_dict(state)
    for p in parameters:
        p.grad = torch.sin(torch.arange(p.numel(), dtype=torch.float32)).reshape(p.shape)
    optimizer.step()
    return [p.detach().numpy() for p in parameters]


def check_optimizer(d, n_taus):
    """A step from our state is that from the same state with Python's own floats."""
    every = ["w", "w_out", "b_out", "taus_gaus", "w_in"]
    learns_w_in = bool(d["training_params"]["learn"] & 16)
    places = [0, 1, 2] + [3] * (n_taus == 2) + [4] * learns_w_in
    names = [every[k] for k in places]
    fresh = lambda: [torch.nn.Parameter(d["model_state_dict"][n].clone()) for n in names]
    state = d["optimizer_state_dict"]
    group, = state["param_groups"]
    assert group["params"] == places == list(state["state"])
    for k, p in zip(places, fresh()):
        s = state["state"][k]
        assert s["step"] == d["trial"] + 1 and s["exp_avg"].shape == s["exp_avg_sq"].shape == p.shape
        assert s["step"].dtype == s["exp_avg"].dtype == torch.float32
    floats = {k: v.item() if torch.is_tensor(v) else v for k, v in group.items()}
    floats["betas"] = tuple(b.item() for b in group["betas"])
    reference = torch.optim.Adam(fresh()).state_dict()["param_groups"][0]
    assert floats.keys() >= reference.keys(), reference.keys() - floats.keys()
    stepped = adam(fresh(), state)
    expected = adam(fresh(), dict(state=state["state"], param_groups=[floats]))
    for n, before, a, b in zip(names, fresh(), stepped, expected):
        assert np.all(np.isfinite(a)) and not np.array_equal(a, before.detach().numpy()), n
        assert np.allclose(a, b, rtol=1e-6, atol=1e-8), n


def port_dict(mat):
    """The port's dict: w as it trains, below zero where no connection is."""
    v = load(mat)
    w = v["w"].copy()
    w.flat[np.flatnonzero(w == 0)[::3]] = -0.125
    tensor = lambda a: torch.tensor(a, dtype=torch.float32)
    parameters = [torch.nn.Parameter(tensor(a)) for a in (w, v["w_out"], v["b_out"])]
    optimizer = torch.optim.Adam(parameters, lr=0.01)
    sum((p ** 2).sum() for p in parameters).backward()
    optimizer.step()
    state = collections.OrderedDict(
        w=tensor(w), w_out=tensor(v["w_out"]), b_out=tensor(v["b_out"]),
        taus_gaus=tensor(v["taus_gaus"]), w_in=tensor(v["w_in"]), mask=tensor(v["m"]),
        som_mask=tensor(v["som_m"]))
    state._metadata = {"": {"version": 1}}
    return dict(
        model_state_dict=state, optimizer_state_dict=optimizer.state_dict(),
        settings=dict(T=300, stim_on=50, stim_dur=50, delay=10, DeltaT=1, taus=[4.0, 20.0],
                      task="xor"),
        training_params=dict(learning_rate=0.01, loss_threshold=7, eval_freq=100, eval_tr=100,
                             eval_amp_threh=0.7, activation="sigmoid", loss_fn="l2", P_rec=0.2),
        losses=np.concatenate([v["losses"].ravel(), np.zeros(8)]),
        final_loss=float(v["losses"].ravel()[-1]), trial=11)


def port(mat):
    d = port_dict(mat)
    state = d["model_state_dict"]
    torch.save(d, "port.pth")
    torch.save(d, "port4.pth", pickle_protocol=4)
    torch.save(d, "port5.pth", pickle_protocol=5)
    # numpy arrays for tensors, either way round; numpy's numbers and types of its own
    arrays = {k: np.asfortranarray(t.numpy().astype(">f8")) for k, t in state.items()}
    torch.save(dict(d, model_state_dict=arrays, trial=np.int64(11), settings=dict(
        d["settings"], T=np.float64(300), taus=np.array([4, 20], np.uint8),
        labels=np.array(["same", "diff"]), objects=np.array([None, "x"], dtype=object))),
        "port_numpy.pth")
    # doubles, parameters, a turned w, no needless axes, masks as whole numbers
    turned = state["w"].double().t().contiguous().t()
    assert turned.stride() == (1, 20)
    torch.save(dict(d, model_state_dict=dict(
        state, w=torch.nn.Parameter(turned), w_out=state["w_out"].reshape(20), b_out=state["b_out"].reshape(()),
        mask=state["mask"].long(), som_mask=state["som_mask"].bool(),
        taus_gaus=torch.cat([torch.zeros(5, 1), state["taus_gaus"]])[5:])), "port_forms.pth")


class FR_RNN(torch.nn.Module):
    pass


def incomplete(mat):
    d = port_dict(mat)
    state = d["model_state_dict"]
    without = lambda *names: {k: v for k, v in state.items() if k not in names}
    for name, left_out in dict(w_in=["w_in"], masks=["mask", "som_mask"], taus_gaus=["taus_gaus"]).items():
        torch.save(dict(d, model_state_dict=without(*left_out)), f"no_{name}.pth")
    torch.save(dict(d, settings={k: v for k, v in d["settings"].items() if k != "taus"}), "no_taus.pth")
    torch.save(dict(d, net=FR_RNN()), "whole_module.pth")
    torch.save(d, "older.pth", _use_new_zipfile_serialization=False)
    torch.save(torch.zeros(3), "tensor.pth")


class Calls:
    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def archive(name, entries, compression=zipfile.ZIP_STORED):
    import warnings
    warnings.simplefilter("ignore")  # of names that are there twice
    with zipfile.ZipFile(f"hostile/{name}.pth", "w", compression) as z:
        for entry, data in entries:
            z.writestr(entry, data)


def hostile(path):
    os.mkdir("hostile")
    torch.save({"model_state_dict": Calls(os.system, "touch owned")}, "hostile/system.pth")
    program = {"model_state_dict": Calls(eval, "open('owned', 'w')")}
    torch.save(program, "hostile/eval.pth", pickle_protocol=4)
    torch.save({"model_state_dict": Calls(os.path.expanduser, "~")}, "hostile/path_call.pth")
    archive("deep", [("a/data.pkl", b"\x80\x02" + b"]" * 5000 + b"a" * 4999 + b"."), ("a/version", b"3\n")])
    archive("many", [("a/data.pkl", b"\x80\x02" + b")" * 3000000 + b".")])
    archive("junk", [("a/data.pkl", bytes(range(256)))])
    archive("empty_pickle", [("a/data.pkl", b"")])
    archive("no_pickle", [("a/version", b"3\n")])
    archive("extension", [("a/data.pkl", b"\x80\x02\x82\x01.")])
    archive("instance", [("a/data.pkl", b"\x80\x02(ios\nsystem\n.")])

    with zipfile.ZipFile(path) as z:
        good = [(i.filename, z.read(i)) for i in z.infolist()]
    archive("twice", good + good[:1])
    archive("path", good + [("../../owned", b"x")])
    archive("absolute", good + [("/tmp/owned", b"x")])
    archive("two_folders", good + [("b/data.pkl", good[0][1])])
    archive("packed", good, zipfile.ZIP_DEFLATED)
    archive("bomb", good + [("archive/zeros", bytes(50_000_000))], zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile("hostile/overlap.pth", "w") as z:  # the same bytes many times over
        for entry, data in good:
            z.writestr(entry, data)
        for k in range(200):
            z.filelist.append(copy.copy(z.filelist[0]))
            z.filelist[-1].filename = f"archive/data/{1000 + k}"

    pickled = good[0][1]
    assert pickled.count(b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpu") == 1
    for name, key in dict(no_storage=b"9", other_file=b"/").items():
        replaced = pickled.replace(b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpu",
                                   b"X\x01\x00\x00\x00" + key + b"X\x03\x00\x00\x00cpu")
        kept = [e for e in good if e[0] != "archive/data/9"] if key == b"9" else good
        archive(name, [(good[0][0], replaced)] + kept[1:])
    shape = struct.pack("<cicic", b"J", 20, b"J", 20, b"t")
    for name, claimed in dict(huge=2 ** 31 - 1, wide=21, negative=-20).items():
        larger = struct.pack("<cicic", b"J", claimed, b"J", claimed, b"t")
        archive(name, [(good[0][0], pickled.replace(shape, larger, 1))] + good[1:])
    short = [(n, d[:-4] if n == "archive/data/0" else d) for n, d in good]
    archive("short_storage", short)

    whole = open(path, "rb").read()
    central = whole.index(b"PK\x01\x02")
    for name, at, value in (("size", 24, 0xFFFFFFF0), ("offset", 42, 0x7FFFFFFF), ("crc", 16, 1)):
        edited = bytearray(whole)
        struct.pack_into("<I", edited, central + at, value)
        open(f"hostile/claims_{name}.pth", "wb").write(edited)
    for name, n in dict(half=len(whole) // 2, last=len(whole) - 1, four=4, end=central).items():
        open(f"hostile/cut_{name}.pth", "wb").write(whole[:n])


jobs = dict(ours=ours, port=port, incomplete=incomplete, hostile=hostile)
for job in " ".join(sys.argv[1:]).split(" -- "):
    name, *arguments = job.split()
    jobs[name](*arguments)
