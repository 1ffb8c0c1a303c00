"""Plots with matplotlib, and the program's figures."""
import os
from ctypes import POINTER, byref, c_char_p
from typing import Any, Dict, List, Optional, Sequence

import numpy as np

from spikernn import (Model, Task, c, call, choice, encoded, fill, lib, long_call, pointer, text,
                      to_numpy)
from ._network import _Owner, as_model, spiking_params, units_of
from .tasks import RATE_STEP_S, task_for


# ---- one trial ----

def _axes(ax: Any) -> Any:
    """The given axes, else new ones."""
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise ImportError("plots need matplotlib, which is not installed; on Debian it is the "
                          "package python3-matplotlib") from None
    return plt.subplots()[1]


def _times_ms(result: Any, steps: int) -> np.ndarray:
    return 1e3 * result[6]["dt"] * np.arange(1, steps + 1)


def _kept(values: Any, name: str, kind: str) -> Any:
    if values is None:
        raise ValueError("the result has no %s; expected one recorded with '%s'" % (name, kind))
    return values


def raster(result: Any, ax: Any = None, *, dt: Optional[float] = None, **style: Any) -> Any:
    """A point for each spike, of what LIF_network_fnc returned or of spk (N x nt; dt in s, None:
    0.05 ms). style: of matplotlib's plot. Returns the axes. Raises ImportError, ValueError."""
    whole_result = isinstance(result, tuple)
    spikes = np.asarray(to_numpy(_kept(result[2], "spk", "spikes") if whole_result else result))
    if spikes.ndim != 2:
        raise ValueError("the spikes are of shape %s; expected N x nt" % (spikes.shape,))
    if dt is None:
        dt = result[6]["dt"] if whole_result else 5e-5
    units, steps = np.nonzero(spikes)
    ax = _axes(ax)
    ax.plot(1e3 * dt * (steps + 1), units, **dict(
        {"linestyle": "none", "marker": "|", "markersize": 2, "color": "black"}, **style))
    ax.set(xlim=(0, 1e3 * dt * spikes.shape[1]), ylim=(-0.5, spikes.shape[0] - 0.5),
           xlabel="time (ms)", ylabel="unit")
    return ax


def output(result: Any, ax: Any = None, **style: Any) -> Any:
    """The output of what LIF_network_fnc returned, a line for each. Returns the axes."""
    out = np.atleast_2d(result[5])
    ax = _axes(ax)
    ax.plot(_times_ms(result, out.shape[1]), out.T, **style)
    ax.set(xlabel="time (ms)", ylabel="output")
    return ax


def voltage(result: Any, units: Sequence[int], ax: Any = None, **style: Any) -> Any:
    """The membrane voltages of some units, from 0, of what LIF_network_fnc returned. Returns the
    axes. Raises ImportError, ValueError."""
    v = _kept(result[1], "REC", "v")
    units = units_of(units, v.shape[0], "units")
    for unit in units:
        if not 0 <= unit < v.shape[0]:
            raise ValueError("units has %d; expected units from 0 to %d" % (unit, v.shape[0] - 1))
    ax = _axes(ax)
    for line, unit in zip(ax.plot(_times_ms(result, v.shape[1]), v[units].T, **style), units):
        line.set_label("unit %d" % unit)
    ax.set(xlabel="time (ms)", ylabel="membrane voltage (mV)")
    if len(units) > 1:
        ax.legend()
    return ax


# ---- the program's figures ----

def _observation(model: Any, task: Any, params: Any, n_trials: int, seed: int,
                 units: np.ndarray) -> Any:
    options = lib.srnn_observe_options_default()
    fill(options, {"n_trials": n_trials, "seed": seed})
    options.units, options.n_units = pointer(units), units.size
    options.spiking = POINTER(c.srnn_spiking_params)(params)
    owner = _Owner(c.srnn_observation(), lib.srnn_observation_free)
    long_call(lib.srnn_observe, model, task, byref(options), byref(owner.struct))
    return owner


def _chosen(data: Any, names: Optional[Sequence[str]]) -> List[Any]:
    """The figures of these names; None: all that the data allow."""
    figures, why = [], c_char_p()
    if names is None:
        i = 0
        while lib.srnn_figure_at(i):
            if lib.srnn_figure_possible(lib.srnn_figure_at(i), byref(data), byref(why)):
                figures.append(lib.srnn_figure_at(i))
            i += 1
        return figures
    for name in (names,) if isinstance(names, str) else names:
        figure = lib.srnn_figure_named(str(name).encode())
        if not figure:
            raise ValueError("the figure '%s' is unknown; `spikernn plot --list` tells the names"
                             % name)
        if not lib.srnn_figure_possible(figure, byref(data), byref(why)):
            raise ValueError("the figure '%s' cannot be drawn: %s" % (name, text(why.value)))
        figures.append(figure)
    return figures


def draw_figures(model: Model, task: Task, params: Any, folder: Any, names: Optional[Sequence[str]],
                 formats: Sequence[str], n_trials: int, seed: int,
                 units: Optional[Sequence[int]] = None) -> List[str]:
    """Both networks run on the task's trials, drawn; as figures()."""
    N = model.view.N
    held = units_of(range(min(3, N)) if units is None else units, N, "units")
    seen = _observation(model, task, params, n_trials, seed, held)
    statistics = _Owner(c.srnn_spike_statistics(), lib.srnn_spike_statistics_free)
    call(lib.srnn_spike_statistics_of, byref(seen.struct.spikes), None, byref(statistics.struct))
    data = c.srnn_figure_data()
    data.model, data.observation = model._as_parameter_, POINTER(c.srnn_observation)(seen.struct)
    data.spikes = POINTER(c.srnn_spikes)(seen.struct.spikes)
    data.statistics = POINTER(c.srnn_spike_statistics)(statistics.struct)
    chosen = _chosen(data, names)
    drawing = lib.srnn_figure_options_default()
    drawing.folder = encoded(folder)
    drawing.formats = sum(1 << choice(name, "formats") for name in set(formats))
    long_call(lib.srnn_figures_draw, (POINTER(c.srnn_figure) * len(chosen))(*chosen), len(chosen),
              byref(data), byref(drawing), path=os.fspath(folder))
    return [text(figure.contents.name) for figure in chosen]


def draw_with_matplotlib(model: Model, task: Task, params: Any, folder: Any,
                         formats: Sequence[str], n_trials: int, seed: int) -> None:
    """The figures outputs and raster of the same trials, drawn without gnuplot: of every trial type
    the spiking network's outputs, and the spikes of its first trial. Raises ImportError."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    seen = _observation(model, task, params, n_trials, seed, np.empty(0, np.int32))
    data = seen.struct
    types = np.ctypeslib.as_array(data.type, (data.K,))
    out = np.ctypeslib.as_array(data.out, (data.K, data.T - 1, data.n_out))
    times_ms = RATE_STEP_S * 1e3 * np.arange(1, data.T)
    trial, unit, time_ms = (np.ctypeslib.as_array(values, (data.spikes.n,)) if data.spikes.n else
                            np.empty(0) for values in (data.spikes.trial, data.spikes.unit,
                                                       data.spikes.time_ms))

    def outputs(ax: Any, type_: int) -> None:
        for output_of in out[types == type_]:
            ax.plot(times_ms, output_of, linewidth=1)
        ax.set_ylabel("output")

    def raster_of(ax: Any, type_: int) -> None:
        own = trial == np.flatnonzero(types == type_)[0]
        ax.plot(time_ms[own], unit[own], linestyle="none", marker="|", markersize=2, color="black")
        ax.set(ylabel="unit", ylim=(-0.5, data.N - 0.5))

    for name, draw_type in (("outputs", outputs), ("raster", raster_of)):
        figure = Figure(figsize=(7, 1 + 2.2 * data.n_types), constrained_layout=True)
        FigureCanvasAgg(figure)
        axes = figure.subplots(data.n_types, squeeze=False, sharex=True)[:, 0]
        for type_, ax in enumerate(axes):
            ax.set_title(task.type_names[type_])
            draw_type(ax, type_)
        axes[-1].set_xlabel("time (ms)")
        for ending in formats:
            figure.savefig(os.path.join(os.fspath(folder), "%s.%s" % (name, ending)))


def figures(model: Any, folder: Any, names: Optional[Sequence[str]] = None,
            formats: Sequence[str] = ("png", "svg"), *, scaling_factor: Optional[float] = None,
            n_trials: int = 20, seed: int = 0, units: Optional[Sequence[int]] = None,
            task: Any = None, task_settings: Optional[Dict[str, Any]] = None,
            **options: Any) -> List[str]:
    """Draws figures of a trained network and its spiking one into a folder, by gnuplot: NAME.png,
    NAME.svg, NAME.pdf as asked for, and NAME.gp, NAME.dat, with which they can be styled anew.

    model, scaling_factor: as for LIF_network_fnc; options: its keywords. names: of figures, as
    `spikernn plot --list` tells; None: all that can be drawn. n_trials: of each trial type; units:
    whose voltages are shown, from 0; None: the first three. task, task_settings: None the ones it
    was trained on, else as for evaluate_task. Returns the figures' names.

    Raises ValueError, OSError, and RuntimeError where gnuplot is not installed (scripts and data
    are then there)."""
    formats = (formats,) if isinstance(formats, str) else formats
    for name in formats:
        choice(name, "formats")
    model = as_model(model)
    params = spiking_params(model, scaling_factor, **options)
    return draw_figures(model, task_for(model, task, task_settings), params, folder, names, formats,
                        n_trials, seed, units)
