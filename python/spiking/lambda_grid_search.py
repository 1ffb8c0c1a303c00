"""Searches the scaling factor of spiking networks and stores it in their files:

    python -m spiking.lambda_grid_search --model_dir models/go-nogo --task_name go-nogo \\
        --n_trials 100 --scaling_factors 20:76:5"""
import argparse
import sys
from ctypes import POINTER, byref
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, Union

import numpy as np

from spikernn import (Model, Progress, Task, c, call, copy, encoded, fill, lib, long_call,
                      pointer, renamed, row, truth, whole)
from spikernn._command_line import SETTINGS, add_options, given, run
from ._callable import make_callable
from ._evaluation import model_paths
from ._evaluators import evaluate_single_trial, own_evaluator  # noqa: F401: the first is a name
from .tasks import task_for

RANGE_STEP = 5


@renamed(task_type="task_name", n_trials_per_factor="n_trials")
def lambda_grid_search(model_dir: Any = None, task_name: Any = None, n_trials: int = 100,
                       scaling_factors: Iterable[float] = range(20, 76, 5),
                       task_settings: Optional[Dict[str, Any]] = None, *,
                       model_path: Any = None, scaling_range: Optional[Tuple] = None, seed: int = 0,
                       store: Optional[bool] = None,
                       progress: Optional[Callable[[Progress], Any]] = None, verbose: bool = True,
                       parallel: bool = True,
                       **options: Any) -> Union[float, Dict[str, float]]:
    """The best scaling factor: the one with the most correct of n_trials random trials, the same
    for every scaling factor; of equals the smallest. It goes into the file, with the accuracies
    (opt_scaling_factor, scaling_factors, all_perfs).

    store: True, False, or None: unless task_name and task_settings make other trials of a built-in
    task than those the model was trained on, and the file holds a scaling factor of the latter.

    model_dir: a folder, of which every .mat file below it is searched, or one file; model_path: one
    file. Neither: the folder models/go-nogo, or of the task's name.
    task_name: a name, a file (.json, .so), or a task of your own (AbstractSpikingTask,
    rate.AbstractTask); None: the file's. task_settings win over the file's.
    scaling_factors: numbers (a row or a column of a .mat file, too), or one. Three of a tuple in
    which the step is the least, (20, 76, 5), are first, last and step: 20, 25, ..., 75, as 20:76:5
    of the command line. A list is always the values themselves.
    scaling_range: (first, last), both included, in steps of 5, instead of scaling_factors.
    progress: called with a spikernn.Progress now and then; it may return True to stop.
    parallel: has no effect. The threads share the trials (set_threads), with the same result.
    options: fields of srnn_search_options: refine, racing, again, test_trials (fresh trials of
    the best one, by default n_trials), criterion 'accuracy', 'margin' or 'loss', and spiking, a
    dict of srnn_spiking_params.

    Returns the best scaling factor, a float; where the folder holds several files {path: best}.
    Raises ValueError, FileNotFoundError, OSError; with Ctrl-C KeyboardInterrupt: files already
    searched keep their result, and the one at hand the trials it had, unless it holds a search of
    more."""
    truth(parallel, "parallel")
    paths = model_paths(model_dir, model_path, task_name)
    if scaling_range is not None:
        scaling_factors = _range(scaling_range)
    values = _values(scaling_factors)
    store = None if store is None else truth(store, "store")
    verbose = truth(verbose, "verbose")
    filled = _options(n_trials, values, seed, options)
    best = {}
    for path in paths:
        found, stopped = _search_file(path, task_name, task_settings, filled, store, progress,
                                      print if verbose else _silent)
        if found is not None:
            best[path] = found
        if stopped:
            break
    del values
    return best if len(paths) > 1 else best.get(paths[0], float("nan"))


def _values(scaling_factors: Any) -> np.ndarray:
    """A number is one value; a tuple (first, last, step) as older scripts have it, which nobody
    would mean as three values, the range of the command line."""
    if isinstance(scaling_factors, (str, bytes)):
        raise ValueError("scaling_factors is %r; expected numbers" % (scaling_factors,))
    try:
        given = scaling_factors if hasattr(scaling_factors, "dtype") else list(scaling_factors)
    except TypeError:
        given = [scaling_factors]
    values = row(given, None, "scaling_factors")
    if isinstance(scaling_factors, tuple) and values.size == 3:
        first, last, step = values
        if 0 < step < first < last:
            return np.arange(first, last + step / 1e6, step)
    return values


def _range(limits: Tuple) -> np.ndarray:
    first, last = row(limits, 2, "scaling_range")
    if last < first:
        raise ValueError("scaling_range is %g to %g; expected the lower one first" % (first, last))
    return np.arange(first, last + RANGE_STEP / 1e6, RANGE_STEP)


def _options(n_trials: int, values: np.ndarray, seed: int,
             options: Dict[str, Any]) -> c.srnn_search_options:
    filled = lib.srnn_search_options_default()
    given = dict({"n_trials": n_trials, "seed": seed, "test_trials": n_trials}, **options)
    fill(filled, given)
    filled.n, filled.scaling_factors = len(values), pointer(values)
    return filled


def _silent(*words: Any, **named: Any) -> None:
    pass


def _search_file(path: str, task_name: Any, settings: Optional[Dict[str, Any]],
                 options: c.srnn_search_options, store: Optional[bool],
                 progress: Optional[Callable[[Progress], Any]],
                 say: Callable) -> Tuple[Optional[float], bool]:
    """(the best, was it stopped); what it found is stored and printed."""
    if store is not False:
        call(lib.srnn_model_save_check, encoded(path), path=path)
    model = Model.load(path)
    evaluator = own_evaluator(task_name)
    if evaluator:
        return _search_with(evaluator(settings or {}), path, options, store, say), False
    task = task_for(model, task_name, settings)
    say("%s: %s" % (path, task.name))
    result, interrupted, stopped = c.srnn_search_result(), None, True
    try:
        try:
            stopped = long_call(lib.srnn_search, model, task, byref(options), byref(result),
                                progress=progress, partial=True)
        except KeyboardInterrupt as raised:
            interrupted = raised
        found = result.n_trials > 0
        if found:
            _tell(result, say)
            _store(path, model, task, result, store, stopped, say)
        best = result.scaling_factors[result.best] if found else None
    finally:
        lib.srnn_search_result_free(byref(result))
    if interrupted is not None:
        raise interrupted
    return best, stopped


def _search_with(evaluator: Any, path: str, options: c.srnn_search_options, store: Optional[bool],
                 say: Callable) -> float:
    """The search by an evaluator of the user's (SpikingEvaluatorFactory), trial by trial."""
    factors = np.unique(copy(options.scaling_factors, (options.n,)))
    n = whole(options.n_trials, "n_trials")
    if n < 1 or not (factors > 0).all():
        raise ValueError("n_trials is %d, scaling_factors are %s; expected 1 or more, and numbers "
                         "above 0" % (n, factors))
    correct = np.array([sum(bool(evaluator.evaluate_single_trial(path, float(factor)))
                            for _ in range(n)) for factor in factors], np.int32)
    unknown = np.full(factors.size, np.nan)
    result = c.srnn_search_result(
        n=factors.size, scaling_factors=pointer(factors), correct=pointer(correct),
        score=pointer(unknown), loss=pointer(unknown), rate_hz=pointer(unknown), n_trials=n,
        best=int(correct.argmax()))
    _tell(result, say)
    if store is not False:
        call(lib.srnn_model_save_search, encoded(path), byref(result), path=path)
        say("Saved results.")
    return float(factors[result.best])


def _tell(result: c.srnn_search_result, say: Callable) -> None:
    trials = copy(result.trials, (result.n,))
    for i in range(result.n):
        n = result.n_trials if trials is None else int(trials[i])
        if n:
            say("Performance for %g: %.3f" % (result.scaling_factors[i], result.correct[i] / n))
    say("Best scaling factor: %g" % result.scaling_factors[result.best])


def _store(path: str, model: Model, task: Task, result: c.srnn_search_result,
           store: Optional[bool], stopped: bool, say: Callable) -> None:
    if store is False:
        return
    worth = lib.srnn_search_worth_storing(model, task, byref(result), stopped)
    if type(task) is not Task and worth != c.SRNN_SEARCH_SHORTER:
        worth = c.SRNN_SEARCH_KEPT  # who gives a task object knows which trials it makes
    if worth == c.SRNN_SEARCH_SHORTER:
        say("Not saved: %s holds a search of more trials." % path)
    elif worth == c.SRNN_SEARCH_OTHER_TASK and store is None:
        say("Not saved: %s holds a scaling factor of the trials it was trained on, which these are "
            "not; store=True saves." % path)
    else:
        call(lib.srnn_model_save_search, encoded(path), byref(result), path=path)
        say("Saved results.")


def parse_range(text: str) -> List[float]:
    """first:last:step, the last included where the steps meet it; first:last with steps of 1; or
    numbers with commas between. Raises ValueError."""
    options = POINTER(c.srnn_options)()
    call(lib.srnn_options_create, byref(options))
    try:
        lib.srnn_options_call(options, b"scaling_factors", b"--scaling_factors")
        call(lib.srnn_options_set, options, b"scaling_factors",
             encoded(text + ":1" if text.count(":") == 1 else text))
        given = lib.srnn_options_settings(options).contents.scaling_factors
        return copy(given.x, (given.n,)).tolist()
    finally:
        lib.srnn_options_free(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m spiking.lambda_grid_search",
                                     description=__doc__.split(":\n")[0] + ".")
    add = parser.add_argument
    add("--model_dir", help="every .mat file below it is searched")
    add("--model_path", help="one file instead")
    add("--task_name", help="go-nogo, xor, mante, another of the library, or a file "
        "(default: the model's)")
    add("--n_trials", type=int, default=100, help="for each (default %(default)s)")
    add("--scaling_factors", default="20:76:5",
        help="first:last:step, or numbers with commas between (default %(default)s)")
    add_options(parser, *SETTINGS)
    add("--seed", type=int, default=0, help="of every draw (default %(default)s)")
    return parser


def main(arguments: Optional[List[str]] = None) -> int:
    """The command line; returns the exit status."""
    args = _parser().parse_args(arguments)
    return run("spiking.lambda_grid_search", lambda: lambda_grid_search(
        args.model_dir, args.task_name, args.n_trials, parse_range(args.scaling_factors),
        model_path=args.model_path, task_settings=given(args, SETTINGS), seed=args.seed,
        store=True))


make_callable(__name__, lambda_grid_search)

if __name__ == "__main__":
    sys.exit(main())
