"""Evaluates the spiking network of trained models on their task:

    python -m spiking.eval_tasks --task go-nogo --model_dir models/go-nogo"""
import argparse
import functools
import numbers
import os
import sys
from typing import Any, Callable, Dict, List, Optional, Tuple

from rate.tasks import AbstractTask, GoNogoTask, ManteTask, TaskFactory, XORTask  # noqa: F401
from spikernn import Model, Progress, renamed, text_of, truth, whole
from spikernn._command_line import SETTINGS, add_options, given, run
from ._evaluation import draw, evaluated, model_paths
from ._evaluators import (  # noqa: F401: names of this module
    GoNogoSpikingEvaluator, LIFNetworkAdapter, ManteSpikingEvaluator, SpikingEvaluatorFactory,
    XORSpikingEvaluator, evaluate_single_trial, load_model_and_scaling_factor, own_evaluator)
from ._network import spiking_params
from .abstract import AbstractSpikingRNN  # noqa: F401
from .LIF_network_fnc import LIF_network_fnc  # noqa: F401
from .tasks import SpikingTaskFactory, performance, task_for  # noqa: F401


def _either_order(function: Callable) -> Callable:
    """Decorator: a number in the fifth place is n_trials, and all_trial_types comes after it, as
    in the newest of the older versions."""
    @functools.wraps(function)
    def ordered(*arguments: Any, **named: Any) -> Any:
        if 4 < len(arguments) < 7 and isinstance(arguments[4], numbers.Integral) \
                and not isinstance(arguments[4], bool):
            for name, value in zip(("n_trials", "all_trial_types"), arguments[4:]):
                if name in named:
                    raise TypeError("%s() has %s twice" % (function.__name__, name))
                named[name] = value
            arguments = arguments[:4]
        return function(*arguments, **named)
    return ordered


@_either_order
@renamed(scaling_factor="optimal_scaling_factor", plot_results="save_plots",
            settings="task_settings")
def evaluate_task(task_name: Any, model_dir: Any = None,
                  optimal_scaling_factor: Optional[float] = None,
                  task_settings: Optional[Dict[str, Any]] = None, save_plots: bool = True,
                  n_trials: int = 100, *, model_path: Any = None, plot_dir: Any = None,
                  all_trial_types: bool = True, seed: int = 0,
                  progress: Optional[Callable[[Progress], Any]] = None,
                  verbose: bool = True) -> Dict[str, Any]:
    """Accuracy of the spiking network over n_trials of every trial type, on the trials and with
    the result of `spikernn eval` with the same seed.

    task_name: a name, a file (.json, .so), or a task of your own (AbstractSpikingTask,
    rate.AbstractTask); None: the file's. task_settings win over the file's.
    model_dir: a folder with .mat files, or one file; model_path: one file. Neither: the folder
    models/go-nogo, or of the task's name.
    optimal_scaling_factor: None: what the file holds, of a scaling factor and an operating point
    the one that did better on fresh trials.
    save_plots: outputs and spikes go into plot_dir, by default plots/ in the model's folder,
    drawn by gnuplot, else by matplotlib; where neither is installed a warning says so. A whole
    number in this place is n_trials, as in older scripts.
    all_trial_types: has no effect: all of them are always evaluated.

    Returns a dict: overall_accuracy (0 to 1), two_sided_accuracy (of outputs that are not beyond the
    threshold of the other side either), <type>_accuracy and <type>_trials of every trial type, n_trials (of all types together, also total_trials), mean_rate_hz, scaling_factor (None:
    the operating point), task, model, plots; of XOR also <type>_count, of Mante also those of the
    contexts color and motion. Of several models the trials of all are counted together, and
    `models` holds the dict of each. Raises ValueError, FileNotFoundError."""
    save_plots, verbose = truth(save_plots, "save_plots"), truth(verbose, "verbose")
    truth(all_trial_types, "all_trial_types")
    paths = model_paths(model_dir, model_path, task_name)
    results = [_evaluate_file(path, task_name, optimal_scaling_factor, task_settings, n_trials,
                              seed, progress) for path in paths]
    if save_plots:
        for path, (result, _, drawing) in zip(paths, results):
            result["plots"] = drawing(_plots_folder(path, plot_dir, len(paths) > 1))
    if verbose:
        for result, types, _ in results:
            _tell(result, types)
    return results[0][0] if len(results) == 1 else _together(results)


def _evaluate_file(path: str, task_name: Any, scaling_factor: Optional[float],
                   settings: Optional[Dict[str, Any]], n_trials: int, seed: int,
                   progress: Optional[Callable[[Progress], Any]]) -> Any:
    """(the performance, the names of the trial types, what draws its figures into a folder)."""
    model = Model.load(path)
    evaluator = own_evaluator(task_name)
    try:
        params = spiking_params(model, scaling_factor)
        task = None if evaluator else task_for(model, task_name, settings)
    except ValueError as error:  # which of them
        raise ValueError("%s: %s" % (path, error)) from None
    if evaluator:
        result = _trial_by_trial(evaluator(settings or {}), path,
                                 params.conversion.scaling_factor, n_trials)
        result.update(task=str(text_of(task_name)), model=path, plots=[])
        return result, ["trial"], lambda _: []
    result = evaluated(model, task, params, n_trials, seed, progress)
    return dict(result, model=path, plots=[]), task.type_names, lambda folder: draw(
        model, task, params, folder, n_trials, seed)


def _trial_by_trial(evaluator: Any, path: str, scaling_factor: float,
                    n_trials: int) -> Dict[str, Any]:
    n_trials = whole(n_trials, "n_trials")
    if n_trials < 1:
        raise ValueError("n_trials is %d; expected 1 or more" % n_trials)
    correct = sum(bool(evaluator.evaluate_single_trial(path, scaling_factor))
                  for _ in range(n_trials))
    return dict(performance({"trial": (n_trials, correct)}), scaling_factor=scaling_factor,
                two_sided_accuracy=float("nan"))  # the evaluator says nothing of the other side


def _plots_folder(path: str, plot_dir: Any, several: bool) -> str:
    folder, name = os.path.split(path)
    stem = [os.path.splitext(name)[0]] if several else []
    base = os.path.join(folder, "plots") if plot_dir is None else os.fspath(plot_dir)
    return os.path.join(base, *stem)


def _together(results: List[Tuple[Dict[str, Any], List[str], Any]]) -> Dict[str, Any]:
    """Of several models; types that not all of them have are counted where they are."""
    types = {}
    for result, names, _ in results:
        for name in names:
            n = result["%s_trials" % name]
            right = round(result["%s_accuracy" % name] * n) if n else 0
            before = types.get(name, (0, 0))
            types[name] = before[0] + n, before[1] + right
    plots = [plot for result, _, _ in results for plot in result["plots"]]
    trials = sum(result["n_trials"] for result, _, _ in results)
    two_sided = sum(result["two_sided_accuracy"] * result["n_trials"] for result, _, _ in results)
    return dict(performance(types), plots=plots, two_sided_accuracy=two_sided / trials,
                models={result["model"]: result for result, _, _ in results})


def _tell(result: Dict[str, Any], types: List[str]) -> None:
    how = "operating point" if result["scaling_factor"] is None else \
        "scaling factor %g" % result["scaling_factor"]
    print("%s: %s, %s" % (result["model"], result["task"], how))
    print("Overall accuracy: %.3f (%d trials), two-sided %.3f"
          % (result["overall_accuracy"], result["total_trials"], result["two_sided_accuracy"]))
    for name in types:
        print("  %s: %.3f (%d trials)"
              % (name, result["%s_accuracy" % name], result["%s_trials" % name]))
    if result["plots"]:
        print("Plots: %s" % os.path.dirname(result["plots"][0]))


# ---- the command lines ----

def model_options(parser: argparse.ArgumentParser) -> Callable:
    """Adds those that all evaluations have; returns parser.add_argument."""
    add = parser.add_argument
    add("--model_dir", help="the .mat files below it are evaluated")
    add("--model_path", help="one file instead")
    add("--scaling_factor", "--optimal_scaling_factor", type=float,
        help="scaling factor (default: the file's)")
    add("--n_trials", type=int, default=100, help="of each trial type (default %(default)s)")
    add("--no_plots", action="store_true", help="no figures")
    add("--all_trial_types", action="store_true", help="no effect: they are always all evaluated")
    add("--seed", type=int, default=0, help="of every draw (default %(default)s)")
    return add


def main_of(name: str, description: str, evaluate: Callable[..., Any],
            arguments: Optional[List[str]]) -> int:
    """The command line of the evaluation of one task; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m " + name, description=description)
    model_options(parser)
    args = parser.parse_args(arguments)
    return run(name, lambda: evaluate(
        args.model_dir, args.scaling_factor, model_path=args.model_path,
        n_trials=args.n_trials, save_plots=not args.no_plots, seed=args.seed))


def main(arguments: Optional[List[str]] = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m spiking.eval_tasks",
                                     description=__doc__.split(":\n")[0] + ".")
    add = model_options(parser)
    add("--task", help="go-nogo, xor, mante, another of the library, or a file "
        "(default: the model's)")
    add_options(parser, *SETTINGS)
    args = parser.parse_args(arguments)
    return run("spiking.eval_tasks", lambda: evaluate_task(
        args.task, args.model_dir, args.scaling_factor, given(args, SETTINGS), not args.no_plots,
        args.n_trials, model_path=args.model_path, seed=args.seed))


if __name__ == "__main__":
    sys.exit(main())
