"""The .nwb and .h5 files of cli_spikes_files.sh against the .mat and .csv files beside them, and against
what the schemas of NWB 2.6.0, hdmf-common 1.8.0 and SONATA want of them."""
import csv
import re

import h5py
import numpy as np
import scipy.io

UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def is_text(dtype):
    info = h5py.check_string_dtype(dtype)
    return info is not None and info.encoding == "utf-8" and info.length is None


# ---- what the schema wants; text is UTF-8 of variable length ----

# name: shape; of the file
FILE_TEXTS = {"file_create_date": (1,), "identifier": (), "session_description": (), "session_start_time": (),
              "timestamps_reference_time": ()}
FILE_GROUPS = ["acquisition", "analysis", "processing", "stimulus", "stimulus/presentation", "stimulus/templates",
               "general"]
# name: namespace and type
OBJECTS = {"/": ("core", "NWBFile"), "units": ("core", "Units"), "intervals/trials": ("core", "TimeIntervals")}
# of the table: kinds of numbers, "O" text; float64 of spike_times, obs_intervals as Units defines them
REQUIRED_COLUMNS = {"units": {"spike_times": "f", "obs_intervals": "f", "population": "O", "unit": "i"},
                    "intervals/trials": {"start_time": "f", "stop_time": "f", "type": "O", "label": "f", "value": "f",
                                         "correct": "b", "stim_on_time": "f", "stim_off_time": "f"}}
ISO_8601 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(\+\d\d:\d\d|Z)$")


def check_object(o, namespace, neurodata_type, seen):
    for name in ("namespace", "neurodata_type", "object_id"):
        assert is_text(o.attrs.get_id(name).dtype), (o.name, name)
    assert (o.attrs["namespace"], o.attrs["neurodata_type"]) == (namespace, neurodata_type), o.name
    assert UUID.match(o.attrs["object_id"]) and o.attrs["object_id"] not in seen, o.name
    seen.add(o.attrs["object_id"])


def check_table(table, columns, seen):
    """DynamicTable: colnames, description, id, and VectorData of one length, or with a VectorIndex."""
    assert is_text(table.attrs.get_id("colnames").dtype) and is_text(table.attrs.get_id("description").dtype)
    assert set(table.attrs["colnames"]) == set(columns)
    rows = len(table["id"])
    check_object(table["id"], "hdmf-common", "ElementIdentifiers", seen)
    assert table["id"].dtype.kind == "i" and np.array_equal(table["id"], np.arange(rows))
    indexed = set()
    for name, column in table.items():
        if name == "id":
            continue
        is_index = name.endswith("_index")
        check_object(column, "hdmf-common", "VectorIndex" if is_index else "VectorData", seen)
        assert is_text(column.attrs.get_id("description").dtype) and column.attrs["description"]
        if is_index:
            target = name[:-len("_index")]
            assert column.dtype.kind == "u" and len(column) == rows
            assert table.file[column.attrs["target"]] == table[target]
            assert (np.diff(column[:].astype(int)) >= 0).all() and column[-1] == len(table[target])
            indexed.add(target)
        else:
            assert name in columns and column.dtype.kind == columns[name], (name, column.dtype)
            if column.dtype.kind == "O":
                assert is_text(column.dtype)
    for name in columns:
        assert name in indexed or len(table[name]) == rows, name
    return indexed


def check_nwb(path):
    with h5py.File(path) as f:
        seen = set()
        for name, kind in OBJECTS.items():
            check_object(f[name], *kind, seen)
        assert f.attrs["nwb_version"] == "2.6.0" and is_text(f.attrs.get_id("nwb_version").dtype)
        for name, shape in FILE_TEXTS.items():
            assert f[name].shape == shape and is_text(f[name].dtype), name
            for value in np.ravel(f[name][()]):
                assert text(value) and (not re.search("date|time$", name) or ISO_8601.match(text(value))), name
        for name in FILE_GROUPS:
            assert isinstance(f[name], h5py.Group), name
        assert is_text(f["general/source_script"].attrs.get_id("file_name").dtype)  # it wants one
        assert check_table(f["units"], REQUIRED_COLUMNS["units"], seen) == {"spike_times", "obs_intervals"}
        assert check_table(f["intervals/trials"], REQUIRED_COLUMNS["intervals/trials"], seen) == set()


# ---- against the .mat file ----

def recording(path):
    m = scipy.io.loadmat(path, simplify_cells=True)
    spikes = np.reshape(m["spikes"], (-1, 3))
    return m, spikes, round(1e3 * m["params"]["T"], 6), np.atleast_1d(m["type"]).astype(int)


POPULATIONS = np.array(["exc", "pv", "som"])


def check_nwb_content(path, mat):
    m, spikes, T, types = recording(mat)
    K, names = len(types), m["types"].split(", ")
    with h5py.File(path) as f:
        trials, units = f["intervals/trials"], f["units"]
        assert len(units["id"]) == len(m["population"]) == 20 and len(trials["id"]) == K
        assert [text(p) for p in units["population"]] == list(POPULATIONS[m["population"].astype(int)])
        assert np.array_equal(units["unit"], np.arange(1, 21))
        assert units["spike_times"].attrs["resolution"] == m["params"]["dt"]
        start = np.concatenate([[0], units["spike_times_index"][:-1].astype(int)])
        for unit, (a, b) in enumerate(zip(start, units["spike_times_index"]), 1):
            own = spikes[spikes[:, 0] == unit]
            assert np.allclose(1e3 * units["spike_times"][a:b], (own[:, 2] - 1) * T + own[:, 1], rtol=0, atol=1e-9)
            assert np.allclose(units["obs_intervals"][unit - 1], [0, 1e-3 * K * T], rtol=0, atol=1e-12)
        assert np.array_equal(units["obs_intervals_index"], np.arange(1, 21))
        first = np.arange(K) * T
        on, off = m["stim_window_ms"]
        for name, ms in (("start_time", first), ("stop_time", first + T), ("stim_on_time", first + on),
                         ("stim_off_time", first + off)):
            assert np.allclose(1e3 * trials[name][:], ms, rtol=0, atol=1e-9), name
        assert [text(t) for t in trials["type"]] == [names[t - 1] for t in types]
        for name in ("label", "value", "correct"):
            assert np.array_equal(trials[name], np.atleast_1d(m[name])), name
        protocol = f["general/protocol"]
        assert protocol.attrs["task"] == m["task"] and protocol.attrs["seed"] == m["seed"]
        assert list(protocol.attrs["types"]) == names


def check_sonata(path, mat):
    m, spikes, T, types = recording(mat)
    with h5py.File(path) as f:
        assert f.attrs["magic"] == 0x0A7A and f.attrs.get_id("magic").dtype == np.uint32
        assert np.array_equal(f.attrs["version"], [0, 1]) and f.attrs["version"].dtype == np.uint32
        assert list(f["spikes"]) == ["network"]  # readers take whatever is there for a population
        network = f["spikes/network"]
        sorting = h5py.check_enum_dtype(network.attrs.get_id("sorting").dtype)
        assert sorting == {"none": 0, "by_id": 1, "by_time": 2} and network.attrs["sorting"] == sorting["by_time"]
        times, nodes = network["timestamps"], network["node_ids"]
        assert times.dtype == np.float64 and nodes.dtype == np.uint64 and text(times.attrs["units"]) == "ms"
        assert (np.diff(times) >= 0).all()
        assert np.array_equal(nodes, spikes[:, 0] - 1)
        assert np.allclose(times, (spikes[:, 2] - 1) * T + spikes[:, 1], rtol=0, atol=1e-9)
        ours = f["spikernn"]
        assert np.array_equal(ours["population"], m["population"]) and np.array_equal(ours["type"], types - 1)
        assert h5py.check_enum_dtype(ours["population"].dtype) == {"exc": 0, "pv": 1, "som": 2}
        for name in ("label", "value", "correct"):
            assert np.array_equal(ours[name], np.atleast_1d(m[name])), name
        assert ours.attrs["T_ms"] == T and np.isclose(ours.attrs["dt_ms"], 1e3 * m["params"]["dt"], rtol=1e-14)
        assert [ours.attrs["stim_on_ms"], ours.attrs["stim_off_ms"]] == list(m["stim_window_ms"])


model = scipy.io.loadmat("m/model.mat", simplify_cells=True)
m, spikes, T, types = recording("trials.mat")
assert len(spikes) > 100 and T == 300
assert np.array_equal(m["population"], np.where(model["som_m"].min(axis=1) == 0, 2, model["inh"]))
assert list(m["stim_window_ms"]) == [50, 150]  # steps 10 to 30 of 5 ms

for nwb, mat in (("trials.nwb", "trials.mat"), ("silent.nwb", "silent.mat")):
    check_nwb(nwb)
    check_nwb_content(nwb, mat)
check_nwb("mat.nwb")
check_sonata("trials.h5", "trials.mat")
check_sonata("one.h5", "one.mat")  # --units chooses traces: the spikes are all there
assert recording("silent.mat")[1].size == 0 and len(set(recording("one.mat")[1][:, 0])) > 5

rows = list(csv.DictReader(open("csv.csv", newline="")))
assert len(rows) == len(spikes)
for row, (unit, ms, trial) in zip(rows, spikes):
    assert (int(row["unit"]), int(row["trial"])) == (unit, trial) and abs(float(row["time_ms"]) - ms) < 1e-7

m2, spikes2, T2, types2 = recording("nwb.mat")
assert np.array_equal(spikes2, spikes) and T2 == T and np.array_equal(types2, types)
for name in ("population", "stim_window_ms", "label", "value", "correct", "task", "types", "seed"):
    assert np.array_equal(m2[name], m[name]), name
