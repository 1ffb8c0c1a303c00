"""Files of several writers, and what a search keeps of them.

write WRITER MODEL: MODEL's network and variables of the writer's own, into WRITER.mat.
kept BEFORE AFTER FACTORS: a search with these factors changed nothing but its own variables.
"""
import sys

import h5py
import numpy as np
import scipy.io
import scipy.sparse

SEARCH = {"opt_scaling_factor", "all_perfs", "scaling_factors", "search_n_trials",
          "search_test_perf", "search_test_trials", "all_n_trials", "search_correct",
          "search_margins", "search_losses", "search_rates_hz", "search_settings",
          "all_two_sided_perfs", "search_other_sides", "search_test_two_sided_perf"}


def network(path):
    v = scipy.io.loadmat(path)
    return {k: v[k] for k in ("w", "w_in", "w_out", "b_out", "taus", "taus_gaus", "m", "som_m")}


def write_scipy(path, v, level, packed):
    own = dict(mine=np.array([[1, 2.5], [np.nan, -0.0]]), note="kept", none=np.zeros((0, 0)),
               sparse=scipy.sparse.csc_matrix(np.diag([1.0, 0, 3])), z=np.array([[1 + 2j]]))
    if level == "5":
        own.update(flags=np.array([True, False]), i64=np.int64(2) ** 60, text="λ μ",
                   cube=np.arange(24, dtype=np.float32).reshape(2, 3, 4),
                   cell=np.array([1.0, "x", np.array([True])], dtype=object),
                   tree=dict(a=1.0, b=dict(c="d")),
                   flag_matrix=scipy.sparse.csc_matrix(np.eye(3, dtype=bool)))
    scipy.io.savemat(path, dict(own, **v), format=level, do_compression=packed)


def write_h5py(path, v, libver):
    """Level 7.3 without MATLAB: attributes padded with NUL, a plain group and a link."""
    with h5py.File(path, "w", userblock_size=512, libver=libver) as f:
        plain = f.create_group("a_group")
        plain["numbers"] = np.arange(3)
        for name, a in v.items():
            f[name] = a.T
            f[name].attrs["MATLAB_class"] = np.bytes_(b"double\0\0")
        f["flags"] = np.array([[1, 0]], dtype=np.uint8)
        f["flags"].attrs["MATLAB_class"] = np.bytes_("logical")
        f["flags"].attrs["MATLAB_int_decode"] = np.int32(1)
        f["zlib"] = h5py.SoftLink("/nowhere")
        f.create_dataset("packed", data=np.zeros((50, 40)), compression="gzip", shuffle=True)
        f["packed"].attrs["MATLAB_class"] = np.bytes_("double")
        parts = f.create_group("#refs#")
        parts["a"] = np.array([[1.0]])
        f["cell"] = np.array([[parts["a"].ref]], dtype=h5py.ref_dtype)
        f["cell"].attrs["MATLAB_class"] = np.bytes_("cell")
    header = b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM"
    with open(path, "r+b") as f:
        f.write(header)


def write(writer, model):
    v = network(model)
    if writer.startswith("scipy"):
        write_scipy(writer + ".mat", v, writer[5], writer.endswith("packed"))
    else:
        write_h5py(writer + ".mat", v, "latest" if writer.endswith("latest") else "earliest")


def same(a, b):
    if scipy.sparse.issparse(a):
        return a.dtype == b.dtype and a.shape == b.shape and (a != b).nnz == 0
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.names:
        return all(same(a[n], b[n]) for n in a.dtype.names)
    if a.dtype == object:
        return all(same(x, y) for x, y in zip(a.flat, b.flat))
    return a.tobytes() == b.tobytes()


def read_scipy(path):
    return {k: v for k, v in scipy.io.loadmat(path).items() if not k.startswith("__")}


def read_h5py(path):
    found = {}

    def keep(name, thing):
        attributes = {k: np.array(a).tobytes() for k, a in thing.attrs.items()}
        numbers = thing[()] if isinstance(thing, h5py.Dataset) else None
        if numbers is not None and numbers.dtype.kind == "O":
            numbers = np.array([f[r].name for r in numbers.flat])
        found[name] = (attributes, None if numbers is None else (numbers.shape, numbers.tobytes()))

    with h5py.File(path) as f:
        assert f.get("zlib", getlink=True).path == "/nowhere"
        f.visititems(keep)
    return found


def kept(before, after, factors):
    with open(before, "rb") as f:
        hdf5 = f.read(19) == b"MATLAB 7.3 MAT-file"
    old, new = ((read_h5py if hdf5 else read_scipy)(p) for p in (before, after))
    others = old.keys() - SEARCH
    assert len(others) > 12 and new.keys() == others | SEARCH, new.keys() ^ (others | SEARCH)
    for name in others:
        assert old[name] == new[name] if hdf5 else same(old[name], new[name]), name
    expected = np.array([[float(x) for x in factors.split(",")]])
    if hdf5:
        with h5py.File(after) as f:
            assert np.array_equal(f["scaling_factors"][()].T, expected)
            assert f["scaling_factors"].attrs["MATLAB_class"] == b"double"
    else:
        assert np.array_equal(new["scaling_factors"], expected)


{"write": write, "kept": kept}[sys.argv[1]](*sys.argv[2:])
