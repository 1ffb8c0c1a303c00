"""Models, stimuli and spikes of scripts."""
import random
import sys
from typing import Any, Dict, Optional, Tuple

import numpy as np

from spikernn import (Model, as_dict, choices, copy, lib, number, renamed, row, text, text_of,
                      to_numpy, whole)
from ._network import as_model


@renamed(path="model_path")
def load_rate_model(model_path: Any) -> Dict[str, np.ndarray]:
    """The variables of a trained network's file (.mat or .pth), as scipy.io.loadmat names and
    shapes them, numpy arrays all: of the network w, w0 (N x N, [post, pre]), w_in (N x n_in), w_out
    (n_out x N), b_out (n_out x 1), m and som_m (N x N), inh, exc, taus_gaus, taus_gaus0 (N x 1),
    taus (1 x 1 or 1 x 2), N, som_N, apply_dale, DeltaT (1 x 1), activation and task (texts, of size
    1); where the file has them the settings of the task, how the network was made, the record of
    the training (losses, x, r, u, o, ...), the latest search (opt_scaling_factor, scaling_factors,
    all_perfs, search_*), the operating point (op_*) and the refitted readout (readout_*). Not the
    single trials of a search. LIF_network_fnc takes such a dict, and does with it what it does with
    the file.

    Raises FileNotFoundError, OSError, ValueError."""
    model = as_model(model_path)
    arrays, params = model.arrays(), model.params
    inh = arrays["inh"] > 0
    columns = {name: arrays[name].reshape(-1, 1) for name in ("b_out", "taus_gaus", "taus_gaus0")}
    result = {name: arrays[name] for name in ("w", "w0", "w_in", "w_in0", "w_out")}
    result.update(columns, m=np.diag(np.where(inh, -1.0, 1.0)), som_m=arrays["som_m"].astype(float),
                  inh=inh.reshape(-1, 1), exc=~inh.reshape(-1, 1), som=arrays["som"].reshape(-1, 1),
                  taus=np.array([model.taus]), activation=np.array([model.activation]))
    numbers = {"N": params.N, "som_N": params.som_N, "apply_dale": params.apply_dale,
               "DeltaT": params.DeltaT}
    result.update((name, np.array([[value]])) for name, value in numbers.items())
    if arrays["w_fixed"] is not None:
        result["w_fixed"] = arrays["w_fixed"].astype(float)
    if model.task_name:
        result["task"] = np.array([model.task_name])
    return dict(result, **_as_made(model), **_trained(model), **_searched(model),
                **_converted(model))


def _as_made(model: Model) -> Dict[str, np.ndarray]:
    """How the network was drawn, and the settings of its task, where the file says so."""
    settings, params = lib.srnn_model_task_settings(model), model.params
    given = {name: value for name, value in as_dict(settings).items() if value >= 0}
    missing = text(lib.srnn_model_missing(model)).split(", ")
    drawn = ("P_inh", "P_rec", "gain", "balanced", "taus_gaus_mean", "seed")
    if "gain" not in missing:  # else the file does not say how it was drawn
        given.update((name, getattr(params, name)) for name in drawn if name not in missing)
    result = {name: np.array([[value]]) for name, value in given.items()}
    if "w_dist" not in missing:
        result["w_dist"] = np.array([choices("w_dist")[params.w_dist]])
    return result


def _trained(model: Model) -> Dict[str, np.ndarray]:
    """The record of the training: rows, and matrices as they are."""
    record, result = model.training(), {}
    if not record["n_losses"]:
        return result
    for name in ("tr", "reached", "eval_perf_mean", "eval_loss_mean", "eval_two_sided_mean",
                 "loss_threshold", "perf_threshold", "losses", "eval_tr", "eval_perf_curve", "eval_loss_curve",
                 "eval_labels", "eval_os", "x0", "r0", "x", "r", "u", "target", "o"):
        unknown = record[name] is None or (np.ndim(record[name]) == 0 and np.isnan(record[name]))
        if not unknown and np.size(record[name]):
            values = np.atleast_2d(record[name])
            result[name] = values[:, :, 0] if values.ndim == 3 and values.shape[2] == 1 else values
    return result


def _known(prefix: str, values: Dict[str, Any], settings: str) -> Dict[str, np.ndarray]:
    """The numbers that are there: not NaN, no count of 0."""
    result = {prefix + name: np.array([[value]]) for name, value in values.items()
              if value == value and (value or isinstance(value, float))}
    return dict(result, **({prefix + "settings": np.array([settings])} if settings else {}))


def _searched(model: Model) -> Dict[str, np.ndarray]:
    """The latest search, without the values of single trials."""
    search = model.search()
    result = _known("", {"opt_scaling_factor": search["opt_scaling_factor"]}, "")
    result.update(_known("search_", {name: search[name] for name in (
        "n_trials", "test_perf", "test_two_sided_perf", "test_trials")}, search["settings"]))
    if search["n"]:
        result["scaling_factors"] = search["scaling_factors"].reshape(1, -1)
        result["all_perfs"] = search["all_perfs"].reshape(-1, 1)
        if search["all_two_sided_perfs"] is not None:
            result["all_two_sided_perfs"] = search["all_two_sided_perfs"].reshape(-1, 1)
        if search["trials"] is not None:
            result["all_n_trials"] = search["trials"].reshape(-1, 1)
    return result


def _converted(model: Model) -> Dict[str, np.ndarray]:
    """The operating point and the refitted readout."""
    result: Dict[str, np.ndarray] = {}
    with model.reading():
        N, n_out = model.view.N, model.view.n_out
        point, readout = (lib.srnn_model_get_operating_point(model),
                          lib.srnn_model_get_readout(model))
        if point.gain:
            result.update(_known("op_", as_dict(point), text(point.settings)))
            result.update(("op_" + name, copy(getattr(point, name), (N, 1)))
                          for name in ("gain", "bias_mv", "scale", "offset"))
        if readout.w_out:
            result.update(_known("readout_", as_dict(readout), text(readout.settings)),
                          readout_w_out=copy(readout.w_out, (N, n_out)).T,
                          readout_b_out=copy(readout.b_out, (n_out, 1)))
    return result


def create_connectivity_masks(N: int, P_inh: float = 0.2, som_N: int = 0, apply_dale: bool = True,
                              seed: Optional[int] = None
                              ) -> Tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(inh, exc, m, som_m), populations and masks of a network of N units, drawn as FR_RNN_dale
    draws them: inh, exc (N,) truths; m N x N, a diagonal of 1 and -1; som_m N x N, 0 where a
    connection is forbidden. Effective weights are w @ m * som_m.

    som_N: SOM units among the inhibitory ones. seed None: from numpy.random. Raises ValueError."""
    from rate import RateNetwork
    net = RateNetwork(N, P_inh, som_N=som_N, apply_dale=apply_dale, seed=seed)
    inh = net.inh.ravel()
    return inh, ~inh, net.mask, net.som_mask


def _step(dt: Any) -> float:
    """A time step, s."""
    if not 0 < number(dt, "dt") < float("inf"):
        raise ValueError("dt is %s; expected a time above 0, s" % (dt,))
    return number(dt, "dt")


def generate_lif_params(dt: float = 5e-5, downsample: int = 1) -> Dict[str, float]:
    """The defaults of the units, in s and mV: dt (of a step, times downsample), tref, tm, tr,
    vreset, vpeak, bias. Raises ValueError."""
    dt = _step(dt)
    if whole(downsample, "downsample") < 1:
        raise ValueError("downsample is %s; expected 1 or more" % (downsample,))
    values = lib.srnn_spiking_params_default().neuron
    return {"dt": dt * downsample, "downsample": downsample, "tref": values.tref_ms / 1e3,
            "tm": values.tm_ms / 1e3, "tr": values.tr_ms / 1e3, "vreset": values.v_reset_mv,
            "vpeak": values.v_peak_mv, "bias": values.bias_mv}


def validate_stimulus(u: Any, task_type: str = "go_nogo") -> bool:
    """True where u is n_in x C finite numbers of the task's n_in. Raises ValueError."""
    from rate import TaskFactory
    values, task_type = np.asarray(to_numpy(u)), text_of(task_type)
    n_in = TaskFactory.create_task(task_type)._library_task().n_in
    if values.dtype.kind not in "biuf" or values.ndim != 2:
        raise ValueError("u is an array of %s, of shape %s; expected %d x C numbers for %s"
                         % (values.dtype, values.shape, n_in, task_type))
    if values.shape[0] != n_in or values.shape[1] < 2:
        raise ValueError("u is %d x %d; expected %d x 2 or more for %s"
                         % (values.shape + (n_in, task_type)))
    if not np.isfinite(values).all():
        raise ValueError("u holds a number that is not finite")
    return True


def check_gpu_availability() -> Tuple[bool, str]:
    """(False, 'cpu'): the kernels run on the processor."""
    return False, "cpu"


def set_random_seed(seed: int) -> None:
    """Of numpy.random, from which calls without a seed draw theirs, of random, and of torch where
    it has been imported. Raises ValueError."""
    seed = whole(seed, "seed")
    if seed < 0:
        raise ValueError("seed is %d; expected 0 or more" % seed)
    random.seed(seed)
    np.random.seed(seed)
    if sys.modules.get("torch") is not None:
        sys.modules["torch"].manual_seed(seed)


class _Units(np.ndarray):
    """Indices of units, whose int() is their number, as older scripts print it. What is made of
    them - a part, a sum, a comparison - is as of any array."""
    __array_priority__ = -1.0

    def __array_finalize__(self, source: Any) -> None:
        self._made_of_others = isinstance(source, _Units)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        if "out" in named:
            named["out"] = tuple(map(_plain, named["out"]))
        return getattr(ufunc, method)(*map(_plain, inputs), **named)

    def __getitem__(self, index: Any) -> Any:
        return _plain(self)[index]

    def __int__(self) -> int:
        return int(_plain(self)) if self._made_of_others else int(self.size)

    def __format__(self, spec: str) -> str:
        if self._made_of_others:
            return format(_plain(self), spec)
        return format(int(self), spec) if spec else str(self)


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, _Units) else value


def format_spike_data(spikes: Any, dt: float) -> Dict[str, Any]:
    """Of spikes N x nt, 0 or 1, in steps of dt (s): spike_times (s, step i is at i dt, from 1) and
    spike_neurons (from 0), in the order of time; firing_rates (N,) Hz, of all steps; total_spikes;
    active_neurons, the units that spike at all, of which len() and int() give the number. Raises
    ValueError."""
    values = np.asarray(to_numpy(spikes))
    if values.ndim != 2 or values.dtype.kind not in "biuf" or not values.size:
        raise ValueError("spikes are of shape %s; expected N x nt numbers" % (values.shape,))
    dt = _step(dt)
    steps, units = np.nonzero(values.T)
    counts = np.count_nonzero(values, axis=1)
    return {"spike_times": (steps + 1) * dt, "spike_neurons": units,
            "firing_rates": counts / (values.shape[1] * dt), "total_spikes": int(counts.sum()),
            "active_neurons": np.flatnonzero(counts).view(_Units)}


def validate_scaling_factor(scaling_factor: Any,
                            valid_range: Tuple[float, float] = (1, 1000)) -> bool:
    """True where it is a number inside the range, ends included. Raises ValueError."""
    low, high = row(valid_range, 2, "valid_range")
    try:
        inside = low <= number(scaling_factor, "scaling_factor") <= high
    except ValueError:
        inside = False
    if not inside:
        raise ValueError("scaling_factor is %r; expected %g to %g" % (scaling_factor, low, high))
    return True
