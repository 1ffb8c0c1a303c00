"""Evaluation of a model's spiking network in the library's loop, and its figures."""
import os
import warnings
from ctypes import byref
from typing import Any, Callable, Dict, List, Optional

from spikernn import (Model, ProgramMissing, Progress, Task, c, encoded, fill, lib, long_call,
                      text_of, whole)
from .tasks import performance

FIGURES = ("outputs", "raster")
FORMATS = ("png", "svg")
FIGURE_TRIALS = 20  # of each type


def evaluation_of(model: Model, task: Task, params: c.srnn_spiking_params, n_trials: int, seed: int,
                  balanced: bool, progress: Optional[Callable[[Progress], Any]] = None) -> Any:
    """srnn_spiking_evaluation."""
    options = fill(lib.srnn_spiking_eval_options_default(),
                   {"seed": seed, "n_trials": n_trials, "balanced": balanced})
    result = c.srnn_spiking_evaluation()
    long_call(lib.srnn_spiking_evaluate, model, task, byref(params), byref(options), byref(result),
              progress=progress)
    return result


def evaluated(model: Model, task: Task, params: c.srnn_spiking_params, n_trials: int = 100,
              seed: int = 0, progress: Optional[Callable[[Progress], Any]] = None) -> Dict[str, Any]:
    """The performance over n_trials of every trial type, the same as that of `spikernn eval`."""
    result = evaluation_of(model, task, params, n_trials, seed, True, progress)
    types = {name: (stats.n, stats.correct) for name, stats in zip(task.type_names, result.types)}
    by_factor = params.conversion.by == c.SRNN_BY_SCALING_FACTOR
    return dict(performance(types), task=task.name,
                two_sided_accuracy=result.two_sided / result.n_trials,
                mean_rate_hz=result.mean_rate_hz,
                scaling_factor=params.conversion.scaling_factor if by_factor else None)


def draw(model: Model, task: Task, params: c.srnn_spiking_params, folder: str, n_trials: int = 20,
         seed: int = 0) -> List[str]:
    """Outputs and spikes of the first trials of an evaluation of that seed, as PNG and SVG with
    gnuplot's scripts and data; without gnuplot by matplotlib. Returns the pictures' paths; without
    matplotlib either, none, and a warning."""
    from .plot import draw_figures, draw_with_matplotlib
    n_trials = min(whole(n_trials, "n_trials"), FIGURE_TRIALS)
    try:
        draw_figures(model, task, params, folder, FIGURES, FORMATS, n_trials, seed)
    except ProgramMissing as missing:
        try:
            draw_with_matplotlib(model, task, params, folder, FORMATS, n_trials, seed)
        except ImportError:
            warnings.warn("%s; or matplotlib (pip install matplotlib), which is not installed "
                          "either" % missing)
            return []
    return [os.path.join(folder, "%s.%s" % (name, ending)) for name in FIGURES
            for ending in FORMATS]


def model_paths(model_dir: Any, model_path: Any, task: Any = None) -> List[str]:
    """The model files; where neither is given those in models/TASK, where training puts them.
    Raises ValueError, FileNotFoundError."""
    from rate.utils import models_in
    task = text_of(task)
    if model_dir is not None and model_path is not None:
        raise ValueError("expected one of model_dir, a folder, and model_path, a file")
    if model_dir is None and model_path is None:
        model_dir = "models/%s" % (task.replace("_", "-") if isinstance(task, str) else "go-nogo")
        if not os.path.isdir(model_dir):
            raise FileNotFoundError("expected model_dir, a folder, or model_path, a file; there is "
                                    "no folder %s, the default" % model_dir)
    path = os.fsdecode(encoded(model_dir if model_path is None else model_path))
    if model_path is not None and not os.path.isfile(path):
        raise FileNotFoundError("%s: no such file" % path)
    return models_in(path)
