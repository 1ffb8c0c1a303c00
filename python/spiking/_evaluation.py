"""Evaluation of a model's spiking network in the library's loop, and its figures."""
import os
import warnings
from ctypes import byref
from typing import Any, Callable, Dict, List, Optional, Tuple

from spikernn import (Model, ProgramMissing, Progress, Task, c, encoded, fill, lib, long_call,
                      whole)
from .tasks import performance

FIGURES = ("outputs", "raster")
FIGURE_TRIALS = 20  # of each type


def evaluated(model: Model, task: Task, params: c.srnn_spiking_params, n_trials: int = 100,
              seed: int = 0, progress: Optional[Callable[[Progress], Any]] = None) -> Dict[str, Any]:
    """The performance over n_trials of every trial type, the same as that of `spikernn eval`."""
    options = lib.srnn_spiking_eval_options_default()
    fill(options, {"seed": seed, "n_trials": n_trials, "balanced": True})
    result = c.srnn_spiking_evaluation()
    long_call(lib.srnn_spiking_evaluate, model, task, byref(params), byref(options), byref(result),
              progress=progress)
    types = {name: (stats.n, stats.correct) for name, stats in zip(task.type_names, result.types)}
    by_factor = params.conversion == c.SRNN_BY_SCALING_FACTOR
    return dict(performance(types, options.n_trials), task=task.name,
                mean_rate_hz=result.mean_rate_hz,
                scaling_factor=params.scaling_factor if by_factor else None)


def draw(model: Model, task: Task, params: c.srnn_spiking_params, folder: str, n_trials: int = 20,
         seed: int = 0) -> List[str]:
    """Outputs and spikes of the first trials of an evaluation of that seed, as PNG and SVG with
    gnuplot's scripts and data. Returns the pictures' paths; without gnuplot none, and a warning."""
    from .plot import draw_figures
    try:
        draw_figures(model, task, params, folder, FIGURES, ("png", "svg"),
                     min(whole(n_trials, "n_trials"), FIGURE_TRIALS), seed)
    except ProgramMissing as missing:
        warnings.warn(str(missing))
        return []
    return [os.path.join(folder, name + ending) for name in FIGURES for ending in (".png", ".svg")]


def model_paths(model_dir: Any, model_path: Any) -> Tuple[List[str], bool]:
    """(the model files, is it one that was named by itself). Raises ValueError,
    FileNotFoundError."""
    from rate.utils import models_in
    if (model_dir is None) == (model_path is None):
        raise ValueError("expected one of model_dir, a folder, and model_path, a file")
    path = os.fsdecode(encoded(model_dir if model_path is None else model_path))
    if model_path is not None and not os.path.isfile(path):
        raise FileNotFoundError("%s: no such file" % path)
    return models_in(path), os.path.isfile(path)
