"""What the functions of this package take for a spiking network, turned into the library's."""
import os
from ctypes import byref, c_int
from typing import Any, Dict, Optional, Tuple

import numpy as np

from spikernn import (Model, c, call, choice, fill, integers, known_names, lib, model_of, number,
                      pointer, text_of, to_numpy, view)

STIM_KEYS = ("mode", "dur", "units", "probability", "amplitude_mv")


# ---- the network ----

def as_model(model: Any) -> Model:
    """The library's network of a path, a dict as scipy.io.loadmat gives (squeezed or not), an
    FR_RNN_dale or a spikernn.Model. Raises FileNotFoundError, OSError, ValueError."""
    model = text_of(model)
    if isinstance(model, Model):
        return model
    if isinstance(getattr(model, "model", None), Model):  # a LIFNetwork
        return model.model
    if hasattr(model, "_give_weights"):  # rate.RateNetwork, with what its arrays are now
        model._give_weights()
        return model._model
    if isinstance(model, dict):
        return model_of(model)
    if not isinstance(model, (str, bytes, os.PathLike)):
        raise ValueError("the model is a %s; expected a path, a dict of a .mat file or an "
                         "FR_RNN_dale" % type(model).__name__)
    return Model.load(model)


# ---- its parameters ----

def _stimulation(stims: Optional[Dict[str, Any]], N: int) -> Tuple[Dict[str, Any], Any]:
    """(fields of srnn_stimulation, the units that they point to)."""
    if stims is None:
        return {}, None
    if not isinstance(stims, dict) or "mode" not in stims:
        raise ValueError("stims is %r; expected a dict with 'mode': 'none', 'exc' or 'inh'"
                         % (stims,))
    known_names(stims, STIM_KEYS, "stims")
    mode = choice(stims["mode"], "stim_mode", "stims['mode']")
    if mode == c.SRNN_STIM_NONE:
        return {}, None
    for name, expected in (("dur", "[on, off]"), ("units", "a list of units")):
        if name not in stims:
            raise ValueError("stims has no '%s'; expected %s" % (name, expected))
    window = integers(np.ravel(stims["dur"]), (2,), "stims['dur']")
    units = units_of(stims["units"], N, "stims['units']")
    fields = {"mode": mode, "on": window[0], "off": window[1], "n_units": units.size}
    fields.update((name, stims[name]) for name in ("probability", "amplitude_mv") if name in stims)
    return fields, units


def units_of(given: Any, N: int, name: str) -> np.ndarray:
    """Indices of units, from 0, as C int, of indices or of N truths, which in a .mat file are
    numbers. N different indices cannot all be 0 or 1 where N is above 2."""
    units = np.ravel(to_numpy(given))
    if units.size == N and (units.dtype == bool or (N > 2 and np.isin(units, (0, 1)).all())):
        units = np.flatnonzero(units)
    return integers(units, (None,), name)


def _convert(values: Any, model: Model, scaling_factor: Optional[float],
             conversion: Optional[int]) -> None:
    """The conversion and the scaling factor of values, None: as the library chooses."""
    factor = float("nan") if scaling_factor is None else number(scaling_factor, "scaling_factor")
    if scaling_factor is not None and factor != factor:
        raise ValueError("scaling_factor is nan; expected a number above 0")
    asked = None if conversion is None else byref(c_int(conversion))
    call(lib.srnn_choose_conversion, model, asked, factor, byref(values))


def spiking_params(model: Model, scaling_factor: Optional[float] = None,
                   stims: Optional[Dict[str, Any]] = None, *, conversion: Optional[str] = None,
                   neuron: str = "lif", precision: str = "float", v0: str = "uniform",
                   **named: Any) -> Any:
    """srnn_spiking_params of a network; named: its fields. It keeps alive what it points to.
    Raises ValueError."""
    values = lib.srnn_spiking_params_of(choice(neuron, "neuron"))
    for name in ("scaling_factor", "stimulation"):
        if name in named:
            raise ValueError("the option '%s' is unknown here" % name)
    fill(values, dict(named, precision=precision))
    start = choice(v0, "v0")
    if start != c.SRNN_V0_UNIFORM:
        unit = values.neuron
        unit.v0_low_mv = unit.v0_high_mv = (
            unit.v_reset_mv if start == c.SRNN_V0_RESET else unit.bias_mv)
    fields, units = _stimulation(stims, model.view.N)
    fill(values.stimulation, fields)
    if units is not None:
        values.stimulation.units, values.held = pointer(units), units
    _convert(values, model, scaling_factor,
             None if conversion is None else choice(conversion, "conversion"))
    return values


# ---- what the library gives ----

class _Owner:
    """Frees the arrays of a struct of the library when the last view of them has gone."""

    def __init__(self, struct: Any, free: Any) -> None:
        self.struct, self._free = struct, free

    def __del__(self) -> None:
        self._free(byref(self.struct))


def network_of(model: Model, params: Any) -> Dict[str, np.ndarray]:
    """W (N x N), w_in (N x n_in), bias (N,) mV, w_out (n_out x N), b_out (n_out,), td, td0 (N,)
    s."""
    owner = _Owner(c.srnn_spiking_network(), lib.srnn_spiking_network_free)
    call(lib.srnn_spiking_network_of, model, byref(params), byref(owner.struct))
    n = owner.struct
    shapes = {"W": (n.N, n.N), "w_in": (n.n_in, n.N), "bias": (n.N,), "w_out": (n.N, n.n_out),
              "b_out": (n.n_out,), "td": (n.N,), "td0": (n.N,)}
    fields = {"bias": "bias_mv", "td": "td_s", "td0": "td0_s"}
    return {name: view(getattr(n, fields.get(name, name)), shape, owner).T
            for name, shape in shapes.items()}


def run(model: Model, params: Any, values: Any, what: int, threads: Optional[int]) -> Any:
    """An owner of the srnn_spiking_result of one trial; what: a sum of SRNN_RECORD_*."""
    recording = lib.srnn_recording_default()
    recording.what = what
    owner = _Owner(c.srnn_spiking_result(), lib.srnn_spiking_result_free)
    call(lib.srnn_spiking_run, model, byref(params), byref(values), byref(recording),
         byref(owner.struct), threads=threads)
    return owner
