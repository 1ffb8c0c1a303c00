"""Evaluates the spiking network of trained models on their task:

    python -m spiking.eval_tasks --task go-nogo --model_dir models/go-nogo"""
import argparse
import os
import sys
from typing import Any, Callable, Dict, List, Optional

from spikernn import Model, Progress, truth
from ._evaluation import draw, evaluated, model_paths
from ._network import spiking_params
from .tasks import performance, task_for

TASK_OPTIONS = ("T", "stim_on", "stim_dur", "delay")


def evaluate_task(task_name: Any, model_dir: Any = None,
                  optimal_scaling_factor: Optional[float] = None,
                  task_settings: Optional[Dict[str, Any]] = None, save_plots: bool = True,
                  n_trials: int = 100, *, model_path: Any = None, seed: int = 0,
                  progress: Optional[Callable[[Progress], Any]] = None,
                  verbose: bool = True) -> Dict[str, Any]:
    """Accuracy of the spiking network over n_trials of every trial type, on the trials and with
    the result of `spikernn eval` with the same seed.

    task_name: a name, a file (.json, .so), or a task of your own (AbstractSpikingTask,
    rate.AbstractTask); None: the file's. task_settings win over the file's.
    model_dir: a folder with .mat files; model_path: one file.
    optimal_scaling_factor: None: what the file holds, of a scaling factor and an operating point
    the one that did better on fresh trials.
    save_plots: outputs and spikes go into the folder plots beside the model, drawn by gnuplot;
    where it is not installed a warning says so.

    Returns a dict: overall_accuracy (0 to 1), <type>_accuracy and <type>_trials of every trial
    type, n_trials (as given), total_trials, mean_rate_hz, scaling_factor (None: the operating
    point), task, model, plots. Of several models the trials of all are counted together, and
    `models` holds the dict of each. Raises ValueError, FileNotFoundError."""
    save_plots, verbose = truth(save_plots, "save_plots"), truth(verbose, "verbose")
    paths, _ = model_paths(model_dir, model_path)
    results = [_evaluate_file(path, task_name, optimal_scaling_factor, task_settings, n_trials,
                              seed, progress) for path in paths]
    if save_plots:
        for path, (result, drawing) in zip(paths, results):
            result["plots"] = drawing(_plots_folder(path, len(paths) > 1))
    found = [result for result, _ in results]
    if verbose:
        for result in found:
            _tell(result)
    return found[0] if len(found) == 1 else _together(found)


def _evaluate_file(path: str, task_name: Any, scaling_factor: Optional[float],
                   settings: Optional[Dict[str, Any]], n_trials: int, seed: int,
                   progress: Optional[Callable[[Progress], Any]]) -> Any:
    """(the performance, what draws its figures into a folder)."""
    model = Model.load(path)
    try:
        task = task_for(model, task_name, settings)
        params = spiking_params(model, scaling_factor)
    except ValueError as error:  # which of them
        raise ValueError("%s: %s" % (path, error)) from None
    result = evaluated(model, task, params, n_trials, seed, progress)
    return dict(result, model=path, plots=[]), lambda folder: draw(model, task, params, folder,
                                                                   n_trials, seed)


def _plots_folder(path: str, several: bool) -> str:
    folder, name = os.path.split(path)
    stem = [os.path.splitext(name)[0]] if several else []
    return os.path.join(folder, "plots", *stem)


def _types(result: Dict[str, Any]) -> Dict[str, int]:
    """{trial type: its trials}."""
    ending = "_trials"
    return {name[:-len(ending)]: n for name, n in result.items()
            if name.endswith(ending) and name not in ("n_trials", "total_trials")}


def _together(results: List[Dict[str, Any]]) -> Dict[str, Any]:
    """Of several models; types that not all of them have are counted where they are."""
    types = {}
    for result in results:
        for name, n in _types(result).items():
            right = round(result["%s_accuracy" % name] * n) if n else 0
            before = types.get(name, (0, 0))
            types[name] = before[0] + n, before[1] + right
    plots = [plot for result in results for plot in result["plots"]]
    return dict(performance(types, results[0]["n_trials"]), plots=plots,
                models={result["model"]: result for result in results})


def _tell(result: Dict[str, Any]) -> None:
    how = "operating point" if result["scaling_factor"] is None else \
        "scaling factor %g" % result["scaling_factor"]
    print("%s: %s, %s" % (result["model"], result["task"], how))
    print("Overall accuracy: %.3f (%d trials)"
          % (result["overall_accuracy"], result["total_trials"]))
    for name, n in _types(result).items():
        print("  %s: %.3f (%d trials)" % (name, result["%s_accuracy" % name], n))
    if result["plots"]:
        print("Plots: %s" % os.path.dirname(result["plots"][0]))


# ---- the command lines ----

def run(name: str, evaluate: Callable[[], Any]) -> int:
    """Of a command line: evaluates; errors go to stderr. Returns the exit status."""
    try:
        evaluate()
    except KeyboardInterrupt:
        return 130
    except (ValueError, OSError, FloatingPointError, MemoryError) as error:
        print("%s: %s" % (name, error), file=sys.stderr)
        return 1
    return 0


def model_options(parser: argparse.ArgumentParser, factor: str) -> Callable:
    """Adds those that all evaluations have; returns parser.add_argument."""
    add = parser.add_argument
    add("--model_dir", help="the .mat files below it are evaluated")
    add("--model_path", help="one file instead")
    add(factor, type=float, help="scaling factor (default: the file's)")
    add("--n_trials", type=int, default=100, help="of each trial type (default %(default)s)")
    add("--no_plots", action="store_true", help="no figures")
    add("--seed", type=int, default=0, help="of every draw (default %(default)s)")
    return add


def main_of(name: str, description: str, evaluate: Callable[..., Any],
            arguments: Optional[List[str]]) -> int:
    """The command line of the evaluation of one task; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m " + name, description=description)
    model_options(parser, "--optimal_scaling_factor")
    args = parser.parse_args(arguments)
    return run(name, lambda: evaluate(
        args.model_dir, args.optimal_scaling_factor, model_path=args.model_path,
        n_trials=args.n_trials, save_plots=not args.no_plots, seed=args.seed))


def main(arguments: Optional[List[str]] = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m spiking.eval_tasks",
                                     description=__doc__.split(":\n")[0] + ".")
    add = model_options(parser, "--scaling_factor")
    add("--task", help="go-nogo, xor, mante, another of the library, or a file "
        "(default: the model's)")
    for setting in TASK_OPTIONS:
        add("--" + setting, type=int, help="of the task, steps of 5 ms (default: the model's)")
    args = parser.parse_args(arguments)
    settings = {name: value for name, value in vars(args).items()
                if name in TASK_OPTIONS and value is not None}
    return run("spiking.eval_tasks", lambda: evaluate_task(
        args.task, args.model_dir, args.scaling_factor, settings, not args.no_plots, args.n_trials,
        model_path=args.model_path, seed=args.seed))


if __name__ == "__main__":
    sys.exit(main())
